"""`blankett templates exam` and `activate`: a template is proved before paper is read by it."""

from __future__ import annotations

import datetime as dt
import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.bars import bar
from pipeline.cli.exam_told import told
from pipeline.cli.told import Json, workspace_named, write_json
from pipeline.edges import exams, library
from pipeline.edges.workspace import find, open_workspace
from pipeline.errors import SettingsError, TemplateError
from pipeline.stages.due import STOCKHOLM
from pipeline.words import _

if TYPE_CHECKING:
    from pipeline.domain.exam import Exam
    from pipeline.domain.template import Template
    from pipeline.jobs.benchmark import Line

Id = Annotated[str, typer.Argument(metavar="ID", help=_("NAME or NAME@VERSION"), show_default=False)]
Own = Annotated[list[Path] | None, typer.Option("--templates", help=_("A folder of your own templates; it comes first."))]


def mount(app: typer.Typer) -> None:
    """Hang the commands `exam` and `activate` under `templates`."""
    examples = _("Examples: blankett templates exam klinisk-prov; blankett templates exam paragraf --last")
    app.command("exam", epilog=examples)(exam)
    example = _('Example: blankett templates activate klinisk-prov --reason "the stamp covers one box; it is always keyed"')
    app.command("activate", epilog=example)(activate)


def exam(  # noqa: PLR0913 - a command has as many options as it has
    template_id: Id,
    count: Annotated[int, typer.Option("--n", min=7, help=_("How many practice scans."))] = 42,
    seed: Annotated[int, typer.Option("--seed", min=0, help=_("The same seed gives the same scans."))] = 1,
    original: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help=_("The form's own PDF with form fields, if the template has none.")),
    ] = None,
    last: Annotated[bool, typer.Option("--last", help=_("Tell of the exam that was held last; nothing is read."))] = False,
    own: Own = None,
    json: Json = False,
) -> None:
    """Prove that a template can be read: practice scans in every condition, and its zones against the blank's own print.

    Pages are placed on a template of your own only when it has passed. Leaves with 4 when it has not.
    """
    from pipeline.cli.templates import found

    template = found(template_id, own)
    held = exams.kept(Path(template.blank_path).parent) if last else _held(template, own, (count, seed, original))
    if held is None:
        raise typer.BadParameter(_("There is no exam of {id} yet.").format(id=template.id))
    life = _life(template)
    if json:
        write_json({**exams.as_json(held), "life": [_lived(line) for line in life]})
    else:
        for line in told(held, life):
            typer.echo(line)
    if not last:
        _keep(template, held)
    if not held.passed:
        raise typer.Exit(TemplateError.exit_code)


def activate(
    template_id: Id,
    reason: Annotated[str, typer.Option("--reason", show_default=False, help=_("Why; it is kept with the exam."))],
    own: Own = None,
) -> None:
    """Let pages be placed on a template that did not pass its exam, by your decision, under the name of your account."""
    from pipeline.cli.templates import found
    from pipeline.domain.exam import Override
    from pipeline.jobs.activating import let_through
    from pipeline.jobs.opening import whoami

    if not reason.strip():
        raise typer.BadParameter(_("say why"), param_hint="--reason")
    template = found(template_id, own)
    today = dt.datetime.now(STOCKHOLM).date()
    held = let_through(template, Override(whoami(), reason.strip(), today.isoformat()))
    _note(template, held)
    typer.echo(_("{id} is active; workers take it up by themselves.").format(id=template.id))


def _held(template: Template, own: list[Path] | None, how: tuple[int, int, Path | None]) -> Exam:
    from pipeline.cli.templates import places
    from pipeline.edges import scratch
    from pipeline.edges.pool import processes
    from pipeline.jobs.exam import Asked, sit

    count, seed, original = how
    kept = Path(template.blank_path).with_name(library.ORIGINAL)
    today = dt.datetime.now(STOCKHOLM).date()
    with closing(scratch.own("exam", os.environ)) as private, bar(_("practice scans read"), lines=True) as tell:
        form = original or (kept if kept.is_file() else None)
        return sit(template, Asked(places(own), count, seed, today, private.folder, form, processes()), tell)


def _keep(template: Template, held: Exam) -> None:
    """Keep an exam, after it was told: minutes went into it. Where the program's own templates lie, few may write."""
    try:
        exams.keep(Path(template.blank_path).parent, held)
    except TemplateError:
        if not library.is_shipped(template):
            raise
    else:
        _note(template, held)


def _in_workspace() -> bool:
    try:
        find(workspace_named())
    except SettingsError as error:
        if error.code != "workspace_not_found":
            raise
        return False
    return True


def _note(template: Template, held: Exam) -> None:
    """Tell the workspace's ledger, when the template is one of its own."""
    from pipeline.cli.told import noting
    from pipeline.jobs.activating import note
    from pipeline.jobs.opening import whoami

    if not _in_workspace():
        return
    homes = open_workspace(find(workspace_named())).template_dirs
    if any(Path(template.blank_path).is_relative_to(home.resolve()) for home in homes):
        with noting() as office:
            note(office, held, whoami())


def _life(template: Template) -> tuple[Line, ...]:
    """Return what is known of the template's fields from forms that were verified in the workspace, if there is one."""
    from pipeline.cli.told import looking
    from pipeline.jobs.benchmark import life

    if not _in_workspace():
        return ()
    with looking() as office:
        return life(office, template.id)


def _lived(line: Line) -> dict[str, object]:
    return {"key": line.name, "n": line.n, "right": line.right, "stood": line.stood, "wrong": line.wrong}
