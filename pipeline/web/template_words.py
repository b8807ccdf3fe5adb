"""What is wrong in a template, or to look at, in a sentence: what was found, and what may stand there."""

from __future__ import annotations

from difflib import get_close_matches

from pipeline.errors import Fault
from pipeline.words import _

MOST = 20
# Codes whose `known` is all that may stand there: the nearest is asked for, or all are told.
_CHOICES = frozenset(
    {
        "unknown_key",
        "unknown_table",
        "unknown_kind",
        "unknown_rule",
        "condition_on_unknown_field",
        "condition_on_unknown_option",
    }
    | {"rule_on_unknown_field"}
)


def told(fault: Fault) -> str:
    """Return a fault or a warning as one line: file and line, where in the file, and what is the matter."""
    place = f"{fault.file}:{fault.line}: " if fault.file else ""
    where = _place(fault)
    return _seen(f"{place}{where}{': ' if where else ''}") + sentence(fault)


def sentence(fault: Fault) -> str:
    """Return what is the matter, without the place; a code without words stands for itself."""
    said = sentences().get(fault.code, fault.code)
    line = said.format(*fault.known, found=fault.found, known=", ".join(fault.known))
    return _seen(line + (_instead(fault) if fault.code in _CHOICES else ""))


def _seen(text: str) -> str:
    """Return a text whose every letter can be seen: a template may come from a stranger, and a terminal obeys some."""
    return "".join(letter if letter.isprintable() else "·" for letter in text)


def _instead(fault: Fault) -> str:
    near = get_close_matches(fault.found, fault.known, 1)
    if near:
        return " – " + _("did you mean “{near}”?").format(near=near[0])
    if not fault.known:
        return ""
    more = " …" if len(fault.known) > MOST else ""
    return " – " + _("there are: {known}").format(known=", ".join(fault.known[:MOST]) + more)


def _place(fault: Fault) -> str:
    named = {"field": _("field {n}"), "option": _("box {n}"), "sheet": _("sheet {n}"), "zones": _("zone {n}")}
    named |= {"rules": _("rule {n}")}
    parts: list[str] = []
    for part in fault.where:
        if isinstance(part, int):
            last = parts.pop()
            parts.append(named.get(last, last + " {n}").format(n=part + 1))
        else:
            parts.append(part)
    if fault.code in ("missing", "unknown_key", "unknown_table"):
        parts = parts[:-1]
    return ", ".join(parts)


def sentences() -> dict[str, str]:
    """Return the sentence of every fault and warning that a template can have."""
    return {**_of_files(), **_of_toml(), **_of_shape(), **_of_fields(), **_of_rules(), **_of_zones(), **_of_warnings()}


def _of_files() -> dict[str, str]:
    return {
        "file_unreadable": _("the file cannot be read"),
        "not_utf8": _("the file is not written in UTF-8: save it so, in a plain text editor"),
        "folder_is_not_name_and_version": _("name and version are {found}, but the folders are called {known}"),
        "blank_missing": _("there is no file {found} beside it"),
        "blank_unreadable": _("{found} cannot be opened as a PDF"),
        "blank_has_other_number_of_pages": _("the blank's pages are {found}, but the [[sheet]] tables {known}"),
        "blank_has_other_size": _("the blank's page is {found} mm, but width_mm and height_mm say {known}"),
        "no_sheet": _("there is no [[sheet]]"),
        "no_field": _("there is no [[field]]"),
        "sheet_number_out_of_order": _("{found} stands where {known} should: sheets are numbered from 1 in their order"),
    }


def _of_toml() -> dict[str, str]:
    return {
        "not_toml": _("a line is NAME = VALUE, or [[field]], or a comment after #: {found}"),
        "text_not_closed": _("a text is not closed; it stands between two quotes, on one line: {found}"),
        "value_not_understood": _(
            'what stands after = is a text in straight quotes ("…"), a number, true or false, or stands in brackets: {found}'
        ),
        "equals_missing": _("NAME = VALUE is wanted, and a number has a point (20.5), no comma: {found}"),
        "bracket_not_closed": _("before this, a closing bracket is missing, or a comma between two values: {found}"),
        "more_on_line": _("every NAME = VALUE has a line of its own, and a number has a point (20.5), no comma: {found}"),
        "bad_table": _("a table begins with its name in brackets on a line of its own, as [[field]]: {found}"),
        "key_twice": _("the same name stands before this, in the same table: {found}"),
        "one_bracket": _("a table of which there may be several stands in two brackets, as [[field]]: {found}"),
        "unknown_table": _("there is no table “{found}”"),
    }


