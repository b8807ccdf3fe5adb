"""A template's TOML with its fields changed: every line that tells of nothing changed stays as it was, byte for byte."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import tomlkit

from pipeline.domain.editing import OpenField
from pipeline.domain.template import Field, Option, Zone
from pipeline.edges.template_blocks import Block, Blocks, blocks
from pipeline.edges.template_file import FieldModel
from pipeline.edges.template_writer import lines, option_lines
from pipeline.errors import TemplateError

_GUESS = re.compile(r"\s*# guess: (.*?)\s*$")
_HEADER = re.compile(r"^\s*\[{1,2}\s*([A-Za-z_][\w.-]*)\s*\]{1,2}\s*(?:#.*)?$", re.MULTILINE)
_NAME = re.compile(r"\s*(?:\[\[field\.)?(\w+)")


def revised(text: str, fields: Sequence[OpenField]) -> str:
    """Return `text` with its fields as they are now; guesses about what a person changed or found right are gone.

    Fields keep the order of the file; new ones stand where they stand in `fields`.

    Raises:
        TemplateError: when the file's fields are not written as `[[field]]` tables at its end.
    """
    was, written = was_fields(text), blocks(text, "field")
    if len(written.blocks) != len(was) or not _fields_come_last(written):
        raise TemplateError("template_written_otherwise", hint="template_tables")
    end = _line_end(text)
    told = []
    for one in fields:
        if one.origin is None:
            told.append(Block("", end, _new(one.field, end)))
        else:
            told.append(_block(written.blocks[one.origin], was[one.origin], one))
    return written.head + _joined(written.blocks, told, [one.origin for one in fields])


def was_fields(text: str) -> tuple[Field, ...]:
    """Return the fields as the file has them."""
    return tuple(FieldModel.model_validate(raw).noun() for raw in tomllib.loads(text).get("field", ()))


def guesses(text: str) -> tuple[tuple[str, ...], ...]:
    """Return what was guessed of each field, as the comments in the file tell it."""
    bodies = [block.body.splitlines() for block in blocks(text, "field").blocks]
    return tuple(tuple(found[1] for found in map(_GUESS.match, body) if found) for body in bodies)


def _fields_come_last(written: Blocks) -> bool:
    headers = [header for block in written.blocks for header in _HEADER.findall(block.body)]
    return all(header.split(".")[0] == "field" for header in headers)


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _joined(was: Sequence[Block], told: Sequence[Block], origins: Sequence[int | None]) -> str:
    """Return tables one after another; what stood between two of the old ones stays when the second is gone."""
    text, begun = "", 0
    for block, origin in zip(told, origins, strict=True):
        if origin is not None:
            text += "".join(gone.between for gone in was[begun:origin])
            begun = max(begun, origin + 1)
        if text and not text.endswith("\n"):
            text += _line_end(text)
        text += block.between + block.lead + block.body
    return text + "".join(gone.between for gone in was[begun:])


def _new(field: Field, end: str) -> str:
    told = ["[[field]]", *(f"{name} = {value}" for name, value in lines(field))]
    for option in field.options:
        told += ["", *option_lines(option)]
    return end.join(told) + end


def _block(block: Block, was: Field, now: OpenField) -> Block:
    before, after = dict(lines(was)), dict(lines(now.field))
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    boxes = was.options != now.field.options
    if not (changed or boxes or now.seen):
        return block
    about = {"option"} if boxes else set()
    body = _less_guesses(block.body, None if now.seen else changed | about)
    written = blocks(body, "field.option")
    tables = len(written.blocks) == len(was.options)
    gone = set() if tables or not boxes else {"option"}
    head = _head(written.head, (was, now.field), changed, gone)
    if boxes:
        return block.saying(head + _boxes(written.blocks if tables else (), was, now.field, _line_end(body)))
    return block.saying(head + body[len(written.head) :])


def _less_guesses(body: str, about: set[str] | None) -> str:
    """Return a field's text without the guesses about what is named, or without any."""
    kept: list[str] = []
    held: list[str] = []
    for line in body.splitlines(keepends=True):
        if _GUESS.match(line) or (held and not line.strip()):
            held.append(line)
            continue
        found = _NAME.match(line)
        if about is None or (found and found[1] in about):
            held = [one for one in held if not _GUESS.match(one)]
        kept += [*held, line]
        held = []
    return "".join([*kept, *(one for one in held if about is not None or not _GUESS.match(one))])


def _head(text: str, fields: tuple[Field, Field], changed: set[str], gone: set[str]) -> str:
    """Return a field's own lines with those that changed written anew, in their places."""
    if not changed and not gone:
        return text
    document: Any = tomlkit.parse(text)
    table = document["field"][0]
    for name in gone:
        table.remove(name)
    told = dict(lines(fields[1]))
    for name in changed & set(table) - set(told):
        table.remove(name)
    for name in (name for name in told if name in changed):
        if name == "zone" and name in table:
            _lay(table[name], fields[0].zones[0], fields[1].zones[0])
        elif name == "zones" and name in table and len(fields[0].zones) == len(fields[1].zones):
            for at, (was, now) in enumerate(zip(fields[0].zones, fields[1].zones, strict=True)):
                _lay(table[name][at], was, now)
        else:
            table[name] = tomlkit.value(told[name])
    return tomlkit.dumps(document)


def _lay(written: Any, was: Zone, now: Zone) -> None:  # noqa: ANN401 - tomlkit's own table
    for name, side in _sides(now).items():
        if side != _sides(was)[name]:
            written[name] = int(side) if side == int(side) else side


def _sides(zone: Zone) -> dict[str, float]:
    rect = zone.rect
    return {"sheet": zone.sheet, "x": rect.x, "y": rect.y, "width": rect.width, "height": rect.height}


def _boxes(written: Sequence[Block], was: Field, now: Field, end: str) -> str:
    origins = _origins(was.options, now.options) if written else [None] * len(now.options)
    told = []
    for option, origin in zip(now.options, origins, strict=True):
        if origin is None:
            told.append(Block("", end, end.join(option_lines(option)) + end))
        else:
            told.append(written[origin].saying(_box(written[origin].body, was.options[origin], option)))
    return _joined(written, told, origins)


def _origins(was: Sequence[Option], now: Sequence[Option]) -> list[int | None]:
    """Return which box of the file each box was: the one of its value, else of its place, else of its label."""
    found: list[int | None] = [None] * len(now)
    for alike in (attrgetter("value"), attrgetter("zone"), attrgetter("label")):
        for number, option in enumerate(now):
            if found[number] is None:
                free = (n for n, one in enumerate(was) if n not in found and alike(one) == alike(option))
                found[number] = next(free, None)
    return found


def _box(text: str, was: Option, now: Option) -> str:
    if was == now:
        return text
    document: Any = tomlkit.parse(text)
    table = document["field"]["option"][0]
    for name in ("value", "label", "label_en"):
        if getattr(was, name) != getattr(now, name):
            table[name] = getattr(now, name)
    if was.zone != now.zone:
        _lay(table["zone"], was.zone, now.zone)
    return tomlkit.dumps(document)
