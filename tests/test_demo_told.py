"""What the demonstration says of its day is what was done."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.desks import TARM, workspace

ROOT = Path(__file__).parent.parent


def test_a_field_that_was_shown_and_accepted_is_read_and_one_that_was_corrected_is_keyed(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    path = tmp_path / "answers.json"
    verdicts = {
        "pat_id": {"kind": "correct", "value": TARM["pat_id"]},
        "pat_namn": {"kind": "correct", "value": "Testa Kanariefågel"},
        "diagnosdatum": {"kind": "accept"},
    }
    path.write_text(json.dumps({"forms": [{"scan": hashlib.sha256(b"scan 0").hexdigest(), "verdicts": verdicts}]}))
    environ = {**os.environ, "BLANKETT_LANGUAGE": "en", "BLANKETT_WORKSPACE": str(root), "PYTHONPATH": str(ROOT)}
    for command in (
        (Path(sys.executable).parent / "blankett", "review", "--verdicts", path),
        (sys.executable, ROOT / "samples" / "told.py", "--day"),
    ):
        done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=True, env=environ)
    told = done.stdout.splitlines()[0]
    assert told.startswith(f"Fields with an answer {len(TARM)}: {len(TARM) - 1} read ({len(TARM) - 3} of them never shown")
    assert "and 1 keyed" in told
