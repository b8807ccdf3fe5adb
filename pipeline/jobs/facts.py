"""Facts of a form, out of a draft or a record: codes and dates, no names or numbers of a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from pipeline.domain.checking import DISEASE_KEYS
from pipeline.domain.disease import Catalogue, Disease
from pipeline.domain.facts import Facts
from pipeline.domain.record import Draft, Record
from pipeline.domain.template import FormKind, Template
from pipeline.stages.due import countable, due

_SIGNED = ("datum", "underskrift_datum", "anm_datum")
PHONE, DANGEROUS, OTHER = 10, 20, 30


def text_of(told: Draft | Record, key: str) -> str:
    """Return an answer as text, empty when nothing was written."""
    plain = told.value(key).reveal()
    return plain if isinstance(plain, str) else ""


def day_of(told: Draft | Record, keys: Sequence[str]) -> dt.date | None:
    """Return the first of some answers that is a whole date."""
    for key in keys:
        try:
            return dt.date.fromisoformat(text_of(told, key))
        except ValueError:
            continue
    return None


def disease_of(told: Draft | Record, template: Template, catalogue: Catalogue) -> Disease | None:
    """Return the disease a form is about: as told on it, else the only one its template is for."""
    for key in DISEASE_KEYS:
        written = text_of(told, key)
        if written:
            return catalogue.get(written) or catalogue.named(written)
    return catalogue.get(template.diseases[0]) if len(template.diseases) == 1 else None


def due_of(told: Draft | Record, template: Template) -> dt.datetime | None:
    """Return the last moment the notification may arrive, or None when no day to count from could be read."""
    clinical = template.kind is FormKind.CLINICAL and not template.follows_up
    day = day_of(told, ("diagnosdatum",) if clinical else _SIGNED)
    return due(day).moment if day is not None and countable(day) else None


def priority_of(disease: Disease | None, phone_diseases: Sequence[str]) -> int:
    """Return how urgent a disease is, a lower number first: what must be told by telephone, what is dangerous, the rest."""
    if disease is None:
        return DANGEROUS
    if disease.societal or disease.code in phone_diseases:
        return PHONE
    return DANGEROUS if disease.dangerous else OTHER


def facts_of(told: Draft | Record, template: Template, disease: Disease | None, due_at: dt.datetime | None) -> Facts:
    """Return the facts that the form's own answers give."""
    return Facts(
        form=told.form,
        disease=disease.code if disease is not None else None,
        kind=template.kind.value,
        county=text_of(told, "anm_lan") or None,
        onset=day_of(told, ("insjuknandedatum",)),
        diagnosed=day_of(told, ("diagnosdatum",)),
        signed=day_of(told, _SIGNED),
        due=due_at,
        fields=sum(1 for field in told.fields if not field.value.is_blank),
    )
