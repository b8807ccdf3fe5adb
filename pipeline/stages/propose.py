"""A template proposed for a blank: every widget in a field, and every guess told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.domain.fillable import FillableForm, FormWidget, FoundBy, Guess, KnownLabel, KnownLabels, ProposedField
from pipeline.domain.template import BOX_KINDS, Field, FieldKind, Option, Rule, RuleId, Sheet, Zone
from pipeline.stages.propose_answers import BOXES
from pipeline.stages.propose_boxes import Boxes, gather
from pipeline.stages.propose_joined import Asked, Asking
from pipeline.stages.propose_keys import Keys, values
from pipeline.stages.propose_kinds import lines, meanings
from pipeline.stages.propose_print import Surroundings
from pipeline.stages.propose_room import fitted
from pipeline.stages.propose_spelling import spelt
from pipeline.stages.propose_texts import text_labels

_LINE_MM = 4.0
OTHER_NUMBER = "annat_nummer"


@dataclass(frozen=True, slots=True)
class _Made:
    """What fields are made with: the keys given out, and what is known."""

    keys: Keys
    known: KnownLabels


def propose(form: FillableForm, known: KnownLabels) -> tuple[ProposedField, ...]:
    """Return a field for all that the form asks, in reading order, each with what of it is guessed."""
    around, mended = Surroundings.of(form), frozenset[str]()
    if form.by is FoundBy.PICTURE:
        form, around, mended = spelt(form, known)
    texts = [widget for widget in form.widgets if widget.kind not in BOXES]
    made = _Made(Keys(key for one in known.known for key in one.keys), known)
    asked: list[Asked | Boxes] = list(Asking(text_labels(texts, around), around, known).of(texts))
    asked += gather(form.widgets, around, known)
    first: dict[str, ProposedField] = {}
    fields: list[ProposedField] = []
    for one in sorted(asked, key=_place):
        name = one.widgets[0].name
        again = one.again if isinstance(one, Boxes) else bool(name) and name in first
        before = first.get(name) if again else None
        field = _again(one, before, made) if before else _boxes(one, made) if isinstance(one, Boxes) else _text(one, made)
        first.setdefault(name, field)
        fields.append(field)
    return _in_room(_required(_with_known_rules(_told_mended(fields, mended))), form.sheets)


def _told_mended(fields: Iterable[ProposedField], mended: frozenset[str]) -> Iterator[ProposedField]:
    for one in fields:
        labels = {one.field.label, *(option.label for option in one.field.options)}
        yield replace(one, guesses=(*one.guesses, Guess.LABEL_MENDED)) if labels & mended else one


def _seen(widget: FormWidget) -> tuple[Guess, ...]:
    return () if widget.name else (Guess.ZONE_BY_PRINT,)


def _place(one: Asked | Boxes) -> tuple[int, int, float]:
    zone = one.widgets[0].zone
    return zone.sheet, round(zone.rect.centre[1] / _LINE_MM), min(widget.zone.rect.x for widget in one.widgets)


def _text(asked: Asked, made: _Made) -> ProposedField:
    if (number := _number_again(asked, made)) is not None:
        return number
    (label, by), kind, widget = asked.called, asked.kind, asked.widgets[0]
    key = made.keys.known(kind.known.keys) if kind.known else None
    guesses = [
        *((by,) if by else ()),
        *((Guess.KEY_BY_LABEL,) if key else ()),
        *kind.guesses,
        *_joined(asked),
        *_seen(widget),
    ]
    zones, comb = asked.answer
    field = Field(
        key=key or made.keys.made(label),
        label=label,
        label_en=kind.known.label_en if kind.known else label,
        kind=kind.kind,
        required="always" if widget.required else "never",
        critical=bool(key and kind.known and kind.known.critical),
        zones=zones,
        comb=comb,
        rules=kind.rules if key or not kind.known else (),
        lines=lines(widget, kind.kind),
    )
    return ProposedField(field, tuple(guesses), widget.choices)


def _joined(asked: Asked) -> tuple[Guess, ...]:
    return (Guess.JOINED,) if len(asked.widgets) > 1 else ()


def _number_again(asked: Asked, made: _Made) -> ProposedField | None:
    """Return the field of a person's number that is asked once more on a further sheet, to hold sheets together."""
    label, kind, widget = asked.called[0], asked.kind, asked.widgets[0]
    sheet = widget.zone.sheet
    if widget.name or kind.kind not in (FieldKind.PNR, FieldKind.RIKSKOD) or sheet == 1 or not made.keys.given("pat_id"):
        return None
    zones, comb = asked.answer
    field = Field(
        key=made.keys.made(f"pat_id_sida{sheet}"),
        label=label,
        label_en=kind.known.label_en if kind.known else label,
        kind=kind.kind,
        zones=zones,
        comb=comb,
        rules=(Rule(RuleId.SAME_AS, (("field", "pat_id"),)),),
    )
    return ProposedField(field, (Guess.LABEL_BY_PRINT, *kind.guesses, *_joined(asked), Guess.SAME_AGAIN, *_seen(widget)))


