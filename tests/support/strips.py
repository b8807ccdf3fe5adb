"""Clips of the shipped blanks with something written on them, for the tests of the eyes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from pipeline.domain.geometry import Rect
from pipeline.domain.library import Library, SheetBlank
from pipeline.domain.raster import Raster
from pipeline.domain.reading import CLIP_DPI, Clip, ClipPart
from pipeline.domain.scan import Source
from pipeline.domain.template import Field
from pipeline.drawing import fonts
from pipeline.drawing.pens import HandPen, Ink
from pipeline.edges.library import load

PX = CLIP_DPI / 25.4
FRAME_MM = 1.5
BAND_MM = 6.0  # above and below a field: only this much of its sheet is moved and made noisy
Draw = Callable[[ImageDraw.ImageDraw, Field], None]


@lru_cache(maxsize=1)
def library() -> Library:
    """Return the shipped templates."""
    return load()


def font(points: float, name: str = "LiberationSans-Regular") -> ImageFont.FreeTypeFont:
    """Return a font in pixels of a clip."""
    return ImageFont.truetype(str(fonts.named((name,))[0]), round(points / 72 * CLIP_DPI))


def writing(text: str, points: float = 10.0, name: str = "LiberationSans-Regular") -> Draw:
    """Return what types a text into a field: one letter a cell in a comb, else from the left, lines by newline."""

    def write(draw: ImageDraw.ImageDraw, field: Field) -> None:
        zone, kind = field.zones[0].rect, font(points, name)
        if field.comb is not None:
            for letter, cell in zip(text.replace("-", "").replace(" ", ""), field.comb.rects(zone), strict=False):
                draw.text((cell.centre[0] * PX, cell.centre[1] * PX), letter, font=kind, fill=20, anchor="mm")
            return
        for number, line in enumerate(text.split("\n")):
            y = zone.centre[1] if "\n" not in text else zone.y + 3 + number * points * 0.45
            draw.text(((zone.x + 2) * PX, y * PX), line, font=kind, fill=20, anchor="lm")

    return write


def handwriting(text: str, seed: int = 3, height_mm: float = 3.4, wander: float = 0.6) -> Draw:
    """Return what writes a text into a field by hand: one letter a cell in a comb, else from the left."""
    pen = HandPen(height_mm, 0.4, 0.1, wander, 30, seed)

    def write(draw: ImageDraw.ImageDraw, field: Field) -> None:
        ink, zone = Ink.over(draw.im.size[0] / PX, draw.im.size[1] / PX, CLIP_DPI), field.zones[0].rect
        if field.comb is None:
            pen.write(ink, (zone.x + 2, zone.centre[1] + height_mm / 2), text)
        else:
            for letter, cell in zip(text, field.comb.rects(zone), strict=False):
                at = (cell.centre[0] - pen.width_mm(letter) / 2, cell.centre[1] + height_mm / 2)
                pen.write(ink, at, letter)
        draw.bitmap((0, 0), ImageOps.invert(ink.layer), fill=0)

    return write


def ticking(*values: str, how: str = "cross", width: float = 0.4) -> Draw:
    """Return what ticks boxes: by `cross`, `tick`, `fill`, `circle` around, or `line` through all of the frame."""

    def write(draw: ImageDraw.ImageDraw, field: Field) -> None:
        for option in field.options:
            if option.value in values:
                _tick(draw, option.zone.rect, how, max(1, round(width * PX)))

    return write


def _tick(draw: ImageDraw.ImageDraw, box: Rect, how: str, pen: int) -> None:
    x0, y0, x1, y1 = (v * PX for v in (box.x, box.y, box.right, box.bottom))
    if how == "cross":
        draw.line((x0 + 3, y0 + 3, x1 - 3, y1 - 3), fill=20, width=pen)
        draw.line((x1 - 3, y0 + 3, x0 + 3, y1 - 3), fill=20, width=pen)
    elif how == "tick":
        draw.line((x0 + 4, (y0 + y1) / 2, x0 + 16, y1 - 4, x1 + 4, y0 - 8), fill=20, width=pen, joint="curve")
    elif how == "fill":
        draw.rectangle((x0 - 2, y0 - 2, x1 + 2, y1 + 2), fill=30)
    elif how == "circle":
        draw.ellipse((x0 - 11, y0 - 11, x1 + 11, y1 + 11), outline=20, width=pen)
    elif how == "line":
        draw.line((x0 - 60, (y0 + y1) / 2 - 6, x1 + 60, (y0 + y1) / 2 + 6), fill=20, width=pen)
    elif how == "speck":
        draw.ellipse((x0 + 15, y0 + 15, x0 + 19, y0 + 19), fill=20)


def clip(
    key: str,
    *draws: Draw,
    template: str = "klinisk-tarm",
    shift: tuple[float, float] = (0.0, 0.0),
    residual_mm: float = 0.1,
    noise: float = 0.0,
) -> Clip:
    """Return a field's clip with things drawn on it; `shift` (mm) moves blank and writing together, as a poor fit does."""
    field = library().template(template).field(key)
    blank = library().blank(library().template(template).id, field.sheet)
    sheet = Image.fromarray(np.array(blank.picture.pixels))
    for draw in draws:
        draw(ImageDraw.Draw(sheet), field)
    zones = [zone.rect for zone in field.all_zones]
    first = max(0, round((min(zone.y for zone in zones) - BAND_MM) * PX))
    last = min(sheet.height, round((max(zone.bottom for zone in zones) + BAND_MM) * PX))
    band = sheet.crop((0, first, sheet.width, last))
    moved = band.transform(
        band.size,
        Image.Transform.AFFINE,
        (1, 0, -shift[0] * PX, 0, 1, -shift[1] * PX),
        Image.Resampling.BILINEAR,
        fillcolor=255,
    )
    pixels = np.asarray(moved, dtype=np.float64)
    if noise:
        pixels = pixels * 0.85 + np.random.default_rng(1).normal(0, noise, pixels.shape)
    picture = np.array(sheet)
    picture[first:last] = np.clip(pixels, 0, 255).astype(np.uint8)
    parts = tuple(
        _part(
            blank,
            picture,
            zone.rect,
            residual_mm,
            field.options[index - len(field.zones)].value if index >= len(field.zones) else None,
        )
        for index, zone in enumerate(field.all_zones)
    )
    return Clip(field, parts, Source.IMAGE)


def _part(blank: SheetBlank, picture: np.ndarray, zone: Rect, residual_mm: float, option: str | None) -> ClipPart:
    grown = zone.grown(FRAME_MM)
    left, top, right, bottom = (round(v * PX) for v in (grown.x, grown.y, grown.right, grown.bottom))
    frame = Rect(left / PX, top / PX, (right - left) / PX, (bottom - top) / PX)
    return ClipPart(
        blank.sheet.number,
        zone,
        frame,
        Raster(picture[top:bottom, left:right].copy(), CLIP_DPI),
        Raster(blank.picture.pixels[top:bottom, left:right].copy(), CLIP_DPI),
        residual_mm,
        option,
    )
