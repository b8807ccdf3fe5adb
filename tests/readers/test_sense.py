from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.template import FieldKind
from pipeline.readers.sense import Row, allowed, rows
from tests.support.strips import library

DIGITS = "0123456789"
ALL = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ"


def field(key: str) -> object:
    return library().template("klinisk-tarm").field(key)


def cells(text: str, **doubts: tuple[str, float]) -> np.ndarray:
    """Return cells that say a text surely, but `c3=("8", 0.45)` makes the cell 3 an 8 with that chance."""
    out = np.full((len(text), 10), 1e-6, np.float32)
    for at, digit in enumerate(text):
        out[at, int(digit)] = 1
    for name, (digit, share) in doubts.items():
        at = int(name[1:])
        out[at] *= 1 - share
        out[at, int(digit)] = share
    return out / out.sum(axis=1, keepdims=True)


def best(key: str, seen: np.ndarray) -> tuple[Row, ...]:
    return rows(seen, DIGITS, field(key))  # type: ignore[arg-type]


def test_a_check_digit_settles_a_cell_that_looks_like_two_digits() -> None:
    found = best("pat_id", cells("195009072553", c9=("8", 0.6)))
    assert found[0].text == "195009072553"
    assert found[0].likely > 0.99
    assert found[1].text == "195009072853"


def test_a_number_that_makes_no_sense_is_left_as_it_was_written() -> None:
    found = best("pat_id", cells("195009072554"))
    assert found[0].text == "195009072554"


def test_one_sure_digit_is_not_bent_to_please_the_check_digit() -> None:
    found = best("pat_id", cells("195009072554", c11=("3", 1e-6)))
    assert found[0].text == "195009072554"


def test_a_number_with_a_slip_of_the_pen_is_not_made_another_that_only_looks_a_little_like_it() -> None:
    found = best("pat_id", cells("195009072554", c11=("3", 1e-3)))
    assert found[0].text == "195009072554"
    assert found[0].likely < 0.9


@pytest.mark.parametrize(("kind", "read"), [(FieldKind.TEXT40, "GRANROT"), (FieldKind.TEXT15, "6RANROT")])
def test_letters_and_digits_seldom_stand_in_one_name_but_often_in_one_code(kind: FieldKind, read: str) -> None:
    looks = np.full((7, len(ALL)), 1e-6, np.float32)
    for at, letter in enumerate("GRANROT"):
        looks[at, ALL.index(letter)] = 1
    looks[0, ALL.index("6")] = 3
    asked = replace(library().template("klinisk-tarm").field("pat_namn"), kind=kind)
    assert rows(looks / looks.sum(axis=1, keepdims=True), ALL, asked)[0].text == read


@pytest.mark.parametrize(("written", "other", "cell"), [("20251123", "7", 4), ("20251130", "8", 6)])
def test_a_date_is_a_day_there_is(written: str, other: str, cell: int) -> None:
    found = best("diagnosdatum", cells(written, **{f"c{cell}": (other, 0.7)}))
    assert found[0].text == written


def test_a_postcode_does_not_begin_with_nought() -> None:
    assert best("pat_postnr", cells("90326", c0=("0", 0.6)))[0].text == "90326"


def test_two_rows_that_make_as_much_sense_share_the_likelihood() -> None:
    found = best("diagnosdatum", cells("20251123", c7=("8", 0.5)))
    assert {row.text for row in found[:2]} == {"20251123", "20251128"}
    assert [row.likely for row in found[:2]] == pytest.approx([0.5, 0.5], abs=0.01)


@given(st.integers(0, 2**32 - 1))
def test_likelihoods_fall_and_never_add_up_to_more_than_one(seed: int) -> None:
    seen = np.random.default_rng(seed).dirichlet(np.full(10, 0.1), 8).astype(np.float32)
    found = best("diagnosdatum", seen)
    shares = [row.likely for row in found]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1.000001
    assert all(len(row.text) == 8 for row in found)


def test_numbers_hold_digits_and_a_county_letters() -> None:
    assert allowed(field("pat_id"), ALL) == DIGITS  # type: ignore[arg-type]
    assert allowed(field("pat_postnr"), ALL) == DIGITS  # type: ignore[arg-type]
    assert allowed(field("anm_lan"), ALL) == ALL[10:]  # type: ignore[arg-type]


def test_a_row_is_never_printed() -> None:
    assert "1950" not in repr(best("pat_id", cells("195009072553")))
