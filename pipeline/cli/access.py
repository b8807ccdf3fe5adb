"""`blankett access`: who saw, searched, printed or exported whose form, and when."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.told import Json
from pipeline.stages.due import STOCKHOLM
from pipeline.words import _

if TYPE_CHECKING:
    from pipeline.edges.access import Access, Action
    from pipeline.jobs.office import Office


def mount(root: typer.Typer) -> None:
    """Hang this command under `access`."""
    examples = _("Examples: blankett access --form 7K3Q-DF2M; blankett access --user anna --since 2026-11-01")
    root.command("access", epilog=examples)(access)


def access(
    user: Annotated[str, typer.Option(help=_("What this user did."))] = "",
    form: Annotated[str, typer.Option(help=_("What was done to this form."))] = "",
    person: Annotated[str, typer.Option(help=_("What was done to the forms of this person, by number."))] = "",
    since: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("From this day on."))] = None,
    json: Json = False,
) -> None:
    """Say who saw what. Looking here is itself noted."""
    from pipeline.cli.told import looking, write_json
    from pipeline.jobs.opening import whoami

    with looking() as office:
        rows = _found(office, user, _forms(office, form, person), since)
        asked = form or ""
        office.saw(whoami(), _action(), asked, " ".join(word for word in (user, person) if word))
    if json:
        write_json([as_json(row) for row in rows])
        return
    for line in lines(rows):
        typer.echo(line)


def as_json(row: Access) -> dict[str, Any]:
    """Return one access for programs."""
    return {"at": row.at.isoformat(), "user": row.user, "action": row.action.value, "subject": row.subject, "unit": row.unit}


def lines(rows: tuple[Access, ...]) -> list[str]:
    """Return what is told of accesses, the latest first."""
    if not rows:
        return [_("Nobody, as far as is noted.")]
    words = action_words()
    cells = (
        (f"{row.at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M:%S}", row.user, words[row.action], row.subject, row.unit)
        for row in rows
    )
    return [f"{at}  {user:12}  {did:20}  {subject:12}  {unit}".rstrip() for at, user, did, subject, unit in cells]


def action_words() -> dict[Action, str]:
    """Return the word of every action."""
    from pipeline.edges.access import Action

    return {
        Action.VIEW: _("saw"),
        Action.REVEAL: _("had unmasked"),
        Action.REVIEW: _("verified"),
        Action.SEARCH: _("searched"),
        Action.WHY: _("asked why"),
        Action.PRINT: _("printed"),
        Action.EXPORT: _("exported"),
        Action.REPORT: _("reported"),
        Action.ACCESS_LOG: _("read the access log"),
    }


def _action() -> Action:
    from pipeline.edges.access import Action

    return Action.ACCESS_LOG


def _forms(office: Office, form: str, person: str) -> tuple[str, ...] | None:
    """Return the forms asked for, or None when none were."""
    from pipeline.edges.store.search import SearchKind

    if not form and not person:
        return None
    with office.store.read() as unit:
        named = (*unit.forms.begins(form), form) if form else ()
        theirs = unit.search.find(SearchKind.NUMBER, person) if person else ()
    return tuple(dict.fromkeys((*named, *theirs)))


def _found(office: Office, user: str, forms: tuple[str, ...] | None, since: dt.datetime | None) -> tuple[Access, ...]:
    start = since.astimezone(STOCKHOLM) if since is not None else None
    if forms is None:
        return office.looks.by_user(user, start) if user else office.looks.all(start)
    rows = [row for form in forms for row in office.looks.by_subject(form, start) if not user or row.user == user]
    return tuple(sorted(rows, key=lambda row: row.at, reverse=True))
