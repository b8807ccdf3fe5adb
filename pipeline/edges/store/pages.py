"""Pages: every side of paper, in exactly one state."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from pipeline.domain.placement import PageState, Placed
from pipeline.domain.scan import PageId
from pipeline.edges.store.nouns import from_plain, to_plain
from pipeline.edges.store.tables import arrival, scan
from pipeline.edges.store.tables import page as table


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page as the store holds it.

    `placed` tells where it lies; `clips_blob` names its sealed clips, or its look where no template fits, `preview_blob` its
    upright preview; `picture_mac` is the keyed hash by which the same picture is found again; `form` is the form it
    belongs to.
    """

    scan: str
    number: int
    state: PageState
    reason: str | None = None
    placed: Placed | None = None
    width_px: int | None = None
    height_px: int | None = None
    dpi: float | None = None
    picture_mac: str | None = None
    form: str | None = None
    clips_blob: str | None = None
    preview_blob: str | None = None

    @property
    def id(self) -> PageId:
        """Return the page's id."""
        return PageId(self.scan, self.number)


@dataclass(frozen=True, slots=True)
class SideRow:
    """What assembling asks of a page: `template` with its version, and the sheet; where it lies is left in the store."""

    id: PageId
    state: PageState
    reason: str | None
    form: str | None
    template: str | None
    sheet: int | None


