"""Words and figures of a report, in the chosen language."""

from __future__ import annotations

from pipeline.domain.placement import PageState
from pipeline.domain.report import Leg, Report, Timeliness, Verdict
from pipeline.domain.status import Status
from pipeline.words import _

NOTHING, WITHHELD = "–", "*"


def leg_word(leg: Leg) -> str:
    """Return what a leg is called."""
    return {
        Leg.ONSET_DIAGNOSIS: _("onset → diagnosis"),
        Leg.DIAGNOSIS_SIGNATURE: _("diagnosis → signature"),
        Leg.SIGNATURE_ARRIVAL: _("signature → arrival (the post)"),
        Leg.ARRIVAL_READ: _("arrival → read"),
        Leg.READ_VERIFIED: _("read → verified"),
        Leg.VERIFIED_SUBMITTED: _("verified → submitted"),
        Leg.SUBMITTED_RECEIPT: _("submitted → receipt"),
        Leg.DIAGNOSIS_RECEIPT: _("whole: diagnosis → receipt"),
        Leg.ARRIVAL_RECEIPT: _("ours: arrival → receipt"),
    }[leg]


def status_word(status: Status) -> str:
    """Return what a form's status is called."""
    return {
        Status.RECEIVED: _("received"),
        Status.WAITING: _("waiting for you"),
        Status.IN_REVIEW: _("in review"),
        Status.SETTLED: _("settled"),
        Status.SUBMITTED: _("submitted"),
        Status.ACKNOWLEDGED: _("acknowledged"),
        Status.HELD: _("held"),
        Status.BARRED: _("barred"),
        Status.REFUSED: _("refused"),
        Status.QUESTIONED: _("questioned"),
        Status.WITHDRAWN: _("withdrawn"),
        Status.CLOSED: _("closed with a reason"),
        Status.ERASED: _("erased"),
    }[status]


def state_word(state: PageState) -> str:
    """Return what a side's state is called."""
    return {
        PageState.PLACED: _("placed"),
        PageState.BLANK: _("blank backs"),
        PageState.FOREIGN: _("foreign"),
        PageState.UNKNOWN: _("unknown"),
        PageState.HELD: _("held"),
        PageState.DUPLICATE: _("duplicate"),
        PageState.SLIP: _("slip"),
        PageState.REJECTED: _("rejected"),
    }[state]


def verdict_word(verdict: Verdict) -> str:
    """Return what a verdict is called."""
    return {
        Verdict.SUFFICIENT: _("sufficient"),
        Verdict.PARTLY: _("partly sufficient"),
        Verdict.INSUFFICIENT: _("insufficient"),
        Verdict.NO_DATA: _("nothing to judge"),
    }[verdict]


def count(number: int | None) -> str:
    """Return a count, or the star of one that is withheld."""
    return WITHHELD if number is None else str(number)


def decimal(number: float, digits: int = 1) -> str:
    """Return a number with the language's decimal mark, noughts at the end left out."""
    written = f"{number:.{digits}f}"
    written = written.rstrip("0").rstrip(".") if "." in written else written
    return written.replace(".", _("1.5")[1])


def percent(share: float | None) -> str:
    """Return a share in whole per cent; 99 at most while anything is missing from all."""
    if share is None:
        return NOTHING
    whole = round(100 * share)
    return f"{min(whole, 99) if share < 1 else whole} %"


def lasting(days: float | None, whole: bool) -> str:
    """Return how long something took: in days, or in the unit that tells it best where it was timed to the second."""
    if days is None:
        return NOTHING
    hours = days * 24
    if whole or hours >= 48:
        return _("{n} d").format(n=decimal(days, 0 if days >= 100 else 1))
    if hours >= 1:
        return _("{n} h").format(n=decimal(hours))
    if hours * 60 >= 1:
        return _("{n} min").format(n=decimal(hours * 60))
    seconds = hours * 3600
    return _("under 1 s") if 0 < seconds < 1 else _("{n} s").format(n=decimal(seconds, 0))


def timed(leg: Leg) -> bool:
    """Tell whether both ends of a leg are moments, so that it is told to the second and not in whole days."""
    return leg in (Leg.READ_VERIFIED, Leg.VERIFIED_SUBMITTED, Leg.SUBMITTED_RECEIPT)


def judged(row: Timeliness) -> int | None:
    """Return how many of a group were in time or late."""
    parts = (row.in_time, row.late_on_arrival, row.late_here)
    return None if None in parts else sum(part for part in parts if part is not None)


def sentence(report: Report) -> str:
    """Return the one sentence that matters."""
    row, n = report.total, judged(report.total)
    if row.n == 0:
        return _("Nothing came in this period.")
    if n is None or row.late_on_arrival is None or row.late_here is None:
        return _("So few were late, on arrival or here, that the numbers are left out of what is shared.")
    late = row.late_on_arrival + row.late_here
    if n == 0:
        return _("Nothing is late, and nothing has been sent yet.")
    if late == 0:
        return _("None of {n} was late.").format(n=n)
    told = _("{late} of {n} were late: {post} when the paper came, {here} made late here.")
    return told.format(late=late, n=n, post=row.late_on_arrival, here=row.late_here)


def accounted(told: bool | None) -> str:
    """Return whether sides are accounted for, in words."""
    if told is None:
        return _("not counted")
    return _("yes ✓") if told else _("NO ✗")
