"""Spelling: what a line's network saw, step by step, becomes a text and how likely just that text is.

Connectionist temporal classification (Graves et al. 2006, doi 10.1145/1143844.1143891): every step tells of a character or
of none, equal neighbours are one, and a text's likelihood is the sum over all ways to spread it over the steps.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.readers.network import Numbers

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
