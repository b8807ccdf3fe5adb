"""Keying blind: what a person keys from the picture alone, held against the machine and against what others keyed.

Who is shown a value beside its picture lets most errors stand: in trials some thirty times as many as are left where two key
(Barchard and Pace 2011). So the machine is one keyer and a person the other, and nobody sees another's value before they
have agreed or differed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pipeline.domain.record import MASKING, Finding, FindingKind
from pipeline.domain.review import VerdictKind, VerificationMode
from pipeline.domain.template import Field
from pipeline.domain.value import Value, same

_NO_DOUBT = frozenset({FindingKind.UNPROVEN, FindingKind.SAME_CASE, FindingKind.JOINED_SCANS, FindingKind.REFUSED})


def verification_mode(asked: Field, why: Sequence[Finding], proved: Collection[str]) -> VerificationMode:
    """Return how a field with findings is to be verified, blind or by confirming.

    What is doubted is keyed blind: of such values many are wrong, and most of those would be confirmed. A critical field is
    confirmed only where its class has proved its bar, too. What is covered is not held against anything, since what stands
    there may not be sent.
    """
    kinds = {finding.kind for finding in why}
    if kinds & MASKING:
        return VerificationMode.CONFIRM
    classes = {str(dict(finding.params).get("class")) for finding in why if finding.kind is FindingKind.UNPROVEN}
    proven = not asked.critical or classes <= set(proved)
    return VerificationMode.CONFIRM if kinds <= _NO_DOUBT and proven else VerificationMode.BLIND


def machine_says(asked: Field, proposed: Value, why: Sequence[Finding]) -> Value | None:
    """Return the machine's value as one keyer's, or None where it cannot be one.

    That is where it saw writing and could not tell what it says, and where it doubts a critical field of boxes: these have
    so few answers that somebody's slip easily hits the one that the machine read wrongly.
    """
    kinds = {finding.kind for finding in why}
    unread = proposed.is_blank and FindingKind.UNREAD in kinds
    doubted = asked.critical and asked.is_boxes and not kinds <= _NO_DOUBT
    return None if unread or doubted else proposed


def held(value: Value, machine: Value | None, others: Sequence[Value]) -> VerdictKind:
    """Return what becomes of a value that was keyed: two keyers who say the same settle it, the machine one of them."""
    if machine is not None and alike(value, machine):
        return VerdictKind.BLANK if value.is_blank else VerdictKind.ACCEPT
    if any(alike(value, other) for other in others):
        return VerdictKind.BLANK if value.is_blank else VerdictKind.CORRECT
    return VerdictKind.KEYED


def alike(one: Value, other: Value) -> bool:
    """Tell whether two keyers say the same, whatever way of saying that nothing is written each has."""
    return same(one, other) or (one.is_blank and other.is_blank)


def shows_all(asked: Field, keyed: Sequence[str], reviewer: str) -> bool:
    """Tell whether a reviewer may see every value of a field that keyers differ in.

    `keyed` names who has keyed it, once for each time. Only who has keyed sees what others say, and of a critical field only
    when it was keyed twice.
    """
    return reviewer in keyed and len(keyed) >= (2 if asked.critical else 1)
