"""`blankett templates new`: a template made of a blank form, a PDF or a scan."""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.coded import word
from pipeline.cli.told import Json, workspace_named, write_json
from pipeline.domain.fillable import FoundBy
from pipeline.domain.template import FormKind
from pipeline.edges.workspace import find, open_workspace
from pipeline.errors import SettingsError, TemplateError
from pipeline.stages.due import STOCKHOLM
from pipeline.web.template_words import told
from pipeline.words import _, ngettext

if TYPE_CHECKING:
    from pipeline.jobs.new_template import NewTemplate

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")


def mount(app: typer.Typer) -> None:
    """Hang the command `new` under `templates`."""
    example = _("Example: blankett templates new form.pdf --name klinisk-prov --version 2026-1 --kind klinisk --title Prov")
    app.command("new", epilog=example)(new)


def _name(given: str) -> str:
    if not _NAME.fullmatch(given):
        raise typer.BadParameter(_("small letters a-z, digits and hyphens, a letter first"))
    return given


def _version(given: str) -> str:
    if not _VERSION.fullmatch(given):
        raise typer.BadParameter(_("letters, digits, points and hyphens, a letter or digit first"))
    return given


def _diseases(given: list[str] | None) -> list[str] | None:
    from pipeline.edges import catalogue

    known = catalogue.load()
    for code in given or ():
        if known.get(code) is None:
            raise typer.BadParameter(_("no disease of the catalogue has the code {code}").format(code=code))
    return given


Blanks = Annotated[
    list[Path],
    typer.Argument(
        metavar="BLANK",
        exists=True,
        dir_okay=False,
        help=_("The unfilled form: a PDF, or a scan of it. Or 3 to 12 filled-in scans of it, when there is no blank."),
    ),
]
Diseases = Annotated[
    list[str] | None,
    typer.Option("--disease", callback=_diseases, help=_("A disease that the form is for, by its code; again for each.")),
]


def new(  # noqa: PLR0913 - a command has as many options as it has
    blank: Blanks,
    name: Annotated[str, typer.Option(callback=_name, help=_("What the form is called in commands: klinisk-prov"))],
    version: Annotated[str, typer.Option(callback=_version, help=_("Which version of the form it is: 2026-1"))],
    kind: Annotated[FormKind, typer.Option(help=_("What the form is in law."))],
    title: Annotated[str, typer.Option(help=_("The form's title, as it is printed."))],
    disease: Diseases = None,
    title_en: Annotated[str, typer.Option(help=_("The title in English; without: as --title."))] = "",
    out: Annotated[
        Path | None,
        typer.Option(help=_("Folder of templates to write to; without: the workspace's own, else ./templates.")),
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a template of a blank form: every field with its place, kind and options, each guess marked."""
    from pipeline.edges.scratch import own
    from pipeline.edges.template_writer import Head
    from pipeline.jobs.new_template import new_template

    if not title.strip():
        raise typer.BadParameter(_("a form has a title"), param_hint="--title")
    head = Head(name, version, title, title_en or title, kind, tuple(disease or ()))
    target, found = (out, False) if out else home()
    today = dt.datetime.now(STOCKHOLM).date()
    with closing(own("new", os.environ)) as scratch:
        made = new_template(blank, head, target, today, scratch.folder)
    if as_json:
        write_json(_described(made))
    else:
        for line in _told(made, name, None if found else target):
            typer.echo(line)
    if made.faults:
        raise typer.Exit(TemplateError.exit_code)


def home() -> tuple[Path, bool]:
    """Return the folder of templates to write to, and whether other commands look there by themselves."""
    try:
        root = find(workspace_named())
    except SettingsError as error:
        if error.code != "workspace_not_found":
            raise
        return Path("templates"), False
    return open_workspace(root).template_dirs[0], True


def _how(by: FoundBy) -> str:
    match by:
        case FoundBy.FIELDS:
            return _("found by the PDF's own form fields")
        case FoundBy.PRINT:
            return _("found by the print, for the PDF has no form fields")
        case FoundBy.PICTURE:
            return _("found by the picture, and the words read by Tesseract: look twice")


def _told(made: NewTemplate, name: str, named: Path | None) -> list[str]:
    edit = f"blankett templates edit {name}" + (f" --templates {shlex.quote(str(named))}" if named else "")
    fields = ngettext("{count} field", "{count} fields", made.fields).format(count=made.fields)
    guesses = ngettext("guesses in {count} of them", "guesses in {count} of them", made.guesses).format(count=made.guesses)
    lines = [str(made.folder), _how(made.by)]
    lines += [_("left out: {name} ({reason})").format(name=one or "?", reason=word(why)) for one, why in made.left_out]
    lines.append(_("{fields}, {guesses}: look at them with {command}").format(fields=fields, guesses=guesses, command=edit))
    if made.warnings:
        lines += [_("To look at before its forms can be sent:"), *(f"  {told(warning)}" for warning in made.warnings)]
    if made.faults:
        lines += [_("It has faults; mend them in template.toml:"), *(f"  {told(fault)}" for fault in made.faults)]
    return lines


def _described(made: NewTemplate) -> dict[str, object]:
    return {
        "folder": str(made.folder.resolve()),
        "by": made.by.value,
        "widgets": made.widgets,
        "fields": made.fields,
        "guesses": made.guesses,
        "left_out": [{"name": name, "reason": reason.value} for name, reason in made.left_out],
        "faults": [asdict(fault) for fault in made.faults],
        "warnings": [asdict(warning) for warning in made.warnings],
    }
