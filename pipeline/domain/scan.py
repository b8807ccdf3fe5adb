"""What a scanner gave: a file, and the sides of paper in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.geometry import Rect
from pipeline.domain.raster import Raster


class Source(StrEnum):
    """Where a page's picture comes from: a picture, or a PDF page that was born digital."""

    IMAGE = "image"
    DIGITAL = "digital"


@dataclass(frozen=True, slots=True)
class TextItem:
    """A word of a born-digital page; `box` in pixels of the page's raster."""

    text: str
    box: Rect

    def __repr__(self) -> str:
        """Hide the text: it may be what a person wrote."""
        return "TextItem(•••)"


@dataclass(frozen=True, slots=True)
class Widget:
    """A filled form widget of a PDF page: `value` is its text, or True for a ticked box; `box` in raster pixels."""

    name: str
    value: str | bool
    box: Rect

    def __repr__(self) -> str:
        """Hide the value."""
        return "Widget(•••)"


@dataclass(frozen=True, slots=True)
class Page:
    """One side of paper out of a scan, numbered from 1; words and widgets only where the page was born digital.

    `raster.dpi` is 0 when the file tells no believable resolution. A scanned page's raster holds the pixels as scanned;
    a born-digital page is drawn at 300 dpi. `scanned_px` is (width, height) in the file where its pixels were not square,
    as a fax's, and the raster's are.
    """

    number: int
    raster: Raster
    source: Source = Source.IMAGE
    words: tuple[TextItem, ...] = ()
    widgets: tuple[Widget, ...] = ()
    scanned_px: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """One file as the scanner gave it; its id is the SHA-256 of its bytes."""

    digest: str
    size: int
    media: str
    received: dt.datetime


@dataclass(frozen=True, slots=True)
class PageId:
    """A page by its scan's digest and its number from 1; printed short, as people see it."""

    scan: str
    number: int

    def __str__(self) -> str:
        """Return the first twelve hex digits of the scan and the page number."""
        return f"{self.scan[:12]}-{self.number}"


@dataclass(frozen=True, slots=True)
class Pile:
    """Paper scanned together: when it arrived, and how many sides were fed, if anyone counted."""

    id: str
    arrived: dt.date
    sides_fed: int | None
