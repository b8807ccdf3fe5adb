"""The rules of a blank's picture: lines across and down, dotted ones too, and the white that they close in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.fillable import PrintedWord
from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.raster import Pixels, Raster

_LEVEL, _BELOW = 200, 30  # ink is darker than this, and by so much darker than what is around it
_ACROSS_MM, _DOWN_MM = 4.0, 2.0  # the shortest solid rules; letters are masked for those that go down
_THICK_MM = 1.0
_DOT_MM, _APART_MM, _DOTS = 1.0, 1.6, 3.0  # how long a dash can be, how far from the next, and how long a rule of them is
_LETTERS_MM = 0.3  # between two underscores
_SPACE_MM, _HOLE_MM = (3.0, 400.0), (1.6, 8.0)
_STROKE_MM = 0.6
_CORNER_MM = 0.4  # what may lack of a corner
_CLOSE_MM = 0.7  # a gap of this size in a frame is no gap
_SHADE = 10  # grey levels
_RING_MM = 0.3  # how far the ring of an Å reaches out of its word's box
_FULL = 0.88  # share of its own rectangle that a closed space must fill
_PLAIN = frozenset("_.…-–—/|· ")
Mask = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The rules of one sheet in millimetres: `across` and `down` as thin rectangles.

    `holes` are the small rectangles of white that any ink closes in: tick boxes, but letters too.
    """

    across: tuple[Rect, ...]
    down: tuple[Rect, ...]
    holes: tuple[Rect, ...]


def ruling(picture: Raster, words: Iterable[PrintedWord]) -> Ruling:
    """Return the rules of a sheet, upright and as drawn at `picture.dpi`; `words` are what is printed on it, in mm."""
    per_mm = picture.dpi / MM_PER_INCH
    ink = _ink(picture.pixels)
    bare = ink.copy()
    for word in words:
        if not set(word.text) <= _PLAIN and "__" not in word.text and ".." not in word.text:
            _wipe(bare, word.zone.rect, per_mm)
    across, down = _rules(ink, bare, per_mm), _rules(ink.T, bare.T, per_mm, _DOWN_MM)
    return Ruling(
        tuple(_mm(across, per_mm)),
        tuple(Rect(one.y, one.x, one.height, one.width) for one in _mm(down, per_mm)),
        tuple(_closed(_frames(bare, per_mm), per_mm, _HOLE_MM)),
    )


def _ink(pixels: Pixels) -> Mask:
    around = cv2.boxFilter(pixels, -1, (61, 61))
    dark = (pixels < _LEVEL) & (pixels.astype(np.int16) < around.astype(np.int16) - _BELOW)
    return (dark | (pixels < 90)).astype(np.uint8)


def _wipe(ink: Mask, rect: Rect, per_mm: float) -> None:
    ink[in_pixels(Rect(rect.x, rect.y - _RING_MM, rect.width, rect.height + _RING_MM), per_mm)] = 0


def in_pixels(rect: Rect, per_mm: float) -> tuple[slice, slice]:
    """Return the rows and columns of a picture that a rectangle in millimetres covers."""
    x0, y0, x1, y1 = (max(0, round(side * per_mm)) for side in (rect.x, rect.y, rect.right, rect.bottom))
    return slice(y0, y1), slice(x0, x1)


def _rules(ink: Mask, bare: Mask, per_mm: float, shortest: float = _ACROSS_MM) -> list[tuple[int, int, int, int]]:
    """Return the solid and the dotted rules along the first axis of pixels, as (x, y, width, height)."""
    bare = np.ascontiguousarray(bare)
    solid = _opened(_mended(bare, per_mm), round(shortest * per_mm))
    if shortest >= _ACROSS_MM:  # long rules may run through words' boxes
        solid |= _opened(np.ascontiguousarray(ink), round(shortest * per_mm))
    dots = _dots(bare & (1 - _morphed(solid, cv2.MORPH_DILATE, (5, 5))), per_mm)
    joined = _morphed(dots, cv2.MORPH_CLOSE, (1, round(_APART_MM * per_mm)))
    dotted = _opened(joined, round(_DOTS * per_mm))
    return [*_pieces(solid, per_mm), *_pieces(dotted, per_mm)]


