"""The picture of one field as it is shown: its parts put together, and the window of it that stays legible."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.raster import Pixels, Raster
from pipeline.domain.reading import CLIP_DPI, Clip, ClipPart
from pipeline.domain.template import FieldKind
from pipeline.station.ask import Ask
from pipeline.station.state import View
from pipeline.station.typed import DIGITS_FIRST

PAPER = 255
COVER = 96
LEGIBLE_TEXT = 17  # one more than must be, for what is lost in making it small
LEGIBLE_BOX = 10
ZOOM_STEP = 1.4
LARGEST_SCALE = 4.0
_GAP = 12
_INK = 50
_MM = CLIP_DPI / MM_PER_INCH
_LEAST_LETTER_MM, _USUAL_LETTER_MM, _TALLEST_LETTER_MM = 1.3, 2.0, 5.0
_TALLEST_CAPITAL_MM = 3.2


@dataclass(frozen=True, slots=True)
class Picture:
    """What is shown of a field.

    `detail` is the height in pixels of the smallest thing that must be read (a digit, a box), and `legible` how many
    points of a screen it must be high. `start` is where the writing begins: its left edge and the middle of its first
    line, in pixels.
    """

    raster: Raster
    detail: float
    legible: int
    start: tuple[float, float] = (0.0, 0.0)

    @property
    def least_scale(self) -> float:
        """Return the least enlargement at which the picture can be read."""
        return self.legible / self.detail


@dataclass(frozen=True, slots=True)
class Along:
    """Which window of how many along one edge, counted from 0, and how many steps from where the writing begins."""

    index: int
    count: int
    steps: int


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a picture at the size of the screen, and which part across and down."""

    raster: Raster
    scale: float
    across: Along
    down: Along

    def clamped(self, view: View) -> View:
        """Return the view without steps that led past the picture's edges."""
        return View(view.zoom, self.across.steps, self.down.steps)


def picture(ask: Ask, clips: Sequence[Clip], *, covered: bool = False) -> Picture | None:
    """Put together what a field looks like; None when it has no clip."""
    parts = tuple(part for clip in clips if clip.field.key == ask.key for part in clip.parts)
    if not parts:
        return None
    boxes = tuple(part for part in parts if part.option is not None)
    if boxes:
        made = _strip(ask, boxes)
    else:
        column = _column(tuple(part.picture.pixels for part in parts))
        letters = _letters(parts[0])
        made = Picture(Raster.owning(column, CLIP_DPI), _letter_height(letters, ask.kind), LEGIBLE_TEXT, _start(letters))
    return _covered(made) if covered else made


def _covered(made: Picture) -> Picture:
    """Return a picture of the same size with nothing of it left."""
    cover = np.full_like(made.raster.pixels, COVER)
    cover[::8] = COVER + 40
    return Picture(Raster.owning(cover, CLIP_DPI), made.detail, made.legible, made.start)


def _column(pictures: Sequence[Pixels]) -> Pixels:
    """Set pictures under each other, left edges in line, a gap of paper between them."""
    width = max(pixels.shape[1] for pixels in pictures)
    rows: list[Pixels] = []
    for pixels in pictures:
        if rows:
            rows.append(np.full((_GAP, width), PAPER, dtype=np.uint8))
        rows.append(np.pad(pixels, ((0, 0), (0, width - pixels.shape[1])), constant_values=PAPER))
    return np.vstack(rows)


def _strip(ask: Ask, boxes: Sequence[ClipPart]) -> Picture:
    """Set boxes side by side, each with the key that picks it and its label under it."""
    presses = {str(choice.value.reveal()): choice.press for choice in ask.choices}
    labels = {str(choice.value.reveal()): choice.label for choice in ask.choices}
    height = max(part.picture.height for part in boxes)
    cells = []
    for part in boxes:
        option = str(part.option)
        pixels = part.picture.pixels
        pixels = np.pad(pixels, ((0, height - pixels.shape[0]), (0, 0)), constant_values=PAPER)
        cells.append(_labelled(pixels, presses.get(option, "?"), labels.get(option, option)))
    tallest = max(cell.shape[0] for cell in cells)
    padded = [np.pad(cell, ((0, tallest - cell.shape[0]), (0, _GAP)), constant_values=PAPER) for cell in cells]
    box = min(part.zone.height for part in boxes) * _MM
    return Picture(Raster.owning(np.hstack(padded), CLIP_DPI), box, LEGIBLE_BOX)


