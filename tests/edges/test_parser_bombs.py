"""Files made to hurt end in a reason, soon, and never take the parent with them."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.domain.placement import Reason, Rejection
from pipeline.domain.policy import ParsePolicy
from pipeline.domain.scan import Page
from pipeline.edges.parser import PageFault, Unreadable, pages
from pipeline.errors import InboxError
from tests.support.paper import full_page, image_stream, pdf_bytes, picture_bytes, scanned_pdf, sheet, text_page, tiff

POLICY = ParsePolicy()
ROOT = Path(__file__).parents[2]


def _outcome(path: Path, policy: ParsePolicy = POLICY) -> list[Page | PageFault | Rejection]:
    """Return what came, a rejection of the whole last; fail if it took longer than anyone may wait."""
    begun = time.monotonic()
    found: list[Page | PageFault | Rejection] = []
    try:
        found.extend(pages(path, policy))
    except Unreadable as refused:
        found.append(refused.rejection)
    assert time.monotonic() - begun < 25
    return found


def _reasons(path: Path, policy: ParsePolicy = POLICY) -> list[Reason | None]:
    return [
        item.reason if isinstance(item, Rejection) else item.rejection.reason if isinstance(item, PageFault) else None
        for item in _outcome(path, policy)
    ]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    return tmp_path / "scan"


def test_a_password_is_told(scan: Path) -> None:
    scan.write_bytes(pdf_bytes(pikepdf.open(io.BytesIO(scanned_pdf())), encryption=pikepdf.Encryption(owner="a", user="b")))
    assert _reasons(scan) == [Reason.PASSWORD]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.DAMAGED),
        (b"Hej, detta ar ett brev", Reason.NOT_A_DOCUMENT),
        (b"PK\x03\x04" + b"\0" * 2000, Reason.NOT_A_DOCUMENT),
        (b"GIF89a" + b"\0" * 2000, Reason.NOT_A_DOCUMENT),
        (b"%PDF-1.7\n" + b"x" * 5000, Reason.DAMAGED),
        (b"II*\0\x08\0\0\0", Reason.DAMAGED),
        (b"II*\0\0\0\0\0", Reason.NO_PAGES),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, Reason.DAMAGED),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, Reason.DAMAGED),
    ],
    ids=["empty", "text", "zip", "gif", "pdf", "tiff", "no directory", "png", "jpeg"],
)
def test_what_is_no_document_or_only_its_beginning_is_told(scan: Path, content: bytes, reason: Reason) -> None:
    scan.write_bytes(content)
    assert _reasons(scan) == [reason]


def test_a_pdf_without_pages_is_told(scan: Path) -> None:
    scan.write_bytes(pdf_bytes(pikepdf.new()))
    assert _reasons(scan) == [Reason.NO_PAGES]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_picture_cut_short_is_a_damaged_page(scan: Path, kind: str) -> None:
    content = picture_bytes(sheet(), kind, dpi=(200, 200))
    scan.write_bytes(content[: len(content) // 2])
    assert _reasons(scan) in ([Reason.PAGE_DAMAGED], [Reason.DAMAGED])


def test_too_many_pixels_are_refused_before_they_are_decoded(scan: Path) -> None:
    scan.write_bytes(picture_bytes(Image.new("1", (30_000, 30_000)), "TIFF", compression="group4"))
    assert _reasons(scan) == [Reason.TOO_MANY_PIXELS]
    scan.write_bytes(picture_bytes(Image.new("1", (30_000, 30_000)), "PNG"))
    assert _reasons(scan) == [Reason.TOO_MANY_PIXELS]
    scan.write_bytes(_huge_png(2_000_000_000, 2_000_000_000))
    assert _reasons(scan) == [Reason.TOO_MANY_PIXELS]


def _huge_png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def test_a_pdf_image_or_page_too_large_is_refused(scan: Path) -> None:
    pdf = pikepdf.new()
    page = full_page(pdf, sheet())
    page.Resources.XObject.I.Width = page.Resources.XObject.I.Height = 60_000
    text_page(pdf, b"", size=(14_400, 14_400))
    full_page(pdf, sheet())
    scan.write_bytes(pdf_bytes(pdf))
    found = _outcome(scan)
    assert [type(item) for item in found] == [PageFault, PageFault, Page]
    assert _reasons(scan)[:2] == [Reason.TOO_MANY_PIXELS] * 2


def test_too_many_pages_are_refused(scan: Path) -> None:
    few = replace(POLICY, max_pages=3)
    scan.write_bytes(scanned_pdf(4))
    assert _reasons(scan, few) == [Reason.TOO_MANY_PAGES]
    scan.write_bytes(tiff([sheet((700, 900)).convert("1")] * 4, compression="group4"))
    assert _reasons(scan, few) == [Reason.TOO_MANY_PAGES]


def test_a_page_count_that_lies_is_not_believed(scan: Path) -> None:
    pdf = pikepdf.open(io.BytesIO(scanned_pdf()))
    pdf.Root.Pages.Count = 2_000_000
    scan.write_bytes(pdf_bytes(pdf))
    assert _reasons(scan) == [None]  # PDFium counts for itself


def test_a_tiff_that_bites_its_own_tail_ends(scan: Path) -> None:
    content = bytearray(tiff([sheet((700, 900)).convert("1")] * 2, compression="group4"))
    first = struct.unpack_from("<I", content, 4)[0]
    count = struct.unpack_from("<H", content, first)[0]
    struct.pack_into("<I", content, first + 2 + 12 * count, first)
    scan.write_bytes(bytes(content))
    assert _reasons(scan) == [None, Reason.PAGE_DAMAGED]


def test_too_many_objects_are_refused(scan: Path) -> None:
    body = b"".join(b"%d 0 obj\n0\nendobj\n" % number for number in range(1, 450_000))
    scan.write_bytes(b"%PDF-1.4\n" + body + b"trailer\n<</Size 450000/Root 1 0 R>>\nstartxref\n9\n%%EOF")
    assert _reasons(scan) == [Reason.TOO_MANY_OBJECTS]


def test_brackets_nested_without_end_are_refused(scan: Path) -> None:
    content = scanned_pdf()
    scan.write_bytes(content.replace(b"trailer", b"9 0 obj\n" + b"[" * 200_000 + b"\nendobj\ntrailer", 1))
    assert _reasons(scan) == [Reason.TOO_DEEP]
    scan.write_bytes(content.replace(b"trailer", b"9 0 obj\n" + b"<</A " * 200_000 + b"\nendobj\ntrailer", 1))
    assert _reasons(scan) == [Reason.TOO_DEEP]


def test_a_form_that_draws_itself_ends(scan: Path) -> None:
    pdf = pikepdf.new()
    page = text_page(pdf, b"BT /F 12 Tf 72 700 Td (Hej) Tj ET /X Do")
    form = pdf.make_indirect(pikepdf.Stream(pdf, b"/X Do BT /F 9 Tf 9 9 Td (x) Tj ET"))
    form.Type, form.Subtype, form.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 600, 800])
    form.Resources = page.Resources
    page.Resources.XObject = pikepdf.Dictionary(X=form)
    scan.write_bytes(pdf_bytes(pdf))
    assert _reasons(scan) == [None]


def test_forms_that_each_draw_the_next_twice_are_too_slow(scan: Path) -> None:
    pdf = pikepdf.new()
    page = text_page(pdf, b"/X Do")
    inner: pikepdf.Object = pdf.make_indirect(pikepdf.Stream(pdf, b"0 0 9 9 re f"))
    for _ in range(25):
        inner.Type, inner.Subtype, inner.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 600, 800])
        outer = pdf.make_indirect(pikepdf.Stream(pdf, b"/X Do /X Do"))
        outer.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
        inner = outer
    inner.Type, inner.Subtype, inner.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, pikepdf.Array([0, 0, 600, 800])
    page.Resources.XObject = pikepdf.Dictionary(X=inner)
    full_page(pdf, sheet())
    scan.write_bytes(pdf_bytes(pdf))
    assert _reasons(scan, replace(POLICY, page_seconds=1)) == [Reason.TOO_SLOW, None]


def test_a_stream_that_swells_beyond_memory_is_refused(scan: Path) -> None:
    pdf = pikepdf.new()
    page = text_page(pdf, b"")
    page.Contents = pdf.make_indirect(pikepdf.Stream(pdf, b""))
    page.Contents.write(_swelling(700), filter=pikepdf.Name.FlateDecode)
    full_page(pdf, sheet())
    scan.write_bytes(pdf_bytes(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none))
    reasons = _reasons(scan, replace(POLICY, max_mib=400))
    # Where memory ends inside the drawing library it tells a damaged page, and on the next allocation a lack of memory.
    assert reasons in ([Reason.TOO_MUCH_MEMORY, None], [Reason.PAGE_DAMAGED, None])


def _swelling(mib: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b" " * (1 << 20)) for _ in range(mib)) + packer.flush()


def test_memory_is_limited(scan: Path) -> None:
    scan.write_bytes(picture_bytes(Image.new("RGB", (8000, 10_000)), "PNG"))
    assert _reasons(scan, replace(POLICY, max_mib=200)) == [Reason.TOO_MUCH_MEMORY]


def test_processor_time_of_a_page_is_limited_and_the_next_page_goes_on(scan: Path) -> None:
    pdf = pikepdf.new()
    full_page(pdf, sheet())
    text_page(pdf, b"0 g " + b"0 0 500 800 re f* 1 1 m 500 500 800 3 4 4 c h f* " * 400_000)
    full_page(pdf, sheet())
    scan.write_bytes(pdf_bytes(pdf))
    assert _reasons(scan, replace(POLICY, page_seconds=0.5)) == [None, Reason.TOO_SLOW, None]


def test_after_three_deaths_the_remaining_pages_are_faults_too(scan: Path) -> None:
    pdf = pikepdf.new()
    full_page(pdf, sheet())
    for _ in range(5):
        text_page(pdf, b"0 g " + b"0 0 500 800 re f* 1 1 m 500 500 800 3 4 4 c h f* " * 200_000)
    scan.write_bytes(pdf_bytes(pdf))
    assert _reasons(scan, replace(POLICY, page_seconds=0.2)) == [None] + [Reason.TOO_SLOW] * 5


def test_nobody_waits_longer_than_the_limit(scan: Path) -> None:
    pdf = pikepdf.new()
    text_page(pdf, b"0 g " + b"0 0 500 800 re f* 1 1 m 500 500 800 3 4 4 c h f* " * 400_000)
    scan.write_bytes(pdf_bytes(pdf))
    begun = time.monotonic()
    assert _reasons(scan, replace(POLICY, max_seconds=1.0, page_seconds=60))[-1] is Reason.TOO_SLOW
    assert time.monotonic() - begun < 5


def test_something_that_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, tmp_path / "missing"):
        with pytest.raises(InboxError):
            list(pages(path, POLICY))


def test_nothing_is_opened_before_the_first_page_is_asked_for(tmp_path: Path) -> None:
    iterator = pages(tmp_path / "missing", POLICY)
    with pytest.raises(InboxError):
        next(iterator)


def _children() -> set[int]:
    return {int(name) for thread in Path("/proc/self/task").iterdir() for name in (thread / "children").read_text().split()}


def test_closing_the_iterator_ends_the_child(scan: Path) -> None:
    scan.write_bytes(scanned_pdf(5))
    before = _children()
    iterator: Iterator[Page | PageFault] = pages(scan, POLICY)
    next(iterator)
    assert _children() - before
    iterator.close()  # type: ignore[attr-defined]
    assert not _children() - before


def test_the_child_dies_with_its_parent(scan: Path) -> None:
    scan.write_bytes(scanned_pdf(30))
    program = (
        "import sys, time; from pathlib import Path; from pipeline.edges.parser import pages;"
        "from pipeline.domain.policy import ParsePolicy; it = pages(Path(sys.argv[1]), ParsePolicy()); next(it);"
        "print(*[c for t in Path('/proc/self/task').iterdir() for c in (t / 'children').read_text().split()], flush=True);"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(scan)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or _state(child) == "Z":
            return
        time.sleep(0.05)
    pytest.fail("the child outlived its parent")


def _state(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return "Z"


def test_several_files_are_parsed_at_once_from_threads(tmp_path: Path) -> None:
    found: dict[int, int] = {}

    def parse(number: int) -> None:
        file = tmp_path / str(number)
        file.write_bytes(scanned_pdf(number + 1))
        found[number] = sum(isinstance(item, Page) for item in pages(file, POLICY))

    threads = [threading.Thread(target=parse, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {0: 1, 1: 2, 2: 3, 3: 4}


_SEEDS = [
    scanned_pdf(2),
    tiff([sheet((700, 900)).convert("1")] * 2, compression="group4"),
    picture_bytes(sheet((700, 900)), "PNG"),
    picture_bytes(sheet((700, 900)), "JPEG"),
]


@st.composite
def _spoilt(draw: st.DrawFn) -> bytes:
    """A sound file with bytes changed, cut out or put in."""
    content = bytearray(draw(st.sampled_from(_SEEDS)))
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, len(content)))
        content[place : place + draw(st.integers(0, 64))] = draw(st.binary(max_size=64))
    return bytes(content)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.one_of(_spoilt(), st.binary(max_size=300)))
def test_whatever_the_bytes_only_a_classed_refusal_is_raised(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "scan"
    file.write_bytes(content)
    for item in _outcome(file):
        rejection = item if isinstance(item, Rejection) else item.rejection if isinstance(item, PageFault) else None
        assert rejection is None or rejection.reason is not Reason.INTERNAL


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=_spoilt())
def test_no_spoilt_file_in_thousands_does_more(tmp_path: Path, content: bytes) -> None:
    test_whatever_the_bytes_only_a_classed_refusal_is_raised.hypothesis.inner_test(tmp_path, content)  # type: ignore[attr-defined]


def test_what_cannot_be_decoded_is_a_damaged_page_and_no_blank_one(scan: Path) -> None:
    pdf = pikepdf.new()
    page = full_page(pdf, sheet())
    page.Resources.XObject.I = pdf.make_indirect(image_stream(pdf, sheet(), Filter=pikepdf.Name.DCTDecode))
    half = (595.2, 0, 0, 420.96, 0, 0)
    page = full_page(pdf, sheet(), matrix=half)
    page.Resources.XObject.I = pdf.make_indirect(image_stream(pdf, sheet(), Filter=pikepdf.Name.JBIG2Decode))
    text_page(pdf, b"").Contents = pikepdf.Stream(pdf, b"x" * 500, Filter=pikepdf.Name.FlateDecode)
    text_page(pdf, b"q (unended Tj BT /F 12 Tf ET")
    pdf.add_blank_page()
    text_page(pdf, b"q Q")
    full_page(pdf, sheet())
    scan.write_bytes(pdf_bytes(pdf, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none))
    damaged = Reason.PAGE_DAMAGED
    assert _reasons(scan) == [damaged, damaged, damaged, damaged, None, None, None]
