"""A fillable PDF's widgets are found where they are shown, with what they and their parents say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from pipeline.domain.fillable import LeftOut, WidgetKind
from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.edges import form_widgets
from pipeline.edges.form_blank import emptied
from pipeline.errors import TemplateError
from tests.support.fillable import A4, Sheet, box, group, look, made, text

POINT = MM_PER_INCH / 72
RADIO, COMB, REQUIRED, PUSH = 1 << 15, 1 << 24, 1 << 1, 1 << 16


def same(one: Rect, other: Rect, within: float = 0.2) -> bool:
    return all(abs(a - b) < within for a, b in zip(_sides(one), _sides(other), strict=True))


def _sides(rect: Rect) -> tuple[float, ...]:
    return (rect.x, rect.y, rect.right, rect.bottom)


def shown(rect: tuple[float, float, float, float], turn: int, page: tuple[float, float, float, float]) -> Rect:
    """Return where a rectangle of a page's own space is seen, by turning its corners one quarter at a time."""
    x0, y0, x1, y1 = page
    width, height = x1 - x0, y1 - y0
    corners = [(rect[0] - x0, y1 - rect[1]), (rect[2] - x0, y1 - rect[3])]
    for _ in range(turn // 90):
        corners = [(height - y, x) for x, y in corners]
        width, height = height, width
    (ax, ay), (bx, by) = corners
    return Rect(min(ax, bx) * POINT, min(ay, by) * POINT, abs(ax - bx) * POINT, abs(ay - by) * POINT)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, (40.0, 60.0, 560.0, 800.0)])
def test_a_widget_stands_where_it_is_seen(tmp_path: Path, turn: int, crop: tuple[float, float, float, float] | None) -> None:
    rect = (100.0, 600.0, 260.0, 620.0)
    path = made(tmp_path / "a.pdf", Sheet([(100, 625, "Namn")], [(rect, text("namn"))], turn, crop))
    form = form_widgets.read(path)
    wanted = shown(rect, turn, crop or (0, 0, *A4))
    assert same(form.widgets[0].zone.rect, wanted, 0.1)
    word = form.words[0]
    assert word.text == "Namn"
    assert same(word.zone.rect, shown((100, 623, 124, 632), turn, crop or (0, 0, *A4)), 1.0)
    sides = (crop[2] - crop[0], crop[3] - crop[1]) if crop else A4
    wide = sides if turn % 180 == 0 else sides[::-1]
    assert (form.sheets[0].width_mm, form.sheets[0].height_mm) == pytest.approx([side * POINT for side in wide], abs=0.01)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_the_blank_is_written_as_it_is_shown(tmp_path: Path, turn: int) -> None:
    sheet = Sheet([(100, 625, "Namn")], [((100, 600, 260, 620), text("namn"))], turn, (40, 60, 560, 800))
    path = made(tmp_path / "a.pdf", sheet)
    bare, framed = emptied(path)
    assert framed == 0
    pictures = []
    for source in (path.read_bytes(), bare):
        with pypdfium2.PdfDocument(source) as document:
            pictures.append(np.asarray(document[0].render(scale=2, grayscale=True, draw_annots=False).to_numpy()).squeeze())
    assert pictures[0].shape == pictures[1].shape
    assert pictures[0].min() < 100
    assert np.abs(pictures[0].astype(int) - pictures[1].astype(int)).mean() < 0.1
    (tmp_path / "bare.pdf").write_bytes(bare)
    with pikepdf.open(tmp_path / "bare.pdf") as pdf:
        assert "/AcroForm" not in pdf.Root
        assert int(pdf.pages[0].obj.Rotate) == 0


def test_what_parents_say_holds_for_their_widgets(tmp_path: Path) -> None:
    parent: Any = {
        "FT": Name.Tx,
        "T": String("grupp"),
        "Ff": COMB | REQUIRED,
        "MaxLen": 8,
        "TU": String("Datum för\nprovtagning"),
    }
    path = made(tmp_path / "a.pdf", Sheet([], [((100, 600, 260, 620), {"T": String("datum"), "Parent": parent})]))
    widget = form_widgets.read(path).widgets[0]
    assert (widget.name, widget.kind, widget.group_tip) == ("grupp.datum", WidgetKind.TEXT, "Datum för provtagning")
    assert (widget.comb, widget.max_len, widget.required) == (True, 8, True)


