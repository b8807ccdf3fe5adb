"""What scanners, copiers and desks do to paper: damage by name, each drawn by seed and told exactly.

A list is written `rotate=7.5,bilevel,noise`; a name without a number draws its own. What moves the paper ends in one
transform, so that the truth stays exact.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.domain.geometry import MM_PER_INCH, Transform

MOVES = ("dpi", "fax", "turn", "rotate", "scale", "shift", "edges")
ON_PAPER = ("stamp", "holes", "fold")
ON_PICTURE = ("photocopy", "streaks", "noise", "blur", "faint", "dark", "colour", "bilevel", "jpeg")
GATHERED = ("cover", "backs", "shuffle", "two", "split")
NAMES = (*MOVES, *ON_PAPER, *ON_PICTURE, *GATHERED)
BUNDLES: Mapping[str, tuple[str, ...]] = {
    "none": ("dpi=300",),
    "scanner": ("dpi", "rotate", "scale", "shift", "blur", "noise", "jpeg"),
    "copier": ("dpi", "rotate", "scale", "shift", "photocopy", "blur", "noise", "jpeg"),
}
_DRAWN: Mapping[str, tuple[float, float]] = {
    "rotate": (-1.8, 1.8),
    "scale": (0.985, 1.015),
    "shift": (0.0, 3.0),
    "blur": (0.3, 0.8),
    "noise": (2.0, 7.0),
    "jpeg": (72, 90),
    "streaks": (1, 3),
    "edges": (3, 12),
    "bilevel": (150, 190),
    "photocopy": (0.6, 1.0),
    "faint": (0.45, 0.7),
    "dark": (0.6, 0.85),
}
_STEPS: Mapping[str, tuple[float, ...]] = {"dpi": (200, 240, 300), "turn": (90, 180, 270), "holes": (2, 4)}


@dataclass(frozen=True, slots=True)
class Damage:
    """One damage and how much of it; what the number means goes by the name (degrees, factor, mm, quality …)."""

    name: str
    amount: float

    def __str__(self) -> str:
        """Return `NAME=AMOUNT`."""
        return f"{self.name}={round(self.amount, 3):g}"


class UnknownDamage(ValueError):
    """A name that stands for no damage."""


def parse(written: str) -> tuple[tuple[str, float | None], ...]:
    """Return the names in a list, bundles opened, each with its number or None.

    Raises:
        UnknownDamage: when a name or a number is none.
    """
    found: list[tuple[str, float | None]] = []
    for part in written.replace(" ", "").split(","):
        for item in BUNDLES.get(part, (part,)):
            name, _, amount = item.partition("=")
            if name not in NAMES:
                raise UnknownDamage(name)
            try:
                found.append((name, float(amount) if amount else None))
            except ValueError as error:
                raise UnknownDamage(item) from error
    return tuple(dict(found).items())


def suffer(wanted: tuple[tuple[str, float | None], ...], rng: random.Random) -> tuple[Damage, ...]:
    """Return the damage one side of paper takes, each with its amount, in the order it happens."""
    amounts = dict(wanted)
    return tuple(Damage(name, _amount(name, amounts[name], rng)) for name in NAMES if name in amounts)


def _amount(name: str, given: float | None, rng: random.Random) -> float:
    if given is not None:
        return given
    if name in _STEPS:
        return rng.choice(_STEPS[name])
    low, high = _DRAWN.get(name, (1, 1))
    return rng.uniform(low, high)


@dataclass(frozen=True, slots=True)
class Lay:
    """How a sheet lies in its picture: the picture's size, resolution, and the way from sheet millimetres to pixels."""

    width: int
    height: int
    dpi: tuple[float, float]
    mm_to_px: Transform
    rotation: int


def lay(size_mm: tuple[float, float], damages: tuple[Damage, ...], rng: random.Random) -> Lay:
    """Return where a sheet comes to lie after all that moves it.

    A nearly straight sheet fills its own frame, as in a feeder; one that is turned more gets a frame that holds all of it,
    as on a glass.
    """
    amount = {damage.name: damage.amount for damage in damages}
    dpi = (204.0, 98.0) if "fax" in amount else (amount.get("dpi", 300.0),) * 2
    angle, factor = math.radians(amount.get("rotate", 0.0)), amount.get("scale", 1.0)
    heading = rng.uniform(0, 2 * math.pi)
    push = (amount.get("shift", 0.0) * math.cos(heading), amount.get("shift", 0.0) * math.sin(heading))
    middle = (size_mm[0] / 2, size_mm[1] / 2)
    onto = (
        _moved(push[0] + middle[0], push[1] + middle[1]).after(_turned(angle, factor)).after(_moved(-middle[0], -middle[1]))
    )
    frame = size_mm
    if abs(angle) > math.radians(2.5) or factor > 1.03 or "edges" in amount:
        onto, frame = _held(onto, size_mm, amount.get("edges", 0.0))
    scaled = _scaled(dpi[0] / MM_PER_INCH, dpi[1] / MM_PER_INCH).after(onto)
    width, height = round(frame[0] * dpi[0] / MM_PER_INCH), round(frame[1] * dpi[1] / MM_PER_INCH)
    return _quarters(Lay(width, height, dpi, scaled, 0), int(amount.get("turn", 0)) % 360)


def _held(onto: Transform, size_mm: tuple[float, float], margin: float) -> tuple[Transform, tuple[float, float]]:
    corners = [onto.point(x, y) for x in (0, size_mm[0]) for y in (0, size_mm[1])]
    left, top = min(x for x, _ in corners) - margin, min(y for _, y in corners) - margin
    right, low = max(x for x, _ in corners) + margin, max(y for _, y in corners) + margin
    return _moved(-left, -top).after(onto), (right - left, low - top)


def _quarters(lain: Lay, turn: int) -> Lay:
    """Turn the whole picture clockwise; `rotation` is the turn that brings it upright again."""
    width, height, way, dpi = lain.width, lain.height, lain.mm_to_px, lain.dpi
    for _ in range(turn // 90):
        way = Transform((0, -1, height, 1, 0, 0, 0, 0, 1)).after(way)
        width, height, dpi = height, width, (dpi[1], dpi[0])
    return Lay(width, height, dpi, way, (360 - turn) % 360)


def _moved(dx: float, dy: float) -> Transform:
    return Transform((1, 0, dx, 0, 1, dy, 0, 0, 1))


def _scaled(x: float, y: float) -> Transform:
    return Transform((x, 0, 0, 0, y, 0, 0, 0, 1))


def _turned(angle: float, factor: float) -> Transform:
    c, s = math.cos(angle) * factor, math.sin(angle) * factor
    return Transform((c, -s, 0, s, c, 0, 0, 0, 1))
