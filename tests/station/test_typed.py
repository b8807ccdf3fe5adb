"""What is typed is judged by the kind of its field."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.domain.template import FieldKind
from pipeline.domain.value import NOTHING
from pipeline.station.ask import Ask
from pipeline.station.typed import Fit, judge, luhn

TODAY = dt.date(2026, 11, 23)


def judged(kind: FieldKind, raw: str, *, coded: bool = False) -> tuple[object, Fit]:
    found = judge(Ask("pat_id", "", kind, NOTHING, coded=coded), raw, TODAY)
    return found.value.reveal(), found.fit


PERSONS = [
    ("195009072553", "19500907-2553", Fit.FITS),
    ("19610118-2803", "19610118-2803", Fit.FITS),
    ("890202+9800", "18890202-9800", Fit.CHECK_DIGIT),
    ("900202+9800", "18900202-9800", Fit.FITS),
    ("500907-2553", "19500907-2553", Fit.FITS),
    ("5009072553", "19500907-2553", Fit.CENTURY),
    ("701063-2391", "19701063-2391", Fit.FITS),
    ("196109732393", "19610973-2393", Fit.FITS),
    ("19500907 2554", "19500907-2554", Fit.CHECK_DIGIT),
    ("195013072553", "19501307-2553", Fit.NO_SUCH_DAY),
    ("205009072553", "20500907-2553", Fit.IN_FUTURE),
    ("1950090", "1950090", Fit.NOT_YET),
    ("20210325K069", "20210325K069", Fit.OTHER_NUMBER),
]


@pytest.mark.parametrize(("raw", "value", "fit"), PERSONS, ids=range(len(PERSONS)))
def test_person_numbers_take_their_normal_form(raw: str, value: str, fit: Fit) -> None:
    assert judged(FieldKind.PNR, raw) == (value, fit)


def test_a_coded_field_takes_the_code_and_never_a_full_number() -> None:
    assert judged(FieldKind.RIKSKOD, "1950 2553", coded=True) == ("1950-2553", Fit.FITS)
    assert judged(FieldKind.RIKSKOD, "50-2553") == (None, Fit.FOUR_DIGIT_YEAR)
    assert judged(FieldKind.RIKSKOD, "19500907-2553") == (None, Fit.FULL_NUMBER)
    assert judged(FieldKind.PNR, "500907-2553", coded=True) == (None, Fit.FULL_NUMBER)
    assert judged(FieldKind.RIKSKOD, "K-4711 B") == ("K-4711 B", Fit.OTHER_NUMBER)


def test_dates_are_real_days_that_have_come() -> None:
    assert judged(FieldKind.DATE, "20261122") == ("2026-11-22", Fit.FITS)
    assert judged(FieldKind.DATE, "2026.11.22") == ("2026-11-22", Fit.FITS)
    assert judged(FieldKind.DATE, "20260231")[1] is Fit.NO_SUCH_DAY
    assert judged(FieldKind.DATE, "20261124")[1] is Fit.IN_FUTURE
    assert judged(FieldKind.DATE, "2026-1")[1] is Fit.NOT_YET


def test_text_is_normal_and_counties_are_letters_of_the_list() -> None:
    assert judged(FieldKind.TEXT40, "  A\u030ase   Berg ") == ("\u00c5se Berg", Fit.FITS)
    assert judged(FieldKind.TEXT40, "   ") == (None, Fit.EMPTY)
    assert judged(FieldKind.COUNTY, "ac") == ("AC", Fit.FITS)
    assert judged(FieldKind.COUNTY, "Q")[1] is Fit.NO_SUCH_COUNTY
    assert judged(FieldKind.PHONE, "08-1")[1] is Fit.TOO_SHORT


def test_the_check_digit_is_that_of_the_official_test_numbers() -> None:
    assert all(luhn(ten) for ten in ("5009072553", "6101182803", "9002029800", "0302022389", "9002222397", "6109732393"))
    assert not luhn("5009072554")
