"""Eyes: the readers a form is read by, and how each clip finds those that have something to say of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.domain.lexicon import NO_WORDS, Lexicon
from pipeline.domain.reading import Clip, Reader, Reading, Style
from pipeline.errors import ReaderError
from pipeline.readers.combs import CombReader, cells
from pipeline.readers.linenet import LineReader, seen
from pipeline.readers.marks import MarksReader
from pipeline.readers.pdftext import PdfTextReader
from pipeline.readers.text import TesseractReader


def eyes(scratch: Path, lexicon: Lexicon = NO_WORDS, lang: str = "swe", command: str = "tesseract") -> tuple[Reader, ...]:
    """Return the readers in the order they are believed; temporary files lie under `scratch`."""
    lines = (LineReader(lexicon), LineReader(lexicon, Style.HAND))
    return (PdfTextReader(), *lines, CombReader(), TesseractReader(scratch, lang, command), MarksReader())


def look(clips: Sequence[Clip], readers: Sequence[Reader]) -> tuple[Reading, ...]:
    """Return every reader's reading of every clip it reads, by reader, in the order of clips.

    Raises:
        ReaderError: when an engine is missing or broken, or answers for another number of clips than it was shown.
    """
    said: list[Reading] = []
    try:
        for reader in readers:
            shown = [clip for clip in clips if reader.reads(clip)]
            if not shown:
                continue
            readings = reader.read(shown)
            if [(reading.key, reading.clip) for reading in readings] != [(clip.field.key, clip.digest) for clip in shown]:
                raise ReaderError("reader_miscounts", hint="report_bug", clips=len(shown), readings=len(readings))
            said.extend(readings)
    finally:
        # What eyes share of a clip is large, and of a person: it is kept no longer than the look.
        seen.cache_clear()
        cells.cache_clear()
    return tuple(said)
