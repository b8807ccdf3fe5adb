"""A sitting: the pages of one drawn form are placed, cut and read by every eye, and put together as a draft."""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from benchmarks.reading.answering import POLICY, Answer, alone, drafted
from benchmarks.reading.conditions import Pictured
from benchmarks.reading.drawing import Drawn
from benchmarks.reading.story import TODAY
from benchmarks.reading.ways import Points, inverse
from pipeline.domain.calibration import Calibration
from pipeline.domain.checking import CheckContext
from pipeline.domain.disease import Catalogue
from pipeline.domain.form import Form, FormPage
from pipeline.domain.geometry import Rect
from pipeline.domain.library import Library
from pipeline.domain.placement import Placed, Rejection
from pipeline.domain.policy import ParsePolicy, PlacePolicy
from pipeline.domain.raster import Raster
from pipeline.domain.reading import Clip, ClipPart, Reader
from pipeline.domain.scan import Page, PageId
from pipeline.domain.template import Field, Template
from pipeline.domain.town import Towns
from pipeline.edges import parser
from pipeline.readers.eyes import look
from pipeline.stages.build import build
from pipeline.stages.check import check
from pipeline.stages.cut import cut, join
from pipeline.stages.place import place

OURS = "blankett"
_DOT = Raster(np.full((1, 1), 255, np.uint8), 300.0)
T = TypeVar("T")


class Clock:
    """Adds up milliseconds of processor time, those of children too, by stage."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.ms: dict[str, float] = {}

    def took(self, stage: str, work: Callable[[], T]) -> T:
        """Do some work and count what it took."""
        before = _cpu()
        try:
            return work()
        finally:
            self.ms[stage] = self.ms.get(stage, 0.0) + (_cpu() - before) * 1000


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + used.ru_utime + used.ru_stime


@dataclass(frozen=True, slots=True)
class Side:
    """One opened side: its page, None where it could not be opened, and the way from the sheet's mm to the page's pixels."""

    sheet: int
    page: Page | None
    pictured: Pictured

    def onto(self, places: Points) -> Points:
        """Return where places of the sheet truly lie on the page's raster."""
        if self.page is None:
            raise ValueError(self.sheet)
        width, height = self.pictured.size
        scale = np.array([self.page.raster.width / width, self.page.raster.height / height])
        return inverse(self.pictured.back, places, (width, height)) * scale


def opened(drawn: Drawn, folder: Path, clock: Clock) -> tuple[Side, ...]:
    """Write each side to a file and open it as any scan is opened."""
    sides = []
    for sheet, pictured in enumerate(drawn.sides, 1):
        path = folder / f"side.{pictured.ending}"
        path.write_bytes(pictured.data)
        try:
            found = clock.took("parse", lambda path=path: list(parser.pages(path, ParsePolicy())))
            page = next((one for one in found if isinstance(one, Page)), None)
        except parser.Unreadable:
            page = None
        finally:
            path.unlink()
        sides.append(Side(sheet, page, pictured))
    return tuple(sides)


@dataclass(frozen=True, slots=True)
class Setting:
    """What all sittings share: the templates known, the diseases, the towns, what confidences are worth, and the eyes."""

    library: Library
    catalogue: Catalogue
    towns: Towns
    calibration: Calibration
    eyes: tuple[Reader, ...]

    def make_ready(self) -> None:
        """Let what is worked out once for all pages be worked out now, outside the clock."""
        for blank in self.library.blanks:
            place(Page(1, blank.picture), self.library, PlacePolicy())


