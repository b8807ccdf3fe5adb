"""Finding forms by what was written on them, files that could not be opened, and sides by pile and place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain.geometry import Rect
from pipeline.domain.record import MASKING, Finding
from pipeline.domain.scan import PageId
from pipeline.domain.status import Status
from pipeline.edges.access import Action
from pipeline.edges.store import Unit
from pipeline.edges.store.pages import PageRow
from pipeline.edges.store.scans import ScanRow, ScanState
from pipeline.edges.store.search import SearchKind
from pipeline.errors import StoreError
from pipeline.jobs.clips import without
from pipeline.jobs.office import Office
from pipeline.jobs.piled import FoundFile, FoundSide, Places

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_EVERYWHERE = Rect(0.0, 0.0, 1000.0, 1000.0)  # where no template tells what stands where
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
    """A file that could not be opened, or not to its end, and why; `file` is its number within its pile.

    `kept` tells whether its bytes are still there: they may have been erased.
    """

    scan: str
    reason: str
    received: dt.datetime
    pile: str | None
    file: int | None
    kept: bool


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


def rejected(office: Office, who: str) -> tuple[FoundScan, ...]:
    """Return the files that could not be opened, or not to their end, by the time they came; the look is noted first."""
    office.saw(who, Action.SEARCH)
    with office.store.read() as unit:
        return unopened(unit)


def unopened(unit: Unit) -> tuple[FoundScan, ...]:
    """Return the files that could not be opened, or not to their end, with their place in their pile; each time it came."""
    places = Places(unit)
    scans = [s for s in tuple(unit.scans.all((ScanState.REJECTED, ScanState.PLACED))) if s.reason is not None]
    found = [
        FoundScan(scan.digest, scan.reason or "", file.arrival.at, file.place.pile, file.place.file, bool(scan.blob))
        for scan in scans
        for file in places.of_scan(scan)
        if not file.grown
    ]
    return tuple(sorted(found, key=lambda one: one.received))


def listed(office: Office, pile: str, who: str) -> tuple[tuple[FoundFile, tuple[FoundSide, ...]], ...]:
    """Return the files of a pile in the order they came, each with its sides; the look is noted first.

    Raises:
        StoreError: when there is no such pile.
    """
    office.saw(who, Action.SEARCH, detail=pile)
    return _listed(office, pile)


def _listed(office: Office, pile: str) -> tuple[tuple[FoundFile, tuple[FoundSide, ...]], ...]:
    with office.store.read() as unit:
        if unit.piles.get(pile) is None:
            raise StoreError("pile_unknown", hint="find_pile")
        places = Places(unit)
        return tuple((file, places.sides(file)) for file in tuple(places.files(pile)))


def side_picture(office: Office, pile: str, place: tuple[int, int], who: str, *, reveal: bool = False) -> bytes:
    """Return the small picture of one side, JPEG, by pile, number of file and of side; the look is noted first.

    What may not stand on a coded form is painted over, unless it is to be revealed, which is noted as that.

    Raises:
        StoreError: when there is no such side, or no picture of it can be shown.
    """
    file, number = place
    scan = _file(office, pile, file)
    with office.store.read() as unit:
        page = unit.pages.get(PageId(scan.digest, number))
        covered = _covered(office, unit, page) if page is not None else ()
    if page is None:
        code = {ScanState.RECEIVED: "file_not_placed", ScanState.REJECTED: "file_not_opened"}.get(scan.state, "page_unknown")
        hint = {"file_not_placed": "run_worker", "file_not_opened": "find_file"}.get(code, "find_sides")
        raise StoreError(code, hint=hint)
    if not scan.blob:
        raise StoreError("file_erased", hint="find_sides")
    if page.preview_blob is None:
        raise StoreError("page_not_shown", hint="find_file")
    action = Action.REVEAL if covered and reveal else Action.VIEW
    office.saw(who, action, page.form or str(page.id), f"{pile}/{file}/{number}")
    picture = office.vault.open_file(page.preview_blob)
    return picture if reveal else without(picture, covered)


def original(office: Office, pile: str, file: int, who: str, *, reveal: bool = False) -> Iterator[bytes]:
    """Return the bytes of a file as the scanner gave it, by pile and number; the export is noted first.

    Raises:
        StoreError: when there is no such file, it has been erased, or holds what may only be revealed.
    """
    scan = _file(office, pile, file)
    if not scan.blob:
        raise StoreError("file_erased", hint="find_sides")
    with office.store.read() as unit:
        covered = any(_covered(office, unit, page) for page in unit.pages.of_scan(scan.digest))
    if covered and not reveal:
        raise StoreError("file_covered", hint="reveal")
    office.saw(who, Action.REVEAL if covered else Action.EXPORT, scan.digest, f"{pile}/{file}")
    return office.vault.stream(scan.blob)


def _covered(office: Office, unit: Unit, page: PageRow) -> tuple[Rect, ...]:
    """Return where on a side stands what may not stand on its form, in millimetres of the sheet."""
    if page.form is None or page.placed is None:
        return ()
    findings = unit.documents.load_many(Finding, page.form, "findings")
    keys = {finding.key for finding in findings if finding.kind in MASKING}
    told = page.placed.identification
    if not keys:
        return ()
    if page.placed.by_hand or all(template.id != told.id for template in office.library):
        return (_EVERYWHERE,)
    template, sheet = office.template(told.id), told.sheet
    fields = [template.field(key) for key in sorted(keys) if template.has(key)]
    return tuple(zone.rect for field in fields for zone in field.all_zones if zone.sheet == sheet)


def _file(office: Office, pile: str, file: int) -> ScanRow:
    with office.store.read() as unit:
        return Places(unit).at(pile, file).scan
