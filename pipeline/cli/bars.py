"""Bars on long work: on a terminal, on stderr, and gone when the work is done; of what takes minutes, lines elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

import typer

from pipeline.cli.told import on_terminal

if TYPE_CHECKING:
    from rich.progress import Progress


class Bar:
    """One bar, called with how much is done and of how much; where nobody watches it is not `shown`.

    Then it does nothing, or, with `lines`, writes one at each tenth.
    """

    def __init__(self, drawn: Progress | None, words: str, *, lines: bool = False) -> None:
        """Put it under those drawn already."""
        self._words = words
        self._lines = lines and drawn is None
        self._tenth = 0
        self._drawn = drawn
        self._task = drawn.add_task(words, total=None) if drawn is not None else None
        self.shown = drawn is not None

    def __call__(self, done: int, total: int) -> None:
        """Show that so much is done."""
        if self._drawn is not None and self._task is not None:
            self._drawn.update(self._task, completed=done, total=total)
        elif self._lines and total and 10 * done // total > self._tenth:
            self._tenth = 10 * done // total
            typer.echo(f"{self._words} {done}/{total}", err=True)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Take the bars away while lines are written, and draw them again below."""
        if self._drawn is None:
            yield
            return
        self._drawn.stop()
        yield
        self._drawn.start()


@contextmanager
def bars(*words: str, lines: bool = False) -> Iterator[tuple[Bar, ...]]:
    """Show one bar for each of the words, under each other; where nobody watches, nothing or `lines`."""
    drawn = _drawn()
    made = tuple(Bar(drawn, told, lines=lines) for told in words)
    with drawn or nullcontext():
        yield made


@contextmanager
def bar(words: str, *, lines: bool = False) -> Iterator[Bar]:
    """Show one bar; where nobody watches, nothing or `lines`."""
    with bars(words, lines=lines) as (only,):
        yield only


def _drawn() -> Progress | None:
    """Return what bars are drawn with, or None when stderr is no terminal that can take a line back."""
    if not on_terminal():
        return None
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    if not console.is_interactive:
        return None
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # What is written to stdout stays there: it may be a file while stderr is a terminal.
    return Progress(*columns, console=console, transient=True, redirect_stdout=False)
