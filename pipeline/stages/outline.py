"""A blank sheet made ready to be found again: its keypoints, and the patches of print that tell where it lies.

Made once for each blank and kept, since a blank never changes: the cache goes by the template's digest. Keypoints lie on the
blank's shelf too, for the next process. The patches are made when a page is first laid under them: most sheets of a large
library never are.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.library import SheetBlank
from pipeline.domain.raster import Pixels
from pipeline.stages.clean import WORK_DPI
from pipeline.stages.evidence import EVIDENCE_DPI, printed
from pipeline.stages.warp import flattened, shrunk

Floats = NDArray[np.float32]
_MADE = 1  # raise it when the same blank gets other keypoints
_POINTS = 900
_SIFT = 128  # numbers a descriptor


@dataclass(frozen=True, slots=True)
class Grain:
    """How finely patches are looked at: resolution, the patch's side, how far it is sought, and how many."""

    dpi: float
    side_mm: float
    reach_mm: float
    count: int


ROUGH = Grain(dpi=75.0, side_mm=12.0, reach_mm=3.0, count=50)
FINE = Grain(dpi=150.0, side_mm=7.5, reach_mm=1.2, count=140)


@dataclass(frozen=True, slots=True, eq=False)
class Patches:
    """Pieces of a blank's print, by their middles in sheet millimetres, (n, 2).

    `trust` is (n, 2) in 0..1: how much the print there tells of the place across and down; a lone rule tells one only.
    """

    grain: Grain
    middles: NDArray[np.float64]
    trust: NDArray[np.float64]
    pictures: tuple[Pixels, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """A blank sheet made ready: keypoints (n, 2) in millimetres, their descriptors (n, 128), and patches of two grains."""

    blank: SheetBlank
    points: NDArray[np.float64]
    descriptors: Floats

    @property
    def rough(self) -> Patches:
        """Return the patches by which a page is laid roughly."""
        return _patches(self.blank, ROUGH)

    @property
    def fine(self) -> Patches:
        """Return the patches by which a page is laid finely."""
        return _patches(self.blank, FINE)

    @property
    def print_(self) -> NDArray[np.bool_]:
        """Return the mask of all that is printed, at `EVIDENCE_DPI`."""
        return _print(self.blank)

    @property
    def sheet(self) -> Rect:
        """Return the whole sheet as a rectangle in millimetres."""
        return Rect(0.0, 0.0, self.blank.sheet.width_mm, self.blank.sheet.height_mm)


def outline(blank: SheetBlank) -> Outline:
    """Return the blank made ready to be found."""
    return _kept(blank)


@lru_cache(maxsize=256)
def _kept(blank: SheetBlank) -> Outline:
    return outlined(blank)


def outlined(blank: SheetBlank) -> Outline:
    """Return the blank made ready to be found, for once: nothing of it is kept in this process."""
    name = hashlib.sha256(f"{_MADE} {cv2.__version__} {blank.name}".encode()).hexdigest()
    kept = _unpacked(blank.shelf.take(name)) if blank.shelf else None
    points, descriptors = kept or keypoints(at(blank, WORK_DPI), _POINTS)
    if blank.shelf and not kept:
        blank.shelf.lay(name, points.tobytes() + descriptors.tobytes())
    return Outline(blank, points * (MM_PER_INCH / WORK_DPI), descriptors)


def _unpacked(kept: bytes | None) -> tuple[NDArray[np.float64], Floats] | None:
    """Return keypoints as they were laid on the shelf: all points, then all descriptors."""
    if kept is None:
        return None
    count = len(kept) // (2 * 8 + _SIFT * 4)
    points = np.frombuffer(kept, np.float64, 2 * count).reshape(count, 2)
    return points, np.frombuffer(kept, np.float32, offset=points.nbytes).reshape(count, _SIFT)


@lru_cache(maxsize=256)
def _print(blank: SheetBlank) -> NDArray[np.bool_]:
    return printed(at(blank, EVIDENCE_DPI))


def at(blank: SheetBlank, dpi: float) -> Pixels:
    """Return the blank's whole sheet at a resolution."""
    picture = blank.picture
    to_px = np.diag([picture.dpi / MM_PER_INCH, picture.dpi / MM_PER_INCH, 1.0])
    small = shrunk(picture.pixels, to_px, dpi)
    return flattened(small.pixels, small.from_page @ to_px, Rect(0, 0, blank.sheet.width_mm, blank.sheet.height_mm), dpi)


def keypoints(grey: Pixels, count: int, layers: int = 3) -> tuple[NDArray[np.float64], Floats]:
    """Return up to `count` SIFT keypoints, (n, 2) in pixels from the outer corner, and unit descriptors, (n, 128)."""
    soft = cv2.GaussianBlur(grey, (0, 0), 0.6)
    found, told = cv2.SIFT.create(count, layers, 0.02).detectAndCompute(soft, None)
    if told is None or len(found) == 0:
        return np.zeros((0, 2)), np.zeros((0, 128), np.float32)
    points = np.array([point.pt for point in found], dtype=np.float64) + 0.5
    descriptors = np.asarray(told, dtype=np.float32)
    return points, descriptors / np.maximum(np.linalg.norm(descriptors, axis=1, keepdims=True), 1e-6)


@lru_cache(maxsize=512)
def _patches(blank: SheetBlank, grain: Grain) -> Patches:
    """Choose patches spread over the sheet, each where the print turns corners rather than runs straight."""
    picture = at(blank, grain.dpi)
    mm = MM_PER_INCH / grain.dpi
    side = round(grain.side_mm / mm)
    across, down = _turning(picture, side)
    both = np.sqrt(across * down) + 0.15 * np.maximum(across, down)
    both *= 1.0 - 0.7 * _answered(blank, grain.dpi, side)
    half = side // 2 + 1
    both[:half], both[-half:], both[:, :half], both[:, -half:] = 0, 0, 0, 0
    chosen = _spread(both, grain.count, round(grain.side_mm * 0.7 / mm))
    pictures, middles, trust = [], [], []
    strong = float(np.percentile(np.maximum(across, down)[chosen[:, 1], chosen[:, 0]], 75)) if len(chosen) else 1.0
    for x, y in chosen:
        left, top = int(x) - side // 2, int(y) - side // 2
        pictures.append(np.ascontiguousarray(picture[top : top + side, left : left + side]))
        middles.append(((left + side / 2) * mm, (top + side / 2) * mm))
        trust.append((min(1.0, across[y, x] / strong), min(1.0, down[y, x] / strong)))
    return Patches(grain, np.array(middles).reshape(-1, 2), np.array(trust).reshape(-1, 2), tuple(pictures))


def _turning(picture: Pixels, side: int) -> tuple[Floats, Floats]:
    """Return how much the picture changes across and down within a patch around each pixel."""
    soft = cv2.GaussianBlur(picture, (0, 0), 0.8).astype(np.float32)
    across = cv2.boxFilter(cv2.Sobel(soft, cv2.CV_32F, 1, 0) ** 2, -1, (side, side))
    down = cv2.boxFilter(cv2.Sobel(soft, cv2.CV_32F, 0, 1) ** 2, -1, (side, side))
    return np.sqrt(np.maximum(across, 0)), np.sqrt(np.maximum(down, 0))


def _answered(blank: SheetBlank, dpi: float, side: int) -> Floats:
    """Return the share of a patch around each pixel that people write in."""
    per_mm = dpi / MM_PER_INCH
    zones = np.zeros((round(blank.sheet.height_mm * per_mm), round(blank.sheet.width_mm * per_mm)), np.float32)
    for field in blank.template.fields_on(blank.sheet.number):
        for zone in field.all_zones:
            if zone.sheet == blank.sheet.number:
                r = zone.rect
                zones[round(r.y * per_mm) : round(r.bottom * per_mm), round(r.x * per_mm) : round(r.right * per_mm)] = 1.0
    return np.asarray(cv2.boxFilter(zones, -1, (side, side)), dtype=np.float32)


def _spread(score: Floats, count: int, apart: int) -> NDArray[np.intp]:
    """Return up to `count` places (x, y) of high score, none nearer another than `apart` pixels, from all over the sheet.

    The sheet is parted into squares of three times that distance; each gives its best place before any gives its next.
    """
    peak = cv2.dilate(score, np.ones((apart, apart), np.uint8))
    rows, cols = np.nonzero((score >= peak) & (score > 0.02 * float(score.max() or 1.0)))
    free = np.ones(score.shape, dtype=bool)
    taken: dict[tuple[int, int], int] = {}
    found: list[tuple[int, float, int, int]] = []
    for at in np.argsort(-score[rows, cols], kind="stable"):
        x, y = int(cols[at]), int(rows[at])
        if not free[y, x]:
            continue
        free[max(0, y - apart) : y + apart + 1, max(0, x - apart) : x + apart + 1] = False
        square = (x // (3 * apart), y // (3 * apart))
        taken[square] = taken.get(square, 0) + 1
        found.append((taken[square], -float(score[y, x]), x, y))
    return np.array([(x, y) for _, _, x, y in sorted(found)[:count]], dtype=np.intp).reshape(-1, 2)
