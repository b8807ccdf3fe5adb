"""Ink: a clip's picture with the blank's own print taken out, and whether anything is left.

Rules left in a clip are the largest single source of misread lines, so each of the blank's rules is followed in the picture
piece by piece (paper stretches, scanners wander) and lifted out; strokes that cross a rule are carried over it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.reading import CLIP_DPI, ClipPart

PX_PER_MM = CLIP_DPI / MM_PER_INCH
REACH = 5  # px: how far a rule may lie from where the blank has it (0.4 mm)
PIECE = 120  # px: a rule is followed in pieces of this length (10 mm)
DARK = 96  # darkness 0..255 from which a pixel is ink
SPECK_MM = 0.45

Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Ink:
    """What was written in one zone: darkness (0 paper, 255 ink) over the clip's frame, the blank's print taken out.

    `zone` is (left, top, right, bottom) of the zone in its pixels. `spilled` tells that ink runs out of the frame.
    """

    dark: Grey
    zone: tuple[int, int, int, int]
    spilled: bool

    @property
    def box(self) -> tuple[int, int, int, int] | None:
        """Return (left, top, right, bottom) around all ink, or None when there is none but specks."""
        marks = list(_components(self.dark))
        if not marks:
            return None
        left, top = min(m[0] for m in marks), min(m[1] for m in marks)
        return left, top, max(m[2] for m in marks), max(m[3] for m in marks)

    @property
    def blankness(self) -> float:
        """Return how sure it is that nothing is written, 0..1: 1 for clean paper, falling with specks."""
        if self.box is not None:
            return 0.0
        count, _, stats, _ = cv2.connectedComponentsWithStats((self.dark >= DARK).astype(np.uint8), connectivity=8)
        specks = sum(int(stats[i, cv2.CC_STAT_AREA]) for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] >= 4)
        return max(0.5, 1.0 - specks / 400)


def ink(part: ClipPart) -> Ink:
    """Return the ink of a part, de-printed and kept to its zone."""
    dark, zone = written(part)
    kept, spilled = _kept(dark, zone)
    return Ink(kept, zone, spilled)


def written(part: ClipPart) -> tuple[Grey, tuple[int, int, int, int]]:
    """Return the darkness of all that was written within a part's frame, and the zone in its pixels."""
    dark = darkness(part.picture.pixels)
    printed = darkness(part.blank.pixels) >= DARK
    height, width = dark.shape
    if printed.shape != dark.shape:
        printed = cv2.resize(printed.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST).astype(bool)
    if printed.any():
        dark = deprint(dark, printed)
    return dark, _zone(part, width, height)


def darkness(pixels: Grey) -> Grey:
    """Return 0 for paper to 255 for the darkest ink, whatever the paper's grey and however faint the ink."""
    paper = float(np.percentile(pixels, 75))
    ink_level = min(float(np.percentile(pixels, 0.5)), paper - 90.0)
    scaled = (paper - pixels.astype(np.float32)) * (255.0 / max(paper - ink_level, 1.0))
    return cast(Grey, np.clip(scaled, 0, 255).astype(np.uint8))


def deprint(dark: Grey, printed: NDArray[np.bool_]) -> Grey:
    """Return darkness without the blank's rules and other print; both arrays cover the same frame."""
    shift = _shift(dark, printed)
    mask = _moved(printed.astype(np.uint8), shift)
    level = cast(Grey, cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, 24), np.uint8)))
    upright = cast(Grey, cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((14, 1), np.uint8)))
    cleaned = _without_rules(dark, level)
    cleaned = np.ascontiguousarray(_without_rules(np.ascontiguousarray(cleaned.T), np.ascontiguousarray(upright.T)).T)
    rules = cv2.dilate(cv2.bitwise_or(level, upright), np.ones((3, 3), np.uint8))
    other = cv2.dilate(cv2.subtract(mask, cast(Grey, rules)), np.ones((9, 9), np.uint8))
    cleaned[other.astype(bool)] = 0
    near = cast(Grey, cv2.dilate(mask, np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8)))
    return _without_debris(cleaned, near)


def _shift(dark: Grey, printed: NDArray[np.bool_]) -> tuple[int, int]:
    """Return (dx, dy) by which the blank's print lies elsewhere in the picture; the nearest of equally good places."""
    padded = cv2.copyMakeBorder(dark, REACH, REACH, REACH, REACH, cv2.BORDER_CONSTANT, value=0)
    found = cv2.matchTemplate(padded.astype(np.float32), printed.astype(np.float32), cv2.TM_CCORR)
    ys, xs = np.mgrid[-REACH : REACH + 1, -REACH : REACH + 1]
    found *= (1.0 - 0.004 * np.hypot(xs, ys)).astype(np.float32)
    best = int(np.argmax(found))
    return int(xs.flat[best]), int(ys.flat[best])


def _moved(mask: Grey, shift: tuple[int, int]) -> Grey:
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    moved = cv2.warpAffine(mask, matrix, (mask.shape[1], mask.shape[0]), flags=cv2.INTER_NEAREST)
    return cast(Grey, moved)


