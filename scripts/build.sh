#!/usr/bin/env bash
# Builds target/release/baedal with the site inside.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/rust.sh
scripts/node-packages.sh || echo "Building without Node: the browser's program stays larger."
cargo xtask build
