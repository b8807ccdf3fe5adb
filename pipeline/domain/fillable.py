"""A blank as it is found: sheets, widgets and printed words; and what labels are known to mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.domain.template import Field, FieldKind, Rule, Sheet, Zone


class WidgetKind(StrEnum):
    """What a widget lets its writer do."""

    TEXT = "text"
    CHECK = "check"
    RADIO = "radio"
    CHOICE = "choice"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class FormWidget:
    """One widget of a blank: where it stands, and what it and its parents say of it.

    `name` is the field's full name, which several widgets may share; none when the widget was found by the form's print.
    `tip` is told of this widget alone, `group_tip` of its field. `export` is what a box stands for, `choices` what a list
    offers, `max_len` 0 when no length is told. `cell` numbers the ruled cell that a widget without a name was found in, from
    1, and `heading` is what that cell begins with; `groups` and `gap_mm` are how its comb is printed.
    """

    name: str
    kind: WidgetKind
    zone: Zone
    export: str = ""
    tip: str = ""
    group_tip: str = ""
    required: bool = False
    comb: bool = False
    multiline: bool = False
    max_len: int = 0
    choices: tuple[str, ...] = ()
    cell: int = 0
    heading: str = ""
    groups: tuple[int, ...] = ()
    gap_mm: float = 0.0


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A word printed on a blank, and where."""

    text: str
    zone: Zone


class FoundBy(StrEnum):
    """How it was found where a blank's answers stand: by a PDF's own form fields, its print, or the picture of a scan."""

    FIELDS = "fields"
    PRINT = "print"
    PICTURE = "picture"


class LeftOut(StrEnum):
    """Why a widget becomes no field."""

    PUSH_BUTTON = "push_button"
    HIDDEN = "hidden_widget"
    OFF_SHEET = "off_sheet"
    NO_PLACE = "no_place"
    NO_KIND = "no_kind"


@dataclass(frozen=True, slots=True)
class FillableForm:
    """A blank as found: its sheets as shown, the widgets to fill in, its print, and which widgets were left out and why."""

    sheets: tuple[Sheet, ...]
    widgets: tuple[FormWidget, ...]
    words: tuple[PrintedWord, ...] = ()
    left_out: tuple[tuple[str, LeftOut], ...] = ()
    by: FoundBy = FoundBy.FIELDS


@dataclass(frozen=True, slots=True)
class KnownLabel:
    """A label and the field it asks for; `options` are (value, English) by the words beside a box."""

    keys: tuple[str, ...]
    labels: tuple[str, ...]
    label_en: str
    kind: FieldKind
    critical: bool = False
    rules: tuple[Rule, ...] = ()
    options: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabelPart:
    """A kind of answer by a part of its label: letters in it, or a whole word of it."""

    kind: FieldKind
    letters: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownLabels:
    """All that is known of labels.

    `answers` are the words for yes, no, unknown, m, k and o; `units` those for year, month and day; `office` the parts of
    labels of room that is not for whoever fills the form in.
    """

    known: tuple[KnownLabel, ...] = ()
    parts: tuple[LabelPart, ...] = ()
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    office: tuple[str, ...] = ()


class Guess(StrEnum):
    """What was guessed of a proposed field, for a person to look at."""

    LABEL_BY_PRINT = "label_by_print"
    LABEL_BY_NAME = "label_by_name"
    LABEL_LACKING = "label_lacking"
    LABEL_MENDED = "label_mended"
    KEY_BY_LABEL = "key_by_label"
    KIND_BY_LABEL = "kind_by_label"
    KIND_BY_COMB = "kind_by_comb"
    KIND_BY_SIZE = "kind_by_size"
    KIND_BY_OPTIONS = "kind_by_options"
    OPTIONS_BY_PRINT = "options_by_print"
    OPTIONS_BY_NAME = "options_by_name"
    GROUPED = "grouped"
    JOINED = "joined"
    SAME_AGAIN = "same_again"
    REQUIRED_BY_KEY = "required_by_key"
    SEVERAL = "several"
    SHRUNK = "shrunk"
    CLIPPED = "clipped"
    ZONE_BY_PRINT = "zone_by_print"


@dataclass(frozen=True, slots=True)
class ProposedField:
    """A field as proposed, with what of it is a guess; `choices` is what the PDF's own list offers."""

    field: Field
    guesses: tuple[Guess, ...] = ()
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PairedWidget:
    """A zone of a template and the original's widget that it stands for.

    `option` is the value of a box; `nth` counts the widgets of the same name before it, in the order of pages.
    """

    key: str
    option: str | None
    zone: Zone
    widget: FormWidget
    nth: int
