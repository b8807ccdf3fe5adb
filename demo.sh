#!/usr/bin/env bash
# The whole day on the samples: folder, reading, verification, submission, receipt, report.
# Needs nothing but this checkout; makes ./demo-workspace anew each time and stops what it starts.
set -euo pipefail
cd "$(dirname "$0")"
. ./setup.sh run || exit 3

bin=.venv/bin/blankett
home="$PWD/demo-workspace"
work="$home/workspace"; inbox="$home/inbox"; out="$home/out"
rm -rf "$home"; mkdir -p "$inbox" "$out"
export BLANKETT_WORKSPACE="$work"

step() { printf '\n\033[1m%s\033[0m\n' "$*" | if [ -t 1 ]; then cat; else sed 's/\x1b\[[0-9;]*m//g'; fi; }

step "1  The reference recipient (not SmiNet) on this machine"
$bin receiver --port 0 --data "$home/recipient" --ready "$home/recipient.url" >"$home/recipient.log" 2>&1 &
recipient=$!
trap 'kill "$recipient" 2>/dev/null || true; wait "$recipient" 2>/dev/null || true' EXIT
for _ in $(seq 100); do [ -s "$home/recipient.url" ] && break; sleep 0.1; done
[ -s "$home/recipient.url" ] || { echo "the recipient did not start:"; tail -3 "$home/recipient.log"; exit 8; }
echo "listening at $(cat "$home/recipient.url")"

step "2  A workspace"
$bin init "$work" --inbox "$inbox" --key "file:$home/vault.key" --set recipient.name=reference \
  --set "recipient.url=$(cat "$home/recipient.url")" --set unit.region=C --set unit.name="Smittskyddsenheten (demo)"

step "3  The scanner's folder: the samples"
sides=$(.venv/bin/python samples/told.py --sides)
find samples -maxdepth 1 -type f \( -name '*.pdf' -o -name '*.tif' -o -name '*.png' -o -name '*.jpg' \) -exec cp {} "$inbox/" \;
$bin pile --arrived "$(date +%F)" --count "$sides"
$bin run --once
$bin status

step "4  Verification"
if [ -t 0 ] && [ -t 1 ] && [ -z "${BLANKETT_DEMO_SCRIPTED:-}" ]; then
  echo "The most urgent task opens now; q leaves it. The rest is answered from samples/verdicts.json."
  $bin review || true
fi
$bin review --verdicts samples/verdicts.json

step "5  Submission"
$bin run --once
$bin status

step "6  The report (the samples carry fixed dates, so all of them arrive late)"
$bin report
$bin report --html "$out/report.html" --whole
$bin report --json > "$out/report.json"
$bin report --csv > "$out/report.csv"
echo
.venv/bin/python samples/told.py --day

step "What was made"
printf '  workspace  %s\n  report     %s\n  recipient  %s\n' "$work" "$out/report.html" "$home/recipient"
echo "Look around: BLANKETT_WORKSPACE=$work $bin find   ·   $bin status   ·   $bin review"
