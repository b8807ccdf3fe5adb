"""What a terminal can show is asked of it, and guessed where it is silent."""

from __future__ import annotations

import pytest

from pipeline.station.capability import Capability, Graphics, Lack, after_answer, answered, capability, question

KITTY = b"\x1b_Gi=31;OK\x1b\\\x1b[6;20;10t\x1b[?62;c"
XTERM_SIXEL = b"\x1b[6;13;6t\x1b[?63;1;2;4;6;9;15;22c"
TMUX = b"\x1b[?1;2c"

ANSWERS = [
    (KITTY, "xterm-kitty", "utf-8", Capability(Graphics.KITTY, (10, 20))),
    (XTERM_SIXEL, "xterm", "utf-8", Capability(Graphics.SIXEL, (6, 13))),
    (TMUX, "tmux-256color", "utf-8", Capability(Graphics.HALF_BLOCKS)),
    (b"", "xterm-256color", "UTF-8", Capability(Graphics.HALF_BLOCKS)),
    (b"\x1b[?6c", "linux", "utf-8", Capability(Graphics.TWO_TONES)),
    (TMUX, "tmux-256color", "latin-1", Capability(Graphics.NONE, lack=Lack.NO_BLOCKS)),
    (KITTY, "dumb", "utf-8", Capability(Graphics.NONE, lack=Lack.DUMB)),
    (b"", "", "utf-8", Capability(Graphics.NONE, lack=Lack.DUMB)),
    (b"\x1b[6;0;0t\x1b[?4c", "xterm", "utf-8", Capability(Graphics.SIXEL, (8, 16))),
]


@pytest.mark.parametrize(("reply", "term", "encoding", "expected"), ANSWERS, ids=range(len(ANSWERS)))
def test_the_best_way_to_show_pictures_is_chosen(reply: bytes, term: str, encoding: str, expected: Capability) -> None:
    assert capability(reply, {"TERM": term}, encoding) == expected


def test_an_answer_is_whole_when_the_attributes_have_come() -> None:
    assert answered(KITTY)
    assert not answered(KITTY[:12])


def test_keys_pressed_while_the_terminal_answers_are_not_lost() -> None:
    assert after_answer(b"a" + KITTY + b"\r") == b"a\r"


def test_points_follow_the_way_pictures_are_shown() -> None:
    assert Capability(Graphics.HALF_BLOCKS).points(76, 12) == (76, 24)
    assert Capability(Graphics.SIXEL, (6, 13)).points(76, 12) == (456, 156)


def test_the_size_of_a_character_is_taken_from_the_system_where_the_terminal_is_silent() -> None:
    found = capability(b"\x1b[?4c", {"TERM": "xterm"}, "utf-8", (9, 18))
    assert found == Capability(Graphics.SIXEL, (9, 18))


def test_tmux_is_not_asked_what_it_would_take_for_a_title() -> None:
    assert b"\x1b_G" in question({"TERM": "xterm-kitty"})
    assert b"\x1b_G" not in question({"TERM": "tmux-256color"})
    assert b"\x1b_G" not in question({"TERM": "xterm-256color", "TMUX": "socket"})
