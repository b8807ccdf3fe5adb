"""A template on the table: its fields while a person changes them, and the steps in which that is done."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain.geometry import Rect
from pipeline.domain.template import Field


@dataclass(frozen=True, slots=True)
class OpenField:
    """A field as it is now, which of the file's fields it was (none: a new one), and whether a person found it right.

    `amiss` are the names of what the file says of it that cannot be understood, so that the field has stand-ins for them.
    """

    field: Field
    origin: int | None = None
    seen: bool = False
    amiss: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Spot:
    """One zone of one field, both by their numbers from 0; a box is counted after the zones of text."""

    field: int
    zone: int


@dataclass(frozen=True, slots=True)
class LayZones:
    """Zones are moved or made another size: each spot gets the rectangle of its number."""

    spots: tuple[Spot, ...]
    rects: tuple[Rect, ...]


@dataclass(frozen=True, slots=True)
class SplitZone:
    """A zone is cut into equal parts, one above the other or side by side: fields of text, or boxes of the same field."""

    spot: Spot
    parts: int
    stacked: bool


@dataclass(frozen=True, slots=True)
class MergeZones:
    """Zones of one sheet become one around them all, the first one's; those that stood one below the other are its lines."""

    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class JoinFields:
    """Fields become one, the first of them, with the zones or boxes of all."""

    fields: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PartField:
    """Zones or boxes are taken out of their fields and become a field of their own."""

    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class RemoveZones:
    """Zones are taken away; a field that is left without one goes."""

    spots: tuple[Spot, ...]


@dataclass(frozen=True, slots=True)
class AddField:
    """A new field where a rectangle was drawn: a box when it is small, else a text."""

    sheet: int
    rect: Rect


@dataclass(frozen=True, slots=True)
class AddZone:
    """A field gets one zone more, or one box."""

    field: int
    sheet: int
    rect: Rect


@dataclass(frozen=True, slots=True)
class ChangeField:
    """One thing that a field says of itself is set to what was typed."""

    field: int
    name: str
    typed: str


@dataclass(frozen=True, slots=True)
class ChangeBox:
    """A box's value or label is set to what was typed."""

    spot: Spot
    name: str
    typed: str


@dataclass(frozen=True, slots=True)
class MoveField:
    """A field goes so many places down in the order of fields (less than 0: up), never further than there are."""

    field: int
    down: int


@dataclass(frozen=True, slots=True)
class ChangeHead:
    """One thing that the form says of itself as a whole is set to what was typed."""

    name: str
    typed: str


@dataclass(frozen=True, slots=True)
class FindRight:
    """A person looked at fields and found them right, so that no guess is left in them."""

    fields: tuple[int, ...]


Step = (
    LayZones
    | SplitZone
    | MergeZones
    | JoinFields
    | PartField
    | RemoveZones
    | AddField
    | AddZone
    | ChangeField
    | ChangeBox
    | MoveField
    | ChangeHead
    | FindRight
)
