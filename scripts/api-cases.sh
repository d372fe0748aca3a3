#!/usr/bin/env bash
# Has schemathesis send the API of a demo city what its description allows and what it does not: with the token of each role, and with none. Every
# answer has to be one that the description knows; none may be an error of the server. The program is BAEDAL_BIN, or a release build.
#
# What nobody owns is answered 404 before anything else is looked at. So there are orders, a store and webhooks for each role first, whose ids
# scripts/schemathesis_hooks.py puts into the description as examples; and what was made for one operation alone has to be done (2xx) by a case.
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
hooks="$PWD/scripts/schemathesis_hooks.py"

work="$(mktemp -d)"
server=
senders=()
finish() {
    for sender in "${senders[@]}"; do
        kill -- "-$sender" 2>/dev/null || true
    done
    if [[ -n "$server" ]]; then
        kill "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT
cd "$work"

# The webhooks lead to a port of this machine where nobody listens: nothing is sent to anybody.
"$baedal" serve --demo --webhook-allow-private --data data --listen 127.0.0.1:0 --log error >server.log 2>&1 &
server=$!
address=
for ((tries = 0; tries < 300 && ${#address} == 0; tries++)); do
    sleep 0.2
    kill -0 "$server" || { cat server.log >&2; exit 1; }
    address="$(sed -n 's/^Baedal is open on //p' server.log)"
done
[[ -n "$address" ]] || { echo "The city did not open." >&2; cat server.log >&2; exit 1; }

# A token each: an account has only so many of them.
logins=(none customer1 owner4 rider1 operator)
for login in "${logins[@]:1}" customer2 owner1 rider2; do
    "$baedal" token --login "$login" --data data >"$login.token"
done

# Who asks, how, for what, and a body if there is one; fails when it is refused.
call() {
    local options=(-H "Authorization: Bearer $(<"$1.token")")
    [[ -z "${4:-}" ]] || options+=(-H "Content-Type: application/json" -d "$4")
    curl -fsS -X "$2" "${options[@]}" "$address$3"
}

# What becomes possible in a moment.
eventually() {
    local tries
    for ((tries = 0; tries < 100; tries++)); do
        if "$@" >answer.json 2>refusal.txt; then return; fi
        sleep 0.1
    done
    echo "In ten seconds this was not to be had: $*" >&2
    cat refusal.txt >&2
    return 1
}

# A member of the JSON that was answered, by its name.
member() {
    sed -E "s/.*\"$1\":\"([^\"]*)\".*/\1/" "${2:-order.json}"
}

# Who orders what, whose store and which rider it is for, and what is done with it, step by step. The id is in $order then, the answer to its
# placing in order.json.
order() {
    local customer="$1" new="$2" owner="$3" rider="$4" step
    shift 4
    call "$customer" POST /orderLists "$new" >order.json
    order="$(member orderId)"
    # A ticket exists once the order is paid.
    eventually call "$owner" GET "/foodCookings/$order"
    for step in "$@"; do
        case "$step" in
            accept) eventually call "$owner" PUT "/foodCookings/$order/accept" '{"accept": true}' ;;
            start | finish) eventually call "$owner" PUT "/foodCookings/$order/$step" ;;
            *) eventually call "$rider" PUT "/deliveries/$order/$step" ;;
        esac
    done
}

# What the cases of a role are about: an operation ("PUT /path/{id}/step") or all operations at and below a path, an id, and a body. Of a single
# operation it is demanded that one of the cases gets it done.
example() {
    printf '%s\t%s\t%s\n' "$2" "$3" "${4:-}" >>"$1.examples"
}

# The order that all operations of a role are about, but for those that have one of their own.
orders_of() {
    local path
    for path in orderLists myPages payments foodCookings deliveries; do
        example "$1" "/$path/{id}" "$2"
    done
}

# A webhook of this account that is told nothing, on a path of its own: an account has each URL once.
webhook() {
    call "$1" POST /webhooks "{\"url\": \"http://127.0.0.1:9/$2\"}" >webhook.json
    webhook="$(member id webhook.json)"
    call "$1" PUT "/webhooks/$webhook/pause" '{"paused": true}' >answer.json
}

# Has the orders of a store wait longer for the owner's answer: the cases that they are for may come after they would be turned down.
patient() {
    call "$1" PUT "/stores/$2/answerLimit" '{"minutes": 60}' >answer.json
}

# Roles work side by side, and each does with all that it sees what it likes. So what is made for the cases of one role concerns none of the others:
# the customer's orders are at another owner's store, and another customer's are for the owner and the rider. That other store is the one whose dish
# the description orders: nobody closes it.
make_examples() {
    local fritters='{"foodId": "모둠튀김", "quantity": 2}' pizza='{"foodId": "피자"}' login store dish

    order customer2 "$fritters" owner4 rider1 accept start
    store="$(member storeId)"
    dish="$(member itemId)"
    patient owner4 "$store"
    orders_of owner4 "$order"
    example owner4 "PUT /foodCookings/{id}/delay" "$order"
    order customer2 "$fritters" owner4 rider1
    example owner4 "PUT /foodCookings/{id}/accept" "$order"
    order customer2 "$fritters" owner4 rider1 accept
    example owner4 "PUT /foodCookings/{id}/start" "$order"
    order customer2 "$fritters" owner4 rider1 accept start
    example owner4 "PUT /foodCookings/{id}/finish" "$order"
    example owner4 "PATCH /stores/{id}/menu" "$store" "{\"id\": \"$dish\", \"price\": 18000}"
    example owner4 "POST /stores/{id}/menu" "$store"
    example owner4 "PUT /stores/{id}/answerLimit" "$store"
    example owner4 "PUT /stores/{id}/busy" "$store"
    example owner4 "PUT /stores/{id}/capacity" "$store"
    example owner4 "PUT /stores/{id}/hours" "$store" '{"hours": [{"day": "mon", "opens": "09:00", "closes": "22:00"}]}'
    example owner4 "PUT /stores/{id}/pause" "$store" '{"paused": true, "minutes": 30}'

    order customer2 "$fritters" owner4 rider1 accept start finish
    example rider1 "PUT /deliveries/{id}/claim" "$order"
    order customer2 "$fritters" owner4 rider1 accept start finish claim
    example rider1 "PUT /deliveries/{id}/release" "$order"
    order customer2 "$fritters" owner4 rider1 accept start finish claim
    example rider1 "PUT /deliveries/{id}/arrive" "$order"
    order customer2 "$fritters" owner4 rider1 accept start finish claim arrive
    example rider1 "PUT /deliveries/{id}/pick" "$order" "{\"number\": \"$(member number)\"}"
    order customer2 "$fritters" owner4 rider1 accept start finish claim arrive pick
    example rider1 "PUT /deliveries/{id}/deliver" "$order" "{\"code\": \"$(member code)\"}"
    order customer2 "$fritters" owner4 rider1 accept start finish claim arrive pick
    example rider1 "PUT /deliveries/{id}/fail" "$order" '{"reason": "accident"}'
    orders_of rider1 "$order"
    # Off duty there is no job to claim.
    example rider1 "PUT /riders/me/duty" "" '{"onDuty": true}'
    example rider1 "PUT /riders/me/position" ""

    order customer1 "$pizza" owner1 rider2 accept start finish claim arrive pick
    example customer1 "PUT /orderLists/{id}/confirm" "$order"
    patient owner1 "$(member storeId)"
    order customer1 "$pizza" owner1 rider2
    example customer1 "PATCH /orderLists/{id}" "$order" '{"items": [{"foodId": "피자", "quantity": 2}]}'
    order customer1 "$pizza" owner1 rider2
    example customer1 "PUT /orderLists/{id}/cancel" "$order"
    example customer1 "POST /orderLists" ""
    example customer1 "POST /quotes" ""
    order customer1 "$pizza" owner1 rider2
    # The operator reads what has happened to it, and is refused the rest.
    for login in none customer1 operator; do
        orders_of "$login" "$order"
    done

    for login in customer1 owner4 rider1; do
        webhook "$login" kept
        example "$login" "/webhooks/{id}" "$webhook"
        example "$login" "POST /webhooks" "" '{"url": "http://127.0.0.1:9/new"}'
        example "$login" "PUT /webhooks/{id}/pause" "$webhook" '{"paused": true}'
        example "$login" "PUT /webhooks/{id}/replay" "$webhook" '{"from": 0}'
        example "$login" "PUT /webhooks/{id}/secret" "$webhook"
        webhook "$login" removed
        example "$login" "DELETE /webhooks/{id}" "$webhook"
    done
    for login in none operator; do
        example "$login" "/webhooks/{id}" "$webhook"
    done
    for login in "${logins[@]}"; do
        example "$login" "/stores/{id}" "$store"
    done
}

make_examples

# What a role may read, and no other: with a token that does not hold, all cases would be answered 401, and that is described.
own_path() {
    case "$1" in
        customer1) echo /orderLists ;;
        owner4) echo /foodCookings ;;
        rider1) echo /deliveries ;;
        operator) echo "/orderLists/$order/timeline" ;;
    esac
}

