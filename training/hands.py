"""Hands and types for practice: fonts made uneven, a pen's own strokes, and letters and words that people really wrote.

Real hands come from public collections that lie beside the project (see README.md). Which hands and fonts are kept from
training is told here; `benchmarks/reading/kept.py` measures with them, and a test holds the two together.
"""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.drawing.pens import HandPen, Ink
from pipeline.drawing.strokes import drawable

Grey = NDArray[np.uint8]
SCALE = 300 / 25.4
# Kept for tests, never trained on: about one writer in this many, MNIST's test set, and these fonts.
TEST_WRITERS = 5
TEST_FONTS = ("caveat", "patrick-hand", "schoolbell", "nothing-you-could-do", "kalam", "neucha")
TEST_TYPES = ("Carlito", "CourierPrime", "Courier Prime", "NotoSerif-", "OpenSans", "LiberationSansNarrow")
_NO_TYPE = re.compile(
    r"^noto(?!sans-|serif-|mono|sansmono|sansdisplay-|serifdisplay-)|symbol|dingbat|emoji|math|initials|_K$|caps|dunh|Z003|chorus",
    re.I,
)


def kept(writer: int | str) -> bool:
    """Tell whether a writer is kept for tests: one in `TEST_WRITERS`, by the sum of the bytes of the number."""
    return sum(str(writer).encode()) % TEST_WRITERS == 0


def types(folder: Path) -> tuple[Path, ...]:
    """Return the fonts of machines in a folder that have the Swedish letters, those kept for tests left out."""
    plain = [p for p in sorted(folder.rglob("*")) if p.suffix.lower() in (".ttf", ".otf")]
    return tuple(
        p
        for p in plain
        if not _NO_TYPE.search(p.stem) and not any(name.lower() in p.stem.lower() for name in TEST_TYPES) and _usable(p)
    )


def hand_fonts(folders: Sequence[Path]) -> tuple[Path, ...]:
    """Return the handwriting fonts in some folders, those kept for tests left out."""
    found = {p.stem: p for folder in folders for p in sorted(folder.glob("*.ttf"))}
    return tuple(p for name, p in found.items() if name not in TEST_FONTS and _usable(p))


@lru_cache(maxsize=4096)
def _usable(path: Path) -> bool:
    try:
        font = ImageFont.truetype(str(path), 40)
        seen = {bytes(font.getmask(letter)) for letter in "åäöÅÄÖaAo1lB\uffff"}
        return len(seen) >= 11 and all(font.getmask(letter).getbbox() for letter in "åäöÅÄÖabcxyz0123456789.,-:/")
    except OSError:
        return False


@lru_cache(maxsize=512)
def font(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    """Return a font at a size in pixels an em."""
    return ImageFont.truetype(str(path), pixels)


def typed(text: str, path: Path, points: float, grey: int) -> Grey:
    """Return a printed line on white (255) at 300 dpi, cut to its ink with a margin of 3 pixels; `grey` is its ink's."""
    face = font(path, max(8, round(points / 72 * 300)))
    left, top, right, bottom = face.getbbox(text, anchor="ls")
    picture = Image.new("L", (int(right - left) + 6, int(bottom - top) + 6), 255)
    ImageDraw.Draw(picture).text((3 - left, 3 - top), text, font=face, fill=grey, anchor="ls")
    return np.array(picture, dtype=np.uint8)


def uneven(text: str, path: Path, rng: random.Random) -> Grey:
    """Return a line in a handwriting font, every letter placed, sized and leaning a little on its own."""
    size = round(rng.uniform(9.5, 17) / 72 * 300)
    grey, jitter = rng.randint(0, 100), rng.uniform(0.2, 2.2)
    lean, pad = rng.uniform(-0.12, 0.3), size
    wide = round(font(path, size).getlength(text) * 1.25) + 4 * pad
    picture = Image.new("L", (wide, 3 * size), 255)
    draw = ImageDraw.Draw(picture)
    x, drift, slope = float(pad), 0.0, rng.gauss(0, 0.008)
    apart = rng.uniform(0.95, 1.15)
    for letter in text:
        face = font(path, max(10, round(size * rng.gauss(1, 0.03))))
        drift = 0.8 * drift + rng.gauss(0, jitter * 0.5)
        draw.text((x, 2 * size + drift + slope * x), letter, font=face, fill=grey, anchor="ls")
        x += face.getlength(letter) * apart + rng.gauss(0, jitter * 0.5)
    return finished(leaned(np.array(picture, dtype=np.uint8), lean), rng)


def stroked(text: str, rng: random.Random) -> Grey | None:
    """Return a line in a pen's own strokes, or None when it has a letter the pen cannot draw."""
    if not all(drawable(letter) or letter == " " for letter in text):
        return None
    pen = HandPen(
        height_mm=rng.uniform(2.4, 4.2),
        width=rng.uniform(0.22, 0.65),
        slant=rng.uniform(-0.12, 0.35),
        wander=rng.uniform(0.4, 1.7),
        grey=rng.randint(0, 100),
        seed=rng.randrange(2**31),
    )
    ink = Ink.over(pen.width_mm(text) + 8, 14, 300)
    pen.write(ink, (3, 9), text)
    return finished(np.array(ink.layer, dtype=np.uint8), rng)


def finished(picture: Grey, rng: random.Random) -> Grey:
    """Return writing sometimes fattened, thinned or bent as no font is, cut to its ink."""
    chance = rng.random()
    if chance < 0.15:
        picture = np.asarray(cv2.erode(picture, np.ones((2, 2), np.uint8)), dtype=np.uint8)
    elif chance < 0.25:
        picture = np.asarray(cv2.dilate(picture, np.ones((2, 2), np.uint8)), dtype=np.uint8)
    if rng.random() < 0.3:
        picture = wavy(picture, rng)
    return cropped(picture)


def leaned(picture: Grey, lean: float) -> Grey:
    """Return writing that leans to the right by a share of its height."""
    height, width = picture.shape
    matrix = np.array([[1, -lean, lean * height * 2 / 3], [0, 1, 0]], np.float64)
    return np.asarray(cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=(255,)), np.uint8)


