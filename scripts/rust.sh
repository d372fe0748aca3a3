#!/usr/bin/env bash
# Installs the Rust that rust-toolchain.toml pins, with its wasm target, also where rustup is set to install nothing by itself.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v cargo >/dev/null; then
    echo "Rust is not installed: see https://rustup.rs." >&2
    exit 1
fi
# A Rust from elsewhere has to bring the target along.
if command -v rustup >/dev/null; then
    export RUSTUP_AUTO_INSTALL=1
    if ! rustup target list --installed | grep --quiet --line-regexp wasm32-unknown-unknown; then
        rustup target add wasm32-unknown-unknown
    fi
    # rustfmt and clippy come with rustup's usual profile, not with the minimal one.
    for component in rustfmt clippy; do
        if ! rustup component list --installed | grep --quiet "^$component"; then
            rustup component add "$component"
        fi
    done
fi
