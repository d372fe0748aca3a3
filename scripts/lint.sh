#!/usr/bin/env bash
# Everything that is checked without running the program.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

step "Rust" scripts/rust.sh
step "formatting" cargo fmt --all --check
# The browser's half has one function of its own; that it builds is shown where the site is built.
step "clippy: domain, app (ssr), server, xtask" \
    cargo clippy --workspace --all-targets --features app/ssr,server/failpoints -- -D warnings
step "domain builds for wasm32 on its own" cargo check --package domain --lib --target wasm32-unknown-unknown
step "licences, sources, bans" cargo xtask deny