def test_boxes_say_what_they_stand_for(tmp_path: Path) -> None:
    radio, listed = (
        group("val", flags=RADIO, tip="Val"),
        group("opt", flags=RADIO, Opt=Array([String("ett"), String("två")])),
    )
    sheet = Sheet(
        [],
        [
            ((100, 600, 110, 610), {"AP": look("a"), "Parent": radio}),
            ((120, 600, 130, 610), {"AP": look("b"), "TU": String("Bananer"), "Parent": radio}),
            ((100, 500, 110, 510), {"AP": look("1"), "Parent": listed}),
            ((100, 400, 110, 410), box("ensam", "Ja")),
        ],
    )
    found = form_widgets.read(made(tmp_path / "a.pdf", sheet)).widgets
    assert [(w.name, w.kind, w.export) for w in found] == [
        ("val", WidgetKind.RADIO, "a"),
        ("val", WidgetKind.RADIO, "b"),
        ("opt", WidgetKind.RADIO, "två"),
        ("ensam", WidgetKind.CHECK, "Ja"),
    ]
    assert [(w.tip, w.group_tip) for w in found[:2]] == [("", "Val"), ("Bananer", "Val")]


def test_lists_tell_their_choices_and_what_is_not_filled_in_is_left_out(tmp_path: Path) -> None:
    listed = {"FT": Name.Ch, "T": String("land"), "Opt": Array([Array([String("SE"), String("Sverige")]), String("Norge")])}
    sheet = Sheet(
        [],
        [
            ((100, 600, 260, 620), listed),
            ((100, 500, 260, 520), {"FT": Name.Btn, "T": String("skicka"), "Ff": PUSH}),
            ((100, 400, 260, 420), text("dold", F=2)),
            ((100, 300, 260, 320), text("osedd", F=4 | 32)),
            ((700, 300, 760, 320), text("utanför")),
            ((100, 200, 100, 220), text("smal")),
        ],
    )
    form = form_widgets.read(made(tmp_path / "a.pdf", sheet))
    assert [(w.name, w.choices) for w in form.widgets] == [("land", ("Sverige", "Norge"))]
    assert dict(form.left_out) == {
        "skicka": LeftOut.PUSH_BUTTON,
        "dold": LeftOut.HIDDEN,
        "osedd": LeftOut.HIDDEN,
        "utanför": LeftOut.OFF_SHEET,
        "smal": LeftOut.NO_PLACE,
    }


def _refused(path: Path) -> str:
    with pytest.raises(TemplateError) as error:
        form_widgets.read(path)
    assert error.value.hint
    return error.value.code


def test_what_cannot_become_a_template_is_told_by_its_reason(tmp_path: Path) -> None:
    assert form_widgets.read(made(tmp_path / "flat.pdf", Sheet([(100, 600, "Namn")]))).widgets == ()
    assert _refused(made(tmp_path / "xfa.pdf", Sheet(), XFA=String("<xdp/>"))) == "blank_xfa"
    assert _refused(made(tmp_path / "long.pdf", *[Sheet([], [((9, 9, 90, 20), text("a"))])] * 21)) == "blank_too_many_pages"
    pikepdf.new().save(tmp_path / "none.pdf")
    assert _refused(tmp_path / "none.pdf") == "blank_no_pages"
    (tmp_path / "rubbish.pdf").write_bytes(b"%PDF-1.7 nothing")
    assert _refused(tmp_path / "rubbish.pdf") == "blank_unreadable"
    assert _refused(tmp_path / "nowhere.pdf") == "blank_unreadable"
    with pikepdf.open(made(tmp_path / "a.pdf", Sheet([], [((9, 9, 90, 20), text("a"))]))) as pdf:
        pdf.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="ägare", user="hemlig"))
    assert _refused(tmp_path / "locked.pdf") == "blank_password"


def test_a_form_of_both_kinds_is_read_by_its_widgets(tmp_path: Path) -> None:
    path = made(tmp_path / "a.pdf", Sheet([], [((9, 9, 90, 20), text("a"))]), XFA=String("<xdp/>"))
    assert len(form_widgets.read(path).widgets) == 1


def test_values_scripts_and_widgets_go_and_their_frames_stay(tmp_path: Path) -> None:
    frame = Dictionary(BC=Array([0, 0, 0]))
    sheet = Sheet(
        [], [((100, 600, 300, 640), text("namn", V=String("SKRIVET"), MK=frame)), ((100, 500, 110, 510), box("b"))]
    )
    path = made(tmp_path / "a.pdf", sheet)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
        pdf.save(path)
    bare, framed = emptied(path)
    assert framed == 1
    assert b"SKRIVET" not in bare
    assert b"app.alert" not in bare
    (tmp_path / "bare.pdf").write_bytes(bare)
    with pypdfium2.PdfDocument(bare) as document:
        drawn = np.asarray(document[0].render(scale=1, grayscale=True).to_numpy()).squeeze()
    assert drawn[203:207, 99:102].min() < 160
    assert drawn[210:230, 110:290].min() == 255
    assert drawn[330:345, 98:112].min() == 255
