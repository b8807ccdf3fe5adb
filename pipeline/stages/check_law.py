"""Check law: the identity rule, the disease, and what a paragraph asks for.

Sources: smittskyddslagen 2004:168 2:6, 3:1, 3:5-7, 4:4-9; förordning 2004:255 4 §.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.domain.checking import IDENTITY_KEY, Examined
from pipeline.domain.country import is_home
from pipeline.domain.disease import Identity
from pipeline.domain.personnumber import parse
from pipeline.domain.record import Finding, FindingKind
from pipeline.domain.template import Field, FormKind
from pipeline.stages.check_numbers import full_number

NAMING = frozenset({"pat_namn", "pat_adress", "pat_postnr", "pat_ort"})
WITHHELD = frozenset({"pat_tel", "smittkalla"})
CONTACT = frozenset({"3:5", "3:6"})
TOLD_ALWAYS = frozenset({"3:1", "3:6"})
_NUMBERS = re.compile(r"(?<!\d)(?:\d{2})?\d{6}\s?[-+]?\s?\d{4}(?!\d)")


def check_law(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find what the law does not let stand in a field, or misses in it."""
    if seen.identity is Identity.CODED:
        yield from _coded(field, seen)
    elif field.key == IDENTITY_KEY and re.fullmatch(r"\d{4}-\d{4}", seen.text(field.key)):
        yield Finding(FindingKind.CROSS_FIELD, field.key, (("rule", "full_identity"),))
    if field == seen.disease_field:
        yield from _disease(field, seen)
    if seen.template.kind is FormKind.PARAGRAPH:
        yield from _paragraph(field, seen)
    if field.key == "smittort" and is_home(seen.text("smittland")) and seen.draft.value("smittort").is_blank:
        yield Finding(FindingKind.MISSING, field.key, (("rule", "smittland"),))
    yield from _kind_of_number(field, seen)


def _coded(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find identity on a form that must not carry it: a name, an address, or a whole number wherever it stands."""
    plain = seen.plain(field.key)
    if plain in (None, (), False):
        return
    if field.key in NAMING or (isinstance(plain, str) and _tells_number(plain)):
        yield Finding(FindingKind.IDENTITY_VIOLATION, field.key)
    elif field.key in WITHHELD:
        yield Finding(FindingKind.MUST_BE_EMPTY, field.key)


def _tells_number(written: str) -> bool:
    candidates = [number for found in _NUMBERS.findall(written) for number in parse(found)]
    return full_number(written) is not None or any(number.check_digit_fits for number in candidates)


def _disease(field: Field, seen: Examined) -> Iterator[Finding]:
    if not seen.text(field.key):
        return
    disease = seen.disease
    if disease is None or (seen.template.diseases and disease.code not in seen.template.diseases):
        yield Finding(FindingKind.UNKNOWN_DISEASE, field.key)
        return
    if not disease.valid(seen.day("diagnosdatum") or seen.context.today):
        yield Finding(FindingKind.DISEASE_NOT_VALID, field.key)
    if seen.template.kind is FormKind.CLINICAL and not disease.clinician_notifies:
        yield Finding(FindingKind.NOT_CLINICIAN_NOTIFIABLE, field.key)


def _paragraph(field: Field, seen: Examined) -> Iterator[Finding]:
    paragraph, disease = seen.text("paragraf"), seen.disease
    if not paragraph:
        return
    if field == seen.disease_field and disease is not None and not disease.dangerous and paragraph != "3:5":
        yield Finding(FindingKind.PARAGRAPH_DISEASE, field.key)
    if field.key == "roll" and seen.text("roll"):
        contact = seen.text("roll") == "kontakt"
        if (paragraph in CONTACT and not contact) or (paragraph.startswith("4:") and contact):
            yield Finding(FindingKind.CROSS_FIELD, field.key, (("rule", "paragraf"),))
    if field.key == "redogorelse" and paragraph in TOLD_ALWAYS and seen.draft.value(field.key).is_blank:
        yield Finding(FindingKind.MISSING, field.key, (("rule", "paragraf"),))


def _kind_of_number(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find an identity number that is not of the kind ticked beside it."""
    if field.key != IDENTITY_KEY or not seen.text(field.key):
        return
    told = seen.text("pat_id_typ").casefold()
    number = full_number(seen.text(field.key))
    is_code = re.fullmatch(r"\d{4}-\d{4}", seen.text(field.key)) is not None
    fits = {
        "pnr": number is not None and not number.coordination,
        "personnummer": number is not None and not number.coordination,
        "snr": number is not None and number.coordination,
        "samordningsnummer": number is not None and number.coordination,
        "rikskod": is_code,
        "annat_nummer": number is None and not is_code,
        "annat": number is None and not is_code,
    }
    if not fits.get(told, True):
        yield Finding(FindingKind.CROSS_FIELD, field.key, (("rule", "pat_id_typ"),))
