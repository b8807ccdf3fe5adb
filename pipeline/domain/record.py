"""What the machine proposes, why a human must look, and what was settled."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.domain.reading import Alternative, Style
from pipeline.domain.template import Field, Template
from pipeline.domain.value import Value


class FindingKind(StrEnum):
    """Why a human must look at a field; closed, each with a section in docs/errors.md."""

    UNPROVEN = "unproven"
    UNREAD = "unread"
    LOW_CONFIDENCE = "low_confidence"
    DOUBTED = "doubted"
    READERS_DISAGREE = "readers_disagree"
    POORLY_PLACED = "poorly_placed"
    POOR_PICTURE = "poor_picture"
    DOUBTFUL_TICK = "doubtful_tick"
    TOO_MANY_TICKS = "too_many_ticks"
    MISSING = "missing"
    TOO_LONG = "too_long"
    BAD_FORMAT = "bad_format"
    CHECK_DIGIT = "check_digit"
    NOT_A_DATE = "not_a_date"
    DATE_IN_FUTURE = "date_in_future"
    DATE_ORDER = "date_order"
    CENTURY_UNSURE = "century_unsure"
    IDENTITY_VIOLATION = "identity_violation"
    MUST_BE_EMPTY = "must_be_empty"
    UNKNOWN_DISEASE = "unknown_disease"
    DISEASE_NOT_VALID = "disease_not_valid"
    NOT_CLINICIAN_NOTIFIABLE = "not_clinician_notifiable"
    PARAGRAPH_DISEASE = "paragraph_disease"
    SEX_MISMATCH = "sex_mismatch"
    PAGE_MISMATCH = "page_mismatch"
    JOINED_SCANS = "joined_scans"
    SAME_CASE = "same_case"
    CROSS_FIELD = "cross_field"
    OUT_OF_RANGE = "out_of_range"
    REFUSED = "refused"


MASKING = frozenset({FindingKind.IDENTITY_VIOLATION, FindingKind.MUST_BE_EMPTY})
"""The findings of what may not stand on a coded form: it is covered in every view."""


class Decision(StrEnum):
    """What the machine would do with a field on its own."""

    ACCEPT = "accept"
    REVIEW = "review"
    BLANK = "blank"


# What sends a person to a field for its confidence or its class alone, and for nothing that was seen in it.
OF_CONFIDENCE = frozenset({FindingKind.UNPROVEN, FindingKind.LOW_CONFIDENCE})


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason a human must look at one field. `params` never hold a value that a person wrote."""

    kind: FindingKind
    key: str
    params: tuple[tuple[str, str | int | float], ...] = ()


@dataclass(frozen=True, slots=True)
class DraftField:
    """One value as the machine proposes it, with the reading it was taken from.

    `witnesses` are other readers that say the same; `group` is the one its confidence was judged in, and `raw` what that
    was before, as the readers say it.
    """

    key: str
    value: Value
    confidence: float
    reader: str
    style: Style | None
    alternatives: tuple[Alternative, ...] = ()
    witnesses: tuple[str, ...] = ()
    group: str = ""
    raw: float = 0.0


@dataclass(frozen=True, slots=True)
class Draft:
    """All values of a form as the machine proposes them. It cannot be sent: only `settle` makes a record of it."""

    form: str
    template: str
    version: str
    fields: tuple[DraftField, ...]

    def field(self, key: str) -> DraftField:
        """Return the proposed field.

        Raises:
            KeyError: when the template has no such field.
        """
        for found in self.fields:
            if found.key == key:
                return found
        raise KeyError(key)

    def value(self, key: str) -> Value:
        """Return the proposed value of `key`, or nothing when the template has no such field."""
        return next((found.value for found in self.fields if found.key == key), Value(None))

    def without_guesses(self, template: Template) -> Draft:
        """Return the draft without what was read of free handwriting, by which nobody should be swayed."""

        def shown(field: DraftField) -> DraftField:
            guess = template.has(field.key) and is_guess(template.field(field.key), field.style)
            return replace(field, value=Value(None), alternatives=()) if guess else field

        return replace(self, fields=tuple(shown(field) for field in self.fields))


def is_guess(field: Field, style: Style | None) -> bool:
    """Tell whether what is read of a field written in that style is a guess: handwriting that no comb parts."""
    return style is Style.HAND and field.comb is None


def decide(field: DraftField, findings: tuple[Finding, ...]) -> Decision:
    """Return what the machine would do with a field: review on any finding, else accept or accept as blank."""
    if any(finding.key == field.key for finding in findings):
        return Decision.REVIEW
    return Decision.BLANK if field.value.reveal() in (None, ()) else Decision.ACCEPT


class Settlement(StrEnum):
    """How a settled value came to stand; what is `told` was said by the sender, and shows nothing of the reading."""

    MACHINE = "machine"
    CONFIRMED = "confirmed"
    CORRECTED = "corrected"
    TOLD = "told"
    ILLEGIBLE = "illegible"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class SettledField:
    """One settled value and how it came to stand."""

    key: str
    value: Value
    settlement: Settlement


@dataclass(frozen=True, slots=True)
class Record:
    """The settled values of a form, as the writer meant them. Made by `settle` only."""

    form: str
    template: str
    version: str
    fields: tuple[SettledField, ...]

    def value(self, key: str) -> Value:
        """Return the settled value of `key`, or nothing when the form has no such field."""
        return next((found.value for found in self.fields if found.key == key), Value(None))


@dataclass(frozen=True, slots=True)
class Open:
    """A form that cannot be settled yet, and the fields that still need a verdict."""

    form: str
    keys: tuple[str, ...]
