"""Ink: what was written in a clip, the blank's own print taken out, and whether anything is written at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.raster import Raster
from pipeline.domain.reading import CLIP_DPI, ClipPart
from pipeline.readers.deprint import DARK, Grey, Zone, components, deprint, moved, print_of

PX_PER_MM = CLIP_DPI / MM_PER_INCH
SPECK_MM = 0.45
LETTER = 12  # px: a mark this high may be a letter (1 mm)
VISIBLE = 48  # grey levels by which what is printed must be darker than the paper around it
ENOUGH = 100  # places in print that are enough to tell by
_EDGE = 4  # px inside its zone from which a mark counts as reaching into it


@dataclass(frozen=True, slots=True)
class Ink:
    """What was written in one zone: darkness (0 paper, 255 ink) over the clip's frame, the blank's print taken out.

    `zone` is (left, top, right, bottom) of the zone in its pixels; `box` the same around all ink, or None when there is
    none but specks. `spilled` tells that ink of the zone runs out of the frame, or ink from beside it runs in. `specks`
    is how many pixels of dust were left out, `dust` how many small marks lie apart from all writing. `crowded` tells that
    writing lies so close to the blank's own print that small marks of it may have gone with that.
    """

    dark: Grey
    zone: Zone
    box: Zone | None
    spilled: bool
    specks: int
    dust: int
    crowded: bool = False

    @property
    def blankness(self) -> float:
        """Return how sure it is that nothing is written, 0..1: 1 for clean paper, falling with specks."""
        return 0.0 if self.box is not None else max(0.5, 1.0 - self.specks / 900)

    @property
    def longest(self) -> int:
        """Return how many pixels the largest of its marks is wide or high, 0 without any."""
        _, stats, _ = components((self.dark >= DARK).astype(np.uint8))
        return int(stats[1:, 2:4].max(initial=0))


def ink(part: ClipPart) -> Ink:
    """Return the ink of a part, de-printed and kept to its zone."""
    dark, zone, close = _lifted(part)
    return _kept(dark, zone, close)


def visible(part: ClipPart) -> float:
    """Return the share of the blank's print in a part's frame that is visible where it should be; 1 where there is none.

    What fades print or drops it, as a scanner does whose one level for black is too low, has taken writing with it.
    """
    pixels, (ys, xs) = part.picture.pixels, print_of(_blank(part)).points
    dx, dy = moved(255 - pixels, (ys[::4], xs[::4]))
    ys, xs = ys + dy, xs + dx
    inside = (ys >= 0) & (ys < pixels.shape[0]) & (xs >= 0) & (xs < pixels.shape[1])
    if int(inside.sum()) < ENOUGH:
        return 1.0
    _, paper = _levels(pixels)
    return float((pixels[ys[inside], xs[inside]] <= paper - VISIBLE).mean())


def _lifted(part: ClipPart) -> tuple[Grey, Zone, Grey]:
    dark = darkness(part.picture.pixels)
    height, width = dark.shape
    out, close = deprint(dark, print_of(_blank(part)))
    return out, _zone(part, width, height), close


def _blank(part: ClipPart) -> Raster:
    """Return the blank's picture, as large as the part's own."""
    height, width = part.picture.pixels.shape
    if part.blank.pixels.shape == (height, width):
        return part.blank
    return Raster.owning(cast(Grey, cv2.resize(part.blank.pixels, (width, height))), part.blank.dpi)


def darkness(pixels: Grey) -> Grey:
    """Return 0 for paper to 255 for the darkest ink, whatever the paper's grey and however faint the ink."""
    ink_level, paper = _levels(pixels)
    ink_level = min(ink_level, paper - 90.0)
    table = np.clip((paper - np.arange(256)) * (255.0 / max(paper - ink_level, 1.0)), 0, 255).astype(np.uint8)
    return cast(Grey, cv2.LUT(pixels, table))


def _levels(pixels: Grey) -> tuple[float, float]:
    """Return the grey of ink and of paper."""
    counts = np.cumsum(cv2.calcHist([pixels], [0], None, [256], [0, 256]).ravel().astype(np.int64))
    ink_level, paper = np.searchsorted(counts, (0.005 * counts[-1], 0.75 * counts[-1]))
    return float(ink_level), float(paper)


