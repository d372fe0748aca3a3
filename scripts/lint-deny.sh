#!/usr/bin/env bash
# The same rules of deny.toml as `cargo xtask deny`, by cargo-deny.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v cargo-deny >/dev/null; then
    cargo install cargo-deny --locked
fi
cargo deny check bans licenses sources
