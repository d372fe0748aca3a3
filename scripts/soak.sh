#!/usr/bin/env bash
# Runs for long what chance decides: every race many times, many random steps on the whole server, one crash after the other, the model of
# the protocol with one fault more, and requests made from the description of the API. BAEDAL_REPEATS, BAEDAL_STEPS, BAEDAL_CRASHES and
# BAEDAL_API_CASES say how often.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

export BAEDAL_REPEATS="${BAEDAL_REPEATS:-50}" BAEDAL_STEPS="${BAEDAL_STEPS:-30000}"
crashes="${BAEDAL_CRASHES:-5}"

# As `make test` builds it, so that nothing is compiled twice.
tests=(cargo test --workspace --exclude xtask --exclude browser --features server/failpoints --test it)

on_server() {
    "${tests[@]}" -- "$@"
}

# What the last step needs is asked for before the first.
command -v curl >/dev/null || { echo "curl is not installed." >&2; exit 1; }
scripts/python-packages.sh >/dev/null
scripts/rust.sh
step "building" "${tests[@]}" --no-run
step "every race, $BAEDAL_REPEATS times" on_server races:: crowds:: changes::
step "$BAEDAL_STEPS random steps on the whole server" on_server model::
for ((round = 1; round <= crashes; round++)); do
    step "crashes at any instant and at every point: round $round of $crashes" on_server crash:: --nocapture
done
step "every interleaving of the protocol, with three faults" \
    cargo test --package domain --release --test protocol_model -- --ignored --nocapture
step "release build" scripts/build.sh
export BAEDAL_API_CASES="${BAEDAL_API_CASES:-20000}" BAEDAL_API_PHASES=examples,coverage,fuzzing BAEDAL_API_SEED=random
step "$BAEDAL_API_CASES cases made from the description of the API" scripts/api-cases.sh
printf '\nAll passed in %d s.\n' "$SECONDS"
