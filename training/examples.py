"""Examples to learn from: a line on blank paper, worn by a scanner, seen exactly as the readers see a clip."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import Rect
from pipeline.domain.raster import Raster
from pipeline.domain.reading import CLIP_DPI, Clip, ClipPart, Style
from pipeline.domain.template import Field, FieldKind
from pipeline.domain.template import Zone as FieldZone
from pipeline.readers.lines import lines
from pipeline.readers.strips import strip
from pipeline.stages.cut import FRAME_MM
from training import corpus, hands, papers, scribes
from training.wear import Wear, worn

Grey = NDArray[np.uint8]
SCALE = papers.SCALE
TRIES = 5
LEGIBLE = 0.8  # of the ink must be left
VISIBLE = 45  # greys darker than paper


@dataclass(frozen=True, slots=True)
class Sources:
    """Where letters come from: fonts of machines, the commonest of them, fonts of hands, and the folder of real hands."""

    types: tuple[Path, ...]
    common: tuple[Path, ...]
    hands: tuple[Path, ...]
    data: Path


@dataclass(frozen=True, slots=True)
class Example:
    """What a reader sees of one line, (2, height, width), what it says, and how it was written."""

    seen: Grey
    text: str
    style: Style


def printed(rng: random.Random, sources: Sources) -> tuple[Grey, str, Style]:
    """Return a line of machine print on white, with its text."""
    text = corpus.line(rng)
    face = rng.choice(sources.common if rng.random() < 0.6 else sources.types)
    points = rng.choice((8, 9, 9.5, 10, 10, 10.5, 11, 11, 12, 12, 13)) * rng.uniform(0.96, 1.04)
    return hands.typed(text, face, points, rng.choice((0, 0, 0, 20, 45, 80))), text, Style.PRINT


def handwritten(rng: random.Random, sources: Sources) -> tuple[Grey, str, Style]:
    """Return a handwritten line on white, with its text: a scribe's, a font made uneven, a pen's strokes, or real words."""
    chance = rng.random()
    if chance < 0.36:
        picture, text = real(rng, sources)
        return scribes.penned(picture, rng), text, Style.HAND
    told = "".join(letter for letter in corpus.line(rng)[:45] if letter in scribes.WRITTEN)
    text = corpus.nobodys(" ".join(told.split())) or "-"
    picture = None
    if chance < 0.68:
        picture = scribes.Scribe(rng, sources.data, sources.hands).line(text)
    elif chance < 0.78:
        picture = hands.stroked(text, rng)
    return (
        scribes.penned(hands.uneven(text, rng.choice(sources.hands), rng) if picture is None else picture, rng),
        text,
        Style.HAND,
    )


def real(rng: random.Random, sources: Sources) -> tuple[Grey, str]:
    """Return words that one person wrote, beside each other, now and then with a number, or letters of many."""
    if rng.random() < 0.22:
        return spelt(rng, sources)
    writers = list(hands.words(sources.data).values())
    if rng.random() < 0.55:  # most words have an ß, and no Swedish word has one
        writers = [tuple(word for word in writer if "ß" not in word.text) for writer in writers]
    writer = rng.choices(writers, [len(writer) for writer in writers])[0]
    picked = [rng.choice(writer) for _ in range(rng.choice((1, 1, 1, 2, 2, 3)))]
    height, lean = round(rng.uniform(3.2, 7.5) * SCALE), rng.gauss(0, 0.12)
    pictures = [_leaned(_whitened(hands.cropped(word.picture), height), lean) for word in picked]
    texts = [word.text for word in picked]
    if rng.random() < 0.25:
        number, text = spelt(rng, sources, most=3)
        high = max(8, round(height * rng.uniform(0.5, 0.8)))
        size = (max(4, round(number.shape[1] * high / number.shape[0])), high)
        pictures.append(np.asarray(cv2.resize(number, size, interpolation=cv2.INTER_AREA), np.uint8))
        texts.append(text)
    gaps = (np.full((1, round(rng.uniform(0.9, 4) * SCALE)), 255, np.uint8) for _ in pictures)
    return _beside([x for pair in zip(pictures, gaps, strict=True) for x in pair][:-1]), " ".join(texts)


def _leaned(picture: Grey, lean: float) -> Grey:
    side = round(abs(lean) * picture.shape[0]) + 1
    return hands.leaned(np.pad(picture, ((0, 0), (side, side)), constant_values=255), lean)


def _whitened(picture: Grey, height: int) -> Grey:
    bright = np.clip(picture.astype(np.float32) * (255 / max(1.0, float(np.percentile(picture, 80)))), 0, 255)
    scale = min(1.6, height / picture.shape[0])
    size = (max(2, round(picture.shape[1] * scale)), max(2, round(picture.shape[0] * scale)))
    return (
        np.asarray(cv2.resize(bright, size, interpolation=cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA))
        .clip(0, 255)
        .astype(np.uint8)
    )


def spelt(rng: random.Random, sources: Sources, most: int = 12) -> tuple[Grey, str]:
    """Return digits and capitals that real people wrote, in a row."""
    letters = hands.letters(sources.data)
    digits = rng.random() < 0.7
    pool = [c for c in letters if c.isdigit() is digits and (digits or c.isupper())]
    text = corpus.nobodys("".join(rng.choice(pool) for _ in range(rng.randint(1, most))))
    tall = rng.uniform(2.5, 4.2) * SCALE
    pictures = []
    for letter in text:
        found = rng.choice(letters[letter])
        scale = tall / found.shape[0] * rng.gauss(1, 0.06)
        if letter in "1I" and found.shape[1] < found.shape[0] * 0.3:
            scale = tall / found.shape[0]
        size = (max(3, round(found.shape[1] * scale)), max(3, round(found.shape[0] * scale)))
        ink = 255 - np.asarray(cv2.resize(found, size, interpolation=cv2.INTER_CUBIC))
        pad = round(rng.uniform(0, 0.25) * SCALE)
        pictures += [
            ink.astype(np.uint8),
            np.full((size[1], max(1, round(rng.uniform(0.2, 1.1) * SCALE)) + pad), 255, np.uint8),
        ]
    return _beside(pictures[:-1], foot=True), text


def _beside(pictures: list[Grey], *, foot: bool = False) -> Grey:
    high = max(p.shape[0] for p in pictures)
    placed = []
    for p in pictures:
        above = high - p.shape[0] if foot else (high - p.shape[0]) // 2
        placed.append(np.pad(p, ((above, high - p.shape[0] - above), (0, 0)), constant_values=255))
    return np.hstack(placed)


def line_of(
    rng: random.Random, sources: Sources, write: Callable[[random.Random, Sources], tuple[Grey, str, Style]]
) -> Example | None:
    """Return one line on a blank, worn and seen by the readers' own eyes; None when these see other lines than were written.

    One in five stands between or beside others in a field of several lines.
    """
    written = [write(rng, sources) for _ in range(rng.randint(2, 3) if rng.random() < 0.2 else 1)]
    width, height = (max(ink.shape[axis] for ink, _, _ in written) / SCALE for axis in (1, 0))
    pitch = height * rng.uniform(0.92, 1.3)
    tall = max(rng.uniform(5.2, 9.8), height * rng.uniform(0.85, 1.3)) + pitch * (len(written) - 1)
    room = width + (rng.uniform(1.0, 4.0) if rng.random() < 0.6 else rng.uniform(1.0, 16))
    paper = papers.lined(rng, min(room, 185.0), tall, sources.types[:40])
    zone = paper.zone
    if width + 0.6 > zone.width:
        return None
    x = zone.x + min(abs(rng.gauss(0.8, 0.8)), zone.width - width)
    y = zone.y + (zone.height - height - pitch * (len(written) - 1)) / 2 + rng.gauss(0, 0.45)
    picture = paper.picture
    for index, (ink, _, _) in enumerate(written):
        picture = inked(picture, ink, (x, y + index * pitch + (height - ink.shape[0] / SCALE) / 2))
    part = scanned(paper, picture, rng, max(int(ink.min()) for ink, _, _ in written))
    clip = Clip(Field("x", "", "", FieldKind.TEXT255, zones=(FieldZone(1, zone),), lines=len(written)), (part,))
    places = lines(clip).places
    if len(places) != len(written):
        return None
    index = rng.randrange(len(written))
    return Example(strip(part, places[index].tight), written[index][1], written[index][2])


def inked(paper: Grey, ink: Grey, at: tuple[float, float]) -> Grey:
    """Return paper with ink on it, its top left corner at a place in millimetres; what lies outside the paper is lost."""
    made = paper.copy()
    left, top = round(at[0] * SCALE), round(at[1] * SCALE)
    cut_top, cut_left = max(0, -top), max(0, -left)
    height = min(ink.shape[0], made.shape[0] - top)
    width = min(ink.shape[1], made.shape[1] - left)
    window = made[top + cut_top : top + height, left + cut_left : left + width]
    np.minimum(window, ink[cut_top:height, cut_left:width], out=window)
    return made


def scanned(paper: papers.Paper, written: Grey, rng: random.Random, grey: int = 0) -> ClipPart:
    """Return a zone's part as if a page had been placed and cut; `grey` is that of the palest ink on it.

    Paper that comes out so badly that most of the ink is gone is scanned again: nobody could say what it says.
    """
    for _ in range(TRIES):
        seen = worn(written, Wear.drawn(rng, grey), rng.randrange(2**31))
        if _left(paper.picture, written, seen) > LEGIBLE:
            break
    frame = paper.zone.grown(FRAME_MM)
    left, top, right, bottom = (round(v * SCALE) for v in (frame.x, frame.y, frame.right, frame.bottom))
    exact = Rect(left / SCALE, top / SCALE, (right - left) / SCALE, (bottom - top) / SCALE)
    picture = np.ascontiguousarray(seen[top:bottom, left:right])
    blank = np.ascontiguousarray(paper.picture[top:bottom, left:right])
    return ClipPart(1, paper.zone, exact, Raster.owning(picture, CLIP_DPI), Raster.owning(blank, CLIP_DPI), 0.1)


def _left(blank: Grey, written: Grey, seen: Grey) -> float:
    """Return the share of the ink that can still be seen near its place."""
    ink = written.astype(np.int16) < blank.astype(np.int16) - 60
    if not ink.any():
        return 1.0
    paper = float(np.percentile(seen, 75))
    darkest = np.asarray(cv2.erode(seen, np.ones((7, 7), np.uint8)))
    return float((darkest[ink] < paper - VISIBLE).mean())
