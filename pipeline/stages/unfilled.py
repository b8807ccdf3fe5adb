"""Make the blank of a form out of its filled pages: what stands in the same place on all of them is print.

The pages are laid upon the one with the least ink, and of each point the lightest is taken, or of many pages nearly the
lightest. Where all have written over each other traces stay, the more the fewer the pages: whoever makes a template of it
must look at it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.library import SheetBlank
from pipeline.domain.raster import Pixels, Raster
from pipeline.domain.reading import CLIP_DPI
from pipeline.domain.scan import Page
from pipeline.domain.template import FormKind, Sheet, Template
from pipeline.stages.clean import Cleaned, clean
from pipeline.stages.evidence import unbent
from pipeline.stages.identify import THOROUGH, identify
from pipeline.stages.lean import turn_of
from pipeline.stages.outline import Outline, outlined
from pipeline.stages.register import register
from pipeline.stages.warp import Matrix, density, flattened, shrunk

ENOUGH, MOST_PAGES = 3, 12
"""How many pages leave little of what each has written on the blank that they have in common, and how many are used."""
_SURE = 0.3
_SAME_SIZE = 0.03  # copiers make forms a little larger and smaller; a wrongly told resolution does so by far more
_A4_MM, _NEARLY_MM = (210.0, 297.0), 10.0
_A_LIGHTER = 8  # of so many pages one may be lighter than the print: torn, or laid amiss
_FAINT, _SPAN = 70, 27  # darkness beside the paper, within 2.3 mm, that is a trace of writing and no print


def unfilled(pages: Sequence[Page]) -> Raster | None:
    """Return the blank that pages of one form have in common, at about 300 dpi, upright and as large as most of them say.

    None when no page shows anything. At most `MOST_PAGES` of the pages are looked at.
    """
    seen = [(page, cleaned) for page in pages[:MOST_PAGES] if isinstance(cleaned := clean(page), Cleaned)]
    if not seen:
        return None
    first = min(range(len(seen)), key=lambda index: _unfit(seen[index][1]))
    page, cleaned = seen.pop(first)
    to_px, frame = _straight(page, cleaned)
    base = _flat(page.raster.pixels, to_px, frame)
    outline = _as_blank(base, frame)
    laid = [layer for other in seen if (layer := _layer(*other, outline)) is not None]
    layers = np.stack([base, *(layer.pixels for layer in laid)])
    lightest = len(layers) - 1 - len(layers) // _A_LIGHTER
    kept = _without_traces(np.partition(layers, lightest, axis=0)[lightest])
    quarter = Counter([0, *(layer.quarter for layer in laid)]).most_common(1)[0][0]
    larger = float(np.median([1.0, *(layer.larger for layer in laid)]))
    return Raster.owning(np.rot90(kept, -quarter), CLIP_DPI / _mended(larger, frame))


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """A page laid upon the first: its pixels, its turn in quarters clockwise, how many times larger it says the form is."""

    pixels: Pixels
    quarter: int
    larger: float


def _layer(page: Page, cleaned: Cleaned, outline: Outline) -> _Layer | None:
    """Return a page laid upon the first, or None where it is not certain how."""
    for candidate in identify(cleaned, (outline,), THOROUGH):
        lie = register(cleaned.dense, candidate)
        if lie is not None and lie.score >= _SURE:
            to_px = np.linalg.inv(cleaned.from_page) @ lie.to_px
            flat = unbent(_flat(page.raster.pixels, to_px, outline.sheet), outline.sheet, lie.bend, CLIP_DPI)
            quarter = round(math.atan2(to_px[1, 0], to_px[0, 0]) / (math.pi / 2)) % 4
            return _Layer(flat, quarter, density(to_px)[0] / cleaned.dpi)
    return None


def _unfit(cleaned: Cleaned) -> tuple[bool, float]:
    """Return how unfit a page is to lay the others upon: coarse ones come last, then those with much ink."""
    return cleaned.dpi < 190.0, cleaned.ink_share


def _straight(page: Page, cleaned: Cleaned) -> tuple[Matrix, Rect]:
    """Return the matrix from millimetres of the straightened page to its pixels, and where its paper lies in them."""
    per_mm = cleaned.dpi / MM_PER_INCH
    width, height = page.raster.width / per_mm, page.raster.height / per_mm
    angle = math.radians((turn_of(cleaned.grey) + 45.0) % 90.0 - 45.0)
    c, s = math.cos(angle), math.sin(angle)
    to_middle = np.array([[1.0, 0.0, -width / 2], [0.0, 1.0, -height / 2], [0.0, 0.0, 1.0]])
    turned = np.array([[c, -s, width / 2], [s, c, height / 2], [0.0, 0.0, 1.0]])
    wide, high = _paper((width, height))
    return np.diag([per_mm, per_mm, 1.0]) @ turned @ to_middle, Rect((width - wide) / 2, (height - high) / 2, wide, high)


def _paper(size: tuple[float, float]) -> tuple[float, float]:
    """Return the size of the paper: A4 where the scan is nearly that, else what was scanned."""
    for paper in (_A4_MM, _A4_MM[::-1]):
        if max(abs(size[0] - paper[0]), abs(size[1] - paper[1])) < _NEARLY_MM:
            return paper
    return size


def _mended(larger: float, frame: Rect) -> float:
    """Return how many times larger than its frame the paper is, when most pages say that it is `larger`."""
    if abs(larger - 1.0) < _SAME_SIZE:
        return 1.0
    return _paper((frame.width * larger, frame.height * larger))[0] / frame.width


def _flat(pixels: Pixels, to_px: Matrix, frame: Rect) -> Pixels:
    small = shrunk(pixels, to_px, CLIP_DPI)
    return flattened(small.pixels, small.from_page @ to_px, frame, CLIP_DPI)


def _as_blank(base: Pixels, frame: Rect) -> Outline:
    """Return a page as if it were a blank: others of its form are found upon it, whatever is written on it."""
    sheet = Sheet(1, frame.width, frame.height)
    template = Template("", "", "", "", FormKind.CLINICAL, (), (sheet,), (), "")
    return outlined(SheetBlank.holding(template, sheet, Raster.owning(base, CLIP_DPI)))


def _without_traces(common: Pixels) -> Pixels:
    """Return the picture with faint thin strokes painted over by the paper around them."""
    soft = cv2.GaussianBlur(common, (0, 0), 2.0)  # else the lightest grain of a tint would count as its paper
    paper = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, np.ones((_SPAN, _SPAN), np.uint8))
    faint = cv2.subtract(paper, common) < _FAINT
    return np.where(faint, paper, common)
