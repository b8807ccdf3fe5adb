"""What the parser and its child say to each other: a length, a header in JSON, and the pixels behind it.

The child is not trusted: every header is checked before a byte of memory is set aside for it.
Reasons travel as plain strings, so that the child starts without loading the domain.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from typing import Any

LENGTH = struct.Struct(">I")
MAX_HEADER = 32 * 1024 * 1024

Param = str | int | float
Box = tuple[float, float, float, float]


class Refused(Exception):
    """The child cannot go on with a file or a page; `reason` is a value of `domain.placement.Reason`."""

    def __init__(self, reason: str, **params: Param) -> None:
        """Keep the reason and its parameters, which never hold anything out of the file but numbers."""
        super().__init__(reason)
        self.reason = reason
        self.params = params


@dataclass(frozen=True, slots=True)
class Limits:
    """What the child may use: the numbers of `domain.policy.ParsePolicy`, and which pages are wanted."""

    max_pixels: int
    max_pages: int
    max_objects: int
    max_seconds: float
    page_seconds: float
    max_mib: int
    render_dpi: float
    min_dpi: float
    first: int = 1
    only: int | None = None

    def to_json(self) -> str:
        """Return the limits as the child's one argument."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})

    @classmethod
    def from_json(cls, told: str) -> Limits:
        """Read the child's one argument."""
        return cls(**json.loads(told))

    def wanted(self, count: int) -> range:
        """Return the numbers of the pages to give, out of `count`."""
        if self.only is not None:
            return range(self.only, min(self.only, count) + 1)
        return range(self.first, count + 1)


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as the child hands it over: grey pixels row by row, and what stands on a born-digital one.

    `words` are (text, x, y, width, height) and `widgets` are (name, text or True, x, y, width, height), in pixels.
    `scanned` is (width, height) in the file, where its pixels were not square and these are.
    """

    width: int
    height: int
    dpi: float
    pixels: bytes
    digital: bool = False
    words: tuple[tuple[str, float, float, float, float], ...] = ()
    widgets: tuple[tuple[str, str | bool, float, float, float, float], ...] = ()
    scanned: tuple[int, int] | None = None


def framed(header: dict[str, Any]) -> bytes:
    """Return a header as it goes over the pipe."""
    told = json.dumps(header, separators=(",", ":")).encode()
    return LENGTH.pack(len(told)) + told


def page_header(number: int, picture: Picture) -> dict[str, Any]:
    """Return the header that goes before a page's pixels."""
    return {
        "kind": "page",
        "number": number,
        "width": picture.width,
        "height": picture.height,
        "dpi": picture.dpi,
        "digital": picture.digital,
        "words": picture.words,
        "widgets": picture.widgets,
        "scanned": picture.scanned,
    }
