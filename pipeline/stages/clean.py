"""Clean a page: even light, no black edges, no punch holes, and how much ink is left on it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.placement import PageState, Reason, Rejection
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.raster import Pixels
from pipeline.domain.scan import Page
from pipeline.stages.warp import Matrix, shrunk

WORK_DPI = 50.0
DENSE_DPI = 150.0
A4_LONG_MM = 297.0
_INK = 0.30  # how much darker than the paper around it ink must be: bleed-through and dirt stay below
_PALEST = 25.0  # how much darker than paper the palest ink is, seen in detail
_DARKEST = 60.0
_BLACK = 0.6  # share of black above which there is no page to see
_EDGE_MM = 12.0  # how far in from the page's edge the scanner's black edge may reach
_HOLE_MM = (3.0, 9.0)
_SPECK_MM2 = 0.25
_STREAK_MM = (1.8, 60.0)  # narrower than the first and longer than the second


@dataclass(frozen=True, slots=True, eq=False)
class Cleaned:
    """A page made small and even.

    `dense` is the page as scanned, made no larger than about `DENSE_DPI` needs; `from_page` takes the page's pixels to
    its own. `grey` is (height, width) uint8 at about `WORK_DPI`, paper white and black edges filled with paper. `ink`
    marks what is written or printed. `to_work` takes the pixels of `dense` to those of `grey`; its two scales may differ,
    as a fax's do. `dpi` is what the page's resolution is believed to be. `grey` is stretched so that pale print stands
    out in it as dark print does; `ink` is measured before.
    """

    dense: Pixels
    from_page: Matrix
    grey: Pixels
    ink: NDArray[np.bool_]
    to_work: Matrix
    dpi: float

    @property
    def ink_share(self) -> float:
        """Return the share of the page that is ink."""
        return float(self.ink.mean())


def clean(page: Page, stretch: float = 1.0) -> Cleaned | Rejection:
    """Return the page small, even and with its ink told apart, or why there is no picture in it.

    `stretch` is how many times denser the page is across than down: 1, or about 2 for a coarse fax.
    """
    dpi = believed_dpi(page, stretch)
    if min(page.raster.width, page.raster.height) < 8:
        return Rejection(Reason.TOO_COARSE, PageState.REJECTED, (("dpi", 0),))
    fewer = shrunk(page.raster.pixels, np.diag([dpi, dpi / stretch, MM_PER_INCH]), DENSE_DPI)
    height, width = fewer.pixels.shape
    across, down = dpi * fewer.from_page[0, 0], dpi * fewer.from_page[1, 1]
    size = (max(8, round(width * WORK_DPI / across)), max(8, round(height * WORK_DPI / down * stretch)))
    denser = size[0] < width
    small = cv2.resize(fewer.pixels, size, interpolation=cv2.INTER_AREA if denser else cv2.INTER_LINEAR)
    grey = _evened(np.asarray(small, dtype=np.uint8))
    edge = _black_edge(grey)
    if float(edge.mean()) > _BLACK:
        return Rejection(Reason.PAGE_DAMAGED, PageState.REJECTED)
    grey[edge] = 255
    to_work = np.diag([size[0] / width, size[1] / height, 1.0])
    ink = _ink(grey, WORK_DPI, 255 * (1 - _INK))
    return Cleaned(fewer.pixels, fewer.from_page, _stretched(grey), ink, to_work, dpi)


def empty(cleaned: Cleaned, policy: PlacePolicy) -> bool:
    """Tell whether there is no ink on the page, not even pale ink in thin strokes.

    Strokes thinner than the small picture's pixels are pale in it; only where it shows hardly any ink is the page looked
    at again in more detail, and with a measure of its own noise.
    """
    if cleaned.ink_share >= policy.blank_ink:
        return False
    soft = np.asarray(cv2.GaussianBlur(cleaned.dense, (0, 0), 1.0), dtype=np.uint8)
    grey = _evened(soft)
    grey[_black_edge(grey)] = 255
    rest = cv2.absdiff(soft, np.asarray(cv2.medianBlur(soft, 5), dtype=np.uint8))
    noise = float(np.percentile(rest, 75)) * 1.5
    ink = _ink(grey, cleaned.dpi * cleaned.from_page[0, 0], 250 - max(_PALEST, 6 * noise))
    return float(ink.mean()) < policy.blank_ink


def _stretched(grey: Pixels) -> Pixels:
    """Return the picture with its darkest hundredth made dark, by a factor of at most four."""
    darkest = float(np.percentile(grey, 1.0))
    if darkest <= _DARKEST:
        return grey
    factor = min(4.0, (250.0 - _DARKEST) / max(1.0, 250.0 - darkest))
    levels = np.clip(250.0 - (250.0 - np.arange(256)) * factor, 0, 255).astype(np.uint8)
    return np.asarray(cv2.LUT(grey, levels), dtype=np.uint8)


def believed_dpi(page: Page, stretch: float = 1.0) -> float:
    """Return the file's resolution if it makes the page as large as paper, else the one that makes it an A4."""
    longest = max(page.raster.width, page.raster.height * stretch)
    told = page.raster.dpi
    if told > 0 and 200.0 <= longest / told * 25.4 <= 450.0:
        return float(told)
    return longest / A4_LONG_MM * 25.4


