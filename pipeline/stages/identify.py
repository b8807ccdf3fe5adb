"""Find which sheets a page may be, and roughly where each would lie on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.stages.clean import WORK_DPI, Cleaned
from pipeline.stages.outline import Floats, Outline, keypoints
from pipeline.stages.warp import Matrix

_RATIO2 = 0.85**2
_NEAR_PX = 3.0
_MOST = 4
_ASKED = 8
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
    """Return the sheets that keypoints of the page agree on, most votes first, at most four.

    However many sheets are known, only the few that most keypoints look like are asked whether these agree on a way: the
    right one is among them however the page is seen.
    """
    points, descriptors = _keypoints(cleaned, glance)
    alike = [_pairs(points, descriptors, outline) for outline in outlines]
    found = [_agreeing(pairs) for pairs in sorted(alike, key=lambda pairs: -len(pairs.here))[:_ASKED]]
    if glance.perspective:
        found = [*map(_aside, found[:_MOST]), *found[_MOST:]]
    voted = sorted((pairs for pairs in found if pairs.votes >= _LEAST_VOTES), key=lambda pairs: -pairs.votes)
    back = np.linalg.inv(cleaned.to_work)
    return tuple(Candidate(pairs.outline, back @ pairs.to_work, pairs.votes) for pairs in voted[:_MOST])


def _keypoints(cleaned: Cleaned, glance: Glance) -> tuple[NDArray[np.float64], Floats]:
    """Return the page's keypoints, in pixels of `cleaned.grey`, and their descriptors."""
    grey = cleaned.grey
    if glance.dpi == WORK_DPI:
        return keypoints(grey, glance.count, glance.layers)
    size = (max(8, round(grey.shape[1] * glance.dpi / WORK_DPI)), max(8, round(grey.shape[0] * glance.dpi / WORK_DPI)))
    small = np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    points, descriptors = keypoints(small, glance.count, glance.layers)
    return points * (grey.shape[1] / size[0], grey.shape[0] / size[1]), descriptors


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Keypoints that look alike, here on a blank and there on the page, and the way that most of them agree on, if any."""

    outline: Outline
    here: NDArray[np.float64]
    there: NDArray[np.float64]
    to_work: Matrix = field(default_factory=lambda: np.eye(3))
    votes: int = 0


def _pairs(points: NDArray[np.float64], descriptors: Floats, outline: Outline) -> _Pairs:
    ours, theirs = matches(descriptors, outline.descriptors)
    return _Pairs(outline, outline.points[theirs], points[ours])


def _agreeing(pairs: _Pairs) -> _Pairs:
    to_work, votes = agreed(pairs.here, pairs.there, _NEAR_PX)
    return pairs if to_work is None else replace(pairs, to_work=to_work, votes=votes)


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


def _aside(plain: _Pairs) -> _Pairs:
    """Return the pairs with the way of a page seen from aside, as a photograph shows it, if clearly more agree on that.

    It is dear, so that only the sheets with most pairs are asked.
    """
    if len(plain.here) < _FOR_PERSPECTIVE or plain.votes >= 0.7 * len(plain.here):
        return plain
    here, there = plain.here.astype(np.float32), plain.there.astype(np.float32)
    found: tuple[object, NDArray[np.generic]] = cv2.findHomography(
        here, there, cv2.RANSAC, _NEAR_PX, maxIters=500, confidence=0.99
    )
    told, agreeing = found
    if isinstance(told, np.ndarray) and int(agreeing.sum()) > 1.25 * plain.votes + 3:
        return replace(plain, to_work=np.asarray(told, dtype=np.float64), votes=int(agreeing.sum()))
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
