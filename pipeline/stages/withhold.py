"""Withhold: a report becomes fit to share, no cell under five told or to be worked out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.domain.report import SMALLEST_CELL, FormCount, LegFigure, Report, Spread, Timeliness, Verdict, Work

Table = Sequence[Sequence[int]]
Cells = frozenset[tuple[int, int]]


def withhold(report: Report) -> Report:
    """Return the report with every count of persons from one to four left out, and all that would give one away.

    Rows and columns of a table are sums of which the whole is told elsewhere: where one cell alone is left out of one,
    the smallest of the others goes with it, until none is alone. Sides of paper and fields are no persons and stay.
    """
    return replace(
        report,
        shared=True,
        forms=_forms(report.forms),
        closed=_cell(report.closed),
        legs=tuple(_leg(figure) for figure in report.legs),
        total=_rows((report.total,))[0],
        by_template=_rows(report.by_template),
        by_disease=_rows(report.by_disease),
        by_week=_rows(report.by_week),
        work=_work(report.work),
    )


def hidden(table: Table, last_rules: bool = False) -> Cells:
    """Return the cells to leave out of a table: the small ones, and others until none is alone in its row or column.

    With `last_rules` a row whose last cell is left out is left out whole, noughts too.
    """
    cells = {(i, j) for i, row in enumerate(table) for j, count in enumerate(row) if _small(count)}
    while True:
        ruled = {i for i, row in enumerate(table) if last_rules and (i, len(row) - 1) in cells}
        more = {(i, j) for i in ruled for j in range(len(table[i]))}
        more |= {cell for line in _lines(table) if (cell := _company(table, line, cells | more))}
        if more <= cells:
            return frozenset(cells)
        cells |= more


def _lines(table: Table) -> list[list[tuple[int, int]]]:
    rows = [[(i, j) for j in range(len(row))] for i, row in enumerate(table)]
    columns = [[(i, j) for i in range(len(table))] for j in range(len(table[0]) if table else 0)]
    return rows + (columns if len(table) > 1 else [])


def _company(table: Table, line: list[tuple[int, int]], cells: set[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the cell to leave out beside one that is alone in its line, the smallest there is."""
    if sum(1 for cell in line if cell in cells) != 1:
        return None
    others = [(i, j) for i, j in line if (i, j) not in cells and table[i][j]]
    return min(others, key=lambda cell: table[cell[0]][cell[1]], default=None)


def _small(count: int | None) -> bool:
    return count is None or 0 < count < SMALLEST_CELL


def _cell(count: int | None) -> int | None:
    return None if _small(count) else count


def _forms(forms: tuple[FormCount, ...]) -> tuple[FormCount, ...]:
    templates = list(dict.fromkeys(form.template for form in forms))
    statuses = list(dict.fromkeys(form.status for form in forms))
    counts = {(form.template, form.status): form.n or 0 for form in forms}
    gone = hidden([[counts.get((template, status), 0) for status in statuses] for template in templates])
    places = {form: (templates.index(form.template), statuses.index(form.status)) for form in forms}
    return tuple(replace(form, n=None) if places[form] in gone else form for form in forms)


def _spread(spread: Spread) -> Spread:
    return Spread(None) if _small(spread.n) else spread


def _leg(figure: LegFigure) -> LegFigure:
    """Leave out what is small of a leg, and what would give it away: all that began it are told elsewhere."""
    counts = (figure.spread.n, figure.open, figure.backwards)
    gone = {j for _, j in hidden([[count or 0 for count in counts]])} | {
        j for j, count in enumerate(counts) if count is None
    }
    spread = Spread(None) if 0 in gone else figure.spread
    began, backwards = (None if at in gone else count for at, count in ((1, figure.open), (2, figure.backwards)))
    return replace(figure, spread=spread, open=began, backwards=backwards)


def _rows(rows: tuple[Timeliness, ...]) -> tuple[Timeliness, ...]:
    gone = hidden([[part or 0 for part in (*_parts(row), row.n)] for row in rows], last_rules=True)
    return tuple(_row(row, frozenset(j for i, j in gone if i == place)) for place, row in enumerate(rows))


def _parts(row: Timeliness) -> tuple[int | None, ...]:
    return (row.in_time, row.late_on_arrival, row.late_here, row.waiting, row.undated)


def _row(row: Timeliness, gone: frozenset[int]) -> Timeliness:
    """Return a row without its cells `gone`; the sixth is its n, and a row whose n goes is told nothing of."""
    if 5 in gone:
        return Timeliness(row.name, None, None, None, None, None, None, Verdict.NO_DATA, None, Spread(None))
    in_time, on_arrival, here, waiting, undated = (None if at in gone else part for at, part in enumerate(_parts(row)))
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
