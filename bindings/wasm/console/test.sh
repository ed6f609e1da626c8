#!/usr/bin/env bash
# The console's tests in Chromium, with the real engine and packs; installs the browser and its fonts where they are missing.
set -euo pipefail
cd "$(dirname "$0")"
if ! command -v chromium >/dev/null && [ -z "${CHROMIUM:-}" ]; then
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk >/dev/null
fi
bash start.sh --build
npm test
