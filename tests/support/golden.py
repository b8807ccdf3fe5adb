"""Stored workspaces of earlier revisions: made once at each, kept as text, and upgraded by the tests for ever after.

To store one for the revision the tables stand at: `python -m tests.support.golden`.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from pipeline.domain.event import Event, EventKind
from pipeline.domain.facts import Facts
from pipeline.domain.notification import Step
from pipeline.domain.record import Draft, DraftField
from pipeline.domain.scan import Pile
from pipeline.domain.submission import Receipt, Submission
from pipeline.domain.value import Value
from pipeline.edges.keys import KeyRing
from pipeline.edges.store import Store
from pipeline.edges.store.scans import Arrival, Grade
from pipeline.edges.store.search import SearchKind
from pipeline.edges.store.upgrading import HEAD
from pipeline.edges.vault import Vault
from tests.support.stores import NOW, digest, open_store, received, waiting

GOLDEN = Path(__file__).parent.parent / "golden"
DRAFT = Draft("F", "klinisk-tarm", "2025-1", (DraftField("pat_pnr", Value("19500907-2553"), 0.9, "tesseract", None),))


def fill(store: Store) -> None:
    """Bring something of everything into a store."""
    vault = store.vault
    with store.begin() as unit:
        unit.piles.name(Pile("2026-11-23", NOW.date(), 2), NOW)
        form = waiting(unit, "a", blob=vault.seal_file(b"scan"))
        unit.scans.arrive(Arrival(digest("a"), "2026-11-23", NOW, Grade.FIRST, vault.mac("arrival", b"x")))
        unit.documents.add(form.id, "draft", DRAFT, NOW)
        unit.facts.put(Facts(form.id, disease="salmonella", arrived=NOW.date()))
        unit.search.put(form.id, [(SearchKind.NUMBER, "19500907-2553")])
        unit.search.keep_case(form.id, "19500907-2553", "salmonella")
        lease = unit.tasks.take("anna", NOW, 600)
        assert lease is not None
        unit.tasks.hand(lease, NOW, up=True)
        unit.append(Event(EventKind.FORM_SETTLED, form.id, NOW, (), "anna"))
        unit.outbox.freeze(Submission("k" * 64, form.id, "reference", b"{}"), Step.NEW, 1, NOW)
        unit.outbox.tried("k" * 64, NOW, NOW)
        unit.outbox.receipt(Receipt("k" * 64, "r-1", NOW, b"yes"), NOW)
        received(unit, "b", blob=vault.seal_file(b"scan b"))
        unit.grants.give("choice1/print", "maria", NOW)
        unit.workers.beat("w1", NOW)


def store_one() -> Path:
    """Store a workspace of this revision as text."""
    with tempfile.TemporaryDirectory() as place:
        folder, ring = Path(place), KeyRing.new()
        store = open_store(folder, ring=ring)
        fill(store)
        store.close()
        with closing(sqlite3.connect(folder / "blankett.sqlite")) as connection:
            sql = list(connection.iterdump())
        vault = Vault(folder / "vault", ring)
        told = {
            "key": json.loads(ring.to_json()),
            "blobs": {name: vault.path(name).read_bytes().hex() for name in sorted(vault.names())},
            "sql": sql,
        }
    path = GOLDEN / f"workspace-{HEAD}.json"
    path.write_text(json.dumps(told, indent=0) + "\n", encoding="utf-8")
    return path


def unpack(path: Path, folder: Path) -> Vault:
    """Lay a stored workspace's database and vault out in a folder, as they were."""
    told = json.loads(path.read_text(encoding="utf-8"))
    with closing(sqlite3.connect(folder / "blankett.sqlite")) as connection:
        connection.executescript("\n".join(told["sql"]))
    vault = Vault(folder / "vault", KeyRing.from_json(json.dumps(told["key"])))
    for name, content in told["blobs"].items():
        vault.path(name).parent.mkdir(parents=True)
        vault.path(name).write_bytes(bytes.fromhex(content))
    return vault


if __name__ == "__main__":
    store_one()
