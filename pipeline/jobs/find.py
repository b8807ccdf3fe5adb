"""Finding forms by what was written on them, files that could not be opened, and sides by pile and place."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain.placement import PageState
from pipeline.domain.scan import PageId
from pipeline.domain.status import Status
from pipeline.edges.access import Action
from pipeline.edges.store import Unit
from pipeline.edges.store.pages import PageRow
from pipeline.edges.store.scans import ScanRow, ScanState
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
    """A file that could not be opened, or not to its end, and why; `file` is its number within its pile."""

    scan: str
    reason: str
    received: dt.datetime
    pile: str | None
    file: int | None


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file by its place: its number within the pile."""

    file: int
    scan: ScanRow

    @property
    def whole(self) -> bool:
        """Tell whether the file was opened to its end, so that its sides say all there is of it."""
        return self.scan.state is ScanState.PLACED and self.scan.reason is None


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
    """Return the files that could not be opened, or not to their end, by the time they came."""
    with office.store.read() as unit:
        return unopened(unit)


def unopened(unit: Unit) -> tuple[FoundScan, ...]:
    """Return the files that could not be opened, or not to their end, with their place in their pile."""
    scans = [s for s in unit.scans.all((ScanState.REJECTED, ScanState.PLACED)) if s.reason is not None]
    places: dict[str | None, dict[str, int]] = {}
    found = []
    for scan in scans:
        pile = next((arrival.pile for arrival in unit.scans.arrivals(scan.digest)), None)
        if pile not in places:
            places[pile] = {digest: number for number, digest in _numbered(unit, pile)} if pile is not None else {}
        found.append(FoundScan(scan.digest, scan.reason or "", scan.received, pile, places[pile].get(scan.digest)))
    return tuple(found)


def _numbered(unit: Unit, pile: str) -> Iterator[tuple[int, str]]:
    """Give the files of a pile in the order they came, numbered."""
    yield from enumerate(dict.fromkeys(arrival.scan for arrival in reversed(unit.scans.arrivals(pile=pile))), start=1)


def files(office: Office, pile: str) -> tuple[FoundFile, ...]:
    """Return the files of a pile in the order they came.

    Raises:
        StoreError: when there is no such pile.
    """
    with office.store.read() as unit:
        if unit.piles.get(pile) is None:
            raise StoreError("pile_unknown", hint="find_pile")
        numbered = tuple(_numbered(unit, pile))
        return tuple(FoundFile(number, scan) for number, digest in numbered if (scan := unit.scans.get(digest)) is not None)


def sides(office: Office, pile: str, states: Sequence[PageState] = ()) -> tuple[FoundPage, ...]:
    """Return the sides of a pile in the order they came, by number of file and of side."""
    with office.store.read() as unit:
        pages = [
            FoundPage(number, page)
            for number, digest in tuple(_numbered(unit, pile))
            for page in unit.pages.of_scan(digest)
            if not states or page.state in states
        ]
    return tuple(pages)


def side_picture(office: Office, pile: str, place: tuple[int, int], who: str) -> bytes:
    """Return the small picture of one side, JPEG, by pile, number of file and of side; the look is noted first.

    Raises:
        StoreError: when there is no such side, or no picture of it can be shown.
    """
    file, number = place
    scan = _file(office, pile, file)
    with office.store.read() as unit:
        page = unit.pages.get(PageId(scan.digest, number))
    if page is None:
        code = {ScanState.RECEIVED: "file_not_placed", ScanState.REJECTED: "file_not_opened"}.get(scan.state, "page_unknown")
        hint = {"file_not_placed": "run_worker", "file_not_opened": "find_file"}.get(code, "find_sides")
        raise StoreError(code, hint=hint)
    if page.preview_blob is None:
        raise StoreError("page_not_shown", hint="find_file")
    office.saw(who, Action.VIEW, page.form or str(page.id), f"{pile}/{file}/{number}")
    return office.vault.open_file(page.preview_blob)


def original(office: Office, pile: str, file: int, who: str) -> Iterator[bytes]:
    """Return the bytes of a file as the scanner gave it, by pile and number; the export is noted first.

    Raises:
        StoreError: when there is no such file, or it has been erased.
    """
    scan = _file(office, pile, file)
    if not scan.blob:
        raise StoreError("file_erased", hint="find_sides")
    office.saw(who, Action.EXPORT, scan.digest, f"{pile}/{file}")
    return office.vault.stream(scan.blob)


def _file(office: Office, pile: str, file: int) -> ScanRow:
    found = next((one.scan for one in files(office, pile) if one.file == file), None)
    if found is None:
        raise StoreError("file_unknown", hint="find_sides")
    return found
