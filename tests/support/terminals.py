"""The way back from what a terminal is told: sixel and kitty streams made pictures again."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
from numpy.typing import NDArray
from PIL import Image


def from_sixel(stream: str) -> NDArray[np.uint8]:
    head = re.match(r'\x1bP[0-9;]*q"1;1;(\d+);(\d+)', stream)
    assert head
    assert stream.endswith("\x1b\\")
    width, height = int(head[1]), int(head[2])
    picture = np.zeros((height + 6, width), dtype=np.uint8)
    palette: dict[int, int] = {}
    x = y = colour = 0
    tokens = re.compile(r"#(\d+);2;(\d+);\d+;\d+|#(\d+)|!(\d+)([?-~])|([?-~])|(\$)|(-)")
    for token in tokens.finditer(stream[head.end() : -2]):
        defined, percent, chosen, count, repeated, single, back, down = token.groups()
        if defined:
            palette[int(defined)] = round(int(percent) * 255 / 100)
        elif chosen:
            colour = palette[int(chosen)]
        elif back or down:
            x, y = 0, y + (6 if down else 0)
        else:
            bits, run = ord(repeated or single) - 63, int(count or 1)
            for row in range(6):
                if bits >> row & 1:
                    picture[y + row, x : x + run] = colour
            x += run
    return picture[:height]


def from_kitty(stream: str) -> NDArray[np.uint8]:
    pieces = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", stream)
    assert all(len(data) <= 4096 for _, data in pieces)
    assert [control.endswith("m=1") for control, _ in pieces] == [True] * (len(pieces) - 1) + [False]
    file = base64.standard_b64decode("".join(data for _, data in pieces))
    return np.asarray(Image.open(io.BytesIO(file)), dtype=np.uint8)
