"""The station on a screen of characters."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from pipeline.domain.record import Finding, FindingKind
from pipeline.domain.review import Ending
from pipeline.station.capability import Capability, Graphics
from pipeline.station.painter import painted
from pipeline.station.pictures import Picture, picture, window
from pipeline.station.press import press
from pipeline.station.screen import Screen, place, screen
from pipeline.station.state import Notice, Station, later
from pipeline.station.words import all_keys, ending
from tests.support.clips import combed
from tests.support.stations import NAME, NOW, NUMBER, asks, masked, station

pytestmark = pytest.mark.usefixtures("english")

SMALL = (80, 24)
CAN = Capability(Graphics.HALF_BLOCKS)


def lines(shown: Screen) -> list[str]:
    return ["".join(span.text for span in pieces).rstrip() for pieces in shown.rows]


def laid(state: Station, size: tuple[int, int] = SMALL) -> str:
    return "\n".join(lines(screen(state, size, part(state, size))))


def digits() -> Picture:
    made = picture(asks()[0], [combed("pat_id", NUMBER.replace("-", ""))])
    assert made is not None
    return made


def part(state: Station, size: tuple[int, int]):  # noqa: ANN201
    spot = place(state, size)
    return window(digits(), *CAN.points(spot.columns, spot.rows), state.view) if spot else None


def typed(state: Station, *pressed: str) -> Station:
    for key in pressed:
        state, _ = press(state, key)
    return state


def test_a_small_terminal_shows_field_picture_value_reason_keys_and_clock() -> None:
    shown = screen(station(), SMALL, part(station(), SMALL))
    assert len(shown.rows) == 24
    assert shown.picture is not None
    assert shown.picture.rows >= 10
    told = "\n".join(lines(shown))
    for wanted in ("Salmonella", "klinisk-tarm", "6 of 17 fields need you", "Personnummer", f"> {NUMBER}", "why: "):
        assert wanted in told
    for wanted in ("Enter ok", "i illegible", "b blank", "u undo", "? keys", "lease 10:00", "6 left", "nothing given yet"):
        assert wanted in told


def test_the_clock_counts_the_lease_down_and_tells_when_work_was_saved() -> None:
    state = replace(later(station(), NOW + dt.timedelta(seconds=19)), saved=NOW)
    assert "lease 9:41" in laid(state)
    assert "saved " in laid(state)


def test_a_verdict_given_is_shown_when_its_field_is_looked_at_again() -> None:
    assert "> illegible  ✓" in laid(typed(station(), "i", "shift-tab"))
    assert "> nothing written  ✓" in laid(typed(station(), "b", "shift-tab"))


def test_what_is_peculiar_to_a_field_is_told_before_what_stands_on_most() -> None:
    unproven = Finding(FindingKind.UNPROVEN, "pat_id")
    told = laid(station(replace(masked(), why=(unproven, *masked().why))))
    assert "why: a full personal number stands where a code belongs; it will not be sent" in told


def test_what_is_typed_is_judged_on_the_same_line() -> None:
    assert "not yet the shape" in laid(typed(station(), *"1950"))
    assert "the check digit does not fit" in laid(typed(station(), *"195009072554"))


def test_boxes_are_listed_with_their_keys_and_ticks() -> None:
    told = laid(typed(station(), "tab", "tab", "tab", "2"))
    assert "1 ☒ Mat" in told
    assert "2 ☒ Vatten" in told
    assert "3 ☐ Djur" in told


def test_a_covered_field_shows_neither_value_nor_what_was_read() -> None:
    told = laid(station(masked()))
    assert NUMBER not in told
    assert "•••••" in told
    assert "k show once" in told


def test_closing_lists_every_reason() -> None:
    told = laid(typed(station(), "c"))
    assert all(ending(reason) in told for reason in Ending)


def test_every_key_is_listed() -> None:
    told = laid(typed(station(), "?"))
    assert all(does in told for _, does in all_keys())
    assert len(told.splitlines()) <= 24


def test_a_window_too_small_says_so_and_shows_no_picture() -> None:
    shown = screen(station(), (50, 24), None)
    assert shown.picture is None
    assert "too small" in lines(shown)[0]
    assert place(station(), (80, 19)) is None


def test_a_field_without_a_picture_says_so() -> None:
    assert "no picture of this field" in "\n".join(lines(screen(station(), SMALL, None)))


@given(st.integers(60, 200), st.integers(20, 70), st.sampled_from([*Notice]), st.integers(0, 5))
def test_no_row_is_wider_than_the_screen_and_none_is_too_many(columns: int, rows: int, said: Notice, at: int) -> None:
    state = replace(station().facing(at), notice=said)
    shown = screen(state, (columns, rows), part(state, (columns, rows)))
    assert len(shown.rows) <= rows
    assert all(sum(cell_len(span.text) for span in pieces) <= columns for pieces in shown.rows)
    assert shown.picture is None or shown.picture.top + shown.picture.rows <= rows - 5


def test_letters_that_steer_a_terminal_never_reach_it() -> None:
    evil = replace(station(), heading="\x1b]0;owned\x07")
    out = painted(screen(evil, SMALL, None), None, CAN)
    assert "\x1b]0" not in out
    assert "\x07" not in out


def test_a_screen_tells_nothing_when_it_is_printed() -> None:
    told = repr(screen(typed(station(), "tab", "e"), SMALL, None))
    assert NAME not in told
    assert "Lyckan" not in told
