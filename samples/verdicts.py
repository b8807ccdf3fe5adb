"""Write the scripted verdicts of the samples, from their truth: `python samples/verdicts.py`.

What a person would answer who reads perfectly; `blankett review --verdicts samples/verdicts.json` uses only the answers to
fields that were sent to review.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CODED = "klinisk-sti"
FULL = re.compile(r"(\d{4})\d{4}-(\d{4})")


def verdicts(folder: Path = HERE) -> dict[str, Any]:
    """Return the answers of every form in a folder of scans with their truth beside them."""
    forms = []
    for path in sorted(folder.glob("*.truth.json")):
        truth = json.loads(path.read_text(encoding="utf-8"))
        scan = next(file for file in sorted(folder.glob(path.name.replace(".truth.json", ".*"))) if file != path)
        digest = hashlib.sha256(scan.read_bytes()).hexdigest()
        # A form that lies in two scans belongs to neither's list: both tell its fields at the top.
        for form in truth["forms"] or [{"template": truth["template"], "fields": truth["fields"]}]:
            page = {"page": form["pages"][0]} if form.get("pages") else {}
            forms.append({"scan": digest, **page, "verdicts": answers(form["template"], form["fields"])})
    return {"version": 1, "forms": forms}


def answers(template: str, fields: dict[str, Any]) -> dict[str, Any]:
    """Return the answers to one form's fields; on a coded form a full number is answered by its code."""
    said = {
        key: {"kind": "blank"} if value is None else {"kind": "correct", "value": value} for key, value in fields.items()
    }
    full = FULL.fullmatch(str(fields.get("pat_id") or fields.get("annat_nummer"))) if template == CODED else None
    if full:
        said["pat_id"] = {"kind": "correct", "value": f"{full[1]}-{full[2]}"}
        said["pat_id_typ"] = {"kind": "correct", "value": "rikskod"}
        said["annat_nummer"] = {"kind": "blank"}
    said["same_case"] = {"kind": "accept"}
    return said


if __name__ == "__main__":
    told = json.dumps(verdicts(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    (HERE / "verdicts.json").write_text(told, encoding="utf-8")
    sys.stdout.write(f"{len(json.loads(told)['forms'])} forms\n")
