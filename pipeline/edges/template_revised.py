"""A template's TOML with fields or head changed: every line that tells of nothing changed stays as it was, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import attrgetter
from typing import Any

import tomlkit

from pipeline.domain.editing import OpenField
from pipeline.domain.template import Field, Option, Template, Zone
from pipeline.edges.template_blocks import Block, Blocks, before_tables, blocks
from pipeline.edges.template_writer import lines, option_lines, zone_line
from pipeline.errors import TemplateError

_GUESS = re.compile(r"\s*# guess: (.*?)\s*$")
_NAME = re.compile(r"\s*(?:\[\[field\.)?(\w+)")


def revised(text: str, was: Sequence[OpenField], now: Sequence[OpenField]) -> str:
    """Return `text`, whose fields were `was`, with them as they are now; guesses of what was changed or found right go.

    What merely stands between fields stays where it is, whatever order they have now.

    Raises:
        TemplateError: when the file's fields are not written as `[[field]]` tables.
    """
    written = blocks(text, "field")
    if len(written.blocks) != len(was):
        raise TemplateError("template_written_otherwise", hint="template_tables")
    end = _line_end(text)
    told = []
    for one in now:
        if one.origin is None:
            told.append(Block("", end, _new(one.field, end)))
        else:
            told.append(_block(written.blocks[one.origin], was[one.origin], one))
    return written.head + _joined(written, told, [one.origin for one in now])


def headed(text: str, now: Template, names: Iterable[str]) -> str:
    """Return `text` with what it says of the form as a whole, by the names of its keys, as it is now."""
    head = before_tables(text)
    document: Any = tomlkit.parse(head)
    for name in names:
        said = getattr(now, name)
        plain = list(said) if isinstance(said, tuple) else str(said)
        if document.get(name) != plain:
            document[name] = plain
    return tomlkit.dumps(document) + text[len(head) :]


def guesses(text: str) -> tuple[tuple[str, ...], ...]:
    """Return what was guessed of each field, as the comments in the file tell it."""
    bodies = [block.body.splitlines() for block in blocks(text, "field").blocks]
    return tuple(tuple(found[1] for found in map(_GUESS.match, body) if found) for body in bodies)


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _joined(was: Blocks, told: Sequence[Block], origins: Sequence[int | None]) -> str:
    """Return tables one after another; what stood between the old ones stays in its order, also when one is gone."""
    text, begun = "", 0
    for block, origin in zip(told, origins, strict=True):
        if origin is not None and origin >= begun:
            text += "".join(one.between for one in was.blocks[begun : origin + 1])
            begun = origin + 1
        if text and not text.endswith("\n"):
            text += _line_end(text)
        text += block.lead + block.body
    return text + "".join(gone.between for gone in was.blocks[begun:]) + was.tail


def _new(field: Field, end: str) -> str:
    told = ["[[field]]", *(f"{name} = {value}" for name, value in lines(field))]
    for option in field.options:
        told += ["", *option_lines(option)]
    return end.join(told) + end


def _block(block: Block, opened: OpenField, now: OpenField) -> Block:
    was = opened.field
    before, after = dict(lines(was)), dict(lines(now.field))
    mended = {*opened.amiss} - now.amiss - {"option"}
    changed = mended | {name for name in {*before, *after} if before.get(name) != after.get(name)}
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
        told = written if tables else replace(written, blocks=())
        return block.saying(head + _boxes(told, was, now.field, _line_end(body)))
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
            _lay(table, name, fields[0].zones[0], fields[1].zones[0])
        elif name == "zones" and name in table and len(fields[0].zones) == len(fields[1].zones):
            for at, (was, now) in enumerate(zip(fields[0].zones, fields[1].zones, strict=True)):
                _lay(table[name], at, was, now)
        else:
            table[name] = tomlkit.value(told[name])
    return tomlkit.dumps(document)


def _lay(table: Any, name: str | int, was: Zone, now: Zone) -> None:  # noqa: ANN401 - tomlkit's own table or array
    if was == now:
        return
    if not isinstance(table[name], dict):  # it was no zone
        table[name] = tomlkit.value(zone_line(now))
    for side, length in _sides(now).items():
        if length != _sides(was)[side]:
            table[name][side] = int(length) if length == int(length) else length


def _sides(zone: Zone) -> dict[str, float]:
    rect = zone.rect
    return {"sheet": zone.sheet, "x": rect.x, "y": rect.y, "width": rect.width, "height": rect.height}


def _boxes(written: Blocks, was: Field, now: Field, end: str) -> str:
    origins = _origins(was.options, now.options) if written.blocks else [None] * len(now.options)
    told = []
    for option, origin in zip(now.options, origins, strict=True):
        if origin is None:
            told.append(Block("", end, end.join(option_lines(option)) + end))
        else:
            told.append(written.blocks[origin].saying(_box(written.blocks[origin].body, was.options[origin], option)))
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
    if "zone" not in table:
        table["zone"] = tomlkit.value(zone_line(now.zone))
    _lay(table, "zone", was.zone, now.zone)
    return tomlkit.dumps(document)
