"""Tesseract through pytesseract: many single-line pictures in one call, each read apart from the others."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytesseract
from PIL import Image, ImageDraw, ImageFont
from pytesseract.pytesseract import TesseractError, TesseractNotFoundError, run_tesseract

from pipeline.errors import ReaderError
from pipeline.readers.deprint import Grey

TRIAL = ("Umea 1967", "Blankett 3052-8")
SECONDS_A_CALL = 120


@dataclass(frozen=True, slots=True, repr=False)
class Word:
    """One word an engine saw, with its own confidence 0..1 and its left and right edge in the picture."""

    text: str
    confidence: float
    left: int
    right: int

    def __repr__(self) -> str:
        """Hide the text."""
        return "Word(•••)"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of writing: its picture and the words read in it."""

    picture: Grey
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Engine:
    """One Tesseract with its language; `scratch` is the folder its temporary files lie under, each call in one of its own.

    `options` are further words of the command line.
    """

    scratch: Path
    lang: str = "swe"
    command: str = "tesseract"
    options: str = "--psm 7 --dpi 300"

    def version(self) -> str:
        """Return the engine's version, as `5.3.0`.

        Raises:
            ReaderError: when it, or its language, is not there.
        """
        pytesseract.pytesseract.tesseract_cmd = self.command
        try:
            found = str(pytesseract.pytesseract.get_tesseract_version()).split("-", maxsplit=1)[0]
            languages = pytesseract.pytesseract.get_languages()
        except (TesseractNotFoundError, SystemExit, OSError, ValueError) as error:
            raise ReaderError("tesseract_missing", hint="install_tesseract") from error
        if self.lang not in languages:
            raise ReaderError("tesseract_language_missing", hint="install_tesseract_swe", lang=self.lang)
        return found

    def prove(self) -> None:
        """Read drawn words whose text is known.

        Raises:
            ReaderError: when the engine does not read them right.
        """
        said = [" ".join(word.text for word in words or ()) for words in self.read([_drawn(text) for text in TRIAL])]
        if tuple(said) != TRIAL:
            raise ReaderError("tesseract_misreads", hint="reinstall_tesseract")

    def read(self, pictures: Sequence[Grey]) -> list[list[Word] | None]:
        """Return the words of each picture, in order, from one call of the engine; None for a picture that kills it.

        Tesseract dies over some pictures (dust all over a line has made it divide by nothing): where it did, the pictures
        are parted until the one is found, and the others are read.

        Raises:
            ReaderError: when the engine fails otherwise, or answers for another number of pictures.
        """
        if not pictures:
            return []
        try:
            return list(self._call(pictures))
        except ReaderError as error:
            if not _died(error):
                raise
        half = len(pictures) // 2
        return [*self.read(pictures[:half]), *self.read(pictures[half:])] if half else [None]

    def _call(self, pictures: Sequence[Grey]) -> list[list[Word]]:
        # A form's lines are short: one thread is as fast as four and leaves the other cores to other forms.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        pytesseract.pytesseract.tesseract_cmd = self.command
        with tempfile.TemporaryDirectory(prefix="read-", dir=self.scratch) as folder:
            Path(folder).chmod(stat.S_IMODE(self.scratch.stat().st_mode))  # of a group: it can sweep what one has left
            return self._told(Path(folder), pictures)

    def _told(self, folder: Path, pictures: Sequence[Grey]) -> list[list[Word]]:
        files = [folder / f"{number:04d}.pgm" for number in range(len(pictures))]
        for file, picture in zip(files, pictures, strict=True):
            file.write_bytes(cv2.imencode(".pgm", picture)[1].tobytes())
        listed = folder / "files.txt"
        listed.write_text("\n".join(str(file) for file in files) + "\n")
        try:
            options = f"-c tessedit_create_tsv=1 {self.options}"
            run_tesseract(  # type: ignore[no-untyped-call]
                str(listed), str(folder / "out"), "tsv", self.lang, options, timeout=SECONDS_A_CALL
            )
            told = (folder / "out.tsv").read_text(encoding="utf-8")
        except TesseractNotFoundError as error:
            raise ReaderError("tesseract_missing", hint="install_tesseract") from error
        except TesseractError as error:
            # Its message may hold paths and words of the page: only its number is told.
            raise ReaderError("tesseract_failed", hint="reinstall_tesseract", status=error.status) from None
        except (RuntimeError, OSError) as error:
            raise ReaderError("tesseract_failed", hint="reinstall_tesseract", cause=type(error).__name__) from None
        return _words(told, len(pictures))


def _died(error: ReaderError) -> bool:
    """Tell whether the engine was ended by a signal, as by a fault of its own."""
    status = dict(error.params).get("status", 0)
    return isinstance(status, int) and status < 0


def _words(told: str, count: int) -> list[list[Word]]:
    """Return the words of each page of a TSV."""
    found: list[list[Word]] = [[] for _ in range(count)]
    pages = set()
    for line in told.splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) < 12:
            continue
        page = int(cells[1]) - 1
        pages.add(page)
        if cells[0] == "5" and 0 <= page < count and cells[11].strip():
            left = int(cells[6])
            found[page].append(Word(cells[11], max(0.0, float(cells[10]) / 100), left, left + int(cells[8])))
    if pages != set(range(count)):
        raise ReaderError("tesseract_failed", hint="reinstall_tesseract", pages=len(pages), wanted=count)
    return found


def _drawn(text: str) -> Grey:
    font = ImageFont.load_default(42)
    left, top, right, bottom = (int(v) for v in font.getbbox(text))
    picture = Image.new("L", (right - left + 40, bottom - top + 40), 255)
    ImageDraw.Draw(picture).text((20 - left, 20 - top), text, font=font, fill=0)
    return np.asarray(picture, dtype=np.uint8)
