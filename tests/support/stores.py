"""Stores with real vaults, and forms to put in them."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

from pipeline.domain.event import Event, EventKind
from pipeline.domain.form import Form, FormPage, form_id
from pipeline.domain.geometry import Transform
from pipeline.domain.placement import Identification, PageState, Placed, Registration, ZoneFit
from pipeline.domain.scan import PageId, Scan
from pipeline.edges.keys import KeyRing
from pipeline.edges.store import Store, Unit
from pipeline.edges.store.pages import PageRow
from pipeline.edges.vault import Vault

NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
RING = KeyRing.new()


def open_store(folder: Path, url: str | None = None, ring: KeyRing = RING) -> Store:
    """Open a store in a folder, on SQLite unless an address is told."""
    store = Store.open(url or f"sqlite:///{folder / 'blankett.sqlite'}", Vault(folder / "vault", ring))
    store.migrate()
    return store


def digest(name: str) -> str:
    """Return a scan's digest for a short name."""
    return hashlib.sha256(name.encode()).hexdigest()


def placed(number: int = 1, sheet: int = 1) -> Placed:
    """Return a page that lies where it should, with one zone that could not be placed."""
    fits = (ZoneFit("pat_namn", 0, 0.1, -0.2, 0.05), ZoneFit("pat_pnr", 0, 0.0, 0.0, float("inf")))
    found = Identification("klinisk-tarm", "2025-1", sheet, 0.9, 0.3)
    return Placed(number, found, Registration(Transform.scaling(11.8), 0.1, 0, fits))


def received(unit: Unit, name: str, at: dt.datetime = NOW, blob: str = "0" * 32) -> Form:
    """Bring a one-page form to the state received and return it."""
    scan = Scan(digest(name), 10, "application/pdf", at)
    unit.scans.add(scan, blob)
    page = PageRow(scan.digest, 1, PageState.PLACED, None, placed(), 2480, 3508, 300.0)
    unit.pages.keep(page)
    form = Form(form_id(page.id), "klinisk-tarm", "2025-1", (FormPage(page.id, placed()),))
    unit.forms.add(form, at)
    unit.append(Event(EventKind.FORM_COMPLETED, form.id, at, (("generation", 1),)))
    return form


def waiting(unit: Unit, name: str, due: dt.datetime | None = None, priority: int = 5, blob: str = "0" * 32) -> Form:
    """Bring a one-page form to the verification queue and return it."""
    form = received(unit, name, NOW, blob)
    unit.append(Event(EventKind.FORM_READ, form.id, NOW))
    unit.tasks.put(form.id, due, priority, 3)
    return form


def page_id(form: Form) -> PageId:
    """Return a form's first page."""
    return form.pages[0].page
