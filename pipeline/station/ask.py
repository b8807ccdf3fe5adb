"""One field as it is put to a person: what is proposed, why it is asked, what may be answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipeline.domain.record import MASKING, Draft, DraftField, Finding
from pipeline.domain.review import VerificationMode
from pipeline.domain.template import TEXT_LENGTHS, Field, FieldKind, Template
from pipeline.domain.value import NOTHING, Value, same
from pipeline.stages.keying import alike
from pipeline.words import current

CHOICE_KEYS = "123456789adfgjlmrsvwxyz"
SIGNED, UNSIGNED, SEEN = "signed", "unsigned", "seen"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a single key gives: the key, what is shown, and the value it stands for."""

    press: str
    label: str
    value: Value = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ask:
    """A field that needs a human, by the template's own words for it.

    `masked` tells that something stands there which may not be shown or sent: picture and value are covered until a
    logged act shows them once. `coded` tells that a full personal number is never taken as an answer. Where the field is
    keyed blind nothing is proposed, and `machine` is what it is held against; None when the machine could not tell.
    """

    field: Field
    proposed: Value
    choices: tuple[Choice, ...] = ()
    alternatives: tuple[Value, ...] = ()
    why: tuple[Finding, ...] = ()
    masked: bool = False
    coded: bool = False
    mode: VerificationMode = VerificationMode.CONFIRM
    machine: Value | None = None

    @property
    def key(self) -> str:
        """Return the field's key."""
        return self.field.key

    @property
    def kind(self) -> FieldKind:
        """Return the type of the field's answer."""
        return self.field.kind

    @property
    def label(self) -> str:
        """Return what is printed on the paper, and in English what it means."""
        printed, english = self.field.label, self.field.label_en
        return printed if current() == "sv" or not english or english == printed else f"{printed} ({english})"

    @property
    def is_many(self) -> bool:
        """Tell whether several choices may be ticked."""
        return self.kind is FieldKind.CHOICEN

    @property
    def is_choice(self) -> bool:
        """Tell whether the answer is picked, not typed."""
        return bool(self.choices)

    @property
    def limit(self) -> int:
        """Return the longest text that may be typed."""
        return TEXT_LENGTHS.get(self.kind, 40)

    @property
    def has_proposal(self) -> bool:
        """Tell whether the machine proposes something that can be accepted; an empty list of ticks can."""
        return self.proposed.reveal() is not None

    @property
    def read(self) -> Value | None:
        """Return what the machine says, shown or hidden; None where it says nothing."""
        hidden = self.mode in (VerificationMode.BLIND, VerificationMode.ADJUDICATED)
        return self.machine if hidden else self.proposed if self.has_proposal else None

    @property
    def empty(self) -> Value:
        """Return the value that says nothing was written."""
        return EMPTY.get(self.kind, NOTHING)

    def showing(self, keyed: Iterable[Value]) -> Ask:
        """Return the question with all that was read and keyed shown beside the picture, and nothing of it proposed."""
        told: list[Value] = []
        for value in (self.machine, *keyed):
            if value is not None and not any(alike(value, seen) for seen in told):
                told.append(value)
        return replace(self, mode=VerificationMode.ADJUDICATED, alternatives=tuple(told))


EMPTY = {FieldKind.CHOICEN: Value(()), FieldKind.SIGN: Value(False)}


def choices(asked: Field) -> tuple[Choice, ...]:
    """Return the answers to a field that single keys give, in the order they are printed."""
    if asked.kind is FieldKind.SIGN:
        return (Choice("1", SIGNED, Value(True)), Choice("2", UNSIGNED, Value(False)))
    pairs = zip(CHOICE_KEYS, asked.options, strict=False)
    english = current() != "sv"
    return tuple(
        Choice(press, option.label_en or option.label if english else option.label, Value(option.value))
        for press, option in pairs
    )


Blind = Mapping[str, Value | None]
"""The fields that are keyed blind, each with what it is held against."""


def ask(
    asked: Field, proposal: DraftField | None, findings: Iterable[Finding], coded: bool = False, blind: Blind | None = None
) -> Ask:
    """Put one field of a form to a person."""
    why = tuple(finding for finding in findings if finding.key == asked.key)
    if blind and asked.key in blind:
        hidden = blind[asked.key]
        return Ask(asked, NOTHING, choices(asked), why=why, coded=coded, mode=VerificationMode.BLIND, machine=hidden)
    others: list[Value] = []
    for alternative in proposal.alternatives if proposal else ():
        if not any(same(alternative.value, seen) for seen in others):
            others.append(alternative.value)
    return Ask(
        field=asked,
        proposed=proposal.value if proposal else NOTHING,
        choices=choices(asked),
        alternatives=tuple(others),
        why=why,
        masked=any(finding.kind in MASKING for finding in why),
        coded=coded,
    )


def asks(
    template: Template, draft: Draft, findings: Sequence[Finding], coded: bool = False, blind: Blind | None = None
) -> tuple[Ask, ...]:
    """Return what a person must answer of a form: the fields with a finding, in the order they are printed.

    A finding about no field of the template is put last, as something to be seen and confirmed.
    """
    wanted = {finding.key for finding in findings}
    proposals = {proposal.key: proposal for proposal in draft.fields}
    asked = [ask(one, proposals.get(one.key), findings, coded, blind) for one in template.fields if one.key in wanted]
    return (*asked, *(_seen(key, findings) for key in sorted(wanted) if not template.has(key)))


def _seen(key: str, findings: Sequence[Finding]) -> Ask:
    why = tuple(finding for finding in findings if finding.key == key)
    return Ask(Field(key, key, key, FieldKind.SIGN), Value(True), (Choice("1", SEEN, Value(True)),), why=why)
