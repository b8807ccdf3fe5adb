"""The report counts what the store holds, and agrees with the status about paper."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from pipeline.domain.event import Event, EventKind
from pipeline.domain.facts import Facts
from pipeline.domain.placement import PageState
from pipeline.domain.report import Leg
from pipeline.domain.scan import Pile
from pipeline.edges import catalogue
from pipeline.edges.engine_inline import InlineEngine
from pipeline.edges.scratch import Scratch
from pipeline.edges.store.scans import Arrival, Grade
from pipeline.jobs.office import Doors, Habits, Office
from pipeline.jobs.report import report
from pipeline.jobs.status import all_piles
from tests.support.stores import NOW, digest, open_store, waiting


def _never() -> None:
    raise AssertionError("a report opens no such door")


def office(folder: Path) -> Office:
    doors = Doors(_never, _never, catalogue.load, _never, _never)  # type: ignore[arg-type]
    made = Office(open_store(folder), InlineEngine(), doors, Habits(), Scratch("w1", folder / "tmp"))
    made.clock = lambda: NOW
    return made


def test_an_empty_workspace_has_an_empty_report(tmp_path: Path) -> None:
    told = report(office(tmp_path), None, None, share=False)
    assert (told.total.n, told.sides_in, told.accounted) == (0, 0, None)
    assert told.since == told.until == NOW.date()


def test_forms_facts_and_piles_are_counted(tmp_path: Path) -> None:
    made = office(tmp_path)
    pile = Pile("p1", NOW.date(), 2)
    with made.store.begin() as unit:
        unit.piles.name(pile, NOW)
        for name in ("a", "b"):
            form = waiting(unit, name)
            unit.scans.arrive(Arrival(digest(name), "p1", NOW, Grade.FIRST, "0" * 64))
            day = NOW.date() - dt.timedelta(days=1)
            unit.facts.put(Facts(form.id, "ehec", "klinisk", arrived=NOW.date(), diagnosed=day, read_at=NOW))
    told = report(made, None, None, share=False)
    assert told.total.n == 2
    assert [(form.template, form.n) for form in told.forms] == [("klinisk-tarm@2025-1", 2)]
    assert told.by_disease[0].name == "ehec"
    assert (told.sides, told.sides_fed) == (((PageState.PLACED, 2),), 2)
    assert next(figure for figure in told.legs if figure.leg is Leg.ARRIVAL_READ).spread.n == 2
    (seen,) = all_piles(made)
    assert (told.piles[0].sides_in, told.piles[0].sides_fed) == (seen.sides_in, seen.pile.sides_fed)


def test_what_is_shared_is_withheld_and_a_period_is_kept_to(tmp_path: Path) -> None:
    made = office(tmp_path)
    with made.store.begin() as unit:
        waiting(unit, "a")
    assert report(made, None, None, share=True).total.n is None
    assert report(made, NOW.date() + dt.timedelta(days=1), None, share=False).total.n == 0


def test_a_form_counts_as_submitted_when_it_was_first_handed_over(tmp_path: Path) -> None:
    made = office(tmp_path)
    with made.store.begin() as unit:
        form = waiting(unit, "a")
        settled, tried, received = (NOW + dt.timedelta(hours=hours) for hours in (0, 1, 26))
        moments = {"settled_at": settled, "sent_at": received, "receipt_at": received}
        unit.facts.put(Facts(form.id, "ehec", "klinisk", arrived=NOW.date(), **moments))
        for at in (tried, tried + dt.timedelta(hours=20)):
            unit.append(Event(EventKind.SUBMISSION_TRIED, form.id, at))
    legs = {figure.leg: figure.spread.median for figure in report(made, None, None, share=False).legs}
    assert legs[Leg.VERIFIED_SUBMITTED] == pytest.approx(1 / 24)
    assert legs[Leg.SUBMITTED_RECEIPT] == pytest.approx(25 / 24)
