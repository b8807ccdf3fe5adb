"""The only way into a blank PDF that nobody vouches for: a child reads it, which may die of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from pipeline.domain.fillable import FillableForm
from pipeline.domain.placement import Reason, Rejection
from pipeline.domain.policy import ParsePolicy
from pipeline.edges.form_widgets import MOST_PAGES
from pipeline.edges.parser import limits_of
from pipeline.edges.parser_process import Child, Died
from pipeline.errors import TemplateError

POLICY = ParsePolicy(max_pages=MOST_PAGES)
_HINTS = {
    "blank_password": "blank_unlock",
    "blank_no_pages": "blank_save_anew",
    "blank_too_many_pages": "blank_fewer_pages",
    "blank_xfa": "blank_flatten",
    "blank_too_coarse": "blank_scan_flat",
    "blank_too_heavy": "blank_save_anew",
    "blank_unreadable": "blank_save_anew",
}
_CODES = {
    Reason.PASSWORD: "blank_password",
    Reason.TOO_MANY_PAGES: "blank_too_many_pages",
    Reason.NO_PAGES: "blank_no_pages",
    Reason.TOO_COARSE: "blank_too_coarse",
    Reason.TOO_MANY_PIXELS: "blank_too_heavy",
    Reason.TOO_MANY_OBJECTS: "blank_too_heavy",
    Reason.TOO_DEEP: "blank_too_heavy",
    Reason.TOO_SLOW: "blank_too_heavy",
    Reason.TOO_MUCH_MEMORY: "blank_too_heavy",
}


@dataclass(frozen=True, slots=True)
class BlankPdf:
    """A blank PDF: what it asks, the PDF without its form, how many frames became print, and the form without values.

    `kept` is empty where it has neither form fields nor words, `original` where it has no form fields.
    """

    form: FillableForm
    kept: bytes
    framed: int
    original: bytes


def read(path: Path, policy: ParsePolicy = POLICY) -> BlankPdf:
    """Return what a PDF asks, read by a child with limits on memory and time.

    Raises:
        TemplateError: when it cannot be opened, asks for a password, is too long, takes too much memory or time, or has only
            fields that are no part of it.
        ReaderError: when the child cannot start.
    """
    limits = limits_of(policy)
    whole = replace(limits, max_seconds=limits.max_seconds + limits.max_pages * limits.page_seconds)
    try:
        with Child(path, whole, "form_child") as child:
            header, told = child.answer()
    except OSError:
        raise unusable("blank_unreadable") from None
    except Died as death:
        raise refused(death.rejection) from None
    if header.get("kind") != "form":
        params = header.get("params") or {}
        raise unusable(str(header.get("code")), **{name: params[name] for name in ("pages",) if name in params})
    try:
        ends = list(accumulate(int(size) for size in header["parts"]))
        form = TypeAdapter(FillableForm).validate_json(told[: ends[0]])
        return BlankPdf(form, told[ends[0] : ends[1]], int(header["frames"]), told[ends[1] : ends[2]])
    except (ValidationError, KeyError, IndexError, TypeError, ValueError):
        raise unusable("blank_unreadable") from None


def refused(rejection: Rejection) -> TemplateError:
    """Return the error that tells why a blank cannot be opened."""
    told = {name: value for name, value in rejection.params if name in ("pages", "dpi") and isinstance(value, int | float)}
    return unusable(_CODES.get(rejection.reason, "blank_unreadable"), **told)


def unusable(code: str, **params: float) -> TemplateError:
    """Return the error of one of the codes that this room knows, and of any other the plainest."""
    known = code if code in _HINTS else "blank_unreadable"
    return TemplateError(known, faults=(), hint=_HINTS[known], **params)