@dataclass(slots=True)
class Sat:
    """What came of one sitting: answers by reader, how each side was placed, and the cost by stage."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    sides: list[dict[str, Any]] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)


def sit(drawn: Drawn, sides: Sequence[Side], setting: Setting) -> Sat:
    """Read one form."""
    sat = Sat()
    clips: list[Clip] = []
    pages: list[FormPage] = []
    for side in sides:
        found = None
        if side.page is not None:
            page = side.page
            found = sat.clock.took("place", lambda page=page: place(page, setting.library, PlacePolicy()))
        told = placed_how(drawn.template, side, found)
        sat.sides.append(told)
        if side.page is not None and isinstance(found, Placed) and told["state"] == "right":
            there = (side.page, found)
            clips += sat.clock.took("cut", lambda there=there: cut(*there, setting.library))
            pages.append(FormPage(PageId("0" * 64, side.sheet), found))
    _read(
        drawn.template,
        join(clips),
        Form("0000-0000", drawn.template.name, drawn.template.version, tuple(pages)),
        (setting, sat),
    )
    return sat


def _read(template: Template, clips: Sequence[Clip], form: Form, by: tuple[Setting, Sat]) -> None:
    setting, sat = by
    readings = []
    for reader in setting.eyes:
        # Whether a reader reads a clip is a part of its work: lines are looked at to tell print from hand.
        said = sat.clock.took(f"read: {reader.name}", lambda reader=reader: look(clips, [reader]))
        readings += said
        heard = {reading.key: reading for reading in said}
        for asked in template.fields:
            if asked.key in heard:
                sat.answers.setdefault(reader.name, []).append(alone(heard[asked.key], asked))
            elif not any(clip.field.key == asked.key for clip in clips) and reader.reads(_unseen(asked)):
                sat.answers.setdefault(reader.name, []).append(Answer.none(asked.key, "not placed"))
    whole = tuple(readings)
    draft = sat.clock.took("draft", lambda: build(form, whole, template, TODAY, setting.calibration))
    context = CheckContext(POLICY, setting.catalogue, TODAY, whole, form, setting.towns, setting.calibration)
    findings = sat.clock.took("draft", lambda: check(draft, template, context))
    seen = {clip.field.key for clip in clips}
    sat.answers[OURS] = [
        drafted(draft.field(asked.key), (finding for finding in findings if finding.key == asked.key))
        if asked.key in seen
        else Answer.none(asked.key, "not placed")
        for asked in template.fields
    ]


def _unseen(asked: Field) -> Clip:
    """Return a clip of a field nobody saw, to ask a reader whether it would have read it."""
    options = [None] * len(asked.zones) + [option.value for option in asked.options]
    parts = (
        ClipPart(zone.sheet, zone.rect, zone.rect, _DOT, _DOT, 0.0, option)
        for zone, option in zip(asked.all_zones, options, strict=True)
    )
    return Clip(asked, tuple(parts))


def placed_how(template: Template, side: Side, found: Placed | Rejection | None) -> dict[str, Any]:
    """Return how a side was placed: its state, and for each zone how far its worst corner lies from the truth, in mm."""
    if side.page is None or not isinstance(found, Placed):
        return {"state": "refused", "reason": found.reason.value if isinstance(found, Rejection) else "not opened"}
    if (found.identification.id, found.identification.sheet) != (template.id, side.sheet):
        return {"state": "wrong", "reason": found.identification.id}
    errors, told, lost = [], [], 0
    for key, index, rect in _zones(template, side.sheet):
        fit = found.registration.fit(key, index)
        if math.isinf(fit.residual_mm):
            lost += 1
            continue
        corners = np.array(rect.corners)
        truth = _across(np.linalg.inv(found.registration.mm_to_px.matrix), side.onto(corners))
        far = truth - _across(fit.onto(rect).matrix, corners)
        errors.append(round(float(np.hypot(far[:, 0], far[:, 1]).max()), 4))
        told.append(round(fit.residual_mm, 4))
    return {"state": "right", "errors_mm": errors, "told_mm": told, "zones_lost": lost}


def _zones(template: Template, sheet: int) -> Iterator[tuple[str, int, Rect]]:
    for asked in template.fields_on(sheet):
        for index, zone in enumerate(asked.all_zones):
            if zone.sheet == sheet:
                yield asked.key, index, zone.rect


def _across(matrix: Points, points: Points) -> Points:
    out = np.column_stack([points, np.ones(len(points))]) @ np.asarray(matrix).T
    return np.asarray(out[:, :2] / out[:, 2:])
