"""An office with forms that wait to be verified, put there without paper: for tests of the station."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from sqlalchemy import delete, insert

from pipeline.domain.event import Event, EventKind
from pipeline.domain.form import Form, FormPage, form_id
from pipeline.domain.geometry import Transform
from pipeline.domain.library import Library
from pipeline.domain.placement import Identification, PageState, Placed, Registration
from pipeline.domain.reading import Clip, Style
from pipeline.domain.record import Draft, DraftField, Finding, FindingKind
from pipeline.domain.scan import PageId, Scan
from pipeline.domain.template import Template
from pipeline.domain.value import NOTHING, Value
from pipeline.edges import catalogue, library
from pipeline.edges.access import AccessLog
from pipeline.edges.engine_inline import InlineEngine
from pipeline.edges.founding import Plan, make
from pipeline.edges.scratch import Scratch
from pipeline.edges.store import Store
from pipeline.edges.store.pages import PageRow
from pipeline.edges.store.tables import evidence
from pipeline.jobs.clips import pack
from pipeline.jobs.office import Doors, Habits, Office, Sight
from pipeline.jobs.opening import open_office
from tests.support.clips import combed, ticked, written
from tests.support.stores import NOW, digest, open_store

TARM: dict[str, str | tuple[str, ...]] = {
    "pat_namn": "Kanariefågel Testsson",
    "pat_id_typ": "pnr",
    "pat_id": "19500907-2553",
    "diagnos": "salmonella",
    "diagnosdatum": "2026-11-20",
    "anm_lan": "C",
    "anm_lakare": "Test Läkare",
    "anm_klinik": "Testkliniken",
    "anm_datum": "2026-11-21",
}
CLASS = "date/print"  # whatever is asked here is of one class
ASKED = {"pat_id": FindingKind.UNPROVEN, "pat_namn": FindingKind.UNPROVEN, "diagnosdatum": FindingKind.UNPROVEN}


@cache
def shipped() -> Library:
    """Return the shipped templates."""
    return library.load(library.search_path(()))


class Clock:
    """A clock that goes only when it is pushed."""

    def __init__(self, now: dt.datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def push(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


def prove(store: Store, wrong: int = 0, classes: Sequence[str] = (CLASS,)) -> None:
    """Let blind keying have proved classes, so that they are confirmed; or, with many wrong, no more."""
    with store.begin() as unit:
        unit.connection.execute(delete(evidence))
        unit.connection.execute(insert(evidence), [{"class_": name, "n": 5000, "wrong": wrong} for name in classes])


def office(folder: Path, clock: Clock, **habits: object) -> Office:
    """Open an office on a new store, without recipient and without eyes, where critical fields are confirmed."""
    store = open_store(folder)
    prove(store)

    def blind() -> Sight:
        raise AssertionError("nothing is read here")

    looks = AccessLog.open(f"sqlite:///{folder / 'access.sqlite'}", store.vault)
    doors = Doors(blind, shipped, catalogue.load, lambda: None, lambda: looks)
    made = Office(
        store,
        InlineEngine(),
        doors,
        Habits(addressee="C", unit="u", **{"blind_share": 0.0, **habits}),
        Scratch("w1", folder / "tmp"),
    )  # type: ignore[arg-type]
    made.clock = clock
    return made


def workspace(folder: Path, forms: Sequence[Mapping[str, str | tuple[str, ...]]] = (TARM,), lease_s: int = 600) -> Path:
    """Make a real workspace with forms in its queue, for the command line to be tried on; return its folder."""
    root = folder / "workspace"
    plan = Plan(
        root,
        key=f"file:{folder / 'vault.key'}",
        more=(("unit.addressee", "C"), ("review.lease_seconds", lease_s), ("review.blind_share", 0)),
    )
    made = open_office(make(plan, dt.datetime.now(dt.UTC)), "seed")
    prove(made.store)
    for number, values in enumerate(forms):
        wait(made, f"scan {number}", values)
    made.close()
    return root


def wait(
    opened: Office,
    name: str = "one",
    values: Mapping[str, str | tuple[str, ...]] = TARM,
    why: Mapping[str, FindingKind] = ASKED,
    template: str = "klinisk-tarm",
    by_hand: Sequence[str] = (),
) -> str:
    """Put one form in the queue: its draft, its findings and the pictures of the fields that are asked."""
    blank = opened.library.template(template)
    scan = Scan(digest(name), 10, "image/tiff", opened.now())
    lies = Placed(
        1, Identification(blank.name, blank.version, 1, 0.9, 0.3), Registration(Transform.scaling(11.8), 0.1, 0, ())
    )
    page = PageId(scan.digest, 1)
    form = Form(form_id(page), blank.name, blank.version, (FormPage(page, lies),))
    blob = opened.vault.seal_file(pack(_clips(blank, values, list(why))))
    fields = tuple(_field(blank, key, values, by_hand) for key in (field.key for field in blank.fields))
    draft = Draft(form.id, blank.name, blank.version, fields)
    params = {FindingKind.UNPROVEN: (("class", CLASS),)}
    findings = tuple(Finding(kind, key, params.get(kind, ())) for key, kind in why.items())
    with opened.store.begin() as unit:
        unit.scans.add(scan, "0" * 32)
        unit.pages.keep(PageRow(scan.digest, 1, PageState.PLACED, None, lies, 2480, 3508, 300.0, clips_blob=blob))
        unit.forms.add(form, opened.now())
        unit.append(Event(EventKind.FORM_COMPLETED, form.id, opened.now(), (("generation", 1),)))
        unit.documents.add(form.id, "draft", draft, opened.now())
        unit.documents.add(form.id, "findings", findings, opened.now())
        unit.append(Event(EventKind.FORM_READ, form.id, opened.now(), (("generation", 1),)))
        unit.tasks.put(form.id, None, 20, len(why))
    return form.id


def _field(blank: Template, key: str, values: Mapping[str, str | tuple[str, ...]], by_hand: Sequence[str]) -> DraftField:
    value = Value(values[key]) if key in values else NOTHING
    style = Style.HAND if key in by_hand else None
    return DraftField(key, value, 0.8, "test 1", style, group="test/line/print/fine", raw=0.95)


def _clips(blank: Template, values: Mapping[str, str | tuple[str, ...]], keys: Sequence[str]) -> list[Clip]:
    clips = []
    for key in keys:
        if not blank.has(key):
            continue
        field = blank.field(key)
        value = values.get(key, "")
        if field.is_boxes:
            on = value if isinstance(value, tuple) else (value,)
            drawn = ticked(key, tuple(option.value for option in field.options), *on)
        elif field.comb is not None:
            drawn = combed(key, str(value).replace("-", "") or "0")
        else:
            drawn = written(key, str(value))
        places = zip(drawn.parts, field.all_zones, strict=False)
        clips.append(Clip(field, tuple(replace(part, sheet=zone.sheet, zone=zone.rect) for part, zone in places)))
    return clips
