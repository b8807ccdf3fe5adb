"""Vet: what a template must still get before its forms can be settled and sent, and what in it nobody can use.

A template with remarks can be read by; one without any gives notifications that `notify` does not bar for what the paper
never asked. Sources: smittskyddslagen 2004:168 2:6, 3:7, 4:9; förordning 2004:255 4 §.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.checking import DISEASE_KEYS, IDENTITY_KEY
from pipeline.domain.disease import Catalogue, Disease, Identity, identity
from pipeline.domain.template import Field, FieldKind, FormKind, RuleId, Template
from pipeline.stages.admit import CODED_CASE, CODED_PATIENT
from pipeline.stages.notify import PARAGRAPHS, SIGNED_ON

Where = tuple[str | int, ...]
_TEXTS = frozenset({FieldKind.TEXT15, FieldKind.TEXT25, FieldKind.TEXT40, FieldKind.TEXT255, FieldKind.TEXT1500})
_NUMBERS = frozenset({FieldKind.PNR, FieldKind.SNR, FieldKind.OTHER_NUMBER})
_KINDS = {
    "annat_nummer": frozenset({FieldKind.OTHER_NUMBER}),
    "diagnos": _TEXTS | {FieldKind.CHOICE1},
    "sjukdom": _TEXTS | {FieldKind.CHOICE1},
    "paragraf": frozenset({FieldKind.CHOICE1}),
    "diagnosdatum": frozenset({FieldKind.DATE}),
    "underskrift": frozenset({FieldKind.SIGN}),
    "pat_kon": frozenset({FieldKind.SEX}),
    **dict.fromkeys(SIGNED_ON, frozenset({FieldKind.DATE})),
}
_CRITICAL = frozenset(
    {*DISEASE_KEYS, IDENTITY_KEY, "annat_nummer", "pat_id_typ", "pat_namn", "diagnosdatum", "anmalan_avser", "paragraf"}
    | {"misstankt_konstaterat", "roll"}
)
_SIGNED = frozenset({"underskrift"})
_VALUES = {FieldKind.SEX: frozenset("mko"), FieldKind.YN: frozenset({"yes", "no", "unknown"})}
# What the law wants told, besides what nothing can be sent without; one key of each row will do.
_PERSON = (("pat_namn",), ("pat_adress",))
_CASE = (("smittvag", "smittvag_sti", "smittvag_text"), ("atgarder",))
_NOTIFIER = (("anm_lakare",), ("anm_klinik",))


class RemarkCode(StrEnum):
    """What may be remarked; closed."""

    MISSING_CRITICAL = "missing_critical"
    MISSING_BY_LAW = "missing_by_law"
    SHOULD_BE_CRITICAL = "should_be_critical"
    SHOULD_BE_REQUIRED = "should_be_required"
    WRONG_KIND_FOR_KEY = "wrong_kind_for_key"
    NEVER_SENT_CODED = "never_sent_coded"
    OPTION_OF_NO_USE = "option_of_no_use"
    OPTIONS_SHARE_LABEL = "options_share_label"
    DISEASE_UNKNOWN = "disease_unknown"
    DISEASE_UNREACHABLE = "disease_unreachable"
    DISEASES_CODED_AND_NOT = "diseases_coded_and_not"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at: what, where in the template, and which keys or values it is about."""

    code: RemarkCode
    where: Where
    about: tuple[str, ...] = ()


def vet(template: Template, catalogue: Catalogue) -> tuple[Remark, ...]:
    """Return what should be looked at before forms of the template are fed: of the form itself, then field by field."""
    rule = _identity(template, catalogue)
    return (
        *_of_diseases(template, catalogue),
        *_of_demands(template, rule),
        *(remark for index in range(len(template.fields)) for remark in _of_field(template, index, rule)),
        *_of_options(template, catalogue),
    )


def _identity(template: Template, catalogue: Catalogue) -> Identity:
    """Return the strictest rule that any of the form's diseases stands under."""
    rules = {identity(template.kind, one) for one in _diseases(template, catalogue)}
    return Identity.CODED if Identity.CODED in rules else Identity.FULL


def _diseases(template: Template, catalogue: Catalogue) -> list[Disease]:
    return [found for code in template.diseases if (found := catalogue.get(code)) is not None]


def _of_diseases(template: Template, catalogue: Catalogue) -> Iterator[Remark]:
    unknown = tuple(code for code in template.diseases if catalogue.get(code) is None)
    if unknown:
        yield Remark(RemarkCode.DISEASE_UNKNOWN, ("diseases",), unknown)
    coded = {one.code for one in _diseases(template, catalogue) if identity(template.kind, one) is Identity.CODED}
    if coded and coded != {one.code for one in _diseases(template, catalogue)}:
        yield Remark(RemarkCode.DISEASES_CODED_AND_NOT, ("diseases",), tuple(sorted(coded)))
    told = next((field for field in template.fields if field.key in DISEASE_KEYS), None)
    offered = {option.value for option in told.options} if told is not None else set()
    unreachable = tuple(code for code in template.diseases if offered and code not in offered and code not in unknown)
    if unreachable:
        yield Remark(RemarkCode.DISEASE_UNREACHABLE, ("diseases",), unreachable)


