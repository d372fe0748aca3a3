#!/usr/bin/env bash
# Installs the pinned packages of scripts/requirements.txt into an environment of their own, and prints the path of its Python; says in one
# sentence what is missing when it cannot.
set -euo pipefail
cd "$(dirname "$0")/.."

target="${CARGO_TARGET_DIR:-target}"
mkdir -p "$target"
venv="$(cd "$target" && pwd)/venv"
if ! command -v python3 >/dev/null || ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    echo "Python with its module venv is not installed (https://www.python.org, version 3.10 or newer)." >&2
    exit 1
fi
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
    echo "$(python3 --version) is too old: version 3.10 or newer is needed." >&2
    exit 1
fi
# The copy inside the environment says which list was installed last.
if ! cmp --silent scripts/requirements.txt "$venv/.installed-requirements.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement scripts/requirements.txt >&2
    cp scripts/requirements.txt "$venv/.installed-requirements.txt"
fi
echo "$venv/bin/python"
