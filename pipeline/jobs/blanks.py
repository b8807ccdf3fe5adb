"""A blank as it is handed in, made ready: what it asks, and the PDF that is kept of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from pipeline.domain.fillable import FillableForm, FormWidget, FoundBy, KnownLabels, PrintedWord
from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.raster import Raster
from pipeline.domain.scan import Page, Source
from pipeline.domain.template import Sheet
from pipeline.drawing.pictured import pictured
from pipeline.edges import form_process, parser
from pipeline.edges.sniffing import Media, sniff
from pipeline.errors import TemplateError
from pipeline.readers.engine import Engine
from pipeline.readers.page_words import page_words
from pipeline.stages.level import level
from pipeline.stages.seek import lettered, seek, unruled
from pipeline.stages.unfilled import ENOUGH, MOST_PAGES, unfilled

_DPI = 300.0
_A4_MM, _ALIKE = (210.0, 297.0), 0.03
_SIDES_MM = (50.0, 1000.0)
_WORDS, _SURE = 15, 0.7  # fewer words, or less sure ones, and the sheet may lie on its side or its head


@dataclass(frozen=True, slots=True)
class Blank:
    """What a blank asks, and the PDF that is kept of it.

    `framed` is how many frames that only form fields drew became print; `original` the PDF with its form fields, without
    values and scripts, if it has such.
    """

    form: FillableForm
    kept: bytes
    framed: int = 0
    original: bytes | None = None


def made_ready(paths: Sequence[Path], known: KnownLabels, engine: Engine) -> Blank:
    """Return what a blank asks: by its form fields, else by its print, else, as a scan, by its picture.

    Several files are filled-in scans of one form, whose blank is what they have in common.

    Raises:
        TemplateError: when it cannot be used, or asks nothing that can be found.
        ReaderError: when a scan's words cannot be read.
    """
    if len(paths) > 1:
        return _of_pictures(_common(paths), known, engine)
    (path,) = paths
    with path.open("rb") as file:
        media = sniff(file)
    if media is Media.PDF:
        pdf = form_process.read(path)
        if pdf.form.widgets:
            return Blank(pdf.form, pdf.kept, pdf.framed, pdf.original)
        printed = _printed(path, pdf.form, known) if pdf.kept else None
        if printed is not None:
            return Blank(_asking(printed), pdf.kept)
    return _of_pictures((_sized(page.raster) for page in _pages(path)), known, engine)


def _common(paths: Sequence[Path]) -> Iterator[Raster]:
    """Give the sheets that filled-in scans of one form have in common, file by file in the same order of pages."""
    if not ENOUGH <= len(paths) <= MOST_PAGES:
        raise TemplateError("filled_too_few", hint="filled_from_three", wanted=ENOUGH, most=MOST_PAGES)
    files = [list(_pages(path)) for path in paths]
    if len({len(pages) for pages in files}) > 1:
        raise TemplateError("filled_unlike", hint="filled_from_three")
    for sides in zip(*files, strict=True):
        made = unfilled(sides)
        if made is None:
            raise TemplateError("filled_unlike", hint="filled_from_three")
        yield _sized(made)


def _of_pictures(pictures: Iterable[Raster], known: KnownLabels, engine: Engine) -> Blank:
    sheets = [_scanned(picture, number, known, engine) for number, picture in enumerate(pictures, 1)]
    form = FillableForm(
        tuple(sheet for sheet, _, _, _ in sheets),
        tuple(widget for _, widgets, _, _ in sheets for widget in widgets),
        tuple(word for _, _, words, _ in sheets for word in words),
        by=FoundBy.PICTURE,
    )
    return Blank(_asking(form), pictured(picture for _, _, _, picture in sheets))


def _asking(form: FillableForm) -> FillableForm:
    if not form.widgets:
        raise TemplateError("blank_without_fields", hint="blank_by_hand")
    return form


def _pages(path: Path) -> Iterator[Page]:
    try:
        for page in parser.pages(path, form_process.POLICY):
            if not isinstance(page, Page):
                raise form_process.refused(page.rejection)
            yield page
    except parser.Unreadable as unreadable:
        raise form_process.refused(unreadable.rejection) from None


def _printed(path: Path, form: FillableForm, known: KnownLabels) -> FillableForm | None:
    """Return what a PDF asks that has print of its own; None when a page of it is a picture, without words to go by."""
    words = lettered(form.words)
    widgets: list[FormWidget] = []
    for sheet, page in zip(form.sheets, _pages(path), strict=True):
        mine = tuple(word for word in words if word.zone.sheet == sheet.number)
        if page.source is not Source.DIGITAL or not mine:
            return None
        drawn = Raster.owning(page.raster.pixels, page.raster.width / sheet.width_mm * MM_PER_INCH)
        widgets.extend(seek(sheet.number, drawn, mine, known, FoundBy.PRINT))
    return replace(form, widgets=tuple(widgets), words=words, by=FoundBy.PRINT)


_Scanned = tuple[Sheet, tuple[FormWidget, ...], tuple[PrintedWord, ...], Raster]


def _scanned(seen: Raster, number: int, known: KnownLabels, engine: Engine) -> _Scanned:
    picture, words = _upright(_level(seen), number, engine)
    clear = unruled(picture, words)
    mine = lettered(page_words(clear, number, engine)[0])
    sides = (round(side / picture.dpi * MM_PER_INCH, 2) for side in (picture.width, picture.height))
    return Sheet(number, *sides), seek(number, picture, mine, known, FoundBy.PICTURE), mine, picture


def _level(picture: Raster) -> Raster:
    lying = level(picture)
    if lying is None:
        raise TemplateError("blank_not_flat", hint="blank_scan_flat")
    return lying


def _sized(picture: Raster) -> Raster:
    """Return a scan at 300 dpi; one that does not tell its size is taken for A4 when it has that shape.

    Raises:
        TemplateError: when its size cannot be known, or is that of no sheet.
    """
    dpi = picture.dpi
    long, short = max(picture.width, picture.height), min(picture.width, picture.height)
    sides = (short / dpi * MM_PER_INCH, long / dpi * MM_PER_INCH) if dpi else (0.0, 0.0)
    if not dpi or not _SIDES_MM[0] <= sides[0] <= sides[1] <= _SIDES_MM[1]:
        if abs(long / short / math.sqrt(2) - 1) > _ALIKE:
            _level(Raster(picture.pixels, long / _A4_MM[1] * MM_PER_INCH))  # of a photo that is the truer reason
            raise TemplateError("blank_size_unknown", hint="blank_scan_flat")
        dpi = short / _A4_MM[0] * MM_PER_INCH
    scale = _DPI / dpi
    if abs(scale - 1) < 0.001:
        return replace(picture, dpi=_DPI)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    pixels = cv2.resize(picture.pixels, None, fx=scale, fy=scale, interpolation=way)
    return Raster.owning(np.asarray(pixels, dtype=np.uint8), _DPI)


def _upright(picture: Raster, sheet: int, engine: Engine) -> tuple[Raster, tuple[PrintedWord, ...]]:
    """Return a level sheet the way its words stand, and the words."""
    words, sure = page_words(picture, sheet, engine)
    if len(words) >= _WORDS and sure >= _SURE * len(words):
        return picture, words
    turned = [Raster.owning(np.ascontiguousarray(np.rot90(picture.pixels, quarters)), picture.dpi) for quarters in (1, 2, 3)]
    ways = [(picture, (words, sure)), *((one, page_words(one, sheet, engine)) for one in turned)]
    best, (words, _) = max(ways, key=lambda way: way[1][1])
    return best, words
