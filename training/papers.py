"""Blank paper for practice: cells with rules, labels, combs, dotted lines, never twice alike, each with a zone to write in.

A reader that saw three forms would know three forms. Here no two blanks are the same, so it learns what a form is.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.template import Comb
from training.lists import LISTS

Grey = NDArray[np.uint8]
DPI = 300.0
SCALE = DPI / MM_PER_INCH
MARGIN_MM = 2.5


@dataclass(frozen=True, slots=True)
class Paper:
    """A piece of blank paper at `DPI` and the zone on it, in mm from the piece's corner; `comb` when it has cells."""

    picture: Grey
    zone: Rect
    comb: Comb | None = None


def lined(rng: random.Random, width_mm: float, height_mm: float, fonts: tuple[Path, ...]) -> Paper:
    """Return paper with room for lines of writing of a width and height."""
    zone = Rect(MARGIN_MM + rng.uniform(0.4, 4), MARGIN_MM + rng.uniform(2.0, 5.5), width_mm, height_mm)
    paper = _Draughtsman(zone, rng, fonts)
    how = rng.random()
    if how < 0.55:
        paper.cell()
    elif how < 0.75:
        paper.underline(dotted=rng.random() < 0.35)
    elif how < 0.85:
        paper.frame()
    if rng.random() < 0.8:
        paper.label()
    if rng.random() < 0.12:
        paper.tint()
    return Paper(np.array(paper.image, dtype=np.uint8), zone)


def combed(rng: random.Random, comb: Comb, cell_mm: tuple[float, float], fonts: tuple[Path, ...]) -> Paper:
    """Return paper with a comb of cells of a width and height."""
    width = comb.cells * cell_mm[0] + comb.gap_mm * (len(comb.groups) - 1)
    zone = Rect(MARGIN_MM + rng.uniform(0.4, 4), MARGIN_MM + rng.uniform(2.0, 5.5), width, cell_mm[1])
    paper = _Draughtsman(zone, rng, fonts)
    if rng.random() < 0.7:
        paper.cell(apart=rng.uniform(0.4, 1.6))
    paper.comb(comb)
    if rng.random() < 0.8:
        paper.label()
    return Paper(np.array(paper.image, dtype=np.uint8), zone, comb)


class _Draughtsman:
    """Draws around a zone."""

    def __init__(self, zone: Rect, rng: random.Random, fonts: tuple[Path, ...]) -> None:
        size = (round((zone.right + MARGIN_MM + 1.5) * SCALE), round((zone.bottom + MARGIN_MM + 1.5) * SCALE))
        self.image = Image.new("L", size, 255)
        self._draw = ImageDraw.Draw(self.image)
        self._zone, self._rng, self._fonts = zone, rng, fonts
        self._grey = rng.choice((0, 0, 0, 40, 90, 130))
        self._width = max(1, round(rng.uniform(0.08, 0.4) * SCALE))

    def cell(self, apart: float = 0.0) -> None:
        """Draw a cell around zone and label, and the neighbours' rules beyond it."""
        rng, zone = self._rng, self._zone
        left, top = zone.x - rng.uniform(0.2, 1.2) - apart, zone.y - rng.uniform(0.2, 4.2) - apart
        right, bottom = zone.right + rng.uniform(0.2, 1.2) + apart, zone.bottom + rng.uniform(-0.3, 0.9) + apart
        reach = rng.random() < 0.6
        for y in (top, bottom):
            self._line(0 if reach else left, y, 999 if reach else right, y)
        for x in (left, right):
            self._line(x, top, x, bottom)

    def frame(self) -> None:
        """Draw a box around the zone alone."""
        grown = self._zone.grown(self._rng.uniform(0.0, 0.6))
        for ax, ay, bx, by in (
            (grown.x, grown.y, grown.right, grown.y),
            (grown.x, grown.bottom, grown.right, grown.bottom),
            (grown.x, grown.y, grown.x, grown.bottom),
            (grown.right, grown.y, grown.right, grown.bottom),
        ):
            self._line(ax, ay, bx, by)

    def underline(self, *, dotted: bool) -> None:
        """Draw a line to write on."""
        zone, y = self._zone, self._zone.bottom - self._rng.uniform(-0.4, 0.9)
        if not dotted:
            self._line(zone.x, y, zone.right, y)
            return
        step = self._rng.uniform(0.5, 1.3)
        x = zone.x
        while x < zone.right:
            self._line(x, y, x + step * 0.35, y)
            x += step

    def comb(self, comb: Comb) -> None:
        """Draw cells: whole boxes, a frame with ticks, or ticks on a line."""
        rng, zone = self._rng, self._zone
        rects = comb.rects(zone)
        kind = rng.choice(("boxes", "boxes", "frame", "ticks"))
        low = rng.uniform(0.25, 0.6)
        for index, cell in enumerate(rects):
            joined = index + 1 < len(rects) and abs(rects[index + 1].x - cell.right) < 0.1
            top = cell.y if kind == "boxes" else cell.bottom - low * cell.height
            self._line(cell.x, top, cell.x, cell.bottom)
            if not joined:
                self._line(cell.right, top, cell.right, cell.bottom)
            self._line(cell.x, cell.bottom, cell.right, cell.bottom)
            if kind != "ticks":
                self._line(cell.x, cell.y, cell.right, cell.y)
        if rng.random() < 0.3 and len(comb.groups) > 1:
            first = rects[comb.groups[0] - 1].right
            self._line(first + comb.gap_mm * 0.25, zone.centre[1], first + comb.gap_mm * 0.75, zone.centre[1])

    def label(self) -> None:
        """Print a label above the zone, or to its left."""
        rng, zone = self._rng, self._zone
        font = ImageFont.truetype(str(rng.choice(self._fonts)), max(8, round(rng.uniform(5.5, 8.5) / 72 * DPI)))
        text = rng.choice(LISTS["labels"])
        if rng.random() < 0.85:
            at, anchor = (zone.x + rng.uniform(-0.3, 1.2), zone.y - rng.uniform(0.1, 1.6)), "ls"
        else:
            at, anchor = (zone.x - rng.uniform(0.6, 2), zone.bottom - rng.uniform(0.8, 2)), "rs"
        self._draw.text((at[0] * SCALE, at[1] * SCALE), text, font=font, fill=self._grey, anchor=anchor)

    def tint(self) -> None:
        """Shade the cell."""
        box = self._zone.grown(0.8)
        pale = Image.new("L", self.image.size, 255)
        ImageDraw.Draw(pale).rectangle(
            (box.x * SCALE, box.y * SCALE, box.right * SCALE, box.bottom * SCALE), fill=self._rng.randint(215, 245)
        )
        self.image = Image.fromarray(np.minimum(np.asarray(self.image), np.asarray(pale)))
        self._draw = ImageDraw.Draw(self.image)

    def _line(self, ax: float, ay: float, bx: float, by: float) -> None:
        self._draw.line((ax * SCALE, ay * SCALE, bx * SCALE, by * SCALE), fill=self._grey, width=self._width)
