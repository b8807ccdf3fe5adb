"""Forms: filled-in paper put together, and the fence around every step they take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from pipeline.domain.event import Event
from pipeline.domain.form import Form, FormPage
from pipeline.domain.status import FormState, Status
from pipeline.edges.store.ledger import Ledger
from pipeline.edges.store.pages import Pages
from pipeline.edges.store.tables import form as table
from pipeline.edges.store.tables import form_state


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form as the store holds it; `state` is None until an event has moved it."""

    id: str
    template: str
    version: str
    joined: bool
    pile: str | None
    created: dt.datetime
    state: FormState | None


class Forms:
    """The forms, within one unit."""

    def __init__(self, connection: Connection, ledger: Ledger) -> None:
        """Work on an open connection."""
        self._connection = connection
        self._ledger = ledger
        self._pages = Pages(connection)

    def add(self, form: Form, created: dt.datetime, pile: str | None = None) -> bool:
        """Add a form and give it its pages; False, and nothing changed, when a form of that id is there.

        Raises:
            ValueError: when one of its pages is not kept, or belongs to another form.
        """
        if self._connection.execute(select(table.c.id).where(table.c.id == form.id)).first():
            return False
        self._connection.execute(
            insert(table).values(
                id=form.id,
                template=form.template,
                version=form.version,
                joined=form.joined,
                pile=pile,
                created=created,
            )
        )
        for page in form.pages:
            if not self._pages.give(page.page, form.id):
                raise ValueError("a page of the form is missing or taken")
        return True

    def extend(self, form: Form) -> None:
        """Give a held form the pages that came later, and note that it was joined.

        Raises:
            ValueError: when one of its new pages is not kept, or belongs to another form.
        """
        held = {page.id for page in self._pages.of_form(form.id)}
        for page in form.pages:
            if page.page not in held and not self._pages.give(page.page, form.id):
                raise ValueError("a page of the form is missing or taken")
        self._connection.execute(update(table).where(table.c.id == form.id).values(joined=form.joined))

    def get(self, form: str) -> FormRow | None:
        """Return a form's row."""
        return next(self._rows(table.c.id == form), None)

    def begins(self, prefix: str) -> tuple[str, ...]:
        """Return the ids that begin so, dashes and case aside, at most ten."""
        wanted = prefix.upper().replace("-", "")
        query = select(table.c.id).where(func.replace(table.c.id, "-", "").startswith(wanted, autoescape=True))
        return tuple(self._connection.execute(query.order_by(table.c.id).limit(10)).scalars())

    def load(self, form: str) -> Form | None:
        """Return a form with its placed pages, by sheet."""
        row = self.get(form)
        if row is None:
            return None
        pages = tuple(FormPage(page.id, page.placed) for page in self._pages.of_form(form) if page.placed)
        return Form(row.id, row.template, row.version, pages, row.joined)

    def state(self, form: str) -> FormState | None:
        """Return where a form stands."""
        return self._ledger.state(form)

    def all(self, statuses: Iterable[Status] | None = None, pile: str | None = None) -> Iterator[FormRow]:
        """Yield forms by the time they were made, of some statuses or of one pile when told."""
        conditions: list[ColumnElement[bool]] = []
        if statuses is not None:
            conditions.append(form_state.c.status.in_([status.value for status in statuses]))
        if pile is not None:
            conditions.append(table.c.pile == pile)
        return self._rows(*conditions)

    def recent(self, template: str, version: str, limit: int = 100) -> tuple[str, ...]:
        """Return the ids of the forms of one template made last, the latest first."""
        query = select(table.c.id).where(table.c.template == template, table.c.version == version)
        rows = self._connection.execute(query.order_by(table.c.created.desc(), table.c.id).limit(limit))
        return tuple(rows.scalars())

    def counts(self) -> dict[tuple[str, Status], int]:
        """Return how many forms of each template stand in each status."""
        query = (
            select(table.c.template, table.c.version, form_state.c.status, func.count())
            .join(form_state, form_state.c.form == table.c.id)
            .group_by(table.c.template, table.c.version, form_state.c.status)
        )
        return {(f"{name}@{v}", Status(status)): n for name, v, status, n in self._connection.execute(query)}

    def step(self, event: Event, expected: Iterable[Status], generation: int | None = None) -> bool:
        """Append an event about a form if the form still stands as expected; False, and nothing done, when not.

        The fence is one UPDATE that matches status and generation, so of two that race one passes.
        """
        query = update(form_state).where(
            form_state.c.form == event.subject, form_state.c.status.in_([status.value for status in expected])
        )
        if generation is not None:
            query = query.where(form_state.c.generation == generation)
        done = self._connection.execute(query.values(status=form_state.c.status))
        if done.rowcount != 1:
            return False
        self._ledger.append(event)
        return True

    def _rows(self, *conditions: ColumnElement[bool]) -> Iterator[FormRow]:
        query = (
            select(table, form_state.c.status, form_state.c.generation)
            .outerjoin(form_state, form_state.c.form == table.c.id)
            .where(*conditions)
            .order_by(table.c.created, table.c.id)
        )
        for row in self._connection.execute(query):
            state = FormState(row.id, Status(row.status), row.generation) if row.status else None
            yield FormRow(row.id, row.template, row.version, row.joined, row.pile, row.created, state)
