"""One step of editing a template's fields: fields in, fields out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import singledispatch
from itertools import pairwise

from pipeline.domain.editing import (
    AddField,
    AddZone,
    ChangeBox,
    ChangeField,
    FindRight,
    JoinFields,
    LayZones,
    MergeZones,
    MoveField,
    OpenField,
    PartField,
    RemoveZones,
    SplitZone,
    Spot,
    Step,
)
from pipeline.domain.geometry import Rect, union
from pipeline.domain.template import Comb, Field, FieldKind, Option, Zone
from pipeline.stages.edit_field import SAID_BY, changed, changed_box, renamed, renamed_box, retyped, unlike

Fields = tuple[OpenField, ...]
BOX_MM = 7.0


def edit(fields: Fields, step: Step) -> Fields:
    """Return the fields after a step.

    Raises:
        ValueError: when what was typed cannot be understood, or the step cannot be done.
        IndexError: when it names a field or a zone that is not there.
    """
    return _done(step, fields)


@singledispatch
def _done(step: Step, fields: Fields) -> Fields:
    raise ValueError("no such step")


@_done.register
def _(step: LayZones, fields: Fields) -> Fields:
    for spot, rect in zip(step.spots, step.rects, strict=True):
        fields = _laid(fields, spot, rect)
    return fields


@_done.register
def _(step: SplitZone, fields: Fields) -> Fields:
    if not 2 <= step.parts <= 40:
        raise ValueError("a zone is split into 2 to 40 parts")
    held = fields[step.spot.field].field
    zone = held.all_zones[step.spot.zone]
    combs = _combs(held, step)
    rects = _groups(held, zone.rect) if combs[0] and not step.stacked else _parts(zone.rect, step.parts, step.stacked)
    fields = _laid(fields, step.spot, rects[0])
    if held.is_boxes:
        for rect in rects[1:]:
            fields = _done(AddZone(step.spot.field, zone.sheet, rect), fields)
        return fields
    lines = max(1, held.lines // step.parts) if step.stacked else held.lines
    first = replace(fields[step.spot.field].field, comb=combs[0], lines=lines)
    keys = {one.field.key for one in fields}
    more = []
    for rect, comb in zip(rects[1:], combs[1:], strict=True):
        key = unlike(held.key, keys)
        keys.add(key)
        more.append(OpenField(replace(first, key=key, zones=(Zone(zone.sheet, rect),), comb=comb)))
    at = step.spot.field
    return (*fields[:at], replace(fields[at], field=first), *more, *fields[at + 1 :])


@_done.register
def _(step: MergeZones, fields: Fields) -> Fields:
    zones = [_zone(fields, spot) for spot in step.spots]
    if len(set(step.spots)) < 2 or len({zone.sheet for zone in zones}) != 1:
        raise ValueError("two zones or more of the same sheet are merged")
    first = step.spots[0]
    lines = sum(fields[spot.field].field.lines for spot in step.spots)
    fields = _laid(fields, first, union(tuple(zone.rect for zone in zones)))
    if _stacked([zone.rect for zone in zones]) and not fields[first.field].field.is_boxes:
        fields = _put(fields, first.field, replace(fields[first.field].field, lines=lines))
    return _without(fields, step.spots[1:])


@_done.register
def _(step: JoinFields, fields: Fields) -> Fields:
    if len(set(step.fields)) < 2:
        raise ValueError("two fields or more are joined")
    first, *others = dict.fromkeys(step.fields)
    joined = fields[first].field
    combs = [fields[number].field.comb for number in (first, *others)]
    for number in others:
        other = retyped(fields[number].field, joined.kind)
        joined = replace(joined, zones=joined.zones + other.zones)
        for option in other.options:
            joined = replace(joined, options=(*joined.options, _unlike(option, joined.options)))
    groups = tuple(count for comb in combs if comb is not None for count in comb.groups)
    whole = None not in combs and len(groups) == len(joined.zones)
    fields = _put(fields, first, replace(joined, comb=Comb(groups) if whole else None))
    return tuple(one for number, one in enumerate(fields) if number not in others)


@_done.register
def _(step: PartField, fields: Fields) -> Fields:
    for spot in step.spots:
        _zone(fields, spot)
    at = step.spots[0].field
    whole = fields[at].field
    taken = tuple(dict.fromkeys(spot.zone for spot in step.spots))
    if any(spot.field != at for spot in step.spots) or len(taken) >= len(whole.all_zones):
        raise ValueError("some of the zones of one field are parted from it")
    left = (*fields[:at], replace(fields[at], field=_less(whole, taken)))
    parted = _less(whole, tuple(n for n in range(len(whole.all_zones)) if n not in taken))
    key = unlike(whole.key, {one.field.key for one in fields})
    return (*left, OpenField(replace(parted, key=key)), *fields[at + 1 :])


@_done.register
def _(step: RemoveZones, fields: Fields) -> Fields:
    return _without(fields, step.spots)


@_done.register
def _(step: AddField, fields: Fields) -> Fields:
    key = unlike("ny", {one.field.key for one in fields})
    small = max(step.rect.width, step.rect.height) <= BOX_MM
    made = Field(key, key, key, FieldKind.CHOICE1 if small else FieldKind.TEXT40)
    return _done(AddZone(len(fields), step.sheet, step.rect), (*fields, OpenField(made)))


@_done.register
def _(step: AddZone, fields: Fields) -> Fields:
    held, zone = fields[step.field].field, Zone(step.sheet, _tidy(step.rect))
    if held.is_boxes:
        option = _unlike(Option("ruta", "ruta", zone, "box"), held.options)
        return _put(fields, step.field, replace(held, options=(*held.options, option)))
    return _put(fields, step.field, replace(held, zones=(*held.zones, zone)))


@_done.register
def _(step: ChangeField, fields: Fields) -> Fields:
    was = fields[step.field].field
    now = changed(was, step.name, step.typed)
    if now.key != was.key:
        fields = tuple(replace(one, field=renamed(one.field, was.key, now.key)) for one in fields)
        now = renamed(now, was.key, now.key)
    left = fields[step.field].amiss - {SAID_BY.get(step.name, step.name)}
    return (*fields[: step.field], replace(fields[step.field], field=now, amiss=left), *fields[step.field + 1 :])


@_done.register
def _(step: ChangeBox, fields: Fields) -> Fields:
    held = fields[step.spot.field].field
    number = step.spot.zone - len(held.zones)
    if number < 0:
        raise ValueError("it is no box")
    was = held.options[number]
    now = changed_box(was, step.name, step.typed)
    if now.value != was.value:
        told = (held.key, was.value, now.value)
        fields = tuple(replace(one, field=renamed_box(one.field, *told)) for one in fields)
        held = fields[step.spot.field].field
    return _put(fields, step.spot.field, replace(held, options=(*held.options[:number], now, *held.options[number + 1 :])))


@_done.register
def _(step: MoveField, fields: Fields) -> Fields:
    moved, to = fields[step.field], max(0, step.field + step.down)
    left = (*fields[: step.field], *fields[step.field + 1 :])
    return (*left[:to], moved, *left[to:])


@_done.register
def _(step: FindRight, fields: Fields) -> Fields:
    for number in step.fields:
        fields = (*fields[:number], replace(fields[number], seen=True), *fields[number + 1 :])
    return fields


def _zone(fields: Fields, spot: Spot) -> Zone:
    return fields[spot.field].field.all_zones[spot.zone]


def _put(fields: Fields, at: int, field: Field) -> Fields:
    return (*fields[:at], replace(fields[at], field=field), *fields[at + 1 :])


def _laid(fields: Fields, spot: Spot, rect: Rect) -> Fields:
    held, zone = fields[spot.field].field, Zone(_zone(fields, spot).sheet, _tidy(rect))
    at = spot.zone - len(held.zones)
    if at < 0:
        zones = (*held.zones[: spot.zone], zone, *held.zones[spot.zone + 1 :])
        return _put(fields, spot.field, replace(held, zones=zones))
    options = (*held.options[:at], replace(held.options[at], zone=zone), *held.options[at + 1 :])
    return _put(fields, spot.field, replace(held, options=options))


def _tidy(rect: Rect) -> Rect:
    """Return a rectangle as a file tells it: by hundredths of a millimetre, nowhere left of or above the sheet."""
    x, y = max(0.0, round(rect.x, 2)), max(0.0, round(rect.y, 2))
    return Rect(x, y, max(0.1, round(rect.width, 2)), max(0.1, round(rect.height, 2)))


def _stacked(rects: Sequence[Rect]) -> bool:
    """Tell whether each stands below the one before, from the top down."""
    return all(above.bottom <= below.y + 0.5 for above, below in pairwise(sorted(rects, key=lambda rect: rect.y)))


def _parts(rect: Rect, count: int, stacked: bool) -> tuple[Rect, ...]:
    """Return equal parts whose edges, told in hundredths of a millimetre, do not overlap."""
    length = rect.height if stacked else rect.width
    start = rect.y if stacked else rect.x
    edges = [round(start + length * n / count, 2) for n in range(count + 1)]
    sides = [(edge, round(then - edge - 0.01, 2)) for edge, then in pairwise(edges)]
    if min(side for _, side in sides) < 0.5:
        raise ValueError("parts as small as that hold no writing")
    if stacked:
        return tuple(Rect(rect.x, edge, rect.width, side) for edge, side in sides)
    return tuple(Rect(edge, rect.y, side, rect.height) for edge, side in sides)


def _combs(field: Field, step: SplitZone) -> tuple[Comb | None, ...]:
    """Return each part's comb: all of it one above the other, its own group side by side, else none."""
    if field.comb is None or step.stacked:
        return (field.comb,) * step.parts
    if len(field.comb.groups) == step.parts:
        return tuple(Comb((count,)) for count in field.comb.groups)
    return (None,) * step.parts


