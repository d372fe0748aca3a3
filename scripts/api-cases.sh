#!/usr/bin/env bash
# Has schemathesis send the API of a demo city what its description allows and what it does not: with the token of each role, and with none. Every
# answer has to be one that the description knows; none may be an error of the server. The program is BAEDAL_BIN, or a release build.
#
# BAEDAL_API_CASES: fewer requests in all are a failure. BAEDAL_API_PHASES: what schemathesis does. BAEDAL_API_SEED: another number has it try other
# values; "random" a number of its own each time, which it prints.
set -euo pipefail
cd "$(dirname "$0")/.."

wanted="${BAEDAL_API_CASES:-8000}"
phases="${BAEDAL_API_PHASES:-examples,coverage}"
seed="${BAEDAL_API_SEED:-1}"
python="$(scripts/python-packages.sh)"
baedal="$(realpath "${BAEDAL_BIN:-${CARGO_TARGET_DIR:-target}/release/baedal}")"
config="$PWD/scripts/schemathesis.toml"

work="$(mktemp -d)"
server=
finish() {
    if [[ -n "$server" ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT
cd "$work"

"$baedal" serve --demo --data data --listen 127.0.0.1:0 --log error >server.log 2>&1 &
server=$!
address=
for ((tries = 0; tries < 300 && ${#address} == 0; tries++)); do
    sleep 0.2
    kill -0 "$server" || { cat server.log >&2; exit 1; }
    address="$(sed -n 's/^Baedal is open on //p' server.log)"
done
[[ -n "$address" ]] || { echo "The city did not open." >&2; cat server.log >&2; exit 1; }

# One role's cases: its output goes to a file named after the role, and how it ended beside it.
as_role() {
    local login="$1" ended=0
    # A browser gets pages on some of the paths: a program says what it reads.
    local options=(--checks all --phases "$phases" --continue-on-failure --warnings off
        --header "Accept: application/hal+json, application/problem+json")
    [[ "$seed" == random ]] || options+=(--seed "$seed")
    [[ "$login" == none ]] || options+=(--header "Authorization: Bearer $("$baedal" token --login "$login" --data data)")
    "$python" -m schemathesis.cli --config-file "$config" --no-color run "$address/openapi.json" "${options[@]}" >"$login.log" 2>&1 || ended=$?
    echo "$ended" >"$login.ended"
}

# Two roles at a time: the program that sends them uses one core alone.
logins=(none customer1 owner1 rider1 operator)
(for login in "${logins[@]:0:2}"; do as_role "$login"; done) &
first=$!
(for login in "${logins[@]:2}"; do as_role "$login"; done) &
second=$!
wait "$first" "$second"

cases=0
failed=()
for login in "${logins[@]}"; do
    if [[ "$(cat "$login.ended")" != 0 ]]; then
        failed+=("$login")
        cat "$login.log"
    fi
    count="$(sed -n 's/^ *\([0-9,]*\) generated.*/\1/p' "$login.log" | tr -d ,)"
    echo "$login: ${count:-0} cases"
    cases=$((cases + ${count:-0}))
done
kill -0 "$server" || { echo "The city did not stay open." >&2; cat server.log >&2; exit 1; }
if ((${#failed[@]} > 0)); then
    echo "Answers that the description does not know, as: ${failed[*]}." >&2
    exit 1
fi
if ((cases < wanted)); then
    echo "$cases cases were tried, $wanted are wanted." >&2
    exit 1
fi
echo "$cases cases, each answered as described."
