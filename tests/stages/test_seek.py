"""What a blank without form fields asks is found by its print: boxes, combs, cells and lines, where they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.domain.fillable import FormWidget, FoundBy, PrintedWord, WidgetKind
from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.raster import Raster
from pipeline.domain.template import Field, Template, Zone
from pipeline.edges import form_widgets, labels, library
from pipeline.edges.form_blank import emptied
from pipeline.jobs.blanks import Blank, made_ready
from pipeline.readers.engine import Engine
from pipeline.stages.seek import lettered, seek
from tests.stages.test_public_forms import PUBLIC

KNOWN = labels.load()
SHIPPED = library.folders(library.search_path())
FORMS = sorted(PUBLIC.glob("*.pdf"))


def iou(one: Rect, other: Rect) -> float:
    width = min(one.right, other.right) - max(one.x, other.x)
    height = min(one.bottom, other.bottom) - max(one.y, other.y)
    shared = max(0.0, width) * max(0.0, height)
    return shared / (one.width * one.height + other.width * other.height - shared)


def off(one: Rect, other: Rect) -> float:
    """Return how far the worst side of two rectangles lies apart, in millimetres."""
    sides = [(a.x, a.y, a.right, a.bottom) for a in (one, other)]
    return max(abs(a - b) for a, b in zip(*sides, strict=True))


def flat(path: Path, scratch: Path) -> Blank:
    return made_ready([path], KNOWN, Engine(scratch))


def _often(path: Path, names: set[str]) -> Any:
    """Return a case of every run when it is among the names, else of the slow suite."""
    name = path.stem if path.suffix else path.parent.name
    return pytest.param(path, id=name, marks=() if name in names else pytest.mark.slow)


def _zones(template: Template) -> Iterator[tuple[Field, Zone]]:
    for field in template.fields:
        for zone in field.all_zones:
            yield field, zone


@pytest.mark.parametrize("folder", [_often(folder, {"klinisk-tarm", "paragraf", "klinisk-vaccin"}) for folder in SHIPPED])
def test_every_field_of_our_own_blanks_is_found_where_it_is_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    template = library.read(folder)
    ready = flat(folder / "blank.pdf", tmp_path)
    assert ready.form.by is FoundBy.PRINT
    left = list(ready.form.widgets)
    missed = []
    for field, zone in _zones(template):
        near = max(left, key=lambda w: (w.zone.sheet == zone.sheet) * iou(w.zone.rect, zone.rect))
        told = iou(near.zone.rect, zone.rect) if near.zone.sheet == zone.sheet else 0.0
        if told < 0.6:
            missed.append(field.key)
            continue
        left.remove(near)
        if field.is_boxes:
            assert near.kind is WidgetKind.CHECK
            assert off(near.zone.rect, zone.rect) < 0.35
        elif field.comb is not None:
            assert near.groups == field.comb.groups, field.key
            assert off(near.zone.rect, zone.rect) < 0.35
            assert abs(near.gap_mm - field.comb.gap_mm) < 0.3
        else:
            assert not near.comb
    assert (missed, [one.zone for one in left]) == ([], [])


@pytest.mark.skipif(not FORMS, reason="no public forms here")
def test_the_flat_public_form_is_found_whole(tmp_path: Path) -> None:
    """Counted on the sheet by eye: 19 boxes, 6 combs of 2, 2 and 4 cells, 10 lines to write on, 3 rooms under headings."""
    ready = flat(PUBLIC / "covid19_EM_d.pdf", tmp_path)
    boxes = [one for one in ready.form.widgets if one.kind is WidgetKind.CHECK]
    combs = [one for one in ready.form.widgets if one.comb]
    rest = [one for one in ready.form.widgets if one not in boxes and one not in combs]
    assert (len(boxes), len(combs), len(rest)) == (19, 6, 13)
    assert {one.groups for one in combs} == {(2, 2, 4)}
    assert sorted(one.heading for one in rest) == sorted(
        [
            *("Name", "Vorname", "Andere", "Name des Krankenhauses", "andere", "ja, Anzahl Tage"),
            *("Bemerkungen", "Arzt/Ärztin", "Kantonsarzt/-ärztin", "Datum", "Datum", "Unterschrift", "Unterschrift"),
        ]
    )
    frame = Rect(55.34, 88.32, 3.0, 3.0)  # as the PDF draws its first box
    assert min(off(frame, one.zone.rect) for one in boxes) < 0.2


@pytest.mark.skipif(not FORMS, reason="no public forms here")
@pytest.mark.parametrize("path", [_often(one, {"TSTRK1031-V02U06"}) for one in FORMS if "EM_d" not in one.name])
def test_boxes_and_combs_are_found_without_the_form_fields_that_tell_of_them(path: Path, tmp_path: Path) -> None:
    """A form whose fields are taken away is found again by its print: the fields are the truth it is held against."""
    form = form_widgets.read(path)
    (tmp_path / "flat.pdf").write_bytes(emptied(path)[0])
    found = flat(tmp_path / "flat.pdf", tmp_path).form.widgets
    boxes = [one for one in found if one.kind is WidgetKind.CHECK]
    wanted = [one for one in form.widgets if one.kind in (WidgetKind.CHECK, WidgetKind.RADIO)]
    hits = [any(_meets(one, box) for box in boxes) for one in wanted]
    assert sum(hits) == len(wanted)
    assert all(any(_meets(one, box) for one in wanted) for box in boxes)
    for comb in (one for one in form.widgets if one.comb):
        part = max((one for one in found if _meets(one, comb)), key=lambda one: one.max_len)
        assert part.max_len >= comb.max_len or not part.comb  # a date's cells may be drawn as three lines to write on


def _meets(one: FormWidget, other: FormWidget) -> bool:
    """Tell whether two lie on the same print, or one is a part of the other: a date's cells may be three fields."""
    a, b = one.zone.rect, other.zone.rect
    shared = (min(a.right, b.right) - max(a.x, b.x)) * (min(a.bottom, b.bottom) - max(a.y, b.y))
    apart = one.zone.sheet != other.zone.sheet or not a.overlaps(b)
    return not apart and shared > 0.6 * min(a.width * a.height, b.width * b.height)


