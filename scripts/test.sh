#!/usr/bin/env bash
# All checks and tests, in the order in which a mistake shows soonest.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

browser_tests() {
    CHROMIUM="$(scripts/chromium.sh)" npm --prefix end2end test
}

# The browser's half as it is shipped. Most of its time one core does all there is to do, so it is made beside the checks.
begin_site() {
    site_log="$(mktemp)"
    cargo xtask site >"$site_log" 2>&1 &
    site=$!
    trap 'kill "$site" 2>/dev/null || true; rm -f "$site_log"' EXIT
}

end_site() {
    local failed=0
    wait "$site" || failed=$?
    cat "$site_log"
    return "$failed"
}

step "tools" scripts/install.sh
step "Rust" scripts/rust.sh
begin_site
scripts/lint.sh
# Tests of payment providers start a server that others wrote.
BAEDAL_TEST_PYTHON="$(scripts/python-packages.sh)"
export BAEDAL_TEST_PYTHON
step "the browser's half, which builds for wasm32 on its own" end_site
# For release, as it was just built to make that half.
step "cargo test: xtask" cargo test --release --package xtask
# The server's half for browsers and API is the one of the tests, with the points at which they end the process: building it once more for release
# takes as long as all else. Without its optimisations it is slower, and it checks its own arithmetic.
step "cargo test" cargo test --workspace --exclude xtask --exclude browser --features server/failpoints
BAEDAL_BIN="$(realpath "${CARGO_TARGET_DIR:-target}/debug/baedal")"
export BAEDAL_BIN
step "cases made from the description of the API" scripts/api-cases.sh
step "browser tests" browser_tests
printf '\nAll passed in %d s.\n' "$SECONDS"
