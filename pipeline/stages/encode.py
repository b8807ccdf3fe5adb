"""Encode: a lawful notification becomes the exact bytes that are sent, and the key they are sent under.

The bytes are a FHIR R4 (4.0.1) document bundle in JSON. They were tested against this project's own reference recipient
and R4's JSON schema; never against SmiNet, which has no public machine interface for clinical notifications.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json

from pipeline.domain.disease import Identity
from pipeline.domain.notification import ClinicalNotification, Notification, Step
from pipeline.domain.template import FormKind
from pipeline.domain.value import Plain
from pipeline.stages import encode_people as people
from pipeline.stages.encode_answers import is_date, items
from pipeline.stages.encode_terms import (
    DISEASE,
    FORM,
    INFECTIOUS_DISEASE_NOTE,
    KEY,
    KIND,
    LOINC,
    NOTIFICATION,
    QUESTIONNAIRE,
    STEP,
    VERIFICATION,
    Json,
    Names,
    coded,
    identifier,
)

MEDIA_TYPE = "application/fhir+json"
TITLE = "Anmälan enligt smittskyddslagen"

_STATUS = {Step.CORRECTION: "amended", Step.CANCELLATION: "entered-in-error"}
_RELATION = {Step.SUPPLEMENT: "appends", Step.CORRECTION: "replaces", Step.CANCELLATION: "replaces"}
_VERIFIED = {"konstaterat": "confirmed", "konstaterad": "confirmed", "sakerstalld": "confirmed", "saker": "confirmed"}


def encode(notification: Notification) -> bytes:
    """Return the notification as a FHIR R4 document bundle: UTF-8 JSON, keys sorted, no clock read.

    The same notification always gives the same bytes; ids are drawn from the content.

    Raises:
        ValueError: when a coded notification holds a key of the patient's identity; the message names no value.
    """
    answers = {key: value.reveal() for key, value in notification.answers if value.reveal() not in (None, ())}
    rule = _rule(notification)
    if rule is Identity.CODED and people.NEVER_CODED & answers.keys():
        raise ValueError("a coded notification holds a key of the patient's identity")
    names = Names(_digest(notification, answers))
    entries = [
        names.entry("composition", _composition(notification, names)),
        names.entry("patient", people.patient(rule, answers)),
        names.entry("condition", _condition(notification, names, answers)),
        *people.notifier(names, answers),
        people.registrar(names, notification.registrar),
        *people.addressee(names, notification.addressee),
        names.entry("answers", _response(notification, names, answers)),
    ]
    bundle: Json = {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": identifier(NOTIFICATION, names.of("bundle")),
        "timestamp": _instant(notification.made),
        "entry": entries,
    }
    return _canonical(bundle)


def key(secret: bytes, recipient: str, step: Step, form: str, body: bytes) -> str:
    """Return the idempotency key: HMAC-SHA256 over recipient, step of the lifecycle, form and exact body, in hex."""
    told = _canonical([recipient, step, form, hashlib.sha256(body).hexdigest()])
    return hmac.new(secret, told, hashlib.sha256).hexdigest()


def kind_code(notification: Notification) -> str:
    """Return the category: `klinisk`, `byte-3-3`, or `paragraf-` and its number as `paragraf-3-6`."""
    if isinstance(notification, ClinicalNotification):
        return FormKind.CLINICAL.value
    return f"{notification.kind.value}-{notification.paragraph.replace(':', '-')}"


def _composition(notification: Notification, names: Names) -> Json:
    resource: Json = {
        "resourceType": "Composition",
        "identifier": identifier(FORM, notification.form),
        "status": _STATUS.get(notification.step, "final"),
        "type": coded(LOINC, INFECTIOUS_DISEASE_NOTE),
        "category": [coded(KIND, kind_code(notification)), coded(STEP, notification.step)],
        "subject": names.reference("patient"),
        "date": _instant(notification.made),
        "author": [names.reference("notifier")],
        "title": TITLE,
        "confidentiality": "R",
        "section": [
            {"title": "Diagnos", "entry": [names.reference("condition")]},
            {"title": "Uppgifter", "entry": [names.reference("answers")]},
        ],
    }
    if notification.addressee:
        resource["custodian"] = names.reference("addressee")
    if notification.follows is not None:
        target = {"targetIdentifier": identifier(KEY, notification.follows)}
        resource["relatesTo"] = [{"code": _RELATION.get(notification.step, "appends"), **target}]
    if not isinstance(notification, ClinicalNotification):
        signed = {"mode": "legal", "time": notification.signed.isoformat(), "party": names.reference("notifier")}
        resource["attester"] = [signed]
    return resource


def _condition(notification: Notification, names: Names, answers: dict[str, Plain]) -> Json:
    certainty = answers.get("misstankt_konstaterat") or answers.get("diagnos_saker")
    cancelled = notification.step is Step.CANCELLATION
    status = "entered-in-error" if cancelled else _VERIFIED.get(str(certainty), "provisional")
    resource: Json = {
        "resourceType": "Condition",
        "subject": names.reference("patient"),
        "code": coded(DISEASE, notification.disease),
        "verificationStatus": coded(VERIFICATION, status),
    }
    onset = answers.get("insjuknandedatum")
    if isinstance(onset, str) and is_date(onset):
        resource["onsetDateTime"] = onset
    if isinstance(notification, ClinicalNotification) and notification.diagnosed is not None:
        resource["recordedDate"] = notification.diagnosed.isoformat()
    return resource


def _response(notification: Notification, names: Names, answers: dict[str, Plain]) -> Json:
    told = people.placed(_rule(notification), answers)
    resource: Json = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{QUESTIONNAIRE}/{notification.kind.value}",
        "status": "entered-in-error" if notification.step is Step.CANCELLATION else "completed",
        "subject": names.reference("patient"),
        "author": names.reference("registrar"),
        "source": names.reference("notifier"),
    }
    found = items({k: plain for k, plain in answers.items() if k not in told}, notification.unknown)
    return {**resource, "item": found} if found else resource


def _rule(notification: Notification) -> Identity:
    return notification.identity if isinstance(notification, ClinicalNotification) else Identity.FULL


def _digest(notification: Notification, answers: dict[str, Plain]) -> str:
    """Return the SHA-256 over all that the notification says, from which its ids are drawn."""
    when = notification.due.counted_from
    told = (
        *(notification.form, notification.step, kind_code(notification), notification.disease, when.isoformat()),
        *(notification.addressee, notification.registrar, _instant(notification.made), notification.follows),
    )
    return hashlib.sha256(_canonical([*told, list(notification.unknown), list(answers.items())])).hexdigest()


def _instant(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _canonical(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
