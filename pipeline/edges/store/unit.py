"""A unit of work: one transaction, one commit, and the rooms of the store it reaches.

`tasks` and `outbox` append the events that belong to their rows themselves; everywhere else the caller appends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from pipeline.domain.event import Event, EventKind
from pipeline.edges.store.carrying import referenced
from pipeline.edges.store.documents import Documents
from pipeline.edges.store.evidence import EvidenceRoom
from pipeline.edges.store.facts import FactsRoom
from pipeline.edges.store.forms import Forms
from pipeline.edges.store.grants import Grants, Workers
from pipeline.edges.store.ledger import Ledger
from pipeline.edges.store.outbox import Outbox
from pipeline.edges.store.pages import Pages
from pipeline.edges.store.people import People
from pipeline.edges.store.piles import Piles
from pipeline.edges.store.scans import Scans
from pipeline.edges.store.search import Search
from pipeline.edges.store.tasks import Tasks
from pipeline.edges.vault import Vault


class Unit:
    """One transaction. `connection` is SQLAlchemy's own, for whatever must be part of the same commit."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        """Open every room on one connection."""
        self.connection = connection
        self.vault = vault
        self.people = People(connection, vault)
        self.ledger = Ledger(connection, self.people)
        self.piles = Piles(connection)
        self.scans = Scans(connection)
        self.pages = Pages(connection)
        self.forms = Forms(connection, self.ledger)
        self.tasks = Tasks(connection, self.ledger, self.people)
        self.documents = Documents(connection, vault)
        self.facts = FactsRoom(connection, vault)
        self.outbox = Outbox(connection, vault, self.ledger)
        self.search = Search(connection, vault)
        self.grants = Grants(connection, self.people)
        self.workers = Workers(connection)
        self.evidence = EvidenceRoom(connection)

    def append(self, event: Event) -> int:
        """Append an event to the ledger; its form's state moves in the same commit. Returns its sequence number."""
        return self.ledger.append(event)

    def events(
        self, subject: str | None = None, since: int = 0, kinds: Iterable[EventKind] | None = None
    ) -> Iterator[Event]:
        """Yield events after sequence number `since`, in order, of one subject or of some kinds when told."""
        return (entry.event for entry in self.ledger.entries(subject, since, kinds))

    def blobs(self) -> Iterator[str]:
        """Yield the names of all sealed files that rows refer to; what else is in the vault may be swept."""
        return referenced(self.connection)
