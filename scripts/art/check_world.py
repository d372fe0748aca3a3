"""Checks the demo world's data against what the platform promises of it. Prints one line, or every complaint and fails."""

import json
import math
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = {"pizza", "chicken", "korean", "bunsik", "chinese", "japanese", "burger", "cafe", "salad", "jokbal"}
DOOR = "서울 마포구 양화로 45"
FAR = ("영등포구", "강남구", "은평구", "부산", "중구")
complaints = []


def load(name):
    return json.loads((ROOT / "server" / "demo" / f"{name}.json").read_text(encoding="utf-8"))


def check(truth, complaint):
    if not truth:
        complaints.append(complaint)


def metres(a, b):
    """The great-circle distance of two places that carry lat and lon."""
    la, lb = math.radians(a["lat"]), math.radians(b["lat"])
    dl, dt = math.radians(b["lon"] - a["lon"]), lb - la
    h = math.sin(dt / 2) ** 2 + math.cos(la) * math.cos(lb) * math.sin(dl / 2) ** 2
    return 2 * 6_371_008.8 * math.asin(math.sqrt(h))


def items_of(store):
    return [item for section in store["sections"] for item in section["items"]]


def check_text(text, where):
    check(set(text) == {"ko", "en"} and all(isinstance(v, str) and v.strip() for v in text.values()), f"{where}: needs ko and en")
    check(re.search("[가-힣]", text.get("ko", "")) and not re.search("[가-힣]", text.get("en", "")), f"{where}: languages mixed up")


def check_picture(path, where):
    file = ROOT / "public" / path.lstrip("/")
    check(file.is_file(), f"{where}: no picture {path}")
    check(not file.is_file() or file.stat().st_size < 12 * 1024, f"{where}: picture over 12 KiB")


def check_item(item, where):
    check(set(item) == {"name", "description", "price", "picture", "sold_out", "groups"}, f"{where}: fields {sorted(item)}")
    check_text(item["name"], where)
    check_text(item["description"], where)
    check(isinstance(item["price"], int) and 500 <= item["price"] <= 100_000 and item["price"] % 100 == 0, f"{where}: price")
    check(isinstance(item["sold_out"], bool), f"{where}: sold_out")
    check_picture(item["picture"], where)
    for group in item["groups"]:
        check_text(group["name"], where)
        check(0 <= group["min"] <= group["max"] <= len(group["choices"]) and group["max"] >= 1, f"{where}: group bounds")
        for choice in group["choices"]:
            check(re.search("[가-힣]", choice["name"]["ko"]) and choice["name"]["en"], f"{where}: choice name")
            check(isinstance(choice["price"], int) and choice["price"] >= 0, f"{where}: choice price")


def check_store(store):
    where = store["slug"]
    check(store["kind"] in KINDS, f"{where}: kind {store['kind']}")
    check_text(store["name"], where)
    check_text(store["description"], where)
    check_picture(store["picture"], where)
    tiers = store["fee_tiers"]
    check([t["up_to_m"] for t in tiers] == sorted({t["up_to_m"] for t in tiers}), f"{where}: tiers out of order")
    check(tiers[-1]["up_to_m"] == store["radius_m"], f"{where}: tiers do not end at the radius")
    check([t["fee"] for t in tiers] == sorted(t["fee"] for t in tiers), f"{where}: a farther tier is cheaper")
    check(0 < len(store["hours"]) and all(0 <= h["day"] <= 6 and 0 <= h["open"] < h["close"] <= 2880 and h["open"] < 1440 for h in store["hours"]), f"{where}: hours")
    check(store["capacity"] > 0 and store["cooking_minutes"] % 5 == 0 and store["answer_limit_minutes"] > 0, f"{where}: settings")
    for item in items_of(store):
        check_item(item, f"{where} / {item['name']['en']}")


def always_open(store):
    return {h["day"] for h in store["hours"] if h["open"] == 0 and h["close"] == 1440} == set(range(7))


