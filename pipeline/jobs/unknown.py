"""Pages of forms that no template tells of: grouped by look, shown, and made into the blank of a new template.

A page that is not ruled into cells is called foreign when it comes alone; one that comes again is a form all the same.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.domain.event import EventKind
from pipeline.domain.placement import PageState, Reason
from pipeline.domain.raster import Pixels, Raster
from pipeline.domain.scan import Page, PageId
from pipeline.drawing.pictured import pictured
from pipeline.edges.access import Action
from pipeline.edges.store import Unit
from pipeline.edges.store.pages import PageRow
from pipeline.errors import StoreError
from pipeline.jobs.clips import likeness, shown
from pipeline.jobs.office import Office
from pipeline.jobs.piled import Place, Places, between
from pipeline.stages.look import Look, alike, grouped, look, look_of
from pipeline.stages.unfilled import ENOUGH, MOST_PAGES, unfilled

_MOST = 100  # of each kind: every look is held against every group, and letters that never come again must not make it slow
_COLUMNS, _WIDE = 4, 600


@dataclass(frozen=True, slots=True)
class UnknownSide:
    """A side that no template fits: where it came, and when."""

    id: PageId
    place: Place
    received: dt.datetime


@dataclass(frozen=True, slots=True)
class Gathered:
    """Unknown sides that look like one form, in the order they came; `alike` is the least likeness to the first, 0..1."""

    sides: tuple[UnknownSide, ...]
    alike: float

    @property
    def name(self) -> str:
        """Return the group's name, which it keeps as long as its first side is unknown."""
        return str(self.sides[0].id)

    @property
    def offered(self) -> bool:
        """Tell whether there are enough sides to make a template of."""
        return len(self.sides) >= ENOUGH


def gathered(office: Office) -> tuple[Gathered, ...]:
    """Return the latest sides that no template fits, grouped by look, the largest group first, without lone foreign ones."""
    with office.store.read() as unit:
        places = Places(unit)
        found = sorted(((_side(unit, places, row), row) for row in _waiting(unit)), key=_order)
    kinds = ([one for one in found if one[1].state is state][-_MOST:] for state in (PageState.UNKNOWN, PageState.FOREIGN))
    latest = sorted((one for kind in kinds for one in kind), key=_order)
    looks = [_look(office, row) for _, row in latest]
    groups = [
        Gathered(tuple(latest[i][0] for i in members), min(alike(looks[members[0]], looks[i]) for i in members))
        for members in grouped(looks)
        if len(members) > 1 or latest[members[0]][1].state is PageState.UNKNOWN
    ]
    return tuple(sorted(groups, key=lambda group: -len(group.sides)))


def not_told_apart(office: Office) -> tuple[tuple[UnknownSide, tuple[str, ...]], ...]:
    """Return the sides by which two templates cannot be told apart, each with both as NAME@VERSION, the first come first."""
    with office.store.read() as unit:
        places = Places(unit)
        alike = [(row, pair) for row in unit.pages.without_form(PageState.UNKNOWN) if (pair := between(unit, row))]
        return tuple(sorted(((_side(unit, places, row), pair) for row, pair in alike), key=lambda one: one[0].received))


def _order(one: tuple[UnknownSide, PageRow]) -> tuple[dt.datetime, str, int]:
    side, _ = one
    return side.received, side.id.scan, side.id.number


def offer(office: Office) -> bool:
    """Tell in the ledger how many unknown forms are worth a template, when sides came or went; tell whether any did."""
    with office.store.read() as unit:
        sides = len(_waiting(unit))
        last = unit.ledger.last(EventKind.LOOKS_GATHERED)
    if sides == (last.param("sides") if last is not None else 0):
        return False
    found = gathered(office)
    offered = sum(one.offered for one in found)
    with office.store.begin() as unit:
        office.tell(unit, EventKind.LOOKS_GATHERED, "unknown", sides=sides, groups=len(found), offered=offered)
    return True


def _waiting(unit: Unit) -> tuple[PageRow, ...]:
    rows = (*unit.pages.without_form(PageState.UNKNOWN), *unit.pages.without_form(PageState.FOREIGN))
    return tuple(row for row in rows if row.preview_blob and row.reason != Reason.TEMPLATES_TOO_ALIKE.value)


