from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.record import Finding, FindingKind, Open, Record, Settlement
from pipeline.domain.review import Review, Verdict, VerdictKind
from pipeline.domain.value import NOTHING, Value
from pipeline.stages.settle import settle
from tests.support.drafts import draft

FORM = "7K3Q-DF2M"
NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
DRAFT = draft(pat_namn="Åsa Öberg", diagnosdatum="2026-11-23")
DOUBT = Finding(FindingKind.UNPROVEN, "pat_namn")


def verdict(kind: VerdictKind, value: Value = NOTHING, minute: int = 0, key: str = "pat_namn") -> Verdict:
    return Verdict(key, kind, value, "v1", NOON + dt.timedelta(minutes=minute))


def review(*verdicts: Verdict) -> Review:
    return Review(FORM, verdicts)


def test_without_findings_a_draft_settles_by_the_machine_alone() -> None:
    record = settle(DRAFT, (), ())
    assert isinstance(record, Record)
    assert {field.settlement for field in record.fields} == {Settlement.MACHINE}
    assert record.value("pat_namn") == Value("Åsa Öberg")


def test_a_field_with_a_finding_waits_for_a_verdict() -> None:
    assert settle(DRAFT, (DOUBT,), ()) == Open(FORM, ("pat_namn",))


def test_a_finding_on_a_field_that_the_draft_lacks_keeps_it_open() -> None:
    assert settle(DRAFT, (Finding(FindingKind.MISSING, "sjukdom"),), ()) == Open(FORM, ("sjukdom",))


def test_a_correction_stands_and_the_other_fields_keep_the_machines_value() -> None:
    record = settle(DRAFT, (DOUBT,), (review(verdict(VerdictKind.CORRECT, Value("Asta Öberg"))),))
    assert isinstance(record, Record)
    assert record.value("pat_namn") == Value("Asta Öberg")
    assert [field.settlement for field in record.fields] == [Settlement.CORRECTED, Settlement.MACHINE]


def test_a_later_verdict_outweighs_an_earlier_one_whoever_gave_it_and_however_they_are_listed() -> None:
    early = review(verdict(VerdictKind.CORRECT, Value("Asta Öberg"), minute=1))
    late = review(verdict(VerdictKind.ACCEPT, Value("Åsa Öberg"), minute=2))
    for reviews in ((early, late), (late, early)):
        record = settle(DRAFT, (DOUBT,), reviews)
        assert isinstance(record, Record)
        assert record.fields[0].settlement is Settlement.CONFIRMED


def test_a_verdict_taken_back_opens_the_form_again() -> None:
    taken_back = review(verdict(VerdictKind.ACCEPT, Value("Åsa Öberg")), verdict(VerdictKind.UNDO, minute=1))
    assert settle(DRAFT, (DOUBT,), (taken_back,)) == Open(FORM, ("pat_namn",))


def test_illegible_and_blank_settle_with_no_value() -> None:
    for kind, settlement in ((VerdictKind.ILLEGIBLE, Settlement.ILLEGIBLE), (VerdictKind.BLANK, Settlement.BLANK)):
        record = settle(DRAFT, (DOUBT,), (review(verdict(kind)),))
        assert isinstance(record, Record)
        assert (record.value("pat_namn"), record.fields[0].settlement) == (NOTHING, settlement)


def test_a_review_of_another_form_changes_nothing() -> None:
    assert isinstance(settle(DRAFT, (DOUBT,), (Review("other", (verdict(VerdictKind.ACCEPT),)),)), Open)


@given(st.permutations([verdict(VerdictKind.CORRECT, Value(str(minute)), minute) for minute in range(5)]))
def test_the_order_of_listing_never_matters(verdicts: list[Verdict]) -> None:
    record = settle(DRAFT, (DOUBT,), tuple(review(one) for one in verdicts))
    assert isinstance(record, Record)
    assert record.value("pat_namn") == Value("4")
