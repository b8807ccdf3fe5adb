"""What a text widget is called: by its tip, by the print around it, or by its name."""

from __future__ import annotations

from pipeline.domain.fillable import FormWidget, Guess
from pipeline.stages.propose_print import Phrase, Surroundings, tidy

_LEFT_MM, _ABOVE_MM, _BELOW_MM, _FAR_MM = 25.0, 8.0, 4.0, 300.0
# What a millimetre is worth, and what a side is: labels stand to the left or above more often than below.
_LEFT_COST, _ABOVE_COST, _BELOW_COST, _LEFT_GAP = 0.3, 0.5, 1.2, 0.15


def text_label(widget: FormWidget, around: Surroundings) -> tuple[str, Guess | None]:
    """Return a widget's label, and what of it is guessed."""
    if widget.tip or widget.group_tip:
        return tidy(widget.tip or widget.group_tip) or widget.tip or widget.group_tip, None
    phrase = _beside(widget, around)
    if phrase is not None:
        return around.whole(phrase), Guess.LABEL_BY_PRINT
    name = widget.name.rpartition(".")[2]
    return tidy(name.replace("_", " ")) or name or "?", Guess.LABEL_BY_NAME


def _beside(widget: FormWidget, around: Surroundings) -> Phrase | None:
    """Return the phrase that most likely names a widget: the nearest, else the first of its row."""
    zone, rect = widget.zone, widget.zone.rect
    inside = around.inside(zone)
    if inside is not None:
        return inside
    left, above, below = around.left(zone, _LEFT_MM), around.above(zone, _ABOVE_MM), around.below(zone, _BELOW_MM)
    costs = [
        (_LEFT_COST + _LEFT_GAP * (rect.x - left.zone.rect.right), left) if left else None,
        (_ABOVE_COST + rect.y - above.zone.rect.bottom, above) if above else None,
        (_BELOW_COST + below.zone.rect.y - rect.bottom, below) if below else None,
    ]
    found = [cost for cost in costs if cost is not None and cost[1].is_label]
    if found:
        return min(found, key=lambda cost: cost[0])[1]
    far = around.left(zone, _FAR_MM, across=True)
    return far if far is not None and far.is_label else None
