#!/usr/bin/env bash
# Measures, and prints every number.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/build.sh
