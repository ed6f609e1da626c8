#!/usr/bin/env bash
# Builds the npm package and tests it: types, Node, Chromium (installed where it is absent).
set -euo pipefail
cd "$(dirname "$0")"
bash build.sh
if [ -z "${CHROMIUM:-}" ] && ! [ -x /usr/bin/chromium ]; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
fi
cd package
node tools/sizes.mjs
node_modules/.bin/tsc -p test
node --test --test-concurrency=1 test/*.test.mjs
