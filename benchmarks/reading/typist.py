"""Machine print: a family at a size, as a laser printer, an ink jet or a worn cartridge lays it down."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw

from benchmarks.reading import fonts
from benchmarks.reading.ink import PAPER_DPI, PX, Grey, Patch, grain, piece

_MM_PER_POINT = 25.4 / 72


@dataclass(frozen=True, slots=True)
class Typist:
    """A printer: the family and file of its type, its size in points, and how it lays down ink."""

    family: str
    path: Path
    seen: bool
    points: float
    printer: str
    dark: float
    chance: np.random.Generator

    @classmethod
    def of(cls, font: tuple[str, Path, bool], rng: random.Random) -> Typist:
        """Make a printer with a font (family, file, seen in training)."""
        printer = rng.choices(("laser", "jet", "worn"), (6, 3, 1))[0]
        dark = {"laser": (0.92, 1.0), "jet": (0.84, 0.94), "worn": (0.6, 0.8)}[printer]
        chance = np.random.default_rng(rng.randrange(2**31))
        return cls(*font, rng.uniform(9.0, 11.5), printer, rng.uniform(*dark), chance)

    @property
    def name(self) -> str:
        """Return the family's name."""
        return self.family

    @property
    def cap_mm(self) -> float:
        """Return the height of a capital."""
        return self.points * _MM_PER_POINT * 0.7

    def sized(self, points: float) -> Typist:
        """Return the printer at another size."""
        return replace(self, points=points)

    def width_mm(self, text: str) -> float:
        """Return how far a text goes."""
        return fonts.sized(self.path, 400).getlength(text) / 400 * self.points * _MM_PER_POINT

    def line(self, text: str) -> Patch:
        """Return a line of print; the origin is where its first letter starts on the base line."""
        size = max(8, round(self.points / 72 * PAPER_DPI))
        face = fonts.sized(self.path, size)
        left, top, right, bottom = (int(v) for v in face.getbbox(text, anchor="ls"))
        margin = 8
        picture = Image.new("L", (right - min(left, 0) + 2 * margin, bottom - top + 2 * margin), 0)
        origin = (margin - min(left, 0), margin - top)
        ImageDraw.Draw(picture).text(origin, text, font=face, fill=255, anchor="ls")
        return Patch(self._laid(np.array(picture, dtype=np.uint8)), (float(origin[0]), float(origin[1])))

    def _laid(self, mask: Grey) -> Grey:
        """Return the type as it lies on the paper: toner with ragged edges, or ink that has run a little into it."""
        noise = piece(grain(13, 1.1), mask.shape, self.chance) - 0.5
        if self.printer == "jet":
            soft = cv2.GaussianBlur(mask, (0, 0), 1.8).astype(np.float32) / 255
            edge = np.clip((soft - 0.36 + 0.5 * noise) * 4 + 0.5, 0, 1)
        else:
            soft = cv2.GaussianBlur(mask, (0, 0), 0.9).astype(np.float32) / 255
            edge = np.clip((soft - 0.5 + 0.25 * noise) * 6 + 0.5, 0, 1)
        if self.printer == "worn":
            slow = piece(grain(14, 22.0), mask.shape, self.chance)
            edge *= np.clip(0.55 + 0.9 * slow + 0.5 * noise, 0, 1)
        return (edge * self.dark * 255).astype(np.uint8)


def typed_tick(typist: Typist) -> Patch:
    """Return the X that is typed in a box, its middle at the origin."""
    patch = typist.line("X")
    left, top, right, bottom = patch.ink_mm
    middle = (patch.origin[0] + (left + right) / 2 * PX, patch.origin[1] + (top + bottom) / 2 * PX)
    return Patch(patch.dark, middle)
