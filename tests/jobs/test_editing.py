"""A template is edited in memory, and written only by saving."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.editing import ChangeField, LayZones, RemoveZones, Spot, Step
from pipeline.domain.geometry import Rect
from pipeline.edges import library
from pipeline.errors import TemplateError
from pipeline.jobs.editing import Editing
from tests.support.editing import copied, steps

LABEL = ChangeField(0, "label", "Vad är det?")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied("klinisk-sti", "2025-1", tmp_path)


def test_steps_are_undone_and_done_again(folder: Path) -> None:
    editing = Editing(folder)
    begun = editing.now
    assert editing.do(LABEL) == ""
    changed = editing.now
    editing.undo()
    assert editing.now == begun
    assert (editing.can_undo, editing.can_redo, editing.unsaved) == (False, True, False)
    editing.redo()
    assert editing.now == changed
    editing.redo()
    assert editing.now == changed
    editing.undo()
    editing.do(RemoveZones((Spot(0, 0),)))
    assert not editing.can_redo


def test_saving_writes_the_file_whole_and_keeps_its_rights(folder: Path) -> None:
    file = folder / "template.toml"
    file.chmod(0o640)
    editing = Editing(folder)
    editing.do(LABEL)
    assert "Vad är det?" not in file.read_text()
    editing.save()
    assert library.read(folder).fields[0].label == "Vad är det?"
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in folder.iterdir()) == [
        "NOTES.md",
        "blank.pdf",
        "exam.json",
        "face.toml",
        "template.toml",
    ]
    assert not editing.unsaved
    editing.undo()
    assert editing.unsaved
    editing.save()
    assert file.read_bytes() == (library.shipped() / "klinisk-sti" / "2025-1" / "template.toml").read_bytes()


def test_what_someone_else_wrote_meanwhile_is_not_written_over_and_nothing_is_lost(folder: Path) -> None:
    file = folder / "template.toml"
    editing = Editing(folder)
    editing.do(LABEL)
    file.write_text(file.read_text() + "\n# seen by another\n")
    theirs = file.read_bytes()
    with pytest.raises(TemplateError, match="template_changed_meanwhile"):
        editing.save()
    assert file.read_bytes() == theirs
    assert "Vad är det?" in editing.now.text


def test_a_file_that_is_gone_cannot_be_saved_over(folder: Path) -> None:
    editing = Editing(folder)
    editing.do(LABEL)
    (folder / "template.toml").unlink()
    with pytest.raises(TemplateError, match="template_unwritable"):
        editing.save()


def test_a_shipped_template_is_not_edited_in_its_place() -> None:
    with pytest.raises(TemplateError, match="template_shipped"):
        Editing(library.shipped() / "klinisk-sti" / "2025-1")


def test_what_makes_no_sense_yet_can_be_saved_and_opened_again_with_its_faults(folder: Path) -> None:
    editing = Editing(folder)
    rect = editing.now.fields[0].field.all_zones[0].rect
    editing.do(LayZones((Spot(1, 0),), (rect,)))
    assert [fault.code for fault in editing.now.faults] == ["zones_overlap"]
    assert editing.now.faults[0].where[:2] == ("field", 1)
    editing.save()
    with pytest.raises(TemplateError):
        library.read(folder)
    assert [fault.code for fault in Editing(folder).now.faults] == ["zones_overlap"]


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (ChangeField(0, "key", "Å"), "string_pattern_mismatch"),
        (ChangeField(0, "label", " "), "string_too_short"),
        (ChangeField(0, "rules", "magic"), "enum"),
        (ChangeField(0, "lines", "0"), "not_understood"),
        (ChangeField(0, "kind", "poem"), "not_understood"),
        (LayZones((Spot(0, 0),), (Rect(float("inf"), 1, 1, 1),)), "not_understood"),
        (LayZones((Spot(0, 0),), (Rect(1, 1, 2000, 1),)), "less_than_equal"),
        (LayZones((Spot(99, 0),), (Rect(1, 1, 1, 1),)), "not_understood"),
    ],
)
def test_what_would_make_the_file_unreadable_is_not_done(folder: Path, step: Step, code: str) -> None:
    editing = Editing(folder)
    begun = editing.now
    assert editing.do(step) == code
    assert editing.now == begun


@settings(max_examples=10, deadline=None)
@given(asked=st.lists(steps, min_size=1, max_size=6))
def test_whatever_is_done_and_saved_can_be_opened_again_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, asked: list[Step]
) -> None:
    folder = copied("klinisk-sti", "2025-1", tmp_path_factory.mktemp("own"))
    editing = Editing(folder)
    for step in asked:
        editing.do(step)
    editing.save()
    again = Editing(folder)
    assert [one.field for one in again.now.fields] == [one.field for one in editing.now.fields]
    assert again.now.faults == editing.now.faults
    while editing.can_undo:
        editing.undo()
    editing.save()
    assert (folder / "template.toml").read_bytes() == (library.shipped() / "klinisk-sti/2025-1/template.toml").read_bytes()
