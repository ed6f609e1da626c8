# Sourced: a virtual environment under the build folder with what tests, examples and bench use. Installs what the machine lacks.
cd "$(dirname "${BASH_SOURCE[0]}")"
target="$(cd ../.. && pwd)/target"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$target}"
environment="$CARGO_TARGET_DIR/python"

lacks() { ! "$@" >/dev/null 2>&1; }
install() { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

if lacks python3 -c 'import ensurepip, venv'; then install python3-venv python3-pip; fi
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
if ! cmp -s requirements.txt "$environment/requirements.txt"; then
    "$environment/bin/pip" install -q --disable-pip-version-check -r requirements.txt
    cp requirements.txt "$environment/requirements.txt"
fi
export VIRTUAL_ENV="$environment" PATH="$environment/bin:$PATH"
