"""What it costs to open files: milliseconds a page in every format, and the memory a scan of a thousand pages takes.

    python -m benchmarks.parsing [--pages 1000] [--repeat 5]

Every figure includes the transfer of the pixels from the child to the parent.
A row of one page shows what a file costs, its child and all.
"""

from __future__ import annotations

import argparse
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image, ImageDraw

from pipeline.domain.policy import ParsePolicy
from pipeline.domain.scan import Page
from pipeline.edges.parser import pages

A4_300 = (2480, 3508)
_MIB = 1024
_FEW = 6
_MEASURE = "import sys; from benchmarks.parsing import measure; measure(sys.argv[1])"


def sheet(number: int = 0) -> Image.Image:
    """Draw an A4 page at 300 dpi with some 2 000 strokes, so that it compresses as writing does."""
    rng = np.random.default_rng(number)
    picture = Image.new("L", A4_300, 255)
    pen = ImageDraw.Draw(picture)
    for x, y, wide, high in rng.integers((100, 100, 2, 2), (2300, 3400, 40, 30), size=(2000, 4)).tolist():
        pen.rectangle((x, y, x + wide, y + high), fill=0)
    return picture


def _save(picture: Image.Image, path: Path, kind: str, **how: object) -> None:
    picture.save(path, kind, dpi=(300, 300), **how)


def tiff_of(path: Path, count: int, compression: str, mode: str) -> None:
    """Write a TIFF of so many pages, no more than one of them in memory at a time."""
    drawn = [sheet(number).convert(mode) for number in range(_FEW)]
    more: Iterator[Image.Image] = (drawn[number % _FEW] for number in range(1, count))
    drawn[0].save(path, "TIFF", compression=compression, dpi=(300, 300), save_all=True, append_images=list(more))


def scanned_pdf(path: Path, count: int, kind: str) -> None:
    """Write a PDF of so many scanned pages: `g4` bilevel, or `jpeg` grey or colour."""
    pdf = pikepdf.new()
    for number in range(count):
        page = pdf.add_blank_page(page_size=(595.2, 841.92))
        image = pdf.make_indirect(_image(pdf, sheet(number % _FEW), kind) if number < _FEW else _again(pdf, number))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        page.Contents = pikepdf.Stream(pdf, b"q 595.2 0 0 841.92 0 0 cm /I Do Q")
    pdf.save(path)


def _image(pdf: pikepdf.Pdf, picture: Image.Image, kind: str) -> pikepdf.Stream:
    out = io.BytesIO()
    if kind == "g4":
        picture.convert("1").save(out, "TIFF", compression="group4", strip_size=1 << 30)
        with Image.open(io.BytesIO(out.getvalue())) as tiff:
            start, size = tiff.tag_v2[273][0], tiff.tag_v2[279][0]  # type: ignore[attr-defined]
        stream = pikepdf.Stream(pdf, out.getvalue()[start : start + size])
        stream.Filter, stream.ColorSpace, stream.BitsPerComponent = pikepdf.Name.CCITTFaxDecode, pikepdf.Name.DeviceGray, 1
        stream.DecodeParms = pikepdf.Dictionary(K=-1, Columns=picture.width, Rows=picture.height, BlackIs1=False)
    else:
        colour = kind == "colour jpeg"
        picture.convert("RGB" if colour else "L").save(out, "JPEG", quality=80)
        stream = pikepdf.Stream(pdf, out.getvalue())
        stream.Filter, stream.BitsPerComponent = pikepdf.Name.DCTDecode, 8
        stream.ColorSpace = pikepdf.Name.DeviceRGB if colour else pikepdf.Name.DeviceGray
    stream.Type, stream.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    stream.Width, stream.Height = picture.size
    return stream


def _again(pdf: pikepdf.Pdf, number: int) -> pikepdf.Stream:
    """Copy an image of the first pages, as a real file has one for every page."""
    before = pdf.pages[number % _FEW].Resources.XObject.I
    stream = pikepdf.Stream(pdf, before.read_raw_bytes())
    for key, value in before.items():
        if key != "/Length":
            stream[key] = value
    return stream


