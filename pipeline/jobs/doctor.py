"""Examining everything a day needs; each check tells what, where and the mend, as codes."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import ssl
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from pipeline.domain.exam import Readiness
from pipeline.domain.template import Template
from pipeline.edges import calibration, exams, library
from pipeline.edges.inbox import check_inbox, passed_by
from pipeline.edges.watching import Watch
from pipeline.edges.workspace import Workspace
from pipeline.errors import BlankettError, TemplateError
from pipeline.jobs.benchmark import adopted, digest
from pipeline.jobs.office import Office
from pipeline.jobs.revision import changed
from pipeline.readers.engine import Engine

_ROOM = 1 << 30
_SOON = dt.timedelta(days=30)
Told = tuple[tuple[str, str | int | float], ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing examined: what, whether it is well, what was seen, and the mend's code when it is not."""

    code: str
    well: bool
    told: Told = ()
    fault: str = ""
    hint: str = ""


def examine(office: Office, workspace: Workspace, *, ledger: bool = False) -> Iterator[Check]:
    """Examine everything, one check after another; none stops the next."""
    checks: list[tuple[str, Callable[[], Told]]] = [
        ("reader", lambda: _reader(office.scratch)),
        ("inbox", lambda: _inbox(workspace)),
        ("inbox_scans", lambda: _only_scans(workspace)),
        ("database", lambda: _database(office)),
        ("vault", lambda: _vault(office)),
        ("access_log", lambda: _access(office)),
        ("templates", lambda: _templates(workspace)),
        ("exams", lambda: _exams(office, workspace)),
        ("forms", lambda: _forms(office)),
        ("calibration", lambda: _calibration(office, workspace)),
        ("room", lambda: _room(workspace.root)),
        ("recipient", lambda: _recipient(workspace)),
        ("workers", lambda: _workers(office)),
    ]
    if ledger:
        checks.append(("ledger", lambda: _ledger(office)))
    for code, check in checks:
        yield _checked(code, check)


def _checked(code: str, check: Callable[[], Told]) -> Check:
    try:
        return Check(code, True, check())
    except TemplateError as error:
        return Check(code, False, (("faults", len(error.faults)),), error.code, error.hint or "templates_check")
    except BlankettError as error:
        return Check(code, False, tuple(error.params.items()), error.code, error.hint)
    except Unwell as unwell:
        return Check(code, False, unwell.told, unwell.fault, unwell.hint)


class Unwell(Exception):
    """Something works, and should be mended all the same."""

    def __init__(self, fault: str, hint: str, *told: tuple[str, str | int | float]) -> None:
        super().__init__(fault)
        self.fault, self.hint, self.told = fault, hint, told


def _calibration(office: Office, workspace: Workspace) -> Told:
    known = office.calibration
    told = (("day", known.day), ("groups", len(known.groups)))
    own = workspace.root / calibration.FILE
    if not own.is_file():
        return told
    if digest(own.read_text(encoding="utf-8")) != adopted(office):
        raise Unwell("calibration_not_adopted", "adopt", *told)
    return told


def _reader(scratch: Path) -> Told:
    engine = Engine(scratch)
    version = engine.version()
    engine.prove()
    return (("version", version), ("language", engine.lang))


def _inbox(workspace: Workspace) -> Told:
    check_inbox(workspace.inbox)
    watch = Watch(workspace.inbox)
    told = (
        ("filesystem", watch.file_system or "?"),
        ("mode", watch.mode),
        ("seconds", workspace.settings.inbox.poll_seconds),
    )
    watch.close()
    return (("uid", os.geteuid()), *told, ("seconds", workspace.settings.inbox.poll_seconds))


def _only_scans(workspace: Workspace) -> Told:
    """See that nothing lies in the inbox that will never be taken; whether it can be read is another question."""
    try:
        seen = passed_by(workspace.inbox)
    except BlankettError:
        return ()
    left = (("folders", seen.folders), ("links", seen.links), ("unreadable", seen.unreadable))
    if any(count for _, count in left):
        raise Unwell("inbox_passed_by", "inbox_take_out", *((name, count) for name, count in left if count))
    return ()


