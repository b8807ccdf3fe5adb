"""What stands on one form, and what befalls one file, never stops the day for the others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.domain.event import EventKind
from pipeline.domain.placement import PageState
from pipeline.domain.record import Finding, FindingKind
from pipeline.domain.status import Status
from pipeline.errors import StoreError
from pipeline.jobs import sweep
from pipeline.jobs.office import Office
from tests.support import quick
from tests.support.typed import STI


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with quick.office(tmp_path) as made:
        yield made


def fed(office: Office, inbox: Path, *days: str) -> None:
    """Scan a form for each of some days of diagnosis, and do all that can be done."""
    told = enumerate({**STI, "diagnosdatum": day} for day in days)
    sides = ({"template": "klinisk-sti@2025-1", "sheet": 1, "answers": answers, "salt": n} for n, answers in told)
    quick.fed(office, inbox, *([side] for side in sides))


def standing(office: Office) -> list[Status]:
    with office.store.read() as unit:
        return [row.state.status for row in unit.forms.all() if row.state]


def bugs(office: Office) -> int:
    with office.store.read() as unit:
        return len(list(unit.events(kinds=(EventKind.BUG,))))


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_last_day_there_is_stops_nobody(office: Office, tmp_path: Path, day: str) -> None:
    fed(office, tmp_path / "in", day, "2026-11-20")
    assert standing(office) == [Status.WAITING, Status.WAITING]
    assert bugs(office) == 0


def test_a_form_that_no_facts_can_be_made_of_goes_to_a_human_whole(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.jobs import reading

    rightly = reading.facts_of

    def stumbling(told, *more):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN202
        if told.value("diagnosdatum").reveal() == "2026-11-19":
            raise ZeroDivisionError
        return rightly(told, *more)

    monkeypatch.setattr(reading, "facts_of", stumbling)
    fed(office, tmp_path / "in", "2026-11-19", "2026-11-20")
    assert standing(office) == [Status.WAITING, Status.WAITING]
    assert bugs(office) == 1
    with office.store.read() as unit:
        findings = [unit.documents.load_many(Finding, row.id, "findings") for row in unit.forms.all()]
    unread = [sum(finding.kind is FindingKind.UNREAD for finding in found) for found in findings]
    assert sorted(bool(count) for count in unread) == [False, True]


def test_a_disk_that_is_full_again_and_again_is_not_counted_against_a_side(office: Office, tmp_path: Path) -> None:
    rightly = office.sight.cut

    def full(*_: object) -> None:
        raise StoreError("disk_full")

    office.sight = replace(office.sight, cut=full)  # type: ignore[arg-type]
    for _ in range(25):
        with pytest.raises(StoreError, match="disk_full"):
            fed(office, tmp_path / "in", "2026-11-20")
        office.engine.wipe()
        sweep.sweep(office)
    office.sight = replace(office.sight, cut=rightly)
    office.engine.drain(60)
    with office.store.read() as unit:
        assert unit.pages.counts() == {PageState.PLACED: 1}
