"""Doubts: signs that a line of print was misread though the engine says it is sure."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.domain.reading import Clip
from pipeline.domain.template import FieldKind
from pipeline.readers.deprint import Grey
from pipeline.readers.engine import Line
from pipeline.readers.glyphs import misfits
from pipeline.readers.lines import Written

SURE_IN_DUST = 0.93  # of the engine's own confidence: below it dust may have been read as part of a letter
DUSTY = 2
_FREE = frozenset({FieldKind.TEXT15, FieldKind.TEXT25, FieldKind.TEXT40, FieldKind.TEXT255, FieldKind.TEXT1500})
_SHORT = frozenset({FieldKind.TEXT15, FieldKind.TEXT25, FieldKind.TEXT40})
# Abbreviations after whose point a small letter is right.
_ABBREVIATED = re.compile(
    r"(?:^|\W)(?:leg|läk|klin|spec|spec\.läk|tel|ca|ev|resp|kl|dr|st|nr|t\.ex|bl\.a|m\.m|o\.d|d\.v\.s|avd|mott|inf|s)\.$",
    re.I,
)
_INITIAL = re.compile(r"(?:^|\W)\w\.$")
_ZERO_OR_O = re.compile(r"(?:^|\s)(?:0\d*[:\s]|0\d+$|0$|O$|[A-Za-z]+0[A-Za-z]*|0[A-Za-zÅÄÖåäö]+)")
_EYE_OR_ELL = re.compile(
    r"(?:^|\s)I[bcdfghjkpqvxz]|[a-zåäö]I|\bl\b|(?:^|\s)l[A-ZÅÄÖ]|[A-Za-zÅÄÖåäö]1[a-zåäö]|\b[1|]\s[a-zåäö]"
)
# The space between a house's number and its letter is narrow, and lost by every eye.
_HOUSE = re.compile(r"(?<!\w)\d{1,3}[A-ZÅÄÖ](?!\w)")
# A field seldom begins with a small letter, nor a word of two with two capitals: the other case looks much the same.
_OTHER_CASE = re.compile(r"^[cosuvwxzö]|(?<!\w)[A-ZÅÄÖ]L(?!\w)")
_LATE_CAPITAL = re.compile(r"[a-zåäö][A-ZÅÄÖ]")
_ALIKE = (_ZERO_OR_O, _EYE_OR_ELL, _LATE_CAPITAL, _OTHER_CASE, _HOUSE)
_ODD = re.compile(
    r";|:(?:\s|$)|[^\w\s.,;:!?()/+\-&'\"%§]|[_|]|\s[.,;:!?)\-'](?:\s|$)|(?:^|\s)['\"]|[\-'\"(/]$|[.,;:]{2}|\w[!?]\w"
)

_APARTMENT = re.compile(r"(?<!\w)[Il1|]gh(?= \d{4}\b)")


def mended(text: str) -> str:
    """Return the text with what can mean one thing only set right: the apartment number after an address."""
    return _APARTMENT.sub("lgh", text)


def doubts(clip: Clip, found: Sequence[Line], written: Written) -> tuple[str, ...]:
    """Return the codes of what is doubtful in a field's lines, apart from the engine's own confidence."""
    told = []
    if any(one.spilled for one in written.inks):
        told.append("outside")
    if any(one.crowded for one in written.inks):
        told.append("crowded")
    if any(_unread_ink(line) for line in found):
        told.append("missed_ink")
    if written.cells is not None:
        letters = sum(character.isalnum() for line in found for word in line.words for character in word.text)
        return (*told, *(("miscounted",) if letters != written.cells else ()))
    text = mended(" ".join(word.text for line in found for word in line.words))
    if clip.field.kind in _FREE:
        told.extend(_of_text(text, short=clip.field.kind in _SHORT or clip.field.lines == 1))
    sure = min((word.confidence for line in found for word in line.words), default=0.0)
    if any(misfits(line) for line in found):
        told.append("misfits")
    if sure < SURE_IN_DUST and sum(one.dust for one in written.inks) >= DUSTY:
        told.append("dust")
    return tuple(dict.fromkeys(told))


def _of_text(text: str, *, short: bool) -> list[str]:
    told = []
    if any(form.search(text) for form in _ALIKE) or (short and _stops_midway(text)):
        told.append("lookalike")
    if _ODD.search(text) or _stops_oddly(text, short=short):
        told.append("odd_mark")
    return told


def _stops_oddly(text: str, *, short: bool) -> bool:
    """Tell whether a point or colon stands where language has none: dust beside a line reads as one."""
    for found in re.finditer(r"[.:;] (?=[a-zåäö])", text):
        if not _ABBREVIATED.search(text[: found.start() + 1]):
            return True
    words = text.split()
    return short and text.endswith((".", ",", ":", ";")) and len(words) < 5 and not _ABBREVIATED.search(text)


def _stops_midway(text: str) -> bool:
    """Tell whether a point stands within a short text behind no abbreviation and no initial: dust is taken for one."""
    heads = (text[: found.start() + 1] for found in re.finditer(r"\.(?= \S)", text))
    return any(not _ABBREVIATED.search(head) and not _INITIAL.search(head) for head in heads)


def _unread_ink(line: Line) -> bool:
    """Tell whether much ink lies outside every word the engine told of."""
    columns = _columns(line.picture)
    for word in line.words:
        columns[max(word.left - 6, 0) : word.right + 6] = False
    return int(columns.sum()) > 5


def _columns(picture: Grey) -> NDArray[np.bool_]:
    return np.asarray((picture < 128).sum(axis=0) >= 2)