def _of_demands(template: Template, rule: Identity) -> Iterator[Remark]:
    for code, rows in (
        (RemarkCode.MISSING_CRITICAL, _needed(template)),
        (RemarkCode.MISSING_BY_LAW, _lawful(template, rule)),
    ):
        missing = tuple("|".join(row) for row in rows if not any(map(template.has, row)))
        if missing:
            yield Remark(code, ("kind",), missing)
    for row in _needed(template):
        asked = [index for index, field in enumerate(template.fields) if field.key in row]
        if asked and all(template.fields[index].required == "never" for index in asked):
            yield Remark(RemarkCode.SHOULD_BE_REQUIRED, ("field", asked[0], "key"), (template.fields[asked[0]].key,))


def _needed(template: Template) -> Iterator[Sequence[str]]:
    """Go through the keys that nothing can be sent without; one of each row will do."""
    if len(template.diseases) != 1:
        yield DISEASE_KEYS
    yield (IDENTITY_KEY, "annat_nummer")
    if template.kind is FormKind.CLINICAL:
        yield ("anm_datum",) if template.follows_up else ("diagnosdatum",)
        return
    if template.kind is FormKind.PARAGRAPH:
        yield ("paragraf",)
    yield ("underskrift",)
    yield SIGNED_ON


def _lawful(template: Template, rule: Identity) -> Iterator[Sequence[str]]:
    person = _PERSON[:1] if template.follows_up else _PERSON  # where someone lives was told before
    yield from (("hemortslan",), ("riskgrupp",)) if rule is Identity.CODED else person
    if template.kind is FormKind.CLINICAL and not template.follows_up:
        yield from _CASE if rule is Identity.CODED else (("smittkalla",), *_CASE)
    paragraphs = _values(template, "paragraf") if template.kind is FormKind.PARAGRAPH else ()
    if {"3:1", "3:6"} & set(paragraphs):
        yield ("redogorelse",)
    if "3:5" in paragraphs:
        yield ("beskrivning",)
    yield from _NOTIFIER


def _values(template: Template, key: str) -> tuple[str, ...]:
    return tuple(option.value for option in template.field(key).options) if template.has(key) else ()


def _of_field(template: Template, index: int, rule: Identity) -> Iterator[Remark]:
    field, where = template.fields[index], ("field", index)
    critical = _CRITICAL if template.kind is FormKind.CLINICAL else _CRITICAL | _SIGNED
    same = field.rule(RuleId.SAME_AS)
    asked = str(same.param("field")) if same is not None else field.key
    if asked in critical and not field.critical:
        yield Remark(RemarkCode.SHOULD_BE_CRITICAL, (*where, "key"), (field.key,))
    if not _serves(field, template.kind, rule):
        yield Remark(RemarkCode.WRONG_KIND_FOR_KEY, (*where, "kind"), (field.key, field.kind.value))
    carried = field.key in CODED_PATIENT | CODED_CASE or field.key.endswith("_sida2")
    if rule is Identity.CODED and not carried:
        yield Remark(RemarkCode.NEVER_SENT_CODED, (*where, "key"), (field.key,))
    labels = [option.label.casefold() for option in field.options]
    shared = tuple(option.value for option in field.options if labels.count(option.label.casefold()) > 1)
    if shared:
        yield Remark(RemarkCode.OPTIONS_SHARE_LABEL, (*where, "key"), shared)


def _serves(field: Field, kind: FormKind, rule: Identity) -> bool:
    """Tell whether a field of such a kind can give what its key is needed for."""
    if field.key == IDENTITY_KEY:
        return field.kind in ({FieldKind.RIKSKOD, FieldKind.OTHER_NUMBER} if rule is Identity.CODED else _NUMBERS)
    counted = "diagnosdatum" if kind is FormKind.CLINICAL else ""
    if field.key == counted and field.rule(RuleId.PARTIAL):
        return False  # a part of a date gives no day to count from
    return field.kind in _KINDS.get(field.key, {field.kind})


def _of_options(template: Template, catalogue: Catalogue) -> Iterator[Remark]:
    """Find boxes whose tick leads nowhere: no disease of this form, no paragraph that is a notification."""
    for index, field in enumerate(template.fields):
        for at, option in enumerate(field.options):
            if not _usable(template, field, option.value, catalogue):
                where = ("field", index, "option", at, "value")
                yield Remark(RemarkCode.OPTION_OF_NO_USE, where, (field.key, option.value))


def _usable(template: Template, field: Field, value: str, catalogue: Catalogue) -> bool:
    if field.key in DISEASE_KEYS:
        found = catalogue.get(value) or catalogue.named(value)
        return found is not None and (not template.diseases or found.code in template.diseases)
    if field.key == "paragraf":
        return template.kind is not FormKind.PARAGRAPH or value in PARAGRAPHS
    return value in _VALUES.get(field.kind, {value})