def _side(unit: Unit, places: Places, row: PageRow) -> UnknownSide:
    scan = unit.scans.get(row.scan)
    if scan is None:
        raise ValueError("a page without its scan")
    place = next((file.place for file in places.of_scan(scan)), Place(None, None))
    return UnknownSide(row.id, place, scan.received)


def _look(office: Office, row: PageRow) -> Look:
    """Return how a page looks: as it was seen when it came, else as its small picture shows it."""
    told = likeness(office.vault.open_file(row.clips_blob)) if row.clips_blob else b""
    if told:
        return look_of(told)
    small = shown(office.vault.open_file(row.preview_blob or ""), 0.0)
    dpi = (row.dpi or 0.0) * small.width / (row.width_px or small.width)
    return look(Page(row.number, Raster(small.pixels, dpi)))


def named(found: Sequence[Gathered], name: str) -> Gathered:
    """Return the group whose name begins so.

    Raises:
        StoreError: when there is none, or more than one.
    """
    meant = [one for one in found if one.name.startswith(name)]
    if len(meant) != 1:
        raise StoreError("look_ambiguous" if meant else "look_unknown", hint="list_unknown")
    return meant[0]


def contact_sheet(office: Office, one: Gathered, who: str) -> bytes:
    """Return the latest sides of a group beside each other, JPEG; each look is noted first."""
    sides = one.sides[-MOST_PAGES:]
    for side in sides:
        office.saw(who, Action.VIEW, str(side.id))
    with office.store.read() as unit:
        rows = [row for side in sides if (row := unit.pages.get(side.id)) is not None]
    small = [_fitted(shown(office.vault.open_file(row.preview_blob or ""), 0.0).pixels) for row in rows]
    high = max(picture.shape[0] for picture in small)
    framed = [cv2.copyMakeBorder(p, 0, high - p.shape[0], 0, 0, cv2.BORDER_CONSTANT, value=255) for p in small]
    framed += [np.full_like(framed[0], 255)] * (-len(framed) % min(_COLUMNS, len(framed)))
    lines = [np.hstack(framed[at : at + _COLUMNS]) for at in range(0, len(framed), _COLUMNS)]
    return bytes(cv2.imencode(".jpg", np.vstack(lines))[1].tobytes())


def _fitted(picture: Pixels) -> Pixels:
    height = math.ceil(picture.shape[0] * _WIDE / picture.shape[1])
    small = cv2.resize(picture, (_WIDE, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.copyMakeBorder(small, 4, 4, 4, 4, cv2.BORDER_CONSTANT, value=128), dtype=np.uint8)


def blank_of(office: Office, sheets: Sequence[Gathered], who: str, turn: int = 0) -> bytes:
    """Return the blank that the pages of each group have in common, a group a page of a PDF at true size.

    `turn` quarters clockwise are added to the way most pages lie. Each page used is noted as exported first: where all
    wrote in one place traces may be left.

    Raises:
        StoreError: when a group has too few pages that are still kept.
    """
    drawn = []
    for one in sheets:
        pages = [page for side in reversed(one.sides) if (page := _original(office, side.id)) is not None][:MOST_PAGES]
        made = unfilled(pages) if len(pages) >= ENOUGH else None
        if made is None:
            raise StoreError("look_of_few", hint="wait_for_more", pages=len(pages), wanted=ENOUGH)
        for side in one.sides[-MOST_PAGES:]:
            office.saw(who, Action.EXPORT, str(side.id))
        drawn.append(Raster.owning(np.rot90(made.pixels, -turn), made.dpi))
    return pictured(drawn)


def _original(office: Office, side: PageId) -> Page | None:
    """Return a side as it was scanned, or None when its file has been erased."""
    with office.store.read() as unit:
        scan = unit.scans.get(side.scan)
    if scan is None or not scan.blob:
        return None
    with office.as_file(scan.blob) as path:
        pages = office.sight.pages(path, office.policy.parse, side.number)
        page = next(iter(pages), None)
        getattr(pages, "close", lambda: None)()
    return page if isinstance(page, Page) else None
