#!/bin/sh
# Renews both locks from requirements.in and requirements-test.in. Needs uv on PATH (or its path in UV).
# Of uv's lock forms this is the one that names no registry, and pip can install from it.
set -eu
cd "$(dirname "$0")/.."
uv="${UV:-uv}"
command -v "$uv" >/dev/null 2>&1 || { echo "uv is needed to renew the locks: put it on PATH or set UV=/path/to/uv" >&2; exit 1; }

compile() {
    name="$1"
    shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
        "$@" "$name.in" -o "$name.lock"
}

compile requirements "$@"
compile requirements-test "$@"
if grep -nE '://|file:' requirements.lock requirements-test.lock; then
    echo "a lock names an address: nothing but names, versions and hashes belongs there" >&2
    exit 1
fi
