"""Handing a form up to a supervisor with a note, and giving it back with an answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from pipeline.cli.status import lines
from pipeline.domain.event import EventKind
from pipeline.domain.record import FindingKind
from pipeline.domain.review import Note
from pipeline.domain.status import Status
from pipeline.domain.value import Value
from pipeline.edges.store.tables import event, task
from pipeline.jobs import review
from pipeline.jobs.office import Office
from pipeline.jobs.status import standing
from pipeline.station.answers import AnswerFile, answer
from pipeline.station.desk import Desk
from pipeline.station.effects import Hand
from pipeline.station.plain import Plain
from pipeline.station.press import press
from pipeline.station.screen import place, screen
from pipeline.station.state import Mode, Notice, Station
from tests.support.desks import ASKED, TARM, Clock, prove, wait
from tests.support.stations import NOW, station

pytestmark = pytest.mark.usefixtures("english")

ASKS, ANSWERS = "Two persons on one form?", "No, one who moved"
DUE = dt.timedelta(days=1)


def pressed(desk: Desk, *keys: str) -> bool:
    return all([desk.press(key) for key in keys])  # noqa: C419 - every key counts


def seen(state: Station, size: tuple[int, int] = (80, 24)) -> list[str]:
    return ["".join(span.text for span in row) for row in screen(state, size, None).rows]


def handed_up(opened: Office, clock: Clock) -> str:
    """Let a form be answered in part and handed up; return it."""
    form = wait(opened)
    with opened.store.begin() as unit:
        unit.tasks.put(form, clock.now + DUE, 20, 3)
    desk = Desk(opened, "anna")
    desk.open()
    assert not pressed(desk, "enter", "h", *ASKS, "enter")
    assert desk.said == f"{form} is handed up, with your note."
    return form


def test_a_note_is_asked_for_and_without_one_the_form_stays() -> None:
    state = station()
    for key in ("h", " ", "enter"):
        state, effects = press(state, key)
    assert (state.mode, state.notice, effects) == (Mode.NOTE, Notice.NO_NOTE, ())
    for key in ("ctrl-u", *ASKS):
        state = press(state, key)[0]
    assert ASKS not in repr(state)
    assert press(state, "enter")[1] == (Hand(Value(ASKS), up=True),)
    assert replace(press(state, "esc")[0], notice=Notice.NONE) == station()


def test_a_long_note_shows_its_end_while_typed_and_takes_two_rows_at_most_when_read() -> None:
    state = press(station(), "h")[0]
    for letter in "x" * 100 + "end":
        state = press(state, letter)[0]
    assert any(row.startswith("  note> xxx") and row.rstrip().endswith("end") for row in seen(state))
    noted = replace(station(), notes=(Note(Value("word " * 40), "anna", NOW),))
    rows = seen(noted)
    told = [row for row in rows if "word" in row]
    assert (len(told), told[-1].endswith("[...]"), len(rows)) == (2, True, 24)
    spot = place(noted, (80, 24))
    assert spot is not None
    assert spot.top == 5


def test_a_form_that_is_handed_up_leaves_the_common_queue_with_its_answers(opened: Office, clock: Clock) -> None:
    form = handed_up(opened, clock)
    assert not Desk(opened, "bo").open()
    supervisor = Desk(opened, "maria", handed_up=True)
    assert supervisor.open()
    assert supervisor.station is not None
    assert supervisor.station.left == 2
    assert [(note.text, note.writer) for note in supervisor.station.notes] == [(Value(ASKS), "anna")]
    pressed(supervisor, "q")
    assert not Desk(opened, "bo").open(), "left, it still waits for a supervisor"
    supervisor.open()
    pressed(supervisor, "h", *ANSWERS, "enter")
    assert supervisor.said == f"{form} is given back, with your note."
    assert not supervisor.open()
    back = Desk(opened, "bo")
    assert back.open()
    assert back.station is not None
    assert any(row.startswith("  Note from maria, ") and ANSWERS in row for row in seen(back.station))
    pressed(back, "enter", "enter")
    assert back.settled == 1
    with opened.store.read() as unit:
        left = [e.params for e in unit.events(form) if e.kind is EventKind.LEASE_LEFT]
        plain = str(unit.connection.execute(event.select()).all()) + str(unit.connection.execute(task.select()).all())
    assert left == [(("handed", "up"),), (), (("handed", "back"),)]
    assert not any(secret in plain for secret in (ASKS, ANSWERS, "maria"))


def test_a_supervisor_may_as_well_settle_the_form(opened: Office, clock: Clock) -> None:
    handed_up(opened, clock)
    supervisor = Desk(opened, "maria", handed_up=True)
    supervisor.open()
    pressed(supervisor, "enter", "enter")
    assert supervisor.settled == 1


def test_what_is_handed_up_is_counted_and_overdue_as_any_other(opened: Office, clock: Clock) -> None:
    handed_up(opened, clock)
    found = standing(opened)
    assert (found.waiting, found.handed_up, found.handed_up_due, found.overdue) == (1, 1, clock.now + DUE, 0)
    line = next(line for line in lines(found) if line.startswith("Handed up"))
    assert line.startswith("Handed up        1, oldest due 2026-11-2")
    clock.push(2 * DUE.total_seconds())
    assert standing(opened).overdue == 1


def test_a_file_of_answers_answers_what_is_handed_up_too(opened: Office, clock: Clock) -> None:
    form = handed_up(opened, clock)
    verdicts = {key: {"kind": "correct", "value": TARM[key]} for key in ASKED}
    file = AnswerFile.model_validate({"forms": [{"form": form, "verdicts": verdicts}]})
    assert answer(opened, "script", file).settled == 1


def test_a_note_written_past_the_end_of_the_lease_is_kept_unless_somebody_took_over(opened: Office, clock: Clock) -> None:
    form = wait(opened)
    first, second = Desk(opened, "anna"), Desk(opened, "bo")
    first.open()
    pressed(first, "h", *ASKS)
    clock.push(3600)
    pressed(first, "enter")
    assert first.said == f"{form} is handed up, with your note."
    assert second.open(form)
    pressed(second, "h", *ANSWERS)
    clock.push(3600)
    assert first.open(form)
    pressed(second, "enter")
    assert "taken over" in second.said


def test_what_a_supervisor_leaves_for_another_keyer_is_in_the_common_queue(opened: Office) -> None:
    form = wait(opened, why={"diagnosdatum": FindingKind.UNPROVEN})
    prove(opened.store, wrong=100)  # so that it is keyed blind
    other = wait(opened, "two", {**TARM, "pat_id": "19610118-2803"})
    for who in ("anna", "bo"):
        taken = review.take(opened, who, other)
        assert taken is not None
        review.leave(opened, taken.lease)
    desk = Desk(opened, "anna")
    desk.open(form)
    pressed(desk, "h", *ASKS, "enter")
    supervisor = Desk(opened, "maria", handed_up=True)
    supervisor.open()
    pressed(supervisor, *"20261119", "enter")
    assert "waits for somebody else" in supervisor.said
    assert form in {task.form for task in review.queue(opened) if not task.is_handed_up}


def test_line_by_line_a_form_is_handed_up_and_its_notes_told(opened: Office) -> None:
    form = wait(opened)

    def talked(desk: Desk, *answers: str) -> list[str]:
        desk.open()
        said: list[str] = []
        told = iter(answers)
        Plain(desk, said.append, lambda: next(told, None)).run(None)
        return said

    said = talked(Desk(opened, "anna", lambda _picture: True), "h", "", "h", ASKS)
    assert said.count("Your note? An empty line goes back.") == 2
    assert f"{form} is handed up, with your note." in said
    said = talked(Desk(opened, "maria", lambda _picture: True, handed_up=True), "h", ANSWERS)
    assert any(line.startswith("Note from anna, ") and line.endswith(ASKS) for line in said)
    with opened.store.read() as unit:
        state = unit.forms.state(form)
    assert state is not None
    assert state.status is Status.WAITING
