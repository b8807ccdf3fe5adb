"""`blankett templates exam` and `activate`: a template is proved before paper is read by it."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.bars import bar
from pipeline.cli.coded import word
from pipeline.cli.told import Json, columns, write_json
from pipeline.edges import exams, library
from pipeline.edges.scratch import own as scratch_of
from pipeline.errors import TemplateError
from pipeline.stages.due import STOCKHOLM
from pipeline.words import _, ngettext

if TYPE_CHECKING:
    from pipeline.domain.exam import Exam, FieldMark, Gauged
    from pipeline.domain.template import Template

Id = Annotated[str, typer.Argument(help=_("NAME or NAME@VERSION"), show_default=False)]
Own = Annotated[list[Path] | None, typer.Option("--templates", help=_("A folder of your own templates; it comes first."))]


def mount(app: typer.Typer) -> None:
    """Hang the commands `exam` and `activate` under `templates`."""
    app.command("exam", epilog=_("Examples: blankett templates exam klinisk-prov; blankett templates exam paragraf --last"))(
        exam
    )


def exam(
    template_id: Id,
    count: Annotated[int, typer.Option("--n", min=7, help=_("How many practice scans."))] = 42,
    seed: Annotated[int, typer.Option("--seed", min=0, help=_("The same seed gives the same scans."))] = 1,
    last: Annotated[bool, typer.Option("--last", help=_("Tell of the exam that was held last; nothing is read."))] = False,
    own: Own = None,
    json: Json = False,
) -> None:
    """Prove that a template can be read: practice scans in every condition, and its zones held against the blank's print.

    A template of your own is a draft until it has passed; pages are not placed on drafts.
    """
    from pipeline.cli.templates import found, places

    template, paths = found(template_id, own), places(own)
    folder = Path(template.blank_path).parent
    held = exams.kept(folder) if last else _held(template, paths, (count, seed))
    if held is None:
        raise typer.BadParameter(_("There is no exam of {id} yet.").format(id=template.id))
    if not last:
        exams.keep(folder, held)
    if json:
        write_json(exams.as_json(held))
    else:
        for line in _told(held):
            typer.echo(line)
    if not held.passed:
        raise typer.Exit(TemplateError.exit_code)


def _held(template: Template, paths: tuple[Path, ...], how: tuple[int, int]) -> Exam:
    from pipeline.jobs.exam import Asked, sit

    today = dt.datetime.now(STOCKHOLM).date()
    with closing(scratch_of("exam", os.environ)) as scratch, bar(_("practice scans read")) as tell:
        return sit(template, Asked(paths, *how, today, scratch.folder), tell)


def _told(exam: Exam) -> Iterator[str]:
    held = exam.sitting
    scans = ngettext("{n} practice scan", "{n} practice scans", held.scans).format(n=held.scans)
    yield _("{id}: {scans}, seed {seed}, {day}").format(id=exam.template, scans=scans, seed=held.seed, day=held.day)
    head = ["", _("sides"), _("placed"), _("written"), _("right"), _("stood"), _("wrong")]
    rows = [
        [word(one.name), *map(str, (one.sides, one.placed, one.written, one.right, one.stood, one.wrong))]
        for one in exam.conditions
    ]
    yield from columns([head, *rows])
    yield ""
    head = [_("kind"), _("field"), _("printed"), _("by hand"), _("stood"), _("wrong"), _("at most (95 %)")]
    fields = sorted(exam.fields, key=lambda mark: list(type(mark.kind)).index(mark.kind))
    yield from columns([head, *map(_row, fields)])
    yield ""
    yield from _apart(exam)
    yield from _zones(exam)
    yield from _verdict(exam)


def _row(mark: FieldMark) -> list[str]:
    by_hand = (mark.written - mark.typed, mark.right - mark.typed_right)
    shares = [f"{right}/{n}" if n else "–" for n, right in ((mark.typed, mark.typed_right), by_hand)]
    most = f"{mark.at_most:.1%}" if mark.stood else "–"
    return [mark.kind, mark.key, *shares, f"{mark.stood}/{mark.seen}", str(mark.wrong), most]


def _apart(exam: Exam) -> Iterator[str]:
    sides = exam.sides
    yield _("{right} of {n} sides were placed rightly, {refused} refused; least lead over another template {lead:.2f}").format(
        right=sides.right, n=sides.seen, refused=sides.refused, lead=sides.least_lead
    )
    for other, n in sides.taken_for:
        yield "✗ " + ngettext("{n} side was taken for {other}", "{n} sides were taken for {other}", n).format(n=n, other=other)
    for twin in exam.twins:
        pair = {"sheet": twin.sheet, "other": twin.other, "other_sheet": twin.other_sheet}
        if twin.places is None:
            line = _("sheet {sheet}: most like {other} sheet {other_sheet}, {votes} points of print in common")
            yield "  " + line.format(votes=twin.votes, **pair)
        elif twin.places:
            line = _("sheet {sheet}: near twin of {other} sheet {other_sheet}, told apart by {places} places")
            yield "  " + line.format(places=twin.places, **pair)
        else:
            line = _("sheet {sheet}: cannot be told from {other} sheet {other_sheet}")
            yield "✗ " + line.format(**pair)


def _zones(exam: Exam) -> Iterator[str]:
    from pipeline.stages.grade import off

    found = sum(zone.off_mm is not None for zone in exam.zones)
    yield _("{found} of {n} zones were held against the blank's print").format(found=found, n=len(exam.zones))
    for zone in off(exam.zones):
        yield f"✗ {_zone(zone)}"


def _zone(zone: Gauged) -> str:
    name = zone.key if zone.option is None else f"{zone.key}={zone.option}"
    return _("{zone}, sheet {sheet}: should lie {dx:+.1f} mm to the right, {dy:+.1f} mm down").format(
        zone=name, sheet=zone.sheet, dx=zone.dx_mm or 0.0, dy=zone.dy_mm or 0.0
    )


def _verdict(exam: Exam) -> Iterator[str]:
    if exam.passed:
        yield _("Passed. Active from now on.")
        return
    yield _("Not passed, and not active: {faults}").format(faults=", ".join(word(fault.value) for fault in exam.faults))


