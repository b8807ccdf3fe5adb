"""An exam: whether a template can be read, proved on practice scans and on the blank's own print, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.template import FieldKind


class ExamFault(StrEnum):
    """Why a template does not pass; closed, each with a line in docs/templates.md."""

    ZONES_OFF = "zones_off"
    TAKEN_FOR_ANOTHER = "taken_for_another"
    TAKES_OTHERS = "takes_others"
    LIKE_ANOTHER = "like_another"
    TOO_OFTEN_REFUSED = "too_often_refused"
    WRONG_AND_ACCEPTED = "wrong_and_accepted"
    TOO_SELDOM_RIGHT = "too_seldom_right"


class Readiness(StrEnum):
    """How far a template has come: only pages of those that are `active` are placed by workers.

    A `draft` was never examined, one that `failed` did not pass, and one that `changed` is not what passed.
    """

    ACTIVE = "active"
    DRAFT = "draft"
    FAILED = "failed"
    CHANGED = "changed"


class Against(StrEnum):
    """What a zone is held against."""

    PRINT = "print"
    WIDGET = "widget"


@dataclass(frozen=True, slots=True)
class Gauged:
    """One zone held against something that does not come from the template: the blank's print, or the original's widget.

    `dx_mm` and `dy_mm` tell how far the zone would have to be moved, right and down; None where nothing was found to hold it
    against. `option` is the value of a box.
    """

    key: str
    option: str | None
    sheet: int
    dx_mm: float | None = None
    dy_mm: float | None = None
    against: Against = Against.PRINT

    @property
    def off_mm(self) -> float | None:
        """Return the larger of both ways, or None when nothing was found."""
        found = [abs(way) for way in (self.dx_mm, self.dy_mm) if way is not None]
        return max(found, default=None)


@dataclass(frozen=True, slots=True)
class Answered:
    """One field of one practice scan as the machine left it.

    `written` tells that something stood there, and `typed` that no hand wrote it. `stood` tells that nobody was sent to it
    but for its class being unproven. `sure` is the confidence it stands or falls by, None when a person was sent to it for
    something that was seen.
    """

    key: str
    condition: str
    written: bool
    typed: bool
    right: bool
    stood: bool
    sure: float | None


@dataclass(frozen=True, slots=True)
class Sided:
    """One side of one practice scan: which template it was taken for, empty when it was refused, and by what lead."""

    condition: str
    sheet: int
    right: bool
    taken_for: str = ""
    lead: float = 0.0


@dataclass(frozen=True, slots=True)
class OtherSide:
    """One side of a practice scan of another template: was it `taken` for the one that is examined?

    Or was it `set_aside`, because it could not be told from that one.
    """

    other: str
    condition: str
    taken: bool = False
    set_aside: bool = False


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """How many fields would stand if a confidence sufficed, and how many of those are wrong."""

    confidence: float
    stood: int
    wrong: int


@dataclass(frozen=True, slots=True)
class FieldMark:
    """How one field was read: seen, written, read rightly of those written, and stood, wrong ones among them.

    `typed` and `typed_right` count those written by machine. `at_most` is the exact 95 % bound on the share of wrong ones
    among those that stood. `curve` goes by rising confidence.
    """

    key: str
    kind: FieldKind
    critical: bool
    seen: int
    written: int
    right: int
    typed: int
    typed_right: int
    stood: int
    wrong: int
    at_most: float
    curve: tuple[CurvePoint, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionMark:
    """How one kind of practice scan went: sides and those placed rightly; fields written, read rightly, stood, wrong."""

    name: str
    sides: int
    placed: int
    written: int
    right: int
    stood: int
    wrong: int


@dataclass(frozen=True, slots=True)
class SideMark:
    """How sides were told apart: right, refused, and taken for others (id and count); `least_lead` of those right."""

    seen: int
    right: int
    refused: int
    taken_for: tuple[tuple[str, int], ...] = ()
    least_lead: float = 0.0


@dataclass(frozen=True, slots=True)
class OtherMark:
    """How the sides of another template went that were drawn: how many could not be told from the one examined.

    `taken` tells of each side that was taken for that one in which condition it came.
    """

    other: str
    sides: int
    set_aside: int
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Twin:
    """A sheet of another template and how alike it is.

    `votes` points of print are the same, which is what a page is known by; `places` is where they differ if they are near
    twins, else None. None at all is left to tell twins with no places apart by, but the sheets beside them if they are
    `shared`: the same in two versions of a form.
    """

    sheet: int
    other: str
    other_sheet: int
    votes: int
    places: int | None
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Override:
    """A named person's decision that a template may be used although it did not pass, why, and on which day."""

    by: str
    reason: str
    day: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """What an exam was held with: how many scans, of which seed, on which day, by which readers and calibration.

    `others` is how many other templates a page could be taken for.
    """

    scans: int
    seed: int
    day: str
    readers: tuple[str, ...]
    calibration: str
    others: int


@dataclass(frozen=True, slots=True)
class Exam:
    """What came of an exam, kept beside the template; `digest` is that of the template as it was then."""

    template: str
    digest: str
    sitting: Sitting
    conditions: tuple[ConditionMark, ...]
    fields: tuple[FieldMark, ...]
    sides: SideMark
    twins: tuple[Twin, ...]
    zones: tuple[Gauged, ...]
    faults: tuple[ExamFault, ...]
    override: Override | None = None
    others: tuple[OtherMark, ...] = ()

    @property
    def passed(self) -> bool:
        """Tell whether nothing was found that speaks against the template."""
        return not self.faults


def readiness(digest: str, exam: Exam | None) -> Readiness:
    """Return how far the template of that digest has come by the exam that is kept with it."""
    if exam is None:
        return Readiness.DRAFT
    if exam.digest != digest:
        return Readiness.CHANGED
    return Readiness.ACTIVE if exam.passed or exam.override is not None else Readiness.FAILED
