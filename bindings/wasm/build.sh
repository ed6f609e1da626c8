#!/usr/bin/env bash
# Builds the npm package into bindings/wasm/package/dist from nothing but cargo, rustup, node and npm:
# engine (WASM, its JavaScript), built-in program, built-in texts, TypeScript.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=bindings/wasm/package
dist=$package/dist
target="${CARGO_TARGET_DIR:-target}"

rustup target list --installed | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown
[ -d $package/node_modules/binaryen ] || (cd $package && npm ci --no-audit --no-fund)

rm -rf $dist
mkdir -p $dist/engine
cargo build --locked --profile wasm --target wasm32-unknown-unknown -p shenfang-wasm
cargo run --locked --quiet -p shenfang-bindgen -- "$target/wasm32-unknown-unknown/wasm/shenfang_wasm.wasm" $dist/engine
if [ "${SHENFANG_FAST:-}" = "" ]; then
  # What rustc emits for this target by default, and nothing newer.
  $package/node_modules/.bin/wasm-opt -Oz --strip-debug --strip-producers \
    --enable-bulk-memory --enable-mutable-globals --enable-multivalue --enable-nontrapping-float-to-int \
    --enable-reference-types --enable-sign-ext \
    $dist/engine/engine_bg.wasm -o $dist/engine/engine_bg.wasm
fi
cargo run --locked --quiet -p shenfang-cli -- compile -o $dist/builtin.program
node $package/tools/texts.mjs rules $dist/builtin.texts.json
$package/node_modules/.bin/tsc -p $package
