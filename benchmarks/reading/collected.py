"""Digits and words that people really wrote, as pictures: MNIST's test set, and the kept writers of DHSD."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from benchmarks.reading import kept
from benchmarks.reading.ink import PX, Grey, Patch
from benchmarks.reading.pen import Nib

_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzåäöüéABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ -.")


@lru_cache(maxsize=1)
def _digits(path: Path) -> tuple[Grey, ...]:
    """Return the pictures of MNIST's test set, by digit."""
    with np.load(path) as packed:
        pictures, labels = packed["x_test"], packed["y_test"]
    return tuple(pictures[labels == digit] for digit in range(10))


@dataclass(frozen=True, slots=True)
class DigitHand:
    """Digits of MNIST's test set, each by another person."""

    data: Path
    nib: Nib
    rng: random.Random
    chance: np.random.Generator
    name: str = "mnist test"

    @classmethod
    def of(cls, data: Path, nib: Nib, rng: random.Random) -> DigitHand:
        """Make the hand."""
        return cls(data, nib, rng, np.random.default_rng(rng.randrange(2**31)))

    def letter(self, character: str, cap_mm: float) -> Patch:
        """Return one digit."""
        shown = self.rng.choice(_digits(self.data / "mnist.npz")[int(character)])
        rows, columns = np.flatnonzero(shown.max(axis=1) > 60), np.flatnonzero(shown.max(axis=0) > 60)
        tight = np.pad(shown[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], 2)
        scale = cap_mm * PX / (tight.shape[0] - 4)
        return Patch(self.nib.textured(_grown(tight, scale, 255), self.chance), (2 * scale, (tight.shape[0] - 2) * scale))


def _grown(dark: Grey, scale: float, full: int) -> Grey:
    """Return a small picture of ink made large, its edges smooth and sharp again."""
    size = (max(1, round(dark.shape[1] * scale)), max(1, round(dark.shape[0] * scale)))
    large = cv2.resize(dark, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
    soft = cv2.GaussianBlur(large, (0, 0), max(0.8, scale * 0.35))
    return np.clip((soft / full - 0.42) * 4.5 * 255 + 127, 0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Word:
    """A word somebody wrote: its darkness, cut to the ink, and its text."""

    dark: Grey
    text: str


@lru_cache(maxsize=1)
def words(data: Path) -> dict[str, tuple[Word, ...]]:
    """Return the words of the kept writers of DHSD whose letters a Swedish form may hold; ß and brackets are left out."""
    found: dict[str, list[Word]] = {writer: [] for writer in kept.DHSD}
    with zipfile.ZipFile(data / "dhsd_27_writers.zip") as packed:
        listed = next(name for name in packed.namelist() if name.endswith("data.csv"))
        for row in csv.DictReader(io.TextIOWrapper(packed.open(listed), encoding="utf-8")):
            if row["writer"] in found and set(row["text"]) <= _LETTERS:
                raw = np.frombuffer(packed.read(row["file"]), np.uint8)
                dark = _cleaned(cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE))
                if dark is not None:
                    found[row["writer"]].append(Word(dark, row["text"]))
    return {writer: tuple(them) for writer, them in found.items()}


def _cleaned(picture: Grey) -> Grey | None:
    """Return the ink of a word, 255 the darkest, without what is left of ruled lines and of other words at its edges."""
    dark = np.clip((235.0 - picture) * 1.25, 0, 255).astype(np.uint8)
    count, marks, stats, _ = cv2.connectedComponentsWithStats((dark > 30).astype(np.uint8), connectivity=8)
    for mark in range(1, count):
        x, y, width, height, area = (int(v) for v in stats[mark])
        at_edge = y == 0 or y + height >= picture.shape[0] or (x == 0 and width < 5)
        ruled = width > 6 * height and (height <= 4 or at_edge)
        if ruled or (at_edge and height < 9) or area < 4:
            dark[marks == mark] = 0
    rows, columns = np.flatnonzero(dark.max(axis=1) > 60), np.flatnonzero(dark.max(axis=0) > 60)
    if rows.size < 22 or columns.size < 30:
        return None
    tight = dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.asarray(cv2.normalize(tight, None, 0, 255, cv2.NORM_MINMAX), np.uint8)


@dataclass(frozen=True, slots=True)
class WordHand:
    """A writer of DHSD: whole words as they stand in the collection, and so a field's truth is the word."""

    writer: str
    them: Sequence[Word]
    nib: Nib
    rng: random.Random
    chance: np.random.Generator

    @classmethod
    def of(cls, data: Path, writer: str, nib: Nib, rng: random.Random) -> WordHand:
        """Make the hand of a writer by number."""
        return cls(writer, words(data)[writer], nib, rng, np.random.default_rng(rng.randrange(2**31)))

    @property
    def name(self) -> str:
        """Return who writes."""
        return f"dhsd {self.writer}"

    def word(self, width_mm: float, height_mm: float) -> tuple[Patch, str]:
        """Return a word that fits a room, and its text."""
        word = self.rng.choice(self.them)
        tall, wide = word.dark.shape
        scale = min(self.rng.uniform(0.75, 1.0) * height_mm * PX / tall, width_mm * PX / wide)
        large = _grown(np.pad(word.dark, 3), scale, 200)
        return Patch(self.nib.textured(large, self.chance), (3 * scale, (3 + tall) * scale)), word.text
