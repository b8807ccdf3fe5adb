"""What kind of answer a text widget takes: by its label, its cells, its length or its size."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.domain.fillable import FormWidget, Guess, KnownLabel, KnownLabels, WidgetKind
from pipeline.domain.template import BOX_KINDS, TEXT_LENGTHS, Comb, FieldKind, Rule, RuleId

_LINE_MM = 4.5
_LETTER_MM = 2.0
_NARROW = ((30.0, FieldKind.TEXT15), (45.0, FieldKind.TEXT25), (80.0, FieldKind.TEXT40))
_LONG = 255
_GROUPS: dict[FieldKind, dict[int, tuple[int, ...]]] = {
    FieldKind.PNR: {12: (8, 4), 10: (6, 4)},
    FieldKind.SNR: {12: (8, 4), 10: (6, 4)},
    FieldKind.RIKSKOD: {8: (4, 4), 6: (2, 4)},
    FieldKind.DATE: {8: (4, 2, 2), 6: (2, 2, 2)},
}
_PNR_CELLS, _YEAR_CELLS = 12, 4
_DATES = frozenset({(4, 2, 2), (2, 2, 4)})
_OPEN = frozenset(kind for kind in TEXT_LENGTHS if kind.value.startswith("text"))
_WORDS = re.compile(r"[\s/(),:;]+")
_AROUND = re.compile(r"[\s:*.,?!]+$|^[\s*]+")


@dataclass(frozen=True, slots=True)
class TextKind:
    """What a text widget is taken for; `known` is its whole label, where that is known."""

    kind: FieldKind
    guesses: tuple[Guess, ...] = ()
    known: KnownLabel | None = None
    rules: tuple[Rule, ...] = field(default=())

    def comb(self, widget: FormWidget) -> Comb | None:
        """Return the cells of the widget, in the groups that the answer is written in."""
        if not widget.comb:
            return None
        if widget.groups:
            return Comb(widget.groups, round(widget.gap_mm, 2))
        groups = _GROUPS.get(self.kind, {}).get(widget.max_len, (widget.max_len,))
        if any(rule.id == RuleId.POSTCODE for rule in self.rules) and widget.max_len == 5:
            groups = (3, 2)
        return Comb(groups)


def text_kind(widget: FormWidget, label: str, hint: str, known: KnownLabels) -> TextKind:
    """Return what kind of answer a widget that is no box takes; `hint` is what is printed behind it."""
    if widget.kind is WidgetKind.SIGN:
        return TextKind(FieldKind.SIGN, known=next(iter(_signs(label, known)), None))
    if widget.kind is WidgetKind.CHOICE:
        return TextKind(FieldKind.TEXT40)
    for whole in meanings(label, known):
        if whole.kind not in BOX_KINDS and _fits(widget, whole.kind, whole.rules):
            kind = _roomy(widget, whole.kind)
            guesses = (Guess.KIND_BY_LABEL,) if kind is whole.kind else ()
            return TextKind(kind, guesses, whole, whole.rules)
    said = f"{label} {hint}".casefold()
    for part in known.parts:
        told = any(letters in said for letters in part.letters) or set(_WORDS.split(said)) & set(part.words)
        if told and _fits(widget, part.kind, part.rules) and not (widget.multiline and part.kind is not FieldKind.SIGN):
            return TextKind(part.kind, (Guess.KIND_BY_LABEL,), rules=part.rules)
    if widget.comb and widget.max_len == _PNR_CELLS:
        return TextKind(FieldKind.PNR, (Guess.KIND_BY_COMB,))
    if widget.groups in _DATES:
        return TextKind(FieldKind.DATE, (Guess.KIND_BY_COMB,))
    return _by_length(widget)


def meanings(label: str, known: KnownLabels) -> tuple[KnownLabel, ...]:
    """Return what a whole label is known to ask for."""
    plain = _plain(label)
    wanted = {plain, *(plain.removeprefix(f"{word} ") for word in known.before)}
    bare = re.sub(r"\s*\([^)]*\)$", "", plain)
    wanted |= {bare, *(bare.removeprefix(f"{word} ") for word in known.before)}
    return tuple(one for one in known.known if wanted & set(one.labels))


def _signs(label: str, known: KnownLabels) -> tuple[KnownLabel, ...]:
    return tuple(one for one in meanings(label, known) if one.kind is FieldKind.SIGN)


def _plain(label: str) -> str:
    return _AROUND.sub("", " ".join(label.casefold().split()))


def _fits(widget: FormWidget, kind: FieldKind, rules: Sequence[Rule]) -> bool:
    """Tell whether as many letters as the widget takes can be such an answer."""
    if widget.max_len == _YEAR_CELLS and any(rule.id == RuleId.PARTIAL for rule in rules):
        return True
    lengths = _GROUPS.get(kind)
    if lengths is not None:
        return widget.max_len in lengths if widget.comb else not 0 < widget.max_len < min(lengths)
    if kind is FieldKind.PHONE:
        return not 0 < widget.max_len < 6
    return kind is not FieldKind.OTHER_NUMBER or widget.max_len <= TEXT_LENGTHS[kind]


def _roomy(widget: FormWidget, kind: FieldKind) -> FieldKind:
    """Return an open text's kind, or the next that takes as much as the widget does."""
    if kind not in _OPEN or widget.max_len <= TEXT_LENGTHS[kind]:
        return kind
    return _holding(widget.max_len)


def _holding(length: int) -> FieldKind:
    return next(
        (kind for kind in sorted(_OPEN, key=TEXT_LENGTHS.__getitem__) if TEXT_LENGTHS[kind] >= length), FieldKind.TEXT1500
    )


def lines(widget: FormWidget, kind: FieldKind) -> int:
    """Return how many lines of writing there is room for."""
    room = int(widget.zone.rect.height / _LINE_MM)
    return max(1, room) if kind in _OPEN and not widget.comb and (widget.multiline or room > 2) else 1


def _by_length(widget: FormWidget) -> TextKind:
    if widget.max_len:
        return TextKind(_holding(widget.max_len))
    width, rows = widget.zone.rect.width, lines(widget, FieldKind.TEXT1500)
    if rows > 1:
        letters = rows * width / _LETTER_MM
        return TextKind(FieldKind.TEXT255 if letters <= _LONG else FieldKind.TEXT1500, (Guess.KIND_BY_SIZE,))
    kind = next((kind for limit, kind in _NARROW if width < limit), FieldKind.TEXT255)
    return TextKind(kind, (Guess.KIND_BY_SIZE,))
