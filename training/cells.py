"""Cells to learn from: whole combs filled in by one hand or machine, worn by a scanner, and cut as the readers cut them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import Rect
from pipeline.domain.template import Comb
from pipeline.drawing.pens import HandPen, Ink
from pipeline.readers.windows import windows
from training import corpus, hands, papers
from training.examples import SCALE, Sources, inked, scanned

Grey = NDArray[np.uint8]
LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ"
EMPTY, SPOILT = 0, len(LETTERS) + 1
_GROUPS = ((8, 4), (6, 4), (4, 4), (4, 2, 2), (3, 2), (2,), (4,), (5,), (10,), (12,), (1,), (6,))


@dataclass(frozen=True, slots=True)
class Cells:
    """The windows of a comb (n, 2, side, side), what each says (`EMPTY`, `LETTERS` from 1 on, `SPOILT`), whether by hand."""

    seen: Grey
    labels: NDArray[np.uint8]
    hand: bool


class _Writer:
    """One hand or machine: gives a picture of any letter, black on white, cut to its ink."""

    def __init__(self, rng: random.Random, sources: Sources) -> None:
        self._rng, self._sources = rng, sources
        self.kind = rng.choices(("type", "font", "pen", "real"), (30, 22, 13, 35))[0]
        self.by_hand = self.kind != "type"
        self._face = rng.choice(
            sources.hands if self.kind == "font" else sources.common if rng.random() < 0.6 else sources.types
        )
        self.grey = rng.randint(0, 100) if self.by_hand else rng.choice((0, 0, 20, 60))
        self._size = rng.uniform(0.5, 0.85) if self.by_hand else rng.uniform(0.38, 0.72)
        self._width = rng.uniform(0.22, 0.6)
        self._lean = rng.uniform(-0.1, 0.3) if self.by_hand else 0.0
        self._wander = rng.uniform(0.4, 1.8)
        self._weight = rng.choice((-1, 0, 0, 0, 1, 1))

    def letter(self, letter: str, cell: tuple[float, float]) -> Grey:
        """Return a letter for a cell of a width and height in mm."""
        tall = self._size * cell[1] * (self._rng.gauss(1, 0.06) if self.by_hand else 1.0)
        picture = self._drawn(letter, tall)
        widest = round(cell[0] * (1.05 if self.by_hand else 0.98) * SCALE)
        if picture.shape[1] > widest:
            factor = widest / picture.shape[1]
            size = (widest, max(3, round(picture.shape[0] * (factor if not self.by_hand else min(1.0, factor * 1.2)))))
            picture = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        return picture

    def _drawn(self, letter: str, tall: float) -> Grey:
        if self.kind == "type":
            return hands.cropped(hands.typed(letter, self._face, tall / 0.72 / 25.4 * 72, self.grey))
        if self.kind == "font":
            picture = hands.typed(letter, self._face, tall / 0.72 / 25.4 * 72 * self._rng.gauss(1, 0.04), self.grey)
            return hands.cropped(
                hands.finished(hands.leaned(np.pad(picture, 12, constant_values=255), self._lean), self._rng)
            )
        if self.kind == "real":
            found = self._real(letter, tall)
            if found is not None:
                return found
        return self._stroked(letter, tall)

    def _stroked(self, letter: str, tall: float) -> Grey:
        pen = HandPen(tall, self._width, self._lean, self._wander, self.grey, self._rng.randrange(2**31))
        ink = Ink.over(pen.width_mm(letter) + 6, tall * 1.7 + 4, 300)
        pen.write(ink, (2.5, tall * 1.4 + 2), letter)
        return hands.finished(np.array(ink.layer, dtype=np.uint8), self._rng)

    def _real(self, letter: str, tall: float) -> Grey | None:
        base = {"Å": "A", "Ä": "A", "Ö": "O"}.get(letter, letter)
        pool = hands.letters(self._sources.data).get(base)
        if not pool:
            return None
        dark = self._rng.choice(pool)
        scale = tall * SCALE / dark.shape[0]
        size = (max(3, round(dark.shape[1] * scale)), max(3, round(dark.shape[0] * scale)))
        bold = np.asarray(cv2.resize(dark, size, interpolation=cv2.INTER_CUBIC), dtype=np.uint8)
        if self._weight:
            change = cv2.dilate if self._weight > 0 else cv2.erode
            thinned = np.asarray(change(bold, np.ones((3, 3), np.uint8)), dtype=np.uint8)
            bold = thinned if int(thinned.max(initial=0)) > 120 else bold
        ink = (255 - bold * ((255 - self.grey) / 255)).astype(np.uint8)
        return self._accented(ink, letter) if base != letter else ink

    def _accented(self, ink: Grey, letter: str) -> Grey:
        """Put dots or a ring over a real A or O: none that people really wrote are to be had."""
        rng, tall = self._rng, ink.shape[0]
        above = round(tall * rng.uniform(0.22, 0.4))
        picture = np.pad(ink, ((above, 0), (2, 2)), constant_values=255)
        middle, y = picture.shape[1] / 2 + rng.gauss(0, 0.06) * tall, above * rng.uniform(0.3, 0.6)
        thick = max(2, round(self._width * SCALE * rng.uniform(0.7, 1.1)))
        if letter == "Å":
            axes = (max(2, round(tall * rng.uniform(0.07, 0.14))), max(2, round(above * rng.uniform(0.25, 0.42))))
            cv2.ellipse(
                picture, (round(middle), round(y)), axes, rng.uniform(-30, 30), 0, rng.uniform(300, 380), self.grey, thick
            )
        else:
            apart = tall * rng.uniform(0.1, 0.22)
            for side in (-1, 1):
                at = (round(middle + side * apart), round(y + rng.gauss(0, 1)))
                to = (at[0] + round(rng.gauss(0, 2)), at[1] + round(abs(rng.gauss(0, 3))))
                cv2.line(picture, at, to, self.grey, thick)
        return picture

    def placed(self, picture: Grey, ink: Grey, cell: Rect, off: tuple[float, float] = (0.0, 0.0)) -> Grey:
        """Return a picture with a letter in a cell, off its middle by mm and a little more."""
        rng, width, height = self._rng, ink.shape[1] / SCALE, ink.shape[0] / SCALE
        wander = (0.32, 0.35) if self.by_hand else (0.12, 0.03)
        x = cell.x + (cell.width - width) / 2 + off[0] + rng.gauss(0, wander[0])
        y = cell.y + (cell.height - height) / 2 + off[1] + rng.gauss(0, wander[1])
        return inked(picture, ink, (x, y))

    def spoilt(self, picture: Grey, cell: Rect) -> Grey:
        """Return a picture with a cell's letter struck out, scribbled over, or another written on top of it."""
        rng = self._rng
        if rng.random() < 0.45:
            return self.placed(picture, self.letter(rng.choice(LETTERS), (cell.width, cell.height)), cell)
        made = picture.copy()
        x, y = cell.centre
        thick = max(2, round(rng.uniform(0.25, 0.6) * SCALE))
        turns = rng.choice((1, 1, 2, 6, 9))
        reach = (cell.width * rng.uniform(0.35, 0.6), cell.height * rng.uniform(0.2, 0.45))
        points = [
            (
                round((x + reach[0] * (-1) ** i * rng.uniform(0.7, 1.1)) * SCALE),
                round((y + reach[1] * (2 * i / max(1, turns) - 1)) * SCALE),
            )
            for i in range(turns + 1)
        ]
        for start, end in pairwise(points):
            cv2.line(made, start, end, rng.randint(0, 80), thick)
        return made


