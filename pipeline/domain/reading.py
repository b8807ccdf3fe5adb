"""Clips, the eyes that read them, and what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pipeline.domain.geometry import Rect
from pipeline.domain.raster import Raster
from pipeline.domain.scan import Source, TextItem, Widget
from pipeline.domain.template import Comb, Field, Zone
from pipeline.domain.value import NOTHING, Value

CLIP_DPI = 300.0


FITS_MM = 0.25
LOST_MM = 1.0


def capped(confidence: float, residual_mm: float) -> float:
    """Return a confidence no higher than the clip's place allows: 1 up to `FITS_MM`, then falling to 0 at `LOST_MM`."""
    ceiling = (LOST_MM - residual_mm) / (LOST_MM - FITS_MM)
    return max(0.0, min(confidence, ceiling, 1.0))


class Style(StrEnum):
    """How an answer was written."""

    PRINT = "print"
    HAND = "hand"


@dataclass(frozen=True, slots=True)
class ClipPart:
    """One zone's picture in template space at `CLIP_DPI`, and the blank's own picture of the same place.

    `frame` is what the picture covers, in sheet millimetres: the zone and a small margin. `zone` is the zone itself.
    `option` is the value the zone stands for when it is a box. `words` and `widgets` are those of a born-digital page
    whose middle lies in the zone, their boxes in sheet millimetres.
    """

    sheet: int
    zone: Rect
    frame: Rect
    picture: Raster
    blank: Raster
    residual_mm: float
    option: str | None = None
    words: tuple[TextItem, ...] = ()
    widgets: tuple[Widget, ...] = ()


@dataclass(frozen=True, slots=True)
class Clip:
    """The picture of one field, and nothing beside it: one part for each of its zones."""

    field: Field
    parts: tuple[ClipPart, ...]
    source: Source = Source.IMAGE

    def comb_in(self, part: ClipPart) -> Comb | None:
        """Return the cells that stand in one of the parts, if the field has a comb."""
        return self.field.comb_in(Zone(part.sheet, part.zone))

    @property
    def digest(self) -> str:
        """Return the SHA-256 over every part's picture and place; recorded readings are keyed by it."""
        total = hashlib.sha256(self.field.key.encode())
        for part in self.parts:
            total.update(f"|{part.sheet}|{part.frame}|{part.option}|{part.picture.digest}".encode())
        return total.hexdigest()

    @property
    def residual_mm(self) -> float:
        """Return the worst residual of the parts, in mm."""
        return max(part.residual_mm for part in self.parts)


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another value that a reader, or another reader, saw."""

    value: Value
    confidence: float
    reader: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reader says of one field; kept for ever, never changed.

    `value` is in normal form where the raw text allows it, else as read. `confidence` is 0..1, already capped by the
    clip's residual. `doubts` are codes of what the reader itself was unsure of. `visible` is what share of the blank's
    print can be seen in the clip, of its worst zone, 0..1.
    """

    key: str
    value: Value
    confidence: float
    reader: str
    clip: str
    style: Style | None = None
    alternatives: tuple[Alternative, ...] = ()
    doubts: tuple[str, ...] = ()
    visible: float = 1.0

    @classmethod
    def silent(cls, clip: Clip, reader: str, doubt: str, style: Style | None = None) -> Reading:
        """Make the reading of a reader that sees ink but can give no value."""
        return cls(clip.field.key, NOTHING, 0.0, reader, clip.digest, style, (), (doubt,))


def print_visible(readings: Sequence[Reading], key: str) -> float:
    """Return what share of the blank's print can be seen where a field is, 0..1, by all readings of its form.

    It is the share in the field's own clip, or the lower quartile of the form's clips where that is less: what drops print
    does so all over the page, and a field in whose clip a heavy rule is left has lost its pencil all the same.
    """
    shares = {reading.key: reading.visible for reading in readings}
    return min(shares.get(key, 1.0), sorted(shares.values())[len(shares) // 4]) if shares else 1.0


class Reader(Protocol):
    """An eye. Clips are read apart: changing one never changes another's reading."""

    @property
    def name(self) -> str:
        """Return name and version, as it stands on every reading."""

    def reads(self, clip: Clip) -> bool:
        """Tell whether this reader has anything to say of the clip."""

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Read the clips of one form; one reading each, in their order.

        Raises:
            ReaderError: when the engine is missing or broken.
        """
