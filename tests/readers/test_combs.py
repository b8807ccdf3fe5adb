from __future__ import annotations

import pytest

from pipeline.domain.reading import Reading, Style
from pipeline.domain.value import NOTHING, Value
from pipeline.readers.combs import CombReader
from tests.support.strips import Draw, clip, handwriting, ticking, writing

EYE = CombReader()
NUMBER = "195009072553"


def told(key: str, *draws: Draw, shift: tuple[float, float] = (0.0, 0.0), residual_mm: float = 0.1) -> Reading:
    return EYE.read([clip(key, *draws, shift=shift, residual_mm=residual_mm)])[0]


@pytest.mark.parametrize("font", ["LiberationSans-Regular", "LiberationSerif-Regular", "LiberationMono-Regular"])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.25, -0.3)])
def test_typed_combs_are_read(font: str, shift: tuple[float, float]) -> None:
    reading = told("pat_id", writing(NUMBER, 11, font), shift=shift)
    assert (reading.value, reading.style, reading.doubts) == (Value(NUMBER), Style.PRINT, ())
    assert reading.confidence > 0.95


@pytest.mark.parametrize("seed", range(6))
def test_combs_filled_in_by_hand_are_read(seed: int) -> None:
    reading = told("pat_id", handwriting(NUMBER, seed))
    assert (reading.value, reading.style) == (Value(NUMBER), Style.HAND)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.25, 0.25), (-0.25, 0.1)])
@pytest.mark.parametrize("key", ["pat_id", "diagnosdatum", "pat_postnr"])
def test_an_empty_comb_is_surely_empty(key: str, shift: tuple[float, float]) -> None:
    reading = told(key, shift=shift)
    assert (reading.value, reading.style, reading.doubts) == (NOTHING, None, ())
    assert reading.confidence > 0.95


@pytest.mark.parametrize("seed", range(3))
def test_a_nought_drawn_like_the_letter_is_a_nought_where_only_digits_may_stand(seed: int) -> None:
    reading = told("diagnosdatum", handwriting("2O251O2O", seed))
    assert (reading.value, reading.doubts) == (Value("20251020"), ())


def test_a_letter_that_is_like_no_digit_is_doubtful_among_digits() -> None:
    assert "odd_mark" in told("diagnosdatum", writing("20W51020", 11)).doubts


def test_a_cell_left_out_is_doubtful() -> None:
    reading = told("pat_id", handwriting("195009 72553"))
    assert "gap" in reading.doubts
    assert reading.confidence <= 0.5


def test_a_cell_struck_out_is_doubtful() -> None:
    def struck(draw: object, field: object) -> None:
        cell = field.comb.rects(field.zones[0].rect)[7]  # type: ignore[attr-defined]
        px = 300 / 25.4
        x0, y0, x1, y1 = (v * px for v in (cell.x, cell.y, cell.right, cell.bottom))
        for k in range(5):
            y = y0 + 12 + k * (y1 - y0 - 24) / 4
            draw.line((x0 + 4, y, x1 - 4, y + (6 if k % 2 else -6)), fill=20, width=6)  # type: ignore[attr-defined]

    reading = told("pat_id", handwriting(NUMBER), struck)
    assert reading.doubts or reading.confidence < 0.9


def test_confidence_is_capped_by_how_well_the_clip_lies() -> None:
    assert told("pat_id", writing(NUMBER, 11), residual_mm=0.7).confidence <= 0.41


def test_it_reads_combs_only() -> None:
    assert EYE.reads(clip("pat_id"))
    assert not EYE.reads(clip("pat_namn"))
    assert not EYE.reads(clip("pat_kon", ticking("m")))
