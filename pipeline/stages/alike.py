"""Tell sheets apart that are nearly the same, by the places where their print differs: versions, languages of one form."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.raster import Pixels
from pipeline.stages.evidence import EVIDENCE_DPI, strokes
from pipeline.stages.identify import Candidate, paired
from pipeline.stages.outline import Outline, at
from pipeline.stages.register import Lie, register
from pipeline.stages.warp import Matrix, flattened, shrunk

COMPARE_DPI = 200.0
_TILE_MM = 8.0
_MARGIN_MM = 0.7
_MOST = 24
_KIN_VOTES = 25
_KIN_PRINT = 0.45
_KIN_SCORE = 0.5
_APART_PX = 5
_STROKE = 60
_LEAST_PX = 10
_SEEN = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """Places, in one sheet's millimetres, where its print differs from a near twin's, with both pictures of each.

    `to_twin` takes this sheet's millimetres to the twin's. No places means that the two cannot be told apart.
    """

    twin: Outline
    to_twin: Matrix
    places: tuple[Rect, ...]
    ours: tuple[Pixels, ...]
    theirs: tuple[Pixels, ...]


def difference(outline: Outline, twin: Outline) -> Difference | None:
    """Return where two sheets differ, or None when they are no near twins at all."""
    return _difference(outline, twin)


@lru_cache(maxsize=1024)
def _difference(outline: Outline, twin: Outline) -> Difference | None:
    matrix, votes = paired(outline, twin)
    if matrix is None or votes < _KIN_VOTES or _shared(outline, twin, matrix) < _KIN_PRINT:
        return None
    picture = twin.blank.picture
    scale = np.diag([picture.dpi / MM_PER_INCH, picture.dpi / MM_PER_INCH, 1.0])
    lie = register(picture.pixels, Candidate(outline, scale @ matrix, votes))
    if lie is None or lie.score < _KIN_SCORE:
        return None
    here = at(outline.blank, COMPARE_DPI)
    there = _flat(picture.pixels, lie.to_px, outline.sheet)
    places = _places(here, there)
    return Difference(
        twin,
        np.linalg.inv(scale) @ lie.to_px,
        places,
        tuple(_piece(here, place, 0.0) for place in places),
        tuple(_piece(there, place, 0.0) for place in places),
    )


def _shared(outline: Outline, twin: Outline, matrix: Matrix) -> float:
    """Return how much of a sheet's print has the twin's near it, less what chance would give, when `matrix` lays them so.

    Forms of one family share labels, and with them keypoints; only twins share most of their print. To ask the masks
    first spares drawing every such sheet.
    """
    ours = outline.print_
    theirs = cv2.dilate(twin.print_.astype(np.uint8), np.ones((_APART_PX, _APART_PX), np.uint8))
    to_px = matrix[:2] * np.array([1.0, 1.0, EVIDENCE_DPI / MM_PER_INCH])
    laid = cv2.warpAffine(theirs, to_px, ours.shape[::-1], flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP) > 0
    hit, chance = float(laid[ours].mean()) if ours.any() else 0.0, float(laid[~ours].mean())
    return (hit - chance) / (1.0 - chance) if chance < 1.0 else 0.0


def lead(pixels: Pixels, lie: Lie, difference: Difference) -> float:
    """Return by how much the page looks like the lie's sheet rather than like its twin, about -1..1.

    Each place votes with its likeness to both pictures, found within half a millimetre; places where the page shows
    neither, being cut off or covered, say nothing. 0 when no place says anything.
    """
    if not difference.places:
        return 0.0
    flat = _flat(pixels, lie.to_px, lie.outline.sheet)
    total = weight = 0.0
    for place, ours, theirs in zip(difference.places, difference.ours, difference.theirs, strict=True):
        window = _piece(flat, place, _MARGIN_MM)
        if window.shape[0] < ours.shape[0] or window.shape[1] < ours.shape[1]:
            continue
        first, second = _likeness(window, ours), _likeness(window, theirs)
        if max(first, second) < _SEEN:
            continue
        apart = max(0.0, 1.0 - _likeness(_bordered(ours), theirs))
        total += apart * (first - second)
        weight += apart * apart
    return total / weight if weight > 0 else 0.0


def _likeness(window: Pixels, picture: Pixels) -> float:
    if int(picture.max()) - int(picture.min()) < 30:
        return 0.0 if int(window.min()) < 128 else 0.5
    best = cv2.minMaxLoc(cv2.matchTemplate(window, picture, cv2.TM_CCOEFF_NORMED))[1]
    return float(best) if np.isfinite(best) else 0.0


def _bordered(picture: Pixels) -> Pixels:
    by = round(_MARGIN_MM * COMPARE_DPI / MM_PER_INCH)
    return np.asarray(cv2.copyMakeBorder(picture, by, by, by, by, cv2.BORDER_REPLICATE), dtype=np.uint8)


def _flat(pixels: Pixels, to_px: Matrix, sheet: Rect) -> Pixels:
    small = shrunk(pixels, to_px, COMPARE_DPI)
    return flattened(small.pixels, small.from_page @ to_px, sheet, COMPARE_DPI)


def _places(here: Pixels, there: Pixels) -> tuple[Rect, ...]:
    """Return the tiles where one has strokes that the other has not, most first."""
    ours, theirs = strokes(here) > _STROKE, strokes(there) > _STROKE
    near = np.ones((5, 5), np.uint8)
    apart = ours & (cv2.dilate(theirs.astype(np.uint8), near) == 0)
    apart |= theirs & (cv2.dilate(ours.astype(np.uint8), near) == 0)
    side = round(_TILE_MM * COMPARE_DPI / MM_PER_INCH)
    mm = MM_PER_INCH / COMPARE_DPI
    found: list[tuple[int, int, int]] = []
    for top in range(0, here.shape[0] - side, side):
        for left in range(0, here.shape[1] - side, side):
            count = int(apart[top : top + side, left : left + side].sum())
            if count >= _LEAST_PX:
                found.append((-count, top, left))
    return tuple(Rect(left * mm, top * mm, side * mm, side * mm) for _, top, left in sorted(found)[:_MOST])


def _piece(picture: Pixels, place: Rect, margin: float) -> NDArray[np.uint8]:
    per_mm = COMPARE_DPI / MM_PER_INCH
    grown = place.grown(margin)
    top, left = max(0, round(grown.y * per_mm)), max(0, round(grown.x * per_mm))
    return np.ascontiguousarray(picture[top : round(grown.bottom * per_mm), left : round(grown.right * per_mm)])