def comb(rng: random.Random, sources: Sources) -> Cells:
    """Return one filled comb, cut into windows; no digits in it are a person's number."""
    groups = rng.choice(_GROUPS)
    made = Comb(groups, rng.uniform(0, 4.5) if len(groups) > 1 else 0.0)
    cell = (rng.uniform(3.9, 6.4), rng.uniform(4.8, 8.0))
    paper = papers.combed(rng, made, cell, sources.types[:40])
    writer = _Writer(rng, sources)
    digits = rng.random() < 0.68
    picture, labels, row = paper.picture, [], ""
    off = (rng.gauss(0, 0.3), rng.gauss(0, 0.3))
    empty = rng.choice((0.0, 0.08, 0.08, 0.3, 1.0)) if rng.random() < 0.4 else 0.0
    for place in made.rects(paper.zone):
        letter = rng.choice(LETTERS[:10] if digits else LETTERS[10:] if rng.random() < 0.85 else LETTERS)
        if rng.random() < empty:
            labels.append(EMPTY)
            continue
        row = corpus.nobodys(row + letter)
        letter = row[-1]
        spoilt = writer.by_hand and rng.random() < 0.02
        picture = writer.placed(picture, writer.letter(letter, cell), place, off)
        if spoilt:
            picture = writer.spoilt(picture, place)
        labels.append(SPOILT if spoilt else LETTERS.index(letter) + 1)
    part = scanned(paper, picture, rng, writer.grey)
    return Cells(windows(part, made), np.array(labels, np.uint8), writer.by_hand)
