"""How much of a blank's own print stands on a page, tile by tile."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.raster import Pixels
from pipeline.stages.bend import Bend
from pipeline.stages.warp import Matrix, across, flattened, shrunk

EVIDENCE_DPI = 100.0
_TILE_PX = 24
TILE_MM = _TILE_PX * MM_PER_INCH / EVIDENCE_DPI
_SPAN = 9  # pixels: strokes narrower than this (2.3 mm) stand out from what is around them
_STRAIGHT_MM, _GRID_MM = 0.12, 10.0  # a smaller bend is within the print's own breadth; how close shifts are told
_FAINT = 12  # darkness that is no stroke
_MARK = 31  # pixels: solid ink no longer than this either way (7.9 mm) is a mark that somebody made, such as a box filled in


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """How much of the print was found: over the whole sheet less what chance would give, and in each tile.

    `tiles` is (rows, columns) in 0..1, NaN where the blank has no print; `marked` is the same where print that lies under
    a mark counts as found; `mass` the print in each tile, in pixels; `visible` the share of the print that lies on the
    page at all.
    """

    score: float
    visible: float
    tiles: NDArray[np.float64]
    marked: NDArray[np.float64]
    mass: NDArray[np.float64]

    def around(self, rect: Rect, *, marked: bool = False) -> tuple[float, float]:
        """Return how much print there is in the tiles that touch `rect`, in pixels, and what share of it was found.

        With `marked`, print under a mark counts as found: a box that is filled in hides its own frame.
        """
        x0, y0 = max(0, int(rect.x // TILE_MM)), max(0, int(rect.y // TILE_MM))
        x1, y1 = int(rect.right // TILE_MM) + 1, int(rect.bottom // TILE_MM) + 1
        mass, tiles = self.mass[y0:y1, x0:x1], (self.marked if marked else self.tiles)[y0:y1, x0:x1]
        total = float(mass.sum())
        return total, float(np.nansum(tiles * mass)) / total if total > 0 else 0.0


def strokes(grey: Pixels) -> Pixels:
    """Return how much darker each pixel is than the lightest way across a stroke: print and writing, no shade."""
    return np.asarray(cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, np.ones((_SPAN, _SPAN), np.uint8)), dtype=np.uint8)


def printed(grey: Pixels) -> NDArray[np.bool_]:
    """Return the mask of a blank's print, given the blank at `EVIDENCE_DPI`."""
    return np.asarray(strokes(grey) > 60)


def evidence(pixels: Pixels, print_: NDArray[np.bool_], sheet: Rect, lie: tuple[Matrix, Bend]) -> Evidence:
    """Return how much of the print (a mask of the sheet at `EVIDENCE_DPI`) stands where the sheet and its bend lie."""
    to_px, field = lie
    small = shrunk(pixels, to_px, EVIDENCE_DPI)
    flat = unbent(flattened(small.pixels, small.from_page @ to_px, sheet, EVIDENCE_DPI), sheet, field, EVIDENCE_DPI)
    found = cv2.dilate(strokes(flat), np.ones((3, 3), np.uint8))
    inside = _inside(pixels, sheet, to_px, print_.shape)
    visible = (print_ & inside).astype(np.uint8)
    total, seen = int(print_.sum()), int(visible.sum())
    if total == 0 or seen < 0.15 * total:
        return Evidence(0.0, 0.0, np.zeros((1, 1)), np.zeros((1, 1)), np.zeros((1, 1)))
    # the page's own blackness: what its clearer strokes reach, so that a pale copy counts as much as a dark one
    full = max(float(_FAINT), 0.45 * float(np.percentile(found[visible > 0], 80)))
    curve = (np.clip(np.arange(256) / full, 0.0, 1.0) ** 2 * 255).astype(np.uint8)
    share, either = (
        np.asarray(cv2.LUT(dark, curve), dtype=np.uint8) for dark in (np.asarray(found), np.maximum(found, _marks(flat)))
    )
    hit = cv2.mean(share, visible)[0] / 255
    chance = cv2.mean(share, (inside & ~print_).astype(np.uint8))[0] / 255
    mass, there = _tiled(print_.astype(np.uint8)), np.maximum(_tiled(visible), 1)
    tiles, marked = (np.where(mass > 0, _tiled(one * visible) / 255 / there, np.nan) for one in (share, either))
    score = max(0.0, (hit - chance) / (1.0 - chance)) if chance < 1 else 0.0
    return Evidence(score, seen / total, tiles, marked, mass)


def _marks(flat: Pixels) -> Pixels:
    """Return how much darker each pixel is than what lies beyond it, both along and across: marks, but no bars and rules."""
    across, along = (cv2.morphologyEx(flat, cv2.MORPH_CLOSE, np.ones(shape, np.uint8)) for shape in ((1, _MARK), (_MARK, 1)))
    return np.asarray(cv2.subtract(cv2.min(across, along), flat), dtype=np.uint8)


def unbent(flat: Pixels, sheet: Rect, field: Bend, dpi: float) -> Pixels:
    """Return the sheet, flattened at `dpi`, with its bend taken out, or as it is where that is too small to matter."""
    if field.size_mm < _STRAIGHT_MM:
        return flat
    height, width = flat.shape
    xs, ys = np.arange(0.0, sheet.width + _GRID_MM, _GRID_MM), np.arange(0.0, sheet.height + _GRID_MM, _GRID_MM)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)
    shifts = field.at(grid)[0].reshape(len(ys), len(xs), 2) * (dpi / MM_PER_INCH)
    step = _GRID_MM * dpi / MM_PER_INCH
    col, row = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    dense = cv2.remap(shifts.astype(np.float32), (col + 0.5) / step, (row + 0.5) / step, cv2.INTER_LINEAR)
    return np.asarray(cv2.remap(flat, col + dense[..., 0], row + dense[..., 1], cv2.INTER_LINEAR, borderValue=255), np.uint8)


def _tiled(values: Pixels) -> NDArray[np.float64]:
    """Return the sum of the values in each tile."""
    height, width = values.shape
    padded = cv2.copyMakeBorder(values, 0, -height % _TILE_PX, 0, -width % _TILE_PX, cv2.BORDER_CONSTANT, value=0)
    size = (padded.shape[1] // _TILE_PX, padded.shape[0] // _TILE_PX)
    means = cv2.resize(padded.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(means, dtype=np.float64) * _TILE_PX**2


def _inside(pixels: Pixels, sheet: Rect, to_px: Matrix, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return which pixels of the flattened sheet lie on the page."""
    height, width = pixels.shape
    corners = across(np.linalg.inv(to_px), np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float64))
    corners = (corners - (sheet.x, sheet.y)) * EVIDENCE_DPI / MM_PER_INCH
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round(corners).astype(np.int32), (1,))
    return mask > 0
