"""What is typed is judged by the kind of its field."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.domain.template import Field, FieldKind, Rule
from pipeline.domain.value import NOTHING
from pipeline.station.ask import Ask
from pipeline.station.typed import Fit, judge

TODAY = dt.date(2026, 11, 23)


def judged(kind: FieldKind, raw: str, *rules: Rule, coded: bool = False, key: str = "pat_id") -> tuple[object, Fit]:
    found = judge(Ask(Field(key, "", "", kind, rules=rules), NOTHING, coded=coded), raw, TODAY)
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
    assert judged(FieldKind.COUNTY, "Västerbottens län") == ("AC", Fit.FITS)
    assert judged(FieldKind.COUNTY, "Q")[1] is Fit.NO_SUCH_COUNTY
    assert judged(FieldKind.PHONE, "08-1")[1] is Fit.TOO_SHORT


def test_rules_of_the_field_give_numbers_and_postcodes_their_form() -> None:
    assert judged(FieldKind.TEXT15, "57", Rule("integer"), key="pat_alder") == (57, Fit.FITS)
    assert judged(FieldKind.TEXT15, "femtio", Rule("integer"), key="pat_alder")[1] is Fit.NOT_YET
    assert judged(FieldKind.TEXT15, "90326", Rule("postcode"), key="pat_postnr") == ("903 26", Fit.FITS)


def test_a_full_number_is_taken_nowhere_on_a_coded_form() -> None:
    assert judged(FieldKind.TEXT255, "se 19500907-2553", coded=True, key="ovrigt") == (None, Fit.FULL_NUMBER)
    assert judged(FieldKind.TEXT255, "se 19500907-2553", key="ovrigt")[1] is Fit.FITS


@pytest.mark.parametrize("typed", ["Anna Sven", "k1890-9800", "okänd"])
def test_a_name_or_a_slip_beside_a_code_is_no_number(typed: str) -> None:
    assert judged(FieldKind.RIKSKOD, typed, coded=True)[1] is Fit.NOT_YET
    assert judged(FieldKind.RIKSKOD, "98240301AA06", coded=True) == ("98240301AA06", Fit.OTHER_NUMBER)
