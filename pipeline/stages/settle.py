"""Settle: a draft, what was found in it and what reviewers said become a record, or stay open."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.record import Draft, DraftField, Finding, Open, Record, SettledField, Settlement
from pipeline.domain.review import Review, Verdict, VerdictKind, VerificationMode, standing
from pipeline.domain.value import NOTHING

_SETTLEMENTS = {
    VerdictKind.ACCEPT: Settlement.CONFIRMED,
    VerdictKind.CORRECT: Settlement.CORRECTED,
    VerdictKind.ILLEGIBLE: Settlement.ILLEGIBLE,
    VerdictKind.BLANK: Settlement.BLANK,
}


def settle(draft: Draft, findings: Sequence[Finding], reviews: Sequence[Review]) -> Record | Open:
    """Return the record of a draft, or the fields that still need a verdict.

    A field with a finding needs a verdict; any other keeps the machine's value. The verdict given last outweighs
    earlier ones, whoever gave it, until it is taken back; one on a field without a finding stands too. A field found
    illegible or blank settles with no value; what the law makes of that is not decided here.
    """
    last = standing(review for review in reviews if review.form == draft.form)
    doubted = {finding.key for finding in findings}
    order = [field.key for field in draft.fields]
    unknown = sorted(doubted.difference(order))
    waiting = tuple(key for key in [*order, *unknown] if key in doubted and key not in last)
    if waiting:
        return Open(draft.form, waiting)
    settled = tuple(_settled(field, last.get(field.key)) for field in draft.fields)
    return Record(draft.form, draft.template, draft.version, settled)


def _settled(field: DraftField, verdict: Verdict | None) -> SettledField:
    if verdict is None:
        return SettledField(field.key, field.value, Settlement.MACHINE)
    settlement = Settlement.TOLD if verdict.mode is VerificationMode.TOLD else _SETTLEMENTS[verdict.kind]
    value = NOTHING if settlement in (Settlement.ILLEGIBLE, Settlement.BLANK) else verdict.value
    return SettledField(field.key, value, settlement)
