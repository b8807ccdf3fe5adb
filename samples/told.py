"""Say how many sides the samples have, or how the demonstration went: `python samples/told.py --sides | --day`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BLANKETT = HERE.parent / ".venv" / "bin" / "blankett"


def sides() -> int:
    """Return how many sides the samples have, by their truth."""
    return sum(len(json.loads(path.read_text(encoding="utf-8"))["pages"]) for path in sorted(HERE.glob("*.truth.json")))


if __name__ == "__main__":
    sys.stdout.write(f"{sides()}\n")
