"""`blankett benchmark`: how often reading proved right on your own verified forms, and what that would change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.bars import bar
from pipeline.cli.told import Json
from pipeline.words import _

if TYPE_CHECKING:
    from pipeline.jobs.benchmark import Benchmark, Line


def mount(root: typer.Typer) -> None:
    """Hang this command under `benchmark`."""
    root.command(
        "benchmark", epilog=_("Examples: blankett benchmark; blankett benchmark --json; blankett benchmark --adopt")
    )(benchmark)


def benchmark(
    adopt: Annotated[
        bool, typer.Option("--adopt", help=_("From now on let values stand from where your own forms prove it."))
    ] = False,
    fields: Annotated[
        bool,
        typer.Option("--fields", help=_("Also tell of each field; unchanged ones keep the record of earlier versions.")),
    ] = False,
    json: Json = False,
) -> None:
    """Hold what was read against what people verified, and propose what that would change. Only --adopt changes anything."""
    from pipeline.cli.told import looking, noting, workspace, write_json
    from pipeline.jobs import benchmark as jobs

    with noting() if adopt else looking() as office:
        with bar(_("forms compared")) as tell:
            found = jobs.benchmark(office, tell)
        if adopt and found.changed:
            from pipeline.jobs.opening import whoami

            jobs.adopt(office, found, workspace().root, whoami())
    if json:
        write_json(_json(found))
        return
    for line in _told(found, adopt, fields):
        typer.echo(line)


def _told(found: Benchmark, adopted: bool, fields: bool) -> Iterator[str]:
    from pipeline.cli.told import columns

    if not found.forms:
        yield _("No form has been verified yet.")
        return
    yield _("{forms} verified forms. Only fields that a person judged are counted.").format(forms=found.forms)
    head = [_("class"), _("verified"), _("right"), _("stood"), _("wrong"), ""]
    proved = [_("proved") if line.proved else "" for line in found.classes]
    yield from columns([head, *([*_row(line), tail] for line, tail in zip(found.classes, proved, strict=True))])
    yield ""
    yield from columns([[_("group"), *head[1:5]], *(_row(line) for line in found.groups)])
    yield ""
    if fields:
        yield from columns([[_("field"), *head[1:5]], *(_row(line) for line in found.fields)])
        yield ""
    if not found.changed:
        yield _("These forms give no reason to change from where values stand.")
        return
    said = (
        _("Changed; the ledger tells by whom:")
        if adopted
        else _("These forms would change from where values stand (--adopt):")
    )
    yield said
    never = _("never")
    for group in found.changed:
        before, after = (least if least <= 1 else None for least in (found.before.least(group), found.after.least(group)))
        pair = [never if least is None else f"{least:.4f}" for least in (before, after)]
        yield f"  {group}: {pair[0]} → {pair[1]}"


def _row(line: Line) -> list[str]:
    return [line.name, str(line.n), f"{line.right / line.n:.1%}", str(line.stood), str(line.wrong)]


def _json(found: Benchmark) -> dict[str, object]:
    def lines(them: tuple[Line, ...]) -> list[dict[str, object]]:
        return [
            {"name": one.name, "n": one.n, "right": one.right, "stood": one.stood, "wrong": one.wrong, "proved": one.proved}
            for one in them
        ]

    def least(told: float) -> float | None:
        return told if told <= 1 else None

    return {
        "forms": found.forms,
        "classes": lines(found.classes),
        "groups": lines(found.groups),
        "fields": lines(found.fields),
        "changes": [
            {"group": group, "before": least(found.before.least(group)), "after": least(found.after.least(group))}
            for group in found.changed
        ],
    }
