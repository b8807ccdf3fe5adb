"""Opening a workspace for work: its store, its engine, and the doors behind which the costly things wait."""

from __future__ import annotations

import os
import pwd
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.domain.library import Library
from pipeline.domain.policy import ParsePolicy
from pipeline.domain.scan import Page
from pipeline.domain.submission import Gateway
from pipeline.edges import calibration, catalogue, library, parser
from pipeline.edges.engine import Engine
from pipeline.edges.engine_inline import InlineEngine
from pipeline.edges.scratch import Scratch
from pipeline.edges.settings_shape import RecipientSettings
from pipeline.edges.store.opening import LOOK_MS
from pipeline.edges.workspace import Workspace, find, open_workspace
from pipeline.jobs.office import Doors, Habits, Office, Sight

TOKEN = "BLANKETT_RECIPIENT_TOKEN"  # noqa: S105 - the name of a variable


@contextmanager
def opened(given: Path | None = None, worker: str | None = None) -> Iterator[Office]:
    """Open the workspace given, or found as `find` does, and close it again.

    Raises:
        SettingsError: when there is none, or it cannot be used.
        StoreError: when its database or vault cannot be used.
    """
    office = open_office(open_workspace(find(given)), worker)
    try:
        yield office
    finally:
        office.close()


def open_office(
    workspace: Workspace, worker: str | None = None, engine: Engine | None = None, busy_ms: int | None = None
) -> Office:
    """Open a workspace for work; `worker` is the name of the worker, by default this machine's first.

    `busy_ms` is how long another's lock on the database is waited for, by default as long as a writer should.
    """
    name = worker or f"{socket.gethostname()}-1"
    scratch = Scratch(name, workspace.tmp)
    vault = workspace.vault()
    store = workspace.store(vault, busy_ms)
    settings = workspace.settings
    doors = Doors(
        sight=lambda: see(scratch.folder, settings.unit.clinics, settings.unit.laboratories),
        library=lambda: load_library(workspace),
        catalogue=catalogue.load,
        gateway=lambda: gateway(settings.recipient),
        looks=lambda: workspace.access(vault, busy_ms),
        calibration=lambda: calibration.of(workspace.root),
        stamp=lambda: library.stamp(library.search_path(workspace.template_dirs)),
    )
    return Office(store, engine or _engine(workspace, name), doors, habits(workspace), scratch)


def look_in(workspace: Workspace) -> Office:
    """Open a workspace to look: without the engine, and with little patience for who has locked the database."""
    return open_office(workspace, engine=InlineEngine(), busy_ms=LOOK_MS)


def note_in(workspace: Workspace) -> Office:
    """Open a workspace to note what gives the engine nothing to do: without it, and with a writer's patience."""
    return open_office(workspace, engine=InlineEngine())


def _engine(workspace: Workspace, name: str) -> Engine:
    from pipeline.edges.engine_dbos import DbosEngine  # costly: whoever only looks does without

    worker = workspace.settings.worker
    return DbosEngine(
        workspace.database_url,
        name,
        workspace.locks,
        concurrency=worker.concurrency,
        poll_seconds=worker.poll_seconds,
    )


def habits(workspace: Workspace) -> Habits:
    """Return what a workspace's settings say of how it works."""
    settings = workspace.settings
    unit, recipient = settings.unit, settings.recipient
    return Habits(
        policy=settings.policy,
        addressee=unit.addressee or unit.region,
        registrar=unit.registrar or unit.hsa_id or unit.name,
        unit=unit.hsa_id or unit.name,
        recipient=(recipient.name or recipient.url) if recipient.url else "",
        credential=recipient.credential,
        lease_s=settings.review.lease_seconds,
        second_s=settings.review.second_minutes * 60,
        blind_share=settings.review.blind_share,
        grace_s=settings.inbox.grace_seconds,
        first_retry_s=min(5.0, recipient.retry_seconds),
        last_retry_s=max(recipient.retry_seconds, 600.0),
        dead_after_s=settings.worker.dead_seconds,
    )


def see(scratch: Path, clinics: tuple[str, ...] = (), laboratories: tuple[str, ...] = ()) -> Sight:
    """Return the sight that reads for real, with a unit's own words; temporary files lie under `scratch`."""
    from pipeline.edges import lexicon
    from pipeline.readers.eyes import eyes  # costly, as the stages are: whoever only looks does without
    from pipeline.stages.cut import cut
    from pipeline.stages.likeness import signature
    from pipeline.stages.look import look_bytes
    from pipeline.stages.place import place

    return Sight(_pages, place, cut, eyes(scratch, lexicon.load(clinics, laboratories)), signature, look_bytes)


def _pages(path: Path, policy: ParsePolicy, first: int) -> Iterator[Page | parser.PageFault]:
    return parser.pages(path, policy, first=first)


def load_library(workspace: Workspace) -> Library:
    """Return the templates of a workspace, its own first; faulty ones are left out, and told by `status` and `doctor`."""
    return library.of(library.looked_through(library.search_path(workspace.template_dirs)).sound)


def gateway(settings: RecipientSettings) -> Gateway | None:
    """Return the way to the recipient, or None when no address is set.

    Raises:
        DeliveryError: when address or certificate cannot be used.
    """
    if not settings.url:
        return None
    from pipeline.edges.gateways import HttpGateway, HttpRecipient, Trust  # costly: whoever only looks does without

    return HttpGateway(
        HttpRecipient(
            name=settings.name or settings.url,
            url=settings.url,
            credential=settings.credential,
            trust=Trust(settings.ca, settings.certificate, settings.certificate_key),
            token=os.environ.get(TOKEN),
            answer_s=settings.timeout_seconds,
        )
    )


def whoami() -> str:
    """Return the name of the operating system's account: a reviewer is one, never a flag."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return f"uid{os.geteuid()}"
