"""What is kept: sealed scans as long as their forms are open and then until a decision; what nothing refers to is swept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.domain.event import Event, EventKind
from pipeline.domain.placement import PageState
from pipeline.domain.status import FINAL
from pipeline.edges.store import Unit
from pipeline.edges.store.pages import SideRow
from pipeline.edges.store.scans import ScanRow, ScanState
from pipeline.errors import StoreError
from pipeline.jobs.office import Office
from pipeline.jobs.piled import Place, Places

ORPHAN_AGE = dt.timedelta(days=1)
_ENDED = (ScanState.PLACED, ScanState.REJECTED, ScanState.SUPERSEDED)
_WAITING = frozenset({PageState.PLACED, PageState.HELD})
_NOTHING_ON_IT = frozenset({PageState.BLANK, PageState.DUPLICATE, PageState.SLIP})


@dataclass(frozen=True, slots=True)
class Closed:
    """A scan of which nothing is open any more, and since when; whether it is erased is decided by a named person.

    `place` is where its file came first, `size` its bytes. `aside` counts the sides that are no form's and not blank:
    nobody verified them. `reason` tells why the file could not be opened, or not to its end.
    """

    scan: str
    place: Place
    pages: int
    aside: int
    size: int
    since: dt.datetime
    reason: str | None

    @property
    def verified(self) -> bool:
        """Tell whether all that stands in it went through a form; what did not is erased only by its own name."""
        return not self.aside and self.reason is None


def sweep_orphans(office: Office) -> int:
    """Remove sealed files that nothing refers to and that are a day old: what a killed process left; returns how many."""
    return office.store.sweep_vault(office.now() - ORPHAN_AGE)


def closed(office: Office) -> tuple[Closed, ...]:
    """Return the scans still kept whose every form is closed and of which no side waits for a person, the oldest first."""
    with office.store.read() as unit:
        places = Places(unit)
        scans = tuple(unit.scans.all(_ENDED))
        found = [one for scan in scans if scan.blob and (one := _closed(unit, places, scan)) is not None]
    return tuple(sorted(found, key=lambda one: (one.since, one.scan)))


def _closed(unit: Unit, places: Places, scan: ScanRow) -> Closed | None:
    pages = unit.pages.sides_of(scan.digest)
    if scan.state is not ScanState.SUPERSEDED and any(_waits(page) for page in pages):
        return None
    ended = scan.received
    for form in _forms(unit, pages):
        state = unit.forms.state(form)
        if state is not None and state.status not in FINAL:
            return None
        ended = max((ended, *(event.at for event in unit.events(form))))
    first = next((file.place for file in places.of_scan(scan)), Place(None, None))
    aside = sum(page.form is None and page.state not in _NOTHING_ON_IT | _WAITING for page in pages)
    return Closed(scan.digest, first, len(pages), aside, scan.size, ended, scan.reason)


def _waits(page: SideRow) -> bool:
    return page.form is None and page.state in _WAITING


def _forms(unit: Unit, pages: Iterable[SideRow]) -> frozenset[str]:
    """Return the forms that sides belong to, and those that such a form was withdrawn as a repetition of."""
    forms = {page.form for page in pages if page.form is not None}
    kinds = (EventKind.FORM_WITHDRAWN,)
    alike = {event.param("alike") for form in forms for event in tuple(unit.events(form, kinds=kinds))}
    return frozenset(forms | {str(form) for form in alike if form})


def at(office: Office, pile: str, file: int) -> str:
    """Return the scan that came as a file of a pile.

    Raises:
        StoreError: when there is no such pile, or no such file in it.
    """
    with office.store.read() as unit:
        return Places(unit).at(pile, file).scan.digest


def erase(
    office: Office, scans: Iterable[str], decision: str, who: str, progress: Callable[[int, int], None] | None = None
) -> int:
    """Erase sealed scans with their clips and pictures, by a person's decision; returns how many sealed files went.

    What was read, verified and sent stays, with the ledger, the sums and the report. The ledger tells who erased which
    scan by which `decision`, a code. All or none: nothing goes when one of them may not. The rows forget the files
    before the files go: what a death between leaves is swept as an orphan. `progress` is called with done and total.

    Raises:
        StoreError: when one is unknown, erased already, or not closed.
    """
    names: list[str] = []
    with office.store.begin() as unit:
        places = Places(unit)
        for digest in dict.fromkeys(scans):
            scan = unit.scans.get(digest)
            if scan is None:
                raise StoreError("file_unknown", hint="find_sides")
            if not scan.blob:
                raise StoreError("file_erased", hint="erase_list")
            if scan.state not in _ENDED or _closed(unit, places, scan) is None:
                raise StoreError("file_open", hint="erase_list")
            pages = unit.pages.sides_of(digest)
            names += [name for page in pages for name in unit.pages.forget_blobs(page.id)]
            names += [name for name in (unit.scans.forget_blob(digest),) if name]
            told = (("what", "scan"), ("sides", len(pages)), ("decision", decision))
            unit.append(Event(EventKind.ERASED, digest, office.now(), told, who))
    for number, name in enumerate(names, start=1):
        office.vault.erase(name)
        if progress is not None:
            progress(number, len(names))
    return len(names)
