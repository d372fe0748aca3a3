#!/usr/bin/env bash
# Deletes a data folder, if it is one: it must hold Baedal's databases and nothing above the project's root.
set -euo pipefail
cd "$(dirname "$0")/.."

folder="$(realpath --canonicalize-missing "${1:?which folder?}")"
if [ ! -e "$folder" ]; then
    echo "$folder does not exist: nothing to delete."
    exit 0
fi
if [ -z "$(find "$folder" -maxdepth 1 \( -name '*.db' -o -name '*.sqlite' \) -print -quit)" ]; then
    echo "$folder holds no database of Baedal: it is left alone." >&2
    exit 1
fi
rm -r -- "$folder"
echo "$folder deleted."
