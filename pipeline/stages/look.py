"""Know a form again that no template tells of: what two pages of it share is its print, in the same places all over.

What people write differs from page to page, and so does how a page lies; the corners and crossings of the print do not.
A look holds where those are and what each looks like, so that pages can be compared long after they were scanned.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.placement import Rejection
from pipeline.domain.scan import Page
from pipeline.stages.clean import WORK_DPI, clean
from pipeline.stages.identify import agreed, matches
from pipeline.stages.outline import Floats, keypoints
from pipeline.stages.warp import across

SAME = 0.54
"""The likeness from which two pages are of one form; of one they had at least 0.55, of two at most 0.50."""
_COUNT = 700
_NEAR_MM = 1.0
_LEAST_VOTES = 15
_SCALES = (0.5, 2.0)  # as copiers and wrongly told resolutions make pages smaller and larger
_SQUARE_MM, _LEAST_IN_SQUARE = 40.0, 6
_HEAD = struct.Struct("<2sH")
_MARK = b"K1"
_STEPS_PER_MM, _STEPS = 50, 300.0  # descriptors are unit vectors of 128 numbers from 0 to about a half


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What a page's keypoints are: where, (n, 2) in millimetres from its corner, and descriptors, (n, 128)."""

    points: NDArray[np.float64]
    descriptors: Floats


def look(page: Page) -> Look:
    """Return how a page looks; with nothing in it where there is no picture to see."""
    cleaned = clean(page)
    if isinstance(cleaned, Rejection):
        return Look(np.zeros((0, 2)), np.zeros((0, 128), np.float32))
    points, descriptors = keypoints(cleaned.grey, _COUNT)
    return Look(points * (MM_PER_INCH / WORK_DPI), descriptors)


def look_bytes(page: Page) -> bytes:
    """Return how a page looks, as some fifty thousand bytes to be sealed: `look_of` reads them."""
    seen = look(page)
    where = np.round(np.clip(seen.points * _STEPS_PER_MM, 0, 65535)).astype("<u2")
    told = np.round(np.clip(seen.descriptors * _STEPS, 0, 255)).astype(np.uint8)
    return _HEAD.pack(_MARK, len(where)) + zlib.compress(where.tobytes() + told.tobytes())


def look_of(told: bytes) -> Look:
    """Return the look that `look_bytes` wrote.

    Raises:
        ValueError: when they are no look.
    """
    mark, count = _HEAD.unpack_from(told)
    if mark != _MARK:
        raise ValueError("not a look")
    plain = zlib.decompress(told[_HEAD.size :])
    points = np.frombuffer(plain, "<u2", 2 * count).reshape(-1, 2) / _STEPS_PER_MM
    descriptors = np.frombuffer(plain, np.uint8, offset=4 * count).reshape(-1, 128).astype(np.float32)
    return Look(points, descriptors / np.maximum(np.linalg.norm(descriptors, axis=1, keepdims=True), 1e-6))


def alike(one: Look, other: Look) -> float:
    """Return in what share of the page's squares the other page has the same print in the same place, 0..1.

    Both pages may be turned and of different resolutions. A share of squares, and not of keypoints, since the forms of one
    agency have the same head, and one of two pages may be full of writing.
    """
    ours, theirs = matches(one.descriptors, other.descriptors)
    here, there = one.points[ours], other.points[theirs]
    matrix, votes = agreed(here, there, _NEAR_MM)
    if matrix is None or votes < _LEAST_VOTES:
        return 0.0
    if not _SCALES[0] < float(np.hypot(matrix[0, 0], matrix[1, 0])) < _SCALES[1]:
        return 0.0
    near = np.hypot(*(across(matrix, here) - there).T) <= _NEAR_MM
    squares, counts = np.unique(_squares(one.points), return_counts=True)
    full = squares[counts >= _LEAST_IN_SQUARE]
    return float(np.isin(full, _squares(here[near])).mean()) if len(full) else 0.0


def _squares(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of the square of the page in which each point lies."""
    columns, rows = (points // _SQUARE_MM).astype(np.int64).T
    return np.asarray(rows * 1000 + columns, dtype=np.int64)


def grouped(looks: Sequence[Look]) -> tuple[tuple[int, ...], ...]:
    """Return the looks that are of one form, by their index; a group keeps its first when more looks come after."""
    groups: list[list[int]] = []
    for index, seen in enumerate(looks):
        found = [(max(alike(looks[member], seen) for member in group[:_ASKED]), group) for group in groups]
        best, group = max(found, key=lambda pair: pair[0], default=(0.0, []))
        if best >= SAME:
            group.append(index)
        else:
            groups.append([index])
    return tuple(tuple(group) for group in groups)


_ASKED = 3  # members of a group that a page is compared with: the first may be badly scanned
