"""`blankett templates print`: a blank to fill in on the screen or print, with what is known filled in beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.coded import word
from pipeline.cli.told import workspace_named
from pipeline.cli.written import destination
from pipeline.domain.template import Template
from pipeline.domain.value import Plain
from pipeline.edges.workspace import find, open_workspace
from pipeline.stages.prefill import Misfit, prefill
from pipeline.words import _

_OF_UNIT = {"anm_klinik": "name", "anm_adress": "address", "anm_tel": "telephone", "anm_lan": "region"}


def mount(app: typer.Typer) -> None:
    """Hang the command `print` under `templates`."""
    example = _("Example: blankett templates print klinisk-sti --set anm_klinik=Provkliniken --out /tmp")
    app.command("print", epilog=example)(print_form)


def print_form(  # noqa: PLR0913 - a command has as many options as it has
    template_id: Annotated[str, typer.Argument(metavar="ID", help=_("NAME or NAME@VERSION"), show_default=False)],
    wanted: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help=_("Fill a field in; several boxes as KEY=VALUE|VALUE.")),
    ] = None,
    unit: Annotated[
        bool,
        typer.Option("--unit", help=_("Fill in the unit's own name, address, telephone and county, from the settings.")),
    ] = False,
    flat: Annotated[
        bool, typer.Option("--flat", help=_("Print what is filled in, instead of fields to fill in on the screen."))
    ] = False,
    out: Annotated[Path, typer.Option("--out", help=_("Folder to write to, or a file that ends in .pdf."))] = Path(),
    own: Annotated[
        list[Path] | None, typer.Option("--templates", help=_("A folder of your own templates; it comes first."))
    ] = None,
) -> None:
    """Write the form as a PDF to fill on screen or print: widgets are laid on the face from the zones."""
    from pipeline.cli.templates import found
    from pipeline.drawing.digital import fitted, typeset
    from pipeline.drawing.printing import fillable

    template = found(template_id, own)
    values = _known(template, {**(_of_unit(template) if unit else {}), **_split(wanted or [])})
    filled = fitted(template, {field.key: values.get(field.key) for field in template.fields})
    _refuse({key: Misfit.TOO_LONG for key, plain in values.items() if filled.values[key] != plain})
    target = destination(out, f"{template.name}-{template.version}.pdf")
    target.write_bytes(typeset(template, filled) if flat else fillable(template, values))
    typer.echo(str(target))


def _split(wanted: list[str]) -> dict[str, str]:
    parts = [one.partition("=") for one in wanted]
    if any(not key or not value.strip() for key, _equals, value in parts):
        raise typer.BadParameter(_("write KEY=VALUE"), param_hint="--set")
    return {key.strip(): value for key, _equals, value in parts}


def _of_unit(template: Template) -> dict[str, str]:
    """Return what the settings tell of the unit, in the fields that this form has for it.

    Raises:
        SettingsError: when there is no workspace, or it cannot be used.
        typer.BadParameter: when the settings tell nothing of it.
    """
    told = open_workspace(find(workspace_named())).settings.unit
    known = {key: str(getattr(told, name)) for key, name in _OF_UNIT.items() if template.has(key) and getattr(told, name)}
    if not known:
        words = _("the settings tell nothing of the unit that this form asks for: {settings}")
        names = ", ".join(f"unit.{name}" for key, name in _OF_UNIT.items() if template.has(key))
        raise typer.BadParameter(words.format(settings=names), param_hint="--unit")
    return known


def _known(template: Template, given: Mapping[str, str]) -> dict[str, Plain]:
    fitting = prefill(template, given)
    _refuse({key: plain for key, plain in fitting.items() if isinstance(plain, Misfit)})
    return {key: plain for key, plain in fitting.items() if not isinstance(plain, Misfit)}


def _refuse(misfits: Mapping[str, Misfit]) -> None:
    """Tell every value that cannot stand where it should, by key; never the value itself."""
    if misfits:
        told = "; ".join(f"{key}: {word(misfit.value)}" for key, misfit in misfits.items())
        raise typer.BadParameter(told, param_hint=["--set", "--unit"])
