"""A scanner for tests, apart from the one that draws practice scans: sheets of the shipped forms, moved by a known way."""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.library import Library, SheetBlank
from pipeline.domain.placement import Placed
from pipeline.domain.raster import Raster
from pipeline.domain.scan import Page
from pipeline.edges.library import load

Matrix = NDArray[np.float64]
Pixels = NDArray[np.uint8]


@lru_cache(maxsize=1)
def library() -> Library:
    """Return the shipped templates."""
    return load()


def filled(blank: SheetBlank, seed: int = 1, share: float = 0.7) -> Pixels:
    """Return a sheet with scribbled letters in a share of its zones, and crosses in some of its boxes."""
    rng = np.random.default_rng(seed)
    picture = blank.picture.pixels.copy()
    per_mm = blank.picture.dpi / MM_PER_INCH
    for field in blank.template.fields_on(blank.sheet.number):
        for zone in field.all_zones:
            if zone.sheet != blank.sheet.number or rng.random() > (0.3 if field.is_boxes else share):
                continue
            r = zone.rect
            left, top, right, low = (round(v * per_mm) for v in (r.x, r.y, r.right, r.bottom))
            if field.is_boxes:
                cv2.line(picture, (left, top), (right, low), (30,), 4)
                cv2.line(picture, (left, low), (right, top), (30,), 4)
            else:
                words = "".join(rng.choice(list("ABDEGKNRSTaeiknorst 0123456789"), int(rng.integers(2, 3 + r.width / 3))))
                cv2.putText(picture, words, (left + 8, low - 12), cv2.FONT_HERSHEY_SIMPLEX, 1.0, (25,), 3, cv2.LINE_AA)
    return picture


def way(
    blank: SheetBlank, *, dpi: float = 200.0, turn: float = 0.0, scale: float = 1.0, push: tuple[float, float] = (0, 0)
) -> Matrix:
    """Return the matrix from sheet millimetres to the pixels of a scan turned clockwise by `turn` degrees."""
    width, height = blank.sheet.width_mm, blank.sheet.height_mm
    angle, per_mm = math.radians(turn), dpi / MM_PER_INCH
    c, s = math.cos(angle) * scale, math.sin(angle) * scale
    wide, high = extent(blank, turn)
    to_middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    turned = np.array([[c, -s, wide / 2 + push[0]], [s, c, high / 2 + push[1]], [0, 0, 1]])
    return np.asarray(np.diag([per_mm, per_mm, 1]) @ turned @ to_middle, dtype=np.float64)


def extent(blank: SheetBlank, turn: float) -> tuple[float, float]:
    """Return width and height in mm of the scanner's bed for a sheet fed at about that turn."""
    lying = round(turn / 90) % 2 == 1
    width, height = blank.sheet.width_mm, blank.sheet.height_mm
    return (height, width) if lying else (width, height)


def scanned(
    blank: SheetBlank, picture: Pixels, matrix: Matrix, *, dpi: float = 200.0, lid: int = 250, told: float = 0.0
) -> Page:
    """Return the page a scanner makes of a 300 dpi picture of the sheet, laid by `matrix`."""
    turn = math.degrees(math.atan2(matrix[1, 0], matrix[0, 0]))
    wide, high = extent(blank, turn)
    size = (round(wide * dpi / MM_PER_INCH), round(high * dpi / MM_PER_INCH))
    half = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    to_mm = np.diag([MM_PER_INCH / 300.0, MM_PER_INCH / 300.0, 1])
    soft = cv2.GaussianBlur(picture, (0, 0), 0.4 * 300.0 / dpi)
    moved = cv2.warpAffine(soft, (np.linalg.inv(half) @ matrix @ to_mm @ half)[:2], size, borderValue=(lid,))
    return Page(1, Raster.owning(np.asarray(moved, dtype=np.uint8), told))


def worst_mm(blank: SheetBlank, placed: Placed, matrix: Matrix) -> float:
    """Return how far the corners of the zones that could be placed lie from where `matrix` says, at worst."""
    worst = 0.0
    for fit in placed.registration.fits:
        if math.isfinite(fit.residual_mm):
            zone = blank.template.field(fit.key).all_zones[fit.index].rect
            corners = np.array(zone.corners)
            truth = _across(np.linalg.inv(placed.registration.mm_to_px.matrix) @ matrix, corners)
            worst = max(worst, float(np.hypot(*(truth - _across(fit.onto(zone).matrix, corners)).T).max()))
    return worst


def _across(matrix: Matrix, points: Matrix) -> Matrix:
    told = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(told[:, :2] / told[:, 2:], dtype=np.float64)
