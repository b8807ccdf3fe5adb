"""Put placed sides together to forms, over all scans of a workspace."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.domain.assembly import Assembly, Group, HeldSide, Side
from pipeline.domain.placement import Reason
from pipeline.domain.scan import PageId


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A placed side with its sheet number."""

    page: PageId
    number: int
    twins: frozenset[str] = frozenset()


_Run = tuple[_Sheet, ...]


def assemble(scans: Sequence[Sequence[Side]], sheets: Mapping[str, int]) -> Assembly:
    """Part runs of neighbouring sheets into forms, join lone sheets over scans, and hold the rest.

    A form's sheets lie side by side, in any order, with nothing but what is passed over between them. A run is parted
    into as few pieces as can be; of several ways the one with most pieces in reading order is taken, and its forms are
    marked as inferred. A run that no single way parts best, or that leaves more than one piece unfinished, is held as
    ambiguous. Unfinished pieces of one template are joined when together they are exactly one form. A side that is as well
    a sheet of other versions counts as one of the version that lies beside it.

    Args:
        scans: the sides of each scan in order; sides that belong to a form already carry no template.
        sheets: how many sheets each template has, by NAME@VERSION.
    """
    forms: list[Group] = []
    held: list[HeldSide] = []
    pieces: dict[str, list[tuple[_Run, bool]]] = defaultdict(list)
    for scan in scans:
        for template, run in _runs(_settled(scan)):
            parted = _part(run, sheets[template])
            if parted is None:
                held.extend(HeldSide(sheet.page, Reason.AMBIGUOUS_ORDER) for sheet in run)
                continue
            parts, inferred = parted
            for part in parts:
                if len(part) == sheets[template]:
                    forms.append(_group(template, part, inferred))
                else:
                    pieces[template].append((part, inferred))
    held.extend(_owned(pieces))
    for template, waiting in pieces.items():
        together = tuple(sheet for part, _ in waiting for sheet in part)
        if len(together) == sheets[template] and _distinct(together):
            forms.append(_group(template, together, joined=True))
        else:
            held.extend(HeldSide(sheet.page, Reason.AWAITS_PAGES) for sheet in together)
    return Assembly(tuple(forms), tuple(held))


def _settled(scan: Sequence[Side]) -> list[Side]:
    """Make each twin a sheet of the version it lies by; between two versions, of the one whose sheets there lack it.

    What one twin is made says what the next can be: so again, until nothing more is told. What lies by neither of its
    versions, or where both lack it, stays a twin.
    """
    sides = [side for side in scan if not side.passed_over]
    told = True
    while told:
        told = False
        for at in reversed(range(len(sides))):
            version = _version(sides, at) if sides[at].twins else None
            if version is not None:
                sides[at] = replace(sides[at], template=version, twins=frozenset())
                told = True
    return sides


def _version(sides: Sequence[Side], at: int) -> str | None:
    """Return the version that a twin can only be of."""
    side = sides[at]
    near = [_next(sides, range(at - 1, -1, -1)), _next(sides, range(at + 1, len(sides)))]
    found = {sides[one].template: one for one in near if one is not None}
    likely = {version for version in found if version in {side.template, *side.twins}}
    lacking = {version for version in likely if _lacks(sides, found[version], side.sheet)}
    fitting = likely if len(likely) == 1 else lacking
    return fitting.pop() if len(fitting) == 1 else None


def _next(sides: Sequence[Side], places: range) -> int | None:
    """Return the first place, beyond other twins, where a side is of one version."""
    return next((place for place in places if not sides[place].twins), None)


def _lacks(sides: Sequence[Side], at: int, sheet: int | None) -> bool:
    """Tell whether the sides of one version that lie together have fewer of a sheet than of another."""
    counts: Counter[int | None] = Counter()
    for places in (range(at, -1, -1), range(at + 1, len(sides))):
        for place in places:
            if sides[place].twins or sides[place].template != sides[at].template:
                break
            counts[sides[place].sheet] += 1
    return counts[sheet] < max(counts.values())


def _owned(pieces: dict[str, list[tuple[_Run, bool]]]) -> Iterator[HeldSide]:
    """Move each piece of twins to the one version of which others wait; give those that two versions wait for."""
    waiting = {template for template, them in pieces.items() if any(not part[0].twins for part, _ in them)}
    for template, them in [*pieces.items()]:
        for piece in [piece for piece in them if piece[0][0].twins]:
            owners = waiting & {template, *piece[0][0].twins}
            if owners:
                them.remove(piece)
            if len(owners) == 1:
                pieces[owners.pop()].append(piece)
            else:
                yield from (HeldSide(sheet.page, Reason.AMBIGUOUS_ORDER) for sheet in piece[0] if owners)


def _runs(scan: Sequence[Side]) -> Iterator[tuple[str, _Run]]:
    """Yield the longest stretches of one template's sheets; what is still a twin is none of them."""
    template: str | None = None
    run: list[_Sheet] = []
    for side in scan:
        if run and (side.template, side.twins) != (template, run[0].twins):
            yield template or "", tuple(run)
            run = []
        template = side.template
        if side.template is not None and side.sheet is not None:
            run.append(_Sheet(side.page, side.sheet, side.twins))
    if run:
        yield template or "", tuple(run)


@dataclass(frozen=True, slots=True)
class _Way:
    """The best way to part the rest of a run: pieces, pieces out of reading order, how many ways are as good."""

    pieces: int
    disordered: int
    ways: int
    minimal_ways: int
    first: int


def _part(run: _Run, size: int) -> tuple[tuple[_Run, ...], bool] | None:
    """Part a run into pieces of different sheets; None when no way is best. Also tell whether others were possible."""
    best: list[_Way] = [_Way(0, 0, 1, 1, 0)]
    for start in range(len(run) - 1, -1, -1):
        options: list[_Way] = []
        for length in range(1, min(size, len(run) - start) + 1):
            piece = run[start : start + length]
            if not _distinct(piece):
                break
            rest = best[len(run) - start - length]
            options.append(
                _Way(rest.pieces + 1, rest.disordered + (not _ordered(piece)), rest.ways, rest.minimal_ways, length)
            )
        best.append(_best(options))
    parts = []
    at = 0
    while at < len(run):
        length = best[len(run) - at].first
        parts.append(run[at : at + length])
        at += length
    unfinished = sum(1 for part in parts if len(part) < size)
    if best[-1].ways > 1 or unfinished > 1:
        return None
    return tuple(parts), best[-1].minimal_ways > 1


def _best(options: Sequence[_Way]) -> _Way:
    """Choose fewest pieces, then fewest out of order; add up the ways that are as good."""
    pieces = min(way.pieces for way in options)
    minimal = [way for way in options if way.pieces == pieces]
    disordered = min(way.disordered for way in minimal)
    chosen = [way for way in minimal if way.disordered == disordered]
    return _Way(
        pieces,
        disordered,
        sum(way.ways for way in chosen),
        sum(way.minimal_ways for way in minimal),
        chosen[0].first,
    )


def _distinct(sheets: _Run) -> bool:
    """Tell whether no sheet stands twice."""
    return len({sheet.number for sheet in sheets}) == len(sheets)


def _ordered(sheets: _Run) -> bool:
    """Tell whether the sheets stand in reading order."""
    return all(before.number < after.number for before, after in itertools.pairwise(sheets))


def _group(template: str, sheets: _Run, joined: bool) -> Group:
    """Make a group, its pages in order of sheets."""
    return Group(template, tuple(sheet.page for sheet in sorted(sheets, key=lambda sheet: sheet.number)), joined)
