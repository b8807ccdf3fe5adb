"""`blankett templates`: list, show, check, proof, print and draw the blank forms; more hangs on from its neighbours."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from pipeline.cli import (
    templates_diff,
    templates_edit,
    templates_exam,
    templates_new,
    templates_pack,
    templates_print,
)
from pipeline.cli.coded import word
from pipeline.cli.spoken import Commands
from pipeline.cli.told import workspace_named
from pipeline.cli.written import destination
from pipeline.domain.template import Field, Template, Zone
from pipeline.drawing.faces import TABLE, face
from pipeline.drawing.proof import proof, saved
from pipeline.edges import catalogue, library
from pipeline.edges.workspace import find, open_workspace
from pipeline.errors import SettingsError, TemplateError
from pipeline.jobs.checked import checked, too_alike
from pipeline.web import template_words
from pipeline.words import _

app = Commands(no_args_is_help=True, help=_("The blank forms we can read."))

Id = Annotated[str, typer.Argument(help=_("NAME or NAME@VERSION"), show_default=False)]
Own = Annotated[list[Path] | None, typer.Option("--templates", help=_("A folder of your own templates; it comes first."))]
AsJson = Annotated[bool, typer.Option("--json", help=_("Write JSON."))]
Out = Annotated[Path, typer.Option("--out", help=_("Folder to write to, or a file that ends in .pdf."))]


_WIDE = 500


def mount(root: typer.Typer) -> None:
    """Hang these commands under `templates`."""
    templates_new.mount(app)
    templates_diff.mount(app)
    templates_edit.mount(app)
    templates_pack.mount(app)
    templates_print.mount(app)
    templates_exam.mount(app)
    root.add_typer(app, name="templates")


def places(own: list[Path] | None) -> tuple[Path, ...]:
    """Return the folders to look for templates in: those named, else the workspace's, then the shipped one.

    Raises:
        SettingsError: when there is a workspace but it cannot be used.
    """
    if own:
        return library.search_path(own)
    try:
        root = find(workspace_named())
    except SettingsError as error:
        if error.code != "workspace_not_found":
            raise
        return library.search_path()
    return library.search_path(open_workspace(root).template_dirs)


def found(template_id: str, own: list[Path] | None) -> Template:
    """Return the template NAME or NAME@VERSION of the user's own folders and the shipped one.

    Raises:
        TemplateError: when it is faulty.
        typer.BadParameter: when there is none.
    """
    return library.read(folder_of(template_id, own))


def folder_of(template_id: str, own: list[Path] | None) -> Path:
    """Return the folder of the template NAME or NAME@VERSION, which may be faulty.

    Raises:
        typer.BadParameter: when there is none.
    """
    name, _at, version = template_id.partition("@")
    paths = library.folders(places(own))
    hits = [path for path in paths if path.parent.name == name and version in ("", path.name)]
    if not hits:
        raise typer.BadParameter(_("There is no template {id}.").format(id=template_id))
    return max(hits, key=lambda path: path.name)


@app.command("list", epilog=_("Example: blankett templates list --json"))
def list_templates(own: Own = None, as_json: AsJson = False) -> None:
    """List all templates."""
    found = library.looked_through(places(own))
    templates = found.sound
    if as_json:
        typer.echo(json.dumps([_summary(template) for template in templates], ensure_ascii=False, indent=2))
        return
    table = _table(_("Template"), _("Version"), _("Kind"), _("Sheets"), _("Fields"), _("Standing"), _("Title"))
    for template in templates:
        counts = (str(len(template.sheets)), str(len(template.fields)))
        table.add_row(
            template.name, template.version, template.kind, *counts, word(library.ready(template).value), template.title
        )
    for faulty, _faults in found.faulty:
        name, _at, version = faulty.partition("@")
        table.add_row(name, version, "", "", "", _("faulty"), _("blankett templates check tells why"))
    _print(table)


@app.command("show", epilog=_("Example: blankett templates show klinisk-tarm"))
def show(template_id: Id, own: Own = None, as_json: AsJson = False) -> None:
    """Show a template's fields and zones."""
    template = found(template_id, own)
    if as_json:
        typer.echo(json.dumps(described(template), ensure_ascii=False, indent=2))
        return
    typer.echo(f"{template.id}  {template.title}")
    table = _table(_("Field"), _("Label"), _("Kind"), _("Required"), _("Critical"), _("Sheet"))
    for field in template.fields:
        marks = (word(field.required), "✓" if field.critical else "", str(field.sheet))
        table.add_row(field.key, field.label, field.kind, *marks)
    _print(table)


