"""The words printed on a whole sheet, through Tesseract: what a scanned blank's labels say."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import cv2
import pytesseract
from pytesseract.pytesseract import TesseractError, TesseractNotFoundError, run_tesseract

from pipeline.domain.fillable import PrintedWord
from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.raster import Raster
from pipeline.domain.template import Zone
from pipeline.errors import ReaderError
from pipeline.readers.engine import Engine

_SURE = 40.0
_SECONDS = 90
_SPARSE = "--psm 11"  # words anywhere: a form is no column of text


def page_words(picture: Raster, sheet: int, engine: Engine) -> tuple[tuple[PrintedWord, ...], float]:
    """Return the words of an upright sheet, in millimetres, and how sure the engine is of all of them together.

    Raises:
        ReaderError: when the engine fails.
    """
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    pytesseract.pytesseract.tesseract_cmd = engine.command
    with tempfile.TemporaryDirectory(prefix="blank-", dir=engine.scratch) as folder:
        file, out = Path(folder) / "sheet.png", Path(folder) / "out"
        file.write_bytes(cv2.imencode(".png", picture.pixels)[1].tobytes())
        options = f"-c tessedit_create_tsv=1 {_SPARSE} --dpi {round(picture.dpi)}"
        try:
            run_tesseract(str(file), str(out), "tsv", engine.lang, options, timeout=_SECONDS)  # type: ignore[no-untyped-call]
        except TesseractNotFoundError as error:
            raise ReaderError("tesseract_missing", hint="install_tesseract") from error
        except TesseractError as error:
            raise ReaderError("tesseract_failed", hint="reinstall_tesseract", status=error.status) from None
        except (RuntimeError, OSError) as error:
            raise ReaderError("tesseract_failed", hint="reinstall_tesseract", cause=type(error).__name__) from None
        told = out.with_suffix(".tsv").read_text(encoding="utf-8")
    found = tuple(_words(told, sheet, picture.dpi / MM_PER_INCH))
    return tuple(word for word, _ in found), sum(sure for word, sure in found if len(word.text) > 2)


def _words(told: str, sheet: int, per_mm: float) -> Iterator[tuple[PrintedWord, float]]:
    for line in told.splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) < 12 or cells[0] != "5" or float(cells[10]) < _SURE:
            continue
        text = cells[11].strip()
        if text == "/" or any(letter.isalnum() for letter in text):
            x, y, width, height = (int(cell) / per_mm for cell in cells[6:10])
            yield PrintedWord(text, Zone(sheet, Rect(x, y, width, height))), float(cells[10]) / 100
