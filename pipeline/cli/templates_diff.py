"""`blankett templates diff`: what changed between two versions of a form, in words and as a picture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.told import Json, write_json
from pipeline.cli.written import destination
from pipeline.domain.template import Template
from pipeline.jobs.compare import Compared, compare
from pipeline.stages.differ import Change, ChangeKind
from pipeline.stages.reprint import PrintChange, PrintChangeKind
from pipeline.stages.tell_apart import Apart
from pipeline.words import _, ngettext

_DRAWN_AS = {
    PrintChangeKind.APPEARED: "new",
    PrintChangeKind.VANISHED: "was",
    PrintChangeKind.MOVED: "is",
    PrintChangeKind.REDRAWN: "is",
}


def mount(app: typer.Typer) -> None:
    """Hang the command `diff` under `templates`."""
    example = _("Example: blankett templates diff klinisk-prov@2025-1 klinisk-prov@2026-1 --out /tmp")
    app.command("diff", epilog=example)(diff)


def diff(
    before: Annotated[str, typer.Argument(help=_("The earlier one: NAME or NAME@VERSION"), show_default=False)],
    after: Annotated[str, typer.Argument(help=_("The later one: NAME or NAME@VERSION"), show_default=False)],
    own: Annotated[
        list[Path] | None, typer.Option("--templates", help=_("A folder of your own templates; it comes first."))
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help=_("Also draw what changed over the later blank, as PDF and pictures, in here."))
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what changed between two templates, which fields keep their record, and whether pages are told apart."""
    from pipeline.cli.templates import found

    earlier, later = found(before, own), found(after, own)
    both = compare(earlier, later)
    drawn = _draw(earlier, later, both, out) if out is not None else []
    if as_json:
        write_json({"before": earlier.id, "after": later.id, **_json(both), "drawn": drawn})
        return
    for line in (*_told(both), *drawn):
        typer.echo(line)


def _draw(earlier: Template, later: Template, both: Compared, out: Path) -> list[str]:
    """Draw what changed, and return the files."""
    from pipeline.drawing.proof import compared, saved

    target = destination(out, f"{later.name}-{earlier.version}-{later.version}-diff.pdf")
    changed = {one.key for one in both.changes} | {one.before for one in both.changes if one.kind is ChangeKind.KEY}
    drawn = compared(earlier, later, changed, [(one.zone, _DRAWN_AS[one.kind]) for one in both.reprinted])
    return [str(file) for file in saved(drawn, target)]


def _told(found: Compared) -> Iterator[str]:
    yield from map(_line, found.changes)
    if not found.changes:
        yield _("Nothing that a template tells has changed.")
    yield from map(_print_line, found.reprinted)
    if found.keeps or found.anew:
        kept = ngettext("{count} field keeps its record", "{count} fields keep their record", len(found.keeps))
        yield kept.format(count=len(found.keeps))
        if found.anew:
            yield _("starts anew: {fields}").format(fields=", ".join(found.anew))
    for sheet, how in found.apart:
        if how is Apart.NEVER:
            yield _("sheet {number} is printed the same: its pages are set aside").format(number=sheet)
        elif how is Apart.BY_NEIGHBOURS:
            yield _("sheet {number} is the same: its pages go with the sheets beside them").format(number=sheet)
        elif how is Apart.NOT_BY_FAX:
            yield _("sheet {number} may not be told apart when it comes by fax").format(number=sheet)


def _line(change: Change) -> str:
    """Return a change as a person reads it: the field, its option, and what happened."""
    what = "/".join(part for part in (change.key, change.option) if part) or _("form")
    if change.kind is ChangeKind.MOVED:
        happened = _("elsewhere") if change.mm is None else _("moved {mm} mm").format(mm=change.mm)
    elif change.kind in (ChangeKind.APPEARED, ChangeKind.OPTION_APPEARED):
        happened = _("new")
    elif change.kind in (ChangeKind.VANISHED, ChangeKind.OPTION_VANISHED):
        happened = _("gone")
    else:
        named = _("{what}: {before} → {after}")
        happened = named.format(what=_named(change.kind), before=change.before or "–", after=change.after or "–")
    return f"{what}  {happened}"


def _print_line(change: PrintChange) -> str:
    """Return a change of print as a person reads it: the words, or where, and what happened."""
    place = _("sheet {number}, {x:.0f} mm in and {y:.0f} mm down").format(
        number=change.zone.sheet, x=change.zone.rect.x, y=change.zone.rect.y
    )
    if change.kind is PrintChangeKind.REDRAWN:
        size = f"{change.zone.rect.width:.0f} × {change.zone.rect.height:.0f} mm"
        return _("{place}: print differs ({size})").format(place=place, size=size)
    if change.kind is PrintChangeKind.MOVED:
        happened = _("moved {mm} mm").format(mm=change.mm)
    else:
        happened = _("new") if change.kind is PrintChangeKind.APPEARED else _("gone")
    return _("{place}: “{text}”  {happened}").format(place=place, text=change.text, happened=happened)


def _named(kind: ChangeKind) -> str:
    names = {
        ChangeKind.KEY: _("key"),
        ChangeKind.LABEL: _("label"),
        ChangeKind.OPTION_LABEL: _("label"),
        ChangeKind.KIND: _("kind of answer"),
        ChangeKind.REQUIRED: _("required"),
        ChangeKind.CRITICAL: _("critical"),
        ChangeKind.COMB: _("comb"),
        ChangeKind.LINES: _("lines"),
        ChangeKind.RULES: _("rules"),
        ChangeKind.TITLE: _("title"),
        ChangeKind.FORM_KIND: _("kind of form"),
        ChangeKind.DISEASES: _("diseases"),
        ChangeKind.SHEETS: _("sheets"),
    }
    return names[kind]


def _json(found: Compared) -> dict[str, object]:
    return {
        "changes": [_as_json(one) for one in found.changes],
        "print": [_print_json(one) for one in found.reprinted],
        "keeps_record": list(found.keeps),
        "starts_anew": list(found.anew),
        "told_apart": [{"sheet": sheet, "how": how.value} for sheet, how in found.apart],
    }


def _print_json(change: PrintChange) -> dict[str, object]:
    rect = change.zone.rect
    place = {"sheet": change.zone.sheet, "x_mm": rect.x, "y_mm": rect.y, "width_mm": rect.width, "height_mm": rect.height}
    return {"kind": change.kind.value, "text": change.text or None, "mm": change.mm, "place": place}


def _as_json(change: Change) -> dict[str, object]:
    return {
        "kind": change.kind.value,
        "field": change.key or None,
        "option": change.option or None,
        "before": change.before or None,
        "after": change.after or None,
        "mm": change.mm,
    }
