"""`blankett key`: print the escrow sheet, bring a key back from paper, change to a new key."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Annotated

import typer

from pipeline.cli.bars import bar
from pipeline.cli.spoken import Commands
from pipeline.cli.told import Json
from pipeline.words import _

app = Commands(no_args_is_help=True, help=_("The vault's key: print it, bring it back, change it."))


def mount(root: typer.Typer) -> None:
    """Hang these commands under `key`."""
    root.add_typer(app, name="key")


@app.command("escrow", epilog=_("Example: blankett key escrow | lp"))
def escrow() -> None:
    """Write the escrow sheet: print it, lock it away, and leave no copy on disk."""
    from pipeline.cli.told import workspace
    from pipeline.edges.escrow import sheet

    here = workspace()
    ring = here.key_source.load()
    typer.echo(_("ESCROW SHEET: the key of the vault in {folder}").format(folder=here.root))
    typer.echo(
        _("Whoever holds this sheet and a copy of the data can read everything. Lock it away; leave no copy on disk.")
    )
    typer.echo(_("To bring the key back: blankett key restore ADDRESS, and type the numbered lines."))
    typer.echo("")
    for line in sheet(ring):
        typer.echo(line)


@app.command("restore", epilog=_("Example: blankett key restore file:/etc/blankett/vault.key < typed.txt"))
def restore(
    address: Annotated[str, typer.Argument(help=_("Where to keep the key: file:PATH or keyring:NAME."))],
) -> None:
    """Bring a key back from the lines of an escrow sheet on stdin. A key that is there already is never overwritten."""
    from pipeline.edges.escrow import read_sheet
    from pipeline.edges.keys import KeySource

    source = KeySource(address)
    if source.exists():
        raise typer.BadParameter(_("A key is there already."))
    if sys.stdin.isatty():
        typer.echo(_("Type the numbered lines, then Ctrl-D."), err=True)
    source.save(read_sheet(sys.stdin.read().splitlines()))
    typer.echo(_("The key is back in {address}").format(address=address))


@app.command("rotate", epilog=_("Example: blankett key rotate"))
def rotate(json: Json = False) -> None:
    """Make a new key and seal everything anew with it, while everything runs.

    The old key stays in the ring: older backups and the access log stand under it. Print a new escrow sheet afterwards.
    """
    from pipeline.cli.told import workspace, write_json
    from pipeline.edges.rotation import rotate as rotate_key

    here = workspace()
    with bar(_("sealed anew")) as tell:
        done = rotate_key(here, dt.datetime.now(dt.UTC), tell)
    if json:
        write_json({"key": done.key, "files": done.files, "values": done.values})
        return
    told = _("New key {key}: {files} sealed files and {values} sealed values were sealed anew")
    typer.echo(told.format(key=done.key, files=done.files, values=done.values))
    typer.echo(_("Now print a new escrow sheet: blankett key escrow"))
