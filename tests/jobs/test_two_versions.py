"""A day on which paper of two versions of one form comes in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.versions import BEFORE, LABEL, later
from pipeline.cli.status import lines
from pipeline.domain.library import Library
from pipeline.domain.placement import PageState, Reason, Rejection
from pipeline.domain.record import Draft
from pipeline.domain.review import Ending
from pipeline.edges import library
from pipeline.errors import TemplateError
from pipeline.jobs import review
from pipeline.jobs.piled import Places
from pipeline.jobs.placing import put_back
from pipeline.jobs.status import standing
from pipeline.jobs.unknown import gathered, not_told_apart
from pipeline.station.answers import AnswerFile, FormAnswers, answer
from pipeline.station.desk import Desk
from tests.support import quick
from tests.support.typed import STI, TARM

FIRST, SECOND = "klinisk-tarm@2025-1", "klinisk-tarm@2026-1"


def side(template: str, sheet: int, salt: int) -> dict[str, object]:
    return {"template": template, "sheet": sheet, "answers": TARM, "salt": salt}


def test_a_sheet_of_either_version_becomes_part_of_the_form_it_lies_by_and_is_read_as_such(tmp_path: Path) -> None:
    second = later(tmp_path / "own", "2026-1", *LABEL)
    with quick.office(tmp_path) as office:
        office.library = Library(library.of((library.read(BEFORE), second)).blanks)  # as if it had passed its exam
        # The second sheets are the same in both versions, and each was taken for one of the other.
        quick.fed(
            office,
            tmp_path / "in",
            [side(FIRST, 1, 1), side(SECOND, 2, 1)],
            [side(SECOND, 1, 2), side(FIRST, 2, 2), side(FIRST, 2, 3)],
        )
        with office.store.read() as unit:
            forms = {f"{row.template}@{row.version}": row for row in unit.forms.all()}
            assert set(forms) == {FIRST, SECOND}
            assert unit.pages.counts() == {PageState.PLACED: 4, PageState.HELD: 1}
            for name, row in forms.items():
                draft = unit.documents.load(Draft, row.id, "draft")
                assert draft is not None
                assert f"{draft.template}@{draft.version}" == name
                assert draft.value("pat_id_sida2").reveal() == TARM["pat_id_sida2"]


def test_a_form_whose_template_has_gone_is_passed_by_in_the_queue_and_refused_in_one_line(tmp_path: Path) -> None:
    sti = {"template": "klinisk-sti@2025-1", "sheet": 1, "answers": STI}
    with quick.office(tmp_path) as office:
        quick.fed(office, tmp_path / "in", [side(FIRST, 1, 1), side(FIRST, 2, 1)], [sti, {**sti, "sheet": 2}])
        known = office.library
        stuck, other = review.queue(office)
        assert stuck.template_id == FIRST
        office.library = Library(tuple(blank for blank in known.blanks if blank.template.id != FIRST))
        assert (standing(office).waiting, standing(office).stuck) == (2, 1)
        with pytest.raises(TemplateError) as error:
            review.take(office, "anna", stuck.form)
        assert (error.value.code, dict(error.value.params)) == ("template_unknown", {"template": FIRST})
        desk = Desk(office, "anna")
        assert desk.open()
        assert desk.station is not None
        assert desk.station.task.form == other.form
        assert desk.press("n")  # to the next, which is the same again
        assert desk.station is not None
        assert desk.station.task.form == other.form
        desk.leave()
        closing = [FormAnswers(form=task.form, close=Ending.OTHER_REGION) for task in (stuck, other)]
        outcome = answer(office, "anna", AnswerFile(forms=closing))
        assert (outcome.closed, outcome.stuck) == (1, [stuck.form])
        assert review.take(office, "anna") is None
        office.library = known
        assert review.take(office, "bo") is not None


def test_a_side_that_is_not_told_apart_is_listed_with_both_versions_wherever_sides_are_told(tmp_path: Path) -> None:
    with quick.office(tmp_path) as office:
        quick.fed(office, tmp_path / "in", [{"between": [SECOND, FIRST]}, {"between": [FIRST, SECOND], "salt": 2}])
        assert standing(office).loose.alike == (((FIRST, SECOND), 2),)
        assert f"  of {FIRST} or {SECOND}, not told apart 2        blankett unknown" in lines(standing(office))
        assert [pair for _, pair in not_told_apart(office)] == [(SECOND, FIRST), (FIRST, SECOND)]
        assert gathered(office) == ()
        with office.store.read() as unit:
            (scan,) = unit.scans.all()
            (file,) = Places(unit).of_scan(scan)
            assert [side.between for side in Places(unit).sides(file)] == [(SECOND, FIRST), (FIRST, SECOND)]


def test_a_side_that_fitted_nothing_and_now_fits_two_alike_says_so(tmp_path: Path) -> None:
    with quick.office(tmp_path) as office:
        quick.fed(office, tmp_path / "in", [{"template": "nobody@1", "sheet": 1}])
        assert standing(office).loose.alike == ()
        alike = Rejection(Reason.TEMPLATES_TOO_ALIKE, PageState.UNKNOWN, (("template", FIRST), ("other", SECOND)))
        office.sight = replace(office.sight, place=lambda page, library, policy: alike)
        office.library = Library(office.library.blanks[1:])
        assert put_back(office) == 1
        office.engine.drain(10)
        assert standing(office).loose.alike == (((FIRST, SECOND), 1),)