# Whether a role's token is good for that, before or after its cases.
holds() {
    local status
    if [[ "$1" == none ]]; then return; fi
    status="$(curl -sS -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $(<"$1.token")" "$address$(own_path "$1")")" || true
    [[ "$status" == 200 ]] || echo "With its token $1 is answered $status, not 200, for $(own_path "$1") $2 its cases." >>"$1.wrong"
}

# One role's cases: its output goes to a file named after the role, what is wrong beside it.
as_role() {
    local login="$1" operation rest
    # A browser gets pages on some of the paths: a program says what it reads.
    local options=(--checks all --phases "$phases" --continue-on-failure --warnings off
        --header "Accept: application/hal+json, application/problem+json")
    [[ "$seed" == random ]] || options+=(--seed "$seed")
    [[ "$login" == none ]] || options+=(--header "Authorization: Bearer $(<"$login.token")")
    touch "$login.wrong" "$login.answers"
    holds "$login" before
    SCHEMATHESIS_HOOKS="$hooks" BAEDAL_API_EXAMPLES="$PWD/$login.examples" BAEDAL_API_ANSWERS="$PWD/$login.answers" PYTHONDONTWRITEBYTECODE=1 \
        "$python" -m schemathesis.cli --config-file "$config" --no-color run "$address/openapi.json" "${options[@]}" >"$login.log" 2>&1 ||
        echo "There were answers to $login that the description does not know." >>"$login.wrong"
    holds "$login" after
    while IFS=$'\t' read -r operation rest; do
        [[ "$operation" == /* ]] || grep -q "^$operation"$'\t'2 "$login.answers" || echo "$login did not get it done: $operation." >>"$login.wrong"
    done <"$login.examples"
}

# Two roles at a time: the program that sends them uses one core alone. Each with all that it starts in a group of its own, to be ended with it.
set -m
(for login in "${logins[@]:0:2}"; do as_role "$login"; done) &
senders+=($!)
(for login in "${logins[@]:2}"; do as_role "$login"; done) &
senders+=($!)
set +m
for sender in "${senders[@]}"; do wait "$sender"; done

cases=0
failed=()
for login in "${logins[@]}"; do
    if [[ -s "$login.wrong" ]]; then
        failed+=("$login")
        cat "$login.log"
    fi
    count="$(sed -n 's/^ *\([0-9,]*\) generated.*/\1/p' "$login.log" | tr -d ,)"
    echo "$login: ${count:-0} cases, $(grep -c $'\t'2 "$login.answers" || true) of them done (2xx)"
    cases=$((cases + ${count:-0}))
done
kill -0 "$server" || { echo "The city did not stay open." >&2; cat server.log >&2; exit 1; }
if ((${#failed[@]} > 0)); then
    for login in "${failed[@]}"; do cat "$login.wrong" >&2; done
    exit 1
fi
if ((cases < wanted)); then
    echo "$cases cases were tried, $wanted are wanted." >&2
    exit 1
fi
echo "$cases cases, each answered as described."
