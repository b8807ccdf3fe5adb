"""Check reading: where the eyes themselves were unsure, or the paper lies poorly."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.domain.checking import Examined
from pipeline.domain.reading import Style, print_visible
from pipeline.domain.record import DraftField, Finding, FindingKind
from pipeline.domain.template import Field

# Doubts about how print was read that fall when an eye of another kind, which sees the paper otherwise, says the same and
# is sure of it: where it is not, dust has been read as a point, and a narrow space as none, by both.
ANSWERED = frozenset({"misfits", "odd_mark", "dust", "missed_ink", "miscounted"})
ANSWERS = 0.98
# A doubt that is not listed is told as just that.
DOUBTS = {
    "hand": FindingKind.UNREAD,
    "unread": FindingKind.UNREAD,
    "doubtful_tick": FindingKind.DOUBTFUL_TICK,
    "cancelled": FindingKind.DOUBTFUL_TICK,
    "too_many_ticks": FindingKind.TOO_MANY_TICKS,
}


def check_reading(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find what the readings of a field leave in doubt."""
    proposed = seen.draft.field(field.key)
    kinds = list(_doubts(field, seen, proposed))
    poor = tuple(_picture(field, seen))
    if not kinds and not poor and not _accepted(field, seen, proposed):
        kinds.append(FindingKind.LOW_CONFIDENCE)
    if _disagrees(proposed):
        kinds.append(FindingKind.READERS_DISAGREE)
    for kind in dict.fromkeys(kinds):
        yield Finding(kind, field.key)
    yield from poor
    yield from _place(field, seen)


def _doubts(field: Field, seen: Examined, proposed: DraftField) -> Iterator[FindingKind]:
    readings = [reading for reading in seen.context.readings if reading.key == field.key]
    if not proposed.reader or (proposed.style is Style.HAND and proposed.value.reveal() is None):
        yield FindingKind.UNREAD
    agree = (proposed.reader, *proposed.witnesses)
    for reading in readings:
        others = [one for one in readings if one.reader in agree and one.reader != reading.reader]
        borne_out = reading.reader in agree and any(one.confidence >= ANSWERS for one in others)
        answered = ANSWERED if borne_out else frozenset[str]()
        yield from (DOUBTS.get(doubt, FindingKind.DOUBTED) for doubt in reading.doubts if doubt not in answered)


def _accepted(field: Field, seen: Examined, proposed: DraftField) -> bool:
    """Tell whether a field's reading is sure enough: worth what the policy asks, and as surely said as its group proved."""
    return proposed.confidence >= _asked(field, seen) and proposed.raw >= seen.context.calibration.least(proposed.group)


def _asked(field: Field, seen: Examined) -> float:
    return seen.context.policy.accept_box if field.is_boxes else seen.context.policy.accept_text


def _disagrees(proposed: DraftField) -> bool:
    return any(other.reader != proposed.reader for other in proposed.alternatives)


def _picture(field: Field, seen: Examined) -> Iterator[Finding]:
    """Find a picture in which so much of the blank's print is missing that no reading of it would be accepted."""
    visible = print_visible(seen.context.readings, field.key)
    if seen.context.calibration.ceiling(visible) < _asked(field, seen):
        yield Finding(FindingKind.POOR_PICTURE, field.key, (("visible", round(visible, 2)),))


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
