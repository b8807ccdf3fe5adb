"""The same person and disease on two papers: told on the later form by the earlier one's id, and never made one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.record import Finding, FindingKind, Open
from pipeline.domain.review import Said, VerdictKind
from pipeline.domain.status import Status
from pipeline.domain.value import Value
from pipeline.edges.engine_inline import InlineEngine
from pipeline.edges.founding import Plan, make
from pipeline.edges.inbox import Inbox, Timing
from pipeline.jobs import review, sweep
from pipeline.jobs.again import SAME_CASE
from pipeline.jobs.intake import Intake
from pipeline.jobs.office import Office
from pipeline.jobs.opening import open_office
from tests.support import quick
from tests.support.stores import NOW
from tests.support.typed import STI

OTHER_CODE = "1961-2803"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    plan = Plan(tmp_path / "w", tmp_path / "in", key=f"file:{tmp_path / 'k'}")
    made = open_office(make(plan, NOW), "w1", InlineEngine())
    quick.given(made)
    ticks = iter(range(10_000))
    made.clock = lambda: NOW + dt.timedelta(seconds=next(ticks))
    sweep.start(made)
    yield made
    made.close()


def came(office: Office, tmp_path: Path, number: int, code: str) -> str:
    """Let one form come, and return its id."""
    known = set(forms(office))
    side = {"template": "klinisk-sti@2025-1", "sheet": 1, "answers": {**STI, "pat_id": code}, "salt": number}
    quick.write(tmp_path / "in" / f"{number}.png", [side])
    Intake(office, Inbox(tmp_path / "in", Timing(quiet_s=0.0))).look(0.0)
    office.engine.drain(10)
    (new,) = set(forms(office)) - known
    return new


def forms(office: Office) -> dict[str, Status]:
    with office.store.read() as unit:
        return {row.id: row.state.status for row in unit.forms.all() if row.state}


def named(office: Office, form: str) -> list[object]:
    """Return the forms that a form's findings name as the same case."""
    with office.store.read() as unit:
        findings = unit.documents.load_many(Finding, form, "findings")
        return [dict(found.params)["form"] for found in findings if found.kind is FindingKind.SAME_CASE]


def answer(office: Office, form: str, **corrections: str) -> review.Done | Open | None:
    """Answer whatever a form asks, with corrections, and settle it."""
    opened = review.take(office, "anna", form)
    assert opened is not None
    lease = opened.lease
    answered = {verdict.key for one in opened.reviews for verdict in one.verdicts}
    for key in {**dict.fromkeys(finding.key for finding in opened.findings), **corrections}:
        if key in answered:
            continue
        value = Value(True) if key == SAME_CASE else opened.draft.value(key)
        kind = VerdictKind.ACCEPT if value.reveal() is not None else VerdictKind.BLANK
        if key in corrections:
            kind, value = VerdictKind.CORRECT, Value(corrections[key])
        renewed = review.give(office, lease, Said(key, kind, value))
        assert renewed is not None
        lease = renewed
    done = review.settle(office, lease)
    assert done is None or isinstance(done, review.Done | Open)
    if isinstance(done, Open):
        review.leave(office, lease)
    return done


def test_the_later_form_names_the_earlier_and_both_go_on(office: Office, tmp_path: Path) -> None:
    first = came(office, tmp_path, 1, STI["pat_id"])
    second = came(office, tmp_path, 2, STI["pat_id"])
    assert (named(office, first), named(office, second)) == ([], [first])
    assert isinstance(answer(office, first), review.Done)
    assert isinstance(answer(office, second), review.Done)
    assert named(office, first) == []
    assert set(forms(office).values()) == {Status.SETTLED}


def test_a_third_form_names_the_first_and_counts_both(office: Office, tmp_path: Path) -> None:
    first, _, third = (came(office, tmp_path, number, STI["pat_id"]) for number in (1, 2, 3))
    assert named(office, third) == [first]
    with office.store.read() as unit:
        (found,) = (f for f in unit.documents.load_many(Finding, third, "findings") if f.kind is FindingKind.SAME_CASE)
    assert dict(found.params)["count"] == 2


def test_a_number_corrected_in_review_is_compared_again_before_it_settles(office: Office, tmp_path: Path) -> None:
    first = came(office, tmp_path, 1, STI["pat_id"])
    second = came(office, tmp_path, 2, OTHER_CODE)
    assert named(office, second) == []
    stays = answer(office, second, pat_id=STI["pat_id"])
    assert isinstance(stays, Open)
    assert stays.keys == (SAME_CASE,)
    assert named(office, second) == [first]
    assert isinstance(answer(office, second), review.Done)
    assert isinstance(answer(office, first), review.Done)


def test_what_was_misread_and_corrected_accuses_nobody(office: Office, tmp_path: Path) -> None:
    first = came(office, tmp_path, 1, OTHER_CODE)
    assert isinstance(answer(office, first, pat_id=STI["pat_id"]), review.Done)
    assert named(office, came(office, tmp_path, 2, OTHER_CODE)) == []
    assert named(office, came(office, tmp_path, 3, STI["pat_id"])) == [first]
