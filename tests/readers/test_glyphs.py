from __future__ import annotations

from itertools import pairwise

import pytest

from pipeline.readers.doubts import mended
from pipeline.readers.engine import Line, Word
from pipeline.readers.glyphs import misfits
from pipeline.readers.lines import lines
from tests.support.strips import clip, writing

FONTS = ("LiberationSans-Regular", "LiberationSerif-Regular", "DejaVuSans", "FreeMono")


def line(typed: str, read: str, font: str = "LiberationSans-Regular") -> Line:
    """Return a line typed so and read so, its words where the typed ones stand."""
    picture = lines(clip("pat_adress", writing(typed, 11, font))).pictures[0]
    inked = (picture < 128).any(axis=0).nonzero()[0]
    words, left, right = read.split(), int(inked[0]), int(inked[-1])
    if len(words) == 1:
        return Line(picture, (Word(read, 0.9, left, right),))
    gaps = [(b - a, a, b) for a, b in pairwise(inked)]
    cuts = sorted((int(a), int(b)) for _, a, b in sorted(gaps)[-(len(typed.split()) - 1) :])
    starts, ends = [left, *(b for _, b in cuts)], [*(a for a, _ in cuts), right]
    return Line(picture, tuple(Word(word, 0.9, a, b + 1) for word, a, b in zip(words, starts, ends, strict=True)))


@pytest.mark.parametrize("font", FONTS)
@pytest.mark.parametrize("typed", ["Åsa Öberg", "Vårdcentralen Haga, Umeå", "ST-läk. Sven Ek", "Storgatan 12", "Växjö"])
def test_marks_fit_what_was_typed(typed: str, font: str) -> None:
    assert not misfits(line(typed, typed, font))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Vårdcentralen Haga, Umeå", "Vårdcentralen Haga. Umeå"),
        ("ST-läk. Sven Ek", "ST-läk, Sven Ek"),
        ("Leg. läk. Ek", "Leg läk. Ek"),
        ("Åsa Öberg", "Asa Oberg"),
        ("Sverige", "Sverige."),
        ("Uppger att", "uppger att"),
        ("Växjö", "växjö"),
    ],
)
def test_a_lost_or_invented_mark_and_a_wrong_capital_do_not_fit(typed: str, read: str) -> None:
    assert misfits(line(typed, read))


def test_a_lost_space_does_not_fit() -> None:
    picture = lines(clip("pat_adress", writing("Skissvägen 63 A, 652 24 Karlstad", 11))).pictures[0]
    inked = (picture < 128).any(axis=0).nonzero()[0]
    gaps = sorted(zip(inked[1:] - inked[:-1], inked[:-1], inked[1:], strict=True))[-5:]
    cuts = sorted((int(a), int(b)) for _, a, b in gaps)
    del cuts[1]
    starts, ends = [int(inked[0]), *(b for _, b in cuts)], [*(a for a, _ in cuts), int(inked[-1])]
    read = ("Skissvägen", "63A,", "652", "24", "Karlstad")
    assert misfits(Line(picture, tuple(Word(word, 0.9, a, b + 1) for word, a, b in zip(read, starts, ends, strict=True))))


def test_only_an_apartment_number_is_mended() -> None:
    assert mended("Björkvägen 4 Igh 1203") == "Björkvägen 4 lgh 1203"
    assert mended("Igh är inget") == "Igh är inget"
