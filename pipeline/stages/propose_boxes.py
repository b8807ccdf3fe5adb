"""Tick boxes taken together: by the field they share, else by where they stand and what they are called."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.domain.fillable import FormWidget, Guess, KnownLabels, WidgetKind
from pipeline.domain.geometry import union
from pipeline.domain.template import FieldKind, Zone
from pipeline.stages.propose_answers import BOXES, answers, beside, is_answer, rows
from pipeline.stages.propose_blocks import blocks
from pipeline.stages.propose_print import Phrase, Surroundings, shared_beginning, tidy

_PAIR_MM, _PITCH_MM, _STEP_MM, _COLUMN_MM, _HEADING_MM = 30.0, 50.0, 12.0, 1.5, 12.0
_ONE = re.compile(r"\b(?:ett kryss|ett alternativ|en ruta|one box|one only)\b", re.IGNORECASE)
_QUOTES = " .:-–\"'”“’"
_PLAIN = frozenset({"", "on", "off", "yes", "ja", "true", "x", "1", "0", "checked"})


@dataclass(frozen=True, slots=True)
class Boxes:
    """Boxes of one field: widgets with their words and values, what the field is called, its kind, and what is guessed."""

    widgets: tuple[FormWidget, ...]
    labels: tuple[str, ...]
    values: tuple[str, ...]
    label: str
    kind: FieldKind
    guesses: tuple[Guess, ...]
    again: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of every box, and where each was found."""

    phrases: Mapping[FormWidget, Phrase]
    around: Surroundings
    known: KnownLabels

    def of(self, widget: FormWidget, siblings: Iterable[FormWidget]) -> tuple[str, Guess | None]:
        """Return a box's words: its own tip, if its siblings have others, else the print beside it, else its name."""
        tips = [sibling.tip for sibling in siblings]
        if widget.tip and tips.count(widget.tip) == 1:
            question = shared_beginning(tips) or widget.group_tip
            return widget.tip.removeprefix(question).strip(_QUOTES) or widget.tip, None
        if widget in self.phrases:
            return self.phrases[widget].text, Guess.OPTIONS_BY_PRINT
        plain = widget.export if widget.export.casefold() not in _PLAIN else widget.name
        return plain.replace("_", " ").strip() or "?", Guess.OPTIONS_BY_NAME


def gather(widgets: Iterable[FormWidget], around: Surroundings, known: KnownLabels) -> list[Boxes]:
    """Return every tick box, with those that belong to one field together."""
    boxes = [widget for widget in widgets if widget.kind in BOXES]
    words = _Words(beside(boxes, around, known), around, known)
    by_name: dict[tuple[str, WidgetKind], list[FormWidget]] = {}
    for widget in (widget for widget in boxes if widget.name):
        by_name.setdefault((widget.name, widget.kind), []).append(widget)
    made: list[Boxes] = []
    alone: list[FormWidget] = []
    for group in by_name.values():
        if len(group) == 1 and group[0].kind is WidgetKind.CHECK:
            alone.extend(group)
            continue
        for number, part in enumerate(_sets(group)):
            made.append(_boxes(part, words, shared=True, again=number > 0))
    for part in _neighbours(alone, words):
        made.append(_boxes(part, words, shared=False, again=False))
    for part, heading in blocks((widget for widget in boxes if not widget.name), words.phrases, around, known):
        found = _boxes(part, words, shared=False, again=False)
        made.append(_one_only(replace(found, label=tidy(heading)) if tidy(heading) else found))
    return made


def _one_only(boxes: Boxes) -> Boxes:
    """Return boxes as one choice where their question says so."""
    if boxes.kind is not FieldKind.CHOICEN or len(boxes.widgets) == 1 or not _ONE.search(boxes.label):
        return boxes
    return replace(boxes, kind=FieldKind.CHOICE1, guesses=(*boxes.guesses, Guess.KIND_BY_LABEL))


def _sets(group: list[FormWidget]) -> Iterator[list[FormWidget]]:
    """Part a field's boxes where a value comes again: the same question asked once more, in another place."""
    part: list[FormWidget] = []
    for widget in group:
        if any(widget.export == other.export for other in part):
            yield part
            part = []
        part.append(widget)
    yield part


def _neighbours(alone: list[FormWidget], words: _Words) -> Iterator[list[FormWidget]]:
    """Take boxes with names of their own together: known sets of answers first, then rows, then columns."""
    left: list[FormWidget] = []
    for row in rows(alone):
        for part in _known_sets(row, words):
            if len(part) > 1:
                yield part
            else:
                left.extend(part)
    single: list[FormWidget] = []
    for row in rows(left):
        for part in _runs(row, _beside):
            if len(part) > 1:
                yield part
            else:
                single.extend(part)
    columns = sorted(single, key=lambda w: (w.zone.sheet, round(w.zone.rect.x / _COLUMN_MM), w.zone.rect.y))
    yield from _runs(columns, _under)


