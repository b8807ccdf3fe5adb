"""`blankett find`: forms by what is written on them, files that could not be opened, sides by their place."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.coded import word
from pipeline.cli.told import Json
from pipeline.words import _

if TYPE_CHECKING:
    from pipeline.jobs.find import Found, FoundPage, FoundScan
    from pipeline.jobs.office import Office


class By(StrEnum):
    """What the word is."""

    NUMBER = "number"
    NAME = "name"
    CLINIC = "clinic"
    DATE = "date"


def mount(root: typer.Typer) -> None:
    """Hang this command under `find`."""
    examples = _(
        "Examples: blankett find 19500907-2553; blankett find --rejected; blankett find --pile 2026-11-23 --page 2/3"
    )
    root.command("find", epilog=examples)(find)


def find(  # noqa: PLR0913 - a command has as many options as people need
    written: Annotated[
        str | None, typer.Argument(show_default=False, help=_("A number, name, clinic or date; nothing: every form."))
    ] = None,
    by: Annotated[
        By | None, typer.Option(show_default=False, help=_("What the word is, when it can be taken two ways."))
    ] = None,
    rejected: Annotated[bool, typer.Option("--rejected", help=_("Files that could not be opened."))] = False,
    pile: Annotated[str | None, typer.Option(help=_("Every side of a pile, in the order it came."))] = None,
    page: Annotated[
        str | None, typer.Option(help=_("With --pile: one side, FILE/PAGE, whose picture is written to --out."))
    ] = None,
    out: Annotated[Path | None, typer.Option(help=_("Where to write a side's picture (JPEG)."))] = None,
    json: Json = False,
) -> None:
    """Find forms; every search is noted in the access log."""
    from pipeline.cli.told import office as opened

    with opened() as office:
        if rejected:
            _show_rejected(office, json)
        elif pile is not None:
            _show_sides(office, pile, (page, out), json)
        else:
            _show_forms(office, written, by, json)


def _show_forms(office: Office, written: str | None, by: By | None, json: bool) -> None:
    from pipeline.cli.told import write_json
    from pipeline.edges.access import Action
    from pipeline.edges.store.search import SearchKind
    from pipeline.jobs.find import everything, guess
    from pipeline.jobs.find import find as look
    from pipeline.jobs.opening import whoami

    if written is None:
        office.saw(whoami(), Action.SEARCH)
        found = everything(office)
    else:
        found = look(office, written, (SearchKind(by.value),) if by else guess(written), whoami())
    if json:
        write_json([_form_json(one) for one in found])
        return
    if not found:
        typer.echo(_("Nothing found."))
    for one in found:
        due = "" if one.due is None else _("due {day}").format(day=_day(one.due))
        stands = word(one.status.value)
        typer.echo(f"{one.form}  {stands:<14} {one.disease or '–':<20} {one.template:<22} {one.pile or '':<12} {due}")


def _form_json(one: Found) -> dict[str, Any]:
    return {
        "form": one.form,
        "template": one.template,
        "status": one.status.value,
        "disease": one.disease,
        "due": one.due.isoformat() if one.due else None,
        "pile": one.pile,
        "created": one.created.isoformat(),
        "pages": [str(page) for page in one.pages],
    }


def _show_rejected(office: Office, json: bool) -> None:
    from pipeline.cli.told import write_json
    from pipeline.jobs.find import rejected

    found = rejected(office)
    if json:
        write_json([_scan_json(one) for one in found])
        return
    if not found:
        typer.echo(_("Every file could be opened."))
    for one in found:
        typer.echo(f"{one.scan[:12]}  {word(one.reason):<18} {_day(one.received)}  {one.pile or ''}")


def _scan_json(one: FoundScan) -> dict[str, Any]:
    return {"scan": one.scan, "reason": one.reason, "received": one.received.isoformat(), "pile": one.pile}


def _show_sides(office: Office, pile: str, wanted: tuple[str | None, Path | None], json: bool) -> None:
    from pipeline.cli.told import write_json
    from pipeline.jobs.find import side_picture, sides
    from pipeline.jobs.opening import whoami

    page, out = wanted
    if page is not None:
        file, _slash, number = page.partition("/")
        if not (file.isdigit() and number.isdigit()) or out is None:
            raise typer.BadParameter(_("write FILE/PAGE, such as 2/3, and say where with --out"), param_hint="--page")
        picture = side_picture(office, pile, (int(file), int(number)), whoami())
        out.touch(mode=0o600)
        out.write_bytes(picture)
        typer.echo(str(out))
        return
    found = sides(office, pile)
    if json:
        write_json([_side_json(one) for one in found])
        return
    for one in found:
        row = one.page
        lies = f"{row.placed.identification.id} {row.placed.identification.sheet}" if row.placed else ""
        stands, reason = word(row.state.value), word(row.reason or "")
        typer.echo(f"{one.file}/{row.number:<4} {stands:<10} {reason:<20} {lies:<26} {row.form or ''}")


def _side_json(one: FoundPage) -> dict[str, Any]:
    row = one.page
    told = row.placed.identification if row.placed else None
    return {
        "file": one.file,
        "page": row.number,
        "scan": row.scan,
        "state": row.state.value,
        "reason": row.reason,
        "template": told.template if told else None,
        "version": told.version if told else None,
        "sheet": told.sheet if told else None,
        "form": row.form,
    }


def _day(moment: dt.datetime) -> str:
    from pipeline.stages.due import STOCKHOLM

    return str(moment.astimezone(STOCKHOLM).date())
