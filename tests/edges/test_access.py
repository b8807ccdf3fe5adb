"""The access log is sealed, is added to only, and is kept five years."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from pipeline.edges.access import Access, AccessLog, Action, table
from pipeline.edges.vault import Vault
from pipeline.errors import StoreError
from tests.support.stores import RING

NOW = dt.datetime.now(dt.UTC)
LONG_AGO = NOW - dt.timedelta(days=6 * 366)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AccessLog]:
    url = f"sqlite:///{tmp_path / 'access.sqlite'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    opened = AccessLog.open(url, Vault(tmp_path / "vault", RING))
    yield opened
    opened.close()


def look(user: str, subject: str, at: dt.datetime = NOW, action: Action = Action.VIEW) -> Access:
    return Access(user, action, subject, at, "Smittskydd Norr", "19500907-2553")


def test_a_look_is_found_by_user_and_by_form(log: AccessLog) -> None:
    for access in (look("anna", "AAAA-BBBB"), look("bo", "AAAA-BBBB"), look("anna", "CCCC-DDDD", action=Action.PRINT)):
        log.record(access)
    assert {access.subject for access in log.by_user("anna")} == {"AAAA-BBBB", "CCCC-DDDD"}
    assert [access.user for access in log.by_subject("AAAA-BBBB")] == ["bo", "anna"]
    assert len(log.all()) == 3
    assert log.all(NOW + dt.timedelta(seconds=1)) == ()
    assert log.by_subject("CCCC-DDDD") == (look("anna", "CCCC-DDDD", action=Action.PRINT),)


def test_nobodys_name_lies_open_in_it(tmp_path: Path) -> None:
    log = AccessLog.open(f"sqlite:///{tmp_path / 'access.sqlite'}", Vault(tmp_path / "vault", RING))
    log.record(look("anna.canary", "AAAA-BBBB"))
    log.close()
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for word in (b"canary", b"2553", b"Norr", b"AAAA"):
        assert word not in raw
    assert "anna" not in repr(look("anna", "x"))


def test_the_database_refuses_to_change_it_or_to_forget_too_soon(log: AccessLog) -> None:
    log.record(look("anna", "AAAA-BBBB"))
    for meddling in (text("UPDATE access_log SET user_mac = 'x'"), delete(table)):
        with pytest.raises(Exception, match="append-only"), log._engine.begin() as connection:
            connection.execute(meddling)
    with pytest.raises(StoreError, match="access_log_kept"):
        log.purge(NOW - dt.timedelta(days=365), NOW)
    assert len(log.all()) == 1


def test_what_is_older_than_five_years_may_go(log: AccessLog) -> None:
    log.record(look("anna", "AAAA-BBBB", LONG_AGO))
    log.record(look("anna", "AAAA-BBBB"))
    assert log.purge(NOW - dt.timedelta(days=5 * 366), NOW) == 1
    assert [access.at for access in log.all()] == [NOW]


def test_it_opens_again_as_it_was(log: AccessLog, tmp_path: Path) -> None:
    log.record(look("anna", "AAAA-BBBB"))
    again = AccessLog.open(str(log._engine.url.render_as_string(hide_password=False)), Vault(tmp_path / "vault", RING))
    assert len(again.all()) == 1
    again.close()
