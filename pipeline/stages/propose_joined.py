"""What text widgets ask: each for itself, but for those that share one answer, as year, month and day side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from pipeline.domain.fillable import FormWidget, Guess, KnownLabels, WidgetKind
from pipeline.domain.geometry import union
from pipeline.domain.template import Comb, FieldKind, RuleId, Zone
from pipeline.stages.propose_kinds import TextKind, text_kind
from pipeline.stages.propose_print import Surroundings
from pipeline.stages.propose_texts import Called

_APART_MM, _LEVEL_MM, _LEFT_MM, _ABOVE_MM, _HINT_MM = 8.0, 1.5, 25.0, 8.0, 6.0
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER: set[tuple[int, ...]] = {(8, 4), (6, 4)}
_PARTS: dict[FieldKind, set[tuple[int, ...]]] = {
    FieldKind.PNR: _NUMBER,
    FieldKind.SNR: _NUMBER,
    FieldKind.RIKSKOD: {(4, 4), (2, 4)},
    FieldKind.DATE: {(4, 2, 2), (2, 2, 4), (2, 2, 2)},
}
_DATE = ("year", "month", "day")
_DAY_FIRST, _POSTCODE = (2, 2, 4), (3, 2)


@dataclass(frozen=True, slots=True)
class Asked:
    """Text widgets of one answer, in the order in which it is read, what they are called, and what kind it is."""

    widgets: tuple[FormWidget, ...]
    called: Called
    kind: TextKind

    @property
    def answer(self) -> tuple[tuple[Zone, ...], Comb | None]:
        """Return where the answer stands and its cells; a day printed day first stands in a zone a part, the year first."""
        if len(self.widgets) > 1:
            cells = Comb(tuple(one.max_len for one in self.widgets)) if self.widgets[0].comb else None
            return tuple(one.zone for one in self.widgets), cells
        (widget,) = self.widgets
        comb = self.kind.comb(widget) if self.kind.kind is not FieldKind.SIGN else None
        if comb is None or comb.groups != _DAY_FIRST:
            return (widget.zone,), comb
        rects = comb.rects(widget.zone.rect)
        return tuple(Zone(widget.zone.sheet, union(part)) for part in (rects[4:], rects[2:4], rects[:2])), Comb((4, 2, 2))


@dataclass(frozen=True, slots=True)
class Asking:
    """What questions are told by: each widget's label, the print, and what is known of labels."""

    labels: Mapping[FormWidget, Called]
    around: Surroundings
    known: KnownLabels

    def of(self, texts: Iterable[FormWidget]) -> Iterator[Asked]:
        """Give what the widgets ask.

        Those of one answer stand on one line, close to each other, with nothing but signs or the words for year, month and
        day between, and have as many letters as the parts of such an answer, or are called as its parts are.
        """
        for line in _lines(texts):
            start = 0
            while start < len(line):
                tried = (self._together(line[start : start + count]) for count in (3, 2) if start + count <= len(line))
                found = next(filter(None, tried), None) or self._alone(line[start])
                yield found
                start += len(found.widgets)

    def _alone(self, widget: FormWidget) -> Asked:
        behind = self.around.right(widget.zone, _HINT_MM)
        hint = behind.text if behind is not None and behind.text.startswith("(") else ""
        called = self.labels[widget]
        return Asked((widget,), called, text_kind(widget, called[0], hint, self.known))

    def _together(self, part: Sequence[FormWidget]) -> Asked | None:
        if not all(self._close(one, other) for one, other in pairwise(part)):
            return None
        called, lengths = self._called(part), tuple(widget.max_len for widget in part)
        whole = Zone(part[0].zone.sheet, union(tuple(widget.zone.rect for widget in part)))
        kind = text_kind(replace(part[0], zone=whole, max_len=sum(lengths), groups=lengths), called[0], "", self.known)
        units = [self._unit(widget) for widget in part]
        dated = sorted(units) == sorted(_DATE)
        if any(lengths):
            postcode = part[0].comb and any(rule.id == RuleId.POSTCODE for rule in kind.rules)
            fits = lengths in _PARTS.get(kind.kind, {_POSTCODE} if postcode else ())
        elif kind.kind is FieldKind.DATE:
            fits = dated
        else:
            fits = kind.kind in _PARTS and len(part) == 2 and len({self.labels[widget][0] for widget in part}) == 1
        if not fits:
            return None
        order = [part[units.index(unit)] for unit in _DATE] if dated else part[::-1] if lengths == _DAY_FIRST else part
        return Asked(tuple(order), called, kind)

    def _close(self, one: FormWidget, other: FormWidget) -> bool:
        a, b = one.zone.rect, other.zone.rect
        alike = one.comb == other.comb and abs(a.height - b.height) <= _LEVEL_MM
        if not alike or any(w.kind is not WidgetKind.TEXT or w.multiline for w in (one, other)):
            return False
        said = self.around.right(one.zone, _APART_MM)
        parted = said is not None and said.zone.rect.centre[0] < b.x and not self._is_unit(said.text)
        return -0.5 <= b.x - a.right <= _APART_MM and not parted

    def _called(self, part: Sequence[FormWidget]) -> Called:
        """Return what widgets are called: what their labels begin with, else the print before or above the first of them."""
        told = [self.labels[widget] for widget in part]
        same = takewhile(lambda words: len(set(words)) == 1, zip(*(label.split() for label, _ in told), strict=False))
        begun = " ".join(words[0] for words in same).rstrip(" ,;:(/-")
        if not self._is_unit(begun):
            return begun, told[0][1]
        zone = part[0].zone
        for phrase in (self.around.left(zone, _LEFT_MM), self.around.above(zone, _ABOVE_MM)):
            if phrase is not None and not self._is_unit(phrase.text):
                return self.around.whole(phrase), Guess.LABEL_BY_PRINT
        return told[0]

    def _is_unit(self, text: str) -> bool:
        """Tell whether a text says nothing but that a year, a month or a day is meant."""
        units = {word for words in self.known.units.values() for word in words}
        return set(_WORD.findall(text.casefold())) <= units

    def _unit(self, widget: FormWidget) -> str:
        """Return which part of a day a widget is called, by its label or its name; nothing where that is not plain."""
        for text in (self.labels[widget][0], widget.name.replace("_", " ")):
            words = set(_WORD.findall(text.casefold()))
            said = [unit for unit, of in self.known.units.items() if words & set(of)]
            if len(said) == 1:
                return said[0]
        return ""


def _lines(texts: Iterable[FormWidget]) -> Iterator[list[FormWidget]]:
    """Give the widgets that stand level, from left to right."""
    line: list[FormWidget] = []
    for widget in sorted(texts, key=lambda w: (w.zone.sheet, w.zone.rect.centre[1])):
        first = line[0].zone if line else None
        if first is not None and (
            widget.zone.sheet != first.sheet or widget.zone.rect.centre[1] - first.rect.centre[1] > _LEVEL_MM
        ):
            yield sorted(line, key=lambda w: w.zone.rect.x)
            line = []
        line.append(widget)
    if line:
        yield sorted(line, key=lambda w: w.zone.rect.x)
