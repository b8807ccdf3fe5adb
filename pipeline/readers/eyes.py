"""Eyes: the readers a form is read by, and how each clip finds those that have something to say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.domain.lexicon import NO_WORDS, Lexicon
from pipeline.domain.reading import Clip, Reader, Reading, Style
from pipeline.domain.scan import Source
from pipeline.errors import ReaderError
from pipeline.readers.combs import CombReader, cells
from pipeline.readers.ink import visible
from pipeline.readers.linenet import LineReader, seen
from pipeline.readers.marks import MarksReader
from pipeline.readers.pdftext import PdfTextReader
from pipeline.readers.text import TesseractReader


def eyes(scratch: Path, lexicon: Lexicon = NO_WORDS, lang: str = "swe", command: str = "tesseract") -> tuple[Reader, ...]:
    """Return the readers in the order they are believed; temporary files lie under `scratch`."""
    lines = (LineReader(lexicon), LineReader(lexicon, Style.HAND))
    return (PdfTextReader(), *lines, CombReader(), TesseractReader(scratch, lang, command), MarksReader())


def look(clips: Sequence[Clip], readers: Sequence[Reader]) -> tuple[Reading, ...]:
    """Return every reader's reading of every clip it reads, by reader, in the order of clips, and how visible each clip is.

    Raises:
        ReaderError: when an engine is missing or broken, or answers for another number of clips than it was shown.
    """
    said: list[Reading] = []
    shares = {clip.digest: _visible(clip) for clip in clips}
    try:
        for reader in readers:
            shown = [clip for clip in clips if reader.reads(clip)]
            if not shown:
                continue
            readings = reader.read(shown)
            if [(reading.key, reading.clip) for reading in readings] != [(clip.field.key, clip.digest) for clip in shown]:
                raise ReaderError("reader_miscounts", hint="report_bug", clips=len(shown), readings=len(readings))
            said.extend(replace(reading, visible=shares[reading.clip]) for reading in readings)
    finally:
        # What eyes share of a clip is large, and of a person: it is kept no longer than the look.
        seen.cache_clear()
        cells.cache_clear()
    return tuple(said)


def _visible(clip: Clip) -> float:
    """Return what share of the blank's print is visible in a clip's worst part; all where a program made the page."""
    return min(map(visible, clip.parts)) if clip.source is Source.IMAGE else 1.0