def box_of(dark: Grey) -> Zone | None:
    """Return (left, top, right, bottom) around all marks larger than a speck, or None."""
    _, stats, _ = components((dark >= DARK).astype(np.uint8))
    least = SPECK_MM * PX_PER_MM
    large = (stats[1:, 2:4].max(axis=1, initial=0) >= least) & (stats[1:, cv2.CC_STAT_AREA] >= least)
    if not large.any():
        return None
    x, y, width, height = stats[1:, :4][large].T
    return int(x.min()), int(y.min()), int((x + width).max()), int((y + height).max())


def _zone(part: ClipPart, width: int, height: int) -> Zone:
    sx, sy = width / part.frame.width, height / part.frame.height
    left, top = round((part.zone.x - part.frame.x) * sx), round((part.zone.y - part.frame.y) * sy)
    return left, top, round((part.zone.right - part.frame.x) * sx), round((part.zone.bottom - part.frame.y) * sy)


def _kept(dark: Grey, zone: Zone, close: Grey) -> Ink:
    """Keep the marks whose middle lies in the zone and that are no dust."""
    left, top, right, bottom = zone
    height, width = dark.shape
    if int((dark[top:bottom, left:right] >= DARK).sum()) < 4:
        return Ink(dark, zone, None, spilled=False, specks=0, dust=0)
    labels, stats, middles = components((dark >= DARK // 2).astype(np.uint8))
    x, y, w, h, area = (stats[:, column] for column in range(5))
    mx, my = middles[:, 0], middles[:, 1]
    inside = (left <= mx) & (mx < right) & (top <= my) & (my < bottom)
    reaches = (x + w > left + _EDGE) & (x < right - _EDGE) & (y + h > top + _EDGE) & (y < bottom - _EDGE)
    leaves = (x <= 0) | (y <= 0) | (x + w >= width) | (y + h >= height)
    around = _around(stats.astype(np.int64), inside)
    small, size = np.maximum(w, h) <= 9, np.maximum(w, h)
    apart = inside & small & (area >= 4) & ~around
    stroke = _stroke(dark)
    dust = (apart & (size <= np.clip(0.8 * stroke, 3, 4))) | (inside & (size <= np.clip(0.7 * stroke, 2, 4)))
    # An accent may stand above the zone of its letter.
    inside |= small & around & ~reaches & (area >= 4)
    gone = ~inside | dust
    gone[0] = inside[0] = reaches[0] = apart[0] = False
    kept = dark.copy()
    kept[gone[labels]] = 0
    large = np.maximum(w, h) >= 6
    # A whole letter beyond the zone beside one within it: the line goes on out there.
    goes_on = ~inside & around & (h >= LETTER) & (w >= LETTER // 2)
    goes_on[0] = False
    spilled = bool((inside & leaves & large).any() or (reaches & ~inside & large).any() or goes_on.any())
    letters = inside & ~dust & (h >= LETTER)
    crowded = bool(letters[labels[close.astype(bool)]].any())
    return Ink(kept, zone, box_of(kept), spilled, int(area[dust].sum()), int(apart.sum()), crowded)


def _around(stats: NDArray[np.int64], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which marks lie close to a larger one in the zone, as accents and points do, and dust seldom."""
    x, y, w, h = (stats[:, column] for column in range(4))
    large = np.flatnonzero(inside & (np.maximum(w, h) > 9))
    large = large[large > 0]
    near = (
        (x[:, None] < (x + w)[None, large] + 14)
        & ((x + w)[:, None] > x[None, large] - 14)
        & (y[:, None] < (y + h)[None, large] + 14)
        & ((y + h)[:, None] > y[None, large] - 14)
    )
    return np.asarray(near.any(axis=1))


def _stroke(dark: Grey) -> float:
    """Return the width in pixels of the strokes of the writing."""
    inked = (dark >= DARK).astype(np.uint8)
    columns = np.flatnonzero(inked.any(axis=0))
    inked = np.ascontiguousarray(inked[:, int(columns[0]) : int(columns[-1]) + 1]) if columns.size else inked
    far = cv2.distanceTransform(inked, cv2.DIST_L2, 3)
    ridge = far[(far >= 1.4) & (far >= cv2.dilate(far, np.ones((3, 3), np.uint8)))]
    return 2 * float(np.median(ridge)) if ridge.size > 20 else 4.0
