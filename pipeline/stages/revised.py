"""Tell that a known form is no longer what its template says: a revision nobody told of, or a master copied too often.

What many filled pages have in common, laid upright upon each other, is the print as it is now: one bad scan or one full form
changes nothing in it. It is held against the blank, place by place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.library import SheetBlank
from pipeline.domain.raster import Pixels, Raster
from pipeline.stages.evidence import EVIDENCE_DPI, printed, strokes
from pipeline.stages.outline import at

ENOUGH = 20
"""How many of the latest pages are laid upon each other, and how many earlier ones are needed to tell a fall."""
_PLACE_MM, _LEAST_PX = 8.0, 12
_EDGE_MM, _ZONE_MM = 6.0, 3.0  # what scanners cut off; as far around a field as writing may reach out of it
_NEAR = np.ones((5, 5), np.uint8)
_GONE, _THERE = 0.35, 0.5  # shares of the print's own darkness
_NOTHING = 30
_RED, _BLUE = (40, 40, 220), (220, 90, 20)
_FALL, _RISE_MM, _SPREADS = 0.05, 0.1, 4.0


@dataclass(frozen=True, slots=True, eq=False)
class Revision:
    """How a sheet looks now, at `EVIDENCE_DPI`, and where, in its millimetres, print is missing or has come."""

    now: Raster
    missing: tuple[Rect, ...]
    added: tuple[Rect, ...]


def revised(blank: SheetBlank, pages: Sequence[Raster]) -> Revision:
    """Return what is other than on the blank in what pages, shown as their sheet lies, have in common."""
    print_ = at(blank, EVIDENCE_DPI)
    height, width = print_.shape
    stack = np.stack([cv2.resize(page.pixels, (width, height), interpolation=cv2.INTER_AREA) for page in pages])
    now = np.partition(stack, len(pages) // 2, axis=0)[len(pages) // 2]
    there, seen = printed(print_), strokes(now)
    dark = cv2.dilate(seen, np.ones((3, 3), np.uint8))[there]
    full = max(float(_NOTHING), float(np.percentile(dark, 80)) if there.any() else 0.0)
    gone = there & (cv2.dilate(seen, _NEAR) < _GONE * full)
    new = (seen > max(_NOTHING, _THERE * full)) & (cv2.dilate(strokes(print_), _NEAR) < _NOTHING) & _beside_fields(blank)
    return Revision(Raster.owning(now, EVIDENCE_DPI), _places(gone), _places(new))


def _beside_fields(blank: SheetBlank) -> NDArray[np.bool_]:
    """Return where nobody is asked to write."""
    sheet, per_mm = blank.sheet, EVIDENCE_DPI / MM_PER_INCH
    free = np.ones((round(sheet.height_mm * per_mm), round(sheet.width_mm * per_mm)), dtype=bool)
    for field in blank.template.fields_on(sheet.number):
        for zone in field.all_zones:
            if zone.sheet == sheet.number:
                r = zone.rect.grown(_ZONE_MM)
                top, left = max(0, round(r.y * per_mm)), max(0, round(r.x * per_mm))
                free[top : round(r.bottom * per_mm), left : round(r.right * per_mm)] = False
    return free


def _places(marked: NDArray[np.bool_]) -> tuple[Rect, ...]:
    """Return the squares in which enough is marked, away from the sheet's edge."""
    side, edge = round(_PLACE_MM * EVIDENCE_DPI / MM_PER_INCH), round(_EDGE_MM * EVIDENCE_DPI / MM_PER_INCH)
    mm = MM_PER_INCH / EVIDENCE_DPI
    inner = marked[edge:-edge, edge:-edge]
    found = []
    for top in range(0, inner.shape[0], side):
        for left in range(0, inner.shape[1], side):
            if int(inner[top : top + side, left : left + side].sum()) >= _LEAST_PX:
                found.append(Rect((left + edge) * mm, (top + edge) * mm, side * mm, side * mm))
    return tuple(found)


def fallen(scores: Sequence[float]) -> bool:
    """Tell whether the latest pages, the last of `scores`, are found less surely than those before them."""
    return len(scores) >= 2 * ENOUGH and _drop([-score for score in scores], _FALL)


def strayed(residuals: Sequence[float]) -> bool:
    """Tell whether the latest pages lie less exactly, in millimetres, than those before them."""
    return len(residuals) >= 2 * ENOUGH and _drop(residuals, _RISE_MM)


def _drop(told: Sequence[float], least: float) -> bool:
    before, latest = np.asarray(told[:-ENOUGH]), np.asarray(told[-ENOUGH:])
    usual = float(np.median(before))
    spread = float(np.median(np.abs(before - usual)))
    return float(np.median(latest)) - usual > max(least, _SPREADS * spread)


def beside(blank: SheetBlank, found: Revision) -> Pixels:
    """Return the blank and the sheet as it is now beside each other in colour (BGR): missing red, added blue."""
    pictures = [cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR) for grey in (at(blank, EVIDENCE_DPI), found.now.pixels)]
    per_mm = EVIDENCE_DPI / MM_PER_INCH
    framed = [(place, _RED) for place in found.missing] + [(place, _BLUE) for place in found.added]
    for place, colour in framed:
        corner, far = ((round(x * per_mm), round(y * per_mm)) for x, y in (place.corners[0], place.corners[2]))
        for picture in pictures:
            cv2.rectangle(picture, corner, far, colour, 2)
    return np.asarray(np.hstack(pictures), dtype=np.uint8)
