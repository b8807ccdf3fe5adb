"""`blankett init`: make a workspace."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.words import _

if TYPE_CHECKING:
    from pipeline.edges.workspace import Workspace


def mount(root: typer.Typer) -> None:
    """Hang this command under `init`."""
    examples = _(
        "Examples: blankett init ~/forms --inbox ~/scans; blankett init /srv/blankett --inbox /srv/scans --group unit"
        " --set unit.region=C"
    )
    root.command("init", epilog=examples)(init)


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help=_("The folder to make it in: new, or empty."))],
    inbox: Annotated[Path | None, typer.Option(help=_("Where the scanner writes; outside the workspace."))] = None,
    group: Annotated[str, typer.Option(help=_("The group that shares it; without: one person."))] = "",
    key: Annotated[str, typer.Option(help=_("Where the vault's key is: file:PATH, credential:NAME or keyring:NAME."))] = "",
    chosen: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SECTION.KEY=VALUE", help=_("A setting to begin with; may be repeated.")),
    ] = None,
) -> None:
    """Make a workspace: folders with their rights, commented settings, a key apart from the data, an empty database."""
    from pipeline.edges.founding import Plan, make

    made = make(Plan(folder, inbox, group, key, tuple(_pair(one) for one in chosen or [])), dt.datetime.now(dt.UTC))
    for line in lines(made):
        typer.echo(line)


def _pair(told: str) -> tuple[str, object]:
    """Return a setting's name and value; what reads as a number, a list or true and false is one."""
    name, equals, value = told.partition("=")
    if not equals or "." not in name:
        raise typer.BadParameter(_("write it as SECTION.KEY=VALUE, as in database.url=postgresql://USER@HOST/NAME"))
    try:
        return name, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name, value


def lines(made: Workspace) -> list[str]:
    """Return what is told of a new workspace, line by line."""
    group = made.settings.group
    rights = _("2770 {group}").format(group=group) if group else "0700"
    key = made.settings.vault.key.removeprefix("file:")
    return [
        _("Workspace made in {folder} ({rights})").format(folder=made.root, rights=rights),
        _("  inbox      {inbox}").format(inbox=_inbox(made) or _("none yet: set inbox.path in blankett.toml")),
        _("  templates  {count} forms        blankett templates list").format(count=_count(made)),
        _("  recipient  {url}").format(url=made.settings.recipient.url)
        if made.settings.recipient.url
        else _("  recipient  none yet        blankett receiver --demo, or see docs/operations.md#recipient"),
        _("  vault key  {key}        print the escrow sheet and lock it away now: blankett key escrow").format(key=key),
        _("Next: blankett --workspace {folder} doctor").format(folder=made.root),
    ]


def _inbox(made: Workspace) -> str | None:
    return None if made.settings.inbox.path is None else str(made.inbox)


def _count(made: Workspace) -> int:
    from pipeline.edges import library

    return len(library.folders(library.search_path(made.template_dirs)))
