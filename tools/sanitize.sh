#!/bin/sh
# sanitize.sh [DIR] [meson test options] - the test-suite under the address and undefined-behaviour sanitizers, in a folder of its own.
# Leaks of Open MPI and PETSc themselves are listed in tests/house/lsan.supp; everything else fails.
set -eu
cd "$(dirname "$0")/.."
. tools/env.sh
dir=${1:-build-sanitize}
[ $# = 0 ] || shift

sh tools/install.sh test
sh tools/build.sh "$dir" -Db_sanitize=address,undefined -Db_lundef=false -Doptimization=1
meson test -C "$dir" --no-rebuild --print-errorlogs --timeout-multiplier 5 "$@" </dev/null || true
exec /usr/bin/python3 tools/count.py "$dir/meson-logs/testlog.json"
