"""Pens: a printer's type and a person's hand, both writing in millimetres on a sheet."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.reading import Style
from pipeline.drawing import fonts
from pipeline.drawing.strokes import glyph

MM_PER_POINT = MM_PER_INCH / 72


@dataclass(frozen=True, slots=True)
class Ink:
    """A transparent layer over one sheet: what is drawn on it darkens the paper."""

    layer: Image.Image
    px_per_mm: float

    @classmethod
    def over(cls, width_mm: float, height_mm: float, dpi: float) -> Ink:
        """Make a layer the size of a sheet."""
        scale = dpi / MM_PER_INCH
        return cls(Image.new("L", (int(np.ceil(width_mm * scale)), int(np.ceil(height_mm * scale))), 255), scale)

    def line(self, points: NDArray[np.float64], width_mm: float, grey: int) -> None:
        """Draw a stroke with round joints through points in millimetres."""
        draw = ImageDraw.Draw(self.layer)
        scaled = [(float(x), float(y)) for x, y in points * self.px_per_mm]
        width = max(1, round(width_mm * self.px_per_mm))
        draw.line(scaled, fill=grey, width=width, joint="curve")
        radius = width / 2
        for x, y in (scaled[0], scaled[-1]):
            draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=grey)


class Pen(Protocol):
    """Something that writes."""

    @property
    def style(self) -> Style:
        """Return how its writing counts."""

    @property
    def leading_mm(self) -> float:
        """Return the distance between two lines of writing."""

    def width_mm(self, text: str) -> float:
        """Return how long a line of `text` becomes."""

    def write(self, ink: Ink, at: tuple[float, float], text: str) -> None:
        """Write one line from a point on its baseline, in millimetres."""


@lru_cache(maxsize=64)
def _font(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), pixels)


@dataclass(frozen=True, slots=True)
class TypePen:
    """A font of one size, as a computer prints it; a handwriting font with `jitter_mm` counts as a hand."""

    path: Path
    points: float
    grey: int = 0
    style: Style = Style.PRINT
    jitter_mm: float = 0.0
    seed: int = 0

    @property
    def leading_mm(self) -> float:
        """Return the distance between two lines of writing."""
        return self.points * MM_PER_POINT * 1.18

    def width_mm(self, text: str) -> float:
        """Return how long a line of `text` becomes."""
        return float(_font(self.path, 200).getlength(text)) / 200 * self.points * MM_PER_POINT

    def write(self, ink: Ink, at: tuple[float, float], text: str) -> None:
        """Write one line from a point on its baseline."""
        font = _font(self.path, max(4, round(self.points * MM_PER_POINT * ink.px_per_mm)))
        draw = ImageDraw.Draw(ink.layer)
        if not self.jitter_mm:
            draw.text((at[0] * ink.px_per_mm, at[1] * ink.px_per_mm), text, font=font, fill=self.grey, anchor="ls")
            return
        rng = random.Random(f"{self.seed}{text}{at}")
        for index, letter in enumerate(text):
            x = at[0] + self.width_mm(text[:index]) + rng.gauss(0, self.jitter_mm / 2)
            y = at[1] + rng.gauss(0, self.jitter_mm)
            draw.text((x * ink.px_per_mm, y * ink.px_per_mm), letter, font=font, fill=self.grey, anchor="ls")


@dataclass(frozen=True, slots=True)
class HandPen:
    """A person's hand, made of strokes that never come out twice alike."""

    height_mm: float
    width: float
    slant: float
    wander: float
    grey: int
    seed: int
    style: Style = Style.HAND

    @property
    def leading_mm(self) -> float:
        """Return the distance between two lines of writing."""
        return self.height_mm * 1.75

    @property
    def _unit(self) -> float:
        return self.height_mm / 7

    def width_mm(self, text: str) -> float:
        """Return how long a line of `text` becomes, at most."""
        return sum(glyph(letter)[0] + 1.2 for letter in text) * self._unit * 1.04

    def write(self, ink: Ink, at: tuple[float, float], text: str) -> None:
        """Write one line from a point on its baseline."""
        rng = np.random.default_rng([self.seed, round(at[0] * 100), round(at[1] * 100)])
        x, lift = at[0], 0.0
        for letter in text:
            width, strokes = glyph(letter)
            size = self._unit * (1 + rng.normal(0, 0.035))
            lift = 0.7 * lift + float(rng.normal(0, 0.25 * self.wander))
            bend = rng.normal(0, 0.13 * self.wander, (2, 2))
            for stroke in strokes:
                ink.line(self._placed(stroke, bend, (x, at[1] + lift, size), rng), self.width, self.grey)
            x += (width + 1.0 + float(rng.normal(0, 0.12))) * self._unit

    def _placed(
        self,
        stroke: NDArray[np.float64],
        bend: NDArray[np.float64],
        place: tuple[float, float, float],
        rng: np.random.Generator,
    ) -> NDArray[np.float64]:
        """Return a stroke in sheet millimetres: bent, slanted, and begun a little off."""
        x, y, size = place
        points = stroke + rng.normal(0, 0.10 * self.wander, (1, 2)) + rng.normal(0, 0.05 * self.wander, stroke.shape)
        points = points + (points / 7) @ bend
        slanted = points[:, 0] + points[:, 1] * self.slant
        return np.column_stack([x + slanted * size, y - points[:, 1] * size])


@lru_cache(maxsize=64)
def swedish(path: Path) -> bool:
    """Tell whether a font has the Swedish letters, each a picture of its own."""
    pictures = {bytes(_font(path, 40).getmask(letter)) for letter in "åäöÅÄÖ\uffff"}
    return len(pictures) == 7


def printer(rng: random.Random) -> TypePen:
    """Return a machine's type: one of the free fonts found, 9 to 12 points."""
    return TypePen(rng.choice(fonts.machine()), rng.choice((9.0, 9.5, 10.0, 10.0, 11.0, 12.0)), rng.choice((0, 0, 20, 45)))


def hand(rng: random.Random, font_folder: Path | None = None) -> Pen:
    """Return a hand: drawn of strokes, or half of the time one of the handwriting fonts in a folder."""
    files = [path for path in sorted(font_folder.glob("*.ttf")) if swedish(path)] if font_folder else []
    seed = rng.randrange(2**31)
    if files and rng.random() < 0.5:
        return TypePen(rng.choice(files), rng.uniform(12, 14.5), rng.randint(20, 90), Style.HAND, 0.12, seed)
    return HandPen(
        height_mm=rng.uniform(3.0, 3.7),
        width=rng.uniform(0.28, 0.55),
        slant=rng.uniform(-0.05, 0.25),
        wander=rng.uniform(0.6, 1.4),
        grey=rng.randint(10, 95),
        seed=seed,
    )
