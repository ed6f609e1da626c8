#!/usr/bin/env bash
# All tests on a new machine: installs what they need, then layout, lints, the two forbidden arrows, WASM, tests.
set -euo pipefail
cd "$(dirname "$0")/.."

step() { printf '\n== %s\n' "$1"; }

step "toolchain"
rustup component add clippy rustfmt >/dev/null 2>&1 || true
rustup target list --installed | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown

step "layout"
cargo fmt --all --check

step "lints"
cargo clippy --workspace --all-targets --locked -- -D warnings

step "the core builds for the browser"
cargo build --locked --target wasm32-unknown-unknown -p shenfang

step "tests"
# The same random cases on every machine; PROPTEST_RNG_SEED=… bash tests/run.sh tries others.
export PROPTEST_RNG_SEED="${PROPTEST_RNG_SEED:-20261122}"
cargo test --workspace --locked

step "the engine in WASM and the npm package"
bash bindings/wasm/test.sh

step "the pharmacist's console in Chromium"
bash bindings/wasm/console/test.sh

step "Python"
bash bindings/python/test.sh
