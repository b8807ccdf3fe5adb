"""A reviewer at the desk: what keys do in a real store."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain.event import EventKind
from pipeline.domain.policy import CheckPolicy, Policy
from pipeline.domain.record import FindingKind, Record
from pipeline.domain.review import Ending, Said
from pipeline.domain.status import Status
from pipeline.domain.value import Value
from pipeline.jobs import review
from pipeline.jobs.office import Office
from pipeline.station.desk import Desk
from pipeline.station.state import Notice
from tests.support.desks import ASKED, TARM, Clock, office, wait

pytestmark = pytest.mark.usefixtures("english")


def status(opened: Office, form: str) -> Status:
    with opened.store.read() as unit:
        state = unit.forms.state(form)
    assert state is not None
    return state.status


def record(opened: Office, form: str) -> Record:
    with opened.store.read() as unit:
        found = unit.documents.load(Record, form, "record")
    assert found is not None
    return found


def pressed(desk: Desk, *keys: str) -> bool:
    return all([desk.press(key) for key in keys])  # noqa: C419 - every key counts, also after the last that mattered


def at(desk: Desk) -> str:
    assert desk.station is not None
    return desk.station.ask.key


def test_answering_every_field_settles_the_form_and_opens_the_next(opened: Office) -> None:
    first, second = wait(opened, "one"), wait(opened, "two", {**TARM, "pat_id": "19610118-2803"})
    desk = Desk(opened, "anna")
    assert desk.open()
    begun = desk.station.task.form if desk.station else ""
    assert pressed(desk, "enter", "enter", "enter")
    assert desk.station is not None
    assert {begun, desk.station.task.form} == {first, second}
    assert status(opened, begun) is Status.SETTLED
    assert "on its way" in desk.said
    assert record(opened, begun).value("pat_namn").reveal() == TARM["pat_namn"]


def test_nothing_waiting_opens_nothing(opened: Office) -> None:
    desk = Desk(opened, "anna")
    assert not desk.open()
    assert desk.station is None


def test_after_the_last_form_the_desk_is_done(opened: Office) -> None:
    wait(opened)
    desk = Desk(opened, "anna")
    desk.open()
    assert not pressed(desk, "enter", "enter", "enter")
    assert (desk.station, desk.settled) == (None, 1)


def test_each_verdict_is_kept_before_the_next_field_is_shown(opened: Office) -> None:
    form = wait(opened)
    desk = Desk(opened, "anna")
    desk.open()
    desk.press("b")
    with opened.store.read() as unit:
        events = [event for event in unit.events(form) if event.kind is EventKind.VERDICT_GIVEN]
    assert [(event.param("field"), event.param("kind")) for event in events] == [("pat_id", "blank")]


def test_a_second_reviewer_finds_the_half_done_work_of_an_expired_lease(opened: Office, clock: Clock) -> None:
    form = wait(opened)
    first, second = Desk(opened, "anna"), Desk(opened, "bo")
    first.open()
    first.press("enter")
    assert not second.open()
    clock.push(601)
    assert second.open()
    assert at(second) == "pat_namn"
    assert second.station is not None
    assert second.station.left == 2
    assert pressed(first, "enter") is False
    assert "taken over" in first.said
    pressed(second, "enter", "enter")
    assert status(opened, form) is Status.SETTLED


def test_a_lease_that_expired_unclaimed_is_taken_anew_and_the_verdict_kept(opened: Office, clock: Clock) -> None:
    form = wait(opened)
    desk = Desk(opened, "anna")
    desk.open()
    clock.push(3600)
    assert pressed(desk, "enter")
    clock.push(3600)
    pressed(desk, "enter", "enter")
    assert status(opened, form) is Status.SETTLED


def test_undo_reaches_the_store(opened: Office) -> None:
    wait(opened)
    desk = Desk(opened, "anna")
    desk.open()
    pressed(desk, "b", "u")
    desk.leave()
    again = Desk(opened, "bo")
    again.open()
    assert again.station is not None
    assert (again.station.left, at(again)) == (3, "pat_id")


def test_closing_closes_with_its_reason_and_the_next_opens(opened: Office) -> None:
    form = wait(opened)
    desk = Desk(opened, "anna")
    desk.open()
    assert not pressed(desk, "c", "4")
    assert (status(opened, form), desk.closed) == (Status.CLOSED, 1)
    with opened.store.read() as unit:
        told = [event.param("reason") for event in unit.events(form) if event.kind is EventKind.FORM_CLOSED]
    assert told == [Ending.RECEIVED_BY_ADDRESSEE.value]


def test_next_passes_a_form_by_and_previous_brings_it_back(opened: Office) -> None:
    wait(opened, "one")
    wait(opened, "two", {**TARM, "pat_id": "19610118-2803"})
    desk = Desk(opened, "anna")
    desk.open()
    assert desk.station is not None
    first = desk.station.task.form
    desk.press("n")
    assert desk.station is not None
    assert desk.station.task.form != first
    desk.press("p")
    assert desk.station is not None
    assert desk.station.task.form == first


def test_leaving_gives_the_form_back_with_what_was_answered(opened: Office) -> None:
    form = wait(opened)
    desk = Desk(opened, "anna")
    desk.open()
    assert not pressed(desk, "enter", "q")
    assert status(opened, form) is Status.WAITING
    other = Desk(opened, "bo")
    other.open()
    assert other.station is not None
    assert other.station.left == 2


def test_a_required_answer_that_is_illegible_is_asked_again_and_let_go(opened: Office) -> None:
    form = wait(opened, why={**ASKED, "anm_lakare": FindingKind.LOW_CONFIDENCE})
    desk = Desk(opened, "anna")
    desk.open()
    while desk.station is not None and desk.station.bar is None:
        desk.press("i" if at(desk) == "anm_lakare" else "enter")
    assert at(desk) == "anm_lakare"
    desk.press("i")
    assert status(opened, form) is Status.SETTLED


@pytest.mark.parametrize("shown", [False, True])
def test_what_was_guessed_of_free_handwriting_is_shown_only_where_the_policy_says_so(
    tmp_path: Path, clock: Clock, shown: bool
) -> None:
    opened = office(tmp_path, clock, policy=Policy(check=CheckPolicy(show_guesses=shown)))
    form = wait(
        opened, why={"anm_lakare": FindingKind.UNREAD, "pat_id": FindingKind.UNPROVEN}, by_hand=("anm_lakare", "pat_id")
    )
    desk = Desk(opened, "anna")
    desk.open()
    assert desk.station is not None
    # A comb's characters are read one by one and held against what the number must be: they are shown.
    assert desk.station.ask.proposed == Value("19500907-2553")
    desk.press("enter")
    assert desk.station.ask.key == "anm_lakare"
    assert desk.station.ask.has_proposal is shown
    pressed(desk, *([] if shown else "Ny Namnsson"), "enter")
    assert record(opened, form).value("anm_lakare") == Value(TARM["anm_lakare"] if shown else "Ny Namnsson")
    opened.close()


def test_an_identity_on_a_coded_form_is_covered_shown_once_on_the_record_and_keyed_as_code(opened: Office) -> None:
    sti = {**TARM, "diagnos": "klamydia", "pat_id_typ": "rikskod", "hemortslan": "C"}
    del sti["pat_namn"]
    form = wait(opened, "sti", sti, {"pat_id": FindingKind.IDENTITY_VIOLATION}, "klinisk-sti")
    desk = Desk(opened, "anna")
    desk.open()
    covered = desk.picture()
    assert covered is not None
    assert len(set(covered.raster.pixels.flatten().tolist())) == 2
    desk.press("enter")
    assert desk.station is not None
    assert desk.station.notice is Notice.MASKED
    desk.press("k")
    shown = desk.picture()
    assert shown is not None
    assert shown.raster != covered.raster
    assert [look.action.value for look in opened.looks.by_subject(form)].count("reveal") == 1
    pressed(desk, *"19502553", "enter")
    assert record(opened, form).value("pat_id").reveal() == "1950-2553"


def test_work_that_was_finished_but_not_settled_goes_on_when_it_is_opened(opened: Office) -> None:
    form = wait(opened)
    taken = review.take(opened, "anna", form)
    assert taken is not None
    for proposal in taken.draft.fields:
        if proposal.key in ASKED:
            from pipeline.domain.review import VerdictKind

            review.give(opened, taken.lease, Said(proposal.key, VerdictKind.ACCEPT, proposal.value))
    desk = Desk(opened, "anna")
    assert not desk.open()
    assert status(opened, form) is Status.SETTLED
