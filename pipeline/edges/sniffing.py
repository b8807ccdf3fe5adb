"""What a file is, by its first bytes; its name is not asked."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import BinaryIO

HEAD = 1024
_TRACES = re.compile(rb"\d+\s+\d+\s+obj\b|startxref|\btrailer\b|%%EOF")
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_PNG, _JPEG, _PDF = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"%PDF-"
BEGINNINGS = (*_TIFF, _PNG, _JPEG, _PDF)


class Media(StrEnum):
    """The kinds of file we open, and the two we do not."""

    PDF = "application/pdf"
    TIFF = "image/tiff"
    PNG = "image/png"
    JPEG = "image/jpeg"
    EMPTY = "application/x-empty"
    OTHER = "application/octet-stream"


def media_of(head: bytes) -> Media:
    """Return what begins so; `head` is the first 1 024 bytes or all there are.

    A PDF may have rubbish before its header, as far as the readers of the world look for it (1 024 bytes), and a
    damaged one may have lost the header but keep other traces.
    """
    if not head:
        return Media.EMPTY
    if head.startswith(_TIFF):
        return Media.TIFF
    if head.startswith(_PNG):
        return Media.PNG
    if head.startswith(_JPEG):
        return Media.JPEG
    if _PDF in head or _TRACES.search(head):
        return Media.PDF
    return Media.OTHER


def sniff(file: BinaryIO) -> Media:
    """Return what an open file is, and leave it at its beginning."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    return media_of(head)
