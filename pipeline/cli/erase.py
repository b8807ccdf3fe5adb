"""`blankett erase`: scans whose forms are closed go by a named person's decision, never by themselves."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.told import Json
from pipeline.words import _, ngettext

if TYPE_CHECKING:
    from pipeline.jobs.office import Office
    from pipeline.jobs.retain import Closed


def mount(root: typer.Typer) -> None:
    """Hang this command under `erase`."""
    examples = _(
        "Examples: blankett erase; blankett erase 2026-11-23/2 --decision RS-2026-0412; "
        "blankett erase --closed-before 2016-11-23 --decision RS-2026-0412"
    )
    root.command("erase", epilog=examples)(erase)


def erase(
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="PILE/FILE", show_default=False, help=_("Files by their place, as they are listed.")),
    ] = None,
    closed_before: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help=_("All files that were closed before this day and wholly verified.")),
    ] = None,
    decision: Annotated[
        str, typer.Option(show_default=False, help=_("The decision's number, without spaces; it goes to the ledger."))
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask again."))] = False,
    json: Json = False,
) -> None:
    """Erase scans whose forms are closed, with their pictures, by your region's decision; or list what may be erased.

    What was read, verified and sent stays, and the sums and the report with it. Backups keep what they hold.
    """
    from pipeline.cli.told import looking, noting, write_json

    if not files and closed_before is None:
        if decision or yes:
            raise typer.BadParameter(_("say which: PILE/FILE, or --closed-before"))
        with looking() as office:
            _list(office, json)
        return
    if files and closed_before is not None:
        raise typer.BadParameter(_("name files, or say --closed-before, not both"))
    _check(decision)
    with noting() as office:
        scans = _named(office, files) if files else _closed_before(office, closed_before)
        scans = scans if yes or not scans or _sure(len(scans)) else ()
        gone = _erase(office, scans, decision) if scans else 0
    if json:
        write_json({"erased": list(scans), "files": gone, "decision": decision})
        return
    line = ngettext("{n} scan erased, with its pictures", "{n} scans erased, with their pictures", len(scans))
    typer.echo(line.format(n=len(scans)))


def _list(office: Office, json: bool) -> None:
    from pipeline.cli.coded import word
    from pipeline.cli.told import columns, write_json
    from pipeline.jobs.retain import closed
    from pipeline.stages.due import STOCKHOLM

    found = closed(office)
    if json:
        write_json([_as_json(one) for one in found])
        return
    rows = []
    for one in found:
        sides = ngettext("{n} side", "{n} sides", one.pages).format(n=one.pages)
        aside = ngettext("{n} of no form", "{n} of no form", one.aside).format(n=one.aside) if one.aside else ""
        day = _("closed {day}").format(day=one.since.astimezone(STOCKHOLM).date())
        mib = f"{one.size / 2**20:.1f} MiB"
        rows.append((f"{one.place.pile}/{one.place.file}", day, sides, mib, word(one.reason) if one.reason else aside))
    for line in columns(rows) if rows else ():
        typer.echo(line)
    if not found:
        typer.echo(_("Nothing may be erased: every scan has something open, or is gone."))


def _as_json(one: Closed) -> dict[str, Any]:
    return {
        "pile": one.place.pile,
        "file": one.place.file,
        "scan": one.scan,
        "sides": one.pages,
        "aside": one.aside,
        "bytes": one.size,
        "since": one.since.isoformat(),
        "reason": one.reason,
    }


def _check(decision: str) -> None:
    from pipeline.edges.codes import is_code

    if not decision or not is_code(decision):
        wanted = _("write the decision's number, such as RS-2026-0412: letters, digits and signs, no spaces")
        raise typer.BadParameter(wanted, param_hint="--decision")


def _named(office: Office, files: list[str]) -> tuple[str, ...]:
    from pipeline.jobs.retain import at

    places = [told.rpartition("/") for told in files]
    if not all(pile and file.isdecimal() for pile, _slash, file in places):
        raise typer.BadParameter(_("write PILE/FILE, such as 2026-11-23/2"), param_hint="PILE/FILE")
    return tuple(dict.fromkeys(at(office, pile, int(file)) for pile, _slash, file in places))


def _closed_before(office: Office, day: dt.datetime | None) -> tuple[str, ...]:
    """Return the scans that were closed before a day here, but for those with what nobody verified."""
    from pipeline.jobs.retain import closed
    from pipeline.stages.due import STOCKHOLM

    found = closed(office)
    return tuple(one.scan for one in found if day and one.verified and one.since.astimezone(STOCKHOLM).date() < day.date())


def _sure(scans: int) -> bool:
    """Ask once more, for it cannot be undone; who is not there to answer says so with --yes."""
    if not sys.stdin.isatty():
        raise typer.BadParameter(_("add --yes: there is no terminal to ask on, and it cannot be undone"))
    line = ngettext("Erase {n} scan for good?", "Erase {n} scans for good?", scans)
    asked = _("{question} Write yes:").format(question=line.format(n=scans))
    answer = typer.prompt(asked, default="", show_default=False, prompt_suffix=" ", err=True)
    return str(answer).strip().casefold() == _("yes")


def _erase(office: Office, scans: tuple[str, ...], decision: str) -> int:
    from pipeline.cli.bars import bar
    from pipeline.jobs.opening import whoami
    from pipeline.jobs.retain import erase as go

    with bar(_("Erasing")) as progress:
        return go(office, scans, decision, whoami(), progress)
