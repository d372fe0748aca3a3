#!/usr/bin/env bash
# Everything that is checked without running the program.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/steps.sh

wasm=(--target wasm32-unknown-unknown)

step "Rust" scripts/rust.sh
step "formatting" cargo fmt --all --check
step "clippy: domain, app (ssr), server, xtask" \
    cargo clippy --workspace --all-targets --features app/ssr,server/failpoints -- -D warnings
step "clippy: app (hydrate), which builds for wasm32 on its own" \
    cargo clippy --package browser --package app --lib "${wasm[@]}" --features browser/hydrate -- -D warnings
step "domain builds for wasm32 on its own" cargo check --package domain --lib "${wasm[@]}"
step "licences, sources, bans" cargo xtask deny
