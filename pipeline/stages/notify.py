"""Notify: a settled record takes the law's shape, or is barred."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal, overload

from pipeline.domain.disease import Catalogue, Disease, Identity, identity
from pipeline.domain.notification import (
    Barred,
    Blocked,
    ClinicalNotification,
    Credential,
    Notification,
    ParagraphNotification,
    Step,
)
from pipeline.domain.policy import LawPolicy
from pipeline.domain.record import Record
from pipeline.domain.template import FormKind, RuleId, Template
from pipeline.stages.admit import Answers, admit, demanded, unreadable
from pipeline.stages.due import countable, due
from pipeline.stages.number import IdNumber, number

__all__ = ["PARAGRAPHS", "LawContext", "due", "may_leave", "notify"]

# The paragraphs that are notifications. Source: smittskyddslagen 2004:168 ch. 3 and 4; 3:2, 4:2, 4:6 and 5:3 are other
# acts, 3:3 is the change of doctor with a form of its own.
PARAGRAPHS = frozenset({"3:1", "3:5", "3:6", "4:4", "4:5", "4:7", "4:8"})
CHANGE_PARAGRAPH = "3:3"

SIGNED_ON = ("datum", "underskrift_datum", "anm_datum")


@dataclass(frozen=True, slots=True)
class LawContext:
    """What the law's shape depends on besides the record.

    `registrar` verified the form and is not its notifier, who signed it; `addressee` is the unit of the region where
    the doctor works. `now` is with time zone. `may_be_unknown` are required keys that a named person lets go as unknown.
    `follows` is the key of the submission that a supplement, correction or cancellation follows.
    """

    catalogue: Catalogue
    policy: LawPolicy
    registrar: str
    addressee: str
    now: dt.datetime
    step: Step = Step.NEW
    follows: str | None = None
    may_be_unknown: frozenset[str] = frozenset()


def notify(record: Record, template: Template, context: LawContext) -> Notification | Barred:
    """Return the record in the law's shape, or why it may not become a notification, with the keys to look at.

    Barred, in this order: a required answer that nobody could read; no known disease, or one that is not notifiable on
    the day; what the identity rule of (form kind, disease) forbids or lacks; sheets of different persons; no day to count
    from; on paper that must be signed, no paragraph that is a notification or no signature.
    """
    unknown = unreadable(record, template)
    blocking = tuple(key for key in unknown if key in demanded(record, template) and key not in context.may_be_unknown)
    if blocking:
        return Barred(Blocked.REQUIRED_UNKNOWN, blocking)
    found = _disease(record, template, context.catalogue)
    if isinstance(found, Barred):
        return found
    rule = identity(template.kind, found)
    answers = admit(record, template, rule)
    if isinstance(answers, Barred):
        return answers
    nameless = _identified(record, template, rule) or _one_person(record, template)
    if nameless is not None:
        return nameless
    if template.kind is FormKind.CLINICAL:
        return _clinical(record, template, context, (found, answers))
    return _signed(record, template, context, (found, answers))


def _disease(record: Record, template: Template, catalogue: Catalogue) -> Disease | Barred:
    keys = tuple(key for key in ("diagnos", "sjukdom") if template.has(key))
    for key in keys:
        written = record.value(key).reveal()
        if isinstance(written, str):
            found = catalogue.get(written) or catalogue.named(written)
            return found or Barred(Blocked.NO_DISEASE, (key,))
    only = catalogue.get(template.diseases[0]) if len(template.diseases) == 1 else None
    return only or Barred(Blocked.NO_DISEASE, keys)


def _identified(record: Record, template: Template, rule: Identity) -> Barred | None:
    """Return why the identity is not of the kind that the rule wants, or None.

    A contact who could not be identified may be told of by description. Source: 3 kap. 5 § smittskyddslagen.
    """
    written = record.value("pat_id").reveal()
    if not isinstance(written, str) and not record.value("annat_nummer").is_blank:
        return None
    if not isinstance(written, str):
        described = template.kind is FormKind.PARAGRAPH and _paragraph(record) == "3:5"
        return None if described and not record.value("beskrivning").is_blank else Barred(Blocked.NO_IDENTITY, ("pat_id",))
    coded = number(written) is IdNumber.RIKSKOD
    return Barred(Blocked.NO_IDENTITY, ("pat_id",)) if coded and rule is Identity.FULL else None


def _one_person(record: Record, template: Template) -> Barred | None:
    """Return why the sheets are not of one person: the same answer, asked again on another sheet, is another."""
    for field in template.fields:
        again = field.rule(RuleId.SAME_AS)
        if again is None:
            continue
        other = str(again.param("field"))
        mine, theirs = record.value(field.key), record.value(other)
        if not mine.is_blank and not theirs.is_blank and mine != theirs:
            return Barred(Blocked.PAGES_DIFFER, (other, field.key))
    return None


def _clinical(
    record: Record, template: Template, context: LawContext, admitted: tuple[Disease, Answers]
) -> ClinicalNotification | Barred:
    disease, answers = admitted
    key = "anm_datum" if template.follows_up else "diagnosdatum"
    counted_from = _day(record, key)
    if counted_from is None:
        return Barred(Blocked.NO_DATE, (key,))
    if not disease.valid(counted_from):
        return Barred(Blocked.DISEASE_NOT_VALID, ("diagnos",))
    return ClinicalNotification(
        form=record.form,
        step=_step(record, template, context),
        disease=disease.code,
        identity=identity(template.kind, disease),
        answers=answers,
        diagnosed=None if template.follows_up else counted_from,
        due=due(counted_from),
        addressee=context.addressee,
        registrar=context.registrar,
        made=context.now,
        follows=context.follows,
        unknown=unreadable(record, template),
    )


def _step(record: Record, template: Template, context: LawContext) -> Step:
    """Return the step as told from outside, else a supplement where the paper says that it is one."""
    added = template.follows_up or record.value("anmalan_avser").reveal() == "komplettering"
    return Step.SUPPLEMENT if context.step is Step.NEW and added else context.step


def _signed(
    record: Record, template: Template, context: LawContext, admitted: tuple[Disease, Answers]
) -> ParagraphNotification | Barred:
    disease, answers = admitted
    paragraph = CHANGE_PARAGRAPH if template.kind is FormKind.CHANGE else _paragraph(record)
    if paragraph is None:
        return Barred(Blocked.NO_PARAGRAPH, ("paragraf",))
    if record.value("underskrift").reveal() is not True:
        return Barred(Blocked.NO_SIGNATURE, ("underskrift",))
    keys = tuple(key for key in SIGNED_ON if template.has(key))
    signed = next((day for day in (_day(record, key) for key in keys) if day), None)
    if signed is None:
        return Barred(Blocked.NO_DATE, keys)
    if not disease.valid(signed):
        return Barred(Blocked.DISEASE_NOT_VALID, ("sjukdom",))
    return ParagraphNotification(
        form=record.form,
        step=context.step,
        paragraph=paragraph,
        disease=disease.code,
        answers=answers,
        signed=signed,
        due=due(signed),
        addressee=context.addressee,
        registrar=context.registrar,
        made=context.now,
        follows=context.follows,
        unknown=unreadable(record, template),
        kind=template.kind,
    )


def _paragraph(record: Record) -> str | None:
    written = record.value("paragraf").reveal()
    return written if isinstance(written, str) and written in PARAGRAPHS else None


def _day(record: Record, key: str) -> dt.date | None:
    """Return a whole date; a partial one gives no day to count from, nor does the last day there is."""
    written = record.value(key).reveal()
    try:
        day = dt.date.fromisoformat(written) if isinstance(written, str) and len(written) == 10 else None
    except ValueError:
        return None
    return day if day is not None and countable(day) else None


@overload
def may_leave(notification: ClinicalNotification, credential: Credential) -> ClinicalNotification: ...
@overload
def may_leave(notification: Notification, credential: Literal[Credential.SITHS_PERSON]) -> Notification: ...
@overload
def may_leave(notification: Notification, credential: Credential) -> Notification | Barred: ...
def may_leave(notification: Notification, credential: Credential) -> Notification | Barred:
    """Return the notification when it may leave by this credential, else why not.

    A paragraph notification, and a change of doctor, leave only by a person logged in with SITHS: never by a service
    or a group account. Source: the regions' rules on group accounts (Västerbotten, Stockholm, Kronoberg, VGR).
    """
    if isinstance(notification, ClinicalNotification) or credential is Credential.SITHS_PERSON:
        return notification
    return Barred(Blocked.NEEDS_SITHS_PERSON)
