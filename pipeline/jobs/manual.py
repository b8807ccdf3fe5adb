"""Typing by hand what stands on pages that no template fits: they become a form whose every field a person answers.

A known template of the same kind lends its questions; the pages are shown whole beside each. From there on the form goes
the way of all others: verification, the law's shape, submission, report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.domain.assembly import Group
from pipeline.domain.event import Event, EventKind
from pipeline.domain.placement import PageState, Placed
from pipeline.domain.template import Template
from pipeline.edges.store import Unit
from pipeline.edges.store.pages import PageRow
from pipeline.errors import StoreError
from pipeline.jobs.assembling import make
from pipeline.jobs.office import Office
from pipeline.jobs.reading import read_form


def take_over(office: Office, sides: Sequence[str], template: Template, who: str, rotation: int = 0) -> str:
    """Make a form of some sides, by their names, to be typed by the questions of a template; returns its id.

    `rotation` is the clockwise turn, 0, 90, 180 or 270 degrees, that brings the sides upright. All or none.

    Raises:
        StoreError: when one is unknown, belongs to a form already, or is told twice.
    """
    with office.store.begin() as unit:
        rows = [_waiting(unit, name) for name in sides]
        if len({row.id for row in rows}) < len(rows):
            raise StoreError("side_twice", hint="list_unknown")
        for sheet, row in enumerate(rows, start=1):
            placed = Placed.said(row.number, (template.name, template.version, sheet), rotation)
            said = replace(row, state=PageState.PLACED, reason=None, placed=placed, clips_blob=None)
            if not unit.pages.replace(row, said):
                raise StoreError("side_unknown", hint="list_unknown")
            told = (("template", template.id), ("sheet", sheet), ("by_hand", True))
            unit.append(Event(EventKind.PAGE_PLACED, str(row.id), office.now(), told, who))
        form = make(office, unit, Group(template.id, tuple(row.id for row in rows)))
    for row in rows:
        if row.clips_blob is not None:
            office.vault.erase(row.clips_blob)
    read_form(office, form.id, 1)
    return form.id


def _waiting(unit: Unit, name: str) -> PageRow:
    """Return the side of that name, or of which the name begins so, that no template fits."""
    rows = (*unit.pages.without_form(PageState.UNKNOWN), *unit.pages.without_form(PageState.FOREIGN))
    found = [row for row in rows if row.preview_blob is not None and str(row.id).startswith(name)]
    if len(found) != 1:
        raise StoreError("side_ambiguous" if found else "side_unknown", hint="list_unknown")
    return found[0]
