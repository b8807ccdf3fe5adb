"""The table: outcomes of all forms added up by reader, kind and condition, split by who wrote, font, template, damage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.reading.answering import Answer
from benchmarks.reading.exact import curve, distance, interval, quantile
from benchmarks.reading.filling import KINDS, Truth
from benchmarks.reading.sitting import OURS
from pipeline.domain.value import Plain, Value, from_json, to_json

ALL = "all"
BY_BOX = "tick, by box"
UNSEEN = frozenset({"not placed", "not opened"})
PER = 10_000


def truth_row(truth: Truth) -> list[Any]:
    """Return a truth as a list for JSON."""
    return [truth.key, truth.sheet, truth.kind, to_json(Value(truth.value)), truth.by, truth.boxes, list(truth.notes)]


def truth_of(row: list[Any]) -> Truth:
    """Make a truth of what JSON held."""
    return Truth(row[0], row[1], row[2], from_json(row[3]).reveal(), row[4], row[5], tuple(row[6]))


@dataclass(slots=True)
class Tally:
    """What is counted in one cell of the table."""

    n: int = 0
    exact: int = 0
    letters: int = 0
    edits: int = 0
    accepted: int = 0
    wrong: int = 0
    told: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, truth: Truth, answer: Answer) -> None:
        """Count one field."""
        right = is_right(truth, answer)
        self.n += 1
        self.exact += right
        self.accepted += answer.accepted
        self.wrong += answer.accepted and not right
        if isinstance(truth.value, str) and truth.kind not in ("tick", "signature"):
            self.letters += len(truth.value)
            self.edits += distance(truth.value, "" if answer.value is None else str(answer.value))
        if answer.spoken:
            self.told.append((answer.confidence, right))

    def add_boxes(self, truth: Truth, answer: Answer) -> None:
        """Count the boxes of one field, each on its own."""
        wrong = len(_on(truth.value) ^ _on(answer.value)) if not UNSEEN & set(answer.why) else truth.boxes
        wrong = min(wrong, truth.boxes)
        self.n += truth.boxes
        self.exact += truth.boxes - wrong
        self.accepted += truth.boxes if answer.accepted else 0
        self.wrong += wrong if answer.accepted else 0

    def row(self) -> dict[str, Any]:
        """Return the cell with its exact intervals."""
        error, points = curve(self.told)
        return {
            "n": self.n,
            "exact": _share(self.exact, self.n),
            "cer": self.edits / self.letters if self.letters else None,
            "letters": self.letters,
            "coverage": _share(self.accepted, self.n),
            "wrong_and_accepted": _share(self.wrong, self.n),
            "wrong_among_accepted": _share(self.wrong, self.accepted),
            "calibration_error": error,
            "reliability": points,
        }


def _share(hits: int, n: int) -> dict[str, Any]:
    low, high = interval(hits, n)
    return {"hits": hits, "n": n, "share": hits / n if n else None, "low": low, "high": high}


def is_right(truth: Truth, answer: Answer) -> bool:
    """Tell whether an answer is the truth; a reader that never saw the field is right about nothing."""
    if UNSEEN & set(answer.why):
        return False
    nothing = (None, (), False)
    if truth.value in nothing:
        return answer.value in nothing
    return answer.value == truth.value


def _on(plain: Plain) -> frozenset[str]:
    if isinstance(plain, tuple):
        return frozenset(plain)
    return frozenset() if plain in (None, False) else frozenset({str(plain)})


@dataclass(slots=True)
class Pages:
    """What is counted of pages under one condition."""

    states: dict[str, int] = field(default_factory=lambda: {"right": 0, "wrong": 0, "refused": 0})
    reasons: dict[str, int] = field(default_factory=dict)
    errors: list[float] = field(default_factory=list)
    untold: int = 0
    lost: int = 0
    ms: dict[str, float] = field(default_factory=dict)
    timed: dict[str, int] = field(default_factory=dict)

    def add(self, side: Mapping[str, Any]) -> None:
        """Count one side."""
        self.states[side["state"]] += 1
        if side["state"] != "right":
            self.reasons[side["reason"]] = self.reasons.get(side["reason"], 0) + 1
            return
        self.errors += side["errors_mm"]
        self.untold += sum(far > max(0.3, told) for far, told in zip(side["errors_mm"], side["told_mm"], strict=True))
        self.lost += side["zones_lost"]

    def took(self, ms: Mapping[str, float], sides: int, of: str) -> None:
        """Add what stages cost for some sides."""
        for stage, spent in ms.items():
            name = f"{of}: {stage}" if of else stage
            self.ms[name] = self.ms.get(name, 0.0) + spent
            self.timed[name] = self.timed.get(name, 0) + sides

    def row(self) -> dict[str, Any]:
        """Return the line of a condition."""
        n = sum(self.states.values())
        far = self.errors
        return {
            "pages": n,
            **{state: _share(count, n) for state, count in self.states.items()},
            "reasons": self.reasons,
            "zones": len(far),
            "error_mm": {"median": quantile(far, 0.5), "p95": quantile(far, 0.95), "worst": max(far)} if far else None,
            "untold": _share(self.untold, len(far)),
            "zones_lost": self.lost,
            "cpu_ms_a_page": {stage: round(spent / self.timed[stage], 1) for stage, spent in self.ms.items()},
        }


@dataclass(slots=True)
class Counted:
    """Everything added up."""

    cells: dict[tuple[str, str, str], Tally] = field(default_factory=dict)
    splits: dict[tuple[str, str, str, str], Tally] = field(default_factory=dict)
    pages: dict[str, Pages] = field(default_factory=dict)
    forms: int = 0

    def add(self, drawn: Mapping[str, Any], said: Mapping[str, Mapping[str, Any]]) -> None:
        """Add one form."""
        self.forms += 1
        truths = {row[0]: truth_of(row) for row in drawn["truths"]}
        condition = drawn["condition"]
        for who, told in said.items():
            for reader, rows in told["answers"].items():
                for row in rows:
                    self._field((reader, condition, drawn["template"]), truths[row[0]], Answer.of_row(row))
            for name in (condition, ALL):
                pages = self.pages.setdefault(name, Pages())
                for side in told.get("sides", ()):
                    pages.add(side)
                pages.took(told["ms"], drawn["sides"], "" if who == OURS else who)

    def _field(self, of: tuple[str, str, str], truth: Truth, answer: Answer) -> None:
        reader, condition, template = of
        for name in (condition, ALL):
            self.cells.setdefault((reader, truth.kind, name), Tally()).add(truth, answer)
            if truth.kind == "tick":
                self.cells.setdefault((reader, BY_BOX, name), Tally()).add_boxes(truth, answer)
        for split, value in _splits(truth, template):
            self.splits.setdefault((reader, split, value, truth.kind), Tally()).add(truth, answer)

    def told(self) -> dict[str, Any]:
        """Return the whole for JSON: rows in the order of readers, kinds and conditions."""
        order = {kind: place for place, kind in enumerate((*KINDS[:7], BY_BOX, KINDS[7]))}
        rows = [
            {"reader": reader, "kind": kind, "condition": condition, **tally.row()}
            for (reader, kind, condition), tally in sorted(
                self.cells.items(), key=lambda one: (one[0][0] != OURS, one[0][0], order[one[0][1]], one[0][2] != ALL)
            )
        ]
        splits = [
            {"reader": reader, "by": split, "value": value, "kind": kind, **tally.row()}
            for (reader, split, value, kind), tally in sorted(self.splits.items())
        ]
        return {
            "forms": self.forms,
            "rows": rows,
            "splits": splits,
            "pages": {name: p.row() for name, p in self.pages.items()},
        }


def _splits(truth: Truth, template: str) -> Iterator[tuple[str, str]]:
    yield "template", template
    written = truth.kind in ("comb digits", "comb letters", "free hand print")
    if truth.by and (truth.kind.startswith("machine") or truth.by.startswith("font ")):
        yield "font", truth.by
    elif truth.by and written:
        yield "writer", truth.by
    for note in truth.notes:
        yield "damage", note


def count(forms: Iterable[tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any]]]]) -> Counted:
    """Add up the forms of a log."""
    counted = Counted()
    for drawn, said in forms:
        counted.add(drawn, said)
    return counted
