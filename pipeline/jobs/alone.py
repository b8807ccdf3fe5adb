"""Reading a file on its own, without a workspace: nothing is kept, nothing is queued, nothing is sent."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.domain.assembly import Side
from pipeline.domain.calibration import UNMEASURED, Calibration
from pipeline.domain.checking import CheckContext
from pipeline.domain.disease import Catalogue
from pipeline.domain.form import Form, FormPage, form_id
from pipeline.domain.geometry import Transform
from pipeline.domain.library import Library
from pipeline.domain.placement import PageState, Placed, Reason, Rejection
from pipeline.domain.policy import Policy
from pipeline.domain.reading import Clip, Reading
from pipeline.domain.record import Draft, Finding
from pipeline.domain.scan import Page, PageId
from pipeline.domain.town import UNKNOWN, Towns
from pipeline.edges.parser import PageFault, Unreadable
from pipeline.errors import InboxError
from pipeline.jobs.office import Sight
from pipeline.readers.eyes import look
from pipeline.stages.assemble import assemble
from pipeline.stages.build import build
from pipeline.stages.check import check
from pipeline.stages.cut import join
from pipeline.stages.twins import twins


@dataclass(frozen=True, slots=True)
class Alone:
    """What a file is read by."""

    sight: Sight
    library: Library
    catalogue: Catalogue
    policy: Policy
    today: dt.date
    towns: Towns = UNKNOWN
    calibration: Calibration = UNMEASURED


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What became of one side. `placed` stands where it lies on a known sheet; all pixels are the file's own.

    `between` are two templates, as NAME@VERSION, that it is not told apart by.
    """

    number: int
    state: PageState
    reason: Reason | None
    placed: Placed | None = None
    width_px: int | None = None
    height_px: int | None = None
    dpi: float | None = None
    between: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadForm:
    """One form as the machine proposes it."""

    form: Form
    draft: Draft
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ReadScan:
    """What one file says; `reason` tells why it could not be opened."""

    digest: str
    reason: Reason | None
    pages: tuple[ReadPage, ...]
    forms: tuple[ReadForm, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is kept of a page's fields: the readings, and the clips of fields that go on on another sheet."""

    readings: tuple[Reading, ...]
    open_clips: tuple[Clip, ...]


def read_file(path: Path, by: Alone) -> ReadScan:
    """Read one file: pages are placed one at a time, and only what was read of them is kept in memory.

    Raises:
        InboxError: when the file cannot be read at all.
        ReaderError: when an engine is missing or broken.
    """
    digest = _digest(path)
    pages: list[ReadPage] = []
    seen: dict[int, _Seen] = {}
    reason: Reason | None = None
    pictures: set[str] = set()
    try:
        for page in by.sight.pages(path, by.policy.parse, 1):
            read, found = _page(page, by, pictures)
            pages.append(read)
            if isinstance(page, Page) and read.state is PageState.PLACED and found is not None:
                seen[page.number] = _look(page, found, by)
    except Unreadable as unreadable:
        reason = unreadable.rejection.reason
    if not pages:
        return ReadScan(digest, reason or Reason.NO_PAGES, (), ())
    return _put_together(digest, pages, seen, by)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InboxError("file_unreadable", hint="check_rights", errno=error.errno or 0) from None


def _page(page: Page | PageFault, by: Alone, pictures: set[str]) -> tuple[ReadPage, Placed | None]:
    """Place one side, and return what is told of it and where it lies on its raster; the same picture is a duplicate."""
    if isinstance(page, PageFault):
        return ReadPage(page.number, page.rejection.state, page.rejection.reason), None
    found = by.sight.place(page, by.library, by.policy.place)
    size = (*(page.scanned_px or (page.raster.width, page.raster.height)), page.raster.dpi)
    if isinstance(found, Rejection):
        return ReadPage(page.number, found.state, found.reason, None, *size, found.between), None
    told = _as_scanned(page, found)
    picture = page.raster.digest
    if picture in pictures:
        return ReadPage(page.number, PageState.DUPLICATE, Reason.SAME_PICTURE, told, *size), found
    pictures.add(picture)
    return ReadPage(page.number, PageState.PLACED, None, told, *size), found


def _as_scanned(page: Page, placed: Placed) -> Placed:
    """Return where a side lies in the pixels of its file, which are not the raster's where those were made square."""
    if page.scanned_px is None:
        return placed
    across, down = page.scanned_px[0] / page.raster.width, page.scanned_px[1] / page.raster.height
    to_file = Transform((across, 0.0, 0.0, 0.0, down, 0.0, 0.0, 0.0, 1.0))
    return replace(placed, registration=replace(placed.registration, mm_to_px=to_file.after(placed.registration.mm_to_px)))


def _look(page: Page, placed: Placed, by: Alone) -> _Seen:
    clips = by.sight.cut(page, placed, by.library)
    whole = [clip for clip in clips if len({zone.sheet for zone in clip.field.all_zones}) == 1]
    return _Seen(look(whole, by.sight.readers), tuple(clip for clip in clips if clip not in whole))


def _put_together(digest: str, pages: Sequence[ReadPage], seen: dict[int, _Seen], by: Alone) -> ReadScan:
    sheets = {template.id: len(template.sheets) for template in by.library}
    done = assemble([[_side(digest, page, by.library) for page in pages]], sheets)
    placed = {page.number: page.placed for page in pages if page.placed is not None}
    forms = []
    for group in done.forms:
        name, _, version = group.template.partition("@")
        put = tuple(FormPage(page, placed[page.number]).of(group.template) for page in group.pages)
        form = Form(form_id(group.pages[0]), name, version, put, group.joined)
        forms.append(_form(form, [seen[page.number] for page in group.pages], by))
    placed |= {page.page.number: page.placed for form in forms for page in form.form.pages}
    held = {held.page.number: held.reason for held in done.held}
    told = tuple(
        replace(page, state=PageState.HELD, reason=held[page.number])
        if page.number in held
        else replace(page, placed=placed.get(page.number))
        for page in pages
    )
    return ReadScan(digest, None, told, tuple(forms))


def _side(digest: str, page: ReadPage, known: Library) -> Side:
    number = PageId(digest, page.number)
    if page.state is PageState.PLACED and page.placed is not None:
        told = page.placed.identification
        return Side(number, told.id, told.sheet, twins=twins(known.blank(told.id, told.sheet), known))
    return Side(number, passed_over=page.state in (PageState.BLANK, PageState.DUPLICATE))


def _form(form: Form, seen: Sequence[_Seen], by: Alone) -> ReadForm:
    template = by.library.template(form.template_id)
    spread = join([clip for page in seen for clip in page.open_clips])
    readings = (*(reading for page in seen for reading in page.readings), *look(spread, by.sight.readers))
    draft = build(form, readings, template, by.today, by.calibration)
    context = CheckContext(by.policy.check, by.catalogue, by.today, readings, form, by.towns, by.calibration)
    return ReadForm(form, draft, check(draft, template, context))