def check_world(stores, places):
    items = [item for store in stores for item in items_of(store)]
    check(len(stores) >= 9 and len({s["kind"] for s in stores}) >= 9, "too few stores or kinds")
    check(len(items) >= 45, "too few items")
    check(len({s["slug"] for s in stores}) == len(stores), "a slug twice")
    check(len({i["picture"] for i in items}) == len(items), "two items share a picture")
    check(sum(i["sold_out"] for i in items) >= 2, "too few sold-out items")
    check(sum(always_open(s) for s in stores) >= 3, "too few stores open day and night")
    check(any(sum(h["close"] - h["open"] for h in s["hours"]) <= 120 for s in stores), "no store that is closed most of the week")
    check(any(s["min_order"] > min(i["price"] for i in items_of(s)) for s in stores), "no minimum above a single item")
    check(any(g["min"] >= 1 for i in items for g in i["groups"]), "no required option")
    check(any(g["min"] == 0 and g["max"] == 3 for i in items for g in i["groups"]), "no extras up to three")
    door = places[DOOR]
    check(any(metres(s, door) > s["radius_m"] for s in stores), "every store delivers to the door")
    check(sum(metres(s, door) <= s["radius_m"] for s in stores) >= 8, "too few stores deliver to the door")
    for name, place in places.items():
        if any(word in name for word in FAR):
            check(all(metres(s, place) > s["radius_m"] for s in stores), f"{name} lies in a delivery area")


def check_first_store(store, places):
    door, first = places[DOOR], items_of(store)[0]
    check(store["kind"] == "pizza" and store["owner_login"] == "owner1" and store["capacity"] == 200, "store 1: kind, owner or capacity")
    check(always_open(store), "store 1 is not always open")
    check(metres(store, door) <= 1000, "store 1 is too far from the door")
    check(metres(store, door) <= store["radius_m"], "store 1 does not deliver to the door")
    check(metres(places["111"], store) <= 1000, "111 is not near store 1")
    check(not first["sold_out"] and all(g["min"] == 0 for g in first["groups"]) and first["price"] >= store["min_order"], "store 1: first item")
    named = [i for i in items_of(store) if i["name"]["ko"] == "피자"]
    check(len(named) == 1 and not named[0]["sold_out"] and all(g["min"] == 0 for g in named[0]["groups"]), "store 1: 피자")


def check_gazetteer(entries, stores):
    check(len(entries) >= 60, "gazetteer too short")
    names = [name for e in entries for name in (e["name"], *e["aliases"])]
    check(len(names) == len(set(names)), f"gazetteer: names twice: {sorted({n for n in names if names.count(n) > 1})}")
    check("서울 마포구 양화로" in names and "111" in names, "gazetteer: the road alone or 111 is missing")
    for store in stores:
        check(store["address"] in names, f"{store['slug']}: address not in the gazetteer")


def check_accounts(accounts, stores, places):
    logins = {a["login"]: a for a in accounts}
    check(len(logins) == len(accounts) and all(a["password"] == "baedal-demo" for a in accounts), "accounts: login twice or another password")
    check(all(re.fullmatch(r"010-0000-\d{4}", a["phone"]) for a in accounts) and len({a["phone"] for a in accounts}) == len(accounts), "accounts: phones")
    for store in stores:
        check(logins.get(store["owner_login"], {}).get("role") == "owner", f"{store['slug']}: no such owner")
    check([logins[f"customer{n}"]["address"] for n in (1, 2)] == [DOOR, DOOR], "customers' address")
    check(all(metres(logins[f"rider{n}"], stores[0]) <= 1000 for n in (1, 2, 3)), "a rider is too far from store 1")
    check(logins.get("operator", {}).get("role") == "operator", "no operator")


def main():
    stores, entries, accounts = load("world")["stores"], load("gazetteer"), load("accounts")
    places = {entry["name"]: entry for entry in entries}
    for store in stores:
        check_store(store)
    check_world(stores, places)
    check_first_store(stores[0], places)
    check_gazetteer(entries, stores)
    check_accounts(accounts, stores, places)
    if complaints:
        sys.exit("\n".join(complaints))
    print(f"{len(stores)} stores, {sum(len(items_of(s)) for s in stores)} items, {len(entries)} places, {len(accounts)} accounts: all as promised")


if __name__ == "__main__":
    main()