def _print(table: Table) -> None:
    """Print a table: as wide as the terminal, and piped as wide as it needs."""
    console = Console()
    (console if console.is_terminal else Console(width=_WIDE)).print(table)


def _table(first: str, *headings: str) -> Table:
    """Return a table whose first column is never cut: what stands in it is what other commands are told."""
    return Table(Column(first, no_wrap=True), *headings, box=None, pad_edge=False)


@app.command("check", epilog=_("Example: blankett templates check"))
def check(own: Own = None, as_json: AsJson = False) -> None:
    """Check all templates and tell every fault at once, each with its line, and what should be looked at."""
    diseases = catalogue.load()
    folders = library.folders(places(own))
    alike = [*too_alike(folders)]
    found = [checked(path, diseases).also([warning for folder, warning in alike if folder == path]) for path in folders]
    if as_json:
        told = [
            {
                "id": one.name,
                "version": one.version,
                "faults": [asdict(fault) for fault in one.faults],
                "warnings": [asdict(warning) for warning in one.warnings],
            }
            for one in found
        ]
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for one in found:
            typer.echo(f"{'✗' if one.faults else '!' if one.warnings else '✓'} {one.name}@{one.version}")
            for fault in (*one.faults, *one.warnings):
                typer.echo(f"  {template_words.told(fault)}")
    if any(one.faults for one in found):
        raise typer.Exit(TemplateError.exit_code)


@app.command("proof", epilog=_("Example: blankett templates proof paragraf --out /tmp"))
def write_proof(template_id: Id, out: Out = Path(), own: Own = None) -> None:
    """Write a proof, as PDF, pictures and a page for the browser, with every zone over the blank."""
    from pipeline.web.proof import as_html

    template = found(template_id, own)
    target = destination(out, f"{template.name}-{template.version}-proof.pdf")
    for file in saved(proof(template), target):
        typer.echo(str(file))
    page = target.with_suffix(".html")
    page.write_text(as_html(template), encoding="utf-8")
    typer.echo(str(page))


@app.command("draw", epilog=_("Example: blankett templates draw templates/paragraf/2025-1"))
def draw(folder: Annotated[Path, typer.Argument(help=_("Folder FORM/VERSION with template.toml and face.toml"))]) -> None:
    """Draw the printed face of a template of our own making from its zones and its table."""
    target = folder / "blank.pdf"
    target.write_bytes(face(library.written(folder), folder / TABLE))
    typer.echo(str(target))


def _summary(template: Template) -> dict[str, Any]:
    return {
        "id": template.name,
        "version": template.version,
        "title": template.title,
        "kind": template.kind,
        "sheets": len(template.sheets),
        "fields": len(template.fields),
        "diseases": list(template.diseases),
        "standing": library.ready(template).value,
    }


def described(template: Template) -> dict[str, Any]:
    """Return a template as `templates show --json` tells it."""
    return {
        "id": template.name,
        "version": template.version,
        "title": template.title,
        "kind": template.kind,
        "blank": template.blank_path,
        "sheets": [{"number": s.number, "width_mm": s.width_mm, "height_mm": s.height_mm} for s in template.sheets],
        "fields": [_field(field) for field in template.fields],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "key": field.key,
        "label": field.label,
        "kind": field.kind,
        "required": field.required,
        "critical": field.critical,
        "cells": list(field.comb.groups) if field.comb else None,
        "zones": [_zone(zone) for zone in field.zones],
        "options": [{"value": o.value, "label": o.label, "zone": _zone(o.zone)} for o in field.options],
        "rules": [{"id": rule.id, "params": dict(rule.params)} for rule in field.rules],
    }


def _zone(zone: Zone) -> dict[str, float | int]:
    rect = zone.rect
    return {"sheet": zone.sheet, "x_mm": rect.x, "y_mm": rect.y, "width_mm": rect.width, "height_mm": rect.height}
