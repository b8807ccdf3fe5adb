"""`blankett backup` and `blankett restore`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.bars import bar
from pipeline.cli.coded import word
from pipeline.cli.faults import sentences
from pipeline.cli.told import Json
from pipeline.errors import StoreError
from pipeline.stages.due import STOCKHOLM
from pipeline.words import _, ngettext

if TYPE_CHECKING:
    from pipeline.edges.restore import Examined
    from pipeline.edges.workspace import Workspace

Key = Annotated[str, typer.Option(help=_("Where the key is, when it is not where the backup's settings say."))]


def mount(root: typer.Typer) -> None:
    """Hang these commands under `backup` and `restore`."""
    root.command("backup", epilog=_("Example: blankett backup /mnt/backups"))(backup)
    examples = _(
        "Examples: blankett restore --check /mnt/backups/blankett-…; blankett restore /mnt/backups/blankett-… /srv/blankett"
    )
    root.command("restore", epilog=examples)(restore)


def backup(
    out: Annotated[Path, typer.Argument(metavar="DIR", help=_("The folder to make the backup in, on another disk."))],
    json: Json = False,
) -> None:
    """Back up the workspace while it runs. The key is not in the backup: keep it, and its escrow sheet, apart."""
    from pipeline.cli.told import workspace, write_json
    from pipeline.edges.backup import back_up

    here = workspace()
    with bar(_("Backing up")) as progress:
        made = back_up(here, out, dt.datetime.now(dt.UTC), progress)
    if json:
        write_json({"backup": str(made.folder), "files": made.files, "bytes": made.bytes, "events": made.seq})
        return
    told = _("Backup made: {folder} ({files} files, {mib} MiB, ledger up to {seq})")
    typer.echo(told.format(folder=made.folder, files=made.files, mib=-(-made.bytes // 2**20), seq=made.seq))
    typer.echo(_("Next: blankett restore --check {folder}").format(folder=made.folder))


def restore(  # noqa: PLR0913 - a command's options are its parameters
    folder: Annotated[Path, typer.Argument(metavar="BACKUP", help=_("The backup's folder."))],
    target: Annotated[
        Path | None, typer.Argument(metavar="DIR", help=_("The folder to restore into: new, or empty."))
    ] = None,
    check: Annotated[bool, typer.Option("--check", help=_("Examine the backup and restore nothing."))] = False,
    key: Key = "",
    database: Annotated[
        str, typer.Option(help=_("Restore into this empty PostgreSQL instead: postgresql://USER@HOST/NAME."))
    ] = "",
    json: Json = False,
) -> None:
    """Restore a backup, or examine one with --check. What may have been sent waits for your answer afterwards.

    A backup is always examined before it is restored.
    """
    from pipeline.cli.told import write_json
    from pipeline.edges.restore import Target, keys_for
    from pipeline.edges.restore import check as examine
    from pipeline.edges.restore import restore as bring_back

    if target is None and not check:
        raise typer.BadParameter(_("Say where to restore to, or use --check."))
    vault = keys_for(folder, key, target)
    with bar(_("Examining")) as progress:
        found = examine(folder, vault, progress)
    told: dict[str, Any] = as_json(found)
    if not json:
        _tell(found)
    if found.faults:
        if json:
            write_json(told)
        raise StoreError("backup_faulty", hint="backup_other", count=len(found.faults))
    if not check and target is not None:
        back = bring_back(folder, Target(target.absolute(), key, database), vault, dt.datetime.now(dt.UTC))
        told |= {"workspace": str(back.workspace.root), "questioned": list(back.questioned)}
        if not json:
            _tell_restored(back.workspace, back.questioned)
    if json:
        write_json(told)


def as_json(found: Examined) -> dict[str, Any]:
    """Return an examination for programs."""
    return {
        "made": found.made.isoformat(),
        "files": found.files,
        "events": found.events,
        "blobs": found.blobs,
        "sealed": found.sealed,
        "faults": [{"code": fault.code, "place": fault.place} for fault in found.faults],
    }


def _tell(found: Examined) -> None:
    told = _(
        "Backup of {made}: {files} files, {blobs} sealed files and {sealed} sealed values open, {events} events in one chain"
    )
    made = found.made.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M:%S")
    if not found.faults:
        typer.echo(told.format(made=made, files=found.files, blobs=found.blobs, sealed=found.sealed, events=found.events))
    said = sentences() if found.faults else {}
    for fault in found.faults:
        typer.echo(_("Fault: {code}, {place}").format(code=said.get(fault.code) or word(fault.code), place=fault.place))


def _tell_restored(workspace: Workspace, questioned: tuple[str, ...]) -> None:
    typer.echo(_("Restored into {folder}").format(folder=workspace.root))
    if workspace.settings.inbox.path:
        typer.echo(
            _("Its inbox is that of the workspace that was backed up, {inbox}: let only one of the two run.").format(
                inbox=workspace.inbox
            )
        )
    if questioned:
        count = len(questioned)
        told = ngettext("{count} submission may have been sent", "{count} submissions may have been sent", count)
        typer.echo(told.format(count=count) + _(": answer for each, see blankett submit --help"))
    typer.echo(
        _("Forms that were open ask the same before they are sent: what was sent after the backup is not known here.")
    )
