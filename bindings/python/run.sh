#!/usr/bin/env bash
# Builds the package for this machine and runs Python with it: `bash bindings/python/run.sh examples/month.py`.
set -euo pipefail
source "$(dirname "$0")/environment.sh"
maturin develop --release --locked --quiet
exec python "$@"
