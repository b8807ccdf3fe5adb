"""The chain of directories in a TIFF: where each page is told of, and whether all of it lies within the file.

Source: TIFF 6.0 (1992) section 2, and the BigTIFF layout of libtiff 4.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_SUBFILE, _COMPRESSION = 254, 259
_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES = 273, 279, 324, 325
_OF_INTEREST = {_SUBFILE, _COMPRESSION, _STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES}
_FORMATS = {3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_SIZES = {"H": 2, "I": 4, "Q": 8}
_NOT_A_SIDE = 1 | 4
_MAX_VALUES = 1_000_000
_TAIL = 64
_PADDING = 1024


class Broken(Exception):
    """The chain points outside the file or says what it cannot mean."""


@dataclass(frozen=True, slots=True)
class Directory:
    """One picture in the file: its place in the chain, and the last byte its data needs.

    `side` is false for a reduced copy or a mask, which are no side of paper. `sound` is false when its data cannot lie
    where the directory says.
    """

    index: int
    end: int
    side: bool
    sound: bool
    compressed: bool


@dataclass(frozen=True, slots=True)
class _Layout:
    order: str
    size: int
    big: bool

    @property
    def word(self) -> str:
        return "Q" if self.big else "I"


def directories(file: BinaryIO) -> Iterator[Directory]:
    """Give the directories in their order.

    Raises:
        Broken: when the chain leaves the file, bites its own tail or makes no sense; those before it stand.
    """
    layout, place = _header(file)
    seen: set[int] = set()
    while place:
        if place in seen:
            raise Broken
        seen.add(place)
        fields, following = _directory(file, layout, place)
        yield _told(len(seen) - 1, fields, layout)
        place = following


def complete(file: BinaryIO) -> bool:
    """Tell whether the chain is whole and its data lies within the file and has been written.

    Some copiers first make a file of full length and then fill it: compressed data that ends in nothing but zeros, or
    a long end of zeros behind it, has not come yet.
    """
    try:
        found = list(directories(file))
    except Broken:
        return False
    if not found or not all(directory.sound for directory in found):
        return False
    last = max(found, key=lambda directory: directory.end)
    size = file.seek(0, 2)
    return not last.compressed or (_any(file, last.end, _TAIL) and _any(file, size, _PADDING))


def _any(file: BinaryIO, end: int, length: int) -> bool:
    """Tell whether anything but zeros stands in the bytes before `end`."""
    file.seek(max(0, end - length))
    return any(file.read(min(length, end)))


def _header(file: BinaryIO) -> tuple[_Layout, int]:
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(16)
    order = ">" if head[:2] == b"MM" else "<"
    big = len(head) >= 4 and struct.unpack_from(order + "H", head, 2)[0] == 43
    if len(head) < (16 if big else 8):
        raise Broken
    layout = _Layout(order, size, big)
    return layout, struct.unpack_from(order + layout.word, head, 8 if big else 4)[0]


def _directory(file: BinaryIO, layout: _Layout, place: int) -> tuple[dict[int, list[int]], int]:
    """Return the fields of interest of a directory, and where the next one begins."""
    count_format, entry_size = ("Q", 20) if layout.big else ("H", 12)
    count = _unpack(_read(file, layout, place, _SIZES[count_format]), layout, count_format)[0]
    if not 0 < count <= 65_535:
        raise Broken
    start = place + _SIZES[count_format]
    entries = _read(file, layout, start, count * entry_size + _SIZES[layout.word])
    fields = {}
    for at in range(0, count * entry_size, entry_size):
        tag = int(_unpack(entries[at : at + 2], layout, "H")[0])
        if not tag:
            raise Broken
        if tag in _OF_INTEREST:
            fields[tag] = _values(file, layout, entries[at : at + entry_size])
    return fields, int(_unpack(entries[count * entry_size :], layout, layout.word)[0])


def _values(file: BinaryIO, layout: _Layout, entry: bytes) -> list[int]:
    kind = _FORMATS.get(_unpack(entry[2:4], layout, "H")[0])
    width = _SIZES[layout.word]
    count = _unpack(entry[4 : 4 + width], layout, layout.word)[0]
    if kind is None or count > _MAX_VALUES:
        raise Broken
    size = count * _SIZES[kind]
    inline = entry[4 + width :]
    raw = inline[:size] if size <= width else _read(file, layout, _unpack(inline, layout, layout.word)[0], size)
    return [int(value) for value in _unpack(raw, layout, kind)]


def _told(index: int, fields: dict[int, list[int]], layout: _Layout) -> Directory:
    tiled = _TILES in fields
    offsets = fields.get(_TILES if tiled else _STRIPS, [])
    sizes = fields.get(_TILE_SIZES if tiled else _STRIP_SIZES, []) or [1] * len(offsets)
    ends = [offset + size for offset, size in zip(offsets, sizes, strict=False)]
    sound = bool(ends) and len(sizes) == len(offsets) and 0 not in offsets and max(ends) <= layout.size
    side = not (fields.get(_SUBFILE) or [0])[0] & _NOT_A_SIDE
    return Directory(index, max(ends, default=0), side, sound, (fields.get(_COMPRESSION) or [1])[0] != 1)


def _read(file: BinaryIO, layout: _Layout, place: int, size: int) -> bytes:
    if place + size > layout.size:
        raise Broken
    file.seek(place)
    got = file.read(size)
    if len(got) != size:
        raise Broken
    return got


def _unpack(raw: bytes, layout: _Layout, kind: str) -> tuple[int, ...]:
    return struct.unpack(f"{layout.order}{len(raw) // _SIZES[kind]}{kind}", raw)
