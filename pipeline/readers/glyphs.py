"""Glyphs: the marks of a line held against the text read in it: points, hyphens, accents and the height of letters.

An engine of words guesses small marks and capitals from their neighbours; the ink tells them apart, so each is counted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.readers.deprint import DARK, Grey, components
from pipeline.readers.engine import Line, Word

_ALIKE_LOW, _ALIKE_HIGH = frozenset("cosuvwxzö"), frozenset("COSUVWXZÖ")
_ABOVE = Counter(dict.fromkeys("ijåÅéÉ'’", 1) | dict.fromkeys('äÄöÖüÜ"”', 2))
_BELOW = Counter(dict.fromkeys(".,", 1) | dict.fromkeys(":;", 2))
_FLAT = frozenset("-–")
_BODY = frozenset("%")
_NUMBERED = re.compile(r"\d[A-ZÅÄÖ]|[A-ZÅÄÖa-zåäö]\d")
INSIDE, INSIDE_NUMBERED = 0.62, 0.45  # of the narrowest gap between words: the widest gap a word may have inside
ALONE = 0.6  # of a letter's height: the same in a line of one word
Boxes = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The marks of a line as boxes (left, top, right, bottom), and where its letters stand.

    `base` is the foot of letters, `tall` the height of most of the tall ones; `high` is the height of a capital and `low` of
    a small letter, both None where the line does not tell them apart.
    """

    boxes: Boxes
    base: float
    tall: float
    high: float | None
    low: float | None


def misfits(line: Line) -> bool:
    """Tell whether a line's marks contradict the text read in it."""
    seen = glyphs(line.picture)
    if seen is None:
        return False
    text = "".join(word.text for word in line.words)
    if _small_marks_differ(seen, text) or _spaced_otherwise(line, seen):
        return True
    return any(_case_differs(seen, word) or _ends_otherwise(seen, word) for word in line.words)


def glyphs(picture: Grey) -> Glyphs | None:
    """Return the marks of a line's picture, or None when it holds no letters."""
    _, stats, _ = components((picture < 255 - DARK).astype(np.uint8))
    kept = stats[1:][stats[1:, cv2.CC_STAT_AREA] >= 4].astype(np.float64)
    if kept.shape[0] == 0:
        return None
    x, y, width, height = kept[:, :4].T
    boxes = np.column_stack([x, y, x + width, y + height])
    letters = boxes[height >= 0.45 * float(np.percentile(height, 85))]
    feet = letters[:, 3]
    near = np.abs(feet[:, None] - feet[None, :]) <= 2
    base = float(np.median(feet[near[int(near.sum(axis=1).argmax())]]))
    standing = letters[np.abs(feet - base) <= 3]
    heights = standing[:, 3] - standing[:, 1]
    high, low = _heights(heights)
    return Glyphs(boxes, base, high or float(np.percentile(heights, 80)), high, low)


def _heights(heights: Boxes) -> tuple[float | None, float | None]:
    """Return the heights of capitals and of small letters: the two groups that heights fall into, if there are two."""
    ordered = np.sort(heights)
    gaps = np.diff(ordered) / ordered[:-1]
    if gaps.size and float(gaps.max()) > 0.13:
        cut = int(gaps.argmax()) + 1
        low, high = float(np.median(ordered[:cut])), float(np.median(ordered[cut:]))
        if 1.18 <= high / low <= 1.75:
            return high, low
        return (high, None) if high / low > 1.75 else (None, None)
    return None, None


def _small_marks_differ(seen: Glyphs, text: str) -> bool:
    """Tell whether there are other numbers of points and hyphens than the text has, or more accents."""
    told = Counter(text)
    if told.keys() & _BODY:
        return False
    boxes = _free(seen.boxes, seen.tall)
    left, top, right, bottom = boxes.T
    width, height, middle = right - left, bottom - top, (top + bottom) / 2
    tall = seen.tall
    small = (height < 0.36 * tall) & (width < 0.9 * tall)
    above = small & (middle < seen.base - (seen.low or 0.72 * tall))
    flat = small & ~above & (width > 1.35 * height) & (np.abs(middle - (seen.base - 0.36 * tall)) < 0.22 * tall)
    below = (_hanging(boxes, seen) | small) & ~above & ~flat
    hyphens = sum(told[mark] for mark in _FLAT)
    points = sum(told[mark] * number for mark, number in _BELOW.items())
    accents = sum(told[mark] * number for mark, number in _ABOVE.items())
    return int(flat.sum()) != hyphens or int(below.sum()) != points or int(above.sum()) > accents


