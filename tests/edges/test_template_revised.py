"""A template's file is written back with what changed, and nothing else."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.editing import (
    AddField,
    AddZone,
    ChangeBox,
    ChangeField,
    FindRight,
    LayZones,
    MoveField,
    RemoveZones,
    Spot,
    Step,
)
from pipeline.domain.geometry import Rect
from pipeline.edges import library
from pipeline.edges.template_blocks import blocks
from pipeline.edges.template_faults import parse
from pipeline.edges.template_revised import guesses, headed, revised
from pipeline.errors import TemplateError
from pipeline.stages.edit import edit
from tests.support.editing import GUESSED, fields_of, opened, steps

SHIPPED = {path.parent.parent.name: path.read_bytes().decode() for path in library.shipped().glob("*/*/template.toml")}
TEXTS = {**SHIPPED, "guessed": GUESSED, "lines of another system": GUESSED.replace("\n", "\r\n")}


def after(text: str, *asked: Step) -> str:
    fields = opened(text)
    for step in asked:
        fields = edit(fields, step)
    return revised(text, opened(text), fields)


def difference(before: str, now: str) -> list[str]:
    told = difflib.unified_diff(before.splitlines(), now.splitlines(), lineterm="", n=0)
    return [line for line in told if line[:2] not in ("--", "++", "@@")]


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_file_of_which_nothing_changed_is_the_same_to_the_byte(text: str) -> None:
    assert revised(text, opened(text), opened(text)) == text
    assert "".join((cut := blocks(text, "field")).head + "".join(b.between + b.lead + b.body for b in cut.blocks)) == text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_zone_that_was_moved_changes_its_own_line_alone(text: str) -> None:
    for number, one in enumerate(opened(text)):
        rect = one.field.all_zones[0].rect
        told = difference(text, after(text, LayZones((Spot(number, 0),), (rect.moved(0.1, 0),))))
        told = [line for line in told if "# guess:" not in line]
        assert len(told) == 2
        assert f"x = {round(rect.x + 0.1, 2)}".rstrip("0").rstrip(".") in told[1]
        assert told[0].partition("y =")[2] == told[1].partition("y =")[2]


def test_a_comment_behind_a_value_stays_and_a_guess_goes_with_what_was_guessed() -> None:
    told = after(GUESSED, ChangeField(0, "key", "nummer"))
    assert 'key = "nummer"   # the same in every form' in told
    assert "# guess: key from the label" not in told
    assert "# guess: label from the print beside it" in told
    assert 'rules = [{ id = "age_of", field = "nummer" }]' in told


def test_what_was_found_right_is_a_guess_no_more() -> None:
    assert difference(GUESSED, after(GUESSED, FindRight((0, 1, 2)))) == [
        "-# guess: key from the label",
        "-# guess: label from the print beside it",
        "-# guess: options' labels from the print beside them",
    ]
    assert guesses(GUESSED) == (
        ("key from the label", "label from the print beside it"),
        (),
        ("options' labels from the print beside them",),
    )


def test_boxes_are_changed_each_in_its_own_table() -> None:
    told = after(GUESSED, FindRight((2,)), ChangeBox(Spot(2, 1), "value", "brunn"), AddZone(2, 1, Rect(60, 90, 4, 4)))
    assert 'value = "brunn"  # from a well too' in told
    assert told.count("[[field.option]]") == 3
    assert 'required = "smittvag=mat|brunn"' in told
    gone = after(GUESSED, FindRight((2,)), RemoveZones((Spot(2, 0),)))
    assert gone.count("[[field.option]]") == 1
    assert 'value = "vatten"  # from a well too' in gone


def test_what_leads_in_a_field_goes_with_it_and_a_heading_stays() -> None:
    told = after(GUESSED, RemoveZones((Spot(0, 0),)))
    assert "# Who it is about" in told
    assert "with a hyphen" not in told
    assert "pat_id" not in told.replace('field = "pat_id"', "")


def test_one_zone_of_several_is_moved_within_its_list() -> None:
    told = difference(GUESSED, after(GUESSED, LayZones((Spot(1, 1),), (Rect(20, 71, 80, 7),))))
    assert told == [
        "-  { sheet = 1, x = 20, y = 70, width = 80, height = 7 },   # goes on here",
        "+  { sheet = 1, x = 20, y = 71, width = 80, height = 7 },   # goes on here",
    ]


def test_a_field_that_is_moved_takes_its_comment_along_and_headings_stay_in_their_order() -> None:
    told = after(GUESSED, MoveField(1, -1))
    assert [field.key for field in fields_of(told)] == ["adress", "pat_id", "smittvag"]
    places = [
        told.index(part) for part in ("# Who it is about", '"adress"', "# as it is printed", '"pat_id"   #', "# Where from")
    ]
    assert places == sorted(places)
    assert sorted(told.splitlines()) == sorted(GUESSED.splitlines())
    assert after(GUESSED, MoveField(1, -1), MoveField(0, 1)) == GUESSED
    last = after(GUESSED.rstrip("\n"), MoveField(2, -9))
    assert [field.key for field in fields_of(last)] == ["smittvag", "pat_id", "adress"]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_tables_of_other_names_behind_a_field_stay_where_they_are(end: str) -> None:
    sheet = '\n[[sheet]]\nnumber = 2\nwidth_mm = 210.0  # as printed\nheight_mm = 297.0\n\n[[feild]]\nkey = "x"\n'
    text = GUESSED.replace("\n# Where from", sheet + "\n# Where from").replace("\n", end)
    assert revised(text, opened(text), opened(text)) == text
    told = after(text, RemoveZones((Spot(1, 0), Spot(1, 1))), MoveField(1, -1))
    assert sheet.replace("\n", end) in told
    assert [field.key for field in fields_of(told)] == ["smittvag", "pat_id"]
    behind = (GUESSED + sheet).replace("\n", end)
    told = after(behind, AddField(1, Rect(10, 200, 40, 6)), RemoveZones((Spot(2, 0),)))
    assert told.endswith(sheet.replace("\n", end))


def test_the_head_is_changed_in_its_own_lines_and_keeps_its_comments() -> None:
    text = GUESSED.replace('title = "Prov"', "title = 'Prov'  # as printed").replace("\n", "\r\n")
    form = library.read(library.shipped() / "klinisk-sti" / "2025-1")
    assert headed(text, replace(form, title="Prov"), ["title"]) == text
    told = headed(text, replace(form, title="Ny", diseases=("mpox",)), ["diseases", "title"])
    assert difference(text, told) == ["-title = 'Prov'  # as printed", '+title = "Ny"  # as printed', '+diseases = ["mpox"]']
    assert tomllib.loads(told)["diseases"] == ["mpox"]


def test_a_new_field_stands_last_even_where_the_file_ends_without_a_line_end() -> None:
    text = GUESSED.rstrip("\n")
    told = after(text, AddField(1, Rect(10, 200, 40, 6)))
    assert told.startswith(text + "\n\n[[field]]\n")
    assert fields_of(told)[-1].zones[0].rect == Rect(10, 200, 40, 6)


@pytest.mark.parametrize(
    "text",
    [
        GUESSED.replace('title = "Prov"', 'title = """\n[[field]]\n"""'),
        GUESSED[: GUESSED.index("[[sheet]]")]
        + "field = [{ key = 'a', label = 'a', label_en = 'a', kind = 'sign' }]\n"
        + GUESSED[GUESSED.index("[[sheet]]") : GUESSED.index("# Who")],
    ],
    ids=["a text that looks like a table", "fields in one line"],
)
def test_a_file_written_otherwise_is_refused_rather_than_spoilt(text: str) -> None:
    tomllib.loads(text)
    with pytest.raises(TemplateError, match="template_written_otherwise"):
        revised(text, opened(text), opened(text))


def test_boxes_in_one_line_become_tables_when_they_change() -> None:
    start = GUESSED.index("\n[[field.option]]")
    zone = "{ sheet = 1, x = 20, y = 90, width = 4, height = 4 }"
    box = "{{ value = '{0}', label = '{0}', label_en = '{0}', zone = {1} }}"
    text = f"{GUESSED[:start]}option = [{box.format('a', zone)}, {box.format('b', zone.replace('20', '40'))}]\n"
    assert revised(text, opened(text), opened(text)) == text
    told = after(text, ChangeBox(Spot(2, 1), "value", "c"))
    assert [option.value for option in fields_of(told)[2].options] == ["a", "c"]
    assert told.count("[[field.option]]") == 2


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["guessed", "lines of another system", "klinisk-sti"]), st.lists(steps, min_size=1, max_size=8))
def test_whatever_is_done_the_file_tells_exactly_the_fields_as_they_are(name: str, asked: list[Step]) -> None:
    text = TEXTS[name]
    fields = opened(text)
    for step in asked:
        try:
            done = edit(fields, step)
        except (ValueError, IndexError):
            continue
        told = revised(text, opened(text), done)
        if not parse(told).unshaped:  # else the step is not taken
            fields = done
    told = revised(text, opened(text), fields)
    assert fields_of(told) == tuple(one.field for one in fields)
    begun, now = blocks(text, "field").blocks, blocks(told, "field").blocks
    for block, one in zip(now, fields, strict=True):
        if one.origin is not None and not one.seen and one.field == fields_of(text)[one.origin]:
            assert block.body.rstrip() == begun[one.origin].body.rstrip()
