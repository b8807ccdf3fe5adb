"""Hands: people who fill in forms, each with a name for the table, who write a line or a letter with a pen."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.reading import fonts
from benchmarks.reading.ink import PX, Grey, Patch
from benchmarks.reading.letters import Letter, of_writer
from benchmarks.reading.pen import Nib, Points, stroked, turned, wavy

STROKES = "chars74k_strokes_44_writers.json"
_THIN_MM = 0.16


class Scribe(Protocol):
    """Someone who writes single letters or digits. `name` stands in the table."""

    @property
    def name(self) -> str:
        """Return who writes."""

    def letter(self, character: str, cap_mm: float) -> Patch:
        """Return one letter or digit, as tall as a capital is to be."""


class Hand(Scribe, Protocol):
    """Someone who writes lines too."""

    def line(self, text: str, cap_mm: float) -> Patch:
        """Return a line of writing whose capitals are so tall."""


@dataclass(frozen=True, slots=True)
class StrokeHand:
    """A writer of Chars74K: their own letters set side by side, shaken a little, by a pen of our own."""

    writer: int
    letters: Mapping[str, Letter]
    nib: Nib
    rng: random.Random
    chance: np.random.Generator

    @classmethod
    def of(cls, data: Path, writer: int, nib: Nib, rng: random.Random) -> StrokeHand:
        """Make the hand of a writer by number."""
        return cls(writer, of_writer(data / STROKES, writer), nib, rng, np.random.default_rng(rng.randrange(2**31)))

    @property
    def name(self) -> str:
        """Return who writes."""
        return f"chars74k {self.writer:02d}"

    def line(self, text: str, cap_mm: float) -> Patch:
        """Return a line of writing."""
        rng = self.rng
        apart, space = rng.uniform(0.14, 0.26), rng.uniform(0.5, 0.75)
        slope, drift = rng.gauss(0, 0.006), 0.0
        strokes: list[Points] = []
        x = 0.0
        for character in text:
            if character == " ":
                x += space * cap_mm
                continue
            drift = 0.7 * drift + rng.gauss(0, 0.018) * cap_mm
            shaken, width = self._shaken(character, cap_mm)
            strokes += [np.add(stroke, (x, drift + slope * x)) for stroke in shaken]
            x += width + apart * cap_mm * rng.uniform(0.75, 1.25)
        return stroked(strokes, self.nib, self.chance)

    def letter(self, character: str, cap_mm: float) -> Patch:
        """Return one letter or digit."""
        shaken, _ = self._shaken(character, cap_mm)
        return stroked(shaken, self.nib, self.chance)

    def _shaken(self, character: str, cap_mm: float) -> tuple[list[Points], float]:
        letter = self.letters[character]
        across, down = (cap_mm * self.rng.gauss(1, 0.04) for _ in range(2))
        return turned(letter.strokes, self.rng.gauss(0, 2.2), (across, down)), letter.width * across


@dataclass(frozen=True, slots=True)
class FontHand:
    """A handwriting font, every letter placed, turned and bent a little on its own."""

    font: str
    path: Path
    nib: Nib
    rng: random.Random
    chance: np.random.Generator

    @classmethod
    def of(cls, font: tuple[str, Path], nib: Nib, rng: random.Random) -> FontHand:
        """Make the hand of a font (name, file)."""
        return cls(*font, nib, rng, np.random.default_rng(rng.randrange(2**31)))

    @property
    def name(self) -> str:
        """Return who writes."""
        return f"font {self.font}"

    def line(self, text: str, cap_mm: float) -> Patch:
        """Return a line of writing."""
        size = self._size(cap_mm)
        face = fonts.sized(self.path, size)
        wide, high = round(face.getlength(text) * 1.12) + 2 * size, 3 * size
        picture = Image.new("L", (wide, high), 0)
        x, base, drift = size / 2, 2 * size, 0.0
        for character in text:
            drift = 0.7 * drift + self.rng.gauss(0, 0.012) * size
            scale = self.rng.gauss(1, 0.025)
            shaken = fonts.sized(self.path, max(8, round(size * scale)))
            ImageDraw.Draw(picture).text((x, base + drift), character, font=shaken, fill=255, anchor="ls")
            x += face.getlength(character) * self.rng.uniform(0.98, 1.06)
        return self._inked(np.array(picture, dtype=np.uint8), (size / 2, base))

    def letter(self, character: str, cap_mm: float) -> Patch:
        """Return one letter or digit."""
        size = self._size(cap_mm)
        picture = Image.new("L", (3 * size, 3 * size), 0)
        ImageDraw.Draw(picture).text((size, 2 * size), character, font=fonts.sized(self.path, size), fill=255, anchor="ls")
        turn = picture.rotate(self.rng.gauss(0, 3), resample=Image.Resampling.BICUBIC, center=(size, 2 * size))
        return self._inked(np.array(turn, dtype=np.uint8), (size, 2 * size))

    def _size(self, cap_mm: float) -> int:
        tall = fonts.sized(self.path, 400).getbbox("H", anchor="ls")
        return max(12, round(cap_mm * PX * 400 / max(1.0, -float(tall[1]))))

    def _inked(self, mask: Grey, origin: tuple[float, float]) -> Patch:
        # A font's line is as thin as it was drawn; a pen makes it as wide as its point.
        wider = max(1, round((self.nib.width_mm - _THIN_MM) * PX))
        mask = np.asarray(cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wider, wider))), np.uint8)
        bent = cv2.GaussianBlur(wavy(mask, 0.9, self.chance), (0, 0), 0.9)
        return Patch(self.nib.textured(np.asarray(bent, np.uint8), self.chance), origin)
