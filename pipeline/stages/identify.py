"""Find which sheets a page may be, and roughly where each would lie on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.stages.clean import Cleaned
from pipeline.stages.outline import Floats, Outline, keypoints
from pipeline.stages.warp import Matrix

_SEEDS = 800
_RATIO2 = 0.85**2
_NEAR_PX = 3.0
_MOST = 4


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A sheet that a page may be: `to_px` takes sheet millimetres to the page's pixels, right to some millimetres.

    `votes` is how many keypoints agree with it.
    """

    outline: Outline
    to_px: Matrix
    votes: int


def identify(cleaned: Cleaned, outlines: Sequence[Outline], least: int = 5) -> tuple[Candidate, ...]:
    """Return the sheets that at least `least` keypoints of the page agree on, most votes first, at most four."""
    if not outlines:
        return ()
    points, descriptors = keypoints(cleaned.grey, _SEEDS)
    if len(points) < least:
        return ()
    found = [
        candidate
        for outline in outlines
        if (candidate := _candidate(points, descriptors, outline, cleaned)) is not None and candidate.votes >= least
    ]
    return tuple(sorted(found, key=lambda candidate: -candidate.votes)[:_MOST])


def _candidate(points: NDArray[np.float64], descriptors: Floats, outline: Outline, cleaned: Cleaned) -> Candidate | None:
    ours, theirs = _matches(descriptors, outline.descriptors)
    to_work, votes = _agreed(outline.points[theirs], points[ours], _NEAR_PX)
    if to_work is None:
        return None
    return Candidate(outline, np.linalg.inv(cleaned.to_work) @ to_work, votes)


def paired(outline: Outline, other: Outline) -> tuple[Matrix | None, int]:
    """Return the matrix from one blank's millimetres to another's that most keypoints agree on, and how many do."""
    theirs, ours = _matches(other.descriptors, outline.descriptors)
    return _agreed(outline.points[ours], other.points[theirs], 1.0)


def _agreed(here: NDArray[np.float64], there: NDArray[np.float64], near: float) -> tuple[Matrix | None, int]:
    """Return the turn, scale and shift from here to there that most pairs agree on; the same pairs give the same bits."""
    if len(here) < 4:
        return None, 0
    matrix, agreeing = cv2.estimateAffinePartial2D(
        here.astype(np.float32),
        there.astype(np.float32),
        method=cv2.RANSAC,
        ransacReprojThreshold=near,
        maxIters=2000,
        confidence=0.999,
    )
    if not isinstance(matrix, np.ndarray) or matrix.shape != (2, 3):
        return None, 0
    return np.vstack([matrix, [0.0, 0.0, 1.0]]), int(agreeing.sum())


def _matches(descriptors: Floats, known: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs (page, blank) whose likeness clearly leads the next one's."""
    if len(known) < 2:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    alike = descriptors @ known.T
    rows = np.arange(len(alike))
    best = alike.argmax(axis=1)
    first = alike[rows, best]
    alike[rows, best] = -1.0
    second = alike.max(axis=1)
    clear = (1.0 - first) < _RATIO2 * (1.0 - second)
    return rows[clear], best[clear]
