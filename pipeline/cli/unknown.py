"""`blankett unknown`: sides of forms that no template tells of, grouped by look."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.told import Json
from pipeline.words import _, ngettext

if TYPE_CHECKING:
    import datetime as dt

    from pipeline.domain.template import Template
    from pipeline.jobs.office import Office
    from pipeline.jobs.piled import Place
    from pipeline.jobs.unknown import Gathered, UnknownSide


Groups = Annotated[
    list[str] | None, typer.Argument(metavar="GROUP", show_default=False, help=_("Groups by their name, or how it begins."))
]
PictureOut = Annotated[
    Path | None, typer.Option("--picture", help=_("Write the sides of a group beside each other (JPEG)."))
]
BlankOut = Annotated[
    Path | None,
    typer.Option("--blank", help=_("Write what the sides of each group have in common, a group a page (PDF): the blank.")),
]
TypedAs = Annotated[
    str | None,
    typer.Option(
        "--as",
        metavar="TEMPLATE",
        help=_("Type sides by hand, named instead of groups, by the questions of this template."),
    ),
]
Turn = Annotated[
    int,
    typer.Option(help=_("With --blank and --as: the turn clockwise, 90, 180 or 270 degrees, that brings it upright.")),
]


def mount(root: typer.Typer) -> None:
    """Hang this command under `unknown`."""
    examples = _(
        "Examples: blankett unknown; blankett unknown 3fa9 --picture look.jpg; blankett unknown 3fa9 71c0 --blank form.pdf"
    )
    root.command("unknown", epilog=examples)(unknown)


def unknown(  # noqa: PLR0913 - a command has as many options as people need
    groups: Groups = None,
    picture: PictureOut = None,
    blank: BlankOut = None,
    typed_as: TypedAs = None,
    turn: Turn = 0,
    json: Json = False,
) -> None:
    """Group the sides of unknown forms by look; a group of three or more can be made into a template.

    What cannot wait for a template is typed by hand: --as makes one form of the sides that are named, in their order.
    Pictures show what people wrote, and so may a blank in traces: keep them where no other account reads.
    """
    from pipeline.cli.told import looking, write_json
    from pipeline.jobs.unknown import gathered, named, not_told_apart

    if (picture or blank) and not groups:
        raise typer.BadParameter(_("say which: a group, as blankett unknown lists them"), param_hint="GROUP")
    if turn % 90:
        raise typer.BadParameter(_("0, 90, 180 or 270"), param_hint="--turn")
    if typed_as is not None:
        _take_over(groups or [], typed_as, turn % 360)
        return
    with looking() as office:
        found, apart = gathered(office), () if groups or json else not_told_apart(office)
        if groups:
            found = tuple(named(found, name) for name in groups)
        if picture is not None:
            _write_picture(office, found, picture)
        if blank is not None:
            _write_blank(office, found, blank, turn)
    if picture or blank:
        return
    if json:
        write_json([_as_json(one) for one in found])
    else:
        _list(found, of_sides=bool(groups))
        _list_alike(apart)


def _list_alike(found: Sequence[tuple[UnknownSide, tuple[str, ...]]]) -> None:
    if found:
        typer.echo(_("Of one of two templates, and nobody can tell which: type them by hand with --as."))
    for side, pair in found:
        typer.echo(f"    {side.id}  {_place(side.place)}/{side.id.number}  {_day(side.received)}  {' / '.join(pair)}")


def _list(found: tuple[Gathered, ...], *, of_sides: bool) -> None:
    from pipeline.cli.told import columns

    if not found:
        typer.echo(_("No side of an unknown form waits."))
    rows = [_row(one) for one in found]
    for line, one in zip(columns(rows) if rows else (), found, strict=True):
        typer.echo(line)
        for side in one.sides if of_sides else ():
            typer.echo(f"    {side.id}  {_place(side.place)}/{side.id.number}  {_day(side.received)}")


def _row(one: Gathered) -> tuple[str, ...]:
    sides = ngettext("{n} side", "{n} sides", len(one.sides)).format(n=len(one.sides))
    alike = _("{percent} % alike").format(percent=round(100 * one.alike)) if len(one.sides) > 1 else ""
    days = _("{first} to {last}").format(first=_day(one.sides[0].received), last=_day(one.sides[-1].received))
    offer = _("a template? blankett unknown {group} --blank form.pdf").format(group=one.name) if one.offered else ""
    return (one.name, sides, alike, days, offer)


def _place(place: Place) -> str:
    return f"{place.pile or '–'}  {'–' if place.file is None else place.file}"


def _as_json(one: Gathered) -> dict[str, Any]:
    return {
        "group": one.name,
        "alike": round(one.alike, 3),
        "offered": one.offered,
        "since": one.sides[0].received.isoformat(),
        "latest": one.sides[-1].received.isoformat(),
        "sides": [
            {
                "id": str(side.id),
                "pile": side.place.pile,
                "file": side.place.file,
                "page": side.id.number,
                "scan": side.id.scan,
                "received": side.received.isoformat(),
            }
            for side in one.sides
        ],
    }


def _write_picture(office: Office, found: tuple[Gathered, ...], out: Path) -> None:
    from pipeline.cli.written import write
    from pipeline.jobs.opening import whoami
    from pipeline.jobs.unknown import contact_sheet

    if len(found) != 1:
        raise typer.BadParameter(_("a picture is of one group"), param_hint="--picture")
    write(out, [contact_sheet(office, found[0], whoami())])
    typer.echo(str(out))


def _write_blank(office: Office, found: tuple[Gathered, ...], out: Path, turn: int) -> None:
    from pipeline.cli.written import write
    from pipeline.jobs.opening import whoami
    from pipeline.jobs.unknown import blank_of

    write(out, [blank_of(office, found, whoami(), turn // 90)])
    typer.echo(str(out))
    typer.echo(_("Look at it: where all have written in one place, traces are left. Cover them before it leaves the unit."))
    typer.echo(_("Next: blankett templates new {file} --help").format(file=out))


def _take_over(sides: list[str], template: str, rotation: int) -> None:
    from pipeline.cli.told import noting
    from pipeline.jobs.manual import take_over
    from pipeline.jobs.opening import whoami

    if not sides:
        raise typer.BadParameter(
            _("say which: the sides of one form, as blankett unknown GROUP lists them"), param_hint="SIDE"
        )
    with noting() as office:
        try:
            questions = office.library.template(template)
        except KeyError:
            _list_templates(office)
            raise typer.BadParameter(_("There is no template {id}.").format(id=template), param_hint="--as") from None
        form = take_over(office, sides, questions, whoami(), rotation)
        told = _diseases(office, questions)
    typer.echo(_("Form {form} waits to be typed: blankett review {form}").format(form=form))
    typer.echo(
        _("By the questions of {id}, a {kind} form for {diseases}.").format(
            id=questions.id, kind=questions.kind, diseases=told
        )
    )


def _list_templates(office: Office) -> None:
    """Tell by whose questions a side can be typed: one line a template, with its kind in law and its diseases."""
    from pipeline.cli.told import columns

    typer.echo(_("Choose one of the form's own kind that has its disease:"), err=True)
    rows = [(template.kind.value, template.id, _diseases(office, template)) for template in office.library]
    for line in columns(sorted(rows)):
        typer.echo(f"  {line}", err=True)


def _diseases(office: Office, template: Template) -> str:
    """Return the names of the diseases that a template is for, or that its disease is written and may be any."""
    from pipeline.words import current

    found = [disease for code in template.diseases if (disease := office.catalogue.get(code)) is not None]
    written = _("any disease, notified before") if template.follows_up else _("any disease")
    return ", ".join(one.name_sv if current() == "sv" else one.name_en for one in found) or written


def _day(moment: dt.datetime) -> str:
    from pipeline.stages.due import STOCKHOLM

    return str(moment.astimezone(STOCKHOLM).date())
