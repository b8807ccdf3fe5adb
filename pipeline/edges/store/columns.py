"""Column types that mean the same in SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Dialect, String
from sqlalchemy.types import TypeDecorator


class Moment(TypeDecorator[dt.datetime]):
    """A moment, kept as ISO 8601 text in UTC with microseconds, so that text order is time order in every database."""

    impl = String(40)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> str | None:
        """Write an aware moment in UTC; a naive one is refused."""
        return None if value is None else stamp(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ANN401
        """Read the moment back, in UTC."""
        return None if value is None else dt.datetime.fromisoformat(value)


class Day(TypeDecorator[dt.date]):
    """A calendar day, kept as `ÅÅÅÅ-MM-DD`."""

    impl = String(10)
    cache_ok = True

    def process_bind_param(self, value: dt.date | None, dialect: Dialect) -> str | None:
        """Write the day."""
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.date | None:  # noqa: ANN401
        """Read the day back."""
        return None if value is None else dt.date.fromisoformat(value)


def stamp(moment: dt.datetime) -> str:
    """Return a moment as the store writes it.

    Raises:
        ValueError: when the moment is naive.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without time zone")
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")