def _known_sets(row: list[FormWidget], words: _Words) -> Iterator[list[FormWidget]]:
    """Part a row into known sets of answers (yes, no, not known) and single boxes."""
    start = 0
    while start < len(row):
        for count in (3, 2, 1):
            part = row[start : start + count]
            near = all(b.zone.rect.x - a.zone.rect.right < _PAIR_MM for a, b in itertools.pairwise(part))
            told = [words.of(widget, part)[0] for widget in part]
            if count == 1 or (len(part) == count and near and answers(told, words.known)):
                yield part
                start += count
                break


def _runs(line: list[FormWidget], near: Callable[[FormWidget, FormWidget], bool]) -> Iterator[list[FormWidget]]:
    part = line[:1]
    for before, widget in itertools.pairwise(line):
        stem = _stem(before.name)
        if not (near(before, widget) and stem and stem == _stem(widget.name)):
            yield part
            part = []
        part.append(widget)
    if part:
        yield part


def _beside(one: FormWidget, other: FormWidget) -> bool:
    return other.zone.rect.x - one.zone.rect.x <= _PITCH_MM


def _under(one: FormWidget, other: FormWidget) -> bool:
    a, b = one.zone.rect, other.zone.rect
    return one.zone.sheet == other.zone.sheet and abs(a.x - b.x) <= _COLUMN_MM and 0 <= b.y - a.y <= _STEP_MM


def _stem(name: str) -> str:
    """Return what names of boxes of one question have in common: all but a last number or a last part."""
    numbered = re.sub(r"[\s._-]*\d+$", "", name)
    if numbered != name:
        return numbered
    stem = re.split(r"[._-](?=[^._-]*$)", name)[0]
    return stem if stem != name and len(stem) > 2 else ""


def _boxes(widgets: list[FormWidget], words: _Words, *, shared: bool, again: bool) -> Boxes:
    told = [words.of(widget, widgets) for widget in widgets]
    labels = tuple(label for label, _ in told)
    guesses = {guess for _, guess in told if guess}
    # Boxes of one name are one value: to tick one takes the others' ticks away. Source: ISO 32000-1, 12.7.4.2.3.
    one = widgets[0].kind is WidgetKind.RADIO or (shared and len(widgets) > 1)
    kind, values = FieldKind.CHOICE1 if one else FieldKind.CHOICEN, _exports(widgets, labels)
    if known := answers(labels, words.known):
        kind, values = known
        guesses.add(Guess.KIND_BY_OPTIONS)
    if not shared and len(widgets) > 1:
        guesses.add(Guess.GROUPED)
    label, by = _label(widgets, labels, words, shared=shared)
    if by:
        guesses.add(by)
    return Boxes(tuple(widgets), labels, values, label, kind, tuple(sorted(guesses)), again)


def _exports(widgets: list[FormWidget], labels: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the values are made of: what the PDF's boxes stand for, else their labels."""
    exports = tuple(widget.export for widget in widgets)
    told = len(set(exports)) == len(exports) and all(exports)
    return exports if told and (len(exports) > 1 or exports[0].casefold() not in _PLAIN) else labels


def _label(widgets: list[FormWidget], labels: tuple[str, ...], words: _Words, *, shared: bool) -> tuple[str, Guess | None]:
    tip = next((w.group_tip or w.tip for w in widgets if w.group_tip or w.tip), "") if shared else ""
    question = tidy(shared_beginning([widget.tip for widget in widgets]))
    if question:
        return question, None
    if tip and tip.casefold() not in {label.casefold() for label in labels} and not is_answer(tip, words.known):
        return tidy(tip) or tip, None
    if len(widgets) == 1 and not shared:
        return labels[0], None if widgets[0].tip else Guess.LABEL_BY_PRINT if widgets[
            0
        ] in words.phrases else Guess.LABEL_BY_NAME
    heading = _heading(widgets, words)
    if heading is not None:
        return words.around.whole(heading), Guess.LABEL_BY_PRINT
    if not widgets[0].name:
        return "?", Guess.LABEL_LACKING
    name = widgets[0].name if shared else _stem(widgets[0].name) or widgets[0].name
    return tidy(name.rpartition(".")[2].replace("_", " ").replace("-", " ")) or name, Guess.LABEL_BY_NAME


def _heading(widgets: list[FormWidget], words: _Words) -> Phrase | None:
    """Return the phrase that boxes stand under one label by: to the left of the first, else above them all."""
    used = {phrase for widget, phrase in words.phrases.items() if not widget.tip}
    beside_first = words.around.left(widgets[0].zone, 200.0)
    if beside_first is not None and beside_first.is_label and beside_first not in used:
        return beside_first
    own = [words.phrases[widget].zone.rect for widget in widgets if widget in words.phrases and not widget.tip]
    near = [rect for rect in own if abs(rect.y - widgets[0].zone.rect.y) < _HEADING_MM]
    whole = Zone(widgets[0].zone.sheet, union((*(w.zone.rect for w in widgets), *near)))
    over = words.around.above(whole, _HEADING_MM)
    return over if over is not None and over.is_label and over not in used else None
