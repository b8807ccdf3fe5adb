#!/usr/bin/env bash
# Installs what the tests need and runs every check that a change must pass: style, types, floors, tests, the built wheel.
#   ./test.sh          what CI runs
#   ./test.sh --slow   the long suites too
set -euo pipefail
cd "$(dirname "$0")"
. ./setup.sh test || exit 3
export OMP_THREAD_LIMIT=1
bin=.venv/bin
$bin/ruff format --check pipeline tests benchmarks training samples
$bin/ruff check pipeline tests benchmarks training samples
$bin/mypy
# One process more than there are cores, for many tests wait for another program; who is done takes of another's rest.
together="-n ${TEST_PROCESSES:-$(($(nproc) + 1))} --dist worksteal"
if [ "${1:-}" = "--slow" ]; then shift; exec $bin/pytest -q $together -m "slow or not slow" "$@"; fi
exec $bin/pytest -q $together "$@"
