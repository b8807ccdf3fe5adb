"""Tick boxes to learn from: groups of boxes on paper, ticked, cancelled, missed and stained in many ways."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from pipeline.domain.geometry import Rect
from pipeline.drawing.strokes import curve
from pipeline.readers.windows import box_window
from training import papers
from training.examples import SCALE, Sources, scanned
from training.lists import LISTS

Grey = NDArray[np.uint8]
NAMES = ("off", "on", "filled", "stray")
CLASSES = len(NAMES)
OFF, ON, FILLED, STRAY = range(CLASSES)


@dataclass(frozen=True, slots=True)
class Boxes:
    """The windows of some boxes (n, 2, side, side), and what each is: off, on, filled all over, or strayed upon."""

    seen: Grey
    labels: NDArray[np.uint8]


class _Hand:
    """One way to tick: a pen and a habit."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.machine = rng.random() < 0.25
        self.width = rng.uniform(0.2, 0.7)
        self.grey = rng.randint(0, 100) if rng.random() < 0.8 else rng.randint(100, 175)
        self.habit = rng.choice(("cross", "cross", "tick", "tick", "slash", "fill", "dot", "blob"))

    def stroke(self, picture: Grey, points: NDArray[np.float64]) -> None:
        """Draw through points in millimetres."""
        thick = max(1, round(self.width * SCALE))
        scaled = np.round(points * SCALE * 8).astype(np.int32)
        cv2.polylines(picture, [scaled], isClosed=False, color=self.grey, thickness=thick, lineType=cv2.LINE_AA, shift=3)

    def within(
        self, picture: Grey, box: Rect, points: list[tuple[float, float]], shake: float = 0.08, *, bent: bool = False
    ) -> None:
        """Draw through points told in shares of a box, unevenly."""
        chance = np.random.default_rng(self.rng.randrange(2**31))
        told = np.array(points) + chance.normal(0, shake, (len(points), 2)) + chance.normal(0, shake * 0.8, (1, 2))
        if bent and len(points) > 2:
            told = curve(told)
        self.stroke(picture, np.column_stack([box.x + told[:, 0] * box.width, box.y + told[:, 1] * box.height]))


def boxes(rng: random.Random, sources: Sources) -> Boxes:
    """Return the windows of one group of boxes."""
    side = rng.uniform(2.6, 5.2)
    across, down = rng.choice(((3, 1), (4, 1), (1, 3), (3, 3), (2, 4), (5, 1)))
    step = (side + rng.uniform(4.0, 26.0), side + rng.uniform(0.8, 4.5))
    zones = [Rect(7 + i * step[0], 7 + j * step[1], side, side) for j in range(down) for i in range(across)]
    width, height = zones[-1].right + 14, zones[-1].bottom + 7
    blank = _printed(zones, (width, height), rng, sources)
    hand, picture = _Hand(rng), blank.copy()
    labels = [_one(picture, zone, hand) for zone in zones]
    _strays(picture, zones, labels, rng)
    paper = papers.Paper(blank, Rect(3, 3, width - 6, height - 6))
    whole = scanned(paper, picture, rng, hand.grey)
    seen = [box_window(whole, zone) for zone in zones]
    return Boxes(np.asarray(seen, np.uint8), np.array(labels, np.uint8))


def _printed(zones: list[Rect], size: tuple[float, float], rng: random.Random, sources: Sources) -> Grey:
    image = Image.new("L", (round(size[0] * SCALE), round(size[1] * SCALE)), 255)
    draw = ImageDraw.Draw(image)
    grey, width = rng.choice((0, 0, 50, 110)), max(1, round(rng.uniform(0.1, 0.4) * SCALE))
    shape = rng.choices(("square", "round", "soft"), (80, 10, 10))[0]
    font = ImageFont.truetype(str(rng.choice(sources.types[:40])), max(8, round(rng.uniform(6, 9) / 72 * 300)))
    for zone in zones:
        corners = tuple(v * SCALE for v in (zone.x, zone.y, zone.right, zone.bottom))
        if shape == "square":
            draw.rectangle(corners, outline=grey, width=width)
        elif shape == "round":
            draw.ellipse(corners, outline=grey, width=width)
        else:
            draw.rounded_rectangle(corners, radius=0.5 * SCALE, outline=grey, width=width)
        at = ((zone.right + rng.uniform(0.6, 1.6)) * SCALE, zone.centre[1] * SCALE)
        draw.text(at, rng.choice(LISTS["options"]), font=font, fill=grey, anchor="lm")
    if rng.random() < 0.5:
        top, low = zones[0].y - rng.uniform(0.5, 3.5), zones[-1].bottom + rng.uniform(0.5, 3)
        for y in (top, low):
            draw.line((0, y * SCALE, image.width, y * SCALE), fill=grey, width=width)
    return np.array(image, dtype=np.uint8)


def _one(picture: Grey, zone: Rect, hand: _Hand) -> int:
    """Draw what somebody did to one box, and return what it then says."""
    rng = hand.rng
    chance = rng.random()
    if chance < 0.55:
        return OFF
    if hand.machine and chance < 0.95:
        _typed(picture, zone, hand)
        return ON
    if chance > 0.95 and not hand.machine:
        for _ in range(rng.randint(2, 4)):
            _fill(picture, zone.grown(rng.uniform(0.1, 0.5)), hand, rng.randint(6, 9))
        return FILLED
    habit = hand.habit if rng.random() < 0.75 else rng.choice(("cross", "tick", "slash", "dot"))
    if habit == "fill":
        _fill(picture, zone, hand, rng.randint(5, 8))
        return FILLED if _share(picture, zone, hand) > 0.62 else ON
    _ticked(picture, zone, hand, habit)
    return ON


