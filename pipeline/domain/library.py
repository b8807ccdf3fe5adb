"""All templates known, with the picture of every blank sheet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from pipeline.domain.raster import Raster
from pipeline.domain.template import Sheet, Template


class Shelf(Protocol):
    """Where what was made of a blank lies until the next process wants it."""

    def take(self, name: str) -> bytes | None:
        """Return what was laid under a name, or None."""

    def lay(self, name: str, made: bytes) -> None:
        """Lay something under a name; that it can be taken again is not promised."""


@dataclass(frozen=True, slots=True, eq=False)
class SheetBlank:
    """One sheet of a template as it looks unfilled: the whole sheet, upright, grey, at `reading.CLIP_DPI`.

    Sheet millimetres times `picture.dpi` / 25.4 are pixels of `picture`, from its top left corner. `draw` makes the
    picture, nine million pixels of it, when it is asked for: a library of a hundred sheets must not hold them all. On
    the `shelf`, if there is one, may lie what was made of it before. Two are equal when their names are.
    """

    template: Template
    sheet: Sheet
    draw: Callable[[], Raster]
    shelf: Shelf | None = None

    @classmethod
    def holding(cls, template: Template, sheet: Sheet, picture: Raster) -> SheetBlank:
        """Make the blank of a picture that is there already."""
        return cls(template, sheet, lambda: picture)

    @property
    def picture(self) -> Raster:
        """Return the picture."""
        return self.draw()

    @property
    def name(self) -> str:
        """Return what tells this blank from all others: template, sheet, and the digest of what is printed."""
        return f"{self.template.id}#{self.sheet.number}/{self.template.digest or self.picture.digest}"

    def __eq__(self, other: object) -> bool:
        """Compare names."""
        return self.name == other.name if isinstance(other, SheetBlank) else NotImplemented

    def __hash__(self) -> int:
        """Hash the name."""
        return hash(self.name)


@dataclass(frozen=True, slots=True)
class Library:
    """The templates a workspace reads by, in the order they were found; iterates over templates.

    `drafts` are the ids of those that are not active: what was read by them before can still be told, and no page is placed
    on them anew.
    """

    blanks: tuple[SheetBlank, ...]
    drafts: frozenset[str] = frozenset()

    @property
    def active(self) -> Library:
        """Return the library that pages are placed by: without drafts."""
        return Library(tuple(blank for blank in self.blanks if blank.template.id not in self.drafts))

    @property
    def templates(self) -> tuple[Template, ...]:
        """Return every template once, in order."""
        seen: dict[str, Template] = {}
        for blank in self.blanks:
            seen.setdefault(blank.template.id, blank.template)
        return tuple(seen.values())

    @property
    def digest(self) -> str:
        """Return what tells this set of templates from any other: SHA-256 over the names of all blanks that pages go by."""
        return hashlib.sha256("\n".join(sorted(blank.name for blank in self.active.blanks)).encode()).hexdigest()

    def __iter__(self) -> Iterator[Template]:
        """Go through the templates."""
        return iter(self.templates)

    def __len__(self) -> int:
        """Return how many templates there are."""
        return len(self.templates)

    def template(self, template_id: str) -> Template:
        """Return the template NAME@VERSION; NAME alone means its last version by the order of text.

        Raises:
            KeyError: when there is none.
        """
        name, at, version = template_id.partition("@")
        found = [t for t in self.templates if t.name == name and (not at or t.version == version)]
        if not found:
            raise KeyError(template_id)
        return max(found, key=lambda template: template.version)

    def blank(self, template_id: str, sheet: int) -> SheetBlank:
        """Return the blank sheet of a template given as NAME@VERSION.

        Raises:
            KeyError: when there is none.
        """
        for found in self.blanks:
            if found.template.id == template_id and found.sheet.number == sheet:
                return found
        raise KeyError(f"{template_id}#{sheet}")
