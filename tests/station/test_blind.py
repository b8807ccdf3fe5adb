"""Keying blind at the desk, in a real store: what is hidden, what settles a field, and who is asked when keyers differ."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from pipeline.domain.event import Event, EventKind
from pipeline.domain.record import FindingKind, Record, Settlement
from pipeline.domain.review import Verdict
from pipeline.domain.status import Status
from pipeline.edges.store.tables import evidence
from pipeline.jobs import review
from pipeline.jobs.office import Office
from pipeline.station.answers import AnswerFile, answer
from pipeline.station.desk import Desk
from pipeline.station.screen import screen
from pipeline.station.state import Notice
from tests.support.desks import CLASS, TARM, Clock, prove, wait

pytestmark = pytest.mark.usefixtures("english")

WHY = {"pat_id": FindingKind.UNPROVEN, "diagnosdatum": FindingKind.UNPROVEN}
NUMBER, DAY, OTHER, THIRD = "195009072553", "2026-11-20", "2026-11-19", "2026-11-18"


@pytest.fixture
def opened(opened: Office) -> Office:
    prove(opened.store, wrong=100)  # of five thousand: nothing is proved
    return opened


@pytest.fixture
def desk(opened: Office) -> Desk:
    wait(opened, why=WHY)
    made = Desk(opened, "anna")
    assert made.open()
    return made


def here(opened: Office, *names: str) -> None:
    """Let others have been at work today."""
    with opened.store.begin() as unit:
        for name in names:
            unit.append(Event(EventKind.LEASE_TAKEN, "some-other-form", opened.now(), (), name))


def key(desk: Desk, typed: str) -> None:
    for letter in (*typed, "enter"):
        desk.press(letter)


def asked(desk: Desk) -> str:
    assert desk.station is not None
    return desk.station.ask.key


def seen(desk: Desk) -> str:
    assert desk.station is not None
    rows = screen(desk.station, (100, 30), None).rows
    return "\n".join("".join(span.text for span in row) for row in rows)


def modes(opened: Office, form: str, field: str) -> list[tuple[str, str]]:
    with opened.store.read() as unit:
        told = [
            event for event in unit.events(form) if event.kind is EventKind.VERDICT_GIVEN and event.param("field") == field
        ]
    return [(str(event.param("kind")), str(event.param("mode"))) for event in told]


def settled(opened: Office, form: str, field: str) -> tuple[object, Settlement]:
    with opened.store.read() as unit:
        record = unit.documents.load(Record, form, "record")
    assert record is not None
    found = next(one for one in record.fields if one.key == field)
    return found.value.reveal(), found.settlement


def test_what_the_machine_read_is_nowhere_on_the_screen_and_cannot_be_accepted_or_fetched(desk: Desk) -> None:
    for pressed in ("", "enter", "up", "esc", "e", "up", "esc"):
        desk.press(pressed) if pressed else None
        assert "2553" not in seen(desk)
        assert "19500907" not in seen(desk)
    assert "key it: what the machine read is hidden" in seen(desk)
    assert desk.station is not None
    assert (desk.station.left, desk.station.given) == (2, ())


def test_the_same_as_the_machine_read_settles_a_field_at_once(opened: Office, desk: Desk) -> None:
    form = desk.station.task.form if desk.station else ""
    key(desk, NUMBER)
    key(desk, DAY)
    assert settled(opened, form, "pat_id") == ("19500907-2553", Settlement.CONFIRMED)
    assert modes(opened, form, "diagnosdatum") == [("accept", "blind")]


def test_alone_a_person_keys_it_once_more_after_the_other_fields_and_twice_the_same_stands(
    opened: Office, desk: Desk
) -> None:
    form = desk.station.task.form if desk.station else ""
    key(desk, NUMBER)
    desk.press("u")
    desk.press("tab")
    key(desk, OTHER)
    assert desk.station is not None
    assert desk.station.notice is Notice.KEY_AGAIN
    assert asked(desk) == "pat_id"
    key(desk, NUMBER)
    assert asked(desk) == "diagnosdatum"
    assert "key it once more" in seen(desk)
    assert not any(day in seen(desk) for day in (DAY, OTHER))
    key(desk, OTHER)
    assert settled(opened, form, "diagnosdatum") == (OTHER, Settlement.CORRECTED)
    assert modes(opened, form, "diagnosdatum") == [("keyed", "blind"), ("correct", "blind_alone")]


def test_a_slip_is_put_right_when_the_second_keying_says_what_the_machine_read(opened: Office, desk: Desk) -> None:
    form = desk.station.task.form if desk.station else ""
    key(desk, NUMBER)
    key(desk, OTHER)
    key(desk, DAY)
    assert settled(opened, form, "diagnosdatum") == (DAY, Settlement.CONFIRMED)
    assert modes(opened, form, "diagnosdatum") == [("keyed", "blind"), ("accept", "blind")]


def test_three_values_are_shown_to_who_has_keyed_twice(opened: Office, desk: Desk) -> None:
    form = desk.station.task.form if desk.station else ""
    key(desk, NUMBER)
    key(desk, OTHER)
    key(desk, THIRD)
    assert all(day in seen(desk) for day in (DAY, OTHER, THIRD))
    desk.press("enter")
    key(desk, "")
    assert asked(desk) == "diagnosdatum"  # nothing is proposed: it is keyed, or fetched on purpose
    desk.press("up")
    desk.press("up")
    desk.press("enter")
    assert settled(opened, form, "diagnosdatum")[0] in (DAY, OTHER, THIRD)
    assert modes(opened, form, "diagnosdatum")[-1][1] == "adjudicated"


def test_where_somebody_else_is_at_work_they_key_what_differs_and_see_nothing_of_it(
    opened: Office, desk: Desk, clock: Clock
) -> None:
    form = desk.station.task.form if desk.station else ""
    desk.leave()
    here(opened, "bo")
    desk.open(form)
    key(desk, NUMBER)
    assert not [desk.press(letter) for letter in (*OTHER, "enter")][-1]
    assert "waits for somebody else" in desk.said
    assert not desk.open()  # not for her who keyed it
    second = Desk(opened, "bo")
    assert second.open()
    assert (asked(second), second.station and second.station.left) == ("diagnosdatum", 1)
    assert not any(day in seen(second) for day in (DAY, OTHER))
    key(second, OTHER)
    assert settled(opened, form, "diagnosdatum") == (OTHER, Settlement.CORRECTED)
    assert modes(opened, form, "diagnosdatum") == [("keyed", "blind"), ("correct", "blind")]
    with opened.store.read() as unit:
        verdicts = unit.documents.load_all(Verdict, form, "verdict")
    assert [one.reviewer for one in verdicts if one.key == "diagnosdatum"] == ["anna", "bo"]


def test_a_third_person_keys_first_and_sees_all_only_when_they_differ_too(opened: Office, desk: Desk) -> None:
    form = desk.station.task.form if desk.station else ""
    desk.leave()
    here(opened, "bo", "cecilia")
    desk.open(form)
    key(desk, NUMBER)
    key(desk, OTHER)
    second, third = Desk(opened, "bo"), Desk(opened, "cecilia")
    second.open()
    key(second, THIRD)
    assert "waits for somebody else" in second.said
    assert third.open()
    assert not any(day in seen(third) for day in (DAY, OTHER, THIRD))
    key(third, "2026-11-17")
    assert all(day in seen(third) for day in (DAY, OTHER, THIRD))
    key(third, THIRD)
    assert settled(opened, form, "diagnosdatum") == (THIRD, Settlement.CORRECTED)
    assert modes(opened, form, "diagnosdatum")[-1] == ("correct", "adjudicated")


def test_when_nobody_comes_it_is_asked_again_of_who_keyed_it(opened: Office, desk: Desk, clock: Clock) -> None:
    form = desk.station.task.form if desk.station else ""
    desk.leave()
    here(opened, "bo")
    desk.open(form)
    key(desk, NUMBER)
    key(desk, OTHER)
    assert not desk.open()
    clock.push(7201)
    here(opened, "bo")
    assert desk.open()
    key(desk, OTHER)
    assert modes(opened, form, "diagnosdatum")[-1] == ("correct", "blind_alone")
    with opened.store.read() as unit:
        state = unit.forms.state(form)
    assert state is not None
    assert state.status is Status.SETTLED


def test_undo_takes_back_what_one_keyed_and_never_what_somebody_else_did(opened: Office, desk: Desk) -> None:
    form = desk.station.task.form if desk.station else ""
    desk.leave()
    here(opened, "bo")
    desk.open(form)
    desk.press("tab")
    key(desk, OTHER)
    desk.press("u")
    assert asked(desk) == "diagnosdatum"
    key(desk, OTHER)
    key(desk, NUMBER)
    second = Desk(opened, "bo")
    second.open()
    second.press("u")
    assert second.station is not None
    assert second.station.standing.keys() == set()  # the number that anna keyed like the machine is taken back
    second.press("u")
    assert second.station.notice is Notice.NOTHING_TO_UNDO


def test_nothing_written_is_held_against_the_machine_too(opened: Office) -> None:
    form = wait(opened, "empty", why={"diagnosdatum": FindingKind.UNPROVEN})
    desk = Desk(opened, "anna")
    desk.open(form)
    desk.press("b")
    assert modes(opened, form, "diagnosdatum") == [("keyed", "blind")]
    assert asked(desk) == "diagnosdatum"


def with_share(opened: Office, share: float) -> None:
    opened.habits = replace(opened.habits, blind_share=share)


def test_what_is_keyed_blind_proves_the_class_and_what_was_read_wrongly_takes_that_back(opened: Office) -> None:
    with opened.store.begin() as unit:
        unit.connection.execute(update(evidence).values(n=2138, wrong=0))  # one too few: 2139 are needed
    for number, typed in enumerate((DAY, OTHER)):
        wait(opened, f"scan {number}", why={"diagnosdatum": FindingKind.UNPROVEN})
        desk = Desk(opened, "anna")
        desk.open()
        while desk.station is not None:
            key(desk, typed)
        with_share(opened, 1.0)  # what is proved is confirmed, but for a share; of the second form all
    with opened.store.read() as unit:
        told = [event for event in unit.events("policy") if event.kind is EventKind.POLICY_SET]
        known = {one.class_: (one.n, one.wrong) for one in unit.evidence.all()}
    assert [(event.param("class"), event.param("mode"), event.param("n"), event.param("wrong")) for event in told] == [
        (CLASS, "confirm", 2139, 0),
        (CLASS, "blind", 2140, 1),
    ]
    assert known == {CLASS: (2140, 1)}


def test_what_is_doubted_besides_or_answered_from_a_file_is_no_evidence(opened: Office) -> None:
    form = wait(opened, why={"diagnosdatum": FindingKind.LOW_CONFIDENCE})
    desk = Desk(opened, "anna")
    desk.open()
    key(desk, DAY)
    other = wait(opened, "other", {**TARM, "pat_id": "19610118-2803"}, {"diagnosdatum": FindingKind.UNPROVEN})
    file = AnswerFile.model_validate(
        {"forms": [{"form": other, "verdicts": {"diagnosdatum": {"kind": "correct", "value": DAY}}}]}
    )
    assert answer(opened, "anna", file).settled == 1
    assert modes(opened, form, "diagnosdatum") + modes(opened, other, "diagnosdatum") == [
        ("accept", "blind"),
        ("accept", "file"),
    ]
    with opened.store.read() as unit:
        assert [(one.n, one.wrong) for one in unit.evidence.all()] == [(5000, 100)]


def test_a_file_cannot_accept_what_is_keyed_blind(opened: Office) -> None:
    form = wait(opened, why=WHY)
    file = AnswerFile.model_validate({"forms": [{"form": form, "verdicts": {field: {"kind": "accept"} for field in WHY}}]})
    assert answer(opened, "anna", file).open == [form]


def test_of_what_is_proved_a_share_is_keyed_blind_all_the_same_and_stays_so(opened: Office) -> None:
    prove(opened.store)
    forms = [wait(opened, f"scan {number}", why=WHY) for number in range(40)]

    def drawn(share: float) -> set[tuple[str, str]]:
        with_share(opened, share)
        found = set()
        for form in forms:
            taken = review.take(opened, "anna", form)
            assert taken is not None
            found |= {(form, field) for field in taken.blind}
        return found

    some = drawn(0.3)
    assert 8 <= len(some) <= 44
    assert drawn(0.3) == some < drawn(0.9)
    assert (drawn(0.0), len(drawn(1.0))) == (set(), 80)
