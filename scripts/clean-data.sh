#!/usr/bin/env bash
# Deletes a data folder, if it is one: it must hold Baedal's databases, and be neither a home nor a folder above the project.
set -euo pipefail
cd "$(dirname "$0")/.."

folder="$(realpath --canonicalize-missing "${1:?which folder?}")"
if [ ! -e "$folder" ]; then
    echo "$folder does not exist: nothing to delete."
    exit 0
fi
if [ ! -f "$folder/baedal.db" ]; then
    echo "$folder holds no database of Baedal: it is left alone." >&2
    exit 1
fi
if [[ "$(pwd -P)/" == "${folder%/}/"* || "$folder" == "$(realpath --canonicalize-missing "${HOME:-/}")" ]]; then
    echo "$folder holds more than Baedal's data: it is left alone." >&2
    exit 1
fi
rm -r -- "$folder"
echo "$folder deleted."
