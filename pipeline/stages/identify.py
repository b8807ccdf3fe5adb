"""Find which sheets a page may be, and roughly where each would lie on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.stages.clean import WORK_DPI, Cleaned
from pipeline.stages.outline import Floats, Outline, keypoints
from pipeline.stages.warp import Matrix

_RATIO2 = 0.85**2
_NEAR_PX = 3.0
_MOST = 4
_LEAST_VOTES = 5


@dataclass(frozen=True, slots=True)
class Glance:
    """How hard a page is looked at: the keypoints' resolution, how many are taken, and layers of scale in an octave."""

    dpi: float
    count: int
    layers: int


QUICK = Glance(dpi=37.5, count=320, layers=2)
THOROUGH = Glance(dpi=WORK_DPI, count=800, layers=3)


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A sheet that a page may be, and roughly where.

    `to_px` takes sheet millimetres to the dense pixels of the cleaned page, right to some millimetres. `votes` is how many
    keypoints agree with it.
    """

    outline: Outline
    to_px: Matrix
    votes: int


def identify(cleaned: Cleaned, outlines: Sequence[Outline], glance: Glance = QUICK) -> tuple[Candidate, ...]:
    """Return the sheets that keypoints of the page agree on, most votes first, at most four."""
    points, descriptors = _seen(cleaned, glance)
    found = [_candidate(points, descriptors, outline, cleaned) for outline in outlines]
    voted = [candidate for candidate in found if candidate is not None and candidate.votes >= _LEAST_VOTES]
    return tuple(sorted(voted, key=lambda candidate: -candidate.votes)[:_MOST])


def _seen(cleaned: Cleaned, glance: Glance) -> tuple[NDArray[np.float64], Floats]:
    """Return the page's keypoints, in pixels of `cleaned.grey`, and their descriptors."""
    grey = cleaned.grey
    if glance.dpi == WORK_DPI:
        return keypoints(grey, glance.count, glance.layers)
    size = (max(8, round(grey.shape[1] * glance.dpi / WORK_DPI)), max(8, round(grey.shape[0] * glance.dpi / WORK_DPI)))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    points, descriptors = keypoints(small, glance.count, glance.layers)
    return points * (grey.shape[1] / size[0], grey.shape[0] / size[1]), descriptors


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
