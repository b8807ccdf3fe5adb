"""`blankett submit`: hand over what waits, and answer for what may have been sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.coded import word
from pipeline.cli.told import Json
from pipeline.words import _

if TYPE_CHECKING:
    from pipeline.edges.store.outbox import OutRow
    from pipeline.jobs.office import Office


def mount(root: typer.Typer) -> None:
    """Hang this command under `submit`."""
    examples = _(
        "Examples: blankett submit; blankett submit --questions; blankett submit --taken 9b1e…; blankett submit --list"
    )
    root.command("submit", epilog=examples)(submit)


def submit(
    listing: Annotated[bool, typer.Option("--list", help=_("Only list every submission."))] = False,
    questions: Annotated[
        bool, typer.Option("--questions", help=_("Only list what may have been sent before a restore."))
    ] = False,
    taken: Annotated[
        str | None, typer.Option(metavar="KEY", help=_("Answer: the recipient has this one; it is never sent again."))
    ] = None,
    not_taken: Annotated[
        str | None, typer.Option(metavar="KEY", help=_("Answer: the recipient does not have this one; send it."))
    ] = None,
    json: Json = False,
) -> None:
    """Hand over what is settled and waits, the most urgent first, without waiting for its next attempt."""
    from pipeline.cli.told import looking, noting
    from pipeline.cli.told import office as opened
    from pipeline.edges.access import Action
    from pipeline.edges.store.outbox import OutState
    from pipeline.errors import DeliveryError
    from pipeline.jobs.opening import whoami
    from pipeline.jobs.submit import deliver_now

    if taken or not_taken:
        with noting() as office:
            _answer(office, taken or not_taken or "", sent=taken is not None)
        return
    if listing or questions:
        with looking() as office, office.store.read() as unit:
            office.saw(whoami(), Action.SEARCH)
            _tell(unit.outbox.all((OutState.QUESTIONED,) if questions else None), json)
        return
    with opened() as office:
        rows = deliver_now(office)
        _tell(rows, json)
        _tell_barred(office)
    if unanswered := sum(1 for row in rows if row.state is OutState.SENT):
        raise DeliveryError("recipient_unreachable", hint="recipient_later", waiting=unanswered)


def _tell_barred(office: Office) -> None:
    from pipeline.jobs.status import barred_due

    with office.store.read() as unit:
        barred = len(barred_due(unit))
    if barred:
        line = _(
            "Barred: {count} settled, to be sent only by a person logged in with SITHS (recipient.credential), or on paper."
        )
        typer.echo(line.format(count=barred), err=True)


def _answer(office: Any, begun: str, *, sent: bool) -> None:  # noqa: ANN401 - an office
    from pipeline.edges.store.outbox import OutState
    from pipeline.errors import StoreError
    from pipeline.jobs.opening import whoami
    from pipeline.jobs.submit import answer

    with office.store.read() as unit:
        keys = [row.key for row in unit.outbox.all((OutState.QUESTIONED,)) if row.key.startswith(begun.rstrip("…"))]
    if len(keys) != 1 or not answer(office, keys[0], sent, whoami()):
        raise StoreError("submission_unknown", hint="submit_questions")
    typer.echo(_("Noted: it is never sent again.") if sent else _("Noted: it is sent now, under the same key."))


def _tell(rows: tuple[OutRow, ...], json: bool) -> None:
    from pipeline.cli.told import write_json

    if json:
        write_json([_json(row) for row in rows])
        return
    if not rows:
        typer.echo(_("Nothing waits."))
    for row in rows:
        refusal = f"  {word(row.refusal)}" if row.refusal else ""
        typer.echo(
            f"{row.form}  {word(row.state.value):<20} {row.key[:12]}…  {word(row.step.value)}  {row.recipient}{refusal}"
        )


def _json(row: OutRow) -> dict[str, Any]:
    return {
        "key": row.key,
        "form": row.form,
        "generation": row.generation,
        "recipient": row.recipient,
        "step": row.step.value,
        "state": row.state.value,
        "attempts": row.attempts,
        "next_try_at": row.next_try_at.isoformat() if row.next_try_at else None,
        "created": row.created.isoformat(),
        "received_at": row.received_at.isoformat() if row.received_at else None,
        "refusal": row.refusal,
    }
