"""The letters one person wrote, as strokes: brought to one height, with the marks that no one wrote drawn on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from benchmarks.reading.pen import Points

CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
# How tall a letter stands beside a capital, at least and at most, and how far it hangs below the line.
_TALL = dict.fromkeys("acemnorsuvwxz", (0.5, 0.78, 0.0)) | dict.fromkeys("bdfhkl", (0.85, 1.2, 0.0))
_TALL |= dict.fromkeys("gpqy", (0.78, 1.12, 0.36)) | {"t": (0.75, 1.05, 0.0), "i": (0.72, 1.0, 0.0), "j": (1.0, 1.3, 0.38)}
_SIGNS: dict[str, list[list[tuple[float, float]]]] = {
    "-": [[(0.0, -0.4), (0.36, -0.42)]],
    ".": [[(0.0, -0.04), (0.03, 0.0)]],
    ",": [[(0.06, -0.06), (0.05, 0.06), (-0.03, 0.2)]],
    ":": [[(0.0, -0.5), (0.02, -0.46)], [(0.0, -0.06), (0.02, -0.02)]],
    "/": [[(0.0, 0.12), (0.42, -1.05)]],
    "+": [[(0.0, -0.42), (0.5, -0.42)], [(0.25, -0.68), (0.25, -0.16)]],
}
BASES = {"å": "a", "ä": "a", "ö": "o", "Å": "A", "Ä": "A", "Ö": "O", "ü": "u", "é": "e"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter's strokes in heights of a capital: x from 0 to the right, y from the base line, up is below 0."""

    strokes: tuple[Points, ...]
    width: float


@lru_cache(maxsize=1)
def _collection(path: Path) -> dict[str, list[list[list[list[float]]]]]:
    return json.loads(path.read_text())


@lru_cache(maxsize=8)
def of_writer(path: Path, writer: int) -> dict[str, Letter]:
    """Return every letter and digit that a writer of Chars74K gave, and the signs and Swedish letters made of them.

    No real å or Å is known to be obtainable: rings and dots are drawn on the writer's own a, o, A and O.
    """
    raw = {name: [np.array(stroke, np.float64) for stroke in them[writer]] for name, them in _collection(path).items()}
    tall = [np.ptp(np.concatenate(raw[name])[:, 1]) for name in CAPITALS + DIGITS]
    unit = float(np.median(tall))
    letters = {name: _brought(name, strokes, unit) for name, strokes in raw.items()}
    letters |= {sign: _letter([np.array(stroke) for stroke in strokes]) for sign, strokes in _SIGNS.items()}
    letters |= {marked: _marked(letters[base], marked) for marked, base in BASES.items()}
    return letters


def _letter(strokes: Sequence[Points]) -> Letter:
    return Letter(tuple(strokes), float(max(stroke[:, 0].max() for stroke in strokes)))


def _brought(name: str, strokes: list[Points], unit: float) -> Letter:
    """Bring a letter to its height: as tall beside a capital as its writer wrote it, but never out of its class."""
    every = np.concatenate(strokes)
    low, high = every.min(axis=0), every.max(axis=0)
    least, most, drop = _TALL.get(name, (0.88, 1.12, 0.0))
    tall = max(float(high[1] - low[1]), 1.0)
    scale = float(np.clip(tall / unit, least, most)) / tall
    foot = high[1] - drop / scale
    wide = min(1.0, 1.1 / max(float(high[0] - low[0]) * scale, 0.01))
    return _letter([(stroke - (low[0], foot)) * (scale * wide, scale) for stroke in strokes])


def _marked(base: Letter, name: str) -> Letter:
    """Draw a ring, dots or an accent on a letter; a capital is made a little lower for it."""
    lower = 0.8 if name.isupper() else 1.0
    strokes = [stroke * (lower, lower) for stroke in base.strokes]
    every = np.concatenate(strokes)
    top, middle = float(every[:, 1].min()), float((every[:, 0].min() + every[:, 0].max()) / 2)
    if name in "åÅ":
        turn = np.linspace(-1.4, 2 * np.pi - 1.2, 14)
        strokes.append(np.column_stack([middle + 0.11 * np.cos(turn), top - 0.2 + 0.11 * np.sin(turn)]))
    elif name == "é":
        strokes.append(np.array([(middle - 0.02, top - 0.1), (middle + 0.12, top - 0.28)]))
    else:
        for side in (-1, 1):
            x = middle + side * 0.16
            strokes.append(np.array([(x, top - 0.24), (x + 0.02, top - 0.18)]))
    return _letter(strokes)
