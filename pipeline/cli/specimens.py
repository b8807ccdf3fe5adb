"""`blankett specimens`: practice scans by seed, each with its truth."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.bars import bar
from pipeline.cli.templates import found
from pipeline.drawing import damage as damages
from pipeline.drawing.files import Format
from pipeline.drawing.specimens import Wish, draw
from pipeline.words import _


class Written(StrEnum):
    """How the forms are filled in."""

    PRINT = "print"
    HAND = "hand"
    MIXED = "mixed"


def mount(root: typer.Typer) -> None:
    """Hang the command `specimens` on the root."""
    root.command(
        "specimens", epilog=_("Example: blankett specimens klinisk-tarm --n 20 --seed 7 --style mixed --out practice")
    )(specimens)


def _damage(written: str) -> str:
    try:
        damages.parse(written)
    except damages.UnknownDamage as error:
        known = ", ".join(sorted((*damages.BUNDLES, *damages.NAMES)))
        raise typer.BadParameter(_("No damage is called {name}. Known: {known}").format(name=error, known=known)) from error
    return written


def specimens(  # noqa: PLR0913 - a command has as many options as it has
    template_id: Annotated[str, typer.Argument(metavar="ID", help=_("NAME or NAME@VERSION"))],
    count: Annotated[int, typer.Option("--n", min=1, help=_("How many forms."))] = 20,
    seed: Annotated[int, typer.Option("--seed", help=_("The same seed gives the same scans."))] = 0,
    style: Annotated[Written, typer.Option("--style", help=_("How the forms are filled in."))] = Written.MIXED,
    damage: Annotated[
        str,
        typer.Option("--damage", callback=_damage, help=_("Names in a list, with numbers where wanted: rotate=7,bilevel")),
    ] = "scanner",
    out: Annotated[Path, typer.Option("--out", help=_("Folder to write to."))] = Path("specimens"),
    how: Annotated[Format, typer.Option("--format", help=_("How the scans are stored."))] = Format.PDF,
    hand_fonts: Annotated[
        Path | None, typer.Option("--hand-fonts", help=_("A folder of handwriting fonts to use too."))
    ] = None,
    own: Annotated[
        list[Path] | None, typer.Option("--templates", help=_("A folder of your own templates; it comes first."))
    ] = None,
) -> None:
    """Draw practice scans of a template, with the truth beside each."""
    template = found(template_id, own)
    wish = Wish(count, seed, style.value, damage, how, hand_fonts)
    made = 0
    with bar(_("Drawing")) as tell:
        tell(made, count)
        for specimen in draw(template, wish):
            specimen.save(out)
            made += 1
            tell(made, count)
    typer.echo(_("{count} scans in {folder}").format(count=made, folder=out))
