"""An exam told to people: one line a condition and a field, how the template was told apart, its zones, and the verdict."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.cli.coded import word
from pipeline.cli.told import columns
from pipeline.domain.template import FieldKind
from pipeline.words import _, ngettext

if TYPE_CHECKING:
    from pipeline.domain.exam import ConditionMark, Exam, FieldMark, Gauged, OtherMark
    from pipeline.jobs.benchmark import Line

_ORDER = tuple(FieldKind)
_SHOWN = 10  # of zones that lie beside their place: shifted ones come by the hundred


def told(exam: Exam, life: Sequence[Line] = ()) -> Iterator[str]:
    """Give the lines of an exam; `life` is what is known of its fields from forms that were verified here."""
    held = exam.sitting
    scans = ngettext("{n} practice scan", "{n} practice scans", held.scans).format(n=held.scans)
    yield _("{id}: {scans}, seed {seed}, {day}").format(id=exam.template, scans=scans, seed=held.seed, day=held.day)
    yield from _conditions(exam)
    yield ""
    yield from _fields(exam, {line.name: line for line in life})
    yield _("stood: nobody would have been asked, also where nothing was written; at most: what share of these may be wrong")
    yield ""
    yield from _apart(exam)
    yield from _others(exam)
    yield from _zones(exam)
    yield from _verdict(exam)


def _conditions(exam: Exam) -> Iterator[str]:
    def row(one: ConditionMark) -> list[str]:
        placed, right = f"{one.placed}/{one.sides}", f"{one.right}/{one.written}"
        return [word(one.name), placed, right, str(one.stood), str(one.wrong)]

    head = [_("practice scans"), _("sides placed"), _("fields right"), _("stood"), _("wrong")]
    yield from columns([head, *map(row, exam.conditions)])


def _fields(exam: Exam, life: dict[str, Line]) -> Iterator[str]:
    """Give one line a field, the kinds in their order; where forms were verified here, life stands to the right."""
    head = [_("kind"), _("field"), _("typed"), _("by hand"), _("stood"), _("wrong"), _("at most (95 %)")]
    head += [_("verified here"), _("stood"), _("wrong")] if life else []
    fields = sorted(exam.fields, key=lambda mark: _ORDER.index(mark.kind))
    yield from columns([head, *([*_row(mark), *(_lived(life.get(mark.key)) if life else [])] for mark in fields)])


def _row(mark: FieldMark) -> list[str]:
    by_hand = (mark.written - mark.typed, mark.right - mark.typed_right)
    shares = [f"{right}/{n}" if n else "–" for n, right in ((mark.typed, mark.typed_right), by_hand)]
    most = f"{mark.at_most:.1%}" if mark.stood else "–"
    return [mark.kind, mark.key, *shares, f"{mark.stood}/{mark.seen}", str(mark.wrong), most]


def _lived(line: Line | None) -> list[str]:
    return [f"{line.right}/{line.n}", str(line.stood), str(line.wrong)] if line is not None else ["–", "–", "–"]


def _apart(exam: Exam) -> Iterator[str]:
    sides = exam.sides
    line = _(
        "{right} of {n} sides placed rightly, {refused} refused; least lead over the other {others} templates {lead:.2f}"
    )
    counts = {"right": sides.right, "n": sides.seen, "refused": sides.refused, "others": exam.sitting.others}
    yield line.format(lead=sides.least_lead, **counts)
    for other, n in sides.taken_for:
        yield "✗ " + ngettext("{n} side was taken for {other}", "{n} sides were taken for {other}", n).format(
            n=n, other=other
        )
    for twin in exam.twins:
        pair = {"sheet": twin.sheet, "other": twin.other, "other_sheet": twin.other_sheet}
        if twin.places is None:
            line = _("sheet {sheet}: most like {other} sheet {other_sheet}, {votes} points of print in common")
            yield "  " + line.format(votes=twin.votes, **pair)
        elif twin.shared:
            line = _("sheet {sheet}: the same as {other} sheet {other_sheet}, told by the sheets beside it")
            yield "  " + line.format(**pair)
        elif twin.places:
            line = _("sheet {sheet}: near twin of {other} sheet {other_sheet}, told apart by {places} places")
            yield "! " + line.format(places=twin.places, **pair)
        else:
            line = _("sheet {sheet}: cannot be told from {other} sheet {other_sheet}")
            yield "✗ " + line.format(**pair)


def _others(exam: Exam) -> Iterator[str]:
    """Give one line an other template of which sides were drawn; an exam of an older program has none."""

    def row(one: OtherMark) -> list[str]:
        when = ", ".join(dict.fromkeys(map(word, one.taken)))
        taken = f"{len(one.taken)} ({when})" if when else "0"
        return [f"{'✗' if when else '!' if one.set_aside else ' '} {one.other}", str(one.sides), str(one.set_aside), taken]

    if exam.others:
        head = ["  " + _("other templates"), _("sides drawn"), _("not told from it"), _("taken for it")]
        yield from columns([head, *map(row, exam.others)])


def _zones(exam: Exam) -> Iterator[str]:
    from pipeline.stages.grade import off

    lines = {
        "print": _("{found} of {n} zones were held against the blank's print"),
        "widget": _("{found} of {n} zones were held against the original's form fields"),
    }
    zones = sum(zone.against == "print" for zone in exam.zones)
    for against, line in lines.items():
        found = sum(zone.against == against and zone.off_mm is not None for zone in exam.zones)
        if found:
            yield line.format(found=found, n=zones)
    beside = off(exam.zones)
    for zone in beside[:_SHOWN]:
        yield f"✗ {_zone(zone)}"
    if len(beside) > _SHOWN:
        yield "✗ " + _("and {n} more that lie beside their place; --json tells all").format(n=len(beside) - _SHOWN)


def _zone(zone: Gauged) -> str:
    name = zone.key if zone.option is None else f"{zone.key}={zone.option}"
    line = _("{zone}, sheet {sheet}: should lie {dx:+.1f} mm to the right and {dy:+.1f} mm down")
    return line.format(zone=name, sheet=zone.sheet, dx=zone.dx_mm or 0.0, dy=zone.dy_mm or 0.0)


def _verdict(exam: Exam) -> Iterator[str]:
    if exam.passed:
        yield _("Passed: active; workers take it up by themselves.")
        return
    yield _("Not passed:")
    for fault in exam.faults:
        yield f"✗ {word(fault.value)}"
    if exam.override is None:
        line = _("Not active. Mend the template, or answer for it: blankett templates activate {id} --reason TEXT")
        yield line.format(id=exam.template)
    else:
        line = _("Active all the same, by {by} on {day}: {reason}")
        yield line.format(by=exam.override.by, day=exam.override.day, reason=exam.override.reason)
