"""Finding forms by what was written on them, files that could not be opened, and sides by pile and place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.placement import PageState
from pipeline.domain.scan import PageId
from pipeline.domain.status import Status
from pipeline.edges.access import Action
from pipeline.edges.store import Unit
from pipeline.edges.store.pages import PageRow
from pipeline.edges.store.scans import ScanState
from pipeline.edges.store.search import SearchKind
from pipeline.errors import StoreError
from pipeline.jobs.office import Office

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER = re.compile(r"[\d+\- ]{6,}|\d{4}-\d{4}")


@dataclass(frozen=True, slots=True)
class Found:
    """A form that was found: where it stands and when its paper arrived; nothing of what is written on it."""

    form: str
    template: str
    status: Status
    pile: str | None
    created: dt.datetime
    disease: str | None
    due: dt.datetime | None
    pages: tuple[PageId, ...]


@dataclass(frozen=True, slots=True)
class FoundScan:
    """A file that could not be opened, and why."""

    scan: str
    reason: str
    received: dt.datetime
    pile: str | None


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A side by its place: the number of its file within the pile, and its own number within the file."""

    file: int
    page: PageRow


def guess(written: str) -> tuple[SearchKind, ...]:
    """Return what a person may mean by a word: a date, a number, else a name or a clinic."""
    plain = written.strip()
    if _DAY.fullmatch(plain):
        return (SearchKind.DATE, SearchKind.NUMBER)
    if _NUMBER.fullmatch(plain):
        return (SearchKind.NUMBER,)
    return (SearchKind.NAME, SearchKind.CLINIC, SearchKind.NUMBER)


def find(office: Office, written: str, kinds: Sequence[SearchKind], who: str) -> tuple[Found, ...]:
    """Return the forms found by a word; the search, and each form found, is noted in the access log first."""
    with office.store.read() as unit:
        hits = dict.fromkeys(form for kind in kinds for form in unit.search.find(kind, written))
        hits.update(dict.fromkeys(unit.forms.begins(written) if _looks_like_id(written) else ()))
        found = tuple(one for form in hits if (one := _found(unit, form)) is not None)
    office.saw(who, Action.SEARCH, "", written)
    for one in found:
        office.saw(who, Action.SEARCH, one.form)
    return found


def _looks_like_id(written: str) -> bool:
    return bool(re.fullmatch(r"[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{4}-?[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]{1,4}", written.strip()))


def everything(office: Office, statuses: Sequence[Status] | None = None) -> tuple[Found, ...]:
    """Return all forms, or those of some statuses; nothing of what is written on them is told, so nothing is noted."""
    with office.store.read() as unit:
        return tuple(one for row in tuple(unit.forms.all(statuses)) if (one := _found(unit, row.id)) is not None)


def _found(unit: Unit, form: str) -> Found | None:
    row = unit.forms.get(form)
    if row is None or row.state is None:
        return None
    facts = unit.facts.get(form)
    return Found(
        form=form,
        template=f"{row.template}@{row.version}",
        status=row.state.status,
        pile=row.pile,
        created=row.created,
        disease=facts.disease if facts is not None else None,
        due=facts.due if facts is not None else None,
        pages=tuple(page.id for page in unit.pages.of_form(form)),
    )


def rejected(office: Office) -> tuple[FoundScan, ...]:
    """Return the files that could not be opened."""
    with office.store.read() as unit:
        scans = tuple(unit.scans.all((ScanState.REJECTED,)))
        return tuple(
            FoundScan(scan.digest, scan.reason or "", scan.received, next(iter(unit.scans.arrivals(scan.digest))).pile)
            for scan in scans
        )


def sides(office: Office, pile: str, states: Sequence[PageState] = ()) -> tuple[FoundPage, ...]:
    """Return the sides of a pile in the order they came, by number of file and of side."""
    with office.store.read() as unit:
        first: dict[str, None] = {}
        for arrival in reversed(unit.scans.arrivals(pile=pile)):
            first.setdefault(arrival.scan)
        pages = [
            FoundPage(number, page)
            for number, digest in enumerate(first, start=1)
            for page in unit.pages.of_scan(digest)
            if not states or page.state in states
        ]
    return tuple(pages)


def side_picture(office: Office, pile: str, place: tuple[int, int], who: str) -> bytes:
    """Return the small picture of one side, JPEG, by pile, number of file and of side; the look is noted first.

    Raises:
        StoreError: when there is no such side.
    """
    file, number = place
    page = next((f.page for f in sides(office, pile) if f.file == file and f.page.number == number), None)
    if page is None or page.preview_blob is None:
        raise StoreError("page_unknown", hint="find")
    office.saw(who, Action.VIEW, page.form or str(page.id), f"{pile}/{file}/{number}")
    return office.vault.open_file(page.preview_blob)
