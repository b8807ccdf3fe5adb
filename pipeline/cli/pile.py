"""`blankett pile`: the paper being scanned."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from pipeline.cli.told import Json
from pipeline.words import _


def mount(root: typer.Typer) -> None:
    """Hang this command under `pile`."""
    root.command("pile", epilog=_("Example: blankett pile --arrived 2026-11-23 --count 46"))(pile)


def pile(
    arrived: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=_("The day the paper arrived; default: today.")),
    ] = None,
    count: Annotated[
        int | None, typer.Option(min=0, help=_("How many sides were fed, if the scanner or the operator knows."))
    ] = None,
    json: Json = False,
) -> None:
    """Name the pile being scanned. Named again for the same day, the count told last stands."""
    from pipeline.cli.told import noting, write_json
    from pipeline.jobs.intake import name_pile
    from pipeline.stages.due import STOCKHOLM

    with noting() as office:
        today = office.now().astimezone(STOCKHOLM).date()
        day = arrived.date() if arrived is not None else today
        if day > today:
            raise typer.BadParameter(_("that day has not come yet"), param_hint="--arrived")
        named = name_pile(office, day, count)
    if json:
        write_json({"pile": named.id, "arrived": named.arrived.isoformat(), "sides_fed": named.sides_fed})
        return
    fed = _("not counted") if named.sides_fed is None else str(named.sides_fed)
    typer.echo(_("Pile {pile}: arrived {arrived}, sides fed {fed}").format(pile=named.id, arrived=named.arrived, fed=fed))
