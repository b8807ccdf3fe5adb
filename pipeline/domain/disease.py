"""The catalogue of notifiable diseases, by date, and the identity rule that follows from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.template import FormKind


class Identity(StrEnum):
    """How the patient may be told of: by full identity or by code only."""

    FULL = "full"
    CODED = "coded"


@dataclass(frozen=True, slots=True)
class Disease:
    """One notifiable disease with the time it has been so; codes marked unverified are never sent unless enabled."""

    code: str
    name_sv: str
    name_en: str
    dangerous: bool
    societal: bool
    traced: bool
    clinician_notifies: bool
    coded_clinical: bool
    phone: str
    valid_from: dt.date | None
    valid_to: dt.date | None
    synonyms: tuple[str, ...]
    source: str
    icd10: str = ""
    snomed: str = ""
    codes_verified: bool = False

    def valid(self, on: dt.date) -> bool:
        """Tell whether the disease is notifiable on a day, open ends included."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All diseases known, with the digest of the data they came from."""

    diseases: tuple[Disease, ...]
    digest: str

    def get(self, code: str) -> Disease | None:
        """Return the disease of that code."""
        return next((disease for disease in self.diseases if disease.code == code), None)

    def named(self, name: str) -> Disease | None:
        """Return the disease written so (name or synonym, case and space aside), if exactly one is."""
        wanted = " ".join(name.casefold().split())
        hits = [d for d in self.diseases if wanted in {d.code, d.name_sv.casefold(), *(s.casefold() for s in d.synonyms)}]
        return hits[0] if len(hits) == 1 else None


def identity(kind: FormKind, disease: Disease) -> Identity:
    """Return the identity rule of (form kind, disease).

    Source: förordning 2004:255 4 § for clinical notifications; 3:7 and 4:9 smittskyddslagen for paragraph notifications,
    which carry full identity also for coded diseases.
    """
    return Identity.CODED if kind is FormKind.CLINICAL and disease.coded_clinical else Identity.FULL
