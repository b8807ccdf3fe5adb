"""Asking the sender: whom to ring, what was told and by whom, at the desk, in lines, and from a file."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.domain.event import EventKind
from pipeline.domain.record import FindingKind, Record, Settlement
from pipeline.domain.review import Said, VerdictKind, VerificationMode
from pipeline.domain.template import Field, FieldKind
from pipeline.domain.value import NOTHING, Value
from pipeline.edges.store.tables import event
from pipeline.jobs.benchmark import benchmark
from pipeline.jobs.office import Office
from pipeline.jobs.why import why
from pipeline.station import words as spoken
from pipeline.station.answers import AnswerFile, answer
from pipeline.station.ask import Ask
from pipeline.station.desk import Desk
from pipeline.station.effects import Effect, GiveVerdict
from pipeline.station.plain import Plain
from pipeline.station.press import press
from pipeline.station.screen import screen
from pipeline.station.sender import sender
from pipeline.station.state import Mode, Notice, Station
from tests.support.desks import TARM, prove, wait
from tests.support.stations import asks, blind, masked, station

pytestmark = pytest.mark.usefixtures("english")

PHONE = "018-611 00 00"
SENDER = {"anm_tel": Value(PHONE), "anm_klinik": Value("Testkliniken"), "anm_lakare": NOTHING}
WHO = "Ssk Hörd Hörsson"
WHY = {"pat_id": FindingKind.UNPROVEN, "diagnosdatum": FindingKind.UNPROVEN}


@pytest.fixture
def opened(opened: Office) -> Office:
    prove(opened.store, wrong=100)  # so that critical fields are keyed blind
    return opened


def known(*asked: Ask) -> Station:
    return replace(station(*asked), contact=SENDER)


def typed(state: Station, *keys: str) -> tuple[Station, list[Effect]]:
    effects: list[Effect] = []
    for key in keys:
        state, more = press(state, key)
        effects.extend(more)
    return state, effects


def told(key: str, kind: VerdictKind, value: Value, by: str = WHO) -> GiveVerdict:
    return GiveVerdict(Said(key, kind, value, VerificationMode.TOLD, Value(by)))


def seen(state: Station) -> str:
    return "\n".join("".join(span.text for span in row) for row in screen(state, (100, 30), None).rows)


def test_illegible_first_tells_whom_to_ring_and_then_that_nobody_can_read_it() -> None:
    after, effects = typed(known(), "i")
    assert (effects, after.ask.key, after.left) == ([], "pat_id", 6)
    assert f"Ring {PHONE}: Testkliniken" in seen(after)
    assert "t the sender told it" in seen(after)
    assert typed(after, "i")[1] == [GiveVerdict(Said("pat_id", VerdictKind.ILLEGIBLE, NOTHING))]
    assert typed(after, "tab", "i")[1] == [], "the next field tells it anew"


def test_where_nothing_is_known_of_the_sender_illegible_is_kept_at_once_and_says_so() -> None:
    after, effects = typed(station(), "i")
    assert effects == [GiveVerdict(Said("pat_id", VerdictKind.ILLEGIBLE, NOTHING))]
    assert after.notice is Notice.NOBODY_TO_RING


def test_a_number_that_nobody_has_verified_says_so_and_one_that_is_hidden_is_not_told() -> None:
    phone = Ask(Field("anm_tel", "Telefon", "", FieldKind.PHONE), Value(PHONE))
    shown = replace(station(*asks(), phone), contact={"anm_klinik": Value("Testkliniken")})
    assert spoken.line(typed(shown, "i")[0]) == f"Ring {PHONE} (not verified yet): Testkliniken"
    verified = typed(shown, "shift-tab", "enter", "i")[0]
    assert spoken.line(verified) == f"Ring {PHONE}: Testkliniken"
    hidden = replace(phone, proposed=NOTHING, machine=Value(PHONE), mode=VerificationMode.BLIND)
    state = typed(replace(shown, asks=(*asks(), hidden)), "i")[0]
    assert spoken.line(state) == "Ring Testkliniken; the form shows no telephone number."
    itself = sender(typed(shown, "shift-tab")[0])
    assert itself is not None
    assert itself.phone == "", "what cannot be read is not told as the number to ring"


def test_what_is_told_is_typed_judged_and_kept_with_who_told_it() -> None:
    after, effects = typed(known(), "t", *"196101182803", "enter")
    assert (effects, after.mode) == ([], Mode.TELLER)
    assert f"Ring {PHONE}" in seen(typed(known(), "t", "1")[0])
    nobody, none = typed(after, "enter", " ", "enter")
    assert (none, nobody.notice) == ([], Notice.WHO_TOLD)
    assert typed(after, *WHO, "enter")[1] == [told("pat_id", VerdictKind.CORRECT, Value("19610118-2803"))]
    assert typed(known(), "t", *"1961", "enter")[0].notice is Notice.DOES_NOT_FIT


@pytest.mark.parametrize(
    ("key", "keys", "value"),
    [("pat_kon", ("2",), Value("k")), ("smittvag", ("3", "2", "enter"), Value(("djur", "mat", "vatten")))],
)
def test_boxes_are_told_by_their_keys_and_no_other_key_answers_then(key: str, keys: tuple[str, ...], value: Value) -> None:
    at = next(at for at, ask in enumerate(asks()) if ask.key == key)
    begun = typed(known().facing(at), "t", "b", "i")[0]
    assert begun.notice is Notice.TELL
    assert typed(begun, *keys, *WHO, "enter")[1] == [told(key, VerdictKind.CORRECT, value)]


@pytest.mark.parametrize(
    "keys", [("esc",), (*"1961", "esc"), (*"196101182803", "enter", *"Eva", "esc"), ("tab", "shift-tab")]
)
def test_what_is_told_is_left_without_a_trace(keys: tuple[str, ...]) -> None:
    begun = known()
    after, effects = typed(begun, "t", *keys)
    assert (replace(after, notice=Notice.NONE), effects) == (begun, [])


def test_on_a_coded_form_a_full_number_is_not_taken_as_told_and_the_picture_stays_covered() -> None:
    state, effects = typed(known(masked(), *asks()[1:]), "t", *"195009072553", "enter")
    assert (state.notice, state.covered, effects) == (Notice.DOES_NOT_FIT, True, [])
    assert typed(state, "ctrl-u", *"19502553", "enter", *WHO, "enter")[1] == [
        told("pat_id", VerdictKind.CORRECT, Value("1950-2553"))
    ]


def test_who_told_it_and_what_shows_in_none_of_the_stations_own_words() -> None:
    state, effects = typed(known(), "t", *"196101182803", "enter", *"Hörd")
    said = repr(state) + repr(typed(state, "enter")) + repr(effects) + repr(sender(state))
    assert not any(secret in said for secret in ("Hörd", "19610118", PHONE, "Testkliniken"))


def test_a_told_value_settles_a_field_that_two_should_key_and_is_no_evidence_of_the_reading(opened: Office) -> None:
    form = wait(opened, values={**TARM, "anm_tel": PHONE}, why=WHY)
    desk = Desk(opened, "anna")
    desk.open()
    keys = ("i", "t", *"196101182803", "enter", *WHO, "enter", "t", *"20261120", "enter", *WHO, "enter")
    for key in keys:
        desk.press(key)
    assert desk.settled == 1
    with opened.store.read() as unit:
        record = unit.documents.load(Record, form, "record")
        modes = [e.param("mode") for e in unit.events(form) if e.kind is EventKind.VERDICT_GIVEN]
        ledger = str(unit.connection.execute(event.select()).all())
        evidence = [(one.n, one.wrong) for one in unit.evidence.all()]
        facts = unit.facts.get(form)
    assert record is not None
    settled = {field.key: (field.value.reveal(), field.settlement) for field in record.fields if field.key in WHY}
    assert settled == {
        "pat_id": ("19610118-2803", Settlement.TOLD),
        "diagnosdatum": ("2026-11-20", Settlement.TOLD),
    }
    assert modes == ["told", "told"]
    assert "Hörd" not in ledger
    assert evidence == [(5000, 100)]
    assert facts is not None
    assert facts.corrections == 0
    assert sum(line.n for line in benchmark(opened).fields if line.name.endswith(tuple(WHY))) == 0
    verdict = why(opened, form, "pat_id", "anna").verdicts[-1]
    assert (verdict.told_by, verdict.kind) == (Value(WHO), VerdictKind.CORRECT)


def test_half_done_a_told_value_stands_and_is_not_one_that_was_keyed(opened: Office) -> None:
    wait(opened, why=WHY)
    desk = Desk(opened, "anna")
    desk.open()
    for key in ("t", *"196101182803", "enter", *WHO, "enter", "q"):
        desk.press(key)
    other = Desk(opened, "bo")
    other.open()
    assert other.station is not None
    assert (other.station.left, other.station.keyed("pat_id")) == (1, ())
    assert other.station.standing["pat_id"].told


def talked(opened: Office, *lines: str) -> list[str]:
    desk = Desk(opened, "anna", lambda _picture: True)
    desk.open()
    said: list[str] = []
    answers = iter(lines)
    Plain(desk, said.append, lambda: next(answers, None)).run(None)
    return said


def test_line_by_line_the_sender_is_rung_and_heard(opened: Office) -> None:
    form = wait(opened, values={**TARM, "anm_tel": PHONE}, why=WHY)
    said = talked(opened, "i", "t", "", "t", "1961", "t", "196101182803", "", "t", "=196101182803", WHO, "20261120")
    ring = f"Ring {PHONE}: Testkliniken, Test Läkare"
    assert said.count(ring) == 5
    assert "t the sender told it, i nobody can read it" in said
    assert "Not kept: it does not fit the field." in said
    assert "Who told it? Without that it is not kept." in said
    assert any(line.endswith("= 19610118-2803") for line in said)
    with opened.store.read() as unit:
        record = unit.documents.load(Record, form, "record")
    assert record is not None
    assert record.value("pat_id") == Value("19610118-2803")


def test_line_by_line_a_box_is_told_by_its_key(opened: Office) -> None:
    form = wait(opened, why={"diagnos": FindingKind.TOO_MANY_TICKS})
    said = talked(opened, "t", "99", "t", "1", WHO)
    assert "Pick an answer by its key, or b when none is ticked." in said
    assert why(opened, form, "diagnos", "anna").verdicts[-1].told_by == Value(WHO)


def test_a_file_tells_what_the_sender_told_and_who(opened: Office) -> None:
    form = wait(opened, why=WHY)
    number = {"kind": "told", "value": "19610118-2803", "by": WHO}
    day = {"kind": "told", "value": TARM["diagnosdatum"], "by": WHO}
    file = {"forms": [{"form": form, "verdicts": {"pat_id": number, "diagnosdatum": day}}]}
    assert answer(opened, "script", AnswerFile.model_validate(file)).settled == 1
    kept = [why(opened, form, key, "anna").verdicts[-1] for key in WHY]
    assert [(v.mode.value, v.kind.value, v.told_by) for v in kept] == [
        ("told", "correct", Value(WHO)),
        ("told", "accept", Value(WHO)),
    ]


@pytest.mark.parametrize(
    "bad", [{"value": "x"}, {"value": "x", "by": " "}, {"by": WHO}, {"kind": "correct", "value": "x", "by": WHO}]
)
def test_a_file_that_does_not_say_who_told_or_what_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        AnswerFile.model_validate({"forms": [{"form": "X", "verdicts": {"pat_id": {"kind": "told", **bad}}}]})


def test_what_was_told_is_not_shown_as_another_keyers_value() -> None:
    state = typed(known(blind("pat_id", "19500907-2553"), *asks()[1:]), "t", *"196101182803", "enter", *WHO, "enter")[0]
    again = typed(state, "shift-tab")[0]
    assert (again.ask.mode, again.ask.alternatives) == (VerificationMode.BLIND, ())
