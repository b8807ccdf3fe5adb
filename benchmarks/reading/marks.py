"""Marks without letters: how people tick, take a tick back, reach into the neighbour's box, and sign."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.reading.ink import Patch
from benchmarks.reading.pen import Nib, Points, stroked
from pipeline.domain.geometry import Rect

HABITS = ("cross", "tick", "fill", "dot", "faint pencil", "reaching")
_WEIGHTS = (34, 22, 11, 8, 10, 15)
_REACH_MM = 7.0


@dataclass(frozen=True, slots=True)
class Ticker:
    """Who ticks: with which pen, and by which habit."""

    habit: str
    nib: Nib
    rng: random.Random
    chance: np.random.Generator

    @classmethod
    def of(cls, nib: Nib, rng: random.Random) -> Ticker:
        """Make one with a habit drawn by chance; a faint pencil is a pencil of its own."""
        habit = rng.choices(HABITS, _WEIGHTS)[0]
        if habit == "faint pencil":
            nib = Nib(rng.uniform(0.32, 0.5), rng.uniform(0.4, 0.55), "pencil")
        return cls(habit, replace(nib, width_mm=max(nib.width_mm, 0.3)), rng, np.random.default_rng(rng.randrange(2**31)))

    def tick(self, box: Rect, neighbour: Rect | None) -> Patch:
        """Return the mark in a box, its origin at the box's top left corner."""
        size = box.width
        if self.habit == "tick":
            return self._ink([self._bent([(0.02, 0.5), (0.32, 0.95), (0.4, 0.98), (1.12, -0.22)], size)])
        if self.habit == "fill":
            return self._ink([self._scribble(size, 0.12)], wider=1.3)
        if self.habit == "dot":
            turn = np.linspace(0, 6 * np.pi, 50)
            radius = np.linspace(0.03, self.rng.uniform(0.12, 0.2), 50) * size
            at = (np.array([0.5, 0.5]) + self.chance.normal(0, 0.06, 2)) * size
            return self._ink([np.column_stack([at[0] + radius * np.cos(turn), at[1] + radius * np.sin(turn)])], wider=1.2)
        strokes = [self._bent([(0.1, 0.1), (0.5, 0.52), (0.92, 0.9)], size), self._bent([(0.93, 0.06), (0.08, 0.94)], size)]
        if self.habit == "reaching":
            strokes[1] = self._reach(box, neighbour)
        return self._ink(strokes)

    def taken_back(self, box: Rect) -> Patch:
        """Return a cross that was taken back: the whole box scribbled over, beyond its edges."""
        cross = [self._bent([(0.1, 0.1), (0.92, 0.9)], box.width), self._bent([(0.93, 0.06), (0.08, 0.94)], box.width)]
        over = [self._scribble(box.width, -0.12) for _ in range(3)]
        return self._ink([*cross, *over], wider=1.25)

    def _ink(self, strokes: list[Points], wider: float = 1.0) -> Patch:
        return stroked(strokes, replace(self.nib, width_mm=self.nib.width_mm * wider), self.chance)

    def _bent(self, points: list[tuple[float, float]], size: float) -> Points:
        return (np.array(points) + self.chance.normal(0, 0.055, (len(points), 2)) + self.chance.normal(0, 0.05, 2)) * size

    def _scribble(self, size: float, inset: float) -> Points:
        turns = self.rng.randint(5, 7)
        rows = np.linspace(inset, 1 - inset, 2 * turns)
        columns = np.where(np.arange(2 * turns) % 2 == 0, inset, 1 - inset)
        return (np.column_stack([columns, rows]) + self.chance.normal(0, 0.035, (2 * turns, 2))) * size

    def _reach(self, box: Rect, neighbour: Rect | None) -> Points:
        """Draw the cross's second stroke on into the neighbour's box, or far out where no neighbour is near."""
        start = np.array([0.1, 0.9]) * box.width
        end = np.array([self.rng.uniform(1.5, 2.0), self.rng.uniform(-0.9, -0.5)]) * box.width
        if neighbour is not None:
            away = np.array(neighbour.centre) - np.array(box.centre)
            if float(np.hypot(*away)) <= _REACH_MM:
                # To the neighbour's nearer edge and a little in.
                inside = 1 - (neighbour.width / 2 - self.rng.uniform(0.2, 0.9)) / float(np.hypot(*away))
                end = np.array([0.5, 0.5]) * box.width + away * inside
                start = np.array([0.5, 0.5]) * box.width - away / float(np.hypot(*away)) * box.width * 0.45
        middle = (start + end) / 2 + self.chance.normal(0, 0.15, 2)
        return np.array([start, middle, end])


def nearest(box: Rect, others: list[Rect]) -> Rect | None:
    """Return the box nearest to another, or None when it is the only one."""
    far = [(float(np.hypot(other.centre[0] - box.centre[0], other.centre[1] - box.centre[1])), other) for other in others]
    far = [found for found in far if found[0] > 0.1]
    return min(far, key=lambda found: found[0])[1] if far else None


def signature(zone: Rect, nib: Nib, rng: random.Random) -> Patch:
    """Return a signature: a tall start, loops that flatten out, a stroke beneath; its origin is the zone's top left."""
    chance = np.random.default_rng(rng.randrange(2**31))
    length = rng.uniform(26, min(58, zone.width * 0.7))
    high = min(zone.height * 0.42, rng.uniform(3.2, 6.5))
    base = zone.height * rng.uniform(0.5, 0.62)
    start = rng.uniform(2, max(3.0, zone.width - length - 6))
    turns = rng.randint(5, 9)
    at = np.linspace(0, 1, turns * 14)
    tall = high * (0.35 + 0.65 * np.exp(-2.2 * at)) * (1 + 0.25 * np.sin(7 * at + rng.uniform(0, 6)))
    loops = 2 * np.pi * turns * at
    x = start + length * at + tall * 0.45 * np.sin(loops + 0.9) + chance.normal(0, 0.05, at.size)
    y = base - tall * (0.5 + 0.5 * np.cos(loops)) + 0.08 * length * (0.3 - at) * rng.uniform(0, 0.6)
    under = np.array(
        [[start + length * 0.9, base + 0.4], [start + length * 0.3, base + 2.0], [start + length * 1.05, base + 1.2]]
    )
    strokes: list[Points] = [np.column_stack([x, y])]
    if rng.random() < 0.5:
        strokes.append(under)
    return stroked(strokes, nib, chance)
