"""Sheets of paper as pictures: blank forms, and sides that are no form."""

from __future__ import annotations

import math
import random
from functools import lru_cache
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw
from numpy.typing import NDArray

from pipeline.domain.raster import Pixels
from pipeline.drawing.pens import MM_PER_POINT, Ink, printer

Grey = NDArray[np.uint8]
_PDFIUM: Any = pypdfium2  # its bindings are made at run time and carry no types
_RAW: Any = pypdfium2.raw
_LETTER = (
    "Hej!",
    "Här kommer veckans anmälningar från oss på mottagningen. Det är några stycken den här gången,",
    "eftersom vi har haft ont om folk. Återkom gärna om något är oklart, helst på förmiddagen.",
    "",
    "Vi undrar också om ni har fler blanketter att skicka, och vart vi vänder oss med frågor om",
    "provtagning av kontakter som bor i andra regioner.",
    "",
    "Med vänlig hälsning",
    "Exempelsekreteraren på Övningsmottagningen",
)


@lru_cache(maxsize=16)
def blank(path: str, number: int, dpi: float) -> Pixels:
    """Return a sheet of a PDF in grey at exactly `dpi`, from its top left corner."""
    with _PDFIUM.PdfDocument(path) as document:
        return drawn(document[number - 1], dpi)


def drawn(page: Any, dpi: float) -> Pixels:  # noqa: ANN401 - a page has no type
    """Return a PDF page in grey at exactly `dpi`; a page rendered the usual way is stretched to whole pixels."""
    scale = dpi / 72
    width, height = (math.ceil(side * scale - 0.01) for side in page.get_size())
    bitmap = _PDFIUM.PdfBitmap.new_native(width, height, _RAW.FPDFBitmap_Gray)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    clip = _RAW.FS_RECTF(0, 0, width, height)
    _RAW.FPDF_RenderPageBitmapWithMatrix(bitmap, page, _RAW.FS_MATRIX(scale, 0, 0, scale, 0, 0), clip, _RAW.FPDF_ANNOT)
    return np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(height, width)


def inked(paper: Grey, ink: Ink) -> Grey:
    """Return the paper with ink on it: where both are dark, the darker counts."""
    layer = np.asarray(ink.layer)
    height, width = min(paper.shape[0], layer.shape[0]), min(paper.shape[1], layer.shape[1])
    made = paper.copy()
    np.minimum(made[:height, :width], layer[:height, :width], out=made[:height, :width])
    return made


def back(size_mm: tuple[float, float], dpi: float) -> Grey:
    """Return an empty side."""
    return np.full_like(np.asarray(Ink.over(*size_mm, dpi).layer), 255)


def letter(size_mm: tuple[float, float], dpi: float, rng: random.Random) -> Grey:
    """Return a cover letter: a side that is no form."""
    ink = Ink.over(*size_mm, dpi)
    pen = printer(rng)
    pen = type(pen)(pen.path, 11.0, pen.grey)
    y = 40.0
    pen.write(ink, (25.0, 25.0), rng.choice(("Övningsmottagningen", "Provkliniken", "Vårdcentralen Exemplet")))
    for line in _LETTER:
        words = line
        while pen.width_mm(words) > size_mm[0] - 40:
            words = words.rsplit(" ", 1)[0]
        pen.write(ink, (25.0, y), words)
        y += 11.0 * MM_PER_POINT * 1.5
    return np.array(ink.layer, dtype=np.uint8)
