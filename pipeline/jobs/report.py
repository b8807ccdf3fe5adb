"""The report: what the store knows becomes the ground that `measure` counts on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from pipeline.domain.event import EventKind
from pipeline.domain.report import FormLine, Ground, PileLine, Report
from pipeline.domain.status import Status
from pipeline.edges.store import Unit
from pipeline.jobs.office import Office
from pipeline.jobs.status import PileSum, all_piles
from pipeline.stages.due import STOCKHOLM
from pipeline.stages.measure import measure
from pipeline.stages.withhold import withhold


def report(office: Office, since: dt.date | None, until: dt.date | None, *, share: bool) -> Report:
    """Return the report of a period, both days included; without a day, from the first paper or to today.

    With `share`, small counts are withheld.
    """
    told = measure(ground(office, since, until))
    return withhold(told) if share else told


def ground(office: Office, since: dt.date | None = None, until: dt.date | None = None) -> Ground:
    """Return all that a report is made of."""
    now = office.now()
    piles = tuple(_pile(found) for found in all_piles(office))
    with office.store.read() as unit:
        tried = _first_tries(unit)
        facts = {each.form: replace(each, sent_at=tried.get(each.form, each.sent_at)) for each in unit.facts.all()}
        forms = tuple(
            FormLine(
                template=f"{row.template}@{row.version}",
                status=row.state.status if row.state is not None else Status.RECEIVED,
                came=row.created.astimezone(STOCKHOLM).date(),
                facts=facts.get(row.id),
            )
            for row in unit.forms.all()
        )
    today = now.astimezone(STOCKHOLM).date()
    days = [pile.arrived for pile in piles] + [form.came for form in forms]
    days += [each.arrived for each in facts.values() if each.arrived is not None]
    return Ground(now, since or min(days, default=today), until or max(today, *days, today), piles, forms)


def _first_tries(unit: Unit) -> dict[str, dt.datetime]:
    """Return when each form was first handed over: waiting for a recipient that is down belongs to the last leg."""
    tried: dict[str, dt.datetime] = {}
    for event in unit.events(kinds=(EventKind.SUBMISSION_TRIED,)):
        tried.setdefault(event.subject, event.at)
    return tried


def _pile(found: PileSum) -> PileLine:
    return PileLine(
        id=found.pile.id,
        arrived=found.pile.arrived,
        sides_fed=found.pile.sides_fed,
        sides=found.states,
        unopened=found.unopened,
        waiting=found.reading,
    )
