"""Scribes: people put together of letters that many wrote or drew, one shape for each letter, all by one pen.

Few people's letters are to be had. Put together anew for each line, they make more hands than there are people or fonts.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from training import hands

Grey = NDArray[np.uint8]
UNIT = 72  # px of a capital while shapes are kept
PAD = 24  # px around a kept shape, for wider pens and marks above
MARKED = {"å": "a", "ä": "a", "ö": "o", "Å": "A", "Ä": "A", "Ö": "O", "ü": "u", "é": "e"}
WRITTEN = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖabcdefghijklmnopqrstuvwxyzåäöéüß.,:;-'\"()/+&%!?= ")


@dataclass(frozen=True, slots=True)
class _Shape:
    """A letter's darkness, capitals `UNIT` high, and the row of its base line."""

    dark: Grey
    base: int


class Scribe:
    """One invented person with a pen."""

    def __init__(self, rng: random.Random, data: Path, fonts: tuple[Path, ...]) -> None:
        """Draw a hand from the letters in `data` and some of the handwriting fonts."""
        self._rng, self._letters = rng, hands.letters(data)
        self._fonts = rng.sample(fonts, rng.choice((1, 1, 2, 3)))
        self._real = rng.choice((0.3, 0.7, 0.9, 1.0))
        self._tall = rng.uniform(2.1, 4.3) * hands.SCALE
        self._pen = rng.uniform(0.22, 0.62) * hands.SCALE * UNIT / self._tall
        self._low, self._drop = rng.uniform(0.45, 0.76), rng.uniform(0.25, 0.5)
        self._lean, self._wide = rng.gauss(0.05, 0.12), rng.uniform(0.75, 1.2)
        self._apart, self._space = rng.uniform(0.0, 0.3), rng.uniform(0.35, 0.9)
        self._shake = rng.uniform(0.3, 1.6)
        self._joins = rng.random() < 0.3
        self._shapes: dict[str, _Shape] = {}

    def line(self, text: str) -> Grey:
        """Return a line of black on white, cut to its ink."""
        rng, unit = self._rng, self._tall
        canvas = np.zeros((round(4 * unit), round((len(text) + 4) * unit * 1.9)), np.uint8)
        x, base, drift, slope = unit, 2.3 * unit, 0.0, rng.gauss(0, 0.008)
        before: tuple[str, tuple[int, int]] | None = None
        for letter in text:
            if letter == " ":
                x, before = x + self._space * unit * rng.uniform(0.8, 1.3), None
                continue
            drift = 0.7 * drift + rng.gauss(0, 0.016 * self._shake) * unit
            dark, above = self._once(letter)
            top, left = round(base + drift + slope * x - above), round(x)
            high, wide = dark.shape
            window = canvas[top : top + high, left : left + wide]
            np.maximum(window, dark[: window.shape[0], : window.shape[1]], out=window)
            before = self._joined(canvas, (letter, dark, (left, top)), before)
            x += wide + self._apart * unit * rng.uniform(0.5, 1.5)
        return hands.cropped(255 - canvas)

    def _joined(
        self, canvas: Grey, now: tuple[str, Grey, tuple[int, int]], before: tuple[str, tuple[int, int]] | None
    ) -> tuple[str, tuple[int, int]]:
        """Draw the pen's way from the letter before, where this hand joins; return letter and where the pen leaves it."""
        letter, dark, (left, top) = now
        low = dark.shape[0] // 2
        if before is not None and self._joins and before[0].islower() and letter.islower():
            rows, columns = np.nonzero(dark[: dark.shape[0] * 3 // 4] > 120)
            if columns.size:
                first = int(columns.argmin())
                to = (left + int(columns[first]), top + int(rows[first]))
                cv2.line(canvas, before[1], to, 255, max(2, round(self._pen * self._tall / UNIT * 0.8)), cv2.LINE_AA)
        rows, columns = np.nonzero(dark[low:] > 120)
        last = int(columns.argmax()) if columns.size else 0
        leaves = (
            (left + int(columns[last]), top + low + int(rows[last])) if columns.size else (left + dark.shape[1], top + low)
        )
        return letter, leaves

    def _once(self, letter: str) -> tuple[Grey, float]:
        """Return a letter as it is written this time, cut to its width, and how far its base line lies below its top."""
        rng = self._rng
        shape = self._shapes.get(letter)
        if shape is None or rng.random() < 0.06:
            shape = self._shapes[letter] = self._shape(letter)
        scale = self._tall / UNIT
        across, down = (scale * rng.gauss(1, 0.035 * self._shake) for _ in range(2))
        lean = self._lean + rng.gauss(0, 0.035 * self._shake)
        turn = np.radians(rng.gauss(0, 1.8 * self._shake))
        high, wide = shape.dark.shape
        matrix = np.array(
            [
                [across * self._wide, -lean * down, lean * down * shape.base + high * 0.25 * scale],
                [np.sin(turn) * across, down, 0.15 * high * scale],
            ]
        )
        size = (round(wide * across * self._wide + high * scale * 0.5), round(high * down + high * scale * 0.3))
        dark = np.asarray(cv2.warpAffine(shape.dark, matrix, size, flags=cv2.INTER_AREA), dtype=np.uint8)
        columns = np.flatnonzero((dark > 60).any(axis=0))
        if columns.size == 0:
            return dark[:, :1], shape.base * down
        return dark[:, int(columns[0]) : int(columns[-1]) + 1], shape.base * down + 0.15 * high * scale

    def _shape(self, letter: str) -> _Shape:
        base = MARKED.get(letter, letter)
        pool = self._letters.get(base)
        if pool is None or self._rng.random() > self._real:
            return self._of_font(letter)
        above, below = self._reach(base)
        found = self._rng.choice(pool)
        high = max(8, round((above + below) * UNIT))
        wide = min(max(4, round(found.shape[1] * high / found.shape[0])), round(1.3 * UNIT))
        dark = np.pad(cv2.resize(found, (wide, high), interpolation=cv2.INTER_CUBIC), PAD)
        dark = self._evened(np.asarray(dark, np.uint8))
        foot = PAD + round(above * UNIT)
        return self._marked(_Shape(dark, foot), letter) if base != letter else _Shape(dark, foot)

    def _reach(self, letter: str) -> tuple[float, float]:
        """Return how far a letter goes above and below the base line, in heights of a capital."""
        rng = self._rng
        if letter in "acemnorsuvwxz":
            return self._low * rng.uniform(0.9, 1.1), 0.0
        if letter in "gpqy":
            return self._low * rng.uniform(0.95, 1.15), self._drop
        if letter == "j":
            return self._low + 0.25, self._drop
        if letter in "it":
            return rng.uniform(self._low + 0.1, 1.0), 0.0
        return rng.uniform(0.9, 1.12), 0.0

    def _of_font(self, letter: str) -> _Shape:
        path = self._rng.choice(self._fonts)
        tall = -hands.font(path, 200).getbbox("H", anchor="ls")[1]
        face = hands.font(path, max(20, round(200 * UNIT / max(20.0, tall))))
        left, top, right, bottom = (int(v) for v in face.getbbox(letter, anchor="ls"))
        size = (max(1, right - left), max(1, bottom - top))
        mask = face.getmask(letter, mode="L")
        dark = np.zeros((size[1], size[0]), np.uint8)
        drawn = np.asarray(mask, np.uint8).reshape(mask.size[1], mask.size[0])[: size[1], : size[0]]
        dark[: drawn.shape[0], : drawn.shape[1]] = drawn
        return _Shape(self._evened(np.pad(dark, PAD)), PAD - top)

    def _evened(self, dark: Grey) -> Grey:
        """Return a shape as this pen draws it: its lines made about as wide as the pen's point."""
        far = cv2.distanceTransform((dark > 100).astype(np.uint8), cv2.DIST_L2, 3)
        if not far.any():
            return dark
        wide = 4 * float(far[far > 0].mean())  # within a line of one width its distances are even from nothing to half of it
        more = self._pen * self._rng.uniform(0.9, 1.1) - wide
        if more > 1:
            side = 2 * round(min(more, 24.0) / 2) + 1
            dark = np.asarray(cv2.dilate(dark, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))), np.uint8)
        elif more < -1:
            dark = np.where(far > min(-more / 2, 0.3 * wide), 255, 0).astype(np.uint8)
        return np.asarray(cv2.GaussianBlur(dark, (0, 0), 1.2), np.uint8)

    def _marked(self, shape: _Shape, letter: str) -> _Shape:
        """Draw ring, dots, bar or accent over a letter; capitals are made lower for it. Real ones are not to be had."""
        rng = self._rng
        dark = shape.dark.copy()
        if letter.isupper():
            lower = rng.uniform(0.75, 0.92)
            matrix = np.array([[1, 0, 0], [0, lower, shape.base * (1 - lower)]], np.float64)
            dark = np.asarray(cv2.warpAffine(dark, matrix, (dark.shape[1], dark.shape[0])), np.uint8)
        dark = np.pad(dark, ((PAD, 0), (0, 0)))
        rows, columns = np.flatnonzero((dark > 100).any(axis=1)), np.flatnonzero((dark > 100).any(axis=0))
        if rows.size == 0:
            return _Shape(dark, shape.base + PAD)
        thick = max(2, round(self._pen * rng.uniform(0.75, 1.0)))
        x = (int(columns[0]) + int(columns[-1])) / 2 + rng.gauss(0, 0.06) * UNIT
        y = int(rows[0]) - self._pen / 2 - rng.uniform(0.06, 0.2) * UNIT
        if letter in "åÅ":
            axes = tuple(max(3, round(rng.uniform(0.06, 0.14) * UNIT)) for _ in range(2))
            at = (round(x), round(y - axes[1] / 2))
            cv2.ellipse(dark, at, axes, rng.uniform(0, 360), 0, rng.uniform(290, 400), 255, thick, cv2.LINE_AA)
        elif letter == "é":
            cv2.line(dark, (round(x - 3), round(y + 3)), (round(x + 12), round(y - 9)), 255, thick, cv2.LINE_AA)
        elif rng.random() < 0.12:
            wide = rng.uniform(0.15, 0.3) * UNIT
            cv2.line(dark, (round(x - wide), round(y)), (round(x + wide), round(y - 3)), 255, thick, cv2.LINE_AA)
        else:
            wide = rng.uniform(0.09, 0.22) * UNIT
            way = (rng.gauss(0, 0.05) * UNIT, rng.uniform(0, 0.14) * UNIT)
            for side in (-1, 1):
                at = (round(x + side * wide), round(y + rng.gauss(0, 0.02) * UNIT))
                cv2.line(dark, at, (round(at[0] + way[0]), round(at[1] - way[1])), 255, thick, cv2.LINE_AA)
        return _Shape(dark, shape.base + PAD)


