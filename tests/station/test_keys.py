"""What terminals send is understood, in whatever pieces it comes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.station.keys import keys

KNOWN = [
    (b"\r", ["enter"]),
    (b"\t\x1b[Z", ["tab", "shift-tab"]),
    (b"\x1b[A\x1bOB\x1b[C\x1b[D", ["up", "down", "right", "left"]),
    (b"\x1b[H\x1b[4~\x1b[3~\x7f", ["home", "end", "delete", "backspace"]),
    ("ö1+".encode(), ["ö", "1", "+"]),
    (b"\x1b[20~x", ["x"]),
    (b"\x1b[1;5Ci", ["i"]),
    (b"\xff\xc3\x28a", ["(", "a"]),
    (b"\x03\x15", ["ctrl-c", "ctrl-u"]),
]


@pytest.mark.parametrize(("sent", "pressed"), KNOWN, ids=range(len(KNOWN)))
def test_keys_are_known_whole_and_byte_by_byte(sent: bytes, pressed: list[str]) -> None:
    assert keys(sent, final=True) == (pressed, b"")
    found, rest = [], b""
    for byte in sent:
        some, rest = keys(rest + bytes([byte]))
        found += some
    some, rest = keys(rest, final=True)
    assert (found + some, rest) == (pressed, b"")


def test_a_lone_escape_is_a_key_only_when_nothing_follows() -> None:
    assert keys(b"\x1b") == ([], b"\x1b")
    assert keys(b"\x1b", final=True) == (["esc"], b"")


@given(st.binary(max_size=40))
def test_no_bytes_break_the_reading_of_keys(sent: bytes) -> None:
    _, rest = keys(sent, final=True)
    assert rest == b""
