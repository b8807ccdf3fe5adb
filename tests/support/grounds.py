"""Grounds for reports: forms with facts, drawn by seed or written out."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from pipeline.domain.facts import Facts
from pipeline.domain.placement import PageState
from pipeline.domain.report import FormLine, Ground, PileLine
from pipeline.domain.status import Status
from pipeline.stages.due import due

NOW = dt.datetime(2026, 11, 23, 14, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
DISEASES = ("salmonella", "campylobacter", "ehec", "klamydia", "gonorre", "giardia")


def line(diagnosed: dt.date, post: int = 0, here_h: float = 3.0, template: str = "klinisk-tarm@2025-1") -> FormLine:
    """Make an acknowledged form: `post` days from diagnosis to arrival, `here_h` hours from 8 o'clock to the receipt."""
    arrived = diagnosed + post * DAY
    read = dt.datetime.combine(arrived, dt.time(7, 0), tzinfo=dt.UTC)
    done = read + dt.timedelta(hours=here_h)
    facts = Facts(
        form="7K3Q-DF2M",
        disease="salmonella",
        kind="klinisk",
        county="AC",
        arrived=arrived,
        onset=diagnosed - 4 * DAY,
        diagnosed=diagnosed,
        signed=diagnosed,
        due=due(diagnosed).moment,
        read_at=read,
        settled_at=done - dt.timedelta(minutes=2),
        sent_at=done - dt.timedelta(minutes=1),
        receipt_at=done,
        touch_s=41.0,
        corrections=1,
        fields=22,
        auto_fields=15,
    )
    return FormLine(template, Status.ACKNOWLEDGED, arrived, facts)


def still(form: FormLine, status: Status = Status.WAITING) -> FormLine:
    """Return a form as it was before anyone looked at it."""
    assert form.facts is not None
    facts = replace(form.facts, settled_at=None, sent_at=None, receipt_at=None, touch_s=0.0, corrections=0)
    return replace(form, status=status, facts=facts)


def drawn(seed: int, count: int, now: dt.datetime = NOW) -> Ground:
    """Draw some weeks of paper: three templates, six diseases, posts of nought to nine days, some still open."""
    dice = random.Random(seed)
    forms = []
    for _ in range(count):
        diagnosed = now.date() - dt.timedelta(days=dice.randint(1, 40))
        template = dice.choice(("klinisk-tarm@2025-1", "klinisk-tarm@2025-1", "klinisk-sti@2025-1", "paragraf@2025-1"))
        form = line(diagnosed, min(int(dice.expovariate(0.5)), 9), dice.expovariate(0.12), template)
        assert form.facts is not None
        facts = replace(form.facts, disease=dice.choice(DISEASES), corrections=min(int(dice.expovariate(1.2)), 6))
        form = replace(form, facts=replace(facts, touch_s=dice.lognormvariate(3.8, 0.6)))
        forms.append(still(form) if dice.random() < 0.06 else form)
    days = sorted({form.came for form in forms if form.came <= now.date()})
    piles = tuple(
        PileLine(
            f"pile-{day:%m%d}",
            day,
            sides_fed=None if day.day % 9 == 0 else 2 * sum(1 for form in forms if form.came == day) + 1,
            sides=((PageState.PLACED, 2 * sum(1 for form in forms if form.came == day)), (PageState.BLANK, 1)),
        )
        for day in days
    )
    return Ground(now, now.date() - 60 * DAY, now.date(), piles, tuple(forms))
