"""`blankett review`: the verification station in a terminal, line by line, or answered from a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from pipeline.cli.bars import bar
from pipeline.cli.told import Json, office, write_json
from pipeline.words import _, ngettext

if TYPE_CHECKING:
    from pipeline.domain.review import Task
    from pipeline.edges.viewer import Viewer
    from pipeline.jobs.office import Office
    from pipeline.station.answers import Outcome
    from pipeline.station.capability import Capability, Lack
    from pipeline.station.desk import Desk

_USAGE = 2

Form = Annotated[str | None, typer.Argument(help=_("The form to begin with; else the most urgent one."), show_default=False)]
Lines = Annotated[bool, typer.Option("--plain", help=_("Line by line, for screen readers and poor lines."))]
File = Annotated[
    Path | None,
    typer.Option(
        "--verdicts", help=_("Answer from a JSON file (docs/review.md)."), exists=True, dir_okay=False, show_default=False
    ),
]
Outside = Annotated[bool, typer.Option("--open", help=_("Open every picture in a viewer (BLANKETT_VIEWER)."))]
Up = Annotated[bool, typer.Option("--handed-up", help=_("What was handed up to a supervisor."))]


def mount(root: typer.Typer) -> None:
    """Hang the command."""
    root.command("review", epilog=_("Example: blankett review; blankett review 7K3Q-DF2M --plain --open"))(review)


def review(  # noqa: PLR0913 - a command has as many options as people need
    form: Form = None,
    handed_up: Up = False,
    plain: Lines = False,
    verdicts: File = None,
    outside: Outside = False,
    as_json: Json = False,
) -> None:
    """Verify: one field, one picture, one reason, one key. Everything is kept the moment it is given."""
    if as_json and verdicts is None:
        raise typer.BadParameter(_("it goes with --verdicts only"), param_hint="--json")
    with office(f"review-{os.getpid()}") as opened:
        if verdicts is not None:
            _from_file(opened, verdicts, as_json)
            return
        _at_the_desk(opened, (form, handed_up), plain, outside)


def _from_file(opened: Office, path: Path, as_json: bool) -> None:
    from pipeline.jobs.opening import whoami
    from pipeline.station.answers import BadAnswers, answer, read

    try:
        file = read(path)
    except BadAnswers as bad:
        for fault in bad.faults:
            typer.echo(_("Not a file of answers: {fault}").format(fault=fault), err=True)
        raise typer.Exit(_USAGE) from None
    with bar(_("forms answered")) as tell:
        outcome = answer(opened, whoami(), file, tell)
    if as_json:
        write_json(asdict(outcome))
    else:
        _tell(outcome)
    if outcome.unknown:
        raise typer.Exit(_USAGE)


def _tell(outcome: Outcome) -> None:
    from pipeline.domain.notification import Blocked
    from pipeline.station.words import blocked

    counts = _("Settled {settled}, closed {closed}; answers given {given}, not asked for {not_asked}.")
    typer.echo(counts.format(**asdict(outcome)))
    for form, key in outcome.unknown:
        typer.echo(_("{form}: the form has no field {key}").format(form=form, key=key), err=True)
    for form, reason in outcome.barred:
        typer.echo(f"{form}: {blocked(Blocked(reason))}")
    for form in outcome.open:
        typer.echo(_("{form}: fields are left without an answer").format(form=form))
    for form in outcome.stuck:
        typer.echo(_("{form}: its template has faults or is gone: blankett templates check").format(form=form), err=True)
    if outcome.unanswered:
        left = ngettext("{count} form is not in the file.", "{count} forms are not in the file.", outcome.unanswered)
        typer.echo(left.format(count=outcome.unanswered))


def _at_the_desk(opened: Office, which: tuple[str | None, bool], plain: bool, outside: bool) -> None:
    from pipeline.jobs.opening import whoami
    from pipeline.jobs.review import queue
    from pipeline.station.capability import Lack
    from pipeline.station.desk import Desk

    form, handed_up = which
    waiting = [task for task in queue(opened) if form or task.is_handed_up is handed_up]
    if not waiting:
        typer.echo(_left(opened, handed_up))
        return
    if form is None and _passed_by(opened, waiting) == len(waiting):
        return
    wanted = _known(opened, form) if form else None
    with _viewer(opened) as viewer:
        lack = _no_terminal()
        if outside and viewer is None:
            _tell_lack(Lack.NO_VIEWER)
        if lack is not None and not outside:
            _tell_lack(lack)
        desk = Desk(opened, whoami(), viewer.show if viewer is not None else None, handed_up=handed_up)
        if not desk.open(wanted):
            held = _("Somebody else holds that form, or it is not waiting.")
            typer.echo(desk.said or (held if wanted else _("Somebody else holds what is waiting.")))
            return
        if plain or lack is not None:
            _in_lines(desk, outside)
        else:
            _on_screen(desk, outside)
    _farewell(opened, desk, handed_up)


def _passed_by(opened: Office, waiting: Sequence[Task]) -> int:
    """Tell how many of the waiting forms nobody can verify, and return that."""
    count = len(opened.stuck(waiting))
    if count:
        words = ngettext(
            "{count} form is passed by, for its template has faults or is gone: blankett templates check",
            "{count} forms are passed by, for their templates have faults or are gone: blankett templates check",
            count,
        )
        typer.echo(words.format(count=count))
    return count


def _known(opened: Office, written: str) -> str:
    """Return the id of the form that begins as written.

    Raises:
        typer.BadParameter: when none does, or several.
    """
    with opened.store.read() as unit:
        found = unit.forms.begins(written)
    if len(found) == 1:
        return found[0]
    if found:
        raise typer.BadParameter(_("Several forms begin so: {ids}").format(ids=", ".join(found)))
    raise typer.BadParameter(_("No form is called that."))


@contextmanager
def _viewer(opened: Office) -> Iterator[Viewer | None]:
    """Give the viewer for pictures, or None where there is none."""
    from pipeline.edges.viewer import Viewer, program

    command = program(os.environ)
    if command is None:
        yield None
        return
    with Viewer(opened.scratch, command) as viewer:
        yield viewer


def _no_terminal() -> Lack | None:
    """Return why no picture can be shown here, as far as can be known before the terminal is asked."""
    from pipeline.station.capability import Lack
    from pipeline.station.terminal import standard

    if standard() is None:
        return Lack.NO_TERMINAL
    return Lack.DUMB if os.environ.get("TERM", "") in ("", "dumb", "unknown") else None


def _tell_lack(lack: Lack) -> NoReturn:
    """Say that no legible picture can be shown, and that nothing is asked therefore; leave with a usage error."""
    from pipeline.station import words

    typer.echo(_("No legible picture can be shown here: {why}. So nothing is asked.").format(why=words.lack(lack)), err=True)
    typer.echo(_("Use a terminal, --open with a viewer, or --verdicts FILE."), err=True)
    raise typer.Exit(_USAGE)


def _on_screen(desk: Desk, outside: bool) -> None:
    from pipeline.station.fullscreen import FullScreen
    from pipeline.station.terminal import HungUp, standard

    terminal = standard()
    if terminal is None:
        return
    try:
        lack = FullScreen(desk, terminal, outside=outside).run()
    except HungUp:
        raise typer.Exit(129) from None
    if lack is not None:
        _tell_lack(lack)


def _in_lines(desk: Desk, outside: bool) -> None:
    from pipeline.station.plain import Plain

    can = None if outside else _asked(desk)
    try:
        Plain(desk, typer.echo, _hear).run(can)
    except KeyboardInterrupt:
        desk.leave()
        raise


def _asked(desk: Desk) -> Capability | None:
    """Ask the terminal what it can show; leave when it is nothing legible."""
    from pipeline.station.capability import Graphics, Lack
    from pipeline.station.terminal import standard

    terminal = standard()
    can = terminal.asked() if terminal is not None else None
    if can is None or can.graphics is Graphics.NONE:
        desk.leave()
        _tell_lack(can.lack or Lack.NO_TERMINAL if can is not None else Lack.NO_TERMINAL)
    return can


def _hear() -> str | None:
    """Return the next line that is answered, or None when nobody answers more."""
    sys.stdout.write("> ")
    sys.stdout.flush()
    line = sys.stdin.readline()
    return line.rstrip("\n") if line else None


def _farewell(opened: Office, desk: Desk, handed_up: bool) -> None:
    """Say what was done and what is left."""
    if desk.said:
        typer.echo(desk.said)
    done = _("Settled {settled}, closed {closed}.").format(settled=desk.settled, closed=desk.closed)
    typer.echo(f"{done} {_left(opened, handed_up)}")


def _left(opened: Office, handed_up: bool) -> str:
    """Return how many forms wait in the queue that is worked on, and of the common one, how many were handed up from it."""
    from pipeline.jobs.review import queue

    tasks = queue(opened)
    up = sum(task.is_handed_up for task in tasks)
    common = len(tasks) - up
    told = ngettext("{count} form is handed up.", "{count} forms are handed up.", up).format(count=up)
    if handed_up:
        return told if up else _("Nothing is handed up.")
    left = ngettext("{count} form waits.", "{count} forms wait.", common).format(count=common)
    return (left if common else _("Nothing is waiting.")) + (f" {told}" if up else "")
