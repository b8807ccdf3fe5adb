"""What the root was told and every command needs: the workspace, how much to say, and how to write it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.words import _

if TYPE_CHECKING:
    from rich.console import Console

    from pipeline.edges.workspace import Workspace
    from pipeline.jobs.office import Office

Json = Annotated[bool, typer.Option("--json", help=_("Write JSON, for programs."))]

_given: dict[str, Any] = {"workspace": None, "verbose": False}


def set_up(workspace: Path | None, verbose: bool) -> None:
    """Keep what the root was told."""
    _given.update(workspace=workspace, verbose=verbose)


def workspace_named() -> Path | None:
    """Return the workspace that --workspace named, if it did."""
    named: Path | None = _given["workspace"]
    return named


def workspace() -> Workspace:
    """Open the workspace, choose its language, and log to its log.

    Raises:
        SettingsError: when there is none, or it cannot be used.
    """
    from pipeline import words
    from pipeline.edges import logs
    from pipeline.edges.workspace import find, open_workspace

    found = open_workspace(find(workspace_named()))
    if found.settings.language:
        words.use(found.settings.language)
    logs.set_up(found.log, verbose=_given["verbose"])
    return found


@contextmanager
def office(worker: str | None = None) -> Iterator[Office]:
    """Open the workspace for work, and close it again."""
    from pipeline.jobs.opening import open_office

    with closing(open_office(workspace(), worker)) as opened:
        yield opened


@contextmanager
def looking() -> Iterator[Office]:
    """Open the workspace to look, and close it again."""
    from pipeline.jobs.opening import look_in

    with closing(look_in(workspace())) as opened:
        yield opened


@contextmanager
def noting() -> Iterator[Office]:
    """Open the workspace to note what gives the engine nothing to do, and close it again."""
    from pipeline.jobs.opening import note_in

    with closing(note_in(workspace())) as opened:
        yield opened


def console() -> Console:
    """Return a console: colours on a terminal only."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Return rows as lines whose columns stand under each other, none cut."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def on_terminal() -> bool:
    """Tell whether a person watches stderr."""
    return sys.stderr.isatty()


def write_json(told: object) -> None:
    """Write one JSON value to stdout, indented for eyes."""
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
