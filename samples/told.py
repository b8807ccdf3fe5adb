"""Say how many sides the samples have, or how a day on them went: `python samples/told.py --sides | --day`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BLANKETT = Path(sys.executable).parent / "blankett"


def sides() -> int:
    """Return how many sides the samples have, by their truth."""
    return sum(len(json.loads(path.read_text(encoding="utf-8"))["pages"]) for path in sorted(HERE.glob("*.truth.json")))


def asked(*command: str) -> Any:
    """Return what a command of blankett says in JSON."""
    done = subprocess.run([BLANKETT, *command, "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def day() -> str:
    """Return the day in three lines: fields read, fields keyed, receipts."""
    work = asked("report", "--whole")["work"]
    sent = asked("submit", "--list")
    receipts = [one for one in sent if one["state"] == "receipted"]
    keyed = work["fields"] - work["auto_fields"]
    return (
        f"Fields with an answer {work['fields']}: {work['auto_fields']} read and never shown to anyone, {keyed} shown to the "
        f"verifier, who changed a median of {work['corrections']['median']:.0f} a form (n {work['corrections']['n']}).\n"
        f"Receipts {len(receipts)} of {len(sent)} submissions, for the forms\n  "
        + "  ".join(one["form"] for one in receipts)
        + "\n"
    )


if __name__ == "__main__":
    sys.stdout.write(day() if "--day" in sys.argv else f"{sides()}\n")
