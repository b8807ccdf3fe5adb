"""A file counts as written to its end only when its structure says so, whatever its bytes."""

from __future__ import annotations

import io
import struct

import numpy as np
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.edges import tiff_chain
from pipeline.edges.completeness import Shape, examine
from pipeline.edges.sniffing import HEAD, Media, media_of
from tests.support.paper import pdf_bytes, picture_bytes, scanned_pdf, sheet, tiff

SMALL = (240, 320)
_SPECKS = np.random.default_rng(7).integers(0, 256, SMALL[::-1], dtype=np.uint8)
PICTURE = Image.fromarray(np.minimum(np.asarray(sheet(SMALL)), _SPECKS | 0xC0))
PDF = scanned_pdf(2)
PDF_STREAMS = pdf_bytes(pikepdf.open(io.BytesIO(PDF)), object_stream_mode=pikepdf.ObjectStreamMode.generate)
PDF_LINEAR = pdf_bytes(pikepdf.open(io.BytesIO(PDF)), linearize=True)
TIFF = tiff([PICTURE.convert("1")] * 3, compression="group4")
TIFF_BIG = tiff([PICTURE] * 2, compression="tiff_lzw", big_tiff=True)
PNG = picture_bytes(PICTURE, "PNG")
JPEG = picture_bytes(PICTURE, "JPEG")
JPEG_STEPS = picture_bytes(PICTURE, "JPEG", progressive=True)
WHOLE = {
    "pdf": PDF,
    "pdf with object streams": PDF_STREAMS,
    "linearised pdf": PDF_LINEAR,
    "tiff": TIFF,
    "bigtiff": TIFF_BIG,
    "png": PNG,
    "jpeg": JPEG,
    "progressive jpeg": JPEG_STEPS,
}


def _complete(content: bytes) -> bool:
    return examine(io.BytesIO(content)).complete


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_file_is_complete(name: str) -> None:
    assert _complete(WHOLE[name])


@pytest.mark.parametrize("name", WHOLE)
def test_no_beginning_of_a_file_is_complete(name: str) -> None:
    content = WHOLE[name]
    step = max(1, len(content) // 400)
    for end in [*range(0, len(content) - 8, step), *range(max(0, len(content) - 80), len(content) - 8)]:
        assert not _complete(content[:end]), end


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_of_full_length_that_is_still_filled_is_not_complete(name: str) -> None:
    content = WHOLE[name]
    for written in range(0, len(content) - 1100, max(1, len(content) // 300)):
        assert not _complete(content[:written] + bytes(len(content) - written)), written


def test_a_pdf_update_that_has_half_come_is_not_complete() -> None:
    update = b"\n99 0 obj\n<</Type/Page>>\nendobj\nxref\n0 0\ntrailer\n<<>>\nstartxref\n"
    assert not _complete(PDF + update)
    whole = PDF + update + b"%d\n%%%%EOF\n" % (len(PDF) + update.index(b"xref"))
    assert _complete(whole)


@pytest.mark.parametrize("tail", [b"\n", b"\r\n\x1a", b"\0" * 500, b"\n-- sent by a scanner\n"])
def test_a_little_rubbish_behind_a_pdf_is_borne(tail: bytes) -> None:
    assert _complete(PDF + tail)


def test_rubbish_before_a_pdf_is_borne() -> None:
    assert examine(io.BytesIO(b"\xef\xbb\xbf\r\n" + PDF)) == Shape(Media.PDF, True)


def test_the_end_of_a_thumbnail_is_not_the_end_of_a_jpeg() -> None:
    exif = Image.Exif()
    exif[0x010E] = "x" * 400
    thumb = picture_bytes(PICTURE.resize((60, 80)), "JPEG")
    content = JPEG[:2] + b"\xff\xe1" + struct.pack(">H", len(thumb) + 2) + thumb + JPEG[2:]
    assert _complete(content)
    assert not _complete(content[: len(thumb) + 200])


def test_an_empty_file_and_one_of_zeros_have_not_come_yet() -> None:
    assert examine(io.BytesIO(b"")) == Shape(Media.EMPTY, False)
    assert examine(io.BytesIO(bytes(5000))) == Shape(Media.OTHER, False)
    assert examine(io.BytesIO(b"ett brev")) == Shape(Media.OTHER, True)


def test_a_tiff_chain_that_bites_its_own_tail_is_not_complete() -> None:
    content = bytearray(TIFF)
    first = struct.unpack_from("<I", content, 4)[0]
    count = struct.unpack_from("<H", content, first)[0]
    struct.pack_into("<I", content, first + 2 + 12 * count, first)
    assert not _complete(bytes(content))


def test_every_page_of_a_tiff_is_told_once() -> None:
    assert [found.index for found in tiff_chain.directories(io.BytesIO(TIFF))] == [0, 1, 2]
    assert all(found.side and found.sound and found.compressed for found in tiff_chain.directories(io.BytesIO(TIFF)))


@pytest.mark.parametrize(
    ("head", "media"),
    [
        (b"%PDF-1.4", Media.PDF),
        (b"\0" * 900 + b"%PDF-1.4", Media.PDF),
        (b"junk 1 0 obj <<>>", Media.PDF),
        (b"II*\0", Media.TIFF),
        (b"MM\0*", Media.TIFF),
        (b"MM\0+", Media.TIFF),
        (b"\x89PNG\r\n\x1a\n", Media.PNG),
        (b"\xff\xd8\xff\xe0", Media.JPEG),
        (b"", Media.EMPTY),
        (b"GIF89a", Media.OTHER),
        (b"BM" + bytes(60), Media.OTHER),
    ],
)
def test_a_file_is_known_by_its_first_bytes(head: bytes, media: Media) -> None:
    assert media_of(head) is media


@settings(max_examples=300, deadline=None)
@given(content=st.binary(max_size=400))
def test_nothing_is_raised_whatever_the_bytes(content: bytes) -> None:
    assert examine(io.BytesIO(content)).media is media_of(content[:HEAD])


@settings(max_examples=500, deadline=None)
@given(name=st.sampled_from(sorted(WHOLE)), data=st.data())
def test_nothing_is_raised_whatever_has_been_changed(name: str, data: st.DataObject) -> None:
    content = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 8))] = data.draw(st.binary(max_size=8))
    examine(io.BytesIO(bytes(content)))
