"""Letters: how likely one follows others in what Swedes write, counted once and shipped as `models/letters.txt.gz`.

An n-gram model of characters, smoothed by Witten and Bell's method (1991, doi 10.1109/18.87000). All digits count as one:
it says where a number may stand, never which. It knows no words, and nothing is snapped to a list.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache

from pipeline.errors import ReaderError
from pipeline.readers.network import MODELS

EDGE = "|"  # where a line begins and ends
_DIGITS = str.maketrans("123456789", "0" * 9)
_KINDS = 97  # characters of the networks, digits as one, and the edge


def folded(text: str) -> str:
    """Return a text with every digit as `0`."""
    return text.translate(_DIGITS)


class Letters:
    """An n-gram model of characters."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        """Keep how often each run of 1 to n characters was met, digits folded."""
        self._counts = counts
        self._before = max(map(len, counts)) - 1
        self._met, self._kinds = Counter[str](), Counter[str]()
        for run, count in counts.items():
            self._met[run[:-1]] += count
            self._kinds[run[:-1]] += 1

    def share(self, before: str, letter: str) -> float:
        """Return how likely a letter, or the `EDGE`, comes next in a line that so far is `before`: over 0, to 1."""
        told, next_ = folded(EDGE + before)[-self._before :], folded(letter)
        share = 1 / _KINDS
        for start in range(len(told), -1, -1):
            met, kinds = self._met[told[start:]], self._kinds[told[start:]]
            if not met:
                break
            share = (self._counts.get(told[start:] + next_, 0) + kinds * share) / (met + kinds)
        return share / 10 if next_ == "0" else share


@lru_cache(maxsize=1)
def swedish() -> Letters:
    """Return the model that ships.

    Raises:
        ReaderError: when it is missing or broken.
    """
    try:
        with gzip.open(MODELS / "letters.txt.gz", "rt", encoding="utf-8", newline="\n") as packed:
            return Letters({run: int(count) for run, count in (line.rsplit(" ", 1) for line in packed)})
    except (OSError, ValueError, EOFError) as error:
        raise ReaderError("model_missing", hint="reinstall", model="letters") from error
