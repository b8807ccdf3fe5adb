"""Known forms that are no longer what their templates say: compared as pages come, told in the ledger, shown on demand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import cv2

from pipeline.domain.event import Event, EventKind
from pipeline.edges import library
from pipeline.edges.access import Action
from pipeline.edges.store import Unit
from pipeline.edges.store.pages import PageRow
from pipeline.errors import BlankettError, StoreError
from pipeline.jobs.clips import shown
from pipeline.jobs.office import Office, report_bug
from pipeline.stages.preview import PREVIEW_DPI
from pipeline.stages.revised import ENOUGH, Revision, beside, fallen, revised, strayed

_EARLIER = 200
_TOLD_FOR = dt.timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SheetNow:
    """How a sheet compares with its blank: squares where print is missing or new, whether pages fit worse than before."""

    template: str
    sheet: int
    missing: int
    added: int
    fallen: bool
    strayed: bool

    @property
    def changed(self) -> bool:
        """Tell whether a person should look."""
        return bool(self.missing or self.added or self.fallen or self.strayed)


def compare_new(office: Office) -> int:
    """Compare every sheet of which enough pages have come since it was last compared; returns how many that were."""
    with office.store.read() as unit:
        counts = unit.pages.placed_counts()
        done = {event.subject: event.param("pages") for event in unit.events(kinds=(EventKind.SHEET_COMPARED,))}
    known = {template.id for template in office.library}
    compared = 0
    for (template, sheet), count in sorted(counts.items()):
        before = done.get(_subject(template, sheet))
        if template in known and count - (before if isinstance(before, int) else 0) >= ENOUGH:
            try:
                compared += _compare(office, template, sheet, count)
            except BlankettError:
                raise
            except Exception as bug:  # looking after forms must never stop the day
                report_bug(office, _subject(template, sheet), bug)
    library.let_go()
    return compared


def _compare(office: Office, template: str, sheet: int, count: int) -> bool:
    rows = _latest(office, template, sheet)
    if len(rows) < ENOUGH:
        return False
    now, _ = _compared(office, rows)
    told = {"missing": now.missing, "added": now.added, "fallen": now.fallen, "strayed": now.strayed}
    with office.store.begin() as unit:
        office.tell(unit, EventKind.SHEET_COMPARED, _subject(template, sheet), pages=count, **told)
    return True


def _subject(template: str, sheet: int) -> str:
    return f"{template}/{sheet}"


def _latest(office: Office, template: str, sheet: int) -> tuple[PageRow, ...]:
    with office.store.read() as unit:
        rows = unit.pages.latest(template, sheet, ENOUGH + _EARLIER)
    return tuple(row for row in rows if row.placed is not None and not row.placed.by_hand)


def _compared(office: Office, rows: tuple[PageRow, ...]) -> tuple[SheetNow, Revision]:
    """Compare what the latest pages of a sheet have in common with its blank, and their fit with the earlier ones'."""
    placed = [row.placed for row in rows if row.placed is not None]
    told = placed[-1].identification
    pictures = [shown(office.vault.open_file(row.preview_blob or ""), PREVIEW_DPI) for row in rows[-ENOUGH:]]
    found = revised(office.library.blank(told.id, told.sheet), pictures)
    scores = [one.identification.score for one in placed]
    residuals = [one.registration.residual_mm for one in placed]
    counts = (len(found.missing), len(found.added))
    return SheetNow(told.id, told.sheet, *counts, fallen(scores), strayed(residuals)), found


def changed(unit: Unit, now: dt.datetime) -> tuple[SheetNow, ...]:
    """Return the sheets that the last comparison found changed, when it is not long ago: a form in use is compared anew."""
    last = {event.subject: event for event in unit.events(kinds=(EventKind.SHEET_COMPARED,))}
    found = (_told(event) for event in last.values() if event.at > now - _TOLD_FOR)
    return tuple(one for one in found if one.changed)


def _told(event: Event) -> SheetNow:
    template, _, sheet = event.subject.rpartition("/")
    missing, added, *worse = (int(event.param(name) or 0) for name in ("missing", "added", "fallen", "strayed"))
    return SheetNow(template, int(sheet), missing, added, bool(worse[0]), bool(worse[1]))


def comparisons(office: Office, template: str) -> tuple[SheetNow, ...]:
    """Compare every sheet of a template of which enough pages are kept, now."""
    sheets = office.template(template).sheets
    kept = [rows for sheet in sheets if len(rows := _latest(office, template, sheet.number)) >= ENOUGH]
    return tuple(_compared(office, rows)[0] for rows in kept)


def both_pictures(office: Office, template: str, sheet: int, who: str) -> bytes:
    """Return the blank and the sheet as its latest pages show it, beside each other, PNG; each page used is noted first.

    Raises:
        StoreError: when too few pages are kept.
    """
    rows = _latest(office, template, sheet)
    if len(rows) < ENOUGH:
        raise StoreError("sheet_of_few", hint="wait_for_more", pages=len(rows), wanted=ENOUGH)
    for row in rows[-ENOUGH:]:
        office.saw(who, Action.EXPORT, row.form or str(row.id))
    _, found = _compared(office, rows)
    return bytes(cv2.imencode(".png", beside(office.library.blank(template, sheet), found))[1].tobytes())
