#!/usr/bin/env bash
# Installs the pinned packages of end2end/ when Node is there; says in one sentence what is missing when not.
set -euo pipefail
cd "$(dirname "$0")/../end2end"

if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    echo "Node with npm is not installed (https://nodejs.org, version 20 or newer)." >&2
    exit 1
fi
major="$(node --print 'process.versions.node.split(".")[0]')"
if [ "$major" -lt 20 ]; then
    echo "Node $(node --version) is too old: version 20 or newer is needed." >&2
    exit 1
fi
# The copy inside node_modules says which lock file was installed last.
if ! cmp --silent package-lock.json node_modules/.installed-lock.json; then
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund
    cp package-lock.json node_modules/.installed-lock.json
fi
