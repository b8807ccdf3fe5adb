"""Freeze: a notification becomes the submission whose bytes and key never change again."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain.notification import Barred, ClinicalNotification, Credential, Notification
from pipeline.domain.submission import Submission
from pipeline.stages.encode import encode, key
from pipeline.stages.notify import may_leave


@dataclass(frozen=True, slots=True, repr=False)
class Seal:
    """The workspace's secret for idempotency keys, and the recipient's name as it stands in them."""

    secret: bytes
    recipient: str


def freeze(notification: Notification, credential: Credential, seal: Seal) -> Submission | Barred:
    """Return the submission when the notification may leave by this credential, else why it may not."""
    allowed = may_leave(notification, credential)
    if isinstance(allowed, Barred):
        return allowed
    if isinstance(allowed, ClinicalNotification):
        return freeze_for_group(allowed, seal)
    return freeze_for_person(allowed, seal)


def freeze_for_group(notification: ClinicalNotification, seal: Seal) -> Submission:
    """Return the submission of what a service or group account may send: clinical notifications, by type."""
    return _frozen(notification, seal)


def freeze_for_person(notification: Notification, seal: Seal) -> Submission:
    """Return the submission of what a person logged in with SITHS may send: any notification."""
    return _frozen(notification, seal)


def _frozen(notification: Notification, seal: Seal) -> Submission:
    body = encode(notification)
    return Submission(
        key=key(seal.secret, seal.recipient, notification.step, notification.form, body),
        form=notification.form,
        recipient=seal.recipient,
        body=body,
    )