def _groups(field: Field, zone: Rect) -> tuple[Rect, ...]:
    """Return the frame of each group of a comb."""
    cells = list(field.comb.rects(zone)) if field.comb else []
    groups = field.comb.groups if field.comb else ()
    return tuple(_tidy(union(tuple(cells.pop(0) for _ in range(count)))) for count in groups)


def _less(field: Field, gone: Sequence[int]) -> Field:
    texts = len(field.zones)
    zones = tuple(zone for n, zone in enumerate(field.zones) if n not in gone)
    options = tuple(option for n, option in enumerate(field.options) if n + texts not in gone)
    comb = field.comb
    if comb is not None and 1 < texts == len(comb.groups):
        comb = Comb(tuple(count for n, count in enumerate(comb.groups) if n not in gone)) if zones else None
    return replace(field, zones=zones, options=options, comb=comb)


def _without(fields: Fields, spots: Sequence[Spot]) -> Fields:
    for spot in spots:
        _zone(fields, spot)
    left = []
    for number, one in enumerate(fields):
        gone = [spot.zone for spot in spots if spot.field == number]
        field = _less(one.field, gone)
        if not gone or field.all_zones:
            left.append(replace(one, field=field))
    return tuple(left)


def _unlike(option: Option, others: Sequence[Option]) -> Option:
    return replace(option, value=unlike(option.value, {other.value for other in others}))
