"""What every eye must do alike: a clip is read by itself, whatever lies beside it, in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.reading import Clip, Reader, Reading, Style
from pipeline.errors import ReaderError
from pipeline.readers import combs, linenet
from pipeline.readers.combs import CombReader
from pipeline.readers.eyes import look
from pipeline.readers.linenet import LineReader
from pipeline.readers.marks import MarksReader
from tests.support.strips import clip, handwriting, ticking, writing

EYES: tuple[Reader, ...] = (LineReader(), LineReader(style=Style.HAND), CombReader(), MarksReader())


@cache
def clips() -> tuple[Clip, ...]:
    return (
        clip("pat_namn", writing("Åsa Öberg", 11)),
        clip("pat_ort", handwriting("Umeå")),
        clip("pat_adress"),
        clip("pat_id", handwriting("195009072553")),
        clip("diagnosdatum", writing("20251123", 11)),
        clip("pat_kon", ticking("k")),
        clip("smittvag"),
    )


@cache
def alone() -> dict[str, Reading]:
    return {shown.field.key: _forgetful([shown])[0] for shown in clips()}


def _forgetful(shown: Sequence[Clip]) -> tuple[Reading, ...]:
    """Look as if nothing had been seen before."""
    combs.cells.cache_clear()
    linenet.seen.cache_clear()
    return look(shown, EYES)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 6), min_size=1, max_size=7, unique=True))
def test_a_clips_reading_is_the_same_to_the_bit_whatever_else_is_looked_at(which: list[int]) -> None:
    for reading in _forgetful([clips()[index] for index in which]):
        assert reading == alone()[reading.key]


def test_an_eye_that_miscounts_is_found_out() -> None:
    class Deaf:
        name = "deaf/1"

        def reads(self, shown: Clip) -> bool:
            return True

        def read(self, shown: Sequence[Clip]) -> tuple[Reading, ...]:
            return ()

    with pytest.raises(ReaderError) as told:
        look(clips()[:1], (Deaf(),))
    assert told.value.code == "reader_miscounts"
