"""The same paper scanned again, and the same case on another paper, are told to the reviewer and never dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipeline.domain.event import EventKind
from pipeline.domain.placement import PageState, Reason
from pipeline.domain.reading import Clip, Reading
from pipeline.domain.record import Finding, FindingKind
from pipeline.domain.review import Ending
from pipeline.domain.status import Status
from pipeline.domain.value import Value
from pipeline.edges import library
from pipeline.edges.engine_inline import InlineEngine
from pipeline.edges.founding import Plan, make
from pipeline.edges.inbox import Inbox, Timing
from pipeline.edges.store.search import SearchKind
from pipeline.jobs import review, sweep
from pipeline.jobs.again import SAME_CASE
from pipeline.jobs.intake import Intake
from pipeline.jobs.office import Office
from pipeline.jobs.opening import open_office
from pipeline.jobs.status import standing as sums
from tests.support import typed
from tests.support.stores import NOW


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = open_office(make(Plan(tmp_path / "w", tmp_path / "in", key=f"file:{tmp_path / 'k'}"), NOW), "w1", InlineEngine())
    sweep.start(made)
    yield made
    made.close()


class Told:
    """Reads what it was told stands there: what is at stake here is the paper's look, and how a case is known again."""

    name = "told 1"

    def __init__(self, answers: Mapping[str, str]) -> None:
        self._answers = answers

    def reads(self, clip: Clip) -> bool:
        return True

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        return tuple(
            Reading(clip.field.key, Value(self._answers.get(clip.field.key)), 0.99, self.name, clip.digest) for clip in clips
        )


def scanned(
    office: Office, tmp_path: Path, answers: Mapping[str, str], seed: int, read: Mapping[str, str] | None = None
) -> None:
    """Scan one form: laid a little otherwise each time, with the scanner's own noise; `read` is what is read of it."""
    office.sight = replace(office.sight, readers=(Told(answers if read is None else read),))
    dice = np.random.default_rng(seed)
    sheet = typed.sheet(library.load(), "klinisk-sti@2025-1", 1, answers)
    laid = sheet.rotate(float(dice.uniform(-0.8, 0.8)), Image.Resampling.BICUBIC, fillcolor=255, translate=(seed % 17, 9))
    pixels = np.asarray(laid, dtype=np.float64) + dice.normal(0, 8, (laid.height, laid.width))
    typed.save(tmp_path / "in" / f"{seed}.tif", [Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))])
    intake = Intake(office, Inbox(tmp_path / "in", Timing(quiet_s=0.0)))
    intake.look(0.0)
    office.engine.drain(60)


def told(office: Office) -> list[tuple[str, ...]]:
    with office.store.read() as unit:
        found = []
        for row in tuple(unit.forms.all()):
            findings = unit.documents.load_many(Finding, row.id, "findings")
            found.append(tuple(str(dict(f.params).get("grade", "case")) for f in findings if f.key == SAME_CASE))
    return found


def standing(office: Office) -> list[Status]:
    with office.store.read() as unit:
        return [row.state.status for row in unit.forms.all() if row.state]


def test_the_same_paper_in_another_scan_is_set_aside_and_told(office: Office, tmp_path: Path) -> None:
    scanned(office, tmp_path, typed.STI, 3)
    scanned(office, tmp_path, typed.STI, 14)
    assert told(office) == [(), ("same_picture",)]
    assert standing(office) == [Status.WAITING, Status.WITHDRAWN]
    with office.store.read() as unit:
        first, second = (row.id for row in unit.forms.all())
        assert unit.pages.counts() == {PageState.PLACED: 1, PageState.DUPLICATE: 1}
        assert [page.reason for page in unit.pages.of_form(second)] == [Reason.SAME_PICTURE.value]
        withdrawn = [event for event in unit.events(second) if event.kind is EventKind.FORM_WITHDRAWN]
        assert [event.param("alike") for event in withdrawn] == [first]
        assert set(unit.search.find(SearchKind.NUMBER, typed.STI["pat_id"])) == {first, second}
        assert len(unit.tasks.queue(office.now())) == 1
    pile = sums(office).piles[0]
    assert (pile.forms, pile.form_sides, pile.sides_in) == (1, 1, 2)


def test_the_same_paper_is_known_also_where_its_number_was_not_read_this_time(office: Office, tmp_path: Path) -> None:
    scanned(office, tmp_path, typed.STI, 3)
    scanned(office, tmp_path, typed.STI, 14, {key: said for key, said in typed.STI.items() if key != "pat_id"})
    assert standing(office) == [Status.WAITING, Status.WITHDRAWN]


@pytest.mark.parametrize("change", [{"diagnosdatum": "2026-11-26"}, {"pat_kon": "m"}], ids=["digit", "tick"])
def test_a_corrected_form_is_verified_like_any_other(office: Office, tmp_path: Path, change: dict[str, str]) -> None:
    scanned(office, tmp_path, typed.STI, 3)
    scanned(office, tmp_path, {**typed.STI, **change}, 14)
    assert standing(office) == [Status.WAITING, Status.WAITING]
    assert told(office)[1] != ()
    with office.store.read() as unit:
        assert unit.pages.counts() == {PageState.PLACED: 2}


def test_paper_scanned_again_because_it_was_closed_is_verified(office: Office, tmp_path: Path) -> None:
    scanned(office, tmp_path, typed.STI, 3)
    taken = review.take(office, "anna")
    assert taken is not None
    assert review.close(office, taken.lease, Ending.OTHER_REGION)
    scanned(office, tmp_path, typed.STI, 14)
    assert standing(office) == [Status.CLOSED, Status.WAITING]
    assert told(office)[1] == ("same_picture",)


def test_the_same_case_on_another_paper_is_told_as_that(office: Office, tmp_path: Path) -> None:
    scanned(office, tmp_path, typed.STI, 3)
    scanned(office, tmp_path, {**typed.STI, "anm_lakare": "Annan Doktorsson", "diagnosdatum": "2026-11-18"}, 14)
    assert told(office) == [(), ("case",)]
    with office.store.read() as unit:
        last = list(unit.forms.all())[-1].id
        finding = next(f for f in unit.documents.load_many(Finding, last, "findings") if f.key == SAME_CASE)
        assert finding.kind is FindingKind.SAME_CASE


def test_another_persons_paper_is_neither(office: Office, tmp_path: Path) -> None:
    scanned(office, tmp_path, typed.STI, 3)
    scanned(office, tmp_path, {**typed.STI, "pat_id": "1961-2803", "diagnosdatum": "2026-11-18"}, 14)
    assert told(office) == [(), ()]