def wavy(picture: Grey, rng: random.Random) -> Grey:
    """Bend a picture smoothly, as no font does."""
    height, width = picture.shape
    chance = np.random.default_rng(rng.randrange(2**31))
    coarse = chance.normal(0, rng.uniform(0.5, 2.5), (2, max(2, height // 40), max(2, width // 40))).astype(np.float32)
    dx, dy = (cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC) for field in coarse)
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.asarray(cv2.remap(picture, xs + dx, ys + dy, cv2.INTER_LINEAR, borderValue=(255,)), dtype=np.uint8)


def cropped(picture: Grey) -> Grey:
    """Return a picture cut to its ink with a margin of 3 pixels."""
    rows, columns = np.flatnonzero((picture < 200).any(axis=1)), np.flatnonzero((picture < 200).any(axis=0))
    if rows.size == 0:
        return picture[:1, :1]
    top, left = max(int(rows[0]) - 3, 0), max(int(columns[0]) - 3, 0)
    return np.ascontiguousarray(picture[top : int(rows[-1]) + 4, left : int(columns[-1]) + 4])


@dataclass(frozen=True, slots=True)
class Word:
    """A word somebody wrote: grey picture and text."""

    picture: Grey
    text: str


@lru_cache(maxsize=1)
def words(data: Path) -> Mapping[str, tuple[Word, ...]]:
    """Return the words of DHSD by writer, those of writers kept for tests left out."""
    found: dict[str, list[Word]] = {}
    with zipfile.ZipFile(data / "dhsd_27_writers.zip") as packed:
        listed = next(n for n in packed.namelist() if n.endswith("data.csv"))
        for row in csv.DictReader(io.TextIOWrapper(packed.open(listed), encoding="utf-8")):
            if kept(row["writer"]):
                continue
            raw = np.frombuffer(packed.read(row["file"]), np.uint8)
            picture = np.asarray(cv2.imdecode(raw, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
            found.setdefault(row["writer"], []).append(Word(picture, row["text"]))
    return {writer: tuple(them) for writer, them in found.items()}


@lru_cache(maxsize=1)
def letters(data: Path) -> Mapping[str, tuple[Grey, ...]]:
    """Return real digits and letters by character: darkness 0..255, cut to the ink.

    Digits are MNIST's training set. Capitals are four fifths of those of SSE-letters, which tells no writers apart. Small
    letters, a to z, are Omniglot's.
    """
    found: dict[str, list[Grey]] = {}
    with np.load(data / "mnist.npz") as packed:
        for picture, label in zip(packed["x_train"], packed["y_train"], strict=True):
            found.setdefault(str(int(label)), []).append(_tight(picture))
    with zipfile.ZipFile(data / "sse_letters.zip") as packed:
        for index, name in enumerate(sorted(n for n in packed.namelist() if n.endswith(".png"))):
            if index % TEST_WRITERS:
                found.setdefault(Path(name).parent.name, []).append(_dark(packed.read(name)))
    with zipfile.ZipFile(data / "omniglot_latin.zip") as packed:
        for name in sorted(n for n in packed.namelist() if n.endswith(".png")):
            letter = "abcdefghijklmnopqrstuvwxyz"[int(Path(name).parent.name.removeprefix("character")) - 1]
            found.setdefault(letter, []).append(_dark(packed.read(name)))
    return {letter: tuple(them) for letter, them in found.items()}


def _dark(raw: bytes) -> Grey:
    """Return the darkness of a letter's picture, be it black on white or white on black, cut to its ink."""
    grey = np.asarray(cv2.imdecode(np.frombuffer(raw, np.uint8), cv2.IMREAD_GRAYSCALE), np.uint8)
    return _tight(255 - grey if grey.mean() > 127 else grey)


def _tight(dark: Grey) -> Grey:
    """Return darkness cut to its ink."""
    rows, columns = np.flatnonzero((dark > 60).any(axis=1)), np.flatnonzero((dark > 60).any(axis=0))
    if rows.size == 0:
        return dark[:1, :1]
    return np.ascontiguousarray(dark[int(rows[0]) : int(rows[-1]) + 1, int(columns[0]) : int(columns[-1]) + 1])
