# Read by bin/demo and bin/test: goes to the clone's folder and sets $python to a
# Python >= 3.12 that really runs. Everything else that is missing is installed
# by portfolio/running/preparing.py.
# shellcheck shell=sh

case ${CAIRN_DATA:-/} in
/*) ;;
*) CAIRN_DATA=$PWD/$CAIRN_DATA && export CAIRN_DATA ;;
esac
CDPATH='' cd -- "$(dirname "$0")/.." || exit 1
tools=$PWD/.cairn/tools
# uv keeps its downloads in the home; without one, in the clone.
[ -w "${HOME:-/nonexistent}" ] || export UV_CACHE_DIR="${UV_CACHE_DIR:-$tools/cache}"

# A name on PATH may be a shim that leads nowhere, so each candidate is run.
suits() {
    [ -x "$1" ] && "$1" -c '
import ctypes, ssl, sys, venv, zlib
sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1
}

first_that_suits() {
    for candidate; do
        if suits "$candidate"; then
            # The program behind a shim, so that signals meet nothing in between.
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    return 1
}

# A folder with one folder per version; 3.13 is what the tests run with.
first_that_suits_in() {
    first_that_suits "$1"/*3.13*/bin/python3 "$1"/*/bin/python3
}

# All programs of these names on PATH, the shims' own versions beside them.
on_path() {
    names=$*
    (
        IFS=:
        set -f
        for folder in $PATH; do
            unset IFS
            for name in $names; do
                printf '%s\n' "${folder:-.}/$name"
            done
            IFS=:
        done
    )
}

home_of_user() {
    if command -v getent >/dev/null 2>&1; then
        getent passwd "$(id -u)" | cut -d: -f6
    fi
}

find_python() {
    first_that_suits "$PWD/.venv/bin/python" && return
    old_ifs=$IFS
    IFS='
'
    # Word splitting at line ends is wanted: one path a line.
    # shellcheck disable=SC2046
    set -- $(on_path python3.13 python3.14 python3.12 python3)
    IFS=$old_ifs
    first_that_suits "$@" && return
    for shims in "$@"; do
        case $shims in
        */shims/python3) first_that_suits_in "${shims%/shims/*}/versions" && return ;;
        esac
    done
    for home in "${HOME:-}" "$(home_of_user)"; do
        first_that_suits_in "$home/.pyenv/versions" && return
        first_that_suits_in "$home/.local/share/uv/python" && return
        first_that_suits "$home"/.local/bin/python3.* && return
    done
    first_that_suits /usr/local/bin/python3* /opt/*/bin/python3 \
        /opt/homebrew/opt/python@3.*/bin/python3.* && return
    first_that_suits_in "$tools/python"
}

# Runs a command so that TERM and Ctrl-C end it at once: a shell would wait for it.
# Where there is setsid the command gets a group, which ends with all its children.
interruptible() {
    if command -v setsid >/dev/null 2>&1; then
        setsid "$@" </dev/null &
        group=-$!
    else
        "$@" </dev/null &
        group=$!
    fi
    trap 'kill -TERM "$group" 2>/dev/null; wait; exit 130' TERM INT HUP
    wait "$!"
    code=$?
    trap - TERM INT HUP
    return "$code"
}

runs_uv() {
    "$1" --version >/dev/null 2>&1
}

# uv for this clone alone, by an older Python's pip or by uv's own installer.
get_uv() {
    for uv in uv "${HOME:-}/.local/bin/uv" "$tools/bin/uv"; do
        runs_uv "$uv" && return
    done
    echo 'Installing uv into .cairn/tools …'
    uv=$tools/bin/uv
    if command -v python3 >/dev/null 2>&1; then
        interruptible python3 -m venv --clear "$tools" >/dev/null 2>&1 &&
            interruptible "$tools/bin/python" -m pip install -qq uv
        runs_uv "$uv" && return
    fi
    for fetch in 'curl -LsSf' 'wget -qO-'; do
        command -v "${fetch%% *}" >/dev/null 2>&1 || continue
        interruptible env UV_UNMANAGED_INSTALL="$tools/bin" \
            sh -c "$fetch https://astral.sh/uv/install.sh | sh"
        runs_uv "$uv" && return
    done
    echo 'uv could not be installed. Install Python 3.12 or newer, or uv' >&2
    echo '(https://docs.astral.sh/uv/), and run this command again.' >&2
    exit 1
}

# shellcheck disable=SC2034 # bin/demo and bin/test use it
python=$(find_python) || {
    get_uv
    echo 'Installing Python 3.13 into .cairn/tools …'
    export UV="$uv" UV_PYTHON_INSTALL_DIR="$tools/python"
    UV_SYSTEM_CERTS=true UV_NATIVE_TLS=true interruptible "$uv" python install 3.13
    python=$(find_python) || {
        echo 'Python 3.12 or newer is needed and could not be installed.' >&2
        exit 1
    }
}
