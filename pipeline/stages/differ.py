"""Differ: what changed between two versions of a form, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.template import Field, Template, Zone

STILL_MM = 0.1  # no corner further than that from where it was: not moved


class ChangeKind(StrEnum):
    """What may have changed; closed. All but the first three are told with what was before and what is after."""

    APPEARED = "appeared"
    VANISHED = "vanished"
    MOVED = "moved"
    OPTION_APPEARED = "option_appeared"
    OPTION_VANISHED = "option_vanished"
    OPTION_LABEL = "option_label"
    KEY = "key"
    LABEL = "label"
    KIND = "kind"
    REQUIRED = "required"
    CRITICAL = "critical"
    COMB = "comb"
    LINES = "lines"
    RULES = "rules"
    TITLE = "title"
    FORM_KIND = "form_kind"
    DISEASES = "diseases"
    SHEETS = "sheets"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: of a field by its key, of one of its options by value as well, or of the form itself with neither.

    `mm` tells how far the corner lies that moved furthest, None where a place cannot be followed: another sheet, or
    another number of zones.
    """

    kind: ChangeKind
    key: str = ""
    option: str = ""
    before: str = ""
    after: str = ""
    mm: float | None = None


def differences(before: Template, after: Template) -> tuple[Change, ...]:
    """Return what changed from one template to another: the form itself, then fields as they stand in `after`."""
    return tuple(_all(before, after))


def _all(before: Template, after: Template) -> Iterator[Change]:
    for kind, was, now in (
        (ChangeKind.TITLE, before.title, after.title),
        (ChangeKind.FORM_KIND, before.kind.value, after.kind.value),
        (ChangeKind.DISEASES, ", ".join(before.diseases), ", ".join(after.diseases)),
        (ChangeKind.SHEETS, _sheets(before), _sheets(after)),
    ):
        if was != now:
            yield Change(kind, before=was, after=now)
    left = [field for field in before.fields if not after.has(field.key)]
    for field in after.fields:
        stood = before.field(field.key) if before.has(field.key) else _in_its_place(field, left)
        if stood is None:
            yield Change(ChangeKind.APPEARED, field.key)
            continue
        if stood.key != field.key:
            left.remove(stood)
            yield Change(ChangeKind.KEY, field.key, before=stood.key, after=field.key)
        yield from _of_field(stood, field)
    yield from (Change(ChangeKind.VANISHED, field.key) for field in left)


def _in_its_place(field: Field, left: Sequence[Field]) -> Field | None:
    """Return the field that stood where another stands now: it goes by another key."""
    places = [zone.sheet for zone in field.all_zones]
    for other in left:
        if [zone.sheet for zone in other.all_zones] != places:
            continue
        if max(far(*pair) for pair in zip(other.all_zones, field.all_zones, strict=True)) <= STILL_MM:
            return other
    return None


def _sheets(template: Template) -> str:
    return ", ".join(f"{sheet.width_mm:g}×{sheet.height_mm:g} mm" for sheet in template.sheets)


def _of_field(before: Field, after: Field) -> Iterator[Change]:
    key = after.key
    if before.zones != after.zones:
        yield from _moved(key, "", before.zones, after.zones)
    for kind, was, now in (
        (ChangeKind.LABEL, before.label, after.label),
        (ChangeKind.KIND, before.kind.value, after.kind.value),
        (ChangeKind.REQUIRED, before.required, after.required),
        (ChangeKind.CRITICAL, str(before.critical).lower(), str(after.critical).lower()),
        (ChangeKind.COMB, _comb(before), _comb(after)),
        (ChangeKind.LINES, str(before.lines), str(after.lines)),
        (ChangeKind.RULES, _rules(before), _rules(after)),
    ):
        if was != now:
            yield Change(kind, key, before=was, after=now)
    known = {option.value: option for option in before.options}
    for option in after.options:
        old = known.pop(option.value, None)
        if old is None:
            yield Change(ChangeKind.OPTION_APPEARED, key, option.value)
            continue
        if old.label != option.label:
            yield Change(ChangeKind.OPTION_LABEL, key, option.value, old.label, option.label)
        yield from _moved(key, option.value, (old.zone,), (option.zone,))
    yield from (Change(ChangeKind.OPTION_VANISHED, key, value) for value in known)


def _moved(key: str, option: str, before: tuple[Zone, ...], after: tuple[Zone, ...]) -> Iterator[Change]:
    if [zone.sheet for zone in before] != [zone.sheet for zone in after]:
        yield Change(ChangeKind.MOVED, key, option)
        return
    furthest = max((far(was, now) for was, now in zip(before, after, strict=True)), default=0.0)
    if furthest > STILL_MM:
        yield Change(ChangeKind.MOVED, key, option, mm=round(furthest, 1))


def far(before: Zone, after: Zone) -> float:
    """Return how far the corner lies that moved furthest, in millimetres."""
    pairs = zip(before.rect.corners, after.rect.corners, strict=True)
    return float(max(((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 for (ax, ay), (bx, by) in pairs))


def _comb(field: Field) -> str:
    return "" if field.comb is None else "+".join(map(str, field.comb.groups))


def _rules(field: Field) -> str:
    return ", ".join(sorted(map(str, field.rules)))
