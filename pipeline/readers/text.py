"""The eye for print: every printed clip of a form in one call of Tesseract."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline.domain.reading import Clip, Reading, Style, capped
from pipeline.domain.template import FieldKind
from pipeline.domain.value import NOTHING, text
from pipeline.readers.combs import cells
from pipeline.readers.doubts import doubts, mended
from pipeline.readers.engine import Engine, Line
from pipeline.readers.linenet import seen
from pipeline.readers.lines import Written, lines

VERSION = "2"
ALONE = 2  # letters: a reading no longer than this bears nothing out
WITNESSED = 0.77  # how much of the engine's doubt is left where the line's own marks bear it out


class TesseractReader:
    """Reads machine print by Tesseract; hand print is left to other eyes.

    The engine is proved on words with a known text before its first form, and again after every failure.
    """

    def __init__(self, scratch: Path, lang: str = "swe", command: str = "tesseract") -> None:
        """Keep `scratch`, the folder that temporary files are made under and removed from."""
        self._engine = Engine(scratch, lang, command)
        self._version = ""

    @property
    def name(self) -> str:
        """Return name and version of reader and engine.

        Raises:
            ReaderError: when the engine is missing or reads known words wrongly.
        """
        return f"tesseract-{self._proved()}-{self._engine.lang}/{VERSION}"

    def _proved(self) -> str:
        if not self._version:
            version = self._engine.version()
            self._engine.prove()
            self._version = version
        return self._version

    def reads(self, clip: Clip) -> bool:
        """Tell whether the clip is of print, or empty, and was not filled in by a program as a form widget."""
        box = clip.field.is_boxes or clip.field.kind is FieldKind.SIGN
        return not box and not any(part.widgets for part in clip.parts) and style_of(clip) is not Style.HAND

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Read the clips of one form in one call; one reading each, in their order.

        Raises:
            ReaderError: when the engine is missing or broken.
        """
        name = self.name
        cut = [lines(clip) if clip.field.comb else seen(clip).written for clip in clips]
        try:
            said = self._engine.read([picture for written in cut for picture in written.pictures])
            if None in said:
                self._engine.prove()
        except Exception:
            self._version = ""
            raise
        readings, rest = [], iter(said)
        for clip, written in zip(clips, cut, strict=True):
            words = [next(rest) for _ in written.pictures]
            found = [
                Line(picture, tuple(them)) for picture, them in zip(written.pictures, words, strict=True) if them is not None
            ]
            if len(found) < len(words):
                readings.append(Reading.silent(clip, name, "unread", Style.PRINT))
            else:
                readings.append(_told(clip, found, written, name) if found else _blank(clip, written, name))
        return tuple(readings)


def style_of(clip: Clip) -> Style:
    """Return how a clip was written. Where nothing is a line counts as print, and a comb as its empty cells look."""
    return cells(clip).style if clip.field.comb else seen(clip).style


def _blank(clip: Clip, written: Written, name: str) -> Reading:
    sure = min(one.blankness for one in written.inks)
    told = () if sure >= 0.9 else ("specks",)
    return Reading(clip.field.key, NOTHING, capped(sure, clip.residual_mm), name, clip.digest, None, (), told)


def _told(clip: Clip, found: Sequence[Line], written: Written, name: str) -> Reading:
    words = [word for line in found for word in line.words]
    value = text(_joined(found, written))
    if value.is_blank:
        return Reading.silent(clip, name, "unread", Style.PRINT)
    unsure = doubts(clip, found, written)
    sure = min((word.confidence for word in words), default=0.0)
    # Marks that fit the text, and a comb's count, are a witness of their own beside the engine; a letter alone has none.
    borne_out = 1 - (1 - sure) * WITNESSED if len(str(value.reveal())) > ALONE else sure
    sure = min(sure, 0.5) if unsure else borne_out
    return Reading(clip.field.key, value, capped(sure, clip.residual_mm), name, clip.digest, Style.PRINT, (), unsure)


def _joined(found: Sequence[Line], written: Written) -> str:
    """Return the words of all lines as one text; in a comb only letters and digits, moved together, mean anything."""
    if written.cells is not None:
        return "".join(character for line in found for word in line.words for character in word.text if character.isalnum())
    return mended(" ".join(word.text for line in found for word in line.words))
