"""PDF pages: a scan is taken as it is, a born-digital page is drawn and tells its words, and nothing hidden is believed."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from PIL import Image
from reportlab.pdfgen import canvas

from pipeline.domain.geometry import Rect
from pipeline.domain.policy import ParsePolicy
from pipeline.domain.scan import Page, Source
from pipeline.edges.parser import PageFault, pages
from tests.support.paper import (
    A4_200,
    A4_POINTS,
    full_page,
    image_stream,
    pdf_bytes,
    picture_bytes,
    pixels,
    sheet,
    text_page,
)

POLICY = ParsePolicy()
Name = pikepdf.Name
HELLO = b"BT /F 12 Tf 72 700 Td (Smittsam person) Tj ET"


def _all(tmp_path: Path, content: bytes) -> list[Page | PageFault]:
    file = tmp_path / "scan"
    file.write_bytes(content)
    return list(pages(file, POLICY))


def _one(tmp_path: Path, content: bytes) -> Page:
    (found,) = _all(tmp_path, content)
    assert isinstance(found, Page), found
    return found


def _made(tmp_path: Path, pdf: pikepdf.Pdf) -> Page:
    return _one(tmp_path, pdf_bytes(pdf))


def _ink(page: Page, box: Rect) -> float:
    cut = page.raster.pixels[int(box.y) : int(box.bottom) + 1, int(box.x) : int(box.right) + 1]
    return float((cut < 128).mean())


def test_a_scanned_page_keeps_its_own_pixels_and_tells_its_resolution(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    full_page(pdf, sheet())
    found = _made(tmp_path, pdf)
    assert np.array_equal(found.raster.pixels, pixels(sheet()))
    assert found.raster.dpi == pytest.approx(200, abs=0.2)
    assert (found.source, found.words) == (Source.IMAGE, ())


@pytest.mark.parametrize("how", ["jpeg", "png"])
def test_compressed_scans_keep_their_pixels(tmp_path: Path, how: str) -> None:
    pdf = pikepdf.new()
    page = full_page(pdf, sheet())
    if how == "jpeg":
        image = page.Resources.XObject.I
        image.write(picture_bytes(sheet(), "JPEG", quality=95), filter=Name.DCTDecode)
    found = _one(tmp_path, pdf_bytes(pdf, compress_streams=True))
    assert np.abs(found.raster.pixels.astype(int) - pixels(sheet())).mean() < 0.5


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("flip", ["none", "down", "across", "quarter"])
def test_the_pages_rotation_and_the_images_matrix_are_obeyed(tmp_path: Path, rotation: int, flip: str) -> None:
    width, height = A4_POINTS
    matrix, lie = {
        "none": ((width, 0, 0, height, 0, 0), None),
        "down": ((width, 0, 0, -height, 0, height), Image.Transpose.FLIP_TOP_BOTTOM),
        "across": ((-width, 0, 0, height, width, 0), Image.Transpose.FLIP_LEFT_RIGHT),
        "quarter": ((0, height, -width, 0, width, 0), Image.Transpose.ROTATE_90),
    }[flip]
    stored = sheet(A4_200[::-1]) if flip == "quarter" else sheet()
    pdf = pikepdf.new()
    full_page(pdf, stored, matrix=matrix).Rotate = rotation
    shown = stored if lie is None else stored.transpose(lie)
    shown = shown.rotate(-rotation, expand=True)
    assert np.array_equal(_made(tmp_path, pdf).raster.pixels, pixels(shown))


def test_an_image_whose_values_are_reversed_is_read_right(tmp_path: Path) -> None:
    negative = sheet().point(lambda value: 255 - value)
    pdf = pikepdf.new()
    full_page(pdf, negative, Decode=pikepdf.Array([1, 0]))
    assert np.abs(_made(tmp_path, pdf).raster.pixels.astype(int) - pixels(sheet())).max() <= 1


def test_a_scan_painted_through_a_stencil_is_black_on_white(tmp_path: Path) -> None:
    drawn = sheet((1656, 2344)).convert("1")
    pdf = pikepdf.new()
    page = full_page(pdf, sheet((1656, 2344)))
    stencil = pikepdf.Stream(pdf, drawn.tobytes())
    stencil.Type, stencil.Subtype, stencil.ImageMask, stencil.BitsPerComponent = Name.XObject, Name.Image, True, 1
    stencil.Width, stencil.Height = drawn.size
    page.Resources.XObject.I = pdf.make_indirect(stencil)
    found = _made(tmp_path, pdf)
    assert (found.raster.width, found.raster.height) == drawn.size
    assert (np.abs(found.raster.pixels.astype(int) - pixels(drawn)) > 128).mean() < 0.001


def test_what_a_mask_hides_is_not_seen(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = full_page(pdf, sheet())
    page.Resources.XObject.I.SMask = pdf.make_indirect(image_stream(pdf, Image.new("L", A4_200, 0)))
    found = _made(tmp_path, pdf)
    assert (found.raster.width, found.raster.height) == A4_200
    assert found.raster.pixels.min() > 200


def test_what_is_blacked_out_over_a_scan_stays_so(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    full_page(pdf, sheet(), over=b"0 g 300 300 200 200 re f")
    found = _made(tmp_path, pdf)
    assert (found.raster.width, found.raster.height) == A4_200
    x, y = round(400 / A4_POINTS[0] * A4_200[0]), round((841.92 - 400) / A4_POINTS[1] * A4_200[1])
    assert found.raster.pixels[y, x] == 0


def test_an_invisible_text_layer_over_a_scan_is_not_believed(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    full_page(pdf, sheet(), over=b"BT 3 Tr /F 12 Tf 72 700 Td (gissning) Tj ET")
    found = _made(tmp_path, pdf)
    assert (found.source, found.words) == (Source.IMAGE, ())
    assert np.array_equal(found.raster.pixels, pixels(sheet()))


def test_visible_text_over_a_scan_is_read_as_a_picture(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    full_page(pdf, Image.new("L", A4_200, 255), over=HELLO)
    found = _made(tmp_path, pdf)
    assert (found.source, found.words) == (Source.IMAGE, ())
    assert (found.raster.width, found.raster.height) == A4_200
    assert found.raster.pixels.min() < 100


def test_a_scan_in_strips_is_a_scan(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = full_page(pdf, sheet(), matrix=(595.2, 0, 0, 420.96, 0, 0))
    page.Contents = pikepdf.Stream(pdf, b"q 595.2 0 0 420.96 0 0 cm /I Do Q q 595.2 0 0 420.96 0 420.96 cm /I Do Q " + HELLO)
    found = _made(tmp_path, pdf)
    assert (found.source, found.words, found.raster.dpi) == (Source.IMAGE, (), 300.0)


def test_half_of_a_spread_is_not_taken_whole(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    full_page(pdf, sheet(), matrix=(1190.4, 0, 0, 841.92, -595.2, 0))
    found = _made(tmp_path, pdf)
    assert (found.raster.width, found.raster.height) == (2481, 3508)
    assert found.raster.pixels[:, 20:250].min() == 255


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("crop", [None, [50, 100, 500, 800]])
@pytest.mark.parametrize("origin", [(0, 0), (-30, 40)])
def test_words_of_a_digital_page_lie_on_their_ink(
    tmp_path: Path, rotation: int, crop: list[int] | None, origin: tuple[int, int]
) -> None:
    pdf = pikepdf.new()
    page = text_page(pdf, HELLO)
    page.MediaBox = [origin[0], origin[1], 595.2 + origin[0], 841.92 + origin[1]]
    page.Rotate = rotation
    if crop:
        page.CropBox = crop
    found = _made(tmp_path, pdf)
    assert (found.source, found.raster.dpi) == (Source.DIGITAL, 300.0)
    assert [word.text for word in found.words] == ["Smittsam", "person"]
    whole = float((found.raster.pixels < 128).sum())
    inside = sum(_ink(found, word.box.grown(2)) * (word.box.width + 5) * (word.box.height + 5) for word in found.words)
    assert inside > 0.8 * whole


@pytest.mark.parametrize(
    "hidden",
    [b"3 Tr", b"1 g", b"7 Tr"],
    ids=["invisible", "white", "clipping"],
)
def test_text_that_cannot_be_seen_is_not_told(tmp_path: Path, hidden: bytes) -> None:
    pdf = pikepdf.new()
    text_page(pdf, HELLO + b" q BT " + hidden + b" /F 12 Tf 72 500 Td (osynligt) Tj ET Q")
    assert [word.text for word in _made(tmp_path, pdf).words] == ["Smittsam", "person"]


def test_words_off_their_ink_are_not_believed(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    white = b"".join(b" BT 1 g /F 12 Tf 72 %d Td (dolt) Tj ET" % (600 - 20 * row) for row in range(12))
    text_page(pdf, HELLO + white)
    found = _made(tmp_path, pdf)
    assert (found.source, found.words) == (Source.IMAGE, ())


def test_letters_that_cannot_be_told_make_the_page_a_picture(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = text_page(pdf, HELLO)
    system = pikepdf.Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0)
    below = pikepdf.Dictionary(Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name.Arial, CIDSystemInfo=system)
    page.Resources.Font.F = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=Name.Arial, Encoding=Name("/Identity-H"),
            DescendantFonts=pikepdf.Array([pdf.make_indirect(below)]),
        )
    )  # fmt: skip
    found = _made(tmp_path, pdf)
    assert (found.source, found.words) == (Source.IMAGE, ())


def test_a_drawing_without_text_is_a_picture(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    text_page(pdf, b"0 g 100 100 200 200 re f")
    assert _made(tmp_path, pdf).source is Source.IMAGE


def test_a_mixed_document_is_judged_page_by_page(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    text_page(pdf, HELLO)
    full_page(pdf, sheet())
    text_page(pdf, HELLO)
    found = _all(tmp_path, pdf_bytes(pdf))
    assert [item.source for item in found if isinstance(item, Page)] == [Source.DIGITAL, Source.IMAGE, Source.DIGITAL]


def _form() -> pikepdf.Pdf:
    out = io.BytesIO()
    pen = canvas.Canvas(out, pagesize=A4_POINTS)
    pen.drawString(72, 760, "Anmälan")
    pen.acroForm.textfield(name="pat_namn", x=100, y=700, width=200, height=20, value="Tolvan Tolvansson", borderWidth=0)
    pen.acroForm.textfield(name="tom", x=100, y=650, width=200, height=20, value="", borderWidth=0)
    pen.acroForm.checkbox(name="vard", x=100, y=600, size=20, checked=True)
    pen.acroForm.checkbox(name="ej", x=200, y=600, size=20, checked=False)
    pen.acroForm.radio(name="kon", value="K", x=100, y=550, size=20, selected=True)
    pen.acroForm.radio(name="kon", value="M", x=200, y=550, size=20, selected=False)
    pen.acroForm.choice(
        name="lan", x=100, y=500, width=100, height=20, options=[("Skåne", "12"), ("Dalarna", "20")], value="12"
    )
    pen.save()
    return pikepdf.open(io.BytesIO(out.getvalue()))


def test_filled_widgets_are_told_and_drawn_and_empty_ones_are_not(tmp_path: Path) -> None:
    found = _made(tmp_path, _form())
    told = {widget.name: widget.value for widget in found.widgets}
    assert told == {"pat_namn": "Tolvan Tolvansson", "vard": True, "kon": True, "lan": "Skåne"}
    assert found.source is Source.DIGITAL
    scale = 300 / 72
    name = next(widget for widget in found.widgets if widget.name == "pat_namn")
    assert name.box.x == pytest.approx(100 * scale, abs=3)
    assert name.box.y == pytest.approx((841.92 - 720) * scale, abs=3)
    assert _ink(found, name.box) > 0.01


def test_types_names_and_values_may_stand_on_the_parent_only(tmp_path: Path) -> None:
    pdf = _form()
    for widget in list(pdf.pages[0].Annots):
        if widget.get("/T") == "pat_namn":
            middle = pdf.make_indirect(pikepdf.Dictionary(FT=widget.FT, V=widget.V, T=pikepdf.String("namn")))
            top = pdf.make_indirect(pikepdf.Dictionary(T=pikepdf.String("patient"), Kids=pikepdf.Array([middle])))
            middle.Parent, middle.Kids = top, pikepdf.Array([widget])
            for key in ("/FT", "/V", "/T", "/Type"):
                if key in widget:
                    del widget[key]
            widget.Parent = middle
    told = {widget.name: widget.value for widget in _made(tmp_path, pdf).widgets}
    assert told["patient.namn"] == "Tolvan Tolvansson"
    assert "pat_namn" not in told


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_widgets_turn_with_the_page(tmp_path: Path, rotation: int) -> None:
    pdf = _form()
    pdf.pages[0].Rotate = rotation
    found = _made(tmp_path, pdf)
    name = next(widget for widget in found.widgets if widget.name == "pat_namn")
    assert (name.box.width > name.box.height) is (rotation == 180)
    assert _ink(found, name.box) > 0.01


def test_a_hidden_widget_is_not_told(tmp_path: Path) -> None:
    pdf = _form()
    for widget in pdf.pages[0].Annots:
        widget.F = 2
    assert _made(tmp_path, pdf).widgets == ()


def test_values_are_hidden_when_a_page_is_printed(tmp_path: Path) -> None:
    assert "Tolvan" not in repr(_made(tmp_path, _form()))


def test_an_encrypted_file_that_needs_no_password_is_read(tmp_path: Path) -> None:
    pdf = pikepdf.new()
    text_page(pdf, HELLO)
    locked: Any = pikepdf.Encryption(owner="agare", user="")
    assert [word.text for word in _one(tmp_path, pdf_bytes(pdf, encryption=locked)).words] == ["Smittsam", "person"]
