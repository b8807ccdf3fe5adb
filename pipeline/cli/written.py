"""Files that a command was asked to write: where they go, and what is said when they cannot."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import typer

from pipeline.words import _


def destination(out: Path, name: str) -> Path:
    """Return the file that --out means: itself when it is named as `name` is (its suffix), else `name` in that folder.

    The last folder is made when it is not there.

    Raises:
        typer.BadParameter: when the folder to write to is not there.
    """
    if out.suffix.lower() == Path(name).suffix.lower() and not out.is_dir():
        _must_be(out.parent)
        return out
    _must_be(out.parent)
    try:
        out.mkdir(exist_ok=True)
    except OSError as error:
        raise _refused(error) from None
    return out / name


def write(out: Path, parts: Iterable[bytes]) -> None:
    """Write a file that only this account may read; one that is there already is written over.

    Raises:
        typer.BadParameter: when it cannot be written.
    """
    _must_be(out.parent)
    try:
        opened = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise _refused(error) from None
    with os.fdopen(opened, "wb") as file:
        file.writelines(parts)


def _must_be(folder: Path) -> None:
    if not folder.is_dir():
        raise typer.BadParameter(_("there is no folder {folder}; make it first").format(folder=folder), param_hint="--out")


def _refused(error: OSError) -> typer.BadParameter:
    told = _("cannot be written: {reason}").format(reason=os.strerror(error.errno or 0))
    return typer.BadParameter(told, param_hint="--out")
