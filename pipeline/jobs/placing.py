"""Placing a scan: every side is placed, cut and sealed, or set aside with a reason; one commit a side.

Doing it again goes on after the last side that was kept. A side over which the process
dies again and again is set aside. Sides that no template fitted are placed again when there are other templates.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.domain.event import EventKind
from pipeline.domain.library import Library
from pipeline.domain.placement import BETWEEN, PageState, Placed, Reason, Rejection
from pipeline.domain.scan import Page
from pipeline.edges import library
from pipeline.edges.crash import crash_point
from pipeline.edges.engine import Job, Work
from pipeline.edges.memory import give_back
from pipeline.edges.parser import PageFault, Unreadable
from pipeline.edges.rights import opener
from pipeline.edges.store import Unit
from pipeline.edges.store.pages import PageRow
from pipeline.edges.store.scans import ScanRow, ScanState
from pipeline.errors import BlankettError
from pipeline.jobs.assembling import assemble_all
from pipeline.jobs.clips import pack, picture_of
from pipeline.jobs.office import Office, report_bug

# Every death of the process counts against all sides it had in hand, the innocent ones too: so not a handful.
_DEADLY = 20
_TOLD = 16  # digits of the library's digest that the ledger tells
ASIDE = frozenset({PageState.UNKNOWN, PageState.FOREIGN})
"""The states of sides that another template may fit."""


def place_scan(office: Office, digest: str, generation: int) -> None:
    """Place every side of a scan that is not kept yet, then put forms together."""
    with office.store.read() as unit:
        scan = unit.scans.get(digest)
        kept = unit.pages.count_of(digest)
    if scan is None or scan.generation != generation or scan.state is not ScanState.RECEIVED:
        return
    reason: Reason | None = None
    try:
        with office.as_file(scan.blob) as path:
            _place_again(office, scan, path)
            _place_pages(office, scan, path, kept)
    except Unreadable as unreadable:
        reason = unreadable.rejection.reason
    except (BlankettError, MemoryError):
        raise
    except Exception as bug:
        report_bug(office, digest[:12], bug)
        reason = Reason.INTERNAL
    library.let_go()
    give_back()
    crash_point("before_scan_placed")
    with office.store.begin() as unit:
        _close(office, unit, scan, reason)
    crash_point("after_scan_placed")


def _close(office: Office, unit: Unit, scan: ScanRow, reason: Reason | None) -> None:
    """End the scan: rejected when nothing of it could be read, else placed; its sheets become forms in the same commit.

    A reason beside sides that are kept tells that more may have been in the file.
    """
    kept = unit.pages.count_of(scan.digest)
    if kept == 0:
        reason = reason or Reason.NO_PAGES
        if unit.scans.move(scan, ScanState.REJECTED, reason=reason.value):
            office.tell(unit, EventKind.SCAN_REJECTED, scan.digest, reason=reason.value)
        return
    told = reason.value if reason is not None and reason is not Reason.NO_PAGES else None
    if unit.scans.move(scan, ScanState.PLACED, reason=told, pages=kept):
        office.tell(unit, EventKind.SCAN_PLACED, scan.digest, pages=kept, reason=told)
        assemble_all(office, unit)


def _place_pages(office: Office, scan: ScanRow, path: Path, kept: int) -> None:
    """Keep the sides after the first `kept`."""
    for page in office.sight.pages(path, office.policy.parse, kept + 1):
        row, between = (_set_aside(scan, page), ()) if isinstance(page, PageFault) else _page(office, scan, page)
        give_back()
        crash_point("before_page_kept")
        with office.store.begin() as unit:
            row = _told_apart(unit, row)
            if unit.pages.keep(row):
                _tell(office, unit, row, between)
        crash_point("after_page_kept")


def _place_again(office: Office, scan: ScanRow, path: Path) -> None:
    """Place the sides again that these templates were not tried on; one commit a side, and what fitted nothing stays."""
    with office.store.read() as unit:
        wanted = {row.number: row for row in untried(office, unit, unit.pages.of_scan(scan.digest))}
    if not wanted:
        return
    for page in office.sight.pages(path, office.policy.parse, min(wanted)):
        known = wanted.pop(page.number, None)
        if known is not None:
            _renew(office, scan, known, page)
            give_back()
        if not wanted:
            return


def _renew(office: Office, scan: ScanRow, known: PageRow, page: Page | PageFault) -> None:
    """Place one side anew, and let go of what was sealed of it before."""
    row, between = (known, ()) if isinstance(page, PageFault) else _page(office, scan, page)
    old: tuple[str | None, ...] = ()
    crash_point("before_page_kept")
    with office.store.begin() as unit:
        row = _told_apart(unit, row)
        if row.state in ASIDE:
            old = () if row is known else (row.clips_blob, row.preview_blob)
            unit.pages.set_state(known.id, known.state, row.state, row.reason)
            _tell(office, unit, replace(known, state=row.state, reason=row.reason), between)
        elif unit.pages.replace(known, row):
            old = (known.clips_blob, known.preview_blob)
            _tell(office, unit, row)
        else:  # a person was there first
            old = (row.clips_blob, row.preview_blob)
    crash_point("after_page_kept")
    for name in old:
        if name is not None:
            office.vault.erase(name)


def untried(office: Office, unit: Unit, rows: Iterable[PageRow]) -> Iterator[PageRow]:
    """Give those of some sides that belong to no form, fitted no template, and were never held against these templates."""
    library = office.library.digest[:_TOLD]
    for row in rows:
        if row.form is None and row.state in ASIDE and row.preview_blob is not None:
            tries = tuple(unit.events(str(row.id), kinds=(EventKind.PAGE_SET_ASIDE,)))
            if all(event.param("library") != library for event in tries):
                yield row


def _told_apart(unit: Unit, row: PageRow) -> PageRow:
    """Return a side; one whose picture is here already is a duplicate, and says so."""
    if row.picture_mac and row.state is PageState.PLACED and _is_known(unit, row):
        return replace(row, state=PageState.DUPLICATE, reason=Reason.SAME_PICTURE.value)
    return row


def _tell(office: Office, unit: Unit, row: PageRow, between: Sequence[str] = ()) -> None:
    """Tell of a side: where it lies, or why it was set aside, and by which templates when none fitted.

    `between` are two that it cannot be told apart by.
    """
    subject = str(row.id)
    if row.state is PageState.PLACED and row.placed is not None:
        told = row.placed.identification
        residual = round(row.placed.registration.residual_mm, 3)
        office.tell(unit, EventKind.PAGE_PLACED, subject, template=told.id, sheet=told.sheet, residual_mm=residual)
        return
    tried = {"library": office.library.digest[:_TOLD]} if row.state in ASIDE else {}
    both = dict(zip(BETWEEN, between, strict=False))
    office.tell(unit, EventKind.PAGE_SET_ASIDE, subject, state=row.state.value, reason=row.reason, **tried, **both)


def _is_known(unit: Unit, row: PageRow) -> bool:
    """Tell whether another side with the same picture stands, of a scan that nothing took the place of."""
    for other in unit.pages.same_picture(row.picture_mac or ""):
        scan = unit.scans.get(other.scan)
        stands = scan is not None and scan.state is not ScanState.SUPERSEDED
        if stands and other.id != row.id and other.state in (PageState.PLACED, PageState.HELD):
            return True
    return False


def _page(office: Office, scan: ScanRow, page: Page) -> tuple[PageRow, tuple[str, ...]]:
    """Place one side, and return the two templates that it cannot be told apart by, if so.

    A bug over it sets it aside and is told, and the day goes on.
    """
    between: tuple[str, ...] = ()
    tries = _Tries(office.tries, scan.digest, page.number)
    if tries.begin() > _DEADLY:
        row = _row(office, scan, page, (Rejection(Reason.INTERNAL), office.library))
        tries.end()
        return row, between
    try:
        known = office.library  # it may be renewed meanwhile
        found = office.sight.place(page, known.active, office.policy.place)
        between = found.between if isinstance(found, Rejection) else ()
        row = _row(office, scan, page, (found, known))
    except BlankettError:
        tries.end()  # a full disk, say: nothing of the side's doing
        raise
    except MemoryError:
        raise
    except Exception as bug:
        report_bug(office, f"{scan.digest[:12]}-{page.number}", bug)
        row = _row(office, scan, page, (Rejection(Reason.INTERNAL), office.library))
    tries.end()
    return row, between


def _row(office: Office, scan: ScanRow, page: Page, told: tuple[Placed | Rejection, Library]) -> PageRow:
    """Seal what must be kept of a side, given where it lies by which templates, and return its row."""
    found, known = told
    placed = found if isinstance(found, Placed) else None
    clips_blob: str | None = None
    if placed is not None:
        clips = office.sight.cut(page, placed, known)
        clips_blob = office.vault.seal_file(pack(clips, office.sight.sign(page, placed, known)))
        crash_point("clips_sealed")
    elif isinstance(found, Rejection) and found.state in ASIDE:
        clips_blob = office.vault.seal_file(pack((), office.sight.look(page)))
    return PageRow(
        scan=scan.digest,
        number=page.number,
        state=PageState.PLACED if isinstance(found, Placed) else found.state,
        reason=None if isinstance(found, Placed) else found.reason.value,
        placed=placed,
        width_px=page.raster.width,
        height_px=page.raster.height,
        dpi=page.raster.dpi,
        picture_mac=office.vault.mac("picture", bytes.fromhex(page.raster.digest)),
        clips_blob=clips_blob,
        preview_blob=office.vault.seal_file(picture_of(page, placed, known)),
    )


def _set_aside(scan: ScanRow, fault: PageFault) -> PageRow:
    return PageRow(scan.digest, fault.number, fault.rejection.state, fault.rejection.reason.value)


class _Tries:
    """Counts in a file how often work on a side began, so that one that kills the process is known when it is back."""

    def __init__(self, folder: Path, digest: str, number: int) -> None:
        self._path = folder / f"{digest[:16]}-{number}"

    def begin(self) -> int:
        """Count one more beginning, and return the count."""
        count = len(self._path.read_bytes()) + 1 if self._path.exists() else 1
        with open(self._path, "ab", opener=opener) as file:
            file.write(b".")
        return count

    def end(self) -> None:
        """Forget: it went well."""
        self._path.unlink(missing_ok=True)


def put_back(office: Office) -> int:
    """Put back the scans with sides that these templates were not tried on, to be placed again; returns how many."""
    with office.store.begin() as unit:
        sides = (*unit.pages.without_form(PageState.UNKNOWN), *unit.pages.without_form(PageState.FOREIGN))
        found = [unit.scans.get(digest) for digest in dict.fromkeys(row.scan for row in untried(office, unit, sides))]
        waiting = [scan for scan in found if scan is not None and scan.blob and scan.state is ScanState.PLACED]
        for scan in waiting:
            generation = unit.scans.again(scan)
            if generation is not None:
                office.engine.enqueue(unit.connection, Job(Work.PLACE, scan.digest, generation, PLACE_PRIORITY))
    return len(waiting)


def jobs_to_place(unit: Unit) -> list[Job]:
    """Return the scans that wait to be placed, the oldest first."""
    return [Job(Work.PLACE, scan.digest, scan.generation, PLACE_PRIORITY) for scan in unit.scans.all((ScanState.RECEIVED,))]


PLACE_PRIORITY = 100
