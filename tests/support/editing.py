"""Templates to edit: the shipped ones copied to where they may be edited, and steps that a person might take."""

from __future__ import annotations

import shutil
from pathlib import Path

from hypothesis import strategies as st

from pipeline.domain.editing import (
    AddField,
    AddZone,
    ChangeBox,
    ChangeField,
    FindRight,
    JoinFields,
    LayZones,
    MergeZones,
    MoveField,
    OpenField,
    PartField,
    RemoveZones,
    SplitZone,
    Spot,
    Step,
)
from pipeline.domain.geometry import Rect
from pipeline.domain.template import Field, FieldKind
from pipeline.edges import library
from pipeline.edges.template_faults import parse

GUESSED = """\
name = "prov"
version = "2026-1"
title = "Prov"
title_en = "Trial"
kind = "klinisk"
blank = "blank.pdf"

[[sheet]]
number = 1
width_mm = 210.0
height_mm = 297.0

# Who it is about

# as it is printed, with a hyphen
[[field]]
# guess: key from the label
key = "pat_id"   # the same in every form
# guess: label from the print beside it
label = "Personnummer"
label_en = "Personal number"
kind = "pnr"
comb = { groups = [8, 4], gap_mm = 1 }
zone = { sheet = 1, x = 20, y = 40, width = 61, height = 7 }  # the outer frame

[[field]]
key = "adress"
label = "Adress"
label_en = "Address"
kind = "text255"
required = "smittvag=mat|vatten"
rules = [
  { id = "age_of", field = "pat_id" },  # for trial's sake
]
zones = [
  { sheet = 1, x = 20, y = 60, width = 80, height = 7 },
  { sheet = 1, x = 20, y = 70, width = 80, height = 7 },   # goes on here
]

# Where from

[[field]]
key = "smittvag"
label = "Smittväg"
label_en = "Route"
kind = "choiceN"
# guess: options' labels from the print beside them

[[field.option]]
value = "mat"
label = "Mat"
label_en = "Food"
zone = { sheet = 1, x = 20, y = 90, width = 4, height = 4 }

[[field.option]]
value = "vatten"  # from a well too
label = "Vatten"
label_en = "Water"
zone = { sheet = 1, x = 40, y = 90, width = 4, height = 4 }
"""


def fields_of(text: str) -> tuple[Field, ...]:
    """Return the fields that a file tells."""
    model = parse(text).model
    assert model is not None
    return tuple(field.noun() for field in model.field)


def opened(text: str) -> tuple[OpenField, ...]:
    """Return the fields of a file as they are when it is opened."""
    return tuple(OpenField(field, number) for number, field in enumerate(fields_of(text)))


def copied(name: str, version: str, to: Path) -> Path:
    """Copy a shipped template to a folder of one's own, and return its folder."""
    folder = to / name / version
    shutil.copytree(library.shipped() / name / version, folder)
    return folder


_numbers = st.integers(0, 12)
_spots = st.builds(Spot, _numbers, st.integers(0, 3))
_mm = st.floats(0, 190).map(lambda mm: round(mm, 2))
_rects = st.builds(Rect, _mm, _mm, st.floats(1, 60), st.floats(1, 60))
_words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=12)


def _laid(spots: list[Spot], rect: Rect) -> LayZones:
    return LayZones(tuple(spots), (rect,) * len(spots))


def _many(kind: type[MergeZones | PartField | RemoveZones]) -> st.SearchStrategy[Step]:
    return st.lists(_spots, min_size=1, max_size=3).map(lambda spots: kind(tuple(spots)))


steps: st.SearchStrategy[Step] = st.one_of(
    st.builds(_laid, st.lists(_spots, min_size=1, max_size=3), _rects),
    st.builds(SplitZone, _spots, st.integers(2, 4), st.booleans()),
    _many(MergeZones),
    _many(PartField),
    _many(RemoveZones),
    st.lists(_numbers, min_size=2, max_size=3).map(lambda fields: JoinFields(tuple(fields))),
    st.builds(AddField, st.just(1), _rects),
    st.builds(AddZone, _numbers, st.just(1), _rects),
    st.builds(ChangeField, _numbers, st.just("key"), st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)),
    st.builds(ChangeField, _numbers, st.sampled_from(["label", "label_en"]), _words),
    st.builds(ChangeField, _numbers, st.just("kind"), st.sampled_from([kind.value for kind in FieldKind])),
    st.builds(ChangeField, _numbers, st.just("required"), st.sampled_from(["always", "never", "smittvag=mat"])),
    st.builds(ChangeField, _numbers, st.just("critical"), st.sampled_from(["true", "false"])),
    st.builds(ChangeField, _numbers, st.just("lines"), st.sampled_from(["1", "3"])),
    st.builds(ChangeField, _numbers, st.just("groups"), st.sampled_from(["8 4", "4+2+2", ""])),
    st.builds(ChangeField, _numbers, st.just("rules"), st.sampled_from(["", "postcode", "integer min=0 max=99\npartial"])),
    st.builds(ChangeBox, _spots, st.sampled_from(["value", "label", "label_en"]), _words),
    st.builds(MoveField, _numbers, st.integers(-3, 3)),
    st.lists(_numbers, max_size=2).map(lambda fields: FindRight(tuple(fields))),
)
