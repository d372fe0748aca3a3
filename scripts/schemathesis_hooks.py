"""What scripts/api-cases.sh tells schemathesis of what it has made, and what it hears of the answers.

Ids are examples in the description that schemathesis reads, and not values of its configuration: a configured value takes the place of every other,
and an id that is none would be sent as the right one and still be expected to be refused.
"""

import json
import os

import schemathesis

# What nobody owns: beside the own id, in every operation.
UNKNOWN = "3f2b8c1e-5d4a-4e6f-9a7b-0c1d2e3f4a5b"
METHODS = ("get", "put", "post", "patch", "delete")


def examples():
    """The lines of the file: an operation or a path, an id, and a body; each of the two may be missing."""
    with open(os.environ["BAEDAL_API_EXAMPLES"], encoding="utf-8") as lines:
        return {where: (own, body) for where, own, body in (line.rstrip("\n").split("\t") for line in lines)}


def named(*values):
    """Examples by name: those of one name are sent together."""
    return {name: {"value": value} for name, value in zip(("own", "unknown"), values)}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Puts what is in the file into the description."""
    made = examples()
    for path, item in raw_schema["paths"].items():
        family = next((made[where] for where in made if path == where or path.startswith(where + "/")), ("", ""))
        for method in METHODS:
            if method not in item:
                continue
            own, body = made.get(f"{method.upper()} {path}", family)
            for parameter in item[method].get("parameters", []):
                if parameter["in"] == "path" and parameter["name"] == "id" and own:
                    parameter["examples"] = named(own, UNKNOWN)
                # Nearly every case has this header. With versions that were never given out nothing would ever be done.
                if parameter["name"] == "If-Match":
                    parameter["examples"] = named("*", '"1"')
            if body:
                content = item[method]["requestBody"]["content"]["application/json"]
                described = [content.pop("example")] if "example" in content else []
                content["examples"] = named(json.loads(body), *described)


sent = 0


def is_without_token(case):
    """Whether this is the case that leaves out the header with the token."""
    data = case.meta.phase.data if case.meta else None
    return (getattr(data, "parameter", None) or "").lower() == "authorization"


@schemathesis.hook
def before_call(context, case, kwargs):
    """Nearly all cases of an operation have the same idempotency key, and with another body that is refused before the body matters: every second
    case gets a key of its own."""
    global sent
    sent += 1
    # A case that has been changed gets the token that it is to do without.
    if is_without_token(case):
        return
    key = (case.headers or {}).get("Idempotency-Key")
    if sent % 2 and isinstance(key, str) and 0 < len(key) < 190 and all("!" <= sign <= "~" for sign in key):
        case.headers["Idempotency-Key"] = f"{key}-{sent}"


# Line by line: nothing closes it in the end.
answers = open(os.environ["BAEDAL_API_ANSWERS"], "a", buffering=1, encoding="utf-8")


@schemathesis.hook
def after_call(context, case, response):
    """Notes what was asked for and how it was answered."""
    answers.write(f"{case.method.upper()} {case.operation.path}\t{response.status_code}\n")
