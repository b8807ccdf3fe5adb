"""Pens: every letter that a story needs has strokes, and a hand never writes it twice alike."""

from __future__ import annotations

import random
import string
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image

from pipeline.domain.reading import Style
from pipeline.domain.template import Template
from pipeline.drawing import fonts
from pipeline.drawing.pens import HandPen, Ink, TypePen, hand, printer, swedish
from pipeline.drawing.story import tell
from pipeline.drawing.strokes import drawable
from pipeline.edges import library

LETTERS = string.ascii_letters + string.digits + "ÅÄÖåäöé.,-:/+()"


@pytest.mark.parametrize("template", tuple(library.load([library.shipped()])), ids=lambda template: template.id)
def test_every_letter_of_a_story_has_strokes(template: Template) -> None:
    for seed in range(60):
        for field, value in tell(template, random.Random(seed)).items():
            written = value if isinstance(value, str) and not template.field(field).options else ""
            for letter in written:
                assert drawable(letter), letter


def test_letters_are_told_apart_by_their_strokes() -> None:
    drawn = {letter: np.asarray(_written(HandPen(6.0, 0.4, 0.0, 0.0, 0, 1), letter)) for letter in LETTERS}
    for one, other in pairwise(sorted(drawn)):
        assert np.any(drawn[one] != drawn[other]), (one, other)


def _written(pen: HandPen | TypePen, text: str) -> Image.Image:
    ink = Ink.over(30.0, 14.0, 150.0)
    pen.write(ink, (4.0, 10.0), text)
    return ink.layer


def test_a_hand_differs_by_place_and_seed_but_not_by_chance() -> None:
    pen = HandPen(3.5, 0.4, 0.1, 1.0, 30, 7)
    ink, again, elsewhere = (Ink.over(60.0, 20.0, 150.0) for _ in range(3))
    pen.write(ink, (5.0, 10.0), "Åsa")
    pen.write(again, (5.0, 10.0), "Åsa")
    pen.write(elsewhere, (15.0, 10.0), "Åsa")
    assert np.array_equal(np.asarray(ink.layer), np.asarray(again.layer))
    moved = np.roll(np.asarray(ink.layer), round(10 * ink.px_per_mm), axis=1)
    assert not np.array_equal(moved, np.asarray(elsewhere.layer))


def test_a_line_is_no_longer_than_it_was_measured() -> None:
    for seed in range(12):
        for pen in (printer(random.Random(seed)), hand(random.Random(seed))):
            ink = Ink.over(120.0, 20.0, 150.0)
            pen.write(ink, (10.0, 12.0), "Övningsvägen 12 B")
            columns = np.flatnonzero((np.asarray(ink.layer) < 200).any(axis=0)) / ink.px_per_mm
            assert columns.max() <= 10.0 + pen.width_mm("Övningsvägen 12 B") + 1.5
            assert columns.min() >= 9.0


def test_pens_know_how_their_writing_counts() -> None:
    assert printer(random.Random(1)).style is Style.PRINT
    assert hand(random.Random(1)).style is Style.HAND


def test_a_machine_without_fonts_still_has_one_with_the_swedish_letters() -> None:
    assert swedish(fonts.shipped())
    assert all(path.is_file() for path in fonts.machine())
