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


def fault_word(code: str) -> str:
    """Return what is wrong, in words; a code without words stands for itself."""
    return {**_of_fields(), **_of_zones(), **_of_steps()}.get(code, code)


def _of_fields() -> dict[str, str]:
    return {
        "no_field": _("there is no field"),
        "no_sheet": _("there is no sheet"),
        "sheet_number_out_of_order": _("sheets are not numbered from 1 in their order"),
        "duplicate_key": _("another field has this key"),
        "duplicate_option": _("two boxes have the same value"),
        "box_field_without_options": _("a field of this kind has boxes, and it has none"),
        "box_field_with_text_zone": _("a field of this kind has boxes only"),
        "text_field_without_zone": _("the field has no zone"),
        "text_field_with_options": _("a field of this kind has no boxes"),
        "bad_condition": _("when it is required cannot be understood: always, never, KEY=VALUE or KEY!=VALUE"),
        "condition_on_unknown_field": _("it is required by a field that is not there"),
        "condition_on_unknown_option": _("it is required by a box that is not there"),
        "rule_on_unknown_field": _("a rule names a field that is not there"),
    }


def _of_zones() -> dict[str, str]:
    return {
        "zone_on_unknown_sheet": _("a zone lies on a sheet that is not there"),
        "zone_outside_sheet": _("a zone reaches outside the sheet"),
        "zones_overlap": _("a zone lies over another"),
    }


def _of_steps() -> dict[str, str]:
    return {
        "not_understood": _("that cannot be understood"),
        "string_pattern_mismatch": _("a key has small letters a-z, digits and _, a letter first"),
        "string_too_short": _("that cannot be empty"),
        "enum": _("there is no rule or kind of that name"),
        "greater_than_equal": _("that number is too small"),
        "greater_than": _("that number is too small"),
        "less_than_equal": _("that number is too large"),
        "template_changed_meanwhile": _(
            "NOT saved: the file was changed by someone else since it was opened. Your changes are still here: take them "
            "from “As it would be saved”, and start again."
        ),
        "template_unwritable": _("NOT saved: the file cannot be written. Your changes are still here."),
        "other_window": _("The template was changed in another window; this one now shows it as it is."),
    }


def sayings() -> dict[str, str]:
    """Return what the editor's script says by itself."""
    return {
        "ended": _("The program has ended, and what was not saved is lost: start blankett templates edit again."),
        "saved": _("Saved."),
        "saved-faulty": _("Saved, with faults: {count}"),
        "unsaved": _("Not saved yet"),
        "faults": _("faults: {count}"),
        "guesses": _("guesses: {count}"),
        "draw": _("Draw with the mouse, or press Enter for a zone in the middle; Escape leaves."),
    }