def _boxes(boxes: Boxes, made: _Made) -> ProposedField:
    meant = _meant(boxes, made.known)
    key = made.keys.known(meant.keys) if meant else None
    english = [made_en for _, made_en in _known_options(boxes, meant)] if meant else list(boxes.labels)
    told = tuple(value for value, _ in _known_options(boxes, meant)) if meant else boxes.values
    unlike = told if boxes.kind in (FieldKind.YN, FieldKind.SEX) or meant else values(told)
    options = tuple(
        Option(value, label, widget.zone, en)
        for value, label, widget, en in zip(unlike, boxes.labels, boxes.widgets, english, strict=True)
    )
    seen = _seen(boxes.widgets[0])
    several = seen and not meant and boxes.kind is FieldKind.CHOICEN and len(boxes.widgets) > 1
    guesses = (*boxes.guesses, *((Guess.SEVERAL,) if several else ()), *((Guess.KEY_BY_LABEL,) if key else ()), *seen)
    field = Field(
        key=key or made.keys.made(boxes.label),
        label=boxes.label,
        label_en=meant.label_en if meant else boxes.label,
        kind=meant.kind if meant else boxes.kind,
        required="always" if any(widget.required for widget in boxes.widgets) else "never",
        critical=bool(key and meant and meant.critical),
        options=options,
        rules=meant.rules if meant and key else (),
    )
    return ProposedField(field, guesses)


def _meant(boxes: Boxes, known: KnownLabels) -> KnownLabel | None:
    """Return the known field that the label names, if the boxes are that field's."""
    told = meanings(boxes.label, known)
    same = [one for one in told if one.kind is boxes.kind and one.kind in (FieldKind.YN, FieldKind.SEX)]
    listed = [
        one for one in told if one.kind in BOX_KINDS and one.options and boxes.kind not in (FieldKind.YN, FieldKind.SEX)
    ]
    held = [(sum(label.casefold() in one.options for label in boxes.labels), one) for one in listed]
    count, best = max(held, key=lambda pair: pair[0], default=(0, None))
    return next(iter(same), None) or (best if count else None)


def _known_options(boxes: Boxes, meant: KnownLabel) -> list[tuple[str, str]]:
    """Return the value and the English words of each box; one that is not known keeps its own words."""
    if not meant.options:
        return list(zip(boxes.values, boxes.labels, strict=True))
    known = [meant.options.get(label.casefold()) for label in boxes.labels]
    made = values(boxes.labels)
    return [pair or (value, label) for pair, value, label in zip(known, made, boxes.labels, strict=True)]


