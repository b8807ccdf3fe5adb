"""Pages of each sheet are compared with its blank as they come; what is found is told once, in status and by doctor."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipeline.cli import drift
from pipeline.cli.status import as_json, lines
from pipeline.domain.event import EventKind
from pipeline.edges.workspace import open_workspace
from pipeline.jobs.doctor import examine
from pipeline.jobs.office import Office
from pipeline.jobs.revision import changed, compare_new, comparisons
from pipeline.jobs.status import standing
from pipeline.stages.revised import ENOUGH
from tests.support import quick
from tests.support.typed import STI

TEMPLATE = "klinisk-sti@2025-1"


def _fed(office: Office, inbox: Path, first: int, count: int) -> None:
    """Scan sides whose pictures are noise: no print of the blank is on any of them."""
    sides = [{"template": TEMPLATE, "sheet": 1, "answers": STI, "salt": first}] * count
    quick.fed(office, inbox, sides)


def test_a_sheet_is_compared_when_enough_pages_have_come_and_again_after_as_many(tmp_path: Path) -> None:
    with quick.office(tmp_path) as office:
        _fed(office, tmp_path / "in", 1, ENOUGH - 1)
        assert compare_new(office) == 0
        _fed(office, tmp_path / "in", 2, 1)
        assert [compare_new(office), compare_new(office)] == [1, 0]
        _fed(office, tmp_path / "in", 3, ENOUGH)
        assert [compare_new(office), compare_new(office)] == [1, 0]
        with office.store.read() as unit:
            subjects = [event.subject for event in unit.events(kinds=(EventKind.SHEET_COMPARED,))]
        assert subjects == [f"{TEMPLATE}/1"] * 2


def test_a_changed_sheet_stands_in_status_and_is_told_by_doctor(tmp_path: Path) -> None:
    with quick.office(tmp_path) as office:
        _fed(office, tmp_path / "in", 1, ENOUGH)
        assert standing(office).changed == ()
        compare_new(office)
        now = standing(office)
        assert [(one.template, one.sheet, one.missing > 10) for one in now.changed] == [(TEMPLATE, 1, True)]
        assert now.changed == comparisons(office, TEMPLATE)
        assert any(TEMPLATE in line and "blankett drift" in line for line in lines(now))
        assert as_json(now)["changed_forms"] == drift.as_json(now.changed)
        checks = {check.code: check for check in examine(office, open_workspace(tmp_path / "w"))}
        assert (checks["forms"].well, checks["forms"].fault) == (False, "forms_changed")


def test_a_sheet_of_which_no_pages_come_any_more_is_not_told_for_ever(tmp_path: Path) -> None:
    with quick.office(tmp_path) as office:
        _fed(office, tmp_path / "in", 1, ENOUGH)
        compare_new(office)
        with office.store.read() as unit:
            assert changed(unit, office.now())
            assert not changed(unit, office.now() + dt.timedelta(days=31))
