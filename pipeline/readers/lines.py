"""Lines: the ink of a field cut into single lines of writing, ready for an engine that reads one line at a time."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np

from pipeline.domain.geometry import Rect
from pipeline.domain.reading import Clip, ClipPart
from pipeline.readers.deprint import DARK, Grey, Zone, components
from pipeline.readers.ink import Ink, box_of, ink

MARGIN = 14  # px of paper around a line
CLOSE = 4  # px of paper around a line's marks
AFTER = 14  # px behind its last, so that a network is sure that it was the last
GAP = 9  # px of paper between the characters of a comb, once moved together


@dataclass(frozen=True, slots=True)
class Place:
    """Where one line of writing lies: which part of the clip, and the rectangle in the pixels of that part's picture.

    `tight` is close around all its marks; `box` has room for what may have been taken for dust.
    """

    part: int
    box: Zone
    tight: Zone


@dataclass(frozen=True, slots=True)
class Written:
    """What a text clip holds: the pictures (0 black, 255 white) of its lines, top to bottom, and the ink of its parts.

    `cells` is how many cells of a comb are filled in, or None for a field without a comb. `places` tells where each line
    lies in the clip; a comb's characters are moved together and have none.
    """

    pictures: tuple[Grey, ...]
    inks: tuple[Ink, ...]
    cells: int | None
    places: tuple[Place, ...] = ()


def lines(clip: Clip) -> Written:
    """Return the lines of writing in a text clip."""
    inks = tuple(ink(part) for part in clip.parts)
    if clip.field.comb is None:
        places = [place for part, one in enumerate(inks) for place in _of_part(clip, part, one)]
        pictures = tuple(_framed(_cut(inks[place.part].dark, place.box)) for place in places)
        return Written(pictures, inks, None, tuple(places))
    combs = [
        _together(one, part, comb.rects(part.zone), comb.groups)
        for part, one in zip(clip.parts, inks, strict=True)
        if one.box is not None and (comb := clip.comb_in(part)) is not None
    ]
    return Written(tuple(_framed(picture) for picture, _ in combs), inks, sum(count for _, count in combs))


def _of_part(clip: Clip, part: int, seen: Ink) -> list[Place]:
    if seen.box is None:
        return []
    found = ((rows, _trimmed(seen.dark[rows[0] : rows[1]])) for rows in _rows(seen.dark, clip.field.lines))
    boxes = [(box[0], top + box[1], box[2], top + box[3]) for (top, _), box in found if box is not None]
    return [Place(part, box, _tight(seen.dark, box)) for box in boxes]


def _rows(dark: Grey, most: int) -> list[tuple[int, int]]:
    """Return where the lines of writing lie (from, to), cut in the palest rows between them."""
    height = dark.shape[0]
    if most == 1:
        return [(0, height)]
    inked = (dark >= DARK).sum(axis=1).astype(np.float32)
    smooth = np.convolve(inked, np.ones(7) / 7, mode="same")
    busy = smooth > max(1.0, float(smooth.max()) * 0.06)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], busy.astype(np.int8), [0]])))
    runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return _joined(runs, height)


def _joined(runs: list[tuple[int, int]], height: int) -> list[tuple[int, int]]:
    """Join runs of rows that are too low to be a line (dots, rings, commas) to the nearest one, and share out the rest."""
    tall = [run for run in runs if run[1] - run[0] >= 14] or runs[:1]
    for run in runs:
        if run in tall:
            continue
        near = min(tall, key=lambda other: max(other[0] - run[1], run[0] - other[1]))
        place = tall.index(near)
        tall[place] = (min(near[0], run[0]), max(near[1], run[1]))
    tall.sort()
    cuts = [0, *((before[1] + after[0]) // 2 for before, after in pairwise(tall)), height]
    return list(pairwise(cuts))


def _trimmed(dark: Grey) -> Zone | None:
    """Return the rectangle around the ink of some darkness; None when there is none but specks."""
    box = box_of(dark)
    if box is None:
        return None
    left, top, right, bottom = box
    # Points and the rings of letters may be specks: look a little further up, down and to the right.
    return max(left - 4, 0), max(top - 12, 0), min(right + 16, dark.shape[1]), min(bottom + 8, dark.shape[0])


def _tight(dark: Grey, box: Zone) -> Zone:
    """Return the rectangle close around what is left of the ink in a box."""
    left, top, right, bottom = box
    inked = dark[top:bottom, left:right] >= DARK
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    return (
        max(left + int(columns[0]) - CLOSE, 0),
        max(top + int(rows[0]) - CLOSE, 0),
        min(left + int(columns[-1]) + 1 + AFTER, dark.shape[1]),
        min(top + int(rows[-1]) + 1 + CLOSE, dark.shape[0]),
    )


def _cut(picture: Grey, box: Zone) -> Grey:
    left, top, right, bottom = box
    return picture[top:bottom, left:right]


def _framed(dark: Grey) -> Grey:
    """Return the picture of a line: black on white, with paper around it."""
    framed = cv2.copyMakeBorder(dark, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=0)
    return np.ascontiguousarray(255 - framed).astype(np.uint8)


def _together(seen: Ink, part: ClipPart, cells: tuple[Rect, ...], groups: tuple[int, ...]) -> tuple[Grey, int]:
    """Return a comb's characters moved together into one word a group, as an engine for lines expects, and how many."""
    dark = _without_small(seen.dark)
    height, width = dark.shape
    scale = width / part.frame.width
    pieces: list[Grey] = []
    count = 0
    ends = set(np.cumsum(groups)[:-1].tolist())
    for place, cell in enumerate(cells):
        left, right = round((cell.x - part.frame.x) * scale), round((cell.right - part.frame.x) * scale)
        column = dark[:, max(left, 0) : right]
        inked = np.flatnonzero((column >= DARK).sum(axis=0))
        if place in ends:
            pieces.append(np.zeros((height, 2 * GAP), np.uint8))
        if inked.size >= 3:
            count += 1
            pieces.append(column[:, int(inked[0]) : int(inked[-1]) + 1])
            pieces.append(np.zeros((height, GAP), np.uint8))
        elif pieces:
            pieces.append(np.zeros((height, 2 * GAP), np.uint8))
    joined = np.hstack(pieces) if count else dark
    rows = np.flatnonzero((joined >= DARK).sum(axis=1))
    return (joined[int(rows[0]) : int(rows[-1]) + 1] if rows.size else joined), count


def _without_small(dark: Grey) -> Grey:
    """Return darkness without marks too low to be a digit or a letter: combs hold no points and no hyphens."""
    labels, stats, _ = components((dark >= DARK // 2).astype(np.uint8))
    high = stats[1:, cv2.CC_STAT_HEIGHT]
    if high.size == 0:
        return dark
    gone = np.concatenate([[False], high < 0.45 * float(high.max())])
    if not gone.any():
        return dark
    kept = dark.copy()
    kept[gone[labels]] = 0
    return kept