def _mended(mask: Mask, per_mm: float) -> Mask:
    """Return the mask with the gaps closed that stand between letters which make a rule."""
    return _morphed(mask, cv2.MORPH_CLOSE, (1, round(_LETTERS_MM * per_mm)))


def _opened(mask: Mask, length: int) -> Mask:
    # A rule that leans by half a pixel breaks in two rows: rows are taken together before, and not after.
    return _morphed(_morphed(mask, cv2.MORPH_DILATE, (3, 1)), cv2.MORPH_OPEN, (1, length)) & mask


def _morphed(mask: Mask, way: int, size: tuple[int, int]) -> Mask:
    return np.asarray(cv2.morphologyEx(mask, way, np.ones(size, np.uint8)), dtype=np.uint8)


def _dots(mask: Mask, per_mm: float) -> Mask:
    _count, numbered, stats, _ = cv2.connectedComponentsWithStats(mask)
    size = _DOT_MM * 1.3 * per_mm
    small = (stats[:, 2] <= size) & (stats[:, 3] <= 0.6 * per_mm)
    small[0] = False
    return np.asarray(small[numbered], dtype=np.uint8)


def _pieces(mask: Mask, per_mm: float) -> Iterator[tuple[int, int, int, int]]:
    joined = _morphed(mask, cv2.MORPH_CLOSE, (3, round(_CLOSE_MM * per_mm)))
    _count, _numbered, stats, _ = cv2.connectedComponentsWithStats(joined)
    for x, y, width, height, _area in stats[1:]:
        if height <= _THICK_MM * per_mm and width > 3 * height:
            yield int(x), int(y), int(width), int(height)


def _mm(pieces: Iterable[tuple[int, int, int, int]], per_mm: float) -> Iterator[Rect]:
    for piece in pieces:
        yield Rect(*(side / per_mm for side in piece))


def spaces(ruling: Ruling, picture: Raster, taken: Sequence[Rect]) -> tuple[Rect, ...]:
    """Return the rectangles of white that rules close in, in millimetres; the rules of what is `taken` do not count.

    What is shaded is left out: it holds headings, not answers.
    """
    per_mm = picture.dpi / MM_PER_INCH
    mask = np.zeros(picture.pixels.shape, np.uint8)
    around = [one.grown(_STROKE_MM) for one in taken]
    for rules, (dx, dy) in ((ruling.across, (_CORNER_MM, 0.0)), (ruling.down, (0.0, _CORNER_MM))):
        for rule in rules:
            if not any(one.holds(rule.x, rule.y) and one.holds(rule.right, rule.bottom) for one in around):
                longer = Rect(rule.x - dx, rule.y - dy, rule.width + 2 * dx, rule.height + 2 * dy)
                mask[in_pixels(longer, per_mm)] = 1
    paper = float(np.percentile(picture.pixels[::4, ::4], 95))
    return tuple(one for one in _closed(mask, per_mm, _SPACE_MM) if _median(picture, one) > paper - _SHADE)


def _frames(bare: Mask, per_mm: float) -> Mask:
    return _morphed(bare, cv2.MORPH_CLOSE, (round(_LETTERS_MM * per_mm),) * 2)


def _closed(mask: Mask, per_mm: float, sizes: tuple[float, float]) -> Iterator[Rect]:
    """Give the rectangles of white, in millimetres, that ink closes in; what stands within them does not count."""
    outlines, hierarchy = cv2.findContours(1 - mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    height_px, width_px = mask.shape
    for outline, (_next, _before, _child, parent) in zip(
        outlines, hierarchy[0] if hierarchy is not None else (), strict=True
    ):
        x, y, width, height = cv2.boundingRect(outline)
        on_edge = x == 0 or y == 0 or x + width == width_px or y + height == height_px
        rect = Rect(x / per_mm, y / per_mm, width / per_mm, height / per_mm)
        fits = all(sizes[0] <= side <= sizes[1] for side in (rect.width, rect.height))
        if parent < 0 and fits and not on_edge and cv2.contourArea(outline) >= _FULL * (width - 1) * (height - 1):
            yield rect


def _median(picture: Raster, rect: Rect) -> float:
    return float(np.median(picture.pixels[in_pixels(rect, picture.dpi / MM_PER_INCH)][::2, ::2]))
