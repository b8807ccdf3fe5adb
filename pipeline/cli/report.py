"""`blankett report`: delays, quality and work, for managers."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.words import _

if TYPE_CHECKING:
    from pipeline.domain.report import Report
    from pipeline.jobs.office import Office

Html = Annotated[Path | None, typer.Option("--html", help=_("Write one page of HTML that needs no network."))]
AsJson = Annotated[bool, typer.Option("--json", help=_("Write JSON, for programs."))]
AsCsv = Annotated[bool, typer.Option("--csv", help=_("Write CSV, one figure a line."))]
Since = Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("First day that paper came."))]
Until = Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help=_("Last day that paper came."))]
Whole = Annotated[bool, typer.Option("--whole", help=_("Tell small counts too, in what is not to be shared."))]


def mount(root: typer.Typer) -> None:
    """Hang this command under `report`."""
    examples = _("Examples: blankett report; blankett report --since 2026-11-01 --html report.html")
    root.command("report", epilog=examples)(report)


def report(  # noqa: PLR0913 - a command has as many options as people need
    html: Html = None,
    json: AsJson = False,
    csv: AsCsv = False,
    since: Since = None,
    until: Until = None,
    whole: Whole = False,
) -> None:
    """Report on delays, quality and work. Files for sharing withhold small counts; the terminal tells all."""
    from pipeline.cli.told import looking
    from pipeline.jobs import report as job
    from pipeline.web.report_plain import as_csv, as_json
    from pipeline.web.report_text import as_text

    if json and csv:
        raise typer.BadParameter(_("choose one of --json and --csv"))
    if since is not None and until is not None and since > until:
        raise typer.BadParameter(_("the last day comes before the first"), param_hint="--until")
    days = (since.date() if since else None, until.date() if until else None)
    with looking() as office:
        if html is not None:
            _write(html, _page(office, job.report(office, *days, share=not whole)))
        if json or csv:
            told = job.report(office, *days, share=not whole)
            typer.echo(as_json(told) if json else as_csv(told), nl=False)
        elif html is None:
            typer.echo(as_text(job.report(office, *days, share=False)), nl=False)


def _page(office: Office, told: Report) -> str:
    from pipeline import words
    from pipeline.web.report import as_html

    swedish = words.current() == "sv"
    names = {d.code: d.name_sv if swedish else d.name_en for d in office.catalogue.diseases}
    return as_html(told, office.habits.unit, names)


def _write(path: Path, page: str) -> None:
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise typer.BadParameter(_("cannot be written"), param_hint="--html") from error
    typer.echo(_("Report written to {path}").format(path=path), err=True)
