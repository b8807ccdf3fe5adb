"""Who keys what without seeing it, and when two keyers have settled a field."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.domain.record import Finding
from pipeline.domain.record import FindingKind as Kind
from pipeline.domain.review import VerdictKind, VerificationMode
from pipeline.domain.template import Field, FieldKind
from pipeline.domain.value import NOTHING, Value
from pipeline.stages.keying import alike, held, machine_says, shows_all, verification_mode

CRITICAL = Field("diagnosdatum", "Datum", "", FieldKind.DATE, critical=True)
PLAIN = Field("pat_ort", "Ort", "", FieldKind.TEXT40)
UNPROVEN = Finding(Kind.UNPROVEN, "diagnosdatum", (("class", "date/hand"),))


def found(*kinds: Kind) -> list[Finding]:
    return [UNPROVEN if kind is Kind.UNPROVEN else Finding(kind, "diagnosdatum") for kind in kinds]


@pytest.mark.parametrize(
    ("why", "proved", "mode"),
    [
        (found(Kind.UNPROVEN), (), VerificationMode.BLIND),
        (found(Kind.UNPROVEN), ("date/print",), VerificationMode.BLIND),
        (found(Kind.UNPROVEN), ("date/hand",), VerificationMode.CONFIRM),
        (found(Kind.UNPROVEN, Kind.LOW_CONFIDENCE), ("date/hand",), VerificationMode.BLIND),
        (found(Kind.LOW_CONFIDENCE), (), VerificationMode.BLIND),
        (found(Kind.UNPROVEN, Kind.MUST_BE_EMPTY), (), VerificationMode.CONFIRM),
        (found(Kind.UNPROVEN, Kind.JOINED_SCANS), ("date/hand",), VerificationMode.CONFIRM),
    ],
)
def test_a_critical_field_is_confirmed_only_where_its_class_is_proved_and_nothing_is_doubted(
    why: list[Finding], proved: tuple[str, ...], mode: VerificationMode
) -> None:
    assert verification_mode(CRITICAL, why, proved) is mode


def test_any_field_is_keyed_blind_where_its_reading_is_doubted() -> None:
    assert verification_mode(PLAIN, found(Kind.READERS_DISAGREE), ()) is VerificationMode.BLIND
    assert verification_mode(PLAIN, found(Kind.REFUSED), ()) is VerificationMode.CONFIRM


A, B, C = Value("2026-11-20"), Value("2026-11-26"), Value("2026-11-29")


@pytest.mark.parametrize(
    ("value", "machine", "others", "kind"),
    [
        (A, A, (), VerdictKind.ACCEPT),
        (A, B, (), VerdictKind.KEYED),
        (A, None, (), VerdictKind.KEYED),
        (A, B, (A,), VerdictKind.CORRECT),
        (B, B, (A,), VerdictKind.ACCEPT),
        (C, B, (A,), VerdictKind.KEYED),
        (NOTHING, NOTHING, (), VerdictKind.BLANK),
        (Value(()), NOTHING, (), VerdictKind.BLANK),
        (NOTHING, None, (), VerdictKind.KEYED),
        (NOTHING, A, (NOTHING,), VerdictKind.BLANK),
    ],
)
def test_two_keyers_who_say_the_same_settle_a_field_and_the_machine_is_one_of_them(
    value: Value, machine: Value | None, others: tuple[Value, ...], kind: VerdictKind
) -> None:
    assert held(value, machine, others) is kind


def test_a_tick_is_not_the_number_one_and_no_tick_is_nothing() -> None:
    assert not alike(Value(True), Value(1))
    assert alike(Value(False), NOTHING)
    assert not alike(Value("1"), Value(1))


def test_what_was_seen_and_not_read_is_no_keyers_word() -> None:
    assert machine_says(CRITICAL, NOTHING, found(Kind.UNREAD)) is None
    assert machine_says(CRITICAL, NOTHING, found(Kind.MISSING)) == NOTHING
    assert machine_says(CRITICAL, A, found(Kind.UNREAD)) == A


def test_of_a_critical_field_of_boxes_a_doubted_value_is_no_keyers_word() -> None:
    boxes = Field("diagnos", "Sjukdom", "", FieldKind.CHOICE1, critical=True)
    ehec = Value("ehec")
    assert machine_says(boxes, ehec, found(Kind.UNPROVEN)) == ehec
    assert machine_says(boxes, ehec, found(Kind.UNPROVEN, Kind.DOUBTFUL_TICK)) is None
    assert machine_says(replace(boxes, critical=False), ehec, found(Kind.DOUBTFUL_TICK)) == ehec


def test_all_values_are_shown_to_who_keyed_and_of_a_critical_field_only_when_two_have_differed() -> None:
    assert not shows_all(CRITICAL, [], "anna")
    assert not shows_all(CRITICAL, ["anna"], "anna")
    assert not shows_all(CRITICAL, ["anna", "bo"], "cecilia")
    assert shows_all(CRITICAL, ["anna", "bo"], "bo")
    assert shows_all(CRITICAL, ["anna", "anna"], "anna")
    assert (shows_all(PLAIN, ["anna"], "anna"), shows_all(PLAIN, ["anna"], "bo")) == (True, False)
