"""What in a template has not the shape of one, and the template as far as it can be understood all the same."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.domain.template import FieldKind, FormKind
from pipeline.edges.template_file import (
    CombModel,
    FieldModel,
    OptionModel,
    SheetModel,
    TemplateModel,
    ZoneModel,
)
from pipeline.errors import Fault, Where

UNSHAPED = {
    "missing": "missing",
    "extra_forbidden": "unknown_key",
    "enum": "unknown_kind",
    "string_pattern_mismatch": "bad_key",
    "string_too_short": "empty",
    "too_short": "empty",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "string": "not_a_text",
    "int": "not_a_whole_number",
    "float": "not_a_number",
    "bool": "not_true_or_false",
    "tuple": "not_a_list",
    "model": "not_a_table",
}
_BAD_NAMES = {"name": "bad_name", "version": "bad_version"}
_MODELS: Mapping[str, type[BaseModel]] = {
    "": TemplateModel,
    "sheet": SheetModel,
    "field": FieldModel,
    "option": OptionModel,
    "zone": ZoneModel,
    "zones": ZoneModel,
    "comb": CombModel,
}
# What stands for a thing that cannot be understood, so that the rest can be shown.
_ZONE = {"sheet": 1, "x": 0, "y": 0, "width": 10, "height": 5}
_OPTION = {"value": "?", "label": "?", "label_en": "?", "zone": _ZONE}
_FIELD = {"key": "namnlos", "label": "?", "label_en": "?", "kind": FieldKind.TEXT40}
_SHEET = {"number": 1, "width_mm": 210, "height_mm": 297}
_HEAD = {"name": "namnlos", "version": "1", "title": "?", "title_en": "?", "kind": FormKind.CLINICAL}
_STAND_INS: Mapping[str, Mapping[str, object]] = {
    "": {**_HEAD, "sheet": [], "field": []},
    "sheet": _SHEET,
    "field": {**_FIELD, "zone": _ZONE},
    "option": _OPTION,
    "zone": _ZONE,
    "zones": _ZONE,
}
_WHOLE = {"comb": 3, "rules": 4}  # a comb goes, and a rule, when a part of it is not understood
_ITEMS: Mapping[str, object] = {"sheet": _SHEET, "field": _FIELD, "option": _OPTION, "zones": _ZONE}


def shaped(raw: Mapping[str, Any]) -> tuple[TemplateModel, tuple[Fault, ...]]:
    """Return a template as far as it has the shape of one, and every fault of its shape, without their lines.

    Unknown keys are left out, and so is what may lack; a stand-in is put where something needed is not understood.
    """
    found = _validated(raw)
    if isinstance(found, TemplateModel):
        return found, ()
    mended: Any = deepcopy(dict(raw))
    faults = tuple({_place(one): _fault(one) for one in found}.values())
    while not isinstance(found, TemplateModel):
        places = {one["loc"][: _WHOLE.get(str([*one["loc"], "", "", ""][2]))] for one in found}
        for where in sorted(places, key=_last_first):
            _mend(mended, where)
        found = _validated(mended)
    return found, faults


def shown(value: object) -> str:
    """Return what a file holds somewhere as a person is told it: in one line, nothing but what can be seen."""
    if isinstance(value, dict | list):
        return "{ … }" if isinstance(value, dict) else "[ … ]"
    told = str(value).lower() if isinstance(value, bool) else str(value)
    told = "".join(letter if letter.isprintable() else "·" for letter in told)
    return told if len(told) <= 60 else f"{told[:59]}…"


def _validated(raw: Mapping[str, Any]) -> TemplateModel | list[ErrorDetails]:
    try:
        return TemplateModel.model_validate(raw)
    except ValidationError as error:
        return error.errors(include_url=False)


def _place(one: ErrorDetails) -> Where:
    """Return where an error stands; a rule's parameter that is no single value is one, not one for each kind of value."""
    where = one["loc"]
    return where[:5] if where[2:3] == ("rules",) else where


def _fault(one: ErrorDetails) -> Fault:
    where = _place(one)
    code = UNSHAPED.get(one["type"]) or UNSHAPED.get(one["type"].split("_")[0], "not_understood")
    if len(where) == 5 and where[2] == "rules" and code != "missing":
        return Fault("not_a_value", where, found=shown(one["input"]))
    if code == "bad_key":
        return Fault(_BAD_NAMES.get(str(where[0]), code), where, found=shown(one["input"]))
    if code == "unknown_key" and len(where) == 1 and isinstance(one["input"], list | dict):
        return Fault("unknown_table", where, found=shown(where[0]), known=("sheet", "field"))
    if code in ("missing", "unknown_key"):
        model = _MODELS.get(_table(where))
        known = tuple(model.model_fields) if code == "unknown_key" and model else ()
        return Fault(code, where, found=shown(where[-1]), known=known)
    if code == "unknown_kind":
        return Fault(code, where, found=shown(one["input"]), known=tuple(FormKind if len(where) == 1 else FieldKind))
    limits = {"ge", "gt", "le"} & set(one.get("ctx", {}))
    return Fault(code, where, found=shown(one["input"]), known=tuple(f"{one['ctx'][limit]:g}" for limit in limits))


def _table(where: Where) -> str:
    return next((part for part in reversed(where[:-1]) if isinstance(part, str)), "")


def _last_first(where: Where) -> list[tuple[int, str]]:
    """Order places so that an item is taken out before those that stand before it, and a part before the whole."""
    return [(-part, "") if isinstance(part, int) else (0, part) for part in where] + [(1, "")]


def _mend(raw: Any, where: Where) -> None:  # noqa: ANN401 - what a file holds may be anything
    *above, last = where
    try:
        for part in above:
            raw = raw[part]
        if isinstance(last, int):
            table = _table((*where, last))
            raw[last : last + 1] = [deepcopy(_ITEMS[table])] if table in _ITEMS else []
        elif last in _STAND_INS.get(_table(where), {}):
            raw[last] = deepcopy(_STAND_INS[_table(where)][last])
            if last == "kind" and raw.get("option"):
                raw[last] = FieldKind.CHOICE1
        else:
            raw.pop(last, None)
    except (KeyError, IndexError, TypeError, AttributeError):
        return  # what it stood in was mended as a whole
