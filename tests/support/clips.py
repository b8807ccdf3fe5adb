"""Clips drawn for tests: a line of print in a zone, a comb, a row of boxes."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.raster import Raster
from pipeline.domain.reading import CLIP_DPI, Clip, ClipPart
from pipeline.domain.template import Comb, Field, FieldKind, Option, Zone

PX = CLIP_DPI / MM_PER_INCH


def _raster(image: Image.Image) -> Raster:
    return Raster.owning(np.asarray(image, dtype=np.uint8), CLIP_DPI)


def _blank(width_mm: float, height_mm: float) -> Image.Image:
    image = Image.new("L", (round(width_mm * PX), round(height_mm * PX)), 255)
    ImageDraw.Draw(image).rectangle((8, 8, image.width - 9, image.height - 9), outline=0, width=2)
    return image


def written(key: str, text: str, kind: FieldKind = FieldKind.TEXT40, *, width: float = 80, height: float = 8) -> Clip:
    """Draw `text` in 11 point print in a zone of so many mm."""
    blank, frame = _blank(width, height), Rect(20, 40, width, height)
    filled = blank.copy()
    font = ImageFont.load_default(size=46)
    ImageDraw.Draw(filled).text((24, filled.height // 2), text, font=font, fill=20, anchor="lm")
    zone = frame.grown(-0.7)
    field = Field(key, key, key, kind, zones=(Zone(1, zone),))
    return Clip(field, (ClipPart(1, zone, frame, _raster(filled), _raster(blank), 0.1),))


def combed(key: str, digits: str, *, cell: float = 5.0, height: float = 7.0) -> Clip:
    """Draw one digit in each cell of a comb."""
    blank, frame = _blank(cell * len(digits) + 1.4, height), Rect(20, 40, cell * len(digits) + 1.4, height)
    lines = ImageDraw.Draw(blank)
    for at in range(1, len(digits)):
        x = round((0.7 + at * cell) * PX)
        lines.line((x, 8, x, blank.height - 9), fill=0, width=2)
    filled = blank.copy()
    draw = ImageDraw.Draw(filled)
    for at, digit in enumerate(digits):
        middle = ((0.7 + (at + 0.5) * cell) * PX, filled.height / 2)
        draw.text(middle, digit, font=ImageFont.load_default(size=50), fill=20, anchor="mm")
    zone = frame.grown(-0.7)
    field = Field(key, key, key, FieldKind.PNR, zones=(Zone(1, zone),), comb=Comb((len(digits),)))
    return Clip(field, (ClipPart(1, zone, frame, _raster(filled), _raster(blank), 0.1),))


def ticked(key: str, values: tuple[str, ...], *on: str, kind: FieldKind = FieldKind.CHOICEN) -> Clip:
    """Draw boxes of 4 mm, those in `on` crossed."""
    parts, options = [], []
    for at, value in enumerate(values):
        frame = Rect(20 + at * 20, 80, 5, 5)
        blank = _blank(5, 5)
        filled = blank.copy()
        if value in on:
            draw = ImageDraw.Draw(filled)
            draw.line((12, 12, filled.width - 12, filled.height - 12), fill=30, width=4)
            draw.line((12, filled.height - 12, filled.width - 12, 12), fill=30, width=4)
        zone = frame.grown(-0.5)
        options.append(Option(value, value.title(), Zone(1, zone), value.title()))
        parts.append(ClipPart(1, zone, frame, _raster(filled), _raster(blank), 0.1, value))
    return Clip(Field(key, key, key, kind, options=tuple(options)), tuple(parts))
