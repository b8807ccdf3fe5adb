"""What a report counts, and what it says: figures without names, each with its n."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.facts import Facts
from pipeline.domain.placement import PageState
from pipeline.domain.status import Status

SMALLEST_CELL = 5


class Leg(StrEnum):
    """A stretch of a notification's way; the last two are the whole of it, and our own part."""

    ONSET_DIAGNOSIS = "onset_diagnosis"
    DIAGNOSIS_SIGNATURE = "diagnosis_signature"
    SIGNATURE_ARRIVAL = "signature_arrival"
    ARRIVAL_READ = "arrival_read"
    READ_VERIFIED = "read_verified"
    VERIFIED_SUBMITTED = "verified_submitted"
    SUBMITTED_RECEIPT = "submitted_receipt"
    DIAGNOSIS_RECEIPT = "diagnosis_receipt"
    ARRIVAL_RECEIPT = "arrival_receipt"


class Verdict(StrEnum):
    """How timely notification is, by the share in time: from 80 % sufficient, from 50 % partly, below insufficient.

    Source: Swaan et al. 2018, PLoS One 13(6):e0198845.
    """

    SUFFICIENT = "sufficient"
    PARTLY = "partly"
    INSUFFICIENT = "insufficient"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class PileLine:
    """What came of one pile: sides by the state each ended in, files that could not be opened, files being placed.

    A file that could not be opened counts as one side, since nobody knows how many it holds; so does one being placed.
    """

    id: str
    arrived: dt.date
    sides_fed: int | None
    sides: tuple[tuple[PageState, int], ...]
    unopened: int = 0
    waiting: int = 0

    @property
    def sides_in(self) -> int:
        """Return how many sides came in."""
        return sum(count for _, count in self.sides) + self.unopened + self.waiting

    @property
    def accounted(self) -> bool | None:
        """Tell whether every side fed came in and stands somewhere; None when nobody counted what was fed."""
        if self.sides_fed is None:
            return None
        return self.sides_in == self.sides_fed and not self.waiting


@dataclass(frozen=True, slots=True)
class FormLine:
    """One form as a report sees it: its template, where it stands, the day it came in, its facts where it was read."""

    template: str
    status: Status
    came: dt.date
    facts: Facts | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """All that a report is made of: the moment it is made, its period, both days included, its piles and forms."""

    now: dt.datetime
    since: dt.date
    until: dt.date
    piles: tuple[PileLine, ...]
    forms: tuple[FormLine, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """Median, quartiles and 90th percentile of n numbers; all None when there are none, or too few to be shared."""

    n: int | None
    median: float | None = None
    q1: float | None = None
    q3: float | None = None
    p90: float | None = None


@dataclass(frozen=True, slots=True)
class LegFigure:
    """How long a leg takes, in days. `open` forms have begun it and not ended; `backwards` ended before they began."""

    leg: Leg
    spread: Spread
    open: int | None
    backwards: int | None


@dataclass(frozen=True, slots=True)
class Timeliness:
    """How many notifications of a group were in time; the five counts add up to `n`.

    In time: the receipt came by the due moment. Late on arrival: the paper came after the last day, whatever was done
    here. Late here: the paper came in time and the receipt did not, or has not yet. Waiting: not sent, and not late.
    Undated: no day to count from. Forms closed with a reason are in none of them. A count of None is too small to share.
    """

    name: str
    n: int | None
    in_time: int | None
    late_on_arrival: int | None
    late_here: int | None
    waiting: int | None
    undated: int | None
    verdict: Verdict
    share: float | None
    whole: Spread


@dataclass(frozen=True, slots=True)
class FormCount:
    """How many forms of a template stand in a status; None when too few to be shared."""

    template: str
    status: Status
    n: int | None


@dataclass(frozen=True, slots=True)
class Work:
    """What people did: corrected fields and seconds at the task for each settled form, and fields read on their own."""

    corrections: Spread
    touch_s: Spread
    uncorrected: int | None
    fields: int
    auto_fields: int


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a period. `shared` tells that cells under five were left out."""

    made: dt.datetime
    since: dt.date
    until: dt.date
    shared: bool
    piles: tuple[PileLine, ...]
    forms: tuple[FormCount, ...]
    closed: int | None
    legs: tuple[LegFigure, ...]
    total: Timeliness
    by_template: tuple[Timeliness, ...]
    by_disease: tuple[Timeliness, ...]
    by_week: tuple[Timeliness, ...]
    work: Work

    @property
    def sides(self) -> tuple[tuple[PageState, int], ...]:
        """Return all sides by the state they ended in."""
        counts = {state: sum(dict(pile.sides).get(state, 0) for pile in self.piles) for state in PageState}
        return tuple((state, count) for state, count in counts.items() if count)

    @property
    def sides_in(self) -> int:
        """Return how many sides came in."""
        return sum(pile.sides_in for pile in self.piles)

    @property
    def sides_fed(self) -> int | None:
        """Return how many sides were fed, when every pile was counted."""
        fed = [pile.sides_fed for pile in self.piles]
        return None if not fed or None in fed else sum(count for count in fed if count is not None)

    @property
    def unopened(self) -> int:
        """Return how many files could not be opened."""
        return sum(pile.unopened for pile in self.piles)

    @property
    def waiting(self) -> int:
        """Return how many files have not been seen through yet."""
        return sum(pile.waiting for pile in self.piles)

    @property
    def accounted(self) -> bool | None:
        """Tell whether every side fed is accounted for; None when not every pile was counted."""
        told = [pile.accounted for pile in self.piles]
        if False in told:
            return False
        return None if None in told or not told else True
