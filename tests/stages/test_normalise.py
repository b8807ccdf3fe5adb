from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.template import FieldKind
from pipeline.domain.value import Plain
from pipeline.stages.normalise import normalise
from tests.support.drafts import TODAY, field, rule


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("2026-11-23", "2026-11-23"),
        ("20261123", "2026-11-23"),
        ("2026 11 23", "2026-11-23"),
        ("2026.11.23", "2026-11-23"),
        ("2026-11 -23", "2026-11-23"),
        ("2026–11–23", "2026-11-23"),
        ("23/11 2026", "2026-11-23"),
        ("23/11-2026", "2026-11-23"),
        ("23.11.2026", "2026-11-23"),
        ("3 maj 2026", "2026-05-03"),
        ("3:e maj 2026", "2026-05-03"),
        ("den 3 maj", "den 3 maj"),
        ("2026-5-3", "2026-05-03"),
        ("2026-02-30", "2026-02-30"),
        ("2O26-11-23", "2026-11-23"),
    ],
)
def test_a_whole_date_has_one_form_however_it_is_typed(written: str, wanted: str) -> None:
    assert normalise(written, field("d", FieldKind.DATE), TODAY).plain == wanted


@pytest.mark.parametrize("written", ["261123", "26-11-23", "23/11 26"])
def test_a_date_with_a_two_digit_year_is_never_sure(written: str) -> None:
    normal = normalise(written, field("d", FieldKind.DATE), TODAY)
    assert (normal.plain, normal.sure) == ("2026-11-23", False)


def test_a_partial_date_stands_only_where_it_is_allowed() -> None:
    allowed = field("d", FieldKind.DATE, rule("partial"))
    assert [normalise(w, allowed).plain for w in ("2026", "2026-11")] == ["2026", "2026-11"]
    assert not normalise("2026", field("d", FieldKind.DATE)).formed


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("19500907-2553", "19500907-2553"),
        ("195009072553", "19500907-2553"),
        ("1950 0907 2553", "19500907-2553"),
        ("500907-2553", "19500907-2553"),
        ("900202+9800", "18900202-9800"),
        ("18900202-9800", "18900202-9800"),
        ("030202-2389", "20030202-2389"),
        ("19610973-2393", "19610973-2393"),
        ("701063-2391", "19701063-2391"),
        ("19500907-2554", "19500907-2554"),
    ],
)
def test_a_person_number_has_twelve_digits_and_a_hyphen(written: str, wanted: str) -> None:
    assert normalise(written, field("p", FieldKind.PNR), TODAY).plain == wanted


def test_ten_digits_without_a_sign_keep_both_centuries() -> None:
    normal = normalise("0302022389", field("p", FieldKind.PNR), TODAY)
    assert (normal.plain, normal.others, normal.sure) == ("20030202-2389", ("19030202-2389",), False)


def test_a_two_digit_rikskod_keeps_both_centuries_and_stays_as_read() -> None:
    normal = normalise("80-5528", field("p", FieldKind.RIKSKOD), TODAY)
    assert (normal.plain, normal.others, normal.sure) == ("80-5528", ("1980-5528", "2080-5528"), False)


@pytest.mark.parametrize(("written", "wanted"), [("1967-1123", "1967-1123"), ("19671123", "1967-1123")])
def test_a_rikskod_has_four_digits_a_hyphen_and_four(written: str, wanted: str) -> None:
    assert normalise(written, field("p", FieldKind.RIKSKOD), TODAY).plain == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("AC", "AC"),
        ("ac", "AC"),
        ("Västerbotten", "AC"),
        ("Västerbottens län", "AC"),
        ("Region Skåne", "M"),
        ("Sörmland", "D"),
        ("Stockholms län", "AB"),
        ("Lappland", "Lappland"),
    ],
)
def test_a_county_is_its_letter(written: str, wanted: str) -> None:
    assert normalise(written, field("c", FieldKind.COUNTY)).plain == wanted


@pytest.mark.parametrize(("written", "wanted"), [("90326", "903 26"), ("903 26", "903 26"), ("SE-903 26", "903 26")])
def test_a_postcode_has_a_space(written: str, wanted: str) -> None:
    assert normalise(written, field("z", FieldKind.TEXT15, rule("postcode"))).plain == wanted


@pytest.mark.parametrize(("written", "wanted"), [("42", 42), ("42 år", 42), ("fyrtio", "fyrtio")])
def test_an_integer_is_a_number(written: str, wanted: Plain) -> None:
    assert normalise(written, field("n", FieldKind.TEXT15, rule("integer"))).plain == wanted


@given(st.text(max_size=40), st.sampled_from([kind for kind in FieldKind if kind is not FieldKind.SIGN]))
def test_nothing_that_can_be_read_stops_it(written: str, kind: FieldKind) -> None:
    normal = normalise(written, field("x", kind), TODAY)
    assert normal.plain is None or normal.plain != ""
    assert written not in repr(normal) or len(written) < 8


@given(st.dates())
def test_a_normal_date_stays_as_it_is(day: object) -> None:
    assert normalise(str(day), field("d", FieldKind.DATE), TODAY).plain == str(day)