def _spaced_otherwise(line: Line, seen: Glyphs) -> bool:
    """Tell whether a gap inside a word is nearly as wide as one between words: a space was lost, or made."""
    inked = np.concatenate([[1], ((line.picture < 255 - DARK).sum(axis=0) > 0).astype(np.int8), [1]])
    edges = np.flatnonzero(np.diff(inked))
    inside: list[int] = [0]
    between: list[int] = []
    for left, right in zip(edges[::2], edges[1::2], strict=True):
        middle = (left + right) / 2
        if not line.words or middle < line.words[0].left or middle > line.words[-1].right:
            continue
        own = any(word.left - 1 <= middle <= word.right + 1 for word in line.words)
        (inside if own else between).append(int(right - left))
    # The space before a letter after a house number is narrow, and often lost.
    share = INSIDE_NUMBERED if any(_NUMBERED.search(word.text) for word in line.words) else INSIDE
    widest = min(between) * share if between else ALONE * seen.tall
    return max(inside) > widest


def _hanging(boxes: Boxes, seen: Glyphs) -> NDArray[np.bool_]:
    """Return which marks may be points or commas by where they begin and how large they are."""
    left, top, right, bottom = boxes.T
    size = (bottom - top < 0.7 * seen.tall) & (right - left < 0.5 * seen.tall)
    return np.asarray(size & (top > seen.base - 0.4 * seen.tall))


def _free(boxes: Boxes, tall: float) -> Boxes:
    """Return the marks that are no part of a larger one: the point inside a zero, the broken foot of a thin letter."""
    left, top, right, bottom = boxes.T
    large = bottom - top >= 0.55 * tall
    inside = (left[:, None] > left) & (right[:, None] < right) & (top[:, None] > top) & (bottom[:, None] < bottom)
    shared = np.minimum(right[:, None], right) - np.maximum(left[:, None], left)
    under = (shared > 0.5 * (right - left)[:, None]) & (bottom[:, None] > top + 0.3 * tall) & large & ~large[:, None]
    return np.asarray(boxes[~(inside | under).any(axis=1)])


def _of(seen: Glyphs, word: Word) -> Boxes:
    """Return the marks of one word, from left to right."""
    middle = (seen.boxes[:, 0] + seen.boxes[:, 2]) / 2
    own = seen.boxes[(middle >= word.left - 3) & (middle <= word.right + 3)]
    return own[np.argsort(own[:, 0])]


def _case_differs(seen: Glyphs, word: Word) -> bool:
    """Tell whether a word's first letter has the height of the other case, where the two cases look alike."""
    first = word.text[0]
    if seen.high is None or seen.low is None or first not in _ALIKE_LOW | _ALIKE_HIGH:
        return False
    own = _of(seen, word)
    own = own[own[:, 3] - own[:, 1] >= 0.6 * seen.low]
    if own.shape[0] == 0:
        return False
    width, height = own[0, 2] - own[0, 0], own[0, 3] - own[0, 1]
    if width > 1.5 * height:
        return False
    nearer_low = bool(abs(height - seen.low) < abs(height - seen.high))
    return nearer_low != (first in _ALIKE_LOW)


def _ends_otherwise(seen: Glyphs, word: Word) -> bool:
    """Tell whether a word's last point is a comma or its last comma a point: commas reach below the foot of letters."""
    if not re.search(r"[.,]$", word.text):
        return False
    own = _of(seen, word)
    small = own[_hanging(own, seen)]
    if small.shape[0] == 0:
        return True
    last = small[-1]
    reaches = (last[3] - seen.base) / seen.tall
    tall = (last[3] - last[1]) / max(last[2] - last[0], 1.0)
    is_comma = bool(reaches > 0.09 or (reaches > 0.05 and tall > 1.4))
    return is_comma != word.text.endswith(",")
