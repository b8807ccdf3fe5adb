"""Withhold: a report becomes fit to share, no cell under five told or to be worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.domain.report import SMALLEST_CELL, FormCount, LegFigure, Report, Spread, Timeliness, Verdict, Work


def withhold(report: Report) -> Report:
    """Return the report with every count of persons from one to four left out, and all that would give one away.

    Where one cell alone of a sum is left out, the smallest of the others goes with it, since the total would tell it.
    Sides of paper and fields are no persons and stay.
    """
    return replace(
        report,
        shared=True,
        forms=_form_counts(report.forms),
        closed=_cell(report.closed),
        legs=tuple(_leg(figure) for figure in report.legs),
        total=_row(report.total),
        by_template=_rows(report.by_template),
        by_disease=_rows(report.by_disease),
        by_week=_rows(report.by_week),
        work=_work(report.work),
    )


def _small(count: int | None) -> bool:
    return count is None or 0 < count < SMALLEST_CELL


def _cell(count: int | None) -> int | None:
    return None if _small(count) else count


def _hidden(counts: Sequence[int | None]) -> frozenset[int]:
    """Return the places to leave out of numbers whose sum is told: the small ones, and one more when it is alone."""
    small = {place for place, count in enumerate(counts) if _small(count)}
    others = [place for place, count in enumerate(counts) if count and place not in small]
    if len(small) == 1 and others:
        small.add(min(others, key=lambda place: counts[place] or 0))
    return frozenset(small)


def _form_counts(forms: tuple[FormCount, ...]) -> tuple[FormCount, ...]:
    hidden = _hidden([form.n for form in forms])
    return tuple(replace(form, n=None) if place in hidden else form for place, form in enumerate(forms))


def _spread(spread: Spread) -> Spread:
    return Spread(None) if _small(spread.n) else spread


def _leg(figure: LegFigure) -> LegFigure:
    spread = _spread(figure.spread)
    return replace(figure, spread=spread, open=_cell(figure.open), backwards=_cell(figure.backwards))


def _rows(rows: tuple[Timeliness, ...]) -> tuple[Timeliness, ...]:
    hidden = _hidden([row.n for row in rows])
    return tuple(_nothing(row) if place in hidden else _row(row) for place, row in enumerate(rows))


def _nothing(row: Timeliness) -> Timeliness:
    return Timeliness(row.name, None, None, None, None, None, None, Verdict.NO_DATA, None, Spread(None))


def _row(row: Timeliness) -> Timeliness:
    if _small(row.n):
        return _nothing(row)
    parts = (row.in_time, row.late_on_arrival, row.late_here, row.waiting, row.undated)
    hidden = _hidden(parts)
    in_time, on_arrival, here, waiting, undated = (None if at in hidden else part for at, part in enumerate(parts))
    return Timeliness(
        name=row.name,
        n=row.n,
        in_time=in_time,
        late_on_arrival=on_arrival,
        late_here=here,
        waiting=waiting,
        undated=undated,
        verdict=row.verdict,
        share=None if None in (in_time, on_arrival, here) else row.share,
        whole=_spread(row.whole),
    )


def _work(work: Work) -> Work:
    """Leave out the forms without corrections also where the rest of them, those with some, would be too few."""
    n, clean = work.corrections.n, work.uncorrected
    with_some = None if n is None or clean is None else n - clean
    return replace(
        work,
        corrections=_spread(work.corrections),
        touch_s=_spread(work.touch_s),
        uncorrected=None if _small(clean) or _small(with_some) else clean,
    )
