"""Check form: is every answer there that must be, of the right kind and length, and one that was offered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.domain.checking import IDENTITY_KEY, Examined, field_class
from pipeline.domain.country import known
from pipeline.domain.county import COUNTIES
from pipeline.domain.record import Finding, FindingKind
from pipeline.domain.template import ONE_BOX_KINDS, TEXT_LENGTHS, Field, FieldKind, RuleId

PHONE_DIGITS = 5


def check_form(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find what is missing, too long, badly written or not among the choices."""
    yield from _unproven(field, seen)
    if seen.draft.value(field.key).is_blank:
        if _required(field, seen) and not _ink_unread(field, seen):
            yield Finding(FindingKind.MISSING, field.key)
        return
    written = seen.text(field.key)
    longest = TEXT_LENGTHS.get(field.kind)
    if longest is not None and len(written) > longest:
        yield Finding(FindingKind.TOO_LONG, field.key, (("longest", longest),))
    if not _well_formed(field, seen):
        yield Finding(FindingKind.BAD_FORMAT, field.key)


def _unproven(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find every critical field whose class no named manager has let through, and a sample of the others."""
    told = field_class(field, seen.draft.field(field.key).style)
    let_through = told in seen.context.policy.straight_through and field.key not in seen.context.sampled
    if field.critical and not let_through:
        yield Finding(FindingKind.UNPROVEN, field.key, (("class", told),))
    if field.key == _form_key(seen) and seen.context.form is not None and seen.context.form.joined:
        yield Finding(FindingKind.JOINED_SCANS, field.key)


def _form_key(seen: Examined) -> str:
    """Return the field that carries what is found of the whole form: the identity, else the first."""
    return IDENTITY_KEY if seen.template.has(IDENTITY_KEY) else seen.template.fields[0].key


def _required(field: Field, seen: Examined) -> bool:
    condition = field.condition
    if condition is None:
        return field.required == "always"
    return condition.met(seen.plain(condition.key))


def _ink_unread(field: Field, seen: Examined) -> bool:
    """Tell whether something is written that no eye could read: then nothing is known to be missing."""
    return any(reading.key == field.key and reading.doubts for reading in seen.context.readings)


def _well_formed(field: Field, seen: Examined) -> bool:
    written, plain = seen.text(field.key), seen.plain(field.key)
    if field.is_boxes:
        offered = {option.value for option in field.options}
        chosen = {plain} if field.kind in ONE_BOX_KINDS else set(plain) if isinstance(plain, tuple) else {plain}
        return chosen <= offered
    if field.kind is FieldKind.COUNTY:
        return written in COUNTIES
    if field.kind is FieldKind.PHONE:
        return re.fullmatch(r"[\d+\-() /]+", written) is not None and sum(c.isdigit() for c in written) >= PHONE_DIGITS
    if field.rule(RuleId.POSTCODE):
        return re.fullmatch(r"[1-9]\d{2} \d{2}", written) is not None
    return not field.rule(RuleId.COUNTRY) or known(written)
