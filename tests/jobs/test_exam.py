"""The exam itself, held for real on a few practice scans."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from benchmarks.versions import BEFORE, LABEL, later
from pipeline.domain.exam import ExamFault, OtherMark, Readiness
from pipeline.domain.template import Template
from pipeline.drawing.papers import of_others, papers
from pipeline.edges import exams, library
from pipeline.jobs.exam import Asked, sit

DAY = dt.date(2026, 11, 28)


def own(folder: Path, name: str, shift: float = 0.0) -> Path:
    """Copy a shipped template under another name, all its zones moved to the right."""
    made = folder / name / "2025-1"
    shutil.copytree(library.shipped() / "paragraf" / "2025-1", made)
    (made / exams.FILE).unlink(missing_ok=True)
    text = (made / library.FILE).read_text(encoding="utf-8").replace('name = "paragraf"', f'name = "{name}"')
    text = re.sub(r"\bx = ([\d.]+)", lambda found: f"x = {float(found[1]) + shift:.2f}", text)
    (made / library.FILE).write_text(text, encoding="utf-8")
    return made


def test_practice_scans_prove_a_shifted_template_right_and_the_paper_does_not(tmp_path: Path) -> None:
    folder = own(tmp_path / "own", "prov", shift=2.0)
    template = library.read(folder)
    heard: list[tuple[int, int]] = []
    exam = sit(template, Asked((tmp_path / "own",), 2, 1, DAY, tmp_path), lambda *told: heard.append(told))
    assert heard == [(0, 2), (1, 2), (2, 2)]
    assert exam.faults == (ExamFault.ZONES_OFF,)
    assert [(one.name, one.sides, one.placed) for one in exam.conditions] == [("clean", 2, 2), ("skewed", 2, 2)]
    assert sum(mark.right for mark in exam.fields) > 0.9 * sum(mark.written for mark in exam.fields)
    exams.keep(folder, exam)
    assert exams.kept(folder) == exam
    assert library.ready(template) is Readiness.FAILED
    assert library.load((tmp_path / "own",)).drafts == {"prov@2025-1"}
    assert not [path for path in tmp_path.iterdir() if path.name != "own"]


def test_a_copy_of_another_template_cannot_be_told_from_it(tmp_path: Path) -> None:
    template = library.read(own(tmp_path / "own", "prov"))
    paths = library.search_path((tmp_path / "own",))
    heard: list[tuple[int, int]] = []
    exam = sit(template, Asked(paths, 1, 1, DAY, tmp_path), lambda *told: heard.append(told))
    assert heard == [(0, 2), (1, 2), (2, 2)]
    assert ExamFault.LIKE_ANOTHER in exam.faults
    assert exam.others == (OtherMark("paragraf@2025-1", sides=2, set_aside=2),)
    twins = {(twin.sheet, twin.other, twin.other_sheet) for twin in exam.twins if twin.places == 0}
    assert twins == {(1, "paragraf@2025-1", 1), (2, "paragraf@2025-1", 2)}
    assert not exam.sides.right


def test_a_sheet_that_is_the_same_in_two_versions_is_of_both_and_no_fault(tmp_path: Path) -> None:
    template = later(tmp_path / "own", "2026-1", *LABEL)
    paths = (tmp_path / "own", tmp_path / "before")
    shutil.copytree(BEFORE, tmp_path / "before" / "klinisk-tarm" / "2025-1")
    exam = sit(template, Asked(paths, 1, 1, DAY, tmp_path), lambda *told: None)
    assert exam.faults == ()
    assert [(twin.sheet, twin.other_sheet) for twin in exam.twins if twin.shared] == [(2, 2)]
    assert (exam.sides.right, exam.others) == (2, (OtherMark("klinisk-tarm@2025-1", sides=2, set_aside=0),))


def test_every_other_paper_of_others_is_of_the_nearest_three_and_the_rest_come_in_turn() -> None:
    drawn = of_others(["a", "b", "c", "d", "e"], 8, 1)
    assert [name for name, _ in drawn] == ["a", "d", "b", "e", "c", "d", "a", "e"]
    assert [paper for _, paper in drawn] == list(papers(8, 1))
    assert [name for name, _ in of_others(["a", "b"], 4, 1)] == ["a", "a", "b", "b"]
    assert of_others([], 8, 1) == ()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["klinisk-sti", "klinisk-tarm", "paragraf"])
def test_the_shipped_templates_pass_anew_by_another_seed(name: str, tmp_path: Path) -> None:
    paths = library.search_path()
    template = library.load(paths).template(name)
    exam = sit(template, Asked(paths, 21, 77, DAY, tmp_path, None, 2), lambda *told: None)
    assert exam.faults == ()


@pytest.mark.parametrize("template", library.load([library.shipped()]).templates, ids=lambda template: template.id)
def test_every_shipped_template_carries_the_exam_it_passed(template: Template) -> None:
    exam = exams.kept(Path(template.blank_path).parent)
    assert exam is not None
    assert exam.digest == template.digest
    assert exam.passed
    assert exam.sitting.scans >= 42
