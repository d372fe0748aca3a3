#!/usr/bin/env bash
# Installs what the tests need and the machine lacks: Node packages, a Chromium, a Korean font, nginx, openssl and curl, Python with the
# packages of scripts/requirements.txt.
set -euo pipefail
cd "$(dirname "$0")/.."

apt_install() {
    if ! command -v apt-get >/dev/null; then
        echo "Please install $* by hand: this machine has no apt-get." >&2
        exit 1
    fi
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@"
}

scripts/node-packages.sh
# All of Debian's in one go.
missing=()
scripts/chromium.sh >/dev/null || missing+=(chromium)
if ! command -v fc-list >/dev/null || [ -z "$(fc-list :lang=ko family)" ]; then
    missing+=(fonts-noto-cjk)
fi
# Debian's package starts a server on port 80 where there is systemd; the tests run one of their own, with their own files.
PATH="$PATH:/usr/sbin" command -v nginx >/dev/null || missing+=(nginx-light)
command -v openssl >/dev/null || missing+=(openssl)
command -v curl >/dev/null || missing+=(curl)
if ! command -v python3 >/dev/null || ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    missing+=(python3 python3-venv)
fi
if ((${#missing[@]} > 0)); then
    apt_install "${missing[@]}"
fi
scripts/chromium.sh >/dev/null
scripts/python-packages.sh >/dev/null
