"""Measure: facts and counts become a report."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from pipeline.domain.report import FormCount, FormLine, Ground, Leg, Report, Work
from pipeline.stages.measure_delay import leg_figure
from pipeline.stages.measure_spread import spread
from pipeline.stages.measure_timeliness import by, is_closed, timeliness


def measure(ground: Ground) -> Report:
    """Return the figures of a ground's period, every cell as it is; `withhold` makes it fit to share.

    A form belongs to the period in which its paper came in.
    """
    forms = tuple(form for form in ground.forms if ground.since <= _came(form) <= ground.until)
    piles = tuple(pile for pile in ground.piles if ground.since <= pile.arrived <= ground.until)
    going = tuple(form for form in forms if not is_closed(form))
    counts = Counter((form.template, form.status) for form in forms)
    return Report(
        made=ground.now,
        since=ground.since,
        until=ground.until,
        shared=False,
        piles=tuple(sorted(piles, key=lambda pile: (pile.arrived, pile.id))),
        forms=tuple(FormCount(template, status, n) for (template, status), n in sorted(counts.items())),
        closed=len(forms) - len(going),
        legs=tuple(leg_figure(leg, forms) for leg in Leg),
        total=timeliness("", going, ground.now),
        by_template=by(going, lambda form: form.template, ground.now),
        by_disease=by(going, lambda form: (form.facts.disease or "") if form.facts else "", ground.now),
        by_week=by(going, lambda form: _week(_came(form)), ground.now),
        work=_work(forms),
    )


def _came(form: FormLine) -> dt.date:
    return form.facts.arrived if form.facts is not None and form.facts.arrived is not None else form.came


def _week(day: dt.date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _work(forms: tuple[FormLine, ...]) -> Work:
    settled = [form.facts for form in forms if form.facts is not None and form.facts.settled_at is not None]
    return Work(
        corrections=spread([float(facts.corrections) for facts in settled]),
        touch_s=spread([facts.touch_s for facts in settled]),
        uncorrected=sum(1 for facts in settled if not facts.corrections),
        fields=sum(facts.fields for facts in settled),
        auto_fields=sum(facts.auto_fields for facts in settled),
    )
