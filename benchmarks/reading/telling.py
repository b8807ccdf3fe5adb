"""Telling: the table as Markdown, for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.reading.sitting import OURS
from benchmarks.reading.table import ALL, PER

HEAD = """# How well forms are read

{forms} forms, {pages} pages, part {part}, seed {seed}. Shares in per cent with their exact 95 % interval (Clopper-Pearson).
*Coverage* is the share the machine would let stand: for `blankett` no finding but `unproven`, for a reader alone no doubt
of its own and confidence at the policy's bar, for the plain ways the engine's least word (PP-OCR: mean letter) at that bar.
*Wrong and accepted* counts per 10 000 fields of the row, accepted or not. CER: letters put in, taken out or changed, per
letter of the truth; a field left unread counts with all its letters. ECE: expected calibration error over ten bins of the
answers that claim something. Fields of a page that was refused count as unread. Rings and dots of å ä ö are drawn on real
hands' a and o: no real hand-written å is known to be obtainable. A quarter of the person numbers have a wrong check digit
on purpose and should not be accepted. The plain ways are told where each zone truly lies, and claim nothing where they
read nothing. The words of DHSD are German, and some are mislabelled.
"""


def markdown(told: Mapping[str, Any], run: Mapping[str, Any]) -> str:
    """Return the whole table."""
    pages = told["pages"].get(ALL, {}).get("pages", 0)
    parts = [HEAD.format(forms=told["forms"], pages=pages, part=run["part"], seed=run["seed"])]
    parts += [f"- {who}: `{version}`" for who, version in run["versions"].items()]
    if run["missing"]:
        parts.append(f"- not found and left out: {', '.join(run['missing'])}")
    parts += ["", *_lines(_HEADS, _main(told["rows"]))]
    parts += ["", "## Pages", "", *_lines(_PAGE_HEADS, _pages(told["pages"]))]
    parts += ["", "## Processor time, ms a page", "", *_cost(told["pages"])]
    for by in ("writer", "font", "template", "damage"):
        rows = list(_split(told["splits"], by))
        if rows:
            parts += ["", f"## `{OURS}` by {by}", "", *_lines((by, *_HEADS[1:2], *_HEADS[3:]), rows)]
    return "\n".join(parts) + "\n"


_HEADS = (
    "reader",
    "kind of field",
    "condition",
    "n",
    "exact %",
    "CER %",
    "coverage %",
    "wrong and accepted per 10 000",
    "ECE",
)
_PAGE_HEADS = (
    "condition", "pages", "right %", "wrong %", "refused %", "zones", "error mm: median", "p95", "worst",
    "beyond 0.3 mm and untold %", "zones lost",
)  # fmt: skip


def _lines(heads: Sequence[str], rows: Iterator[Sequence[str]] | Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


def _main(rows: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    before: tuple[str, str] = ("", "")
    for row in rows:
        now = (row["reader"], row["kind"])
        yield (now[0] if now[0] != before[0] else "", now[1] if now != before else "", row["condition"], *_measures(row))
        before = now


def _measures(row: Mapping[str, Any]) -> Sequence[str]:
    error = row["calibration_error"]
    return (
        str(row["n"]),
        _percent(row["exact"]),
        "" if row["cer"] is None else f"{100 * row['cer']:.1f}",
        _percent(row["coverage"]),
        _percent(row["wrong_and_accepted"], PER),
        "" if error is None else f"{error:.3f}",
    )


def _percent(share: Mapping[str, Any], per: int = 100) -> str:
    if share["share"] is None:
        return ""
    digits = 1 if per == 100 else 0
    return f"{per * share['share']:.{digits}f} ({per * share['low']:.{digits}f} to {per * share['high']:.{digits}f})"


def _pages(pages: Mapping[str, Mapping[str, Any]]) -> Iterator[Sequence[str]]:
    for name, row in sorted(pages.items(), key=lambda one: one[0] != ALL):
        far = row["error_mm"]
        yield (
            name,
            str(row["pages"]),
            *(_percent(row[state]) for state in ("right", "wrong", "refused")),
            str(row["zones"]),
            *(f"{far[name]:.3f}" if far else "" for name in ("median", "p95", "worst")),
            _percent(row["untold"]),
            str(row["zones_lost"]),
        )


def _cost(pages: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    names = sorted(pages, key=lambda name: name != ALL)
    stages = list(pages[ALL]["cpu_ms_a_page"]) if ALL in pages else []
    rows = [[stage, *(_ms(pages[name]["cpu_ms_a_page"].get(stage)) for name in names)] for stage in stages]
    yield from _lines(("stage", *names), rows)


def _ms(spent: float | None) -> str:
    return "" if spent is None else f"{spent:.0f}"


def _split(splits: Sequence[Mapping[str, Any]], by: str) -> Iterator[Sequence[str]]:
    for row in splits:
        if row["reader"] == OURS and row["by"] == by:
            yield (row["value"], row["kind"], *_measures(row))
