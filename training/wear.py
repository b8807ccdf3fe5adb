"""What printers, copiers and scanners do to a small piece of paper, and how a program gets it back: moved a little.

Its figures are its own: they are wider than those practice scans are drawn with, and nothing that a reader is tested on is
drawn here.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Matrix = NDArray[np.float64]
DPI = 300.0
_FAX = (204.0, 98.0)


@dataclass(frozen=True, slots=True)
class Wear:
    """One machine's way with paper.

    Dots an inch across and down, degrees of turn, a factor of size; copies before the scan, their hardness, and specks a
    pixel; the share of the ink that is left, blur and noise as deviations in pixels and greys; the grey below which black
    begins (None for grey scans), JPEG's quality, a dark streak, and strokes a pixel fatter (1) or thinner (-1).
    """

    dpi: tuple[float, float]
    angle: float
    factor: float
    copies: int
    hard: float
    specks: float
    ink: float
    blur: float
    noise: float
    threshold: float | None
    jpeg: int | None
    streak: bool
    smear: int

    @classmethod
    def drawn(cls, rng: random.Random, grey: int = 0) -> Wear:
        """Draw one that leaves ink of a grey to be seen: most paper goes through an ordinary scanner, some through worse."""
        fax = rng.random() < 0.05
        square = rng.choices((300, 400, 240, 200, 150, 120, 100), (34, 5, 12, 26, 12, 5, 6))[0] * rng.uniform(0.97, 1.03)
        copies = rng.choices((0, 1, 2), (62, 26, 12))[0]
        bilevel = fax or rng.random() < 0.33
        ink = rng.uniform(0.8, 1.0) if bilevel or rng.random() < 0.75 else rng.uniform(0.35, 0.8)
        seen = 255 - (255 - grey) * ink
        copies = copies if seen < 110 else 0
        return cls(
            dpi=_FAX if fax else (square, square),
            angle=rng.gauss(0, 0.9) if rng.random() < 0.93 else rng.uniform(-8, 8),
            factor=rng.gauss(1, 0.012),
            copies=copies,
            hard=rng.uniform(0.3, 1.4),
            specks=rng.choice((0.0, 0.0001, 0.0004, 0.001)) if copies else rng.choice((0.0, 0.0, 0.0, 0.0001)),
            ink=ink,
            blur=abs(rng.gauss(0, 0.5)) + 0.2 if rng.random() < 0.9 else rng.uniform(1.0, 1.6),
            noise=abs(rng.gauss(0, 5)),
            threshold=max(rng.gauss(172, 20), seen + 30) if bilevel else None,
            jpeg=None if bilevel or rng.random() < 0.3 else rng.randint(35, 93),
            streak=rng.random() < 0.05,
            smear=rng.choices((0, 1, -1), (86, 8, 6))[0],
        )


def worn(paper: Grey, wear: Wear, seed: int) -> Grey:
    """Return a piece of paper after all that befalls it, taken back to where it lay but for a little."""
    chance = np.random.default_rng(seed)
    onto, size = _way(paper.shape, wear)
    shrink = DPI / min(wear.dpi)
    source = cv2.GaussianBlur(paper, (0, 0), 0.42 * shrink) if shrink > 1.15 else paper
    source = _smeared(np.asarray(source, dtype=np.uint8), wear.smear)
    whole = cv2.warpAffine(source, onto[:2], size, flags=cv2.INTER_CUBIC, borderValue=(255,))
    scanned = 255 - (255 - np.asarray(whole, dtype=np.float32)) * np.float32(wear.ink)
    for _ in range(wear.copies):
        scanned = _copied(scanned, wear, chance)
    scanned = np.asarray(cv2.GaussianBlur(scanned, (0, 0), wear.blur), dtype=np.float32)
    scanned += chance.standard_normal(scanned.shape, dtype=np.float32) * np.float32(wear.noise)
    if wear.streak:
        column = int(chance.integers(0, scanned.shape[1] - 2))
        scanned[:, column : column + int(chance.integers(1, 3))] -= float(chance.integers(40, 130))
    seen = np.clip(scanned, 0, 255).astype(np.uint8)
    if wear.threshold is not None:
        seen = np.where(seen < wear.threshold, 0, 255).astype(np.uint8)
    if wear.jpeg is not None:
        seen = cv2.imdecode(cv2.imencode(".jpg", seen, [cv2.IMWRITE_JPEG_QUALITY, wear.jpeg])[1], cv2.IMREAD_GRAYSCALE)
    back = onto @ _off(chance, paper.shape)
    flat = cv2.warpAffine(
        seen, back[:2], (paper.shape[1], paper.shape[0]), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, borderValue=(255,)
    )
    return np.asarray(flat, dtype=np.uint8)


def _way(shape: tuple[int, ...], wear: Wear) -> tuple[Matrix, tuple[int, int]]:
    """Return the matrix from the piece to the scan, and the scan's size."""
    height, width = shape
    turn = np.radians(wear.angle)
    c, s = np.cos(turn) * wear.factor, np.sin(turn) * wear.factor
    middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    turned = np.array([[c, -s, 0], [s, c, 0], [0, 0, 1.0]])
    scaled = np.diag([wear.dpi[0] / DPI, wear.dpi[1] / DPI, 1.0])
    way = scaled @ turned @ middle
    corners = way @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1.0]])
    low, high = corners[:2].min(axis=1), corners[:2].max(axis=1)
    moved = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]])
    return moved @ way, (int(high[0] - low[0]) + 2, int(high[1] - low[1]) + 2)


def _off(chance: np.random.Generator, shape: tuple[int, ...]) -> Matrix:
    """Return how far from its place a program takes the piece to lie: most often a tenth of a millimetre."""
    dx, dy = chance.normal(0, 1.1, 2) + (chance.uniform(-5, 5, 2) if chance.random() < 0.08 else 0)
    turn, factor = chance.normal(0, 0.0012), 1 + chance.normal(0, 0.001)
    c, s = np.cos(turn) * factor, np.sin(turn) * factor
    x, y = shape[1] / 2, shape[0] / 2
    return np.array([[c, -s, dx + x - c * x + s * y], [s, c, dy + y - s * x - c * y], [0, 0, 1]])


def _smeared(paper: Grey, how: int) -> Grey:
    """Make strokes a pixel fatter (1) or thinner (-1)."""
    if how == 0:
        return paper
    kernel = np.ones((2, 2), np.uint8)
    return np.asarray(cv2.erode(paper, kernel) if how > 0 else cv2.dilate(paper, kernel), dtype=np.uint8)


def _copied(picture: NDArray[np.float32], wear: Wear, chance: np.random.Generator) -> NDArray[np.float32]:
    blurred = cv2.GaussianBlur(picture, (0, 0), float(chance.uniform(0.4, 0.9)))
    hard = (np.asarray(blurred, np.float32) - 128) * (1 + wear.hard) + float(chance.uniform(118, 148))
    if wear.specks:
        dust = chance.random(picture.shape, dtype=np.float32) < wear.specks
        side = int(chance.integers(1, 4))
        hard[cv2.dilate(dust.astype(np.uint8), np.ones((side, side), np.uint8)) > 0] = float(chance.uniform(0, 90))
        holes = chance.random(picture.shape, dtype=np.float32) < wear.specks
        hard[cv2.dilate(holes.astype(np.uint8), np.ones((2, 2), np.uint8)) > 0] = 250
    return np.asarray(np.clip(hard, 0, 255), dtype=np.float32)