def penned(picture: Grey, rng: random.Random) -> Grey:
    """Return writing, black on white, as a pen leaves it: wider or narrower, stretched, bent, and with gaps in its ink."""
    dark = 255 - picture
    if rng.random() < 0.4:
        size = (max(8, round(dark.shape[1] * rng.uniform(0.8, 1.2))), dark.shape[0])
        dark = np.asarray(cv2.resize(dark, size, interpolation=cv2.INTER_LINEAR), np.uint8)
    wider = rng.choice((0, 0, 0, 2, 3, 4))
    if wider:
        dark = np.pad(dark, 3)
        dark = np.asarray(cv2.dilate(dark, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wider, wider))), np.uint8)
    if rng.random() < 0.3:
        dark = 255 - hands.wavy(255 - dark, rng)
    return hands.cropped((255 - _textured(dark, rng)).astype(np.uint8))


def _textured(dark: Grey, rng: random.Random) -> NDArray[np.float32]:
    """Return darkness that the ink of a pen, felt or pencil leaves where its point went."""
    chance = np.random.default_rng(rng.randrange(2**31))
    kind = rng.choices(("even", "ball", "pencil"), (4, 4, 2))[0]
    strong = rng.uniform(0.6, 1.0)
    if kind == "even":
        return dark * np.float32(strong)
    fine = cv2.GaussianBlur(chance.random(dark.shape, np.float32), (0, 0), rng.uniform(0.8, 1.8))
    fine = (fine - fine.mean()) / max(float(fine.std()), 1e-6)
    coarse = cv2.resize(chance.random((1 + dark.shape[0] // 24, 1 + dark.shape[1] // 24), np.float32), dark.shape[::-1])
    if kind == "ball":
        left = np.where(fine < -1.1, rng.uniform(0.35, 0.8), 1.0) * (0.8 + 0.3 * coarse)
    else:
        left = np.clip(0.62 + 0.3 * fine + 0.4 * coarse, 0.2, 1)
    return np.clip(dark * left * strong, 0, 255).astype(np.float32)
