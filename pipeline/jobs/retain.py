"""What is kept: sealed scans as long as their forms are open and then until a decision; what nothing refers to is swept."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.domain.placement import PageState
from pipeline.domain.status import FINAL
from pipeline.edges.store.scans import ScanState
from pipeline.jobs.office import Office

ORPHAN_AGE = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closed:
    """A scan of which nothing is open any more, and since when; whether it is erased is decided by a named person."""

    scan: str
    pages: int
    size: int
    since: dt.datetime


def sweep_orphans(office: Office) -> int:
    """Remove sealed files that nothing refers to and that are a day old: what a killed process left; returns how many."""
    return office.store.sweep_vault(office.now() - ORPHAN_AGE)


def closed(office: Office) -> tuple[Closed, ...]:
    """Return the scans whose every form is closed and of which no side waits for a person, the oldest first."""
    found = []
    with office.store.read() as unit:
        for scan in unit.scans.all((ScanState.PLACED, ScanState.SUPERSEDED)):
            pages = unit.pages.of_scan(scan.digest)
            open_sides = any(page.form is None and page.state in (PageState.PLACED, PageState.HELD) for page in pages)
            forms = {page.form for page in pages if page.form is not None}
            states = [state for form in forms if (state := unit.forms.state(form)) is not None]
            if open_sides or any(state.status not in FINAL for state in states):
                continue
            moments = [event.at for form in forms for event in unit.events(form)]
            since = max(moments, default=scan.received)
            found.append(Closed(scan.digest, len(pages), scan.size, since))
    return tuple(found)
