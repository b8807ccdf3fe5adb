"""Check reading: where the eyes themselves were unsure, or the paper lies poorly."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.domain.checking import Examined
from pipeline.domain.reading import Style
from pipeline.domain.record import DraftField, Finding, FindingKind
from pipeline.domain.template import Field, FieldKind
from pipeline.stages.check_numbers import full_number

PROVEN_BY_DIGIT = 0.7
# A doubt that is not listed is one of print as such, and lowers the confidence.
DOUBTS = {
    "hand": FindingKind.UNREAD,
    "unread": FindingKind.UNREAD,
    "disagree": FindingKind.READERS_DISAGREE,
    "doubtful_tick": FindingKind.DOUBTFUL_TICK,
    "cancelled": FindingKind.DOUBTFUL_TICK,
    "too_many_ticks": FindingKind.TOO_MANY_TICKS,
}


def check_reading(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find what the readings of a field leave in doubt."""
    proposed = seen.draft.field(field.key)
    kinds = list(_doubts(field, seen, proposed))
    if not kinds and proposed.confidence < _accepted(field, seen):
        kinds.append(FindingKind.LOW_CONFIDENCE)
    if _disagrees(proposed):
        kinds.append(FindingKind.READERS_DISAGREE)
    for kind in dict.fromkeys(kinds):
        yield Finding(kind, field.key)
    yield from _place(field, seen)


def _doubts(field: Field, seen: Examined, proposed: DraftField) -> Iterator[FindingKind]:
    readings = [reading for reading in seen.context.readings if reading.key == field.key]
    if not proposed.reader or (proposed.style is Style.HAND and proposed.value.reveal() is None):
        yield FindingKind.UNREAD
    for reading in readings:
        yield from (DOUBTS.get(doubt, FindingKind.LOW_CONFIDENCE) for doubt in reading.doubts)


def _accepted(field: Field, seen: Examined) -> float:
    """Return the confidence from which a field's reading stands; a check digit that fits proves what eyes leave open."""
    policy = seen.context.policy
    if field.is_boxes:
        return policy.accept_box
    number = full_number(seen.text(field.key)) if field.kind in (FieldKind.PNR, FieldKind.SNR) else None
    proven = number is not None and number.possible(seen.context.today)
    return min(policy.accept_text, PROVEN_BY_DIGIT) if proven else policy.accept_text


def _disagrees(proposed: DraftField) -> bool:
    return any(other.reader != proposed.reader for other in proposed.alternatives)


def _place(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find a zone of the field that lies worse than the policy lets pass."""
    form = seen.context.form
    if form is None:
        return
    for page in form.pages:
        for index, zone in enumerate(field.all_zones):
            if zone.sheet != page.sheet:
                continue
            residual = page.placed.registration.fit(field.key, index).residual_mm
            if residual > seen.context.policy.zone_residual_mm:
                yield Finding(FindingKind.POORLY_PLACED, field.key, (("mm", round(min(residual, 99.0), 2)),))
                return
