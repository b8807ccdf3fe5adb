"""`blankett status`: where every side is, and what is urgent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import drift
from pipeline.cli.coded import word
from pipeline.cli.status_json import as_json
from pipeline.cli.told import Json
from pipeline.words import _, ngettext

if TYPE_CHECKING:
    from pipeline.edges.inbox import PassedBy
    from pipeline.jobs.find import FoundScan
    from pipeline.jobs.status import Loose, PileSum, Standing


_LISTED = 5


def mount(root: typer.Typer) -> None:
    """Hang this command under `status`."""
    root.command("status", epilog=_("Examples: blankett status; blankett status --check (exit 9 when overdue)"))(status)


def status(
    check: Annotated[bool, typer.Option("--check", help=_("Leave with 9 when something is overdue."))] = False,
    every: Annotated[bool, typer.Option("--all", help=_("Every pile, not today's alone."))] = False,
    json: Json = False,
) -> None:
    """Say where every side is, what is urgent, and whether the sums add up."""
    from pipeline.cli.app import LATE
    from pipeline.cli.told import looking, workspace, write_json
    from pipeline.domain.exam import Readiness
    from pipeline.edges import library
    from pipeline.jobs.status import standing

    with looking() as office:
        now = standing(office, every_pile=every)
    here = workspace()
    passed, own = _look_into(here.inbox), library.looked_through(here.template_dirs)
    drafts = [one.id for one in own.sound if library.ready(one) is not Readiness.ACTIVE]
    faulty = [name for name, _faults in own.faulty]
    if json:
        write_json({**as_json(now, passed), "drafts": drafts, "faulty_templates": faulty})
    else:
        for line in [*lines(now, passed), *_drafts(drafts), *_faulty(faulty)]:
            typer.echo(line)
    if check and (now.overdue or now.unsent_overdue or now.barred_overdue):
        raise typer.Exit(LATE)


def _look_into(inbox: Path) -> PassedBy | None:
    """Count what lies in the inbox and is no scan; nothing when it cannot be read, which doctor tells of."""
    from pipeline.edges.inbox import passed_by
    from pipeline.errors import InboxError

    try:
        return passed_by(inbox)
    except InboxError:
        return None


def lines(now: Standing, passed: PassedBy | None = None) -> list[str]:
    """Return what is told to people, line by line; `passed` is what lies in the inbox and is no scan."""
    told = [line for pile in now.piles for line in _pile(pile)]
    if not now.piles:
        told.append(_("No pile yet: put files into the inbox, or name one with blankett pile."))
    told.extend(_unopened(now.rejected))
    told.extend(_passed(passed) if passed is not None else ())
    told.extend(_loose(now.loose))
    told.extend(_changed(now))
    told.extend(_urgent(now))
    told.extend(_barred(now))
    late = _("Late on arrival  {late}{oldest}. Made late here: {here}")
    oldest = _(", oldest diagnosed {days} days before") if now.oldest_days is not None else ""
    told.append(late.format(late=now.late_on_arrival, oldest=oldest.format(days=now.oldest_days), here=now.late_here))
    if now.last_scan is not None:
        told.append(_("Scanner          last file {when}").format(when=_when(now.last_scan)))
    told.extend(_recipient(now))
    return told


def _loose(found: Loose) -> list[str]:
    """Tell of sides of any day that belong to no form, and that no task leads to."""
    if found.oldest is None and not found.offered:
        return []
    line = _("Without a form   held {held}, of unknown forms {unknown}, oldest {when}        blankett status --all")
    told = [line.format(held=found.held, unknown=found.unknown, when=_when(found.oldest))] if found.oldest else []
    line = _("  of {one} or {other}, not told apart {count}        blankett unknown")
    told += [line.format(one=one, other=other, count=count) for (one, other), count in found.alike]
    if found.unknown or found.offered:
        told.append(_("  unknown forms worth a template {count}        blankett unknown").format(count=found.offered))
    return told


def _changed(now: Standing) -> list[str]:
    line = _("Changed form     {what}        blankett drift")
    return [line.format(what=one) for one in drift.told(now.changed)]


def _unopened(rejected: Sequence[FoundScan]) -> list[str]:
    """Tell the latest files that could not be opened, and how many more there are."""
    line = _("  could not be opened: {pile}, file {file}, {reason}        blankett find --rejected")
    told = [
        line.format(pile=one.pile or "–", file="–" if one.file is None else one.file, reason=word(one.reason))
        for one in rejected[-_LISTED:]
    ]
    if len(rejected) > _LISTED:
        more = _("  and {count} more that could not be opened        blankett find --rejected")
        told.append(more.format(count=len(rejected) - _LISTED))
    return told


def _passed(passed: PassedBy) -> list[str]:
    """Tell what lies in the inbox and will never be taken."""
    kinds = (
        (_("folders {count}"), passed.folders),
        (_("links {count}"), passed.links),
        (_("files that may not be read {count}"), passed.unreadable),
    )
    found = "   ".join(words.format(count=count) for words, count in kinds if count)
    return [_("Inbox            passed by, take them out: {found}").format(found=found)] if found else []


def _faulty(faulty: Sequence[str]) -> list[str]:
    """Return the templates that have faults, so that no page is placed on them."""
    line = _("Faulty templates {faulty}: no page is placed on them before they are mended: blankett templates check")
    return [line.format(faulty=", ".join(faulty))] if faulty else []


def _drafts(drafts: Sequence[str]) -> list[str]:
    """Tell which templates no page is placed on yet."""
    line = _("Drafts           {drafts}: no page is placed on them before blankett templates exam NAME")
    return [line.format(drafts=", ".join(drafts))] if drafts else []


def _pile(pile: PileSum) -> list[str]:
    fed = pile.pile.sides_fed
    tick = {True: "✓", False: "✗", None: _("not counted")}[pile.whole]
    head = _("Pile             arrived {arrived}   sides fed {fed}   sides in {came}   accounted for {accounted}   {tick}")
    told = [
        head.format(
            arrived=pile.pile.arrived,
            fed="–" if fed is None else fed,
            came=pile.sides_in,
            accounted=pile.accounted,
            tick=tick,
        )
    ]
    of_sides = ngettext("{count} side", "{count} sides", pile.form_sides).format(count=pile.form_sides)
    parts = [_("forms {forms} ({sides})").format(forms=pile.forms, sides=of_sides)]
    names = _state_names()
    for state, count in pile.states:
        loose = count - pile.form_sides if state.value == "placed" else count
        if loose:
            parts.append(f"{names[state.value]} {loose}")
    if pile.unopened:
        parts.append(_("files not opened {count}").format(count=pile.unopened))
    if pile.reading:
        parts.append(_("files being placed {count}").format(count=pile.reading))
    if pile.again:
        parts.append(_("files that came again {count}").format(count=pile.again))
    told.append("  " + "   ".join(parts))
    return told


def _state_names() -> dict[str, str]:
    return {
        "placed": _("placed, no form yet"),
        "blank": _("blank backs"),
        "foreign": _("foreign"),
        "unknown": _("unknown"),
        "held": _("held"),
        "duplicate": _("scanned twice"),
        "slip": _("slips"),
        "rejected": _("rejected"),
    }


def _urgent(now: Standing) -> list[str]:
    told = [_("Waiting for you  {count}        blankett review").format(count=now.waiting)]
    if now.stuck:
        line = _("  not to be verified {count}: their templates have faults or are gone        blankett templates check")
        told.append(line.format(count=now.stuck))
    if now.handed_up:
        line = _("Handed up        {count}, oldest due {when}        blankett review --handed-up")
        due = _("no date read") if now.handed_up_due is None else _when(now.handed_up_due)
        told.append(line.format(count=now.handed_up, when=due))
    found = now.urgent
    if found is None:
        return told
    due = _("no date read, counts as today") if found.task.due is None else _when(found.task.due)
    line = _("Most urgent      {disease}, {state} {due}{phone}")
    state = _("overdue since") if found.overdue else _("due")
    phone = _("; alert the duty doctor by telephone") if found.phone else ""
    told.append(line.format(disease=found.disease or _("disease not read"), state=state, due=due, phone=phone))
    if now.overdue:
        told.append(_("Overdue          {count}").format(count=now.overdue))
    return told


def _barred(now: Standing) -> list[str]:
    """Tell of what is settled and may not be sent as we are logged in."""
    if not now.barred:
        return []
    line = _(
        "Barred           {count} settled{overdue}: log in as a person (SITHS), or send on paper        docs/operations.md"
    )
    late = _(", overdue {count}").format(count=now.barred_overdue) if now.barred_overdue else ""
    return [line.format(count=now.barred, overdue=late)]


def _recipient(now: Standing) -> list[str]:
    found = now.recipient
    if not found.name:
        return [_("Recipient        none set; what is settled waits"), *_unsent(now)]
    late = _(", overdue {count}").format(count=found.overdue) if found.overdue else ""
    if found.down_since is not None:
        line = _("Recipient        down since {since}   next try {next}   waiting {count}{overdue}")
        next_try = _when(found.next_try) if found.next_try is not None else "–"
        told = [line.format(since=_when(found.down_since), next=next_try, count=found.waiting, overdue=late)]
    else:
        line = _("Recipient        sent {sent}, receipts {receipts}, waiting {waiting}{overdue}")
        told = [line.format(sent=found.sent, receipts=found.receipts, waiting=found.waiting, overdue=late)]
    if found.questioned:
        told.append(
            _("  {count} may have been sent before a restore: blankett submit --questions").format(count=found.questioned)
        )
    return [*told, *_unsent(now)]


def _unsent(now: Standing) -> list[str]:
    """Tell of what is overdue and settled, and has no receipt for whatever reason."""
    if not now.unsent_overdue:
        return []
    line = _("  settled and without a receipt {count}, overdue {overdue}")
    return [line.format(count=now.unsent, overdue=now.unsent_overdue)]


def _when(moment: Any) -> str:  # noqa: ANN401 - a moment
    from pipeline.stages.due import STOCKHOLM

    return str(moment.astimezone(STOCKHOLM).strftime("%Y-%m-%d %H:%M"))
