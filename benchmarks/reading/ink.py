"""Ink on paper: small pieces of darkness, and the sheet they are laid on, where light goes through all of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

PAPER_DPI = 600
PX = PAPER_DPI / 25.4  # paper pixels a millimetre

Grey = NDArray[np.uint8]
Floats = NDArray[np.float32]
Noise = TypeVar("Noise", bound=NDArray[Any])
_GRAIN = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A piece of ink: `dark` 0 (none) to 255 at `PAPER_DPI`, and where the start of its base line lies in it, in pixels."""

    dark: Grey
    origin: tuple[float, float]

    @property
    def ink_mm(self) -> tuple[float, float, float, float]:
        """Return how far the ink goes from the origin, in mm: left, top, right, bottom (left and top mostly below 0)."""
        rows, columns = np.flatnonzero(self.dark.max(axis=1) > 40), np.flatnonzero(self.dark.max(axis=0) > 40)
        if rows.size == 0:
            return (0.0, 0.0, 0.0, 0.0)
        x, y = self.origin
        return ((columns[0] - x) / PX, (rows[0] - y) / PX, (columns[-1] + 1 - x) / PX, (rows[-1] + 1 - y) / PX)

    @property
    def width_mm(self) -> float:
        """Return how far the ink goes to the right of the origin."""
        return self.ink_mm[2]


class Inked:
    """The ink of one sheet as the share of light it lets through, 255 where there is none."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        """Begin with a sheet without ink."""
        self.light: Grey = np.full((round(height_mm * PX), round(width_mm * PX)), 255, np.uint8)

    def put(self, patch: Patch, x_mm: float, y_mm: float) -> None:
        """Lay a piece of ink so that its origin comes to lie at a place; what hangs over the sheet's edge is lost."""
        left, top = round(x_mm * PX - patch.origin[0]), round(y_mm * PX - patch.origin[1])
        height, width = patch.dark.shape
        x0, y0 = max(left, 0), max(top, 0)
        x1, y1 = min(left + width, self.light.shape[1]), min(top + height, self.light.shape[0])
        if x0 >= x1 or y0 >= y1:
            return
        through = 255 - patch.dark[y0 - top : y1 - top, x0 - left : x1 - left]
        region = self.light[y0:y1, x0:x1]
        cv2.multiply(region, through, dst=region, scale=1 / 255)


@lru_cache(maxsize=4)
def grain(seed: int, size: float) -> Floats:
    """Return a square of even noise 0..1 whose lumps are about `size` pixels wide; it fits beside itself."""
    chance = np.random.default_rng(seed)
    raw = chance.standard_normal((_GRAIN, _GRAIN)).astype(np.float32)
    wide = np.tile(raw, (2, 2))
    soft = cv2.GaussianBlur(wide, (0, 0), size)[_GRAIN // 2 : -_GRAIN // 2, _GRAIN // 2 : -_GRAIN // 2]
    spread = (soft - soft.mean()) / soft.std()
    return np.clip(spread / 4 + 0.5, 0, 1).astype(np.float32)


def piece(noise: Noise, shape: tuple[int, ...], chance: np.random.Generator) -> Noise:
    """Return a piece of some noise, from a place drawn by chance."""
    y, x = (int(v) for v in chance.integers(0, _GRAIN, 2))
    if max(shape) > _GRAIN:
        rolled = np.roll(noise, (-y, -x), (0, 1))
        over = (max(0, shape[0] - _GRAIN), max(0, shape[1] - _GRAIN))
        wide = cv2.copyMakeBorder(rolled, 0, over[0], 0, over[1], cv2.BORDER_WRAP)
        return cast(Noise, wide[: shape[0], : shape[1]])
    rows = np.arange(y, y + shape[0]) % _GRAIN
    columns = np.arange(x, x + shape[1]) % _GRAIN
    return cast(Noise, noise[np.ix_(rows, columns)])
