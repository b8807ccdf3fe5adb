"""What a PDF page is made of: whether it is a scan, and how its picture lies."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw

pdfium: Any = pypdfium2.raw
Untyped = Any  # what pypdfium2 gives

_COVERS = 0.96
_OVERLAPS = 0.03
_SCANNED = 0.5
_STRAIGHT = 0.002
_MAX_OBJECTS = 100_000
_DEPTH = 8
_POINTS = 72.0
_INVISIBLE = {3, 7}
_BELOW = 1e-6
_SILENT_NOTES = {pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP}
_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
# EXIF orientation by where the picture's right and down point on the upright page: 0 right, 1 down, 2 left, 3 up.
_ORIENTATION = {(0, 1): 1, (2, 1): 2, (2, 3): 3, (0, 3): 4, (1, 0): 5, (1, 2): 6, (3, 2): 7, (3, 0): 8}

Matrix = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Lie:
    """How an image lies on the page as shown: its orientation as EXIF counts, None when askew, and its dots an inch.

    `box` is left, top, right and bottom as shares of the page.
    """

    orientation: int | None
    dpi: tuple[float, float]
    box: tuple[float, float, float, float]

    @property
    def covers(self) -> bool:
        """Tell whether it fills the page and hardly goes beyond."""
        left, top, right, bottom = self.box
        fills = right - left >= _COVERS and bottom - top >= _COVERS
        return fills and min(left, top) >= -_OVERLAPS and max(right, bottom) <= 1 + _OVERLAPS

    @property
    def area(self) -> float:
        """Return the share of the page it covers."""
        left, top, right, bottom = self.box
        return max(0.0, min(right, 1.0) - max(left, 0.0)) * max(0.0, min(bottom, 1.0) - max(top, 0.0))


@dataclass(frozen=True, slots=True)
class Layout:
    """What a page is made of.

    `full` is the image that is the page, with how it lies; `over` tells that something visible lies over it or that it
    is not simply painted. `scanned` tells that pictures cover most of the page. `text` tells of visible text,
    `widgets` of form fields, `colour` of images in colour, `bare` of nothing at all.
    """

    full: tuple[Any, Lie] | None
    images: tuple[Any, ...]
    bare: bool
    over: bool
    scanned: bool
    text: bool
    widgets: bool
    colour: bool


def layout(page: Untyped) -> Layout:
    """Tell what a loaded page is made of."""
    images: list[tuple[Any, Lie]] = []
    full: tuple[Any, Lie] | None = None
    bare, text, over = True, False, False
    for found, matrix in itertools.islice(_objects(page), _MAX_OBJECTS):
        bare = False
        if found.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            lie = _lie(found, matrix, page)
            images.append((found, lie))
            if lie.covers and not pdfium.FPDFPageObj_HasTransparency(found):
                full, over = (found, lie), False
            else:
                over = over or lie.area > _BELOW
        elif found.type == pdfium.FPDF_PAGEOBJ_TEXT:
            seen = pdfium.FPDFTextObj_GetTextRenderMode(found) not in _INVISIBLE
            text, over = text or seen, over or seen
        elif found.type != pdfium.FPDF_PAGEOBJ_FORM:
            over = True
    notes, widgets = _notes(page)
    return Layout(
        full=full,
        images=tuple(image for image, _ in images),
        bare=bare and not notes,
        over=over or notes,
        scanned=full is not None or sum(lie.area for _, lie in images) >= _SCANNED,
        text=text,
        widgets=widgets,
        colour=any(_coloured(image) for image, _ in images),
    )


def _objects(page: Untyped) -> Iterator[tuple[Any, Matrix]]:
    """Give the page's objects in the order of painting, with the matrix of the form each stands in."""
    for found in page.get_objects(max_depth=_DEPTH):
        matrix: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
        container = found.container
        while container is not None:
            matrix = _after(matrix, container.get_matrix().get())
            container = container.container
        yield found, matrix


def _after(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _lie(image: Untyped, container: Matrix, page: Untyped) -> Lie:
    """Return how an image lies on the page as shown, the page's own rotation and cropping included."""
    a, b, c, d, e, f = _after(image.get_matrix().get(), container)
    left, bottom, right, top = page.get_bbox()
    across, down = max(right - left, _BELOW), max(top - bottom, _BELOW)
    corners = [_shown((x - left) / across, (top - y) / down, page.get_rotation()) for x, y in _quad((a, b, c, d, e, f))]
    width, height = image.get_px_size()
    wide, high = math.hypot(a, b), math.hypot(c, d)
    turn = page.get_rotation() // 90
    rightward, downward = _heading(a, -b, turn), _heading(-c, d, turn)
    orientation = None if rightward is None or downward is None else _ORIENTATION.get((rightward, downward))
    dpi = (width / max(wide, _BELOW) * _POINTS, height / max(high, _BELOW) * _POINTS)
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Lie(orientation, dpi, (min(xs), min(ys), max(xs), max(ys)))


def _quad(matrix: Matrix) -> tuple[tuple[float, float], ...]:
    a, b, c, d, e, f = matrix
    return ((e, f), (e + a, f + b), (e + c, f + d), (e + a + c, f + b + d))


def _shown(x: float, y: float, rotation: int) -> tuple[float, float]:
    """Turn a point of the page, in shares from its top left, clockwise by the page's rotation."""
    match rotation:
        case 90:
            return (1 - y, x)
        case 180:
            return (1 - x, 1 - y)
        case 270:
            return (y, 1 - x)
        case _:
            return (x, y)


def _heading(x: float, y: float, turn: int) -> int | None:
    """Return which way a vector points (y down) after so many clockwise quarter turns, or None when askew."""
    length = math.hypot(x, y)
    if length == 0 or min(abs(x), abs(y)) > _STRAIGHT * length:
        return None
    way = (0 if x > 0 else 2) if abs(x) > abs(y) else (1 if y > 0 else 3)
    return (way + turn) % 4


def _notes(page: Untyped) -> tuple[bool, bool]:
    """Tell whether a page has visible annotations, and whether it has form fields."""
    visible = widgets = False
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page), _MAX_OBJECTS)):
        note = pdfium.FPDFPage_GetAnnot(page, index)
        if not note:
            continue
        kind, flags = pdfium.FPDFAnnot_GetSubtype(note), pdfium.FPDFAnnot_GetFlags(note)
        if kind not in _SILENT_NOTES and not flags & _HIDDEN:
            visible = True
            widgets = widgets or kind == pdfium.FPDF_ANNOT_WIDGET
        pdfium.FPDFPage_CloseAnnot(note)
    return visible, widgets


def _coloured(image: Untyped) -> bool:
    told = pdfium.FPDF_IMAGEOBJ_METADATA()
    if not pdfium.FPDFImageObj_GetImageMetadata(image, image.page, told):
        return True
    return not (told.bits_per_pixel == 1 or told.colorspace == pdfium.FPDF_COLORSPACE_DEVICEGRAY)