def _ticked(picture: Grey, zone: Rect, hand: _Hand, habit: str) -> None:
    rng = hand.rng
    reach = rng.uniform(-0.15, 0.35)
    if habit == "cross":
        hand.within(picture, zone, [(-reach + 0.1, -reach + 0.1), (0.9 + reach, 0.9 + reach)])
        hand.within(picture, zone, [(0.9 + reach, -reach + 0.1), (0.1 - reach, 0.9 + reach)])
    elif habit == "tick":
        hand.within(picture, zone, [(0.05, 0.5), (0.35, 0.95), (1.0 + reach, -0.1 - reach)])
    elif habit == "slash":
        ends = [(-0.05 - reach * 0.5, 1.05), (1.05 + reach * 0.5, -0.05)]
        hand.within(picture, zone, ends if rng.random() < 0.8 else [(0, 0), (1, 1)])
    elif habit == "dot":
        turn = np.linspace(0, 2 * math.pi, 12)
        radius = rng.uniform(0.12, 0.28)
        for part in (0.3, 0.7, 1.0):
            hand.within(
                picture, zone, [(0.5 + radius * part * math.cos(t), 0.5 + radius * part * math.sin(t)) for t in turn], 0.02
            )
    else:
        hand.within(
            picture, zone, [(rng.uniform(0, 1), rng.uniform(0, 1)) for _ in range(rng.randint(5, 9))], 0.02, bent=True
        )


def _typed(picture: Grey, zone: Rect, hand: _Hand) -> None:
    kind = hand.rng.random()
    size = hand.rng.uniform(0.28, 0.45)
    if kind < 0.7:
        hand.within(picture, zone, [(0.5 - size, 0.5 - size), (0.5 + size, 0.5 + size)], 0.015)
        hand.within(picture, zone, [(0.5 + size, 0.5 - size), (0.5 - size, 0.5 + size)], 0.015)
    elif kind < 0.85:
        _ticked(picture, zone, hand, "dot")
    else:
        hand.within(picture, zone, [(0.2, 0.5), (0.42, 0.75), (0.82, 0.22)], 0.015)


def _fill(picture: Grey, zone: Rect, hand: _Hand, turns: int) -> None:
    rows = np.linspace(0.08, 0.94, turns * 2)
    points = [(0.04 if i % 2 else 0.96, float(y)) for i, y in enumerate(rows)]
    hand.within(picture, zone, points, 0.05)


def _share(picture: Grey, zone: Rect, hand: _Hand) -> float:
    left, top, right, bottom = (round(v * SCALE) for v in (zone.x + 0.4, zone.y + 0.4, zone.right - 0.4, zone.bottom - 0.4))
    return float((picture[top:bottom, left:right] < (hand.grey + 255) / 2).mean())


def _strays(picture: Grey, zones: list[Rect], labels: list[int], rng: random.Random) -> None:
    """Draw what is not meant: a line through some boxes, a stamp's edge, a pen put down for a moment beside a box."""
    hand = _Hand(rng)
    if rng.random() < 0.10:
        zone = rng.choice(zones)
        index = zones.index(zone)
        angle = rng.uniform(0, math.pi)
        reach = zone.width * rng.uniform(2.0, 4.0)
        x, y = zone.x + rng.uniform(0.2, 0.8) * zone.width, zone.y + rng.uniform(0.2, 0.8) * zone.height
        ends = np.array(
            [
                [x - reach * math.cos(angle), y - reach * math.sin(angle)],
                [x + reach * math.cos(angle), y + reach * math.sin(angle)],
            ]
        )
        hand.stroke(picture, ends)
        for place, other in enumerate(zones):
            if labels[place] == OFF and (place == index or _crossed(ends, other)):
                labels[place] = STRAY
    for place, zone in enumerate(zones):
        if rng.random() < 0.025:
            turn = np.linspace(0, rng.uniform(5.6, 6.8), 30) + rng.uniform(0, 6)
            radius = (rng.uniform(0.75, 1.0), rng.uniform(0.72, 0.95))
            hand.within(picture, zone, [(0.5 + radius[0] * math.cos(t), 0.5 + radius[1] * math.sin(t)) for t in turn], 0.02)
            labels[place] = STRAY if labels[place] == OFF else labels[place]
        if rng.random() < 0.04:
            x = zone.x + rng.choice((-0.25, 1.25)) * zone.width + rng.gauss(0, 0.1)
            y = zone.y + rng.uniform(-0.3, 1.3) * zone.height
            hand.stroke(picture, np.array([[x, y], [x + rng.gauss(0, 0.2), y + rng.gauss(0, 0.2)]]))


def _crossed(ends: NDArray[np.float64], zone: Rect) -> bool:
    points = ends[0] + np.linspace(0, 1, 200)[:, None] * (ends[1] - ends[0])
    return any(zone.holds(float(x), float(y)) for x, y in points)
