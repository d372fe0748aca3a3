#!/usr/bin/env bash
# Runs for long what chance decides: every race many times, many random steps on the whole server, one crash after the other, and the
# model of the protocol with one fault more. BAEDAL_REPEATS, BAEDAL_STEPS and BAEDAL_CRASHES say how often.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

export BAEDAL_REPEATS="${BAEDAL_REPEATS:-50}" BAEDAL_STEPS="${BAEDAL_STEPS:-30000}"
crashes="${BAEDAL_CRASHES:-5}"

on_server() {
    cargo test --package server --features failpoints --test it -- "$@"
}

scripts/rust.sh
step "building" cargo test --package server --features failpoints --test it --no-run
step "every race, $BAEDAL_REPEATS times" on_server races:: crowds:: changes::
step "$BAEDAL_STEPS random steps on the whole server" on_server model::
for ((round = 1; round <= crashes; round++)); do
    step "crashes at any instant and at every point: round $round of $crashes" on_server crash:: --nocapture
done
step "every interleaving of the protocol, with three faults" \
    cargo test --package domain --release --test protocol_model -- --ignored --nocapture
printf '\nAll passed in %d s.\n' "$SECONDS"
