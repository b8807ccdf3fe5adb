"""Paper: a blank as a printer lays it on the sheet, its greys in dots, the answers' ink on it, and a stamp across."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw
from PIL import Image, ImageDraw

from benchmarks.reading import fonts
from benchmarks.reading.ink import PAPER_DPI, PX, Grey, Inked, Patch, grain, piece
from pipeline.domain.template import Template

_PDFIUM: Any = pypdfium2  # its bindings are made at run time and carry no types
_RAW: Any = pypdfium2.raw
_SCREEN = 6  # paper pixels from one dot of a printer's screen to the next


@lru_cache(maxsize=8)
def _drawn(path: str, sheet: int) -> Grey:
    with _PDFIUM.PdfDocument(path) as document:
        page = document[sheet - 1]
        scale = PAPER_DPI / 72
        width, height = (round(side * scale) for side in page.get_size())
        bitmap = _PDFIUM.PdfBitmap.new_native(width, height, _RAW.FPDFBitmap_Gray)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        way, clip = _RAW.FS_MATRIX(scale, 0, 0, scale, 0, 0), _RAW.FS_RECTF(0, 0, width, height)
        _RAW.FPDF_RenderPageBitmapWithMatrix(bitmap, page, way, clip, _RAW.FPDF_ANNOT)
        return _screened(np.array(bitmap.to_numpy(), dtype=np.uint8).reshape(height, width))


def _screened(ideal: Grey) -> Grey:
    """Print flat greys as dots on a slanting screen, as a laser printer does; the edges of letters stay as they are."""
    greys = cv2.inRange(ideal, np.array([41]), np.array([244]))
    flat = cv2.bitwise_and(cv2.dilate(cv2.erode(greys, np.ones((9, 9), np.uint8)), np.ones((9, 9), np.uint8)), greys)
    rows, columns = np.mgrid[0 : 2 * _SCREEN, 0 : 2 * _SCREEN].astype(np.float32) * (2 * np.pi / (2 * _SCREEN))
    wave = (np.cos(columns + rows) + np.cos(columns - rows)) / 4 + 0.5
    order = wave.ravel().argsort().argsort().reshape(wave.shape) / wave.size * 255
    over = (ideal.shape[0] - order.shape[0], ideal.shape[1] - order.shape[1])
    screen = cv2.copyMakeBorder(order.astype(np.uint8), 0, over[0], 0, over[1], cv2.BORDER_WRAP)
    made = ideal.copy()
    cv2.copyTo(cv2.compare(ideal, screen, cv2.CMP_GT), flat, made)
    return made


def printed(template: Template, sheet: int, ink: Inked, rng: random.Random) -> Grey:
    """Return a filled-in sheet as paper that throws back light, 0 to 255 at `PAPER_DPI`."""
    blank = _drawn(template.blank_path, sheet)
    # A form is printed fatter or thinner, darker or paler, by whatever printer stood there.
    spread = rng.uniform(0.38, 0.6)
    toner = rng.uniform(14, 60)
    soft = cv2.GaussianBlur(blank, (0, 0), 1.1)
    ramp = np.clip((np.arange(256) / 255 - spread) * 3.2 + 0.5, 0, 1)
    paper = cv2.LUT(soft, (toner + (243 - toner) * ramp).astype(np.uint8))
    height, width = (min(a, b) for a, b in zip(paper.shape, ink.light.shape, strict=True))
    under = ink.light[:height, :width]
    # No ink takes all light.
    made = cv2.multiply(
        paper[:height, :width], cv2.LUT(under, (12 + np.arange(256) * 243 / 255).astype(np.uint8)), scale=1 / 255
    )
    return np.asarray(made, dtype=np.uint8)


def stamp(ink: Inked, at: tuple[float, float], font: Path, rng: random.Random) -> tuple[float, float, float]:
    """Press a stamp of arrival on the ink, its middle at a place in mm; return where it lies and how far it reaches."""
    size = (round(58 * PX), round(22 * PX))
    picture = Image.new("L", size, 0)
    draw = ImageDraw.Draw(picture)
    edge = round(0.8 * PX)
    draw.rounded_rectangle((edge, edge, size[0] - edge, size[1] - edge), round(2 * PX), outline=255, width=round(0.6 * PX))
    big, small = fonts.sized(font, round(6.4 * PX)), fonts.sized(font, round(4.4 * PX))
    draw.text((size[0] / 2, size[1] * 0.36), "INKOM", font=big, fill=255, anchor="mm")
    day = f"2026 -{rng.randint(1, 11):02d}- {rng.randint(1, 28):02d}"
    draw.text((size[0] / 2, size[1] * 0.72), day, font=small, fill=255, anchor="mm")
    turned = np.array(picture.rotate(rng.uniform(-14, 14), expand=True, resample=Image.Resampling.BICUBIC), np.uint8)
    chance = np.random.default_rng(rng.randrange(2**31))
    blots = np.clip(piece(grain(15, 9.0), turned.shape, chance) * 1.6 - 0.05, 0.15, 1)
    fine = np.where(piece(grain(16, 1.3), turned.shape, chance) < 0.28, 0.45, 1.0)
    dark = (cv2.GaussianBlur(turned, (0, 0), 2.0) * blots * fine * rng.uniform(0.5, 0.8)).astype(np.uint8)
    ink.put(Patch(dark, (turned.shape[1] / 2, turned.shape[0] / 2)), *at)
    return (*at, 30.0)
