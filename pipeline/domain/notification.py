"""A record in the law's shape: what the recipient may and must get."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.disease import Identity
from pipeline.domain.template import FormKind
from pipeline.domain.value import Value


class Step(StrEnum):
    """Where in its life a notification stands."""

    NEW = "new"
    SUPPLEMENT = "supplement"
    CORRECTION = "correction"
    CANCELLATION = "cancellation"


class Credential(StrEnum):
    """How we are logged in at the recipient."""

    SITHS_PERSON = "siths-person"
    SITHS_FUNCTION = "siths-function"
    GROUP = "group"


class Blocked(StrEnum):
    """Why a settled record may not become a notification, or a notification may not leave; closed."""

    IDENTITY_VIOLATION = "identity_violation"
    NEEDS_SITHS_PERSON = "needs_siths_person"
    NO_DISEASE = "no_disease"
    DISEASE_NOT_VALID = "disease_not_valid"
    NO_IDENTITY = "no_identity"
    PAGES_DIFFER = "pages_differ"
    NO_DATE = "no_date"
    NO_PARAGRAPH = "no_paragraph"
    NO_SIGNATURE = "no_signature"
    REQUIRED_UNKNOWN = "required_unknown"


@dataclass(frozen=True, slots=True)
class Due:
    """The last moment a notification may arrive.

    Source: förordning 2004:255 3 §: in writing, at the latest the day after suspicion or finding; end of that calendar
    day in Europe/Stockholm.
    """

    moment: dt.datetime
    counted_from: dt.date


@dataclass(frozen=True, slots=True)
class ClinicalNotification:
    """A clinical notification; may leave by any credential.

    `answers` hold only what the identity rule allows, blanks left out; `unknown` are keys that could not be read.
    `diagnosed` is None on a form that adds to a notification made before and does not ask for that day again.
    `made` is when the record took the law's shape; `follows` is the key of the submission this one follows.
    """

    form: str
    step: Step
    disease: str
    identity: Identity
    answers: tuple[tuple[str, Value], ...]
    diagnosed: dt.date | None
    due: Due
    addressee: str
    registrar: str
    made: dt.datetime
    follows: str | None = None
    unknown: tuple[str, ...] = ()
    kind: FormKind = FormKind.CLINICAL


@dataclass(frozen=True, slots=True)
class ParagraphNotification:
    """A paragraph notification, or a change of doctor: full identity, signed, and electronically by a person alone.

    The person is logged in with SITHS. `answers`, `unknown`, `made` and `follows` are as in a clinical notification.
    """

    form: str
    step: Step
    paragraph: str
    disease: str
    answers: tuple[tuple[str, Value], ...]
    signed: dt.date
    due: Due
    addressee: str
    registrar: str
    made: dt.datetime
    follows: str | None = None
    unknown: tuple[str, ...] = ()
    kind: FormKind = FormKind.PARAGRAPH


Notification = ClinicalNotification | ParagraphNotification


@dataclass(frozen=True, slots=True)
class Barred:
    """A record that may not become a notification, or a notification that may not leave by this credential, and why."""

    reason: Blocked
    keys: tuple[str, ...] = ()
