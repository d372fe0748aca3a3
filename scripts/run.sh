#!/usr/bin/env bash
# Builds and starts the demo city. LISTEN and DATA say where.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/build.sh
exec "${CARGO_TARGET_DIR:-target}/release/baedal" serve --demo \
    --data "${DATA:-./data}" --listen "${LISTEN:-127.0.0.1:3000}"
