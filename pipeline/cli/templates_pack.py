"""`blankett templates export` and `import`: a template as one file, from one unit to another."""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.told import Json, write_json
from pipeline.cli.written import destination
from pipeline.web.template_words import told
from pipeline.words import _

if TYPE_CHECKING:
    from pipeline.jobs.sharing import TakenIn

Own = Annotated[list[Path] | None, typer.Option("--templates", help=_("A folder of your own templates; it comes first."))]


def mount(app: typer.Typer) -> None:
    """Hang the commands `export` and `import` under `templates`."""
    app.command("export", epilog=_("Example: blankett templates export klinisk-prov@2026-1 --out /tmp"))(export)
    app.command("import", epilog=_("Example: blankett templates import klinisk-prov-2026-1.zip"))(take_in)


def export(
    template_id: Annotated[str, typer.Argument(metavar="ID", help=_("NAME or NAME@VERSION"), show_default=False)],
    out: Annotated[Path, typer.Option("--out", help=_("Folder to write to, or a file that ends in .zip."))] = Path(),
    own: Own = None,
    as_json: Json = False,
) -> None:
    """Write a template as one file, to share with another unit; the same template gives the same bytes."""
    from pipeline.cli.templates import found
    from pipeline.jobs.sharing import pack

    packed = pack(Path(found(template_id, own).blank_path).parent)
    target = destination(out, f"{packed.name}-{packed.version}.zip")
    data = packed.data
    target.write_bytes(data)
    seal = hashlib.sha256(data).hexdigest()
    if as_json:
        write_json({"file": str(target), "sha256": seal, "digest": packed.digest, "files": sorted(packed.files)})
        return
    typer.echo(str(target))
    typer.echo(_("SHA-256 of the file, to tell by another way than the file goes:"))
    typer.echo(f"  {seal}")


def take_in(
    file: Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, help=_("What export wrote."))],
    out: Annotated[
        Path | None,
        typer.Option(help=_("Folder of templates to write to; without: the workspace's own, else ./templates.")),
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in a template that another unit exported: it is checked, never run, and never put over one that is there."""
    from pipeline.cli.templates import places
    from pipeline.cli.templates_new import home
    from pipeline.jobs.sharing import take_in as taken_in

    target, looked_in = (out, False) if out else home()
    seal = hashlib.sha256(file.read_bytes()).hexdigest()
    done = taken_in(file, target, (target, *places(None)))
    if as_json:
        write_json(_described(done, seal))
        return
    for line in _told(done, seal, "" if looked_in else f" --templates {shlex.quote(str(target))}"):
        typer.echo(line)


def _told(done: TakenIn, seal: str, where: str) -> list[str]:
    """Return what is told of a template that came in; `where` is what a command needs to find it, if anything."""
    lines = [str(done.folder), _("SHA-256 of the file: {seal}").format(seal=seal)]
    if done.was_there:
        return [*lines, _("The same template was there already; nothing was changed.")]
    if done.warnings:
        lines += [_("To look at before its forms can be sent:"), *(f"  {told(warning)}" for warning in done.warnings)]
    if done.givers_exam:
        lines.append(_("What the giver's exam found is kept beside it; here it proves nothing."))
    lines.append(_("It is a draft: no page is placed on it yet. Look at every zone, then examine it here:"))
    lines += [f"  blankett templates {verb} {done.id}{where}" for verb in ("edit", "exam")]
    lines.append(_("It is active when it passes, else when somebody answers for it:"))
    lines.append(f"  blankett templates activate {done.id}{where} --reason …")
    return lines


def _described(done: TakenIn, seal: str) -> dict[str, object]:
    return {
        "id": done.id,
        "folder": str(done.folder.resolve()),
        "sha256": seal,
        "digest": done.digest,
        "was_there": done.was_there,
        "standing": done.standing.value,
        "givers_exam": done.givers_exam,
        "warnings": [asdict(warning) for warning in done.warnings],
    }
