"""A telephone's picture of a sheet on a table: seen from aside, unevenly lit, a little unsharp, packed as JPEG."""

from __future__ import annotations

import random

import cv2
import numpy as np

from benchmarks.reading.ink import PX, Floats, Grey, grain, piece
from benchmarks.reading.scanner import size_mm
from benchmarks.reading.ways import Points, Shot, Way, chain, gathered

PIXELS = 3500  # of the longer side of the picture
_SHAPE = 0.743  # its shorter side beside it


def photographed(paper: Grey, rng: random.Random) -> Shot:
    """Return the sheet as the camera sees it, and the way back from its pixels."""
    chance = np.random.default_rng(rng.randrange(2**31))
    sheet = size_mm(paper)
    high = round(PIXELS * sheet[1] / 297)
    size = (round(high * _SHAPE * max(1.0, sheet[0] / sheet[1] / 0.707)), high)
    back = _camera(rng, sheet, size)
    margin = 60.0  # mm of table around the sheet
    scale = 8.0
    table = _table((paper.shape[1] + 2 * round(margin * PX), paper.shape[0] + 2 * round(margin * PX)), rng, chance, scale)
    seen = gathered((cv2.GaussianBlur(paper, (0, 0), 1.0), PX), back, size, (2, 2))
    on_sheet = _on_sheet(back, sheet, size)
    around = gathered((table, PX / scale), chain([back, lambda points: points + margin]), size, (1, 1))
    mixed = np.where(on_sheet > 127, seen, around).astype(np.uint8)
    return Shot(_exposed(mixed, rng, chance), back)


def _camera(rng: random.Random, sheet: tuple[float, float], size: tuple[int, int]) -> Way:
    """Return the way from pixels to the sheet: through a lens that bends a little, in perspective, to bent paper."""
    tilt = [rng.gauss(0, 0.045), rng.gauss(0, 0.06)]
    turn = np.radians(rng.gauss(0, 1.8))
    fill = rng.uniform(0.86, 0.94)  # how much of the picture's height the sheet takes
    barrel = rng.uniform(-0.012, 0.006)
    bulge = (rng.uniform(-0.5, 0.5), rng.uniform(0, 3.14))
    middle = np.array(size) / 2
    c, s = np.cos(turn), np.sin(turn)

    def way(points: Points) -> Points:
        seen = (points - middle) / size[1]
        seen = seen * (1 + barrel * 4 * (seen**2).sum(axis=1, keepdims=True))
        seen = seen @ np.array([[c, s], [-s, c]]).T
        depth = 1 - 2 * (seen @ np.array(tilt))
        flat = seen / depth[:, None] * sheet[1] / fill + np.array(sheet) / 2
        wave = bulge[0] * np.sin(2 * np.pi * flat[:, 1] / 240 + bulge[1])
        return flat + np.column_stack([0.3 * wave, wave])

    return way


def _on_sheet(back: Way, sheet: tuple[float, float], size: tuple[int, int]) -> Grey:
    """Return 255 where a pixel shows the sheet."""
    small = 8
    grid = np.stack(np.meshgrid(np.arange(0, size[0] + small, small), np.arange(0, size[1] + small, small)), axis=-1)
    at = back(grid.reshape(-1, 2).astype(np.float64)).reshape(*grid.shape)
    inside = np.minimum.reduce([at[..., 0], at[..., 1], sheet[0] - at[..., 0], sheet[1] - at[..., 1]]).astype(np.float32)
    spread = np.array([[1 / small, 0, 0], [0, 1 / small, 0]], np.float64)
    far = cv2.warpAffine(inside, spread, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return np.where(far > 0, 255, 0).astype(np.uint8)


def _table(size: tuple[int, int], rng: random.Random, chance: np.random.Generator, scale: float) -> Grey:
    """Return a table's top, darker than paper: plain, or grained like wood."""
    shape = (round(size[1] / scale), round(size[0] / scale))
    shade = rng.uniform(50, 130)
    if rng.random() < 0.5:
        wood = cv2.resize(chance.standard_normal((shape[0] // 2, 12)).astype(np.float32), (shape[1], shape[0]))
        return np.clip(shade + 14 * wood, 0, 255).astype(np.uint8)
    return np.clip(shade + 30 * (piece(grain(18, 2.0), shape, chance) - 0.5), 0, 255).astype(np.uint8)


def _exposed(light: Grey, rng: random.Random, chance: np.random.Generator) -> Grey:
    """Return what the sensor keeps: lamp from one side, a soft shadow, an unsharp lens, grain and its own sharpening."""
    lit = light.astype(np.float32) * _lamp(light.shape, rng)
    lit = cv2.GaussianBlur(lit, (0, 0), rng.uniform(0.7, 1.25))
    lit += chance.standard_normal(lit.shape, np.float32) * np.sqrt(np.maximum(lit, 1)) * np.float32(rng.uniform(0.12, 0.32))
    soft = cv2.GaussianBlur(lit, (0, 0), 2.0)
    lit += (lit - soft) * np.float32(rng.uniform(0.3, 0.8))
    return np.clip(lit, 0, 255).astype(np.uint8)


def _lamp(shape: tuple[int, int], rng: random.Random) -> Floats:
    """Return how much light falls where: brighter at one side, the corners dim, half of the time with a hand's shadow."""
    height, width = shape
    y, x = np.meshgrid(np.linspace(-1, 1, 96), np.linspace(-1, 1, 72), indexing="ij")
    heading = rng.uniform(0, 6.28)
    fall = rng.uniform(0.05, 0.22)
    lamp = 0.9 + fall * (x * np.cos(heading) + y * np.sin(heading)) - rng.uniform(0.03, 0.1) * (x**2 + y**2)
    if rng.random() < 0.5:
        edge = x * np.cos(heading + 0.7) + y * np.sin(heading + 0.7) + rng.uniform(0.2, 0.9)
        lamp *= 1 - rng.uniform(0.15, 0.38) / (1 + np.exp(edge / rng.uniform(0.04, 0.15)))
    lamp = lamp * rng.uniform(0.88, 1.0) / lamp.max()
    return cv2.resize(lamp.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
