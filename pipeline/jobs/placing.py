"""Placing a scan: every side is placed, cut and sealed, or set aside with a reason; one commit a side.

Doing it again goes on after the last side that was kept. A side over which the process
dies again and again is set aside.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.domain.event import EventKind
from pipeline.domain.placement import PageState, Placed, Reason, Rejection
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
        row = _set_aside(office, scan, page) if isinstance(page, PageFault) else _page(office, scan, page)
        give_back()
        crash_point("before_page_kept")
        with office.store.begin() as unit:
            _keep(office, unit, row)
        crash_point("after_page_kept")


def _keep(office: Office, unit: Unit, row: PageRow) -> None:
    """Keep one side; one whose picture is here already is a duplicate, and says so."""
    if row.picture_mac and row.state is PageState.PLACED and _is_known(unit, row):
        row = replace(row, state=PageState.DUPLICATE, reason=Reason.SAME_PICTURE.value)
    if not unit.pages.keep(row):
        return
    subject = str(row.id)
    if row.state is PageState.PLACED and row.placed is not None:
        told = row.placed.identification
        residual = round(row.placed.registration.residual_mm, 3)
        office.tell(unit, EventKind.PAGE_PLACED, subject, template=told.id, sheet=told.sheet, residual_mm=residual)
    else:
        office.tell(unit, EventKind.PAGE_SET_ASIDE, subject, state=row.state.value, reason=row.reason)


def _is_known(unit: Unit, row: PageRow) -> bool:
    """Tell whether another side with the same picture stands, of a scan that nothing took the place of."""
    for other in unit.pages.same_picture(row.picture_mac or ""):
        scan = unit.scans.get(other.scan)
        stands = scan is not None and scan.state is not ScanState.SUPERSEDED
        if stands and other.id != row.id and other.state in (PageState.PLACED, PageState.HELD):
            return True
    return False


def _page(office: Office, scan: ScanRow, page: Page) -> PageRow:
    """Place one side; a bug over it sets it aside and is told, and the day goes on."""
    tries = _Tries(office.tries, scan.digest, page.number)
    if tries.begin() > _DEADLY:
        row = _row(office, scan, page, Rejection(Reason.INTERNAL))
        tries.end()
        return row
    try:
        found = office.sight.place(page, office.library.active, office.policy.place)
        row = _row(office, scan, page, found)
    except BlankettError:
        tries.end()  # a full disk, say: nothing of the side's doing
        raise
    except MemoryError:
        raise
    except Exception as bug:
        report_bug(office, f"{scan.digest[:12]}-{page.number}", bug)
        row = _row(office, scan, page, Rejection(Reason.INTERNAL))
    tries.end()
    return row


def _row(office: Office, scan: ScanRow, page: Page, found: Placed | Rejection) -> PageRow:
    """Seal what must be kept of a side, and return its row."""
    placed = found if isinstance(found, Placed) else None
    clips_blob: str | None = None
    if placed is not None:
        clips = office.sight.cut(page, placed, office.library)
        clips_blob = office.vault.seal_file(pack(clips, office.sight.sign(page, placed, office.library)))
        crash_point("clips_sealed")
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
        preview_blob=office.vault.seal_file(picture_of(page, placed, office.library)),
    )


def _set_aside(office: Office, scan: ScanRow, fault: PageFault) -> PageRow:
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


def jobs_to_place(unit: Unit) -> list[Job]:
    """Return the scans that wait to be placed, the oldest first."""
    return [Job(Work.PLACE, scan.digest, scan.generation, PLACE_PRIORITY) for scan in unit.scans.all((ScanState.RECEIVED,))]


PLACE_PRIORITY = 100
