"""Print that changed between two versions is told once: by its words, or where it is drawn otherwise."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from benchmarks.versions import BEFORE, LABEL, later
from pipeline.domain.fillable import PrintedWord
from pipeline.domain.geometry import Rect
from pipeline.domain.template import Template, Zone
from pipeline.edges import library
from pipeline.edges.form_widgets import printed
from pipeline.jobs.compare import compare
from pipeline.stages.reprint import PrintChangeKind, reworded

FIRST = library.read(BEFORE)


def word(text: str, x: float, y: float, sheet: int = 1) -> PrintedWord:
    return PrintedWord(text, Zone(sheet, Rect(x, y, 2.0 * len(text), 3.0)))


def told(template: Template) -> list[tuple[str, int, str, float | None]]:
    return [(one.kind.value, one.zone.sheet, one.text, one.mm) for one in compare(FIRST, template).reprinted]


def test_words_that_came_went_or_moved_are_told_as_they_are_read(tmp_path: Path) -> None:
    second = later(
        tmp_path,
        "2026-1",
        ("Smittskyddsenhetens noteringar (stämpel)", "Enhetens noteringar (stämpel)"),
        ("y = 32.6, size = 11", "y = 33.8, size = 11"),
        ("version 2025-1", "version 2026-1"),
    )
    assert told(second) == [
        ("print_moved", 1, "Tarminfektion – campylobacter, salmonella, shigella, EHEC m.fl.", 1.2),
        ("print_vanished", 1, "Smittskyddsenhetens noteringar (stämpel)", None),
        ("print_appeared", 1, "Enhetens noteringar (stämpel)", None),
        ("print_vanished", 1, "2025-1", None),
        ("print_appeared", 1, "2026-1", None),
        ("print_vanished", 2, "2025-1", None),
        ("print_appeared", 2, "2026-1", None),
    ]


def test_a_label_that_changed_with_its_field_is_not_told_twice(tmp_path: Path) -> None:
    assert told(later(tmp_path, "2026-1", *LABEL)) == []


def test_lines_that_are_drawn_otherwise_are_told_by_their_place(tmp_path: Path) -> None:
    second = later(tmp_path, "2026-1", ("at = [15, 244.8, 180, 35.2] }", "at = [15, 244.8, 120, 35.2] }"))
    found = compare(FIRST, second).reprinted
    assert {one.kind for one in found} == {PrintChangeKind.REDRAWN}
    assert all(one.zone.sheet == 1 and one.zone.rect.bottom > 240 and one.zone.rect.right > 130 for one in found)


def scanned(blank: bytes) -> bytes:
    """Return the PDF as pictures of its pages, without a word of text."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    with pypdfium2.PdfDocument(blank) as document:
        for page in document:
            width, height = page.get_size()
            canvas.setPageSize((width, height))
            canvas.drawInlineImage(page.render(scale=200 / 72).to_pil().convert("L"), 0, 0, width, height)
            canvas.showPage()
    canvas.save()
    return out.getvalue()


def test_a_blank_that_is_a_scan_is_compared_by_its_picture(tmp_path: Path) -> None:
    first = later(tmp_path, "2025-2")
    second = later(tmp_path, "2026-1", ("Smittskyddsenhetens noteringar", "Plats för annat"))
    for template in (first, second):
        blank = Path(template.blank_path)
        blank.write_bytes(scanned(blank.read_bytes()))
    first, second = (library.read(Path(one.blank_path).parent) for one in (first, second))
    assert printed(Path(first.blank_path)) == ()
    found = compare(first, second).reprinted
    assert found
    assert {(one.kind, one.zone.sheet) for one in found} == {(PrintChangeKind.REDRAWN, 1)}
    assert all(235 < one.zone.rect.y < 250 and one.zone.rect.right < 70 for one in found)


@pytest.mark.parametrize(("dx", "same"), [(0.3, True), (0.8, False)])
def test_words_stand_where_they_stood_within_half_a_millimetre(dx: float, same: bool) -> None:
    found = reworded([word("Namn", 20, 50)], [word("Namn", 20 + dx, 50)])
    assert [(one.kind, one.mm) for one in found] == ([] if same else [(PrintChangeKind.MOVED, 0.8)])


def test_a_word_on_another_sheet_is_gone_here_and_new_there() -> None:
    found = reworded([word("Namn", 20, 50)], [word("Namn", 20, 50, 2)])
    assert {(one.kind, one.zone.sheet) for one in found} == {
        (PrintChangeKind.VANISHED, 1),
        (PrintChangeKind.APPEARED, 2),
    }


WORDS = st.lists(
    st.builds(
        word, st.sampled_from(["Namn", "Ort", "Ja", "Nej"]), st.integers(0, 180), st.integers(0, 280), st.integers(1, 2)
    ),
    max_size=12,
)


@given(WORDS, WORDS)
def test_what_came_one_way_went_the_other(before: list[PrintedWord], after: list[PrintedWord]) -> None:
    assert reworded(before, before) == ()
    there, back = reworded(before, after), reworded(after, before)
    mirror = {
        PrintChangeKind.APPEARED: PrintChangeKind.VANISHED,
        PrintChangeKind.VANISHED: PrintChangeKind.APPEARED,
    }
    ends = {(mirror[one.kind], one.zone) for one in there if one.kind in mirror}
    moved = sum(one.kind is PrintChangeKind.MOVED for one in there)
    if not moved:
        assert ends == {(one.kind, one.zone) for one in back if one.kind in mirror}
    said = " ".join(one.text for one in there if one.kind is not PrintChangeKind.VANISHED).split()
    assert set(said) <= {one.text for one in after}
