"""What each stage may be told; a stage gets its own policy, never the settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ParsePolicy:
    """Limits on one file and on the child that parses it.

    `max_seconds` is how long anyone waits for the child, `page_seconds` the processor time one page may take.
    `max_objects` counts a PDF's objects. A page known to be coarser than `min_dpi` is not read.
    """

    max_pixels: int = 90_000_000
    max_pages: int = 2_000
    max_objects: int = 400_000
    max_seconds: float = 20.0
    page_seconds: float = 5.0
    max_mib: int = 1_500
    render_dpi: float = 300.0
    min_dpi: float = 90.0


@dataclass(frozen=True, slots=True)
class PlacePolicy:
    """When a page is blank, foreign, unknown or placed.

    `blank_ink` is the share of dark pixels below which a side is blank. `min_score` and `min_margin` are the least
    score of the best template and its least lead over the next. `max_residual_mm` is the worst p95 residual that is
    still read; `zone_residual_mm` is where a single zone becomes a finding. `min_dpi` is the least number of pixels an
    inch on the sheet may take, either way.
    """

    blank_ink: float = 0.0012
    min_score: float = 0.45
    min_margin: float = 0.08
    max_residual_mm: float = 0.8
    zone_residual_mm: float = 0.5
    min_dpi: float = 75.0


@dataclass(frozen=True, slots=True)
class CheckPolicy:
    """When a reading is doubtful, and which classes (kind, style) a named manager has let through without a human.

    `show_guesses` tells whether verifiers see what was read of free handwriting before they have read it themselves.
    """

    accept_text: float = 0.91
    accept_box: float = 0.90
    zone_residual_mm: float = 0.5
    show_guesses: bool = False
    straight_through: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LawPolicy:
    """Where the unit stands: the region whose unit is the addressee, and which diseases are told by telephone too."""

    region: str = ""
    unit: str = ""
    phone_diseases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """All policies of a workspace; its digest rides on every reading and event."""

    parse: ParsePolicy = ParsePolicy()
    place: PlacePolicy = PlacePolicy()
    check: CheckPolicy = CheckPolicy()
    law: LawPolicy = LawPolicy()
