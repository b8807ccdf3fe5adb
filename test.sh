#!/usr/bin/env bash
# Installs what the tests need and runs every check that a change must pass: style, types, floors, tests, the built wheel.
#   ./test.sh          what CI runs
#   ./test.sh --slow   the long suites too
set -euo pipefail
cd "$(dirname "$0")"
. ./setup.sh test || exit 3
export OMP_THREAD_LIMIT=1
bin=.venv/bin
$bin/ruff format --check pipeline tests benchmarks training
$bin/ruff check pipeline tests benchmarks training
$bin/mypy
# Files of tests are shared out among the cores; each runs its own in order.
together="-n ${TEST_PROCESSES:-auto} --dist loadfile"
if [ "${1:-}" = "--slow" ]; then shift; exec $bin/pytest -q $together -m "slow or not slow" "$@"; fi
exec $bin/pytest -q $together "$@"
