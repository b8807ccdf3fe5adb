"""Pictures of half blocks: each character two points, one above the other, in greys of the 256-colour table."""

from __future__ import annotations

import numpy as np

from pipeline.domain.raster import Pixels
from pipeline.station.pictures import stretched

RESET = "\x1b[0m"
_UPPER = "▀"
_DARK = 128
_SHAPES = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


def half_blocks(pixels: Pixels) -> list[str]:
    """Return one string a character row: the upper half coloured as the even row of points, the lower as the odd."""
    grey = _even(stretched(pixels))
    codes = _codes(grey)
    lines = []
    for upper, lower in zip(codes[0::2], codes[1::2], strict=True):
        line, before = [], (-1, -1)
        for pair in zip(upper.tolist(), lower.tolist(), strict=True):
            if pair != before:
                line.append(f"\x1b[38;5;{pair[0]};48;5;{pair[1]}m")
                before = pair
            line.append(_UPPER)
        lines.append("".join(line) + RESET)
    return lines


def two_tone_blocks(pixels: Pixels) -> list[str]:
    """Return the same for a terminal without greys: ink is drawn, paper left."""
    dark = _even(stretched(pixels)) < _DARK
    pairs = zip(dark[0::2].tolist(), dark[1::2].tolist(), strict=True)
    return ["".join(_SHAPES[point] for point in zip(upper, lower, strict=True)) for upper, lower in pairs]


def points(lines: list[str]) -> Pixels:
    """Return the points that half-block lines show, as (2 × lines, width) greys: the way back, for measuring."""
    rows: list[list[int]] = []
    for line in lines:
        upper: list[int] = []
        lower: list[int] = []
        colours = (0, 0)
        for piece in line.removesuffix(RESET).split("\x1b[")[1:]:
            code, _, blocks = piece.partition("m")
            parts = code.split(";")
            colours = (_grey(int(parts[2])), _grey(int(parts[5])))
            upper.extend([colours[0]] * len(blocks))
            lower.extend([colours[1]] * len(blocks))
        rows.extend((upper, lower))
    return np.array(rows, dtype=np.uint8)


def _even(pixels: Pixels) -> Pixels:
    return np.pad(pixels, ((0, pixels.shape[0] % 2), (0, 0)), constant_values=255)


def _codes(grey: Pixels) -> Pixels:
    """Return the nearest of black (16), 24 greys (232 to 255: 8, 18 … 238) and white (231)."""
    codes = 232 + np.clip(np.round((grey.astype(np.float32) - 8) / 10), 0, 23)
    codes = np.where(grey < 4, 16, codes)
    return np.where(grey > 246, 231, codes).astype(np.uint8)


def _grey(code: int) -> int:
    return {16: 0, 231: 255}.get(code, 8 + 10 * (code - 232))
