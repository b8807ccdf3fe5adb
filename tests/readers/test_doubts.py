"""What every eye of print takes for something else is doubted, though all of them say the same."""

from __future__ import annotations

import pytest

from pipeline.readers.doubts import doubts
from pipeline.readers.engine import Line, Word
from pipeline.readers.lines import lines
from tests.support.strips import clip, writing


def found(key: str, text: str) -> tuple[str, ...]:
    """Return the doubts about a field in which a text was typed and read."""
    shown = clip(key, writing(text, 11))
    written = lines(shown)
    words = tuple(Word(word, 0.99, 0, written.pictures[0].shape[1]) for word in text.split())
    return doubts(shown, (Line(written.pictures[0], words),), written)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("forskola", "Förskolan. Ärtan"),
        ("pat_adress", "Exempelstigen. 74 A"),
        ("pat_adress", "Exempelstigen 74A"),
        ("anm_adress", "Skissvägen 1A, 972 31 Luleå"),
    ],
)
def test_a_point_out_of_place_and_a_lost_space_before_a_letter_are_doubted(key: str, text: str) -> None:
    assert "lookalike" in found(key, text)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("forskola", "Förskolan Ärtan"),
        ("pat_adress", "Exempelstigen 74 A"),
        ("anm_lakare", "Leg. läk. Sven Ek"),
        ("anm_lakare", "K. Svensson"),
        ("serotyp", "O26"),
        ("atgarder", "Patienten är informerad. Prov är taget i dag."),
    ],
)
def test_points_where_they_belong_are_not(key: str, text: str) -> None:
    assert "lookalike" not in found(key, text)
