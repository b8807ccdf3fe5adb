"""`blankett run`: the worker."""

from __future__ import annotations

import signal
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.bars import Bar, bars
from pipeline.words import _, ngettext

if TYPE_CHECKING:
    from pipeline.jobs.day import Done, Progress


def mount(root: typer.Typer) -> None:
    """Hang this command under `run`."""
    root.command("run", epilog=_("Examples: blankett run; blankett run --once; blankett run --worker second"))(run)


def run(
    once: Annotated[bool, typer.Option("--once", help=_("Do what there is to do, then end."))] = False,
    worker: Annotated[
        str | None, typer.Option(help=_("This worker's own name, when several run; default: this machine's name and -1."))
    ] = None,
) -> None:
    """Take files from the inbox, read them and submit what is verified, until stopped."""
    from pipeline.cli.told import office as opened
    from pipeline.cli.told import workspace
    from pipeline.jobs.day import Day

    with opened(worker) as office, Day(office, workspace(), brief=once) as day:
        signal.signal(signal.SIGTERM, lambda *_: day.stopping.set())
        if not once:
            day.forever()
            return
        with bars(_("files placed"), _("forms read")) as (scans, forms):
            day.once(_tell(scans, forms))
        done = day.done()
    _left(done.unfinished, done.staying)
    typer.echo(summary(done))


def summary(done: Done) -> str:
    """Return in one line what was done, and what is left."""
    passed = done.passed_by
    told = [
        _("files taken {count}").format(count=done.files),
        _("sides {count}").format(count=done.sides),
        _("forms waiting for you {count}").format(count=done.waiting),
    ]
    seldom = (
        (_("files that came again {count}"), done.again),
        (_("could not be opened {count} (blankett find --rejected)"), done.unopened),
        (_("still in the inbox {count}"), done.unfinished + done.staying),
        (_("folders in the inbox, not looked into {count}"), passed.folders),
        (_("links in the inbox, not followed {count}"), passed.links),
        (_("files in the inbox that may not be read {count}"), passed.unreadable),
    )
    told += [words.format(count=count) for words, count in seldom if count]
    return _("Done: {told}").format(told=", ".join(told))


def _left(unfinished: int, staying: int) -> None:
    if unfinished:
        one, many = _("{count} file is not whole yet and waits."), _("{count} files are not whole yet and wait.")
        typer.echo((one if unfinished == 1 else many).format(count=unfinished), err=True)
    if staying:
        line = ngettext(
            "{count} file stays in the inbox until its time of grace is over; the next run removes it.",
            "{count} files stay in the inbox until their time of grace is over; the next run removes them.",
            staying,
        )
        typer.echo(line.format(count=staying), err=True)


def _tell(scans: Bar, forms: Bar) -> Callable[[Progress], None] | None:
    """Return what shows on the bars how far the work has come, or None where nobody watches."""
    if not scans.shown:
        return None

    def tell(done: Progress) -> None:
        scans(done.scans - done.scans_waiting, done.scans)
        forms(done.forms - done.forms_waiting, done.forms)

    return tell
