from __future__ import annotations

from collections import defaultdict
from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.readers.letters import EDGE, Letters
from pipeline.readers.spelling import LONGER, WEIGHT, Spelt, guess, likelihood, spell

LETTERS = "ab"
AFTER = Letters({"|": 3, "a": 4, "b": 2, "|a": 2, "|b": 1, "aa": 1, "ab": 1, "ba": 1, "b|": 1, "a|": 2})
STEPS = st.tuples(*[st.floats(0.01, 1.0)] * 3)


def by_counting(steps: np.ndarray) -> dict[str, float]:
    """Return every text's likelihood by going through all ways to take the steps."""
    found: dict[str, float] = defaultdict(float)
    for way in product(range(steps.shape[1]), repeat=len(steps)):
        text = "".join(LETTERS[label - 1] for label, _ in groupby(way) if label)
        found[text] += float(np.prod([steps[at, label] for at, label in enumerate(way)]))
    return found


@given(st.lists(STEPS, min_size=1, max_size=6))
def test_a_texts_likelihood_is_the_sum_over_all_ways_to_spread_it(rows: list[tuple[float, ...]]) -> None:
    steps = np.array(rows, np.float32)
    steps /= steps.sum(axis=1, keepdims=True)
    counted = by_counting(steps)
    for text, expected in counted.items():
        told = likelihood(steps, [LETTERS.index(letter) + 1 for letter in text])
        assert told == pytest.approx(expected, rel=1e-4, abs=1e-9)
    assert sum(counted.values()) == pytest.approx(1.0, abs=1e-5)


@given(st.lists(STEPS, min_size=1, max_size=3))
def test_a_guess_is_the_text_that_ink_and_neighbours_together_make_likeliest(rows: list[tuple[float, ...]]) -> None:
    steps = np.array(rows, np.float32)
    steps /= steps.sum(axis=1, keepdims=True)
    counted = by_counting(steps)

    def weighed(text: str) -> float:
        shares = [AFTER.share(text[:end], letter) for end, letter in enumerate(text + EDGE)]
        return counted[text] * float(np.prod([LONGER * share**WEIGHT for share in shares]))

    told = guess(steps, LETTERS, AFTER)
    assert weighed(told.text) == pytest.approx(max(weighed(text) for text in counted), rel=1e-4)
    assert told.likely == pytest.approx(counted[told.text], rel=1e-4)


def test_equal_neighbours_are_one_letter_unless_nothing_lies_between_them() -> None:
    def steps(*labels: int) -> np.ndarray:
        return np.eye(3, dtype=np.float32)[list(labels)]

    assert spell(steps(1, 1, 2), LETTERS).text == "ab"
    assert spell(steps(1, 0, 1, 2), LETTERS).text == "aab"
    assert spell(steps(0, 0), LETTERS) == Spelt("", pytest.approx(1.0))


def test_a_text_is_never_printed() -> None:
    assert "ab" not in repr(spell(np.eye(3, dtype=np.float32)[[1, 2]], LETTERS))
