"""A report as one page of HTML that needs nothing but itself: no network, no script."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline import words
from pipeline.domain.report import Leg, LegFigure, Report, Timeliness
from pipeline.stages.due import STOCKHOLM
from pipeline.web import report_words
from pipeline.words import _

OURS = (Leg.ARRIVAL_READ, Leg.READ_VERIFIED, Leg.VERIFIED_SUBMITTED, Leg.SUBMITTED_RECEIPT, Leg.ARRIVAL_RECEIPT)


@dataclass(frozen=True, slots=True)
class Bar:
    """A leg drawn on its group's scale, in per cent of its width: the middle half, the median, and 90 % within."""

    q1: float
    width: float
    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of a group drawn by its share: which part, how wide in per cent, and how many."""

    part: str
    width: float
    count: int


def as_html(report: Report, unit: str = "", diseases: Mapping[str, str] | None = None) -> str:
    """Return the page in the chosen language; `diseases` gives names to codes."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(_=words._, words=report_words, bar=bar, slices=slices, parts=_part_words())
    named = diseases or {}
    page = environment.get_template("report.html").render(
        report=report,
        unit=unit,
        made=report.made.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M"),
        language=words.current(),
        legs=_groups(report),
        groups=_tables(report, named),
        statuses=tuple(dict.fromkeys(form.status for form in report.forms)),
        counted={(form.template, form.status): form.n for form in report.forms},
    )
    return page + "\n"


def _part_words() -> dict[str, str]:
    return {
        "in_time": _("in time"),
        "late_on_arrival": _("late on arrival"),
        "late_here": _("made late here"),
        "waiting": _("waiting, not late"),
        "undated": _("without a date"),
    }


def _groups(report: Report) -> tuple[tuple[str, str, tuple[LegFigure, ...]], ...]:
    """Return the legs in two groups: what is before us, which we cannot shorten, and what is ours."""
    before = tuple(figure for figure in report.legs if figure.leg not in OURS)
    ours = tuple(figure for figure in report.legs if figure.leg in OURS)
    return (
        (_("Before the paper came, and the whole"), _("The post is nobody's here to shorten."), before),
        (_("Ours, from arrival to receipt"), _("This is what the unit can change."), ours),
    )


def _tables(report: Report, named: Mapping[str, str]) -> tuple[tuple[str, tuple[tuple[str, Timeliness], ...]], ...]:
    return (
        (_("By disease"), tuple((named.get(row.name, row.name) or _("unknown"), row) for row in report.by_disease)),
        (_("By template"), tuple((row.name, row) for row in report.by_template)),
        (_("By week of arrival"), tuple((row.name, row) for row in report.by_week)),
    )


def bar(figure: LegFigure, group: tuple[LegFigure, ...]) -> Bar | None:
    """Return a leg's bar on the scale of its group, or None when there is nothing to draw."""
    longest = max((each.spread.p90 or 0.0 for each in group), default=0.0)
    told = (figure.spread.q1, figure.spread.median, figure.spread.q3, figure.spread.p90)
    q1, median, q3, p90 = (100 * (number or 0.0) / longest if longest else 0.0 for number in told)
    return None if None in told or not longest else Bar(q1, q3 - q1, median, p90)


def slices(row: Timeliness) -> tuple[Slice, ...]:
    """Return the parts of a group that may be told, each by its share of the group."""
    counts = {part: getattr(row, part) for part in _part_words()}
    return tuple(Slice(part, 100 * count / row.n, count) for part, count in counts.items() if row.n and count)
