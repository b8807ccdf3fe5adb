"""`blankett doctor`: what is well, what is not, and the mend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.coded import word
from pipeline.cli.told import Json
from pipeline.words import _

if TYPE_CHECKING:
    from pipeline.jobs.doctor import Check


def mount(root: typer.Typer) -> None:
    """Hang this command under `doctor`."""
    root.command("doctor", epilog=_("Examples: blankett doctor; blankett doctor --ledger"))(doctor)


def doctor(
    ledger: Annotated[bool, typer.Option("--ledger", help=_("Also verify the whole ledger, hash by hash."))] = False,
    json: Json = False,
) -> None:
    """Examine everything a day needs; each line has what, where, and the mend."""
    from pipeline.cli.told import looking, noting, workspace, write_json
    from pipeline.jobs.doctor import examine

    with noting() if ledger else looking() as office:
        checks = []
        for check in examine(office, workspace(), ledger=ledger):
            checks.append(check)
            if not json:
                typer.echo(_line(check))
    if json:
        write_json([{"check": c.code, "well": c.well, **dict(c.told), "fault": c.fault, "hint": c.hint} for c in checks])
    failed = [check for check in checks if not check.well]
    if failed:
        raise typer.Exit(_exit(failed))


def _exit(failed: list[Check]) -> int:
    """Return the exit code of the first thing that must be mended; a recipient that is not set yet is none."""
    codes = {"reader": 6, "inbox": 5, "database": 7, "vault": 7, "access_log": 7, "templates": 4}
    codes |= {"calibration": 3, "room": 7, "ledger": 7}
    return next((codes[check.code] for check in failed if check.code in codes), 0)


def _line(check: Check) -> str:
    from pipeline.cli.mending import mends

    told = {name: str(value) for name, value in check.told}
    if check.well:
        return f"✓ {_well()[check.code].format(**{name: word(value) for name, value in told.items()})}"
    shown = ", ".join(f"{word(name)} {value}" for name, value in told.items())
    line = f"✗ {_names()[check.code]}: {_fault(check.fault)}{f' ({shown})' if shown else ''}"
    mend = mends().get(check.hint, "")
    return f"{line}\n    " + _("mend: {mend}").format(mend=mend) if mend else line


def _fault(code: str) -> str:
    from pipeline.cli.faults import sentences

    own = {
        "inbox_passed_by": _("something lies in it that is never taken"),
        "template_changed": _("a template is not what passed its exam, and no page is placed on it"),
        "exam_outdated": _("a template passed its exam with readers of other versions"),
        "calibration_not_adopted": _("calibration.toml is not what anybody adopted"),
        "forms_changed": _("known forms are no longer what their templates say"),
        "little_room": _("there is little room left on the disk"),
        "certificate_expires": _("the certificate expires soon"),
        "ledger_broken": _("the chain of the ledger is broken"),
        "projection_differed": _("where forms stand did not follow from the ledger; it was made anew"),
    }
    return own.get(code) or sentences().get(code, code)


def _well() -> dict[str, str]:
    return {
        "reader": _("tesseract {version} with {language}"),
        "inbox": _("inbox writable by uid {uid}, on {filesystem}: {mode}, swept every {seconds} s"),
        "inbox_scans": _("nothing but scans lies in the inbox"),
        "database": _("database {kind}, {mode}, {ms} ms"),
        "vault": _("vault opens with its key, and nothing sealed is missing"),
        "access_log": _("access log, {entries} entries in a day"),
        "templates": _("templates: {count}, without a fault"),
        "exams": _("templates that pages are placed on: {active}, drafts {drafts}"),
        "forms": _("known forms look as their templates say, as far as pages have come"),
        "calibration": _("calibration of {day}, groups {groups}"),
        "room": _("room on the disk: {gib} GiB"),
        "recipient": _("recipient {name} as {credential}: set, not asked whether it answers"),
        "workers": _("workers alive: {alive} of {known} known"),
        "ledger": _("ledger whole, {events} events; where forms stand follows from it"),
    }


def _names() -> dict[str, str]:
    return {
        "reader": _("tesseract"),
        "inbox": _("inbox"),
        "inbox_scans": _("inbox"),
        "database": _("database"),
        "vault": _("vault"),
        "access_log": _("access log"),
        "templates": _("templates"),
        "exams": _("templates"),
        "forms": _("forms"),
        "calibration": _("calibration"),
        "room": _("disk"),
        "recipient": _("recipient"),
        "workers": _("workers"),
        "ledger": _("ledger"),
    }
