#!/usr/bin/env bash
# All checks and tests, in the order in which a mistake shows soonest.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

browser_tests() {
    local binary
    binary="$(realpath "${CARGO_TARGET_DIR:-target}/release/baedal")"
    CHROMIUM="$(scripts/chromium.sh)" BAEDAL_BIN="$binary" npm --prefix end2end test
}

step "tools" scripts/install.sh
scripts/lint.sh
# Tests of payment providers start a server that others wrote.
BAEDAL_TEST_PYTHON="$(scripts/python-packages.sh)"
export BAEDAL_TEST_PYTHON
# The points at which tests end the process are compiled in; the release build below has none.
step "cargo test" cargo test --workspace --features server/failpoints
step "release build" cargo xtask build
step "cases made from the description of the API" scripts/api-cases.sh
step "browser tests" browser_tests
printf '\nAll passed in %d s.\n' "$SECONDS"
