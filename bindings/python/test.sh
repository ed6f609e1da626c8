#!/usr/bin/env bash
# Python: the wheel, installed where nothing can compile; types; tests; the example's command line.
# The wheel is built with the profile that the other tests are built with, so that nothing is compiled twice; PROFILE=release tries the one that ships.
set -euo pipefail
source "$(dirname "$0")/environment.sh"
if lacks java -version; then install default-jre-headless; fi

wheels="$CARGO_TARGET_DIR/wheels"
rm -rf "$wheels"
maturin build --profile "${PROFILE:-dev}" --locked --quiet --out "$wheels"
wheel="$(echo "$wheels"/shenfang-*-abi3-*.whl)"
pip install -q --disable-pip-version-check --force-reinstall --no-deps "$wheel"

# Every CPython of this machine, each with nothing but the wheel, no index and no compiler.
tried=""
for python in $(command -v python3.{9..20} python3 || true) "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.*/bin/python3; do
    version="$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2], sys.implementation.name)' 2>/dev/null || true)"
    case "$version" in 3.9\ cpython | 3.1?\ cpython) ;; *) continue ;; esac
    case "$tried" in *"|$version|"*) continue ;; esac
    lacks "$python" -c 'import ensurepip, venv' && continue
    tried="$tried|$version|"
    clean="$(mktemp -d)"
    "$python" -m venv "$clean"
    PATH=/nowhere CC=/nowhere/cc "$clean/bin/python" -m pip install -q --disable-pip-version-check --no-index "$wheel"
    printf '%s: ' "$version"
    (cd "$clean" && PATH=/nowhere "$clean/bin/python" "$OLDPWD/clean.py")
    rm -rf "$clean"
done
[ -n "$tried" ]

mypy
pyright
# The installed package is tested, not the folder beside the tests.
pytest tests --pyargs shenfang
