"""What is printed beside tick boxes: the words of each box, and whether they are a known set of answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from pipeline.domain.fillable import FormWidget, KnownLabels, WidgetKind
from pipeline.domain.template import FieldKind
from pipeline.stages.propose_print import Phrase, Surroundings

BOXES = frozenset({WidgetKind.CHECK, WidgetKind.RADIO})
_REACH_MM = 7.0
_NEAR_MM = 3.5
_PAIR_MM = 30.0
_ROW_MM = 1.5
_SETS = {FieldKind.YN: (("yes", "no"), ("unknown",)), FieldKind.SEX: (("m", "k"), ("o",))}
Row = list[FormWidget]


def rows(widgets: Iterable[FormWidget]) -> list[Row]:
    """Return boxes row by row, each from left to right."""
    found: list[Row] = []
    for widget in sorted(widgets, key=lambda w: (w.zone.sheet, w.zone.rect.centre[1])):
        last = found[-1][-1].zone if found else None
        level = last is not None and abs(last.rect.centre[1] - widget.zone.rect.centre[1]) <= _ROW_MM
        if last is not None and level and last.sheet == widget.zone.sheet:
            found[-1].append(widget)
        else:
            found.append([widget])
    return [sorted(row, key=lambda w: w.zone.rect.x) for row in found]


def beside(form_widgets: Iterable[FormWidget], around: Surroundings, known: KnownLabels) -> dict[FormWidget, Phrase]:
    """Return the phrase that belongs to each box, where one does."""
    found: dict[FormWidget, Phrase] = {}
    for row in rows(w for w in form_widgets if w.kind in BOXES):
        found.update(_of_row(row, around, known))
    return found


def _of_row(row: Row, around: Surroundings, known: KnownLabels) -> Iterator[tuple[FormWidget, Phrase]]:
    heads = _heads(row, around, known)
    over = _alone({w: around.above(w.zone, _NEAR_MM) for w in row})
    under = _alone({w: around.below(w.zone, _NEAR_MM) for w in row})
    upright = over if len(over) >= len(under) else under
    to_the_right = around.right(row[-1].zone, _REACH_MM) is not None
    for widget in row:
        right, left = around.right(widget.zone, _REACH_MM), around.left(widget.zone, _REACH_MM)
        head, near = heads.get(widget), upright.get(widget)
        ways = (right, head, near, left) if to_the_right else (head, near, left, right)
        phrase = next((way for way in ways if way is not None), None)
        if phrase is not None:
            yield widget, phrase


def _alone(found: dict[FormWidget, Phrase | None]) -> dict[FormWidget, Phrase]:
    """Return the phrases that stand over or under one box only: what reaches over several is running text."""
    counts = Counter(found.values())
    return {widget: phrase for widget, phrase in found.items() if phrase is not None and counts[phrase] == 1}


def _heads(row: Row, around: Surroundings, known: KnownLabels) -> dict[FormWidget, Phrase]:
    """Return the words over the columns of a table of answers: yes over one box, no over the next."""
    said: dict[FormWidget, tuple[str, Phrase]] = {}
    for widget in row:
        for phrase in around.heads(widget.zone):
            if answer := _answer(phrase.text, ("yes", "no", "unknown"), known):
                said[widget] = (answer, phrase)
                break
    found: dict[FormWidget, Phrase] = {}
    for one, other in pairwise(row):
        near = other.zone.rect.x - one.zone.rect.right < _PAIR_MM
        if near and one in said and other in said and said[one][0] != said[other][0]:
            found.update({one: said[one][1], other: said[other][1]})
    return found


def answers(labels: Sequence[str], known: KnownLabels) -> tuple[FieldKind, tuple[str, ...]] | None:
    """Return the kind of field whose answers these labels are, and the value of each; None when they are no such set."""
    for kind, (must, may) in _SETS.items():
        told = tuple(_answer(label, (*must, *may), known) for label in labels)
        if set(must) <= set(told) and "" not in told and len(set(told)) == len(told):
            return kind, told
    return None


def is_answer(text: str, known: KnownLabels) -> bool:
    """Tell whether a text is a known answer, and so not what is asked."""
    return bool(_answer(text, known.answers, known))


def _answer(label: str, wanted: Iterable[str], known: KnownLabels) -> str:
    plain = label.casefold().strip(" .:")
    return next((value for value in wanted if plain in known.answers.get(value, ())), "")
