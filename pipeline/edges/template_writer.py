"""A proposed template written as TOML, each guess told on the line above what was guessed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain.fillable import Guess, ProposedField
from pipeline.domain.template import Field, FormKind, Option, Rule, Sheet, Zone
from pipeline.words import later

TOLD = {
    Guess.LABEL_BY_PRINT: later("label from the print beside it"),
    Guess.LABEL_BY_NAME: later("label from the field's name in the PDF"),
    Guess.LABEL_LACKING: later("no label was found"),
    Guess.LABEL_MENDED: later("spelt as a known label that it was read a letter or two beside"),
    Guess.KEY_BY_LABEL: later("key from the label"),
    Guess.KIND_BY_LABEL: later("kind from the label"),
    Guess.KIND_BY_COMB: later("kind from the number of cells"),
    Guess.KIND_BY_SIZE: later("kind from the size of the box"),
    Guess.KIND_BY_OPTIONS: later("kind from the words beside the boxes"),
    Guess.OPTIONS_BY_PRINT: later("options' labels from the print beside them"),
    Guess.OPTIONS_BY_NAME: later("options' labels from the boxes' names in the PDF"),
    Guess.GROUPED: later("boxes taken together by where they stand and what they are called"),
    Guess.JOINED: later("one answer in several boxes on a line"),
    Guess.SAME_AGAIN: later(
        "the same answer once more, by the field's name in the PDF, or as the number on a further sheet"
    ),
    Guess.REQUIRED_BY_KEY: later("required as on other forms of this kind"),
    Guess.SEVERAL: later("several boxes may be ticked, since nothing printed says otherwise"),
    Guess.SHRUNK: later("zone made smaller, because fields lay over each other"),
    Guess.CLIPPED: later("zone cut off at the sheet's edge"),
    Guess.ZONE_BY_PRINT: later("zone from the rules that are printed"),
}
_ABOVE = {
    "label": (Guess.LABEL_BY_PRINT, Guess.LABEL_BY_NAME, Guess.LABEL_LACKING, Guess.LABEL_MENDED),
    "key": (Guess.KEY_BY_LABEL,),
    "kind": (Guess.KIND_BY_LABEL, Guess.KIND_BY_COMB, Guess.KIND_BY_SIZE, Guess.KIND_BY_OPTIONS, Guess.SEVERAL),
    "required": (Guess.REQUIRED_BY_KEY,),
    "rules": (Guess.SAME_AGAIN,),
    "zone": (Guess.JOINED, Guess.SHRUNK, Guess.CLIPPED, Guess.ZONE_BY_PRINT),
    "option": (Guess.OPTIONS_BY_PRINT, Guess.OPTIONS_BY_NAME, Guess.GROUPED),
}
Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Head:
    """What a template says of itself."""

    name: str
    version: str
    title: str
    title_en: str
    kind: FormKind
    diseases: tuple[str, ...] = ()


def written(head: Head, sheets: Sequence[Sheet], fields: Sequence[ProposedField]) -> str:
    """Return the text of a template.toml."""
    parts = [
        f"name = {_quoted(head.name)}\nversion = {_quoted(head.version)}\ntitle = {_quoted(head.title)}",
        f"title_en = {_quoted(head.title_en)}\nkind = {_quoted(head.kind)}",
        *([f"diseases = {_quoted(list(head.diseases))}"] if head.diseases else []),
        'blank = "blank.pdf"',
    ]
    text = "\n".join(parts) + "\n"
    for sheet in sheets:
        text += f"\n[[sheet]]\nnumber = {sheet.number}\n"
        text += f"width_mm = {_number(sheet.width_mm)}\nheight_mm = {_number(sheet.height_mm)}\n"
    return text + "".join("\n" + "\n".join(_field(one)) + "\n" for one in fields)


def _field(proposed: ProposedField) -> Iterator[str]:
    yield "[[field]]"
    for name, value in lines(proposed.field):
        if name == "kind" and proposed.choices:
            yield f"# the PDF's own list: {_quoted(list(proposed.choices))}"
        yield from _guesses(proposed, name)
        yield f"{name} = {value}"
    if proposed.field.is_boxes:
        yield from _guesses(proposed, "zone")
        yield from _guesses(proposed, "option")
    for option in proposed.field.options:
        yield ""
        yield from option_lines(option)


def _guesses(proposed: ProposedField, name: str) -> Iterator[str]:
    about = _ABOVE.get("zone" if name == "zones" else name, ())
    return (f"# guess: {TOLD[guess]}" for guess in proposed.guesses if guess in about)


def lines(field: Field) -> Iterator[Line]:
    """Return what a field says of itself, as names and values of TOML; what goes without saying is left out."""
    yield "key", _quoted(field.key)
    yield "label", _quoted(field.label)
    yield "label_en", _quoted(field.label_en)
    yield "kind", _quoted(field.kind)
    if field.required != "never":
        yield "required", _quoted(field.required)
    if field.critical:
        yield "critical", "true"
    if field.lines > 1:
        yield "lines", str(field.lines)
    if field.comb is not None:
        yield "comb", f"{{ groups = {list(field.comb.groups)}, gap_mm = {_number(field.comb.gap_mm)} }}"
    if field.rules:
        yield "rules", f"[{', '.join(map(_rule, field.rules))}]"
    if len(field.zones) == 1:
        yield "zone", zone_line(field.zones[0])
    elif field.zones:
        yield "zones", f"[{', '.join(map(zone_line, field.zones))}]"


def option_lines(option: Option) -> Iterator[str]:
    """Return the lines of a box's table."""
    yield "[[field.option]]"
    yield f"value = {_quoted(option.value)}"
    yield f"label = {_quoted(option.label)}"
    yield f"label_en = {_quoted(option.label_en)}"
    yield f"zone = {zone_line(option.zone)}"


def _rule(rule: Rule) -> str:
    told = [f"id = {_quoted(rule.id)}", *(f"{name} = {_quoted(value)}" for name, value in rule.params)]
    return f"{{ {', '.join(told)} }}"


def zone_line(zone: Zone) -> str:
    """Return a zone as a value of TOML."""
    sides = {"x": zone.rect.x, "y": zone.rect.y, "width": zone.rect.width, "height": zone.rect.height}
    return f"{{ sheet = {zone.sheet}, {', '.join(f'{name} = {_number(side)}' for name, side in sides.items())} }}"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _quoted(value: object) -> str:
    """Return a value as TOML writes it: JSON's texts, numbers and lists are TOML's too."""
    return json.dumps(value, ensure_ascii=False)
