#!/usr/bin/env bash
# Builds the npm package into bindings/wasm/package/dist from nothing but cargo, rustup, node and npm:
# engine (WASM in two modules, its JavaScript), built-in program, built-in texts, TypeScript.
set -euo pipefail
cd "$(dirname "$0")/../.."
package=bindings/wasm/package
dist=$package/dist
target="${CARGO_TARGET_DIR:-target}"

rustup target list --installed | grep -qx wasm32-unknown-unknown || rustup target add wasm32-unknown-unknown
[ -d $package/node_modules/binaryen ] || (cd $package && npm ci --no-audit --no-fund)

rm -rf $dist
mkdir -p $dist/engine
# What counts is what goes over the network, after gzip. Once all crates are linked, a function called from one place is not put there any more
# (a bonus of 15,000 in the compiler would have it so), nor is one by wasm-opt: one large function among large ones packs worse than two, by a tenth in all.
cargo rustc --locked --profile wasm --target wasm32-unknown-unknown -p shenfang-wasm --lib -- -Cllvm-args=-inline-threshold=-14990 -Clink-arg=--emit-relocs
cargo run --locked --quiet -p shenfang-bindgen -- "$target/wasm32-unknown-unknown/wasm/shenfang_wasm.wasm" $dist/engine
if [ "${SHENFANG_FAST:-}" = "" ]; then
  # What rustc emits for this target by default, and nothing newer. Below address 1024 lies the end of the stack, which is never reached.
  for module in engine_bg tools; do
    $package/node_modules/.bin/wasm-opt -Oz -g --one-caller-inline-max-function-size=0 --flexible-inline-max-function-size=0 --low-memory-unused \
      --enable-bulk-memory --enable-mutable-globals --enable-multivalue --enable-nontrapping-float-to-int \
      --enable-reference-types --enable-sign-ext \
      $dist/engine/$module.wasm -o $dist/engine/$module.wasm
    cargo run --locked --quiet -p shenfang-bindgen -- order $dist/engine/$module.wasm
  done
fi
cargo run --locked --quiet -p shenfang-cli -- compile -o $dist/builtin.program
node $package/tools/texts.mjs rules $dist/builtin.texts.json
$package/node_modules/.bin/tsc -p $package