@given(
    left=st.floats(12, 30),
    top=st.floats(20, 40),
    pitch=st.floats(3.6, 7.0),
    groups=st.lists(st.integers(2, 6), min_size=1, max_size=3),
    gap=st.floats(1.0, 3.0),
)
@example(left=12.0, top=20.0, pitch=4.8125, groups=[3], gap=1.0)
@settings(max_examples=25, deadline=None)
def test_a_drawn_comb_is_found_with_its_groups(left: float, top: float, pitch: float, groups: list[int], gap: float) -> None:
    pixels = np.full((800, 1900), 255, np.uint8)
    per_mm = 300 / MM_PER_INCH
    x = left
    for count in groups:
        for cell in range(count):
            _frame(pixels, Rect(x + cell * pitch, top, pitch, 6.0), per_mm)
        x += count * pitch + gap
    width = x - gap - left
    words = [PrintedWord("Personnummer", Zone(1, Rect(left, top - 4.0, 20.0, 2.5)))]
    if sum(groups) < 3 or left + width > 155:
        return
    (found,) = [one for one in seek(1, Raster(pixels, 300.0), words, KNOWN, FoundBy.PRINT) if one.comb]
    wide = gap if len(groups) > 1 else 0.0
    if abs(wide - pitch) > 0.2 * pitch:
        assert found.groups == tuple(groups)
        assert abs(found.gap_mm - wide) < 0.2
    assert off(found.zone.rect, Rect(left, top, width, 6.0)) < 0.3
    assert found.heading == "Personnummer"


def _frame(pixels: np.ndarray, rect: Rect, per_mm: float) -> None:
    corners = [(round(rect.x * per_mm), round(rect.y * per_mm)), (round(rect.right * per_mm), round(rect.bottom * per_mm))]
    cv2.rectangle(pixels, corners[0], corners[1], 0, 2)


def test_what_is_printed_is_no_field() -> None:
    """A page of text, underlined words and a headline ask nothing."""
    pixels = np.full((3508, 2480), 255, np.uint8)
    words = []
    per_mm = 300 / MM_PER_INCH
    for row in range(30):
        text = "Den som misstänker fall ska anmäla utan dröjsmål"
        cv2.putText(pixels, text.encode("ascii", "ignore").decode(), (250, 400 + row * 70), 0, 1.4, 0, 3)
        words.append(PrintedWord(text, Zone(1, Rect(250 / per_mm, (365 + row * 70) / per_mm, 90.0, 3.6))))
    cv2.line(pixels, (250, 412), (900, 412), 0, 3)
    assert seek(1, Raster(pixels, 300.0), words, KNOWN, FoundBy.PRINT) == ()


def test_lines_to_write_on_are_no_words() -> None:
    words = [
        PrintedWord("Namn:______", Zone(1, Rect(10, 10, 22, 3))),
        PrintedWord("......", Zone(1, Rect(40, 10, 20, 3))),
        PrintedWord("m.fl.", Zone(1, Rect(70, 10, 8, 3))),
    ]
    kept = lettered(words)
    assert [word.text for word in kept] == ["Namn:", "m.fl."]
    assert kept[0].zone.rect.width == pytest.approx(10.0)
