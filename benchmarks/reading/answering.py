"""An answer: what one reader made of one field, and whether a machine that heard no one else would let it stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from benchmarks.reading.story import TODAY
from pipeline.domain.policy import CheckPolicy
from pipeline.domain.reading import Reading
from pipeline.domain.record import DraftField, Finding, FindingKind
from pipeline.domain.template import Field
from pipeline.domain.value import Plain, Value, from_json, to_json
from pipeline.stages.normalise import Normal, normalise

POLICY = CheckPolicy()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader says of a field: value in normal form, confidence, whether it would stand, and why not.

    `group` is the one that the confidence of the whole was judged in, `raw` what that was before.
    """

    key: str
    value: Plain
    confidence: float
    accepted: bool
    why: tuple[str, ...] = ()
    group: str = ""
    raw: float = 0.0

    @property
    def spoken(self) -> bool:
        """Tell whether anything was claimed: a value, or with some confidence that nothing is written."""
        return self.value is not None or self.confidence > 0

    def row(self) -> list[Any]:
        """Return the answer as a list for JSON."""
        return [
            self.key,
            to_json(Value(self.value)),
            round(self.confidence, 7),
            self.accepted,
            list(self.why),
            self.group,
            round(self.raw, 7),
        ]

    @classmethod
    def of_row(cls, row: list[Any]) -> Answer:
        """Make an answer of what JSON held."""
        return cls(row[0], from_json(row[1]).reveal(), float(row[2]), bool(row[3]), tuple(row[4]), row[5], float(row[6]))

    @classmethod
    def none(cls, key: str, why: str) -> Answer:
        """Make the answer of a reader that never saw the field."""
        return cls(key, None, 0.0, False, (why,))


def alone(reading: Reading, field: Field) -> Answer:
    """Return the answer of one reader alone: it stands with no doubt of its own, in normal form, at the policy's bar."""
    plain = reading.value.reveal()
    normal = normalise(plain, field, TODAY) if isinstance(plain, str) and not field.is_boxes else Normal(plain)
    stands = not reading.doubts and normal.formed and normal.sure and reading.confidence >= bar(field)
    return Answer(field.key, normal.plain, reading.confidence, stands, reading.doubts)


def plain_text(text: str, confidence: float, field: Field) -> Answer:
    """Return the answer of an engine that gave some text; nothing read where nothing was seen is no claim."""
    told = "".join(text.split()) if field.comb is not None else text
    normal = normalise(told, field, TODAY)
    stands = normal.plain is not None and normal.formed and normal.sure and confidence >= bar(field)
    return Answer(field.key, normal.plain, confidence if normal.plain is not None else 0.0, stands)


def drafted(proposed: DraftField, findings: Iterable[Finding]) -> Answer:
    """Return the answer of the whole: it stands when nobody is sent to look but for a class that is unproven."""
    why = tuple(sorted({finding.kind.value for finding in findings if finding.kind is not FindingKind.UNPROVEN}))
    return Answer(proposed.key, proposed.value.reveal(), proposed.confidence, not why, why, proposed.group, proposed.raw)


def bar(field: Field) -> float:
    """Return the confidence from which a reading of a field stands."""
    return POLICY.accept_box if field.is_boxes else POLICY.accept_text