def digital_pdf(path: Path, count: int) -> None:
    """Write a PDF of born-digital pages with some 400 words each."""
    from reportlab.pdfgen import canvas

    pen = canvas.Canvas(str(path), pagesize=(595.2, 841.92))
    for number in range(count):
        pen.setFont("Helvetica", 9)
        for row in range(50):
            pen.drawString(50, 800 - 15 * row, f"{number} {row} anmälan av sjukdom enligt smittskyddslagen med text")
        pen.showPage()
    pen.save()


def measure(path: str) -> None:
    """Parse one file and print pages, seconds, the child's processor time, and both peaks of memory in MiB."""
    begun = time.monotonic()
    count = sum(isinstance(item, Page) for item in pages(Path(path), ParsePolicy()))
    told = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        json.dumps(
            {
                "pages": count,
                "seconds": time.monotonic() - begun,
                "cpu": told.ru_utime + told.ru_stime,
                "child": told.ru_maxrss / _MIB,
                "parent": _peak() / _MIB,
            }
        )
    )


def _peak() -> int:
    """Return this process's peak memory in KiB; `getrusage` would count that of the process that started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def _measured(path: Path) -> dict[str, float]:
    done = subprocess.run([sys.executable, "-c", _MEASURE, str(path)], capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _formats(count: int) -> dict[str, Callable[[Path], None]]:
    return {
        "PNG grey": lambda path: _save(sheet(), path, "PNG"),
        "JPEG grey": lambda path: _save(sheet(), path, "JPEG", quality=80),
        "JPEG colour": lambda path: _save(sheet().convert("RGB"), path, "JPEG", quality=80),
        f"TIFF G4, {count} pages": lambda path: tiff_of(path, count, "group4", "1"),
        f"TIFF G3, {count} pages": lambda path: tiff_of(path, count, "group3", "1"),
        f"TIFF LZW grey, {count} pages": lambda path: tiff_of(path, count, "tiff_lzw", "L"),
        f"TIFF JPEG, {count} pages": lambda path: tiff_of(path, count, "jpeg", "L"),
        f"PDF G4, {count} pages": lambda path: scanned_pdf(path, count, "g4"),
        f"PDF JPEG grey, {count} pages": lambda path: scanned_pdf(path, count, "jpeg"),
        f"PDF JPEG colour, {count} pages": lambda path: scanned_pdf(path, count, "colour jpeg"),
        f"PDF born digital, {count} pages": lambda path: digital_pdf(path, count),
    }


def main() -> None:
    """Make the files, parse them, and print a table."""
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--pages", type=int, default=1000, help="pages of the long scans")
    told.add_argument("--repeat", type=int, default=3, help="how often a short file is parsed; the best counts")
    asked = told.parse_args()
    print(f"{'A4, 300 dpi':34}{'ms/page':>9}{'CPU ms/page':>13}{'child MiB':>11}{'parent MiB':>12}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan"
        for name, make in _formats(20).items():
            make(path)
            _row(name, min((_measured(path) for _ in range(asked.repeat)), key=lambda one: one["seconds"]))
        for name, make in (
            (f"TIFF G4, {asked.pages} pages", lambda path: tiff_of(path, asked.pages, "group4", "1")),
            (f"PDF G4, {asked.pages} pages", lambda path: scanned_pdf(path, asked.pages, "g4")),
        ):
            make(path)
            _row(name, _measured(path))


def _row(name: str, told: dict[str, float]) -> None:
    each, cpu = told["seconds"] / told["pages"] * 1000, told["cpu"] / told["pages"] * 1000
    print(f"{name:34}{each:9.1f}{cpu:13.1f}{told['child']:11.0f}{told['parent']:12.0f}", flush=True)


if __name__ == "__main__":
    main()