def _labelled(box: Pixels, press: str, label: str) -> Pixels:
    """Return a box with its key to the left, as large as the box, and its label in small letters below."""
    small = 22
    label = label if len(label) <= 14 else label[:13] + "…"
    key_width = int(_font(box.shape[0]).getlength(press)) + _GAP
    width = max(key_width + box.shape[1], int(_font(small).getlength(label)) + 2)
    image = Image.new("L", (width, box.shape[0] + small + 8), PAPER)
    draw = ImageDraw.Draw(image)
    draw.text((0, box.shape[0] // 2), press, font=_font(int(box.shape[0] * 0.8)), fill=0, anchor="lm")
    image.paste(Image.fromarray(box), (key_width, 0))
    draw.text((0, box.shape[0] + 2), label, font=_font(small), fill=0)
    return np.asarray(image, dtype=np.uint8)


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size=size)


Letters = NDArray[np.float64]


def _letters(part: ClipPart) -> Letters:
    """Return left, top, width and height of every blob of ink that was not printed and is as high as a letter."""
    picture, blank = part.picture.pixels, part.blank.pixels
    if picture.shape == blank.shape:
        printed = cv2.erode(blank, np.ones((5, 5), np.uint8))
        ink = printed.astype(np.int16) - picture.astype(np.int16) > _INK
    else:
        ink = picture < PAPER - 2 * _INK
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    blobs: Letters = stats[1:, : cv2.CC_STAT_AREA].astype(np.float64)
    return blobs[blobs[:, 3] >= _LEAST_LETTER_MM * _MM * 0.9]


def _letter_height(letters: Letters, kind: FieldKind) -> float:
    """Return how high digits are, in pixels: in numbers the small ones count, in text the tall letters are as digits."""
    share, tallest = (25, _TALLEST_LETTER_MM) if kind in DIGITS_FIRST else (75, _TALLEST_CAPITAL_MM)
    wanted = float(np.percentile(letters[:, 3], share)) if len(letters) else _USUAL_LETTER_MM * _MM
    return float(np.clip(wanted, _LEAST_LETTER_MM * _MM, tallest * _MM))


def _start(letters: Letters) -> tuple[float, float]:
    """Return the left edge of the first line of writing and its middle."""
    if not len(letters):
        return (0.0, 0.0)
    tops, heights = letters[:, 1], letters[:, 3]
    first = letters[tops <= tops.min() + np.median(heights)]
    return (float(first[:, 0].min()), float(np.median(first[:, 1] + first[:, 3] / 2)))


def window(shown: Picture, width: int, height: int, view: View) -> Window:
    """Return the part of a picture that fills a screen of `width` × `height` points and can be read there.

    The whole picture when it can be read so; else windows that overlap by a quarter, the first of them where the
    writing begins.
    """
    pixels = shown.raster.pixels
    fitting = min(width / pixels.shape[1], height / pixels.shape[0])
    scale = min(max(fitting, shown.least_scale), LARGEST_SCALE) * ZOOM_STEP**view.zoom
    scale = max(scale, min(fitting, shown.least_scale))
    seen_x, seen_y = width / scale, height / scale
    x, across = _place(pixels.shape[1], seen_x, shown.start[0] - seen_x * 0.04, view.right)
    y, down = _place(pixels.shape[0], seen_y, shown.start[1] - seen_y / 2, view.down)
    part = pixels[y : y + max(1, round(seen_y)), x : x + max(1, round(seen_x))]
    size = (max(1, min(width, round(part.shape[1] * scale))), max(1, min(height, round(part.shape[0] * scale))))
    resized = cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    return Window(Raster.owning(np.asarray(resized, dtype=np.uint8), shown.raster.dpi * scale), scale, across, down)


def _place(length: int, seen: float, first: float, moved: int) -> tuple[int, Along]:
    """Return where a window of `seen` pixels begins along `length`, `moved` windows on from the `first`."""
    last = max(0, round(length - seen))
    if last <= 1:
        return 0, Along(0, 1, 0)
    begin = min(max(0, round(first)), last)
    step = max(1.0, seen * 0.75)
    before = int(np.ceil(begin / step))
    after = int(np.ceil((last - begin) / step))
    steps = min(max(moved, -before), after)
    return min(max(0, round(begin + steps * step)), last), Along(before + steps, before + after + 1, steps)


def stretched(pixels: Pixels) -> Pixels:
    """Return a picture with its darkest hundredth black and its paper white."""
    low, high = (float(level) for level in np.percentile(pixels, (1, 90)))
    if high - low < _INK:
        return pixels
    wide: Pixels = np.clip((pixels.astype(np.float32) - low) * (255.0 / (high - low)), 0, 255).astype(np.uint8)
    return wide


def png(raster: Raster) -> bytes:
    """Return a picture as a PNG file."""
    out = io.BytesIO()
    Image.fromarray(raster.pixels).save(out, "PNG", compress_level=3, dpi=(raster.dpi, raster.dpi))
    return out.getvalue()