def _evened(grey: Pixels) -> Pixels:
    """Divide by the paper's own brightness, taken from the brightest spots around and made smooth."""
    height, width = grey.shape
    small = cv2.resize(grey, (max(4, width // 4), max(4, height // 4)), interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(small, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5)))
    paper = cv2.GaussianBlur(paper, (0, 0), 4)
    paper = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    # where all around is black there is no paper to measure against: nothing is made lighter than by a factor 3
    return np.asarray(cv2.divide(grey, np.maximum(paper, 85).astype(np.uint8), scale=250), dtype=np.uint8)


def _black_edge(grey: Pixels) -> NDArray[np.bool_]:
    """Return what is dark and thick and hangs together with the page's edge."""
    dark = (grey < 110).astype(np.uint8)
    thick = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    framed = cv2.copyMakeBorder(thick, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    _, labels = cv2.connectedComponents(framed)
    edge = (labels == labels[0, 0])[1:-1, 1:-1].astype(np.uint8)
    return np.asarray(cv2.dilate(edge, np.ones((5, 5), np.uint8)) > 0)


def _ink(grey: Pixels, dpi: float, level: float) -> NDArray[np.bool_]:
    """Return the ink: darker than `level`, larger than dust, no punch hole, and no streak."""
    dark = (grey < level).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(dark)
    keep = np.ones(count, dtype=bool)
    keep[0] = False
    mm = 25.4 / dpi
    area = stats[:, cv2.CC_STAT_AREA]
    wide, high = stats[:, cv2.CC_STAT_WIDTH] * mm, stats[:, cv2.CC_STAT_HEIGHT] * mm
    keep &= area * mm * mm >= _SPECK_MM2
    round_ = (np.abs(wide - high) < 1.2) & (wide > _HOLE_MM[0]) & (wide < _HOLE_MM[1])
    full = area * mm * mm > 0.65 * wide * high
    keep &= ~(round_ & full)
    left = stats[:, cv2.CC_STAT_LEFT]
    top = stats[:, cv2.CC_STAT_TOP]
    height, width = grey.shape
    reach = _EDGE_MM / mm
    beside = (left + stats[:, cv2.CC_STAT_WIDTH] < reach) | (left > width - reach)
    beside |= (top + stats[:, cv2.CC_STAT_HEIGHT] < reach) | (top > height - reach)
    streak = beside & (np.maximum(wide, high) > 6 * np.minimum(wide, high))
    keep &= ~streak
    # a lone thin line down the page is dust on the scanner's glass; a form's rules meet others and are not thin together
    keep &= ~((np.minimum(wide, high) < _STREAK_MM[0]) & (np.maximum(wide, high) > _STREAK_MM[1]))
    return np.asarray(keep[labels])
