"""What stands on a page that no template fits can be typed by a person, and goes the way of all other paper."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipeline.domain.event import EventKind
from pipeline.domain.library import Library
from pipeline.domain.notification import Notification
from pipeline.domain.placement import PageState
from pipeline.domain.record import FindingKind, Record
from pipeline.domain.review import Said, VerdictKind
from pipeline.domain.status import Status
from pipeline.domain.value import NOTHING, from_json
from pipeline.errors import StoreError
from pipeline.jobs import review, sweep
from pipeline.jobs.benchmark import benchmark
from pipeline.jobs.find import everything
from pipeline.jobs.manual import take_over
from pipeline.jobs.office import Office
from pipeline.jobs.placing import put_back
from pipeline.jobs.revision import comparisons
from pipeline.jobs.why import why
from tests.support import quick
from tests.support.typed import STI

UNKNOWN = {"template": "nobody-knows@2020-1", "sheet": 1, "answers": {}}


def _fed(office: Office, folder: Path, sides: int = 2) -> list[str]:
    """Scan a file of unknown sides, and return their names."""
    quick.fed(office, folder / "in", [UNKNOWN] * sides)
    with office.store.read() as unit:
        return [str(row.id) for row in unit.pages.without_form(PageState.UNKNOWN)]


def _typed(office: Office, form: str) -> None:
    """Answer every field as a person who types all of it does."""
    taken = review.take(office, "anna", form)
    assert taken is not None
    lease = taken.lease
    for finding in taken.findings:
        value = from_json(json.loads(json.dumps(STI.get(finding.key))))
        kind = VerdictKind.BLANK if value == NOTHING else VerdictKind.CORRECT
        renewed = review.give(office, lease, Said(finding.key, kind, value))
        assert renewed is not None
        lease = renewed
    done = review.settle(office, lease)
    assert isinstance(done, review.Done), done


def test_a_person_is_asked_for_every_field_and_what_is_typed_is_settled_and_frozen(tmp_path: Path) -> None:
    with quick.office(tmp_path) as office:
        names = _fed(office, tmp_path)
        template = office.library.template("klinisk-sti")
        form = take_over(office, names, template, "anna")
        sweep.sweep(office)
        office.engine.drain(10)
        with office.store.read() as unit:
            assert len(list(unit.events(form, kinds=(EventKind.FORM_READ,)))) == 1
            state = unit.forms.state(form)
            assert state is not None
            assert state.status is Status.WAITING
            kinds = {event.param("by_hand") for event in unit.events(kinds=(EventKind.PAGE_PLACED,))}
            assert kinds == {True}
        taken = review.take(office, "anna", form)
        assert taken is not None
        assert [(f.kind, f.key) for f in taken.findings] == [(FindingKind.UNREAD, f.key) for f in template.fields]
        assert all(taken.draft.value(field.key).is_blank for field in template.fields)
        review.leave(office, taken.lease)
        _typed(office, form)
        with office.store.read() as unit:
            record = unit.documents.load(Record, form, "record")
            assert record is not None
            assert {f.key: f.value.reveal() for f in record.fields if not f.value.is_blank}.keys() == {
                key for key, value in STI.items() if from_json(json.loads(json.dumps(value))) != NOTHING
            }
            settled = unit.forms.state(form)
            assert settled is not None
            assert settled.status is Status.SETTLED
            assert unit.documents.load(Notification, form, "notification") is not None
        assert benchmark(office).forms == 0


def test_each_field_shows_the_pages_whole_and_upright(tmp_path: Path) -> None:
    with quick.office(tmp_path) as office:
        names = _fed(office, tmp_path)
        form = take_over(office, names, office.library.template("klinisk-sti"), "anna", rotation=180)
        taken = review.take(office, "anna", form)
        assert taken is not None
        clip = review.clip(office, taken.lease, "diagnosdatum")
        assert clip is not None
        assert [max(part.picture.width, part.picture.height) for part in clip.parts] == [3508, 3508]
        upside = take_over(office, _fed_more(office, tmp_path), office.library.template("klinisk-sti"), "anna")
        other = review.take(office, "anna", upside)
        assert other is not None
        plain = review.clip(office, other.lease, "diagnosdatum")
        assert plain is not None
        assert np.abs(plain.parts[0].picture.pixels[::-1, ::-1].astype(int) - clip.parts[0].picture.pixels).mean() < 8


def _fed_more(office: Office, folder: Path) -> list[str]:
    """Scan the same pictures in another file, so that two forms show the same."""
    quick.fed(office, folder / "in", [*[UNKNOWN] * 2, {}])
    with office.store.read() as unit:
        return [str(row.id) for row in unit.pages.without_form(PageState.UNKNOWN)]


def test_a_typed_page_is_tried_by_no_template_and_told_by_no_zone_nor_comparison(tmp_path: Path) -> None:
    with quick.office(tmp_path) as office:
        names = _fed(office, tmp_path)
        whole = office.library
        form = take_over(office, names, whole.template("klinisk-sti"), "anna")
        office.library = Library(whole.blanks[:-1])
        assert put_back(office) == 0
        office.library = whole
        assert comparisons(office, "klinisk-sti@2025-1") == ()
        assert why(office, form, "diagnosdatum", "anna").zone is None
        assert [len(one.pages) for one in everything(office)] == [2]
        with office.store.read() as unit:
            assert all(office.vault.exists(blob) for blob in unit.blobs())


def test_sides_are_taken_once_all_or_none(tmp_path: Path) -> None:
    with quick.office(tmp_path) as office:
        one, other = _fed(office, tmp_path)
        template = office.library.template("klinisk-sti")
        for sides, code in (([one, one], "side_twice"), ([one, "zzz"], "side_unknown"), ([""], "side_ambiguous")):
            with pytest.raises(StoreError) as failed:
                take_over(office, sides, template, "anna")
            assert failed.value.code == code
        assert not everything(office)
        take_over(office, [one], template, "anna")
        with pytest.raises(StoreError):
            take_over(office, [one, other], template, "anna")
        assert len(everything(office)) == 1