def _without_rules(dark: Grey, level: Grey) -> Grey:
    """Return darkness without the horizontal rules that `level` tells of, each followed piece by piece."""
    out = dark.copy()
    count, _, stats, _ = cv2.connectedComponentsWithStats(level, connectivity=8)
    for index in range(1, count):
        x, y, width, height = (int(v) for v in stats[index, :4])
        if height > 3 * REACH:
            out[max(y - 2, 0) : y + height + 2, max(x - 2, 0) : x + width + 2] = 0
            continue
        pieces = max(1, round(width / PIECE))
        edges = np.linspace(x, x + width, pieces + 1).astype(int)
        edges[0], edges[-1] = max(edges[0] - 3, 0), min(edges[-1] + 3, dark.shape[1])
        for left, right in pairwise(edges):
            _lift(out, dark, (int(left), int(right)), (y, y + height))
    return out


def _lift(out: Grey, dark: Grey, columns: tuple[int, int], rows: tuple[int, int]) -> None:
    """Lift one piece of a rule out of `out`, where `dark` shows it near `rows`; strokes across it are carried over."""
    left, right = columns
    top, bottom = max(rows[0] - REACH, 0), min(rows[1] + REACH, dark.shape[0])
    if right - left < 2 or bottom - top < 3:
        return
    profile = np.percentile(dark[top:bottom, left:right], 35, axis=1)
    there = _run(profile, rows[0] - top, rows[1] - top)
    if there is None:
        return
    first, last = max(top + there[0] - 1, 0), min(top + there[1] + 1, dark.shape[0])
    above = out[first - 1, left:right] if first > 0 else np.zeros(right - left, np.uint8)
    below = out[last, left:right] if last < dark.shape[0] else np.zeros(right - left, np.uint8)
    steps = np.linspace(0, 1, last - first + 2)[1:-1, None]
    bridged = above[None, :] * (1 - steps) + below[None, :] * steps
    out[first:last, left:right] = np.minimum(out[first:last, left:right], bridged).astype(np.uint8)


def _run(profile: NDArray[np.float64], first: int, last: int) -> tuple[int, int] | None:
    """Return the rows (from, to) of the rule in a profile of darkness: the dark run nearest to where it should be."""
    peak = float(profile.max(initial=0.0))
    if peak < DARK / 2:
        return None
    rows = np.flatnonzero(profile > max(peak * 0.25, 24.0))
    runs = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    middle = (first + last - 1) / 2
    best = min(runs, key=lambda run: abs((int(run[0]) + int(run[-1])) / 2 - middle))
    thick = int(best[-1]) - int(best[0]) + 1
    return (int(best[0]), int(best[-1]) + 1) if thick <= (last - first) + 5 else None


def _without_debris(dark: Grey, near: Grey) -> Grey:
    """Return darkness without thin remains that lie wholly where a rule was."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((dark >= DARK // 2).astype(np.uint8), connectivity=8)
    for index in range(1, count):
        x, y, width, height = (int(v) for v in stats[index, :4])
        if min(width, height) > 6:
            continue
        own = labels[y : y + height, x : x + width] == index
        if near[y : y + height, x : x + width][own].all():
            dark[y : y + height, x : x + width][own] = 0
    return dark


def _zone(part: ClipPart, width: int, height: int) -> tuple[int, int, int, int]:
    sx, sy = width / part.frame.width, height / part.frame.height
    left, top = round((part.zone.x - part.frame.x) * sx), round((part.zone.y - part.frame.y) * sy)
    return left, top, round((part.zone.right - part.frame.x) * sx), round((part.zone.bottom - part.frame.y) * sy)


def _kept(dark: Grey, zone: tuple[int, int, int, int]) -> tuple[Grey, bool]:
    """Return darkness without marks whose middle lies outside the zone, and whether any kept mark leaves the frame."""
    left, top, right, bottom = zone
    height, width = dark.shape
    count, labels, stats, middles = cv2.connectedComponentsWithStats((dark >= DARK // 3).astype(np.uint8), connectivity=8)
    spilled = False
    gone = np.zeros(count, bool)
    for index in range(1, count):
        x, y, w, h = (int(v) for v in stats[index, :4])
        mx, my = middles[index]
        if not (left <= mx < right and top <= my < bottom):
            gone[index] = True
        elif x <= 0 or y <= 0 or x + w >= width or y + h >= height:
            spilled = True
    if not gone.any():
        return dark, spilled
    out = dark.copy()
    out[gone[labels]] = 0
    return out, spilled


def _components(dark: Grey) -> Iterator[tuple[int, int, int, int]]:
    """Yield the boxes of marks larger than a speck."""
    count, _, stats, _ = cv2.connectedComponentsWithStats((dark >= DARK).astype(np.uint8), connectivity=8)
    least = SPECK_MM * PX_PER_MM
    for index in range(1, count):
        x, y, width, height, area = (int(v) for v in stats[index, :5])
        if max(width, height) >= least and area >= least:
            yield x, y, x + width, y + height
