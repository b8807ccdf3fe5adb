"""`blankett drift`: known forms whose print is no longer what their templates say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.told import Json
from pipeline.words import _, ngettext

if TYPE_CHECKING:
    from pipeline.jobs.office import Office
    from pipeline.jobs.revision import SheetNow


def mount(root: typer.Typer) -> None:
    """Hang this command under `drift`."""
    root.command("drift", epilog=_("Examples: blankett drift; blankett drift klinisk-tarm --out look"))(drift)


def drift(
    template: Annotated[
        str | None, typer.Argument(metavar="TEMPLATE", show_default=False, help=_("NAME or NAME@VERSION: compare it now."))
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help=_("Folder to write pictures to: each sheet's blank, and how it looks now, beside each other.")),
    ] = None,
    json: Json = False,
) -> None:
    """Say which known forms have changed: print that is missing or new, or pages that fit worse than before.

    The worker compares twenty pages of each sheet as they come; here is told what it found last. A form that was
    revised wants a new version of its template.
    """
    from pipeline.cli.told import looking, write_json
    from pipeline.jobs.revision import changed, comparisons

    if template is None and out is not None:
        raise typer.BadParameter(_("say which: NAME or NAME@VERSION"), param_hint="TEMPLATE")
    with looking() as office:
        if template is None:
            with office.store.read() as unit:
                found = changed(unit, office.now())
        else:
            name = _known(office, template)
            found = comparisons(office, name)
            files = _write(office, found, out) if out is not None else []
    if json:
        write_json(as_json(found))
        return
    for line in told(found) or [_none(template)]:
        typer.echo(line)
    for file in files if template is not None else ():
        typer.echo(str(file))


def _none(template: str | None) -> str:
    if template is None:
        return _("No known form has changed, as far as pages have come.")
    return _("Too few of its pages are kept to compare: twenty of a sheet.")


def _known(office: Office, template: str) -> str:
    try:
        return office.library.template(template).id
    except KeyError:
        raise typer.BadParameter(_("There is no template {id}.").format(id=template)) from None


def _write(office: Office, found: Sequence[SheetNow], out: Path) -> list[Path]:
    from pipeline.cli.written import destination, write
    from pipeline.jobs.opening import whoami
    from pipeline.jobs.revision import both_pictures

    files = []
    for one in found:
        file = destination(out, f"{one.template.replace('@', '-')}-{one.sheet}.png")
        write(file, [both_pictures(office, one.template, one.sheet, whoami())])
        files.append(file)
    return files


def told(found: Sequence[SheetNow]) -> list[str]:
    """Return a line for each sheet."""
    return [
        _("{template}, sheet {sheet}: {how}").format(template=one.template, sheet=one.sheet, how=_how(one)) for one in found
    ]


def _how(one: SheetNow) -> str:
    parts = []
    if one.missing:
        parts.append(
            ngettext("print missing in {n} place", "print missing in {n} places", one.missing).format(n=one.missing)
        )
    if one.added:
        parts.append(ngettext("new print in {n} place", "new print in {n} places", one.added).format(n=one.added))
    if one.fallen:
        parts.append(_("its print is found less surely than before"))
    if one.strayed:
        parts.append(_("it lies less exactly than before"))
    return ", ".join(parts) or _("as on its blank")


def as_json(found: Sequence[SheetNow]) -> list[dict[str, Any]]:
    """Return what is told to programs."""
    return [
        {
            "template": one.template,
            "sheet": one.sheet,
            "changed": one.changed,
            "places_missing": one.missing,
            "places_added": one.added,
            "found_less_surely": one.fallen,
            "lies_less_exactly": one.strayed,
        }
        for one in found
    ]
