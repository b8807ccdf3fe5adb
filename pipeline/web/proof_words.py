"""What a proof's page and the editor say in words."""

from __future__ import annotations

from pipeline.domain.template import Field
from pipeline.words import _


def tones() -> dict[str, str]:
    """Return what each colour of a proof means."""
    return {"box": _("boxes"), "number": _("numbers and dates"), "text": _("text"), "signature": _("signature")}


def asked(field: Field) -> str:
    """Return when a field must be answered."""
    told = {"always": _("always required"), "never": _("may be left out")}
    return told.get(field.required) or _("required when {condition}").format(condition=field.required)


def answer(code: str) -> str:
    """Return what the editor says to saving, and of its windows; a code without words stands for itself."""
    return {
        "template_changed_meanwhile": _(
            "NOT saved: the file was changed by someone else since it was opened. Your changes are still here: take them "
            "from “As it would be saved”, and start again."
        ),
        "template_unwritable": _("NOT saved: the file cannot be written. Your changes are still here."),
        "other_window": _("The template was changed in another window; this one now shows it as it is."),
    }.get(code, code)


def sayings() -> dict[str, str]:
    """Return what the editor's script says by itself."""
    return {
        "ended": _("The program has ended, and what was not saved is lost: start blankett templates edit again."),
        "saved": _("Saved."),
        "saved-faulty": _("Saved, with faults: {count}"),
        "unsaved": _("Not saved yet"),
        "faults": _("faults: {count}"),
        "warnings": _("warnings: {count}"),
        "guesses": _("fields with guesses: {count}"),
        "draw": _("Draw with the mouse, or press Enter for a zone in the middle; Escape leaves."),
    }
