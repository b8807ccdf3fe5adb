"""The scanner: paper in, a damaged picture out, with the exact way from the sheet to its pixels."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pipeline.domain.geometry import MM_PER_INCH, Rect, Transform
from pipeline.drawing import fonts
from pipeline.drawing.damage import Damage, Lay, lay
from pipeline.drawing.paper import Grey
from pipeline.drawing.pens import Ink, TypePen

_LID, _DARK = 252, 24


@dataclass(frozen=True, slots=True)
class Scanned:
    """One side as the scanner gave it: grey (h, w) or colour (h, w, 3); `bilevel` when it holds black and white only."""

    pixels: NDArray[np.uint8]
    lay: Lay
    bilevel: bool
    quality: int


def scan(paper: Grey, paper_dpi: float, size_mm: tuple[float, float], damages: tuple[Damage, ...], seed: int) -> Scanned:
    """Return a side of paper as scanned, with all its damage.

    Args:
        paper: the side, upright.
        paper_dpi: its resolution.
        size_mm: its width and height.
        damages: in the order they happen.
        seed: where chance comes from.
    """
    rng, chance = random.Random(seed), np.random.default_rng(seed)
    amount = {damage.name: damage.amount for damage in damages}
    marked = _on_paper(paper, paper_dpi, amount, rng)
    lain = lay(size_mm, damages, rng)
    picture = _warped(marked, paper_dpi, lain, _DARK if "edges" in amount else _LID)
    for name, change in _CHANGES.items():
        if name in amount:
            picture = change(picture, amount[name], chance)
    bilevel = "bilevel" in amount or "fax" in amount
    if bilevel:
        picture = np.where(picture < amount.get("bilevel", 165), 0, 255).astype(np.uint8)
    quality = int(amount.get("jpeg", 88))
    if "colour" in amount:
        return Scanned(_coloured(picture, chance), lain, False, quality)
    return Scanned(picture, lain, bilevel, quality)


def _warped(paper: Grey, paper_dpi: float, lain: Lay, outside: int) -> Grey:
    to_mm = Transform.scaling(MM_PER_INCH / paper_dpi)
    way = lain.mm_to_px.after(to_mm)
    # Pixel 0 covers 0..1 for us, and lies at 0 for OpenCV: half a pixel apart on both sides.
    half = Transform((1, 0, 0.5, 0, 1, 0.5, 0, 0, 1))
    matrix = half.inverse.after(way).after(half).matrix[:2]
    shrink = paper_dpi / max(1.0, min(lain.dpi))
    source = cv2.GaussianBlur(paper, (0, 0), 0.42 * shrink) if shrink > 1.2 else paper
    size = (lain.width, lain.height)
    return cv2.warpAffine(source, matrix, size, flags=cv2.INTER_CUBIC, borderValue=(outside,)).astype(np.uint8)


def _on_paper(paper: Grey, dpi: float, amount: dict[str, float], rng: random.Random) -> Grey:
    ink = Ink(Image.fromarray(paper), dpi / MM_PER_INCH)
    width, height = ink.layer.width / ink.px_per_mm, ink.layer.height / ink.px_per_mm
    if "holes" in amount:
        spread = 80.0 if amount["holes"] <= 2 else 240.0
        count = max(2, int(amount["holes"]))
        for index in range(count):
            y = height / 2 - spread / 2 + spread * index / (count - 1)
            _disc(ink, (11.0, y), 2.9, rng.choice((40, 70, 235)))
    if "fold" in amount:
        y = height * rng.choice((1 / 3, 1 / 2, 2 / 3)) + rng.uniform(-2, 2)
        ink.line(np.array([[0, y], [width, y + rng.uniform(-0.5, 0.5)]]), 0.3, 190)
    if "stamp" in amount:
        _stamp(ink, (width, height), rng)
    return np.array(ink.layer, dtype=np.uint8)


def _disc(ink: Ink, centre: tuple[float, float], radius: float, grey: int) -> None:
    turn = np.linspace(0, 2 * np.pi, 40)
    for part in np.linspace(0.2, radius, 8):
        ink.line(np.column_stack([centre[0] + part * np.cos(turn), centre[1] + part * np.sin(turn)]), 0.6, grey)


def _stamp(ink: Ink, size: tuple[float, float], rng: random.Random) -> None:
    """Stamp the day of arrival, most often where it is meant to stand."""
    frame = Rect(rng.uniform(110, 135), rng.choice((size[1] * 0.87, size[1] * 0.9, size[1] * 0.62)), 56, 16)
    layer = Ink.over(*size, ink.px_per_mm * MM_PER_INCH)
    for grown in (0.0, 1.0):
        corners = np.array([*frame.grown(grown).corners, frame.grown(grown).corners[0]])
        layer.line(corners, 0.45, 110)
    pen = TypePen(fonts.named(("LiberationSans-Bold",))[0], 14.0, 110)
    pen.write(layer, (frame.x + 4, frame.y + 6.5), "ANKOM")
    pen.write(layer, (frame.x + 4, frame.y + 13.5), f"2025 -{rng.randint(1, 12):02d}- {rng.randint(1, 28):02d}")
    x, y = frame.centre
    turned = layer.layer.rotate(rng.uniform(-9, 9), center=(x * ink.px_per_mm, y * ink.px_per_mm), fillcolor=255)
    made = np.minimum(np.asarray(ink.layer), np.asarray(turned.crop((0, 0, *ink.layer.size))))
    ink.layer.paste(Image.fromarray(made))


def _photocopy(picture: Grey, amount: float, chance: np.random.Generator) -> Grey:
    """Harden the contrast, sprinkle toner, and shade one edge."""
    hard = np.clip((picture.astype(np.float32) - 128) * (1 + amount) + 138, 0, 255)
    specks = chance.random(picture.shape, dtype=np.float32) < 0.0004 * amount
    hard[cv2.dilate(specks.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0] = 40
    reach = int(picture.shape[1] * 0.02)
    hard[:, :reach] *= np.linspace(0.35, 1, reach, dtype=np.float32)
    return np.asarray(hard, dtype=np.uint8)


def _streaks(picture: Grey, amount: float, chance: np.random.Generator) -> Grey:
    """Draw thin lines along the feed, as dust on the glass does."""
    made = picture.copy()
    for _ in range(max(1, round(amount))):
        x, width = int(chance.integers(10, made.shape[1] - 10)), int(chance.integers(1, 3))
        band = made[:, x : x + width].astype(np.int16) - int(chance.integers(40, 120))
        made[:, x : x + width] = np.clip(band, 0, 255)
    return made


def _noise(picture: Grey, amount: float, chance: np.random.Generator) -> Grey:
    grain = chance.standard_normal(picture.shape, dtype=np.float32) * amount
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def _blur(picture: Grey, amount: float, chance: np.random.Generator) -> Grey:
    return cv2.GaussianBlur(picture, (0, 0), max(0.2, amount)).astype(np.uint8)


def _faint(picture: Grey, amount: float, chance: np.random.Generator) -> Grey:
    """Leave only a part of the ink's darkness, as an empty toner does."""
    return (255 - (255 - picture.astype(np.float32)) * amount).astype(np.uint8)


def _dark(picture: Grey, amount: float, chance: np.random.Generator) -> Grey:
    return (picture.astype(np.float32) * amount).astype(np.uint8)


def _jpeg(picture: Grey, amount: float, chance: np.random.Generator) -> Grey:
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=int(amount))
    return np.array(Image.open(out), dtype=np.uint8)


def _coloured(picture: Grey, chance: np.random.Generator) -> NDArray[np.uint8]:
    """Return the picture in colour: paper a little warm, ink a little blue."""
    dark = (255 - picture.astype(np.float32))[..., None] / 255
    paper, ink = np.array([252, 250, 243], np.float32), np.array([25, 25, 50], np.float32)
    return (paper * (1 - dark) + ink * dark).astype(np.uint8)


_CHANGES: dict[str, Callable[[Grey, float, np.random.Generator], Grey]] = {
    "photocopy": _photocopy,
    "streaks": _streaks,
    "noise": _noise,
    "blur": _blur,
    "faint": _faint,
    "dark": _dark,
    "jpeg": _jpeg,
}
