"""`blankett find`: forms by what is written on them, files that could not be opened, sides by their place."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.advice import advice
from pipeline.cli.coded import word
from pipeline.cli.told import Json
from pipeline.words import _

if TYPE_CHECKING:
    from pipeline.jobs.find import Found, FoundScan
    from pipeline.jobs.office import Office
    from pipeline.jobs.piled import FoundFile, FoundSide


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
        str | None,
        typer.Option(
            help=_("With --pile: a side, FILE/PAGE, whose picture goes to --out; FILE alone: the file as it came.")
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help=_("Where to write a side's picture (JPEG), or the file."))] = None,
    reveal: Annotated[
        bool, typer.Option("--reveal", help=_("With --page: also what may not stand on a coded form; this is logged."))
    ] = False,
    json: Json = False,
) -> None:
    """Find forms; every search is noted in the access log."""
    from pipeline.cli.told import looking

    with looking() as office:
        if rejected:
            _show_rejected(office, json)
        elif pile is not None and page is not None:
            _write_out(office, (pile, page), out, reveal)
        elif pile is not None:
            _show_sides(office, pile, json)
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
    from pipeline.jobs.opening import whoami

    found = rejected(office, whoami())
    if json:
        write_json([_scan_json(one) for one in found])
        return
    if not found:
        typer.echo(_("Every file could be opened."))
    for one in found:
        place = f"{one.pile or '–'}  {_place(one.file)}"
        typer.echo(f"{place}  {word(one.reason)}  {_day(one.received)}  {one.scan[:12]}")
        if not one.kept:
            typer.echo("    " + _("That file is no longer kept"))
            continue
        told = advice(one.reason)
        if told:
            typer.echo(f"    {told}")
        if one.pile is not None and one.file is not None:
            line = _("The file as it came: blankett find --pile {pile} --page {file} --out FILE")
            typer.echo("    " + line.format(pile=one.pile, file=one.file))


def _place(file: int | None) -> str:
    return f"{'–' if file is None else file}/-"


def _scan_json(one: FoundScan) -> dict[str, Any]:
    return {
        "scan": one.scan,
        "reason": one.reason,
        "received": one.received.isoformat(),
        "pile": one.pile,
        "file": one.file,
        "kept": one.kept,
    }


def _write_out(office: Office, where: tuple[str, str], out: Path | None, reveal: bool) -> None:
    from pipeline.cli.written import write
    from pipeline.jobs.find import original, side_picture
    from pipeline.jobs.opening import whoami

    pile, place = where
    file, slash, number = place.partition("/")
    if not file.isdigit() or bool(slash) != number.isdigit() or out is None:
        wanted = _("write FILE/PAGE, such as 2/3, or FILE for the file as it came, and say where with --out")
        raise typer.BadParameter(wanted, param_hint="--page")
    if slash:
        write(out, [side_picture(office, pile, (int(file), int(number)), whoami(), reveal=reveal)])
    else:
        write(out, original(office, pile, int(file), whoami(), reveal=reveal))
    typer.echo(str(out))


def _show_sides(office: Office, pile: str, json: bool) -> None:
    from pipeline.cli.told import columns, write_json
    from pipeline.jobs.find import listed
    from pipeline.jobs.opening import whoami

    told: list[dict[str, Any]] = []
    for file, sides in listed(office, pile, whoami()):
        told += [_side_json(side) for side in sides]
        if file.grown or file.reading or file.unopened(len(sides)):
            told.append(_file_json(file))
    if json:
        write_json(told)
        return
    if not told:
        typer.echo(_("Nothing found."))
    for line in columns([_side_row(one) for one in told]):
        typer.echo(line)


def _side_row(told: dict[str, Any]) -> tuple[str, ...]:
    place = f"{told['file']}/{'-' if told['page'] is None else told['page']}"
    lies = f"{told['template']}@{told['version']} {told['sheet']}" if told["template"] else " / ".join(told["between"])
    first = told["first"]
    same = _("as {pile}, file {file}").format(**first) if first else ""
    return (place, word(told["state"]), word(told["reason"] or ""), lies, told["form"] or same)


def _file_json(one: FoundFile) -> dict[str, Any]:
    nothing = dict.fromkeys(("template", "version", "sheet", "form"))
    state = "superseded" if one.grown else "received" if one.reading else "rejected"
    told = {"file": one.place.file, "page": None, "scan": one.scan.digest, "state": state, "reason": one.scan.reason}
    return {**told, **nothing, "between": [], "first": _first_json(one)}


def _side_json(one: FoundSide) -> dict[str, Any]:
    row = one.page
    told = row.placed.identification if row.placed else None
    return {
        "file": one.file.place.file,
        "page": row.number,
        "scan": row.scan,
        "state": one.state.value,
        "reason": one.reason,
        "template": told.template if told else None,
        "version": told.version if told else None,
        "sheet": told.sheet if told else None,
        "form": one.form,
        "between": list(one.between),
        "first": _first_json(one.file),
    }


def _first_json(one: FoundFile) -> dict[str, Any] | None:
    return None if one.first is None else {"pile": one.first.pile, "file": one.first.file}


def _day(moment: dt.datetime) -> str:
    from pipeline.stages.due import STOCKHOLM

    return str(moment.astimezone(STOCKHOLM).date())
