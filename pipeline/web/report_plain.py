"""A report as JSON and as CSV: the same figures, codes and not words."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from pipeline.domain.report import Report

SCHEMA = Path(__file__).parent / "report.schema.json"
VERSION = 1
_HEAD = ("part", "row", "figure", "value")


def plain(report: Report) -> dict[str, Any]:
    """Return a report as JSON has it; its shape is `report.schema.json`. A count of null is withheld."""
    told: dict[str, Any] = {"version": VERSION, **_plain(report)}
    told["paper"] = {
        "sides_fed": report.sides_fed,
        "sides_in": report.sides_in,
        "accounted": report.accounted,
        "unopened": report.unopened,
        "waiting": report.waiting,
        "sides": {state.value: count for state, count in report.sides},
        "piles": [
            {**pile, "sides": dict(pile["sides"]), "sides_in": line.sides_in, "accounted": line.accounted}
            for pile, line in zip(told.pop("piles"), report.piles, strict=True)
        ],
    }
    return told


def _plain(noun: object) -> Any:  # noqa: ANN401 - JSON of any shape
    if isinstance(noun, dt.datetime | dt.date):
        return noun.isoformat()
    if isinstance(noun, tuple):
        return [_plain(inner) for inner in noun]
    if isinstance(noun, float):
        return round(noun, 6)
    if is_dataclass(noun) and not isinstance(noun, type):
        return {field.name: _plain(getattr(noun, field.name)) for field in fields(noun)}
    return noun


def as_json(report: Report) -> str:
    """Return a report as indented JSON."""
    return json.dumps(plain(report), ensure_ascii=False, indent=2) + "\n"


def as_csv(report: Report) -> str:
    """Return a report as CSV with one figure a line: part, row, figure, value; nothing means withheld."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_HEAD)
    writer.writerows(("" if cell is None else cell for cell in line) for line in _lines(plain(report)))
    return out.getvalue()


def _lines(told: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for name in ("version", "made", "since", "until", "shared", "closed"):
        yield ("report", "", name, told[name])
    paper = told["paper"]
    yield from (("paper", "", name, paper[name]) for name in ("sides_fed", "sides_in", "accounted", "unopened", "waiting"))
    yield from (("paper", state, "sides", count) for state, count in paper["sides"].items())
    for pile in paper["piles"]:
        yield from (("pile", pile["id"], name, pile[name]) for name in ("arrived", "sides_fed", "sides_in", "accounted"))
    yield from (("forms", form["template"], form["status"], form["n"]) for form in told["forms"])
    for leg in told["legs"]:
        yield from (("leg", leg["leg"], name, value) for name, value in _flat(leg) if name != "leg")
    for part, rows in (
        ("total", [told["total"]]),
        *((name, told[name]) for name in ("by_template", "by_disease", "by_week")),
    ):
        for row in rows:
            yield from ((part, row["name"], name, value) for name, value in _flat(row) if name != "name")
    yield from (("work", "", name, value) for name, value in _flat(told["work"]))


def _flat(told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in told.items():
        if isinstance(value, dict):
            yield from ((f"{name}_{inner}", figure) for inner, figure in value.items())
        else:
            yield (name, value)
