#!/usr/bin/env bash
# From a fresh clone to the console in the browser: engine package, application, local server. `bash start.sh --build` only builds.
set -euo pipefail
cd "$(dirname "$0")"
# The engine is built again when something it is made of is newer; `touch ../build.sh` forces it.
newer() { [ -n "$(find ../../../crates ../../../grammar ../../../rules ../src ../bindgen ../package/src ../build.sh -newer ../package/dist/index.js -type f -print -quit)" ]; }
if [ ! -e ../package/dist/index.js ] || newer; then bash ../build.sh; fi
npm ci --no-audit --no-fund
npm run build
[ "${1:-}" = "--build" ] || exec npm run preview
