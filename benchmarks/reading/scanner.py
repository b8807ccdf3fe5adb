"""Scanners, faxes and copiers: what their light, optics, sensors and thresholds make of a sheet."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np

from benchmarks.reading.ink import PX, Grey, grain, piece
from benchmarks.reading.ways import Shot, Way, chain, fed, gathered, laid, scaled


def size_mm(paper: Grey) -> tuple[float, float]:
    """Return the width and height of a sheet of paper."""
    return (paper.shape[1] / PX, paper.shape[0] / PX)


@dataclass(frozen=True, slots=True)
class Sensor:
    """A row of sensors as it was made: how unevenly its lamp shines, its sensors answer, and how much it grains."""

    white: float
    black: float
    gamma: float
    grain: float
    chance: np.random.Generator

    @classmethod
    def made(cls, rng: random.Random) -> Sensor:
        """Make one by chance."""
        chance = np.random.default_rng(rng.randrange(2**31))
        return cls(rng.uniform(232, 252), rng.uniform(14, 44), rng.uniform(0.85, 1.2), rng.uniform(0.8, 2.6), chance)

    def seen(self, light: Grey) -> Grey:
        """Return what the sensors say of some light: curve, fixed pattern of the row, and grain that grows with light."""
        width = light.shape[1]
        curve = self.black + (self.white - self.black) * (np.arange(256) / 243.0).clip(0, 1.04) ** self.gamma
        picture = curve.astype(np.float32)[light]
        lamp = 1 - 0.035 * np.cos(np.linspace(-np.pi, np.pi, width)).clip(-1, 0) ** 2 * self.chance.uniform(0, 2)
        row = (1 + self.chance.normal(0, 0.004, width)) * np.where(np.abs(np.linspace(-1, 1, width)) > 0.97, lamp, 1)
        picture *= row.astype(np.float32)
        picture += np.float32(self.grain) * np.sqrt(picture / 200) * self.chance.standard_normal(picture.shape, np.float32)
        return np.clip(picture, 0, 255).astype(np.uint8)


def sheet(paper: Grey, rng: random.Random) -> Grey:
    """Return paper with its own unevenness: fibres that let a little less light back."""
    chance = np.random.default_rng(rng.randrange(2**31))
    noise = (grain(17, 5.0) * rng.uniform(2, 6)).astype(np.uint8)
    return np.asarray(cv2.subtract(paper, piece(noise, paper.shape, chance)), dtype=np.uint8)


def scanned(paper: Grey, dpi: tuple[float, float], rng: random.Random) -> Shot:
    """Return a sheet as the sensors of a scanner with a feeder see it, at some dots an inch across and down."""
    focus = rng.uniform(0.03, 0.065) * PX
    soft = cv2.GaussianBlur(paper, (0, 0), focus)
    wide, high = size_mm(paper)
    back = chain([scaled(dpi), fed(rng, 0.16), laid(rng, (wide, high), 1.6, 0.006)])
    size = (round(wide / 25.4 * dpi[0]), round(high / 25.4 * dpi[1]))
    fine = (max(1, round(600 / dpi[0])), max(1, round(600 / dpi[1])))
    return Shot(gathered((soft, PX), back, size, fine), back)


def grey(shot: Shot, rng: random.Random) -> Grey:
    """Return the picture of a grey scan, its edges sharpened as drivers like to do."""
    seen = Sensor.made(rng).seen(shot.pixels)
    if rng.random() < 0.6:
        soft = cv2.GaussianBlur(seen, (0, 0), 1.2)
        amount = rng.uniform(0.3, 0.9)
        seen = cv2.addWeighted(seen, 1 + amount, soft, -amount, 0)
    return np.asarray(seen, dtype=np.uint8)


def by_neighbours(picture: Grey, dpi: float, rng: random.Random) -> Grey:
    """Make a picture black and white by what is around: dark is what is darker than its neighbourhood."""
    wide = round(rng.uniform(6, 12) / 25.4 * dpi) | 1
    around = cv2.blur(picture, (wide, wide)).astype(np.int16)
    return np.where(picture < around - rng.uniform(14, 30), 0, 255).astype(np.uint8)


def by_level(picture: Grey, rng: random.Random, least: float, most: float) -> Grey:
    """Make a picture black and white at one level, some share of its paper's light."""
    paper = float(np.percentile(picture[::7, ::7], 80))
    return np.where(picture < paper * rng.uniform(least, most), 0, 255).astype(np.uint8)


def spread_error(picture: Grey) -> Grey:
    """Make a picture black and white by handing each pixel's error on to the next ones, as a photo mode does."""
    height, width = picture.shape
    made = np.empty((height, width), np.uint8)
    rest = np.zeros((2, width + 2), np.float32)
    for row in range(height):
        line = picture[row].astype(np.float32) + rest[0, 1:-1]
        rest[0], rest[1] = rest[1], 0
        # To the right the error goes on along the row; rows are handed half, shared over three pixels below.
        carry = 0.0
        values = line.tolist()
        errors = [0.0] * width
        for column, value in enumerate(values):
            value += carry
            on = value >= 128
            values[column] = 255 if on else 0
            errors[column] = value - values[column]
            carry = errors[column] * 0.4375
        made[row] = values
        told = np.array(errors, np.float32)
        rest[0, :-2] += told * 0.1875
        rest[0, 1:-1] += told * 0.3125
        rest[0, 2:] += told * 0.0625
    return made


@dataclass(frozen=True, slots=True)
class Copy:
    """A sheet that came out of a copier, and the way from it back to the one that was copied."""

    paper: Grey
    back: Way


def copied(paper: Grey, rng: random.Random) -> Copy:
    """Return a photocopy: seen a little unsharp, hardened, printed in toner that spreads, with specks and a worn drum."""
    chance = np.random.default_rng(rng.randrange(2**31))
    way = laid(rng, size_mm(paper), 0.7, 0.012)
    soft = cv2.GaussianBlur(paper, (0, 0), rng.uniform(0.05, 0.09) * PX)
    size = (paper.shape[1], paper.shape[0])
    seen = gathered((soft, PX), chain([lambda points: points / PX, way]), size, (1, 1))
    level, hard = rng.uniform(0.64, 0.78), rng.uniform(2.0, 3.2)
    toner = rng.uniform(18, 48)
    ramp = np.clip((np.arange(256) / 243 - level) * hard + 0.5, 0, 1)
    made = cv2.LUT(seen, (toner + (243 - toner) * ramp).astype(np.uint8))
    _dirt(made, rng, chance)
    return Copy(cv2.GaussianBlur(made, (0, 0), 0.9), way)


def _dirt(paper: Grey, rng: random.Random, chance: np.random.Generator) -> None:
    """Put a copier's dirt on the paper: specks, a pale streak where the drum is worn, a shadow at one edge."""
    height, width = paper.shape
    for x, y in chance.integers(0, (width, height), (rng.randint(60, 260), 2)).tolist():
        cv2.circle(paper, (x, y), int(chance.integers(1, 4)), int(chance.integers(30, 120)), -1)
    if rng.random() < 0.35:
        x, wide = rng.randrange(width // 8, width * 7 // 8), rng.randint(20, 90)
        pale = paper[:, x : x + wide].astype(np.float32)
        paper[:, x : x + wide] = (255 - (255 - pale) * rng.uniform(0.7, 0.9)).astype(np.uint8)
    edge = rng.randint(30, 140)
    shade = np.linspace(rng.uniform(0.2, 0.6), 1, edge, dtype=np.float32)
    paper[:, :edge] = (paper[:, :edge] * shade).astype(np.uint8)
