from __future__ import annotations

import numpy as np
import pytest

from pipeline.domain.reading import Clip, Reading
from pipeline.domain.value import NOTHING, Value
from pipeline.readers.box import MODEL
from pipeline.readers.marks import MarksReader
from pipeline.readers.network import network
from tests.support.strips import Draw, clip, ticking, writing

EYE = MarksReader()


def told(shown: Clip) -> Reading:
    return EYE.read([shown])[0]


def sex(*draws: Draw, shift: tuple[float, float] = (0.0, 0.0), noise: float = 0.0) -> Reading:
    return told(clip("pat_kon", *draws, shift=shift, noise=noise))


@pytest.mark.parametrize("how", ["cross", "tick", "fill"])
@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.25, -0.25)])
@pytest.mark.parametrize("noise", [0.0, 8.0])
def test_a_box_is_ticked_by_cross_tick_or_filling(how: str, shift: tuple[float, float], noise: float) -> None:
    reading = sex(ticking("k", how=how), shift=shift, noise=noise)
    assert (reading.value, reading.doubts) == (Value("k"), ())
    assert reading.confidence >= 0.9


@pytest.mark.parametrize("shift", [(0.0, 0.0), (0.25, 0.25), (-0.25, 0.1)])
def test_empty_boxes_are_surely_empty(shift: tuple[float, float]) -> None:
    reading = sex(shift=shift)
    assert (reading.value, reading.doubts) == (NOTHING, ())
    assert reading.confidence >= 0.9


def test_no_ticks_of_several_are_an_empty_choice() -> None:
    assert told(clip("smittvag")).value == Value(())


def test_several_ticks_are_sorted_by_code_point() -> None:
    several = clip("smittvag").field.options
    values = (several[3].value, several[0].value)
    assert told(clip("smittvag", ticking(*values))).value == Value(tuple(sorted(values)))


def test_a_filled_box_beside_a_ticked_one_was_taken_back_and_is_doubtful() -> None:
    reading = sex(ticking("m", how="fill"), ticking("k"))
    assert (reading.value, reading.doubts) == (Value("k"), ("cancelled",))
    assert [other.value for other in reading.alternatives] == [Value("m")]


def test_two_ticks_where_one_is_asked_for_are_too_many() -> None:
    assert sex(ticking("m", "k")).doubts == ("too_many_ticks",)


@pytest.mark.parametrize("how", ["circle", "line"])
def test_a_ring_around_a_box_and_a_line_through_it_are_doubtful(how: str) -> None:
    assert "doubtful_tick" in sex(ticking("k", how=how)).doubts


def test_a_speck_is_no_tick() -> None:
    reading = sex(ticking("k", how="speck"))
    assert reading.value == NOTHING


def test_confidence_is_capped_by_how_well_the_boxes_lie() -> None:
    assert told(clip("pat_kon", ticking("m"), residual_mm=0.6)).confidence < 0.6
    assert told(clip("pat_kon", ticking("m"), residual_mm=float("inf"))).confidence == 0.0


def test_a_signature_is_there_or_not_and_nothing_more() -> None:
    def scribble(draw: object, field: object) -> None:
        for x in range(950, 1400, 40):
            draw.line((x, 3000, x + 30, 2960, x + 40, 3020), fill=10, width=5)  # type: ignore[attr-defined]

    assert told(clip("underskrift", scribble)).value == Value(True)
    assert told(clip("underskrift")).value == Value(False)


def test_dust_all_over_a_wide_line_is_never_taken_for_a_signature_in_silence() -> None:
    def dust(draw: object, field: object) -> None:
        for x in range(950, 2250, 40):
            y = 2960 + x * 7 % 100
            draw.ellipse((x, y, x + 8, y + 8), fill=10)  # type: ignore[attr-defined]

    reading = told(clip("underskrift", dust))
    assert (reading.value, reading.doubts) == (NOTHING, ("specks",))


def test_it_reads_boxes_and_signatures_only() -> None:
    assert EYE.reads(clip("pat_kon"))
    assert EYE.reads(clip("underskrift"))
    assert not EYE.reads(clip("pat_namn", writing("Åsa Öberg")))


@pytest.mark.parametrize(("filled", "doubts"), [(0.02, ()), (0.48, ("cancelled",))])
def test_a_box_that_may_be_filled_beside_a_ticked_one_may_be_a_choice_taken_back(
    filled: float, doubts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = clip("forhallningsregler")
    ticked, unclear, off = [0.01, 0.98, 0.005, 0.005], [0.01, 0.985 - filled, filled, 0.005], [0.99, 0.005, 0.003, 0.002]
    rows = [ticked, unclear, *[off] * (len(shown.parts) - 2)]

    class Net:
        about = network(MODEL).about

        def run(self, seen: object) -> tuple[np.ndarray, None]:
            return np.array(rows), None

        def shares(self, says: np.ndarray) -> np.ndarray:
            return says

    monkeypatch.setattr("pipeline.readers.box.network", lambda model: Net())
    reading = EYE.read([shown])[0]
    assert len(reading.value.reveal()) == 2  # type: ignore[arg-type]
    assert reading.doubts == doubts
