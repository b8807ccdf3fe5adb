"""Whether a file has been written to its end, told from its structure without decoding it."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import BinaryIO

from pipeline.edges import tiff_chain
from pipeline.edges.sniffing import BEGINNINGS, HEAD, Media, media_of

_TAIL = 4096
_JUNK = 1024
_ZEROS = 64
_CHUNK = 1 << 20
_START = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF")
_LENGTH = re.compile(rb"/L\s+(\d{1,12})\b")
_XREF = re.compile(rb"\s{0,16}(?:xref\b|\d+\s+\d+\s+obj\b)")
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_EOI, _SOS = 0xD9, 0xDA
_ALONE = {0x01, 0xD8, *range(0xD0, 0xD8)}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a file is by its content, and whether it is complete."""

    media: Media
    complete: bool


def examine(file: BinaryIO) -> Shape:
    """Tell what an open file is and whether it is complete.

    What is no document has no end we could look for: it counts as complete unless it ends in nothing but zeros, which
    is how a file looks whose length was set before its content came, or is the first few bytes of a document.
    """
    file.seek(0)
    head = file.read(HEAD)
    media = media_of(head)
    match media:
        case Media.PDF:
            return Shape(media, _pdf(file, head))
        case Media.TIFF:
            return Shape(media, tiff_chain.complete(file))
        case Media.PNG:
            return Shape(media, _png(file))
        case Media.JPEG:
            return Shape(media, _jpeg(file))
        case _:
            return Shape(media, not any(start.startswith(head) for start in BEGINNINGS) and _ended(file))


def _ended(file: BinaryIO) -> bool:
    size = file.seek(0, 2)
    file.seek(max(0, size - _ZEROS))
    return any(file.read(_ZEROS))


def _pdf(file: BinaryIO, head: bytes) -> bool:
    """Look for `startxref N %%EOF` at the very end, with a cross-reference at N.

    Some bytes behind it are borne, as long as no object begins there: an update that has only half come looks so. A
    linearised file has such an end near its beginning too, but tells its whole length.
    """
    size = file.seek(0, 2)
    promised = _LENGTH.search(head) if b"/Linearized" in head else None
    if promised and int(promised.group(1)) > size:
        return False
    file.seek(max(0, size - _TAIL))
    tail = file.read(_TAIL)
    ends = list(_START.finditer(tail))
    if not ends:
        return False
    behind = tail[ends[-1].end() :].rstrip(b"\0 \r\n\t\x1a")
    if len(behind) > _JUNK or b"obj" in behind:
        return False
    begins = max(head.find(b"%PDF-"), 0)
    return any(_xref_at(file, place, size) for place in {int(ends[-1].group(1)), int(ends[-1].group(1)) + begins})


def _xref_at(file: BinaryIO, place: int, size: int) -> bool:
    if not 0 < place < size:
        return False
    file.seek(place)
    return _XREF.match(file.read(64)) is not None


def _png(file: BinaryIO) -> bool:
    """Walk the chunks as far as IEND (PNG, ISO/IEC 15948, 5.3)."""
    size = file.seek(0, 2)
    place = 8
    while place + 12 <= size:
        file.seek(place)
        length, kind = struct.unpack(">I4s", file.read(8))
        if not kind.isalpha():
            return False
        place += 12 + length
        if kind == b"IEND":
            return bool(place <= size)
    return False


def _jpeg(file: BinaryIO) -> bool:
    """Walk the segments and the coded data as far as EOI (ITU-T T.81 annex B); a thumbnail's own EOI is passed by."""
    size = file.seek(0, 2)
    place = 2
    while place + 2 <= size:
        file.seek(place)
        first, kind = file.read(2)
        if first != 0xFF:
            return False
        if kind == _EOI:
            return True
        if kind == 0xFF or kind in _ALONE:
            place += 1 if kind == 0xFF else 2
            continue
        length = file.read(2)
        if len(length) < 2:
            return False
        place += 2 + max(2, struct.unpack(">H", length)[0])
        if kind == _SOS:
            place = _next_marker(file, place)
    return False


def _next_marker(file: BinaryIO, place: int) -> int:
    """Return where the next real marker begins in coded data, or a place behind the file's end."""
    file.seek(place)
    while chunk := file.read(_CHUNK):
        found = _MARKER.search(chunk)
        if found:
            return place + found.start()
        place += max(len(chunk) - 1, 1)
        file.seek(place)
    return place + 2
