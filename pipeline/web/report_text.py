"""A report in a terminal: short lines, small bars."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.domain.report import LegFigure, Report, Timeliness
from pipeline.web.report_words import (
    accounted,
    count,
    decimal,
    judged,
    lasting,
    leg_word,
    percent,
    sentence,
    state_word,
    status_word,
    timed,
    verdict_word,
)
from pipeline.words import _

_BAR = 16


def as_text(report: Report) -> str:
    """Return the report in lines of at most 100 characters."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    period = _("Report {since} – {until}").format(since=report.since, until=report.until)
    yield period + ("   " + _("* stands for a count of one to four, or what would give one away") if report.shared else "")
    yield sentence(report)
    yield ""
    yield from _paper(report)
    yield ""
    yield from _timeliness(report.total)
    yield ""
    yield from _legs(report.legs)
    yield ""
    yield from _forms(report)
    yield ""
    yield from _work(report)


def _paper(report: Report) -> Iterator[str]:
    fed = _("not counted") if report.sides_fed is None else str(report.sides_fed)
    states = "   ".join(f"{state_word(state)} {n}" for state, n in report.sides)
    yield _("Sides fed {fed}   in {sides}   accounted for: {told}").format(
        fed=fed, sides=report.sides_in, told=accounted(report.accounted)
    )
    if states:
        yield "  " + states
    if report.unopened or report.waiting:
        yield "  " + _("files that could not be opened {bad}   files not yet seen through {waiting}").format(
            bad=report.unopened, waiting=report.waiting
        )


def _timeliness(row: Timeliness) -> Iterator[str]:
    yield _("In time {share} of those due (n {n}): {verdict}").format(
        share=percent(row.share), n=count(judged(row)), verdict=verdict_word(row.verdict)
    )
    parts = (
        (_("in time"), row.in_time),
        (_("late on arrival"), row.late_on_arrival),
        (_("made late here"), row.late_here),
        (_("waiting, not late"), row.waiting),
        (_("without a date"), row.undated),
    )
    yield "  " + "   ".join(f"{word} {count(n)}" for word, n in parts)


def _legs(figures: tuple[LegFigure, ...]) -> Iterator[str]:
    head = (_("leg"), _("n"), _("median"), _("middle half"), _("90 % within"), _("open"))
    yield f"{head[0]:<32}{head[1]:>5} {head[2]:>9} {head[3]:>18} {head[4]:>12} {head[5]:>6}"
    longest = max((figure.spread.p90 or 0.0 for figure in figures), default=0.0)
    for figure in figures:
        spread, whole = figure.spread, not timed(figure.leg)
        middle = f"{lasting(spread.q1, whole)} … {lasting(spread.q3, whole)}" if spread.median is not None else "–"
        bar = "▇" * round(_BAR * (spread.median or 0.0) / longest) if longest else ""
        yield (
            f"{leg_word(figure.leg):<32}{count(spread.n):>5} {lasting(spread.median, whole):>9} {middle:>18} "
            f"{lasting(spread.p90, whole):>12} {count(figure.open):>6} {bar}"
        ).rstrip()
    backwards = sum(figure.backwards or 0 for figure in figures)
    if backwards:
        yield _("{n} legs ended before they began (a date or a clock is wrong); they are in no figure.").format(n=backwards)


def _forms(report: Report) -> Iterator[str]:
    yield _("Forms by template and status")
    for template in dict.fromkeys(form.template for form in report.forms):
        told = "   ".join(
            f"{status_word(form.status)} {count(form.n)}" for form in report.forms if form.template == template
        )
        yield f"  {template}: {told}"
    if not report.forms:
        yield "  " + _("none")


def _work(report: Report) -> Iterator[str]:
    work = report.work
    if work.corrections.median is None or work.touch_s.median is None:
        yield _("Work: nothing settled yet, or too little to share.")
        return
    mean = _("Corrected fields a form: median {median}, 90 % within {p90}; {clean} of {n} forms had none").format(
        median=decimal(work.corrections.median),
        p90=decimal(work.corrections.p90 or 0.0),
        clean=count(work.uncorrected),
        n=count(work.corrections.n),
    )
    yield mean
    yield _("Seconds at the task a form: median {median}, 90 % within {p90} (n {n})").format(
        median=decimal(work.touch_s.median, 0), p90=decimal(work.touch_s.p90 or 0.0, 0), n=count(work.touch_s.n)
    )
    yield _("Fields with an answer {fields}, of them never shown to anyone {auto}").format(
        fields=work.fields, auto=work.auto_fields
    )
