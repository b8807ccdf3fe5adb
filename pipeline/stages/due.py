"""Due: the last moment a notification may arrive."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from pipeline.domain.notification import Due

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def countable(day: dt.date) -> bool:
    """Tell whether a day has a day after it; people write 9999-12-31 where they know none."""
    return day < dt.date.max


def due(counted_from: dt.date) -> Due:
    """Return the end of the calendar day after `counted_from`, 23:59:59 by the clocks of Stockholm, summer time or not.

    A clinical notification counts from the day of suspicion or diagnosis. A paragraph notification, a change of doctor
    and what adds to a notification made before must come without delay, and no number of days is said: they count from
    the day they were signed, and the same day after is the strictest that is written down anywhere.

    Raises:
        OverflowError: when there is no day after; `countable` tells.

    Source: förordning 2004:255 3 §. Weekends are not known to extend it, so they do not.
    """
    day_after = counted_from + dt.timedelta(days=1)
    return Due(dt.datetime.combine(day_after, dt.time(23, 59, 59), tzinfo=STOCKHOLM), counted_from)


def late_on_arrival(moment: Due, arrived: dt.date) -> bool:
    """Tell whether the paper came after the last day, so that nothing done here could have made it timely."""
    return arrived > moment.moment.date()
