#!/usr/bin/env bash
# All checks and tests, in the order in which a mistake shows soonest.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

browser_tests() {
    CHROMIUM="$(scripts/chromium.sh)" npm --prefix end2end test
}

step "tools" scripts/install.sh
scripts/lint.sh
# Tests of payment providers start a server that others wrote.
BAEDAL_TEST_PYTHON="$(scripts/python-packages.sh)"
export BAEDAL_TEST_PYTHON
# The browser's half as it is shipped; the server's as the tests have it, with the points at which they end the process: building it once more
# for release takes as long as all else. Without its optimisations it is slower, and it checks its own arithmetic.
step "the browser's half, which builds for wasm32 on its own" cargo xtask site
step "cargo test: xtask" cargo test --package xtask
step "cargo test" cargo test --workspace --exclude xtask --exclude browser --features server/failpoints
BAEDAL_BIN="$(realpath "${CARGO_TARGET_DIR:-target}/debug/baedal")"
export BAEDAL_BIN
step "cases made from the description of the API" scripts/api-cases.sh
step "browser tests" browser_tests
printf '\nAll passed in %d s.\n' "$SECONDS"
