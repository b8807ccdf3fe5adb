"""The door to what is known of labels: a TOML file in the package."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from pipeline.domain.fillable import KnownLabel, KnownLabels, LabelPart
from pipeline.domain.template import FieldKind
from pipeline.edges.template_file import Key, RuleModel

SHIPPED = Path(__file__).parent / "data" / "labels.toml"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Option(_Model):
    """The words beside a box, and the value they stand for."""

    label: str
    value: str
    en: str


class _Known(_Model):
    """A label and its field."""

    keys: tuple[Key, ...] = Field(min_length=1)
    labels: tuple[str, ...] = Field(min_length=1)
    en: str
    kind: FieldKind
    critical: bool = False
    rules: tuple[RuleModel, ...] = ()
    options: tuple[_Option, ...] = ()


class _Part(_Model):
    """A kind by a part of the label."""

    kind: FieldKind
    of: tuple[str, ...] = ()
    word: tuple[str, ...] = ()
    rules: tuple[RuleModel, ...] = ()


class _Before(_Model):
    """What stands before a label without changing it."""

    words: tuple[str, ...]


class _Office(_Model):
    """Parts of labels of room that is not for whoever fills the form in."""

    of: tuple[str, ...]


class _File(_Model):
    """The file."""

    answers: dict[str, tuple[str, ...]]
    units: dict[str, tuple[str, ...]]
    before: _Before
    office: _Office
    part: tuple[_Part, ...]
    known: tuple[_Known, ...]


def load(path: Path = SHIPPED) -> KnownLabels:
    """Return what is known of labels."""
    told = _File.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    known = tuple(
        KnownLabel(
            one.keys,
            one.labels,
            one.en,
            one.kind,
            one.critical,
            tuple(rule.noun() for rule in one.rules),
            {option.label: (option.value, option.en) for option in one.options},
        )
        for one in told.known
    )
    parts = tuple(LabelPart(part.kind, part.of, part.word, tuple(rule.noun() for rule in part.rules)) for part in told.part)
    return KnownLabels(known, parts, told.answers, told.units, told.before.words, told.office.of)