def _again(one: Asked | Boxes, before: ProposedField, made: _Made) -> ProposedField:
    """Return the field of widgets whose value is another's: the same question, asked once more."""
    model, sheet = before.field, one.widgets[0].zone.sheet
    suffix = f"_sida{sheet}" if sheet != model.sheet else ""
    rules = () if model.kind is FieldKind.SIGN else (Rule(RuleId.SAME_AS, (("field", model.key),)),)
    field = replace(model, key=made.keys.made(f"{model.key}{suffix}"), rules=rules)
    if isinstance(one, Boxes):
        copied = {option.value: option for option in _boxes(one, replace(made, keys=Keys())).field.options}
        return ProposedField(replace(field, options=tuple(copied.values())), (*one.guesses, Guess.SAME_AGAIN))
    zones, comb = one.answer
    same = comb and model.comb and comb.cells == model.comb.cells and len(zones) == len(model.zones)
    again = replace(field, zones=zones, comb=model.comb if same else None, lines=lines(one.widgets[0], model.kind))
    return ProposedField(again, (*_joined(one), Guess.SAME_AGAIN))


def _with_known_rules(fields: Iterable[ProposedField]) -> list[ProposedField]:
    """Leave out rules on fields that this form has not, or has as something else: a code tells no sex."""
    kept = list(fields)
    kinds = {one.field.key: one.field.kind for one in kept}

    def holds(rule: Rule) -> bool:
        other = str(rule.param("field", ""))
        numbered = rule.id not in (RuleId.SEX_OF, RuleId.AGE_OF) or kinds.get(other) in (FieldKind.PNR, FieldKind.SNR)
        return not other or (other in kinds and numbered)

    return [replace(one, field=replace(one.field, rules=tuple(filter(holds, one.field.rules)))) for one in kept]


def _required(fields: Iterable[ProposedField]) -> list[ProposedField]:
    """Require what nothing can be sent without: the day of diagnosis, and the number that is said to be given."""
    kept = list(fields)
    by_key = {one.field.key: one.field for one in kept}
    kinds = by_key.get("pat_id_typ")
    either = kinds is not None and any(option.value == OTHER_NUMBER for option in kinds.options) and OTHER_NUMBER in by_key
    wanted = {"diagnosdatum": "always", "pat_id": f"pat_id_typ!={OTHER_NUMBER}" if either else "always"}
    if either:
        wanted |= {"pat_id_typ": "always", OTHER_NUMBER: f"pat_id_typ={OTHER_NUMBER}"}
    elif OTHER_NUMBER in by_key:
        del wanted["pat_id"]  # one of two numbers, and nothing tells which
    return [
        replace(
            one,
            field=replace(one.field, required=wanted[one.field.key]),
            guesses=(*one.guesses, Guess.REQUIRED_BY_KEY),
        )
        if one.field.required == "never" and one.field.key in wanted
        else one
        for one in kept
    ]


def _in_room(fields: Sequence[ProposedField], sheets: Sequence[Sheet]) -> tuple[ProposedField, ...]:
    """Fit every zone in, and tell which fields were changed by it."""
    owners = [index for index, one in enumerate(fields) for _ in one.field.all_zones]
    zones, clipped, shrunk = fitted([zone for one in fields for zone in one.field.all_zones], sheets)
    told = {Guess.CLIPPED: {owners[i] for i in clipped}, Guess.SHRUNK: {owners[i] for i in shrunk}}
    rest = iter(zones)
    placed: list[ProposedField] = []
    for index, one in enumerate(fields):
        field = one.field
        mine: list[Zone] = [next(rest) for _ in field.all_zones]
        texts, ticks = mine[: len(field.zones)], mine[len(field.zones) :]
        options = tuple(replace(option, zone=zone) for option, zone in zip(field.options, ticks, strict=True))
        guesses = one.guesses + tuple(guess for guess, owned in told.items() if index in owned)
        placed.append(replace(one, field=replace(field, zones=tuple(texts), options=options), guesses=guesses))
    return tuple(placed)
