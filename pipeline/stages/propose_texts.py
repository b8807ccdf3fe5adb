"""What text widgets are called: by their tips, by the print around them, or by their names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from pipeline.domain.fillable import FormWidget, Guess
from pipeline.stages.propose_print import Phrase, Surroundings, tidy

_LEFT_MM, _ABOVE_MM, _BELOW_MM, _FAR_MM = 25.0, 8.0, 4.0, 300.0
# What a side costs, and what a millimetre of distance adds: labels stand to the left or above more often than below.
_LEFT_COST, _ABOVE_COST, _BELOW_COST, _ROW_COST, _NONE = 0.3, 0.5, 1.2, 1.0, 6.0
_LEFT_GAP, _ROW_GAP = 0.15, 0.02
_SAME_MM, _CHAIN_MM, _NEXT_MM = 2.0, 15.0, 1.5
_LETTERS = re.compile(r"[^\W\d_]{2}")
Called = tuple[str, Guess | None]


class _Side(StrEnum):
    """Where a label stands; ROW: at the beginning of the line, behind other widgets."""

    INSIDE = "inside"
    LEFT = "left"
    ABOVE = "above"
    BELOW = "below"
    ROW = "row"


Costs = dict[_Side, tuple[float, Phrase]]


def text_labels(widgets: Iterable[FormWidget], around: Surroundings) -> dict[FormWidget, Called]:
    """Return each widget's label, and what of it is guessed.

    Of widgets that stand under each other, either all are called by what stands above them or all by what stands below,
    whichever lies closer for all of them together.
    """
    given = list(widgets)
    costs = {widget: _costs(widget, around) for widget in given}
    for chain in _chains(given):
        above, below = (sum(costs[w][side][0] if side in costs[w] else _NONE for w in chain) for side in _MANNERS)
        for widget in chain if len(chain) > 1 else ():
            costs[widget].pop(_Side.BELOW if above <= below else _Side.ABOVE, None)
    called: dict[FormWidget, Called] = {}
    for widget in sorted(given, key=lambda w: (w.zone.sheet, w.zone.rect.y)):
        called[widget] = _called(widget, costs[widget], around) or _goes_on(widget, called) or _by_name(widget)
    return called


_MANNERS = (_Side.ABOVE, _Side.BELOW)


def _called(widget: FormWidget, costs: Costs, around: Surroundings) -> Called | None:
    tip = widget.tip or widget.group_tip
    if tip:
        return tidy(tip) or tip, None
    if _LETTERS.search(widget.heading):
        return tidy(widget.heading) or widget.heading, Guess.LABEL_BY_PRINT
    if not costs:
        return None
    return around.whole(min(costs.values(), key=lambda cost: cost[0])[1]), Guess.LABEL_BY_PRINT


def _goes_on(widget: FormWidget, called: dict[FormWidget, Called]) -> Called | None:
    """Return the label of the widget right above, of which this one is a further line."""
    rect = widget.zone.rect
    for other, label in called.items():
        above = other.zone.rect
        alike = abs(above.x - rect.x) < _SAME_MM and abs(above.width - rect.width) < _SAME_MM
        if other.zone.sheet == widget.zone.sheet and alike and abs(rect.y - above.bottom) < _NEXT_MM:
            return label[0], Guess.LABEL_BY_PRINT
    return None


def _by_name(widget: FormWidget) -> Called:
    name = widget.name.rpartition(".")[2]
    if not name:
        return "?", Guess.LABEL_LACKING
    return tidy(name.replace("_", " ")) or name, Guess.LABEL_BY_NAME


def _costs(widget: FormWidget, around: Surroundings) -> Costs:
    """Return the phrases that may name a widget, the likelier the cheaper."""
    zone, rect = widget.zone, widget.zone.rect
    inside = around.inside(zone)
    if inside is not None:
        return {_Side.INSIDE: (0.0, inside)}
    found: Costs = {}
    if (left := around.left(zone, _LEFT_MM)) is not None:
        gap = rect.x - left.zone.rect.right
        found[_Side.LEFT] = (min(_LEFT_COST + _LEFT_GAP * gap, _ROW_COST + _ROW_GAP * gap), left)
    if (above := around.above(zone, _ABOVE_MM)) is not None:
        found[_Side.ABOVE] = (_ABOVE_COST + rect.y - above.zone.rect.bottom, above)
    if (below := around.below(zone, _BELOW_MM)) is not None and below.zone.rect.x > rect.x - _SAME_MM:
        found[_Side.BELOW] = (_BELOW_COST + below.zone.rect.y - rect.bottom, below)
    if (first := around.left(zone, _FAR_MM, across=True)) is not None and (left is None or not left.is_label):
        found[_Side.ROW] = (_ROW_COST + _ROW_GAP * (rect.x - first.zone.rect.right), first)
    return {side: cost for side, cost in found.items() if cost[1].is_label}


def _chains(widgets: Iterable[FormWidget]) -> Iterator[list[FormWidget]]:
    """Give widgets that stand under each other, from the top down."""
    chain: list[FormWidget] = []
    for widget in sorted(widgets, key=lambda w: (w.zone.sheet, round(w.zone.rect.x / _SAME_MM), w.zone.rect.y)):
        if chain:
            before, rect = chain[-1].zone, widget.zone.rect
            near = abs(before.rect.x - rect.x) <= _SAME_MM and rect.y - before.rect.bottom <= _CHAIN_MM
            if before.sheet != widget.zone.sheet or not near:
                yield chain
                chain = []
        chain.append(widget)
    if chain:
        yield chain
