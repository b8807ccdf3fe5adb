"""TIFF, PNG and JPEG come in upright, square, grey and with a resolution we believe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from pipeline.domain.placement import Reason
from pipeline.domain.policy import ParsePolicy
from pipeline.domain.scan import Page, Source
from pipeline.edges.parser import PageFault, Unreadable, page, pages
from tests.support.paper import A4_200, picture_bytes, pixels, sheet, tiff

POLICY = ParsePolicy()


def _all(tmp_path: Path, content: bytes, policy: ParsePolicy = POLICY) -> list[Page | PageFault]:
    file = tmp_path / "scan"  # without a suffix: content decides
    file.write_bytes(content)
    return list(pages(file, policy))


def _one(tmp_path: Path, content: bytes, policy: ParsePolicy = POLICY) -> Page:
    (found,) = _all(tmp_path, content, policy)
    assert isinstance(found, Page), found
    return found


@pytest.mark.parametrize(
    ("kind", "mode", "how"),
    [
        ("PNG", "L", {"dpi": (200, 200)}),
        ("PNG", "1", {"dpi": (200, 200)}),
        ("PNG", "P", {"dpi": (200, 200)}),
        ("PNG", "RGB", {"dpi": (200, 200)}),
        ("PNG", "RGBA", {"dpi": (200, 200)}),
        ("TIFF", "1", {"compression": "group3", "dpi": (200, 200)}),
        ("TIFF", "1", {"compression": "group4", "dpi": (200, 200)}),
        ("TIFF", "1", {"compression": "group4", "dpi": (200, 200), "strip_size": 8192}),
        ("TIFF", "1", {"compression": "packbits", "dpi": (200, 200)}),
        ("TIFF", "L", {"compression": "tiff_lzw", "dpi": (200, 200)}),
        ("TIFF", "L", {"compression": "tiff_adobe_deflate", "dpi": (200, 200)}),
        ("TIFF", "L", {"compression": None, "dpi": (200, 200)}),
        ("TIFF", "L", {"compression": None, "dpi": (200, 200), "big_tiff": True}),
        ("TIFF", "CMYK", {"compression": None, "dpi": (200, 200)}),
    ],
)
def test_lossless_pictures_keep_every_pixel(tmp_path: Path, kind: str, mode: str, how: dict[str, Any]) -> None:
    drawn = sheet().point(lambda value: 0 if value < 128 else 255) if mode in "1P" else sheet()
    source = drawn.convert("RGB").convert(mode) if mode in ("CMYK", "RGBA") else drawn.convert(mode)
    found = _one(tmp_path, picture_bytes(source, kind, **how))
    assert (found.raster.dpi, found.source, found.words) == (200.0, Source.IMAGE, ())
    assert np.array_equal(found.raster.pixels, pixels(drawn))


@pytest.mark.parametrize(("kind", "how"), [("JPEG", {"quality": 90}), ("TIFF", {"compression": "jpeg"})])
def test_lossy_pictures_keep_their_look(tmp_path: Path, kind: str, how: dict[str, Any]) -> None:
    found = _one(tmp_path, picture_bytes(sheet(), kind, dpi=(200, 200), **how))
    assert np.abs(found.raster.pixels.astype(int) - pixels(sheet())).mean() < 1.0


def test_a_cmyk_jpeg_is_not_turned_into_its_negative(tmp_path: Path) -> None:
    found = _one(tmp_path, picture_bytes(sheet().convert("RGB").convert("CMYK"), "JPEG", dpi=(200, 200)))
    assert np.abs(found.raster.pixels.astype(int) - pixels(sheet())).mean() < 2.0


def test_min_is_white_is_not_turned_into_its_negative(tmp_path: Path) -> None:
    drawn = sheet().convert("1")
    content = picture_bytes(drawn, "TIFF", compression="group4", dpi=(200, 200))
    flipped = picture_bytes(drawn, "TIFF", compression="group4", dpi=(200, 200), tiffinfo={262: 0})
    for told in (content, flipped):
        assert np.array_equal(_one(tmp_path, told).raster.pixels, pixels(drawn))


def test_sixteen_bits_become_eight(tmp_path: Path) -> None:
    deep = Image.fromarray(pixels(sheet()).astype(np.uint16) * 257)
    for kind in ("PNG", "TIFF"):
        found = _one(tmp_path, picture_bytes(deep, kind, dpi=(200, 200)))
        assert np.array_equal(found.raster.pixels, pixels(sheet())), kind


def test_what_is_transparent_is_paper(tmp_path: Path) -> None:
    drawn = Image.new("RGBA", A4_200, (0, 0, 0, 0))
    drawn.paste((0, 0, 0, 255), (100, 100, 300, 300))
    found = _one(tmp_path, picture_bytes(drawn, "PNG", dpi=(200, 200)))
    assert found.raster.pixels[0, 0] == 255
    assert found.raster.pixels[200, 200] == 0


@pytest.mark.parametrize(
    ("ink", "dark"),
    [
        ((30, 40, 200), True),
        ((90, 110, 205), True),
        ((200, 20, 30), True),
        ((225, 80, 80), True),
        ((20, 120, 60), True),
        ((255, 245, 60), False),
        ((255, 250, 215), False),
        ((215, 225, 245), False),
    ],
    ids=["blue ink", "pale blue ink", "red ink", "pale red ink", "green ink", "yellow marker", "yellow paper", "blue paper"],
)
def test_ink_of_any_colour_is_dark_and_paper_is_not(tmp_path: Path, ink: tuple[int, int, int], *, dark: bool) -> None:
    found = _one(tmp_path, picture_bytes(Image.new("RGB", A4_200, ink), "PNG", dpi=(200, 200)))
    assert (int(found.raster.pixels[0, 0]) < 125) is dark
    assert (int(found.raster.pixels[0, 0]) > 200) is not dark


@pytest.mark.parametrize("kind", ["TIFF", "JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_tag_is_obeyed(tmp_path: Path, kind: str, orientation: int) -> None:
    upright = sheet((1200, 1600))
    back = {
        1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]  # fmt: skip
    stored = upright if back is None else upright.transpose(back)
    exif = Image.Exif()
    exif[274] = orientation
    how: dict[str, Any] = {"tiffinfo": {274: orientation}} if kind == "TIFF" else {"exif": exif}
    found = _one(tmp_path, picture_bytes(stored, kind, dpi=(150, 150), **how))
    assert found.raster.pixels.shape == (1600, 1200)
    assert np.abs(found.raster.pixels.astype(int) - pixels(upright)).mean() < 1.0


def test_every_page_of_a_tiff_is_turned_by_its_own_tag(tmp_path: Path) -> None:
    content = tiff([sheet((1200, 1600))] * 3, compression="tiff_lzw", dpi=(150, 150), tiffinfo={274: 6})
    assert [found.raster.pixels.shape for found in _all(tmp_path, content) if isinstance(found, Page)] == [(1200, 1600)] * 3


@pytest.mark.parametrize(("rows", "down"), [(1145, 98), (2291, 196)])
def test_fax_pages_become_square(tmp_path: Path, rows: int, down: int) -> None:
    fax = sheet((1728, rows)).convert("1")
    for compression in ("group3", "group4"):
        found = _one(tmp_path, picture_bytes(fax, "TIFF", compression=compression, dpi=(204, down)))
        assert found.raster.dpi == 204.0
        assert found.raster.width == 1728
        assert found.raster.height == pytest.approx(2383, abs=3)


def test_a_lying_fax_is_stretched_the_right_way(tmp_path: Path) -> None:
    fax = sheet((1728, 1145)).convert("1")
    found = _one(tmp_path, picture_bytes(fax, "TIFF", compression="group4", dpi=(204, 98), tiffinfo={274: 6}))
    assert (found.raster.width, found.raster.height) == (pytest.approx(2383, abs=3), 1728)


@pytest.mark.parametrize(
    ("how", "dpi"),
    [
        ({"dpi": (200, 200)}, 200),
        ({}, 0),
        ({"dpi": (72, 72)}, 0),
        ({"dpi": (96, 96)}, 0),
        ({"dpi": (2, 2)}, 0),
        ({"dpi": (9600, 9600)}, 0),
        ({"dpi": (110, 110)}, 0),
    ],
)
def test_a_resolution_nobody_can_believe_is_none(tmp_path: Path, how: dict[str, Any], dpi: float) -> None:
    for kind in ("PNG", "JPEG"):
        found = _one(tmp_path, picture_bytes(sheet((2480, 3508)), kind, **how))
        assert found.raster.dpi == pytest.approx(dpi, abs=0.5), kind


def test_resolution_in_centimetres_is_understood(tmp_path: Path) -> None:
    content = picture_bytes(sheet(), "TIFF", resolution_unit="cm", resolution=78.74)
    assert _one(tmp_path, content).raster.dpi == pytest.approx(200, abs=0.1)


def test_pages_come_in_order_and_one_can_be_had_again(tmp_path: Path) -> None:
    drawn = [sheet((1000, 1400), mark).convert("1") for mark in range(5)]
    file = tmp_path / "scan"
    file.write_bytes(tiff(drawn, compression="group4", dpi=(150, 150)))
    found = list(pages(file, POLICY))
    assert [item.number for item in found] == [1, 2, 3, 4, 5]
    for item, source in zip(found, drawn, strict=True):
        assert isinstance(item, Page)
        assert np.array_equal(item.raster.pixels, pixels(source))
    assert page(file, POLICY, 4) == found[3]
    assert list(pages(file, POLICY, first=3)) == found[2:]
    with pytest.raises(Unreadable) as refused:
        page(file, POLICY, 6)
    assert refused.value.rejection.reason is Reason.NO_PAGES


def test_reduced_copies_are_no_sides_of_paper(tmp_path: Path) -> None:
    content = tiff([sheet((1000, 1400))] * 2, compression="tiff_lzw", tiffinfo={254: 1})
    with pytest.raises(Unreadable) as refused:
        _all(tmp_path, content)
    assert refused.value.rejection.reason is Reason.NO_PAGES


def test_a_broken_page_of_a_tiff_leaves_the_others_be(tmp_path: Path) -> None:
    content = bytearray(tiff([sheet((1000, 1400), mark) for mark in range(3)], compression="tiff_lzw", dpi=(150, 150)))
    found = _all(tmp_path, bytes(content))
    assert len(found) == 3
    with Image.open(tmp_path / "scan") as second:
        second.seek(1)
        offsets, sizes = second.tag_v2[273], second.tag_v2[279]  # type: ignore[attr-defined]
    for offset, size in zip(offsets, sizes, strict=True):
        content[offset : offset + size] = b"\xff" * size
    found = _all(tmp_path, bytes(content))
    assert [type(item) for item in found] == [Page, PageFault, Page]
    assert found[1].rejection.reason is Reason.PAGE_DAMAGED  # type: ignore[union-attr]


def test_a_chain_that_breaks_off_tells_that_a_page_is_missing(tmp_path: Path) -> None:
    content = tiff([sheet((1000, 1400), mark).convert("1") for mark in range(3)], compression="group4")
    with Image.open(_written(tmp_path, content)) as opened:
        opened.seek(2)
        start = opened._frame_pos[2]  # type: ignore[attr-defined]
    found = _all(tmp_path, content[: start + 4])
    assert [type(item) for item in found] == [Page, Page, PageFault]


def _written(tmp_path: Path, content: bytes) -> Path:
    file = tmp_path / "scan"
    file.write_bytes(content)
    return file


def test_a_page_too_coarse_to_read_is_told(tmp_path: Path) -> None:
    for content in (
        picture_bytes(sheet((595, 842)), "TIFF", dpi=(75, 75)),
        picture_bytes(sheet((300, 400)), "TIFF"),
    ):
        (found,) = _all(tmp_path, content)
        assert isinstance(found, PageFault)
        assert found.rejection.reason is Reason.TOO_COARSE
