"""Prefill: what somebody wants printed in a form's fields takes its normal form, or is told why it cannot stand there."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pipeline.domain.template import TEXT_LENGTHS, Field, FieldKind, RuleId, Template
from pipeline.domain.value import Plain
from pipeline.stages.normalise import normalise


class Misfit(StrEnum):
    """Why something cannot be printed in a field; closed."""

    NO_SUCH_FIELD = "no_such_field"
    SIGNED_BY_HAND = "signed_by_hand"
    NO_SUCH_OPTION = "no_such_option"
    BAD_FORMAT = "bad_format"
    TOO_LONG = "too_long"


def prefill(template: Template, given: Mapping[str, str]) -> dict[str, Plain | Misfit]:
    """Return what is to stand in each field that is named, and in those that ask for the same once more.

    Several boxes of one field are written `VALUE|VALUE`.
    """
    told: dict[str, Plain | Misfit] = {
        key: _fitted(template.field(key), written) if template.has(key) else Misfit.NO_SUCH_FIELD
        for key, written in given.items()
    }
    for field in template.fields:
        again = field.rule(RuleId.SAME_AS)
        asked = str(again.param("field")) if again is not None else ""
        if asked in told and field.key not in told:
            told[field.key] = told[asked]
    return told


def _fitted(field: Field, written: str) -> Plain | Misfit:
    if field.kind is FieldKind.SIGN:
        return Misfit.SIGNED_BY_HAND
    if field.is_boxes:
        chosen = tuple(sorted({part.strip() for part in written.split("|")}))
        known = {option.value for option in field.options}
        if not set(chosen) <= known or (len(chosen) > 1 and field.kind is not FieldKind.CHOICEN):
            return Misfit.NO_SUCH_OPTION
        return chosen if field.kind is FieldKind.CHOICEN else chosen[0]
    normal = normalise(written, field)
    if normal.plain is None or not (normal.formed and normal.sure):
        return Misfit.BAD_FORMAT
    text = str(normal.plain)
    letters = len(text.replace("-", "").replace(" ", ""))
    if len(text) > TEXT_LENGTHS.get(field.kind, len(text)) or (field.comb is not None and letters > field.comb.cells):
        return Misfit.TOO_LONG
    return normal.plain