class Pages:
    """The pages, within one unit."""

    def __init__(self, connection: Connection) -> None:
        """Work on an open connection."""
        self._connection = connection

    def keep(self, page: PageRow) -> bool:
        """Keep a page; False, and nothing changed, when that page is kept already."""
        if self.get(page.id) is not None:
            return False
        self._connection.execute(insert(table).values(**_columns(page)))
        return True

    def replace(self, known: PageRow, page: PageRow) -> bool:
        """Put a page in the place of what was known of it; False when that has a form, or another was there first."""
        pinned = (table.c.scan == known.scan, table.c.number == known.number, table.c.form.is_(None))
        stands = (table.c.state == known.state.value, table.c.preview_blob == known.preview_blob)
        return self._connection.execute(update(table).where(*pinned, *stands).values(**_columns(page))).rowcount == 1

    def get(self, page: PageId) -> PageRow | None:
        """Return one page."""
        row = self._connection.execute(select(table).where(table.c.scan == page.scan, table.c.number == page.number)).first()
        return None if row is None else _page(row)

    def of_scan(self, scan: str) -> tuple[PageRow, ...]:
        """Return a scan's pages in order."""
        return self._some(table.c.scan == scan)

    def sides_of(self, scan: str) -> tuple[SideRow, ...]:
        """Return what assembling asks of a scan's pages, in order: of a thousand pages all places are many megabytes."""
        wanted = (
            table.c.number,
            table.c.state,
            table.c.reason,
            table.c.form,
            table.c.template,
            table.c.version,
            table.c.sheet,
        )
        rows = self._connection.execute(select(*wanted).where(table.c.scan == scan).order_by(table.c.number))
        return tuple(
            SideRow(
                PageId(scan, row.number),
                PageState(row.state),
                row.reason,
                row.form,
                f"{row.template}@{row.version}" if row.template else None,
                row.sheet,
            )
            for row in rows
        )

    def count_of(self, scan: str) -> int:
        """Return how many of a scan's pages are kept."""
        return int(self._connection.execute(select(func.count()).where(table.c.scan == scan)).scalar_one())

    def of_form(self, form: str) -> tuple[PageRow, ...]:
        """Return a form's pages by sheet."""
        rows = self._connection.execute(select(table).where(table.c.form == form).order_by(table.c.sheet, table.c.number))
        return tuple(_page(row) for row in rows)

    def formless(self, *states: PageState) -> tuple[str, ...]:
        """Return the scans with pages that stand in one of some states and belong to no form."""
        wanted = table.c.state.in_([state.value for state in states]), table.c.form.is_(None)
        return tuple(
            self._connection.execute(select(table.c.scan).where(*wanted).distinct().order_by(table.c.scan)).scalars()
        )

    def without_form(self, state: PageState) -> tuple[PageRow, ...]:
        """Return the pages that stand in a state and belong to no form."""
        return self._some(table.c.state == state.value, table.c.form.is_(None))

    def placed_counts(self) -> dict[tuple[str, int], int]:
        """Return how many pages are placed as each sheet of each template, NAME@VERSION."""
        sheet = (table.c.template, table.c.version, table.c.sheet)
        query = select(*sheet, func.count()).where(table.c.state == PageState.PLACED.value).group_by(*sheet)
        return {(f"{name}@{version}", number): count for name, version, number, count in self._connection.execute(query)}

    def latest(self, template: str, sheet: int, count: int) -> tuple[PageRow, ...]:
        """Return the pages placed as a sheet of NAME@VERSION that were scanned last and still have a picture, in order."""
        name, _, version = template.partition("@")
        stands = (table.c.template == name, table.c.version == version, table.c.sheet == sheet)
        shown = (table.c.state == PageState.PLACED.value, table.c.preview_blob.is_not(None))
        query = select(table).join(scan, scan.c.digest == table.c.scan).where(*stands, *shown)
        rows = self._connection.execute(query.order_by(scan.c.received.desc(), table.c.scan, table.c.number).limit(count))
        return tuple(_page(row) for row in rows)[::-1]

    def same_picture(self, picture_mac: str) -> tuple[PageRow, ...]:
        """Return the pages that show the same picture."""
        return self._some(table.c.picture_mac == picture_mac)

    def set_state(self, page: PageId, expected: PageState, state: PageState, reason: str | None = None) -> bool:
        """Move a page on if it still stands as expected; False when another was there first."""
        done = self._connection.execute(
            update(table)
            .where(table.c.scan == page.scan, table.c.number == page.number, table.c.state == expected.value)
            .values(state=state.value, reason=reason)
        )
        return done.rowcount == 1

    def give(self, page: PageId, form: str) -> bool:
        """Give a page that belongs to no form to one, placed from now on; False when it has a form already."""
        done = self._connection.execute(
            update(table)
            .where(table.c.scan == page.scan, table.c.number == page.number, table.c.form.is_(None))
            .values(form=form, state=PageState.PLACED.value, reason=None)
        )
        return done.rowcount == 1

    def forget_blobs(self, page: PageId) -> tuple[str, ...]:
        """Forget a page's sealed clips and preview, and return their names, to be erased when this unit is committed."""
        pinned = (table.c.scan == page.scan, table.c.number == page.number)
        known = self._connection.execute(select(table.c.clips_blob, table.c.preview_blob).where(*pinned)).first()
        if known is None:
            return ()
        self._connection.execute(update(table).where(*pinned).values(clips_blob=None, preview_blob=None))
        return tuple(name for name in known if name)

    def counts(self, pile: str | None = None) -> dict[PageState, int]:
        """Return how many pages stand in each state, of one pile when told."""
        query = select(table.c.state, func.count()).group_by(table.c.state)
        if pile is not None:
            query = query.where(table.c.scan.in_(select(arrival.c.scan).where(arrival.c.pile == pile)))
        return {PageState(state): count for state, count in self._connection.execute(query)}

    def _some(self, *conditions: Any) -> tuple[PageRow, ...]:  # noqa: ANN401 - SQLAlchemy's conditions
        rows = self._connection.execute(select(table).where(*conditions).order_by(table.c.scan, table.c.number))
        return tuple(_page(row) for row in rows)


def _columns(page: PageRow) -> dict[str, Any]:
    found = page.placed.identification if page.placed else None
    return {
        "scan": page.scan,
        "number": page.number,
        "state": page.state.value,
        "reason": page.reason,
        "template": found.template if found else None,
        "version": found.version if found else None,
        "sheet": found.sheet if found else None,
        "placed": json.dumps(to_plain(page.placed)) if page.placed else None,
        "width_px": page.width_px,
        "height_px": page.height_px,
        "dpi": page.dpi,
        "picture_mac": page.picture_mac,
        "form": page.form,
        "clips_blob": page.clips_blob,
        "preview_blob": page.preview_blob,
    }


def _page(row: Row[Any]) -> PageRow:
    return PageRow(
        row.scan,
        row.number,
        PageState(row.state),
        row.reason,
        from_plain(Placed, json.loads(row.placed)) if row.placed else None,
        row.width_px,
        row.height_px,
        row.dpi,
        row.picture_mac,
        row.form,
        row.clips_blob,
        row.preview_blob,
    )
