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
_FOR_PERSPECTIVE = 12  # pairs that are enough to tell a photograph from chance


@dataclass(frozen=True, slots=True)
class Glance:
    """How hard a page is looked at.

    Its keypoints' resolution, how many are taken, layers of scale in an octave, and whether it may be a photograph.
    """

    dpi: float
    count: int
    layers: int
    perspective: bool


QUICK = Glance(dpi=37.5, count=320, layers=2, perspective=False)
THOROUGH = Glance(dpi=WORK_DPI, count=800, layers=3, perspective=True)


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
    points, descriptors = _keypoints(cleaned, glance)
    seen = (points, descriptors, glance.perspective)
    found = [_candidate(seen, outline, cleaned) for outline in outlines]
    voted = [candidate for candidate in found if candidate is not None and candidate.votes >= _LEAST_VOTES]
    return tuple(sorted(voted, key=lambda candidate: -candidate.votes)[:_MOST])


def _keypoints(cleaned: Cleaned, glance: Glance) -> tuple[NDArray[np.float64], Floats]:
    """Return the page's keypoints, in pixels of `cleaned.grey`, and their descriptors."""
    grey = cleaned.grey
    if glance.dpi == WORK_DPI:
        return keypoints(grey, glance.count, glance.layers)
    size = (max(8, round(grey.shape[1] * glance.dpi / WORK_DPI)), max(8, round(grey.shape[0] * glance.dpi / WORK_DPI)))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    points, descriptors = keypoints(small, glance.count, glance.layers)
    return points * (grey.shape[1] / size[0], grey.shape[0] / size[1]), descriptors


def _candidate(seen: tuple[NDArray[np.float64], Floats, bool], outline: Outline, cleaned: Cleaned) -> Candidate | None:
    points, descriptors, perspective = seen
    ours, theirs = matches(descriptors, outline.descriptors)
    to_work, votes = agreed(outline.points[theirs], points[ours], _NEAR_PX)
    if perspective and len(ours) >= _FOR_PERSPECTIVE and votes < 0.7 * len(ours):
        to_work, votes = _aside(outline.points[theirs], points[ours], (to_work, votes))
    if to_work is None:
        return None
    return Candidate(outline, np.linalg.inv(cleaned.to_work) @ to_work, votes)


def paired(outline: Outline, other: Outline) -> tuple[Matrix | None, int]:
    """Return the matrix from one blank's millimetres to another's that most keypoints agree on, and how many do."""
    theirs, ours = matches(other.descriptors, outline.descriptors)
    return agreed(outline.points[ours], other.points[theirs], 1.0)


def agreed(here: NDArray[np.float64], there: NDArray[np.float64], near: float) -> tuple[Matrix | None, int]:
    """Return the turn, scale and shift that most pairs agree on, and how many do; the same pairs give the same bits."""
    if len(here) < 4:
        return None, 0
    ours, theirs = here.astype(np.float32), there.astype(np.float32)
    found: tuple[object, NDArray[np.generic]] = cv2.estimateAffinePartial2D(
        ours, theirs, method=cv2.RANSAC, ransacReprojThreshold=near, maxIters=2000, confidence=0.999
    )
    told, agreeing = found
    if not isinstance(told, np.ndarray):  # no two pairs agree
        return None, 0
    return np.vstack([told, [0.0, 0.0, 1.0]]), int(agreeing.sum())


def _aside(
    here: NDArray[np.float64], there: NDArray[np.float64], plain: tuple[Matrix | None, int]
) -> tuple[Matrix | None, int]:
    """Return the way of a page seen from aside, as a photograph shows it, if clearly more pairs agree on that."""
    found: tuple[object, NDArray[np.generic]] = cv2.findHomography(
        here.astype(np.float32), there.astype(np.float32), cv2.RANSAC, _NEAR_PX, maxIters=500, confidence=0.99
    )
    told, agreeing = found
    if isinstance(told, np.ndarray) and int(agreeing.sum()) > 1.25 * plain[1] + 3:
        return np.asarray(told, dtype=np.float64), int(agreeing.sum())
    return plain


def matches(descriptors: Floats, known: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
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
