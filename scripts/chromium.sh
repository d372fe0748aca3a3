#!/usr/bin/env bash
# Prints the path of a Chromium: the one named by $CHROMIUM, or one found on the machine.
set -euo pipefail

for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && command -v "$name"; then
        exit 0
    fi
done
exit 1
