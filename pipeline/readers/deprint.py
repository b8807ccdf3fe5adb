"""De-print: the blank's own print, and streaks of the scanner, lifted out of a picture without hurting what crosses them.

Rules left in a clip are the largest single source of misread lines, so each of the blank's rules is followed in the picture
piece by piece (paper stretches, scanners wander) and lifted out; strokes that cross a rule are carried over it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.raster import Raster

REACH = 5  # px: how far a rule may lie from where the blank has it (0.4 mm)
PIECE = 120  # px: a rule is followed in pieces of this length (10 mm)
DARK = 96  # darkness 0..255 from which a pixel is ink
LEAN = 0.045  # how far a streak may lean, as a share of its height
DOT = 8  # px: no dot of a dotted rule is wider or higher
APART = 12  # px: nor further from the next
STREAK = 30  # darkness from which a line along the whole frame is a streak of the scanner
_NO_SHIFT = (0, 0)
_STEPS = np.array([(dx, dy) for dy in range(-REACH, REACH + 1) for dx in range(-REACH, REACH + 1)])
_NEAR = sorted(((dx, dy) for dx in range(-2, 3) for dy in range(-2, 3)), key=lambda step: abs(step[0]) + abs(step[1]))
_NEARNESS = 1.0 - 0.004 * np.hypot(_STEPS[:, 0], _STEPS[:, 1])

Grey = NDArray[np.uint8]
Labels = NDArray[np.uint16] | NDArray[np.int32]
Zone = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Print:
    """What a blank's picture holds: its rules (left, top, width, height), other print, and where its remains may lie.

    `dotted` are level rules made of dots. The four masks (0 and 1) are bits of one picture, since as many are kept as there
    are zones in the library.
    """

    points: tuple[NDArray[np.int64], NDArray[np.int64]]
    level: tuple[Zone, ...]
    dotted: tuple[Zone, ...]
    upright: tuple[Zone, ...]
    masks: Grey

    @property
    def other(self) -> Grey:
        """Return where print other than rules is."""
        return self.masks & np.uint8(1)

    @property
    def near(self) -> Grey:
        """Return where remains of print may lie."""
        return (self.masks >> np.uint8(1)) & np.uint8(1)

    @property
    def close(self) -> Grey:
        """Return where writing lies so close to a level rule or to other print that taking these out may hurt it."""
        return (self.masks >> np.uint8(2)) & np.uint8(1)

    @property
    def dots(self) -> Grey:
        """Return where the dots of dotted rules are."""
        return (self.masks >> np.uint8(3)) & np.uint8(1)


@lru_cache(maxsize=1024)
def print_of(blank: Raster) -> Print:
    """Return what is printed in the blank's picture of a frame; looked at once for all forms."""
    mask = (blank.pixels < 140).astype(np.uint8)
    level = cast(Grey, cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, 24), np.uint8)))
    upright = cast(Grey, cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((14, 1), np.uint8)))
    dots, dotted = _dotted(mask)
    rules = cv2.dilate(cv2.bitwise_or(cv2.bitwise_or(level, upright), dots), np.ones((3, 3), np.uint8))
    bare = cv2.subtract(mask, cast(Grey, rules))
    other = cv2.dilate(bare, np.ones((9, 9), np.uint8))
    near = cv2.dilate(mask, np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8))
    # An accent may stand a millimetre above its letter; a comma hangs half as far below.
    level_print = cv2.dilate(cv2.bitwise_or(level, dots), np.ones((7, 1), np.uint8))
    close = cv2.bitwise_or(cv2.dilate(bare, np.ones((27, 9), np.uint8)), level_print)
    ys, xs = np.nonzero(mask)
    step = max(1, ys.size // 800)
    rows, columns = _boxes(level), _boxes(_turned(upright))
    masks = (
        cast(Grey, other) | (cast(Grey, near) << np.uint8(1)) | (cast(Grey, close) << np.uint8(2)) | (dots << np.uint8(3))
    )
    return Print((ys[::step], xs[::step]), rows, dotted, columns, masks)


def deprint(dark: Grey, printed: Print) -> tuple[Grey, Grey]:
    """Return darkness (0 paper, 255 ink) without the blank's rules and other print, and where print lies close (1).

    Picture and print cover the same frame.
    """
    out, close = _without_streaks(dark), printed.close
    if printed.points[0].size:
        shift = moved(dark, printed.points)
        out = _without_rules(out, _shifted(printed.level, shift))
        out = _without_dots(out, _moved(printed.dots, shift), _shifted(printed.dotted, shift))
        out = _turned(_without_rules(_turned(out), _shifted(printed.upright, (shift[1], shift[0]))))
        out[_moved(printed.other, shift).astype(bool)] = 0
        out = _without_debris(out, _moved(printed.near, shift))
        close = _moved(printed.close, shift)
    return out, close


def components(mask: Grey) -> tuple[Labels, NDArray[np.int32], NDArray[np.float64]]:
    """Return the marks of a mask (0 and 1), joined also by their corners: labels, then statistics and middles by label.

    Label 0 is what is no mark. Sixteen bits are twice as fast as the usual thirty-two, and enough unless paper is dithered.
    """
    try:
        found = cv2.connectedComponentsWithStatsWithAlgorithm(mask, 8, cv2.CV_16U, cv2.CCL_SPAGHETTI)
    except cv2.error:
        found = cv2.connectedComponentsWithStatsWithAlgorithm(mask, 8, cv2.CV_32S, cv2.CCL_SPAGHETTI)
    _, labels, stats, middles = found
    return cast(Labels, labels), cast(NDArray[np.int32], stats), cast(NDArray[np.float64], middles)


def _dotted(mask: Grey) -> tuple[Grey, tuple[Zone, ...]]:
    """Return the dots of a mask that stand in long level rows, and the boxes of the rows."""
    labels, stats, _ = components(mask)
    top, high = stats[:, cv2.CC_STAT_TOP], stats[:, cv2.CC_STAT_HEIGHT]
    small = np.maximum(stats[:, cv2.CC_STAT_WIDTH], high) <= DOT
    small &= (top > 0) & (top + high < mask.shape[0])  # the frame cuts letters to dots
    small[0] = False
    if not small.any():
        return np.zeros_like(mask), ()
    dots = small[labels].astype(np.uint8)
    drawn = cv2.morphologyEx(dots, cv2.MORPH_CLOSE, np.ones((1, APART + 1), np.uint8))
    drawn = cv2.morphologyEx(drawn, cv2.MORPH_OPEN, np.ones((1, 5 * APART), np.uint8))
    rows = cast(Grey, cv2.dilate(drawn, np.ones((DOT + 1, 1), np.uint8)))
    dots = cast(Grey, cv2.bitwise_and(dots, rows))
    return dots, _boxes(cast(Grey, cv2.bitwise_and(rows, cv2.dilate(dots, np.ones((1, 4 * APART + 1), np.uint8)))))


def _boxes(mask: Grey) -> tuple[Zone, ...]:
    _, stats, _ = components(mask)
    return tuple((int(x), int(y), int(w), int(h)) for x, y, w, h in stats[1:, :4])


def _shifted(boxes: tuple[Zone, ...], shift: tuple[int, int]) -> tuple[Zone, ...]:
    return tuple((x + shift[0], y + shift[1], width, height) for x, y, width, height in boxes)


def _turned(array: Grey) -> Grey:
    return np.ascontiguousarray(array.T)


def moved(dark: Grey, points: tuple[NDArray[np.int64], NDArray[np.int64]]) -> tuple[int, int]:
    """Return (dx, dy) by which the blank's print lies elsewhere in the picture; the nearest of equally good places."""
    padded = cv2.copyMakeBorder(dark, REACH, REACH, REACH, REACH, cv2.BORDER_CONSTANT, value=0)
    ys, xs = points
    here = (ys + REACH) * padded.shape[1] + (xs + REACH)
    offsets = _STEPS[:, 1] * padded.shape[1] + _STEPS[:, 0]
    told = padded.ravel()[here[None, :] + offsets[:, None]].sum(axis=1, dtype=np.int64)
    best = int((told * _NEARNESS).argmax())
    return int(_STEPS[best, 0]), int(_STEPS[best, 1])


def _moved(mask: Grey, shift: tuple[int, int]) -> Grey:
    if shift == _NO_SHIFT:
        return mask
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    moved = cv2.warpAffine(mask, matrix, (mask.shape[1], mask.shape[0]), flags=cv2.INTER_NEAREST)
    return cast(Grey, moved)


def _without_rules(dark: Grey, level: tuple[Zone, ...]) -> Grey:
    """Return darkness without horizontal rules (left, top, width, height), each followed piece by piece."""
    out = dark.copy()
    for x, y, width, height in level:
        if height > 3 * REACH:
            out[max(y - 2, 0) : y + height + 2, max(x - 2, 0) : x + width + 2] = 0
            continue
        pieces = max(1, round(width / PIECE))
        edges = [round(x + width * piece / pieces) for piece in range(pieces + 1)]
        edges[0], edges[-1] = max(edges[0] - 3, 0), min(edges[-1] + 3, dark.shape[1])
        for left, right in pairwise(edges):
            _lift(out, dark, (max(left, 0), right), (max(y, 0), y + height))
    return out


def _without_dots(dark: Grey, dots: Grey, rows: tuple[Zone, ...]) -> Grey:
    """Return darkness without the dots of dotted rules, sought piece by piece; strokes across a dot are carried over it.

    What is written in the gaps stays as it is: letters stand on such a rule, and hang below it.
    """
    out = dark.copy()
    for x, y, width, height in rows:
        for left in range(max(x - 2, 0), x + width + 2, PIECE):
            first, last = max(y - REACH, 1), min(y + height + REACH, dark.shape[0] - 1)
            piece = dots[first:last, left : left + PIECE]
            if last <= first or not piece.any():
                continue
            seen = dark[first:last, left : left + PIECE]
            best = max(_NEAR, key=lambda step: int(seen[_rolled(piece, step).astype(bool)].sum(dtype=np.int64)))
            there = cv2.dilate(_rolled(piece, best), np.ones((3, 3), np.uint8)).astype(bool)
            inked = np.flatnonzero(there.any(axis=1))
            top, bottom = first + int(inked[0]), first + int(inked[-1]) + 1
            part, here = out[top:bottom, left : left + PIECE], there[inked[0] : inked[-1] + 1]
            part[here] = np.minimum(part, _bridged(out, (left, left + PIECE), (top, bottom)))[here].astype(np.uint8)
    return out


def _rolled(mask: Grey, step: tuple[int, int]) -> Grey:
    return np.roll(mask, (step[1], step[0]), axis=(0, 1))


def _lift(out: Grey, dark: Grey, columns: tuple[int, int], rows: tuple[int, int]) -> None:
    """Lift one piece of a rule out of `out`, where `dark` shows it near `rows`; strokes across it are carried over."""
    left, right = columns
    top, bottom = max(rows[0] - REACH, 0), min(rows[1] + REACH, dark.shape[0])
    if right - left < 2 or bottom - top < 3:
        return
    piece = np.partition(dark[top:bottom, left:right], (right - left) * 35 // 100, axis=1)
    there = _run(piece[:, (right - left) * 35 // 100].astype(np.float64), rows[0] - top, rows[1] - top)
    if there is None:
        return
    first, last = max(top + there[0] - 1, 0), min(top + there[1] + 1, dark.shape[0])
    bridged = _bridged(out, columns, (first, last))
    out[first:last, left:right] = np.minimum(out[first:last, left:right], bridged).astype(np.uint8)


def _bridged(dark: Grey, columns: tuple[int, int], rows: tuple[int, int]) -> NDArray[np.float64]:
    """Return what rows hold when what is just above and just below them is carried over; beyond the frame is paper."""
    (left, right), (first, last) = columns, rows
    above = dark[first - 1, left:right] if first > 0 else np.zeros_like(dark[0, left:right])
    below = dark[last, left:right] if last < dark.shape[0] else np.zeros_like(dark[0, left:right])
    steps = np.linspace(0, 1, last - first + 2)[1:-1, None]
    return np.asarray(above[None, :] * (1 - steps) + below[None, :] * steps)


def _run(profile: NDArray[np.float64], first: int, last: int) -> tuple[int, int] | None:
    """Return the rows (from, to) of the rule in a profile of darkness: the dark run nearest to where it should be."""
    peak = float(profile.max(initial=0.0))
    if peak < DARK / 4:
        return None
    rows = np.flatnonzero(profile > max(peak * 0.25, 14.0))
    runs = np.split(rows, np.flatnonzero(np.diff(rows) > 1) + 1)
    middle = (first + last - 1) / 2
    best = min(runs, key=lambda run: abs((int(run[0]) + int(run[-1])) / 2 - middle))
    thick = int(best[-1]) - int(best[0]) + 1
    return (int(best[0]), int(best[-1]) + 1) if thick <= (last - first) + 5 else None


def _without_debris(dark: Grey, near: Grey) -> Grey:
    """Return darkness without thin remains that lie wholly where a rule was."""
    inked = (dark >= DARK // 2).astype(np.uint8)
    if cv2.countNonZero(cv2.bitwise_and(inked, near)) == 0:
        return dark
    labels, stats, _ = components(inked)
    less = np.minimum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    more = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    thin = (less <= 3) | ((less <= 6) & (more > 2 * less))
    beside = np.bincount(labels[near == 0], minlength=len(stats)) > 0
    gone = thin & ~beside
    gone[0] = False
    if gone.any():
        dark[gone[labels]] = 0
    return dark


def _without_streaks(dark: Grey) -> Grey:
    """Return darkness without narrow lines that run the whole height of the frame, as dust on a scanner's glass draws.

    Nothing written is as high as a zone and the paper around it.
    """
    height = dark.shape[0]
    if height < 60:
        return dark
    # A page that lies a little askew makes a streak lean: a pixel counts with its neighbours to either side.
    inked = (dark >= STREAK).astype(np.uint8)
    lean = 2 * max(2, round(height * LEAN)) + 1
    if not (cv2.dilate(inked, np.ones((1, lean), np.uint8)).sum(axis=0, dtype=np.int64) > 0.9 * height).any():
        return dark
    wide = cv2.dilate(inked, np.ones((1, 5), np.uint8))
    lines = cast(Grey, cv2.morphologyEx(wide, cv2.MORPH_OPEN, np.ones((int(height * 0.4), 1), np.uint8)))
    return _turned(_without_rules(_turned(dark), _boxes(_turned(_full_height(lines)))))


def _full_height(lines: Grey) -> Grey:
    """Return only those lines that go from top to bottom and are narrow, thinned to their middle."""
    labels, stats, _ = components(lines)
    kept = np.zeros_like(lines)
    for index in range(1, len(stats)):
        x, _, width, height = (int(v) for v in stats[index, :4])
        if height < 0.95 * lines.shape[0] or width > 10 + lines.shape[0] * 2 * LEAN:
            continue
        own = labels[:, x : x + width] == index
        for top in range(0, lines.shape[0], PIECE // 2):
            columns = np.flatnonzero(own[top : top + PIECE // 2].any(axis=0))
            middle = x + round(float(columns.mean())) if columns.size else x
            kept[top : top + PIECE // 2, max(middle - 1, 0) : middle + 2] = 1
    return kept
