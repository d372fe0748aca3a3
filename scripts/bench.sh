#!/usr/bin/env bash
# Measures, and prints every number; also in target/bench.json. --quick: short rounds. --only PART: sizes, placing, stages, saga, streams, api, trouble.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/build.sh
cargo build --release --package bench
# Five thousand streams, and as many clients' ends of them.
ulimit -n 16384 2>/dev/null || echo "The number of open files stays at $(ulimit -n)."
exec "${CARGO_TARGET_DIR:-target}/release/bench" "$@"
