"""Forms out of placed sides: in the commit that places the last side of a scan, over the whole workspace."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.domain.assembly import Group, Side
from pipeline.domain.event import EventKind
from pipeline.domain.form import Form, FormPage, form_id
from pipeline.domain.library import Library
from pipeline.domain.placement import PageState, Reason
from pipeline.domain.status import Status
from pipeline.edges.engine import Job, Work
from pipeline.edges.store import Unit
from pipeline.edges.store.pages import SideRow
from pipeline.edges.store.scans import ScanState
from pipeline.jobs.office import Office
from pipeline.stages.assemble import assemble
from pipeline.stages.twins import twins

READ_PRIORITY = 50
_PASSED_OVER = frozenset({PageState.BLANK, PageState.DUPLICATE})


def assemble_all(office: Office, unit: Unit) -> int:
    """Put together what can be, hold the rest, and let each new form be read; returns how many forms were made."""
    sheets = {template.id: len(template.sheets) for template in office.library}
    rows = {}
    scans = []
    for digest in _placed(unit, unit.pages.formless(PageState.PLACED, PageState.HELD)):
        sides = unit.pages.sides_of(digest)
        rows.update({side.id: side for side in sides})
        scans.append([_side(side, office.library) for side in sides])
    done = assemble(scans, sheets)
    for held in done.held:
        _hold(office, unit, rows[held.page], held.reason)
    return len([make(office, unit, group) for group in done.forms])


def _placed(unit: Unit, digests: Iterable[str]) -> list[str]:
    """Return the scans whose every side is placed, by the time they were received."""
    known = [scan for digest in digests if (scan := unit.scans.get(digest)) and scan.state is ScanState.PLACED]
    return [scan.digest for scan in sorted(known, key=lambda scan: (scan.received, scan.digest))]


def _side(page: SideRow, known: Library) -> Side:
    """Return a side as assembling sees it; one of a template that is no longer known parts its neighbours."""
    free = page.form is None and page.state in (PageState.PLACED, PageState.HELD)
    if free and page.template is not None and page.sheet is not None:
        try:
            blank = known.blank(page.template, page.sheet)
        except KeyError:
            return Side(page.id)
        return Side(page.id, page.template, page.sheet, twins=twins(blank, known))
    return Side(page.id, passed_over=page.form is None and page.state in _PASSED_OVER)


def _hold(office: Office, unit: Unit, page: SideRow, reason: Reason) -> None:
    """Hold a side, telling it once."""
    if page.state is PageState.HELD and page.reason == reason.value:
        return
    if unit.pages.set_state(page.id, page.state, PageState.HELD, reason.value):
        office.tell(unit, EventKind.PAGE_SET_ASIDE, str(page.id), state=PageState.HELD.value, reason=reason.value)


def make(office: Office, unit: Unit, group: Group) -> Form:
    """Make one form of its pages and enqueue its reading in the same commit."""
    found = (unit.pages.get(page) for page in group.pages)
    pages = tuple(
        FormPage(page.id, page.placed).of(group.template) for page in found if page is not None and page.placed is not None
    )
    name, _, version = group.template.partition("@")
    now = office.now()
    for salt in range(100):
        form = Form(form_id(group.pages[0], salt), name, version, pages, group.joined)
        if unit.forms.add(form, now, _pile(unit, group.pages[0].scan)):
            break
    else:
        raise ValueError("no free id for a form")
    office.tell(
        unit,
        EventKind.FORM_COMPLETED,
        form.id,
        generation=1,
        template=group.template,
        pages=len(pages),
        joined=group.joined,
    )
    office.engine.enqueue(unit.connection, Job(Work.READ, form.id, 1, READ_PRIORITY))
    return form


def _pile(unit: Unit, scan: str) -> str | None:
    """Return the pile a scan first came in."""
    arrivals = unit.scans.arrivals(scan_=scan)
    return arrivals[-1].pile if arrivals else None


def jobs_to_read(office: Office, unit: Unit) -> list[Job]:
    """Return the forms that wait to be read, the oldest first; one whose template is gone waits for it to come back."""
    known = {template.id for template in office.library}
    forms = [row for row in unit.forms.all((Status.RECEIVED,)) if f"{row.template}@{row.version}" in known]
    return [Job(Work.READ, form.id, form.state.generation, READ_PRIORITY) for form in forms if form.state is not None]
