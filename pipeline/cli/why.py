"""`blankett why`: why a field has its value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.coded import word
from pipeline.cli.told import Json
from pipeline.words import _

if TYPE_CHECKING:
    from pipeline.domain.value import Value
    from pipeline.jobs.why import FieldStand, FormStand, Why


def mount(root: typer.Typer) -> None:
    """Hang this command under `why`."""
    root.command(
        "why",
        epilog=_("Examples: blankett why 7K3Q-DF2M; blankett why 7K3Q-DF2M pat_ort; blankett why 7K3Q-DF2M pat_ort --open"),
    )(why)


def why(
    form: Annotated[str, typer.Argument(show_default=False, help=_("The form's id, or how it begins."))],
    field: Annotated[
        str | None, typer.Argument(show_default=False, help=_("The field's key; nothing: every field of the form."))
    ] = None,
    outside: Annotated[
        bool, typer.Option("--open", help=_("Open the field's picture in a viewer (BLANKETT_VIEWER)."))
    ] = False,
    reveal: Annotated[bool, typer.Option("--reveal", help=_("Show what is masked, once; this is logged."))] = False,
    json: Json = False,
) -> None:
    """Say why a field has its value: picture, readings, reasons, verdicts, and what was sent."""
    from pipeline.cli.told import looking, write_json
    from pipeline.edges.access import Action
    from pipeline.jobs.opening import whoami
    from pipeline.jobs.why import stand
    from pipeline.jobs.why import why as ask

    with looking() as office:
        if field is None:
            _tell_form(stand(office, form, whoami()), json)
            return
        found = ask(office, form, field, whoami())
        shown = reveal or not found.masked
        if reveal and found.masked:
            office.saw(whoami(), Action.REVEAL, found.form, field)
        if json:
            write_json(_json(found, shown))
        else:
            for line in _lines(found, shown):
                typer.echo(line)
        if outside and shown:
            _open(office, found)


def _tell_form(found: FormStand, json: bool) -> None:
    """List the fields of a form: the value so far, how it came to it, and why a human must look."""
    from pipeline.cli.told import columns, write_json

    if json:
        write_json(
            {
                "form": found.form,
                "template": found.template,
                "status": found.status.value,
                "fields": [_field_json(field) for field in found.fields],
            }
        )
        return
    typer.echo(f"{found.form}  {found.template}  {word(found.status.value)}")
    for line in columns([_field_row(field) for field in found.fields]):
        typer.echo(f"  {line}")
    typer.echo(_("One field: blankett why {form} FIELD").format(form=found.form))


def _field_row(field: FieldStand) -> tuple[str, ...]:
    standing = field.settled or field.proposed
    value = _plain(standing.value, not field.masked) if standing is not None else ""
    how = word(field.settled.settlement.value) if field.settled else _("proposed") if field.proposed else _("not read yet")
    return (field.key, value, how, ", ".join(dict.fromkeys(word(finding.kind.value) for finding in field.findings)))


def _field_json(field: FieldStand) -> dict[str, Any]:
    from pipeline.domain.value import to_json

    standing = field.settled or field.proposed
    value = None if standing is None else "•••" if field.masked else to_json(standing.value)
    return {
        "field": field.key,
        "label": field.label,
        "value": value,
        "masked": field.masked,
        "how": field.settled.settlement.value if field.settled else "proposed" if field.proposed else None,
        "findings": [finding.kind.value for finding in field.findings],
    }


def _open(office: Any, found: Why) -> None:  # noqa: ANN401 - an office
    import os

    from pipeline.edges.viewer import Viewer, program
    from pipeline.jobs.opening import whoami
    from pipeline.jobs.why import picture
    from pipeline.station.pictures import png

    command = program(os.environ)
    clip = picture(office, found.form, found.key, whoami())
    if command is None or clip is None:
        typer.echo(_("No picture could be opened; BLANKETT_VIEWER names a viewer."), err=True)
        return
    with Viewer(office.scratch, command) as viewer:
        for part in clip.parts:
            viewer.show(png(part.picture))
            typer.prompt(_("Press Enter to go on"), default="", show_default=False)


def _plain(value: Value, shown: bool) -> str:
    from pipeline.domain.value import to_json

    if not shown:
        return "•••"
    plain = to_json(value)
    if isinstance(plain, list):
        return ", ".join(plain) or "–"
    return "–" if plain is None else str(plain)


def _lines(found: Why, shown: bool) -> Iterator[str]:
    standing = found.settled.value if found.settled else found.proposed.value if found.proposed else None
    how = word(found.settled.settlement.value) if found.settled else _("proposed, not settled yet")
    value = _plain(standing, shown) if standing is not None else _("not read yet")
    yield f"{found.form}  {found.label}"
    yield _("{value}   {how}{when}").format(value=value, how=how, when=_at(found.settled_at))
    if not shown:
        yield _("  masked        what stands here may not be shown or sent; --reveal shows it once and is logged")
    if found.kept_back:
        yield _("  kept back     what was read by hand is shown when someone has read it (check.show_guesses)")
    yield from _how_read(found, shown)
    for verdict in found.verdicts:
        yield _("  verdict       {kind} ({mode})  {value}  {who}{when}").format(
            kind=word(verdict.kind.value),
            mode=word(verdict.mode.value),
            value=_plain(verdict.value, shown),
            who=verdict.reviewer,
            when=_at(verdict.at),
        )
        if not verdict.told_by.is_blank:
            yield _("  told by       {told_by}{when}").format(told_by=verdict.told_by.reveal(), when=_at(verdict.at))
    for row in found.sent:
        yield _("  {state:<13} key {key}…, attempts {attempts}{when}").format(
            state=word(row.state.value), key=row.key[:12], attempts=row.attempts, when=_at(row.received_at)
        )
    if found.receipt is not None:
        yield _("  receipt       {receipt}").format(receipt=found.receipt)


def _how_read(found: Why, shown: bool) -> Iterator[str]:
    if found.page is not None and found.zone is not None:
        zone, lies = found.zone, found.page.placed.registration
        line = _("  picture       page {page}, {width} × {height} mm at ({x}, {y}), placed within {residual} mm")
        yield line.format(
            page=found.page.page,
            width=round(zone.width, 1),
            height=round(zone.height, 1),
            x=round(zone.x, 1),
            y=round(zone.y, 1),
            residual=round(lies.residual_mm, 2),
        )
    for reading in found.readings:
        doubts = f"  ({', '.join(word(doubt) for doubt in reading.doubts)})" if reading.doubts else ""
        yield _("  reading       {reader}  {value}  {confidence:.2f}{doubts}").format(
            reader=reading.reader, value=_plain(reading.value, shown), confidence=reading.confidence, doubts=doubts
        )
    for finding in found.findings:
        params = ", ".join(f"{word(name)} {word(str(told))}" for name, told in finding.params)
        yield _("  looked at for {kind}{params}").format(
            kind=word(finding.kind.value), params=f" ({params})" if params else ""
        )


def _at(moment: Any) -> str:  # noqa: ANN401 - a moment or none
    from pipeline.stages.due import STOCKHOLM

    return "" if moment is None else f"   {moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M:%S}"


def _json(found: Why, shown: bool) -> dict[str, Any]:
    from pipeline.domain.value import to_json

    def value(told: Value) -> object:
        return to_json(told) if shown else "•••"

    return {
        "form": found.form,
        "template": found.template,
        "field": found.key,
        "label": found.label,
        "status": found.status.value,
        "masked": found.masked,
        "kept_back": found.kept_back,
        "page": str(found.page.page) if found.page else None,
        "residual_mm": round(found.page.placed.registration.residual_mm, 3) if found.page and found.zone else None,
        "proposed": value(found.proposed.value) if found.proposed else None,
        "settled": None
        if found.settled is None
        else {"value": value(found.settled.value), "how": found.settled.settlement.value},
        "settled_at": found.settled_at.isoformat() if found.settled_at else None,
        "readings": [
            {"reader": r.reader, "value": value(r.value), "confidence": round(r.confidence, 4), "doubts": list(r.doubts)}
            for r in found.readings
        ],
        "findings": [{"kind": f.kind.value, "params": dict(f.params)} for f in found.findings],
        "verdicts": [
            {
                "kind": v.kind.value,
                "mode": v.mode.value,
                "value": value(v.value),
                "told_by": to_json(v.told_by),
                "reviewer": v.reviewer,
                "at": v.at.isoformat(),
            }
            for v in found.verdicts
        ],
        "sent": [{"key": r.key, "state": r.state.value, "attempts": r.attempts} for r in found.sent],
        "receipt": found.receipt,
    }
