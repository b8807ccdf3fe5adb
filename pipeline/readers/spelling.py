"""Spelling: what a line's network saw, step by step, becomes a text and how likely just that text is.

Connectionist temporal classification (Graves et al. 2006, doi 10.1145/1143844.1143891): every step tells of a character or
of none, equal neighbours are one, and a text's likelihood is the sum over all ways to spread it over the steps.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from pipeline.readers.letters import EDGE, Letters
from pipeline.readers.network import Numbers

BEAMS = 12  # beginnings of a line that are gone on with
FAINT = 1e-3  # likelihood of a character at a step from which it is thought of
# How much the letters before a letter count beside the ink, and what each letter more is worth: without it, short texts win.
WEIGHT, LONGER = 0.25, float(np.exp(0.4))
_NEVER = np.float64(-1e30)


@dataclass(frozen=True, slots=True, repr=False)
class Spelt:
    """A text, and the likelihood of just this text given the picture."""

    text: str
    likely: float

    def __repr__(self) -> str:
        """Hide the text."""
        return "Spelt(•••)"


def spell(steps: Numbers, characters: str) -> Spelt:
    """Return the likeliest text of steps (n, 1 + characters) of likelihoods; class 0 is none."""
    best = steps.argmax(axis=1)
    first = np.concatenate([[True], best[1:] != best[:-1]])
    labels = [int(label) for label in best[first] if label]
    return Spelt("".join(characters[label - 1] for label in labels), likelihood(steps, labels))


def guess(steps: Numbers, characters: str, letters: Letters) -> Spelt:
    """Return the text that is likeliest by steps (n, 1 + characters) and by how letters follow each other.

    Its likelihood is that by the steps alone. A prefix beam search (Hannun et al. 2014, arXiv 1408.2873): of each beginning
    is kept how likely it is with none behind it and with its last character still going on.
    """
    beams = {"": (1.0, 0.0)}
    for row in steps:
        grown: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        near = [(characters[label - 1] if label else "", float(row[label])) for label in np.flatnonzero(row > FAINT)]
        for begun, (ended, going) in beams.items():
            for letter, share in near:
                if not letter:
                    grown[begun][0] += (ended + going) * share
                    continue
                same = begun.endswith(letter)
                if same:
                    grown[begun][1] += going * share
                if before := ended if same else ended + going:
                    grown[begun + letter][1] += before * share * _weight(letters, begun, letter)
        best = heapq.nlargest(BEAMS, grown.items(), key=lambda one: sum(one[1]))
        most = sum(best[0][1])
        beams = {begun: (ended / most, going / most) for begun, (ended, going) in best}
    told = max(beams, key=lambda begun: sum(beams[begun]) * _weight(letters, begun, EDGE))
    return Spelt(told, likelihood(steps, [characters.index(letter) + 1 for letter in told]))


def _weight(letters: Letters, before: str, letter: str) -> float:
    return LONGER * float(letters.share(before, letter) ** WEIGHT)


def likelihood(steps: Numbers, labels: list[int]) -> float:
    """Return how likely just these characters are, 0..1, summed over all ways to spread them over the steps."""
    told = np.zeros(2 * len(labels) + 1, dtype=np.int64)
    told[1::2] = labels
    logs = np.log(np.maximum(steps.astype(np.float64), 1e-12))[:, told]
    # A character may follow the one before it directly unless they are equal.
    leap = np.zeros(len(told), dtype=bool)
    leap[3::2] = told[3::2] != told[1:-2:2]
    at = np.full(len(told), _NEVER)
    at[:2] = logs[0, :2]
    for row in logs[1:]:
        stepped = np.concatenate([[_NEVER], at[:-1]])
        leapt = np.where(leap, np.concatenate([[_NEVER, _NEVER], at[:-2]])[: len(at)], _NEVER)
        at = np.logaddexp(np.logaddexp(at, stepped), leapt) + row
    return float(np.exp(np.logaddexp(at[-1], at[-2]) if len(at) > 1 else at[-1]))
