"""`blankett read`: files read on their own, without a workspace."""

from __future__ import annotations

import json as codec
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.bars import bar
from pipeline.cli.coded import word
from pipeline.words import _, ngettext

if TYPE_CHECKING:
    from pipeline.jobs.alone import Alone, ReadForm, ReadScan


def mount(root: typer.Typer) -> None:
    """Hang this command under `read`."""
    root.command("read", epilog=_("Examples: blankett read scan.pdf; blankett read *.tif --json > read.jsonl"))(read)


def read(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, show_default=False, help=_("The files."))],
    templates: Annotated[
        list[Path] | None, typer.Option(exists=True, file_okay=False, help=_("More folders of templates; they come first."))
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help=_("Write JSON: one object for one file, JSON Lines for several."))
    ] = False,
) -> None:
    """Read files and say what the machine makes of them; nothing is kept and nothing is sent."""
    from pipeline.jobs.alone import read_file

    with _alone(templates or ()) as by, bar(_("files read")) as tell:
        for done, path in enumerate(files):
            tell(done, len(files))
            found = read_file(path, by)
            told = _json(found, by, len(files)) if json else _title(path, len(files)) + "\n".join(_lines(found, by))
            with tell.aside():
                typer.echo(told)


def _json(found: ReadScan, by: Alone, count: int) -> str:
    from pipeline.jobs.telling import scan_json

    return codec.dumps(scan_json(found, by.library), ensure_ascii=False, indent=2 if count == 1 else None)


def _title(path: Path, count: int) -> str:
    return f"{path.name}\n" if count > 1 else ""


@contextmanager
def _alone(templates: list[Path] | tuple[()]) -> Iterator[Alone]:
    """Open what a file is read by, with a private folder that goes when it is closed."""
    import datetime as dt

    from pipeline.domain.policy import Policy
    from pipeline.edges import calibration, catalogue, library, towns
    from pipeline.edges.scratch import own
    from pipeline.jobs.alone import Alone
    from pipeline.jobs.opening import see
    from pipeline.stages.due import STOCKHOLM

    with closing(own("read", os.environ)) as scratch:
        known = library.load(library.search_path(tuple(templates)))
        today = dt.datetime.now(STOCKHOLM).date()
        yield Alone(see(scratch.folder), known, catalogue.load(), Policy(), today, towns.load(), calibration.load())


def _lines(found: ReadScan, by: Alone) -> Iterator[str]:
    if found.reason is not None:
        yield _("  could not be opened: {reason}").format(reason=word(found.reason.value))
    for page in found.pages:
        lies = page.placed.identification if page.placed is not None else None
        where = f"{lies.id} {lies.sheet}" if lies is not None else " / ".join(page.between)
        reason = f" ({word(page.reason.value)})" if page.reason is not None else ""
        yield _("  page {number}: {state}{reason} {where}").format(
            number=page.number, state=word(page.state.value), reason=reason, where=where
        )
    for form in found.forms:
        yield from _form_lines(form, by)


def _form_lines(form: ReadForm, by: Alone) -> Iterator[str]:
    from pipeline.domain.record import MASKING, Decision, decide
    from pipeline.domain.value import to_json

    template = by.library.template(form.form.template_id)
    pages = ", ".join(str(page.page.number) for page in form.form.pages)
    doubtful = {finding.key for finding in form.findings}
    words = ngettext("{count} field needs a person", "{count} fields need a person", len(doubtful))
    yield _("{template}, page {pages}: {doubtful}").format(
        template=form.form.template_id, pages=pages, doubtful=words.format(count=len(doubtful))
    )
    covered = {finding.key for finding in form.findings if finding.kind in MASKING}
    width = max(len(field.key) for field in template.fields)
    for field in form.draft.fields:
        decision = decide(field, form.findings)
        if decision is Decision.BLANK:
            continue
        value = to_json(field.value)
        shown = ", ".join(value) if isinstance(value, list) else "" if value is None else str(value)
        if field.key in covered:
            shown = "•••"
        why = ", ".join(dict.fromkeys(word(finding.kind.value) for finding in form.findings if finding.key == field.key))
        yield f"  {field.key:<{width}}  {shown:<30}  {field.confidence:4.2f}  {f'? {why}' if why else '✓'}"
    if covered:
        yield _("  ••• is covered: it may not stand on this form, and is never sent (see docs/errors.md); --json tells all")
