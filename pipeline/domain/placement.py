"""Which sheet a page is, where it lies, or why it cannot go on."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.geometry import Rect, Transform


class Reason(StrEnum):
    """Why paper cannot go on; closed, each with a section in docs/errors.md."""

    PASSWORD = "password"  # noqa: S105 - a reason, no secret
    DAMAGED = "damaged"
    NO_PAGES = "no_pages"
    NOT_A_DOCUMENT = "not_a_document"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_OBJECTS = "too_many_objects"
    TOO_DEEP = "too_deep"
    TOO_SLOW = "too_slow"
    TOO_MUCH_MEMORY = "too_much_memory"
    TOO_COARSE = "too_coarse"
    PAGE_DAMAGED = "page_damaged"
    BLANK = "blank"
    FOREIGN = "foreign"
    NO_TEMPLATE_FITS = "no_template_fits"
    TEMPLATES_TOO_ALIKE = "templates_too_alike"
    POORLY_PLACED = "poorly_placed"
    SAME_BYTES = "same_bytes"
    SAME_PICTURE = "same_picture"
    AWAITS_PAGES = "awaits_pages"
    AMBIGUOUS_ORDER = "ambiguous_order"
    INTERNAL = "internal"


class PageState(StrEnum):
    """The one state every side of paper ends in."""

    PLACED = "placed"
    BLANK = "blank"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"
    HELD = "held"
    DUPLICATE = "duplicate"
    SLIP = "slip"
    REJECTED = "rejected"


BETWEEN = ("template", "other")
"""What parameters call the two templates that a page cannot be told apart by."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Paper that cannot go on: the state it ends in and the reason."""

    reason: Reason
    state: PageState = PageState.REJECTED
    params: tuple[tuple[str, str | int | float], ...] = ()

    @property
    def between(self) -> tuple[str, ...]:
        """Return the templates, as NAME@VERSION, that a page cannot be told apart by."""
        return tuple(str(value) for name, value in self.params if name in BETWEEN and value)


@dataclass(frozen=True, slots=True)
class Identification:
    """Which sheet of which template a page is; `score` 0..1, `margin` its lead over the best other template."""

    template: str
    version: str
    sheet: int
    score: float
    margin: float

    @property
    def id(self) -> str:
        """Return NAME@VERSION."""
        return f"{self.template}@{self.version}"


@dataclass(frozen=True, slots=True)
class ZoneFit:
    """How one zone lies after local refinement: its shift beside the global transform, and what remains, in mm.

    `index` counts the field's zones in the order of `Field.all_zones`. The shift is that of the zone's middle; `lean` is
    how it changes, across (mm a mm right, mm a mm down) and down, over a zone of paper that is bent. `residual_mm` is
    infinite where the zone cannot be placed (cut off, folded, covered).
    """

    key: str
    index: int
    dx_mm: float
    dy_mm: float
    residual_mm: float
    lean: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    def onto(self, zone: Rect) -> Transform:
        """Return the way from where `zone` is on the blank to where it is on the sheet as it lies, in millimetres."""
        x, y = zone.centre
        a, b, c, d = self.lean
        return Transform((1 + a, b, self.dx_mm - a * x - b * y, c, 1 + d, self.dy_mm - c * x - d * y, 0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Registration:
    """Where a sheet lies on a page.

    `mm_to_px` takes sheet millimetres to pixels of the page as scanned. `residual_mm` is the 95th percentile over the
    sheet, after local refinement. `rotation` is the clockwise turn to upright: 0, 90, 180 or 270.
    """

    mm_to_px: Transform
    residual_mm: float
    rotation: int
    fits: tuple[ZoneFit, ...]

    def fit(self, key: str, index: int) -> ZoneFit:
        """Return how a zone lies; a zone that was never fitted has no shift and the sheet's residual."""
        for found in self.fits:
            if found.key == key and found.index == index:
                return found
        return ZoneFit(key, index, 0.0, 0.0, self.residual_mm)


@dataclass(frozen=True, slots=True)
class Placed:
    """A page that is a known sheet and lies where we know."""

    number: int
    identification: Identification
    registration: Registration

    @property
    def by_hand(self) -> bool:
        """Tell whether a person said what the page is: nothing on it stands where the template says."""
        return math.isinf(self.registration.residual_mm)

    @classmethod
    def said(cls, number: int, sheet: tuple[str, str, int], rotation: int = 0) -> Placed:
        """Return a page of which a person says which sheet (name, version, number) it is to be typed as, and its turn."""
        found = Identification(*sheet, 0.0, 0.0)
        return cls(number, found, Registration(Transform.scaling(1.0), math.inf, rotation, ()))
