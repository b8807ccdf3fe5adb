"""A template is edited in memory, and written only by saving."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.editing import ChangeField, ChangeHead, LayZones, RemoveZones, Spot, Step
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
    assert editing.do(LABEL) is None
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


def test_what_a_hand_wrote_wrongly_is_opened_told_and_kept_until_it_is_changed(folder: Path) -> None:
    file = folder / "template.toml"
    wrong = {
        'kind = "klinisk"': 'kind = "clinic"',
        'kind = "sex"': 'kind = "kön"',
        'kind = "county"': 'kind = "lan"  # by hand',
        'id = "country"': 'id = "land"',
        'required = "always"': 'requird = "always"',
    }
    for was, now in wrong.items():
        file.write_text(file.read_text().replace(was, now, 1))
    begun = file.read_text()
    editing = Editing(folder)
    assert sorted(fault.code for fault in editing.now.faults) == ["unknown_key", *["unknown_kind"] * 3, "unknown_rule"]
    assert not editing.unsaved
    county = next(number for number, one in enumerate(editing.now.fields) if one.field.key == "hemortslan")
    assert editing.do(ChangeField(county, "label", "Län")) is None
    assert editing.do(ChangeField(county, "kind", editing.now.fields[county].field.kind)) is None
    assert editing.do(ChangeHead("kind", "klinisk")) is None
    assert sorted(fault.code for fault in editing.now.faults if fault.code != "comb_does_not_fit_kind") == [
        "unknown_key",
        "unknown_kind",
        "unknown_rule",
    ]
    told = editing.now.text
    assert 'kind = "text40"  # by hand' in told
    assert 'kind = "kön"' in told
    assert told.splitlines()[4] == begun.splitlines()[4].replace("clinic", "klinisk")
    assert all(Editing(folder).do(ChangeField(county, "key", key)) is not None for key in ("Å", ""))


@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        (lambda folder: (folder / "blank.pdf").unlink(), ["blank_missing"]),
        (lambda folder: (folder / "blank.pdf").write_bytes(b"%PDF-1.4"), ["blank_unreadable"]),
        (lambda folder: (folder / "template.toml").write_text("name = prov\n"), ["value_not_understood"]),
        (lambda folder: (folder / "template.toml").write_text(""), ["missing"] * 7),
    ],
    ids=["no blank", "no PDF", "no TOML", "nothing"],
)
def test_only_what_cannot_be_shown_is_refused_with_its_faults(
    folder: Path, spoil: Callable[[Path], object], codes: list[str]
) -> None:
    spoil(folder)
    with pytest.raises(TemplateError) as caught:
        Editing(folder)
    assert [fault.code for fault in caught.value.faults] == codes


def test_a_blank_with_a_page_too_few_is_shown_as_far_as_it_goes(folder: Path) -> None:
    file = folder / "template.toml"
    sheet = "[[sheet]]\nnumber = 2\nwidth_mm = 210.0\nheight_mm = 297.0\n\n[[field]]"
    file.write_text(file.read_text().replace("[[field]]", sheet, 1))
    editing = Editing(folder)
    assert [(fault.code, fault.line) for fault in editing.now.faults] == [("blank_has_other_number_of_pages", 7)]
    assert editing.picture(1, 20.0) is not None
    assert editing.picture(2, 20.0) is None


def test_what_a_form_still_lacks_is_told_from_step_to_step(folder: Path) -> None:
    editing = Editing(folder)
    assert editing.now.warnings == ()
    number = next(number for number, one in enumerate(editing.now.fields) if one.field.key == "diagnosdatum")
    assert editing.do(ChangeField(number, "key", "datum")) is None
    assert [(one.code, one.known) for one in editing.now.warnings] == [
        ("missing_critical", ("diagnosdatum",)),
        ("never_sent_coded", ("datum",)),
    ]
    assert [one.where[:2] for one in editing.now.warnings] == [("kind",), ("field", number)]


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (ChangeField(0, "key", "Å"), "bad_key"),
        (ChangeField(0, "label", " "), "empty"),
        (ChangeField(0, "lines", "0"), "not_understood"),
        (ChangeField(0, "kind", "poem"), "not_understood"),
        (ChangeHead("kind", "poem"), "not_understood"),
        (ChangeHead("name", "other"), "not_understood"),
        (ChangeHead("title", " "), "empty"),
        (ChangeHead("diseases", "Å"), "bad_key"),
        (LayZones((Spot(0, 0),), (Rect(float("inf"), 1, 1, 1),)), "not_understood"),
        (LayZones((Spot(0, 0),), (Rect(1, 1, 2000, 1),)), "too_large"),
        (LayZones((Spot(99, 0),), (Rect(1, 1, 1, 1),)), "not_understood"),
    ],
)
def test_what_would_make_the_file_unreadable_is_not_done(folder: Path, step: Step, code: str) -> None:
    editing = Editing(folder)
    begun = editing.now
    refused = editing.do(step)
    assert refused is not None
    assert refused.code == code
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