def _of_shape() -> dict[str, str]:
    return {
        "not_understood": _("that cannot be understood"),
        "missing": _("“{found}” is missing"),
        "unknown_key": _("“{found}” is nothing that can stand here"),
        "unknown_kind": _("there is no kind “{found}”"),
        "bad_key": _("“{found}”: it is written in small letters a-z, digits and _, a letter first"),
        "bad_name": _("“{found}”: it is written in small letters a-z, digits and hyphens, a letter first"),
        "bad_version": _("“{found}”: it is written in letters, digits, points and hyphens, a letter or digit first"),
        "empty": _("that cannot be empty"),
        "too_small": _("{found} is too small: the limit is {known}"),
        "too_large": _("{found} is too large: at most {known}"),
        "not_a_text": _("{found} is no text: a text stands in quotes"),
        "not_a_whole_number": _("“{found}” is no whole number"),
        "not_a_number": _("“{found}” is no number: it stands without quotes, with a point (20.5)"),
        "not_true_or_false": _("“{found}” is neither true nor false"),
        "not_a_list": _("“{found}” is no list: it stands between [ and ], with commas"),
        "not_a_table": _("“{found}” is no table of NAME = VALUE"),
        "not_a_value": _("“{found}” is no single text or number"),
    }


def _of_fields() -> dict[str, str]:
    return {
        "duplicate_key": _("another field has the key “{found}” too"),
        "duplicate_option": _("another box of the field has the value “{found}” too"),
        "box_field_without_options": _("a field of kind {found} has boxes, each a [[field.option]], and it has none"),
        "box_field_with_text_zone": _("a field of kind {found} has boxes only, and no zone or comb of its own"),
        "text_field_without_zone": _("a field of kind {found} has a zone, and it has none"),
        "text_field_with_options": _("a field of kind {found} has no boxes; those that have: {known}"),
        "bad_condition": _("“{found}” cannot be understood: always, never, KEY=VALUE|VALUE or KEY!=VALUE|VALUE"),
        "condition_on_unknown_field": _("the field “{found}”, on which it depends, is not there"),
        "condition_on_unknown_option": _("the box “{found}”, on which it depends, is not there"),
        "condition_on_impossible_answer": _("the field “{known}” can never have the answer “{found}”"),
        "condition_never_met": _("“{found}” is never so: the other field must have one of these answers"),
        "condition_in_circle": _("“{found}” leads back to this field: each would be required by the other"),
        "comb_does_not_fit_kind": _("{found} cells do not fit an answer of this kind; these many do: {known}"),
        "comb_does_not_fit_zones": _("the comb has {found} groups and the field {known} zones: one group stands in each"),
    }


def _of_rules() -> dict[str, str]:
    return {
        "unknown_rule": _("there is no rule “{found}”"),
        "rule_on_unknown_field": _("a rule names the field “{found}”, which is not there"),
        "rule_without_field": _("the rule {found} names no field: field = KEY is missing"),
        "rule_with_wrong_parameter": _("the rule {found} says something it cannot take; it takes: {known}"),
        "rule_on_wrong_kind": _("the rule {found} does not go with this kind of answer, or with that of the field it names"),
        "rule_in_circle": _("the rule {found} leads back to this field"),
    }


def _of_zones() -> dict[str, str]:
    return {
        "zone_on_unknown_sheet": _("the zone lies on sheet {found}, which is not there"),
        "zone_outside_sheet": _("the zone reaches to {found} mm, but the sheet is {known} mm"),
        "zones_overlap": _("the zone of {found} lies over that of {known}"),
    }


def _of_warnings() -> dict[str, str]:
    return {
        "missing_critical": _("nothing can be sent without these, and the form does not ask for them: {known}"),
        "missing_by_law": _("the law wants these told, and the form does not ask for them: {known}"),
        "should_be_critical": _("{known} should be critical"),
        "should_be_required": _("nothing can be sent without {known}, but a form that leaves it out is not stopped"),
        "wrong_kind_for_key": _("the kind {1} does not serve what {0} is needed for"),
        "never_sent_coded": _("a coded form may not carry {known}: one on which it is filled in is barred"),
        "option_of_no_use": _("{0}: the box “{1}” leads nowhere"),
        "options_share_label": _("boxes that are called the same: {known}"),
        "disease_unknown": _("no disease of the catalogue has this code: {known}"),
        "disease_unreachable": _("no box offers {known}"),
        "diseases_coded_and_not": _("{known} are notified by code, the others not: it is read by the stricter rule"),
        "sheet_as_in_other_version": _("its pages cannot be told from those of version {known}, and are set aside"),
        "sheet_alike_by_fax": _("its pages may not be told from those of version {known} when they come by fax"),
        "guesses_left": _("fields of which something is still guessed: {found}"),
    }
