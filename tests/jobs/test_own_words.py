"""What a unit lists in its settings is known to the eye that reads its forms."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipeline.domain.value import Value
from pipeline.edges.founding import Plan, make
from pipeline.jobs.opening import look_in
from pipeline.readers.eyes import look
from tests.support.strips import clip, writing

CLINIC, LABORATORY = "Vårdcentralen Ärlan, Kalmar", "Mikrobiologiska laboratoriet, Växjö"


def test_clinics_and_laboratories_of_the_settings_are_offered_beside_what_is_read(tmp_path: Path) -> None:
    own = (("unit.clinics", (CLINIC,)), ("unit.laboratories", (LABORATORY,)))
    office = look_in(make(Plan(tmp_path / "ws", key=f"file:{tmp_path / 'key'}", more=own), dt.datetime.now(dt.UTC)))
    clips = [
        clip("anm_klinik", writing("Vårdcentralen Ärian, Kalmar", 9)),
        clip("lab_namn", writing("Mikrobioiogiska laboratoriet, Växjö", 8)),
    ]
    offered = {one.key: [other.value for other in one.alternatives] for one in look(clips, office.sight.readers[1:2])}
    office.close()
    assert offered == {"anm_klinik": [Value(CLINIC)], "lab_namn": [Value(LABORATORY)]}