def _database(office: Office) -> Told:
    began = time.perf_counter()
    with office.store.read() as unit:
        unit.connection.execute(text("SELECT 1"))
        mode = "server"
        if office.store.is_sqlite:
            mode = str(unit.connection.execute(text("PRAGMA journal_mode")).scalar())
    took = (time.perf_counter() - began) * 1000
    return (("kind", office.store.engine.dialect.name), ("mode", mode), ("ms", round(took, 1)))


def _vault(office: Office) -> Told:
    name = office.vault.seal_file(b"examined")
    opened = office.vault.open_file(name)
    office.vault.erase(name)
    if opened != b"examined":
        raise Unwell("vault_unusable", "vault_rights")
    with office.store.read() as unit:
        missing = sum(not office.vault.exists(blob) for blob in unit.blobs())
    if missing:
        raise Unwell("blob_missing", "restore_backup", ("count", missing))
    return ()


def _access(office: Office) -> Told:
    return (("entries", len(office.looks.all(since=office.now() - dt.timedelta(days=1)))),)


def _templates(workspace: Workspace) -> Told:
    return (("count", len(library.load(library.search_path(workspace.template_dirs)))),)


def _exams(office: Office, workspace: Workspace) -> Told:
    """See that what passed has not changed since, and that it passed with the readers that read now."""
    found = [(template, library.ready(template)) for template in office.library]
    standing = Counter(one for _, one in found)
    told = (("active", standing[Readiness.ACTIVE]), ("drafts", len(found) - standing[Readiness.ACTIVE]))
    if standing[Readiness.CHANGED]:
        raise Unwell("template_changed", "templates_exam", ("count", standing[Readiness.CHANGED]))
    readers = tuple(reader.name for reader in office.sight.readers)
    old = sum(1 for template, one in found if one is Readiness.ACTIVE and _read_by_others(template, readers))
    if old:
        raise Unwell("exam_outdated", "templates_exam", ("count", old))
    return told


def _read_by_others(template: Template, readers: tuple[str, ...]) -> bool:
    """Tell whether a template of one's own passed with readers of other versions."""
    held = exams.kept(Path(template.blank_path).parent)
    return not library.is_shipped(template) and held is not None and held.sitting.readers != readers


def _forms(office: Office) -> Told:
    with office.store.read() as unit:
        found = changed(unit, office.now())
    if found:
        raise Unwell("forms_changed", "drift", *((one.template, one.sheet) for one in found))
    return ()


def _room(root: Path) -> Told:
    free = shutil.disk_usage(root).free
    if free < _ROOM:
        raise Unwell("little_room", "disk_full", ("mib", free >> 20))
    return (("gib", free >> 30),)


def _recipient(workspace: Workspace) -> Told:
    settings = workspace.settings.recipient
    if not settings.url:
        raise Unwell("recipient_not_set", "recipient")
    if settings.certificate is not None:
        ends = _ends(workspace.root / settings.certificate)
        left = ends - dt.datetime.now(dt.UTC)
        if left < _SOON:
            raise Unwell("certificate_expires", "certificate", ("days", left.days))
    return (("name", settings.name or settings.url), ("credential", settings.credential.value))


def _ends(path: Path) -> dt.datetime:
    from cryptography import x509

    try:
        return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError, ssl.SSLError):
        raise Unwell("certificate_unusable", "certificate") from None


def _workers(office: Office) -> Told:
    since = office.now() - dt.timedelta(seconds=office.habits.dead_after_s)
    with office.store.read() as unit:
        heard = unit.workers.heard()
    return (("alive", sum(1 for at in heard.values() if at >= since)), ("known", len(heard)))


def _ledger(office: Office) -> Told:
    broken = office.store.verify_ledger()
    if broken is not None:
        raise Unwell("ledger_broken", "restore_backup", ("seq", broken))
    with office.store.read() as unit:
        before = {row.id: row.state for row in unit.forms.all()}
        events = sum(1 for _ in unit.events())
    office.store.refold()
    with office.store.read() as unit:
        if {row.id: row.state for row in unit.forms.all()} != before:
            raise Unwell("projection_differed", "report_bug")
    return (("events", events),)
