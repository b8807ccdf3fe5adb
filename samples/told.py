"""Say how many sides the samples have, or how a day on them went: `python samples/told.py --sides | --day`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

from pipeline.domain.record import Record, Settlement
from pipeline.edges.workspace import find, open_workspace
from pipeline.jobs.opening import look_in

HERE = Path(__file__).resolve().parent
BLANKETT = Path(sys.executable).parent / "blankett"


def sides() -> int:
    """Return how many sides the samples have, by their truth."""
    return sum(len(json.loads(path.read_text(encoding="utf-8"))["pages"]) for path in sorted(HERE.glob("*.truth.json")))


def asked(*command: str) -> Any:  # noqa: ANN401 - whatever JSON it writes
    """Return what a command of blankett says in JSON."""
    done = subprocess.run([BLANKETT, *command, "--json"], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def answers() -> Counter[Settlement]:
    """Return how the fields of settled forms came by their answers; those left without one are not counted."""
    with closing(look_in(open_workspace(find()))) as office, office.store.read() as unit:
        records = [unit.documents.load(Record, row.id, "record") for row in unit.forms.all()]
    fields = [field for record in records if record is not None for field in record.fields]
    return Counter(field.settlement for field in fields if not field.value.is_blank)


def day() -> str:
    """Return the day in three lines: fields read, fields keyed, receipts."""
    found = answers()
    alone, keyed = found[Settlement.MACHINE], found[Settlement.CORRECTED]
    read = alone + found[Settlement.CONFIRMED]
    work = asked("report", "--whole")["work"]
    if not work["corrections"]["n"]:
        return "No form is settled yet.\n"
    sent = asked("submit", "--list")
    receipts = [one for one in sent if one["state"] == "receipted"]
    return (
        f"Fields with an answer {read + keyed}: {read} read ({alone} of them never shown to anyone) and {keyed} keyed, "
        f"a median of {work['corrections']['median']:.0f} a form (n {work['corrections']['n']}).\n"
        f"Receipts {len(receipts)} of {len(sent)} submissions, for the forms\n  "
        + "  ".join(one["form"] for one in receipts)
        + "\n"
    )


if __name__ == "__main__":
    sys.stdout.write(day() if "--day" in sys.argv else f"{sides()}\n")
