"""Tell whether two placed pages are pictures of the same paper: the third way in which the same thing comes twice.

A signature holds, zone by zone, how much ink people left in cells of three quarters of a millimetre, the blank's own print
taken away: enough to tell two fillings apart, too little to read by. It is still what a person wrote: keep it sealed.
"""

from __future__ import annotations

import math
import struct
import zlib
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.library import Library, SheetBlank
from pipeline.domain.placement import Placed
from pipeline.domain.raster import Pixels
from pipeline.domain.scan import Page
from pipeline.stages.warp import Matrix, flattened, shrunk

_DPI = 100.0
_CELL_PX = 3
_LEVELS = 15
_DARK = 50  # darkness beside the print that is somebody's ink
_HEAD = struct.Struct("<2sIHH")
_MARK = b"L1"
_LEAST_INK = 40.0  # cells' worth: with less, two pages have nothing to be alike in
_WINDOW = 5  # cells: less than two typed letters
_FLOOR = 5.0
LIKELY = 0.32
MAYBE = 0.66  # so unlike may rescans be when one of them lost its light ink; from 0.63 up may two papers be


def signature(page: Page, placed: Placed, library: Library) -> bytes:
    """Return what was filled in on a placed page, as some three thousand bytes to compare by `same`."""
    identification = placed.identification
    blank = library.blank(identification.id, identification.sheet)
    to_px = placed.registration.mm_to_px.matrix
    small = shrunk(page.raster.pixels, to_px, _DPI)
    ours = (small.pixels, small.from_page @ to_px)
    theirs = _unfilled(blank)
    rows: list[NDArray[np.uint8]] = []
    for field in blank.template.fields_on(identification.sheet):
        for index, zone in enumerate(field.all_zones):
            if zone.sheet == identification.sheet:
                fit = placed.registration.fit(field.key, index)
                rows.append(_cells((ours[0], ours[1] @ fit.onto(zone.rect).matrix), theirs, zone.rect))
    width = max(row.shape[1] for row in rows) if rows else 1
    grid = np.concatenate([np.pad(row, ((0, 1), (0, width - row.shape[1]))) for row in rows]) if rows else np.zeros((1, 1))
    named = zlib.crc32(f"{identification.id}#{identification.sheet}".encode())
    return _HEAD.pack(_MARK, named, *grid.shape) + zlib.compress(grid.astype(np.uint8).tobytes(), 9)


@lru_cache(maxsize=64)
def _unfilled(blank: SheetBlank) -> tuple[Pixels, Matrix]:
    """Return the blank at a low resolution, and the matrix from its millimetres to those pixels."""
    picture = blank.picture
    to_px = np.diag([picture.dpi / MM_PER_INCH, picture.dpi / MM_PER_INCH, 1.0])
    small = shrunk(picture.pixels, to_px, _DPI)
    return small.pixels, small.from_page @ to_px


def same(first: bytes, second: bytes) -> bool:
    """Tell whether two signatures are of one paper: the same sheet, with the same ink in the same places.

    It answers yes only when no place speaks against it. A single printed digit changed for one of like shape is below
    what it sees, and two forms with hardly anything filled in are never the same.
    """
    return how_unlike(first, second) < LIKELY


def how_unlike(first: bytes, second: bytes) -> float:
    """Return how unlike two signatures are where they are most unlike, 0..1; endless where they cannot be compared."""
    ours, theirs = _opened(first), _opened(second)
    if ours is None or theirs is None or ours.shape != theirs.shape or first[: _HEAD.size] != second[: _HEAD.size]:
        return math.inf
    if min(float(ours.sum()), float(theirs.sum())) < _LEAST_INK:
        return math.inf
    return unlikeness(ours, theirs)


def unlikeness(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    """Return how unlike two grids of ink are where they are most unlike, 0..1; one scan may be darker all over."""
    theirs = theirs * (ours.sum() / max(1e-9, float(theirs.sum())))
    first, second = (
        np.asarray(cv2.GaussianBlur(grid, (3, 3), 0.6, borderType=cv2.BORDER_CONSTANT), dtype=np.float64)
        for grid in (ours, theirs)
    )
    apart = _summed(np.abs(first - second))
    ink = np.maximum(_summed(first), _summed(second))
    return float((apart / (ink + _FLOOR)).max())


def _summed(grid: NDArray[np.floating]) -> NDArray[np.float64]:
    window = (_WINDOW, _WINDOW)
    return np.asarray(cv2.boxFilter(grid, -1, window, normalize=False, borderType=cv2.BORDER_CONSTANT), dtype=np.float64)


def _opened(signed: bytes) -> NDArray[np.float64] | None:
    if len(signed) < _HEAD.size or not signed.startswith(_MARK):
        return None
    _, _, rows, columns = _HEAD.unpack_from(signed)
    told = np.frombuffer(zlib.decompress(signed[_HEAD.size :]), np.uint8)
    return told.reshape(rows, columns).astype(np.float64) / _LEVELS if told.size == rows * columns else None


def _cells(ours: tuple[Pixels, Matrix], blank: tuple[Pixels, Matrix], zone: Rect) -> NDArray[np.uint8]:
    """Return how much of each cell of a zone is ink beside the print, 0..15."""
    flat = flattened(*ours, zone, _DPI)
    print_ = flattened(*blank, zone, _DPI)
    paper = float(np.percentile(flat, 75))
    dark = (flat < paper - _DARK) & (cv2.erode(print_, np.ones((3, 3), np.uint8)) > 200)
    height, width = dark.shape
    size = (max(1, round(width / _CELL_PX)), max(1, round(height / _CELL_PX)))
    share = cv2.resize(dark.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(np.round(np.asarray(share) * _LEVELS), dtype=np.uint8)
