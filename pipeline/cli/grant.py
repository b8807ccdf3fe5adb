"""`blankett grant`: which classes of fields a named manager has let through without a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.told import Json
from pipeline.words import _

if TYPE_CHECKING:
    from pipeline.jobs.office import Office

WRITTEN = ("print", "hand", "mark")


def mount(root: typer.Typer) -> None:
    """Hang this command under `grant`."""
    examples = _("Examples: blankett grant; blankett grant date/print; blankett grant date/print --revoke")
    root.command("grant", epilog=examples)(grant)


def grant(
    name: Annotated[
        str | None, typer.Argument(metavar="CLASS", help=_("Kind and style, as a finding tells them: date/print, yn/mark."))
    ] = None,
    revoke: Annotated[bool, typer.Option("--revoke", help=_("Ask a person again from now on."))] = False,
    json: Json = False,
) -> None:
    """Let critical fields of a class settle without a person, by your decision, or list what is let through."""
    from pipeline.cli.told import looking, noting, write_json

    if name is not None and not _known(name):
        raise typer.BadParameter(_("there is no such class; write KIND/STYLE, as in date/print or choice1/mark"))
    with looking() if name is None else noting() as office:
        if name is not None:
            _decide(office, name, revoke)
        with office.store.read() as unit:
            standing = unit.grants.active()
    if json:
        write_json([{"class": given.class_, "manager": given.manager, "at": given.at.isoformat()} for given in standing])
        return
    for given in standing:
        typer.echo(f"{given.class_:20}  {given.manager:6}  {given.at:%Y-%m-%d}")
    if not standing:
        typer.echo(_("Every critical field is shown to a person: no class is let through."))


def _known(name: str) -> bool:
    from pipeline.domain.template import FieldKind

    kind, _slash, style = name.partition("/")
    return kind in {one.value for one in FieldKind} and style in WRITTEN


def _decide(office: Office, name: str, revoke: bool) -> None:
    """Keep the decision and tell of it in the ledger, under the manager's alias."""
    from pipeline.domain.event import Event, EventKind
    from pipeline.jobs.opening import whoami

    with office.store.begin() as unit:
        changed = unit.grants.revoke(name, office.now()) if revoke else unit.grants.give(name, whoami(), office.now())
        if changed:
            told = (("class", name), ("straight_through", not revoke))
            unit.append(Event(EventKind.POLICY_SET, "policy", office.now(), told, whoami()))
