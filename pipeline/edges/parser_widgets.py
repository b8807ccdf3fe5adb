"""What is filled into the form fields of a PDF page, by the dictionaries that pdfplumber opens.

pdfplumber has no interface for forms: names, types and values may stand on the widget or on any parent of it.
Source: ISO 32000-1, 12.7.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pdfminer.pdftypes import PDFStream, resolve1
from pdfminer.psparser import PSLiteral
from pdfminer.utils import decode_text

_DEPTH = 32
_HIDDEN = 2 | 32
_BUTTON_PUSHED = 1 << 16
_LONGEST = 10_000
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ud800-\udfff]")

Untyped = Any  # what pdfplumber and pdfminer give


def widgets_of(page: Untyped) -> Iterator[dict[str, Any]]:
    """Give the page's visible form fields."""
    return (note for note in every_widget_of(page) if not hidden(note))


def every_widget_of(page: Untyped) -> Iterator[dict[str, Any]]:
    """Give the page's form fields, hidden ones too."""
    for reference in resolve1(page.annots) or []:
        note = resolve1(reference)
        if isinstance(note, dict) and name_of(note.get("Subtype")) == "Widget":
            yield note


def hidden(note: dict[str, Any]) -> bool:
    """Tell whether a widget is not to be seen."""
    return bool(int_of(note.get("F")) & _HIDDEN)


def filled(note: dict[str, Any]) -> tuple[str, str | bool] | None:
    """Return a widget's full name and its text, or True for a ticked box; None when nothing is filled in."""
    line = list(lineage(note))
    kind, value = inherited(line, "FT"), inherited(line, "V")
    name = full_name(line)
    if name_of(kind) == "Btn":
        pushed = int_of(inherited(line, "Ff")) & _BUTTON_PUSHED
        return None if pushed or not _ticked(note, value) else (name, True)
    if name_of(kind) == "Sig":
        return (name, True) if isinstance(value, dict) else None
    shown = _shown(value, inherited(line, "Opt"))
    return (name, clean(shown)) if shown.strip() else None


def lineage(note: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a widget and its parents, itself first."""
    field: Any = note
    for _ in range(_DEPTH):
        if not isinstance(field, dict):
            return
        yield field
        field = resolve1(field.get("Parent"))


def full_name(line: list[dict[str, Any]]) -> str:
    """Return the full name of the field that a widget and its parents make."""
    return ".".join(clean(text) for field in reversed(line) if (text := text_of(resolve1(field.get("T")))))


def inherited(line: list[dict[str, Any]], key: str) -> Untyped:
    """Return what the widget, else the nearest parent, has under a key."""
    return next((resolve1(field[key]) for field in line if key in field), None)


def _ticked(note: dict[str, Any], value: Untyped) -> bool:
    """Tell whether a box is on: by its own appearance state, else by the field's value being one of its states."""
    state = name_of(resolve1(note.get("AS")))
    if state:
        return state != "Off"
    appearance = resolve1(note.get("AP"))
    states = resolve1(appearance.get("N")) if isinstance(appearance, dict) else None
    return isinstance(states, dict) and name_of(value) in set(states) - {"Off"}


def _shown(value: Untyped, options: Untyped) -> str:
    """Return a text or choice as a person sees it; several choices on a line each."""
    if isinstance(value, list):
        return "\n".join(_shown(resolve1(one), options) for one in value)
    text = text_of(value)
    for option in options if isinstance(options, list) else []:
        pair = resolve1(option)
        if isinstance(pair, list) and len(pair) == 2 and text_of(resolve1(pair[0])) == text:
            return text_of(resolve1(pair[1]))
    return text


def text_of(raw: Untyped) -> str:
    """Return a text as written in the file; empty for what is none."""
    if isinstance(raw, PDFStream):
        raw = raw.get_data()
    if isinstance(raw, bytes):
        told = raw[3:].decode("utf-8", "replace") if raw.startswith(b"\xef\xbb\xbf") else decode_text(raw)
        return str(told).replace("\r\n", "\n").replace("\r", "\n")
    return name_of(raw) if isinstance(raw, PSLiteral) else raw if isinstance(raw, str) else ""


def clean(text: str) -> str:
    """Return a text without what cannot be written down: lone surrogates and control characters, and never endless."""
    return _CONTROL.sub("", text)[:_LONGEST]


def name_of(raw: Untyped) -> str:
    """Return a PDF name; empty for what is none."""
    if not isinstance(raw, PSLiteral):
        return ""
    return raw.name if isinstance(raw.name, str) else raw.name.decode("latin-1")


def int_of(raw: Untyped) -> int:
    """Return a whole number; 0 for what is none."""
    found = resolve1(raw)
    return found if isinstance(found, int) else 0
