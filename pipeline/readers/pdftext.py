"""The eye for pages born digital: what was typed into a program needs no reading of pictures."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.reading import Clip, ClipPart, Reading, Style, capped
from pipeline.domain.scan import Source, TextItem
from pipeline.domain.template import ONE_BOX_KINDS, FieldKind
from pipeline.domain.value import NOTHING, Value, text

VERSION = "1"
WORD_SURE = 0.99


class PdfTextReader:
    """Reads form widgets and the words of a PDF's own text."""

    @property
    def name(self) -> str:
        """Return name and version."""
        return f"pdftext/{VERSION}"

    def reads(self, clip: Clip) -> bool:
        """Tell whether the clip holds widgets or words of a page born digital."""
        if clip.source is not Source.DIGITAL:
            return False
        return any(part.widgets or (part.words and part.option is None) for part in clip.parts)

    def read(self, clips: Sequence[Clip]) -> tuple[Reading, ...]:
        """Read the clips, one reading each, in their order."""
        return tuple(self._boxes(clip) if clip.field.is_boxes else self._text(clip) for clip in clips)

    def _boxes(self, clip: Clip) -> Reading:
        on = sorted({part.option for part in clip.parts if part.option is not None and _ticked(part)})
        if clip.field.kind not in ONE_BOX_KINDS:
            return self._told(clip, Value(tuple(on)), 1.0)
        if len(on) > 1:
            return Reading(clip.field.key, Value(on[0]), 0.5, self.name, clip.digest, None, (), ("too_many_ticks",))
        return self._told(clip, Value(on[0]) if on else NOTHING, 1.0)

    def _text(self, clip: Clip) -> Reading:
        widgets = [widget.value for part in clip.parts for widget in part.widgets]
        typed = [value for value in widgets if isinstance(value, str)]
        if clip.field.kind is FieldKind.SIGN:
            # A signature made in a program says no text, only that it is there.
            return self._told(clip, Value(True in widgets or bool("".join(typed).strip())), 0.9)
        if any(part.widgets for part in clip.parts):
            return self._told(clip, text(" ".join(typed)), 1.0)
        words = [word for part in clip.parts for word in _in_order(part)]
        joined = ("" if clip.field.comb else " ").join(word.text for word in words)
        return self._told(clip, text(joined), WORD_SURE)

    def _told(self, clip: Clip, value: Value, sure: float) -> Reading:
        how = None if clip.field.is_boxes or clip.field.kind is FieldKind.SIGN or value.is_blank else Style.PRINT
        return Reading(clip.field.key, value, capped(sure, clip.residual_mm), self.name, clip.digest, how)


def _ticked(part: ClipPart) -> bool:
    return any(widget.value is True for widget in part.widgets)


def _in_order(part: ClipPart) -> list[TextItem]:
    """Return a part's words as they are read: by line, then from left to right."""
    rows: list[list[TextItem]] = []
    for word in sorted(part.words, key=lambda item: item.box.centre[1]):
        row = rows[-1] if rows else []
        if row and word.box.centre[1] <= max(item.box.bottom for item in row) - 0.3 * word.box.height:
            row.append(word)
        else:
            rows.append([word])
    return [word for row in rows for word in sorted(row, key=lambda item: item.box.x)]
