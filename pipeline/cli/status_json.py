"""Where every side is and what is urgent, as it is told to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.cli import drift

if TYPE_CHECKING:
    from pipeline.edges.inbox import PassedBy
    from pipeline.jobs.status import PileSum, Recipient, Standing, Urgent


def as_json(now: Standing, passed: PassedBy | None = None) -> dict[str, Any]:
    """Return what is told to programs; the numbers are those that people see."""
    return {
        "now": now.now.isoformat(),
        "piles": [_pile_json(pile) for pile in now.piles],
        "rejected": [{"scan": s.scan[:12], "reason": s.reason, "pile": s.pile, "file": s.file} for s in now.rejected],
        "inbox": None
        if passed is None
        else {"folders": passed.folders, "links": passed.links, "unreadable": passed.unreadable},
        "forms": {status.value: count for status, count in now.forms},
        "waiting": now.waiting,
        "stuck": now.stuck,
        "handed_up": now.handed_up,
        "handed_up_due": now.handed_up_due.isoformat() if now.handed_up_due else None,
        "overdue": now.overdue,
        "barred": now.barred,
        "barred_overdue": now.barred_overdue,
        "most_urgent": _urgent_json(now.urgent) if now.urgent is not None else None,
        "unsent": now.unsent,
        "unsent_overdue": now.unsent_overdue,
        "without_form": {
            "held": now.loose.held,
            "unknown": now.loose.unknown,
            "worth_a_template": now.loose.offered,
            "not_told_apart": [{"between": list(pair), "sides": count} for pair, count in now.loose.alike],
            "oldest": now.loose.oldest.isoformat() if now.loose.oldest else None,
        },
        "changed_forms": drift.as_json(now.changed),
        "late_on_arrival": now.late_on_arrival,
        "late_here": now.late_here,
        "last_scan": now.last_scan.isoformat() if now.last_scan else None,
        "recipient": _recipient_json(now.recipient),
        "workers": {name: heard.isoformat() for name, heard in now.workers},
    }


def _pile_json(pile: PileSum) -> dict[str, Any]:
    return {
        "pile": pile.pile.id,
        "arrived": pile.pile.arrived.isoformat(),
        "sides_fed": pile.pile.sides_fed,
        "sides_in": pile.sides_in,
        "accounted": pile.accounted,
        "whole": pile.whole,
        "states": {state.value: count for state, count in pile.states},
        "files_not_opened": pile.unopened,
        "files_being_placed": pile.reading,
        "files_again": pile.again,
        "forms": pile.forms,
        "form_sides": pile.form_sides,
    }


def _urgent_json(found: Urgent) -> dict[str, Any]:
    return {
        "form": found.task.form,
        "disease": found.disease,
        "due": found.task.due.isoformat() if found.task.due else None,
        "overdue": found.overdue,
        "phone": found.phone,
    }


def _recipient_json(found: Recipient) -> dict[str, Any]:
    return {
        "name": found.name,
        "waiting": found.waiting,
        "overdue": found.overdue,
        "down_since": found.down_since.isoformat() if found.down_since else None,
        "next_try": found.next_try.isoformat() if found.next_try else None,
        "sent": found.sent,
        "receipts": found.receipts,
        "questioned": found.questioned,
        "refused": found.refused,
    }
