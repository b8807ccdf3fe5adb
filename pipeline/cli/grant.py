"""`blankett grant`: which classes of fields a named manager has let through without a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.told import Json
from pipeline.words import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.edges.store.evidence import Evidence
    from pipeline.edges.store.grants import Grant
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
    """Let critical fields of a class settle without a person, by your decision, or list what is let through and proved.

    Only what people keyed without seeing the machine's value proves a class: fewer than 14 in 10 000 read wrongly, at 95 %.
    """
    from pipeline.cli.told import looking, noting, write_json

    if name is not None and not _known(name):
        raise typer.BadParameter(_("there is no such class; write KIND/STYLE, as in date/print or choice1/mark"))
    with looking() if name is None else noting() as office:
        if name is not None:
            _decide(office, name, revoke)
        with office.store.read() as unit:
            standing, known = unit.grants.active(), unit.evidence.all()
    if json:
        write_json([{"class": given.class_, "manager": given.manager, "at": given.at.isoformat()} for given in standing])
        return
    _tell(standing, known)


def _tell(standing: Sequence[Grant], known: Sequence[Evidence]) -> None:
    from pipeline.jobs.keying import is_proved, left

    proved = {one.class_ for one in known if is_proved(one)}
    for given in standing:
        asleep = "" if given.class_ in proved else _("   not proved any more: a person is asked")
        typer.echo(f"{given.class_:20}  {given.manager:6}  {given.at:%Y-%m-%d}{asleep}")
    if not standing:
        typer.echo(_("Every critical field is shown to a person: no class is let through."))
    for one in known:
        told = _("{name:20}  keyed blind {n}, read wrongly {wrong}: {what}")
        what = _("proved") if one.class_ in proved else _("{count} more without a mistake prove it").format(count=left(one))
        typer.echo(told.format(name=one.class_, n=one.n, wrong=one.wrong, what=what))


def _known(name: str) -> bool:
    from pipeline.domain.template import FieldKind

    kind, _slash, style = name.partition("/")
    return kind in {one.value for one in FieldKind} and style in WRITTEN


def _decide(office: Office, name: str, revoke: bool) -> None:
    """Keep the decision and tell of it in the ledger, under the manager's alias."""
    from pipeline.domain.event import Event, EventKind
    from pipeline.edges.store.evidence import Evidence
    from pipeline.jobs.keying import is_proved, left
    from pipeline.jobs.opening import whoami

    with office.store.begin() as unit:
        known = next((one for one in unit.evidence.all() if one.class_ == name), Evidence(name, 0, 0))
        if not revoke and not is_proved(known):
            lacking = _("{name} is not proved: {count} more keyed blind without a mistake prove it")
            raise typer.BadParameter(lacking.format(name=name, count=left(known)))
        changed = unit.grants.revoke(name, office.now()) if revoke else unit.grants.give(name, whoami(), office.now())
        if changed:
            told = (("class", name), ("straight_through", not revoke))
            unit.append(Event(EventKind.POLICY_SET, "policy", office.now(), told, whoami()))
