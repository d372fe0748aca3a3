#!/usr/bin/env bash
# Installs what the tests need and the machine lacks: Node packages, a Chromium, a Korean font, nginx and openssl, Python with the
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
if ! scripts/chromium.sh >/dev/null; then
    apt_install chromium
    scripts/chromium.sh >/dev/null
fi
if ! command -v fc-list >/dev/null || [ -z "$(fc-list :lang=ko family)" ]; then
    apt_install fonts-noto-cjk
fi
# Debian's package starts a server on port 80 where there is systemd; the tests run one of their own, with their own files.
if ! PATH="$PATH:/usr/sbin" command -v nginx >/dev/null; then
    apt_install nginx-light
fi
if ! command -v openssl >/dev/null; then
    apt_install openssl
fi
if ! command -v python3 >/dev/null || ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    apt_install python3 python3-venv
fi
scripts/python-packages.sh >/dev/null
