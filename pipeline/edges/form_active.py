"""What in a PDF does something by itself, or carries other files: nothing a blank form needs, and nothing we let in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

_MOST_OBJECTS = 200_000
_DEPTH = 64
_ACTIONS = frozenset(
    (
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/ResetForm",
        "/GoToR",
        "/GoToE",
        "/Rendition",
        "/Sound",
        "/Movie",
    )
)
_KEYS = ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/AF", "/XFA", "/AA", "/OpenAction", "/RichMediaContent")
_NOTES = frozenset(("/FileAttachment", "/Screen", "/Movie", "/Sound", "/RichMedia", "/3D"))
Untyped = Any  # pikepdf's objects carry no types


def is_active(blank: bytes) -> bool:
    """Tell whether a PDF holds scripts, actions, attached files or anything that plays.

    Raises:
        ValueError: when it cannot be opened as a PDF, or has more objects than a form can need.
    """
    try:
        with pikepdf.open(io.BytesIO(blank)) as pdf:
            if len(pdf.objects) > _MOST_OBJECTS:
                raise ValueError("more objects than a form has")
            return any(map(acts, (pdf.Root, *pdf.objects)))
    except (pikepdf.PdfError, RuntimeError, TypeError) as error:
        raise ValueError("no PDF") from error


def acts(one: Untyped) -> bool:
    """Tell whether an object, with all that stands within it, does something by itself or carries a file.

    Raises:
        ValueError: when it goes deeper than a form does.
    """
    return any(_acts(found) for found in _within(one, _DEPTH))


def _within(found: Untyped, depth: int) -> Iterator[Untyped]:
    """Go through an object's dictionaries; what stands elsewhere in the file comes in its own turn."""
    if depth == 0:
        raise ValueError("deeper than a form goes")
    if isinstance(found, Stream):
        yield from _within(found.stream_dict, depth - 1)
    elif isinstance(found, Dictionary):
        yield found
        for value in found.values():
            if isinstance(value, pikepdf.Object) and not value.is_indirect:
                yield from _within(value, depth - 1)
    elif isinstance(found, Array):
        for value in found:
            if isinstance(value, pikepdf.Object) and not value.is_indirect:
                yield from _within(value, depth - 1)


def _acts(found: Untyped) -> bool:
    if any(key in found for key in _KEYS):
        return True
    return str(found.get(Name.S)) in _ACTIONS or (str(found.get(Name.Subtype)) in _NOTES and Name.Rect in found)
