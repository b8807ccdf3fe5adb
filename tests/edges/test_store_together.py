"""Several processes on one database wait for each other and never meet; faults of disk and lock are told and mended."""

from __future__ import annotations

import errno
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from pipeline.domain.event import Event, EventKind
from pipeline.edges.store import opening
from pipeline.errors import StoreError
from tests.support.stores import NOW, RING, open_store, received, waiting

ROOT = Path(__file__).parents[2]
WRITER = """
import sys
from pathlib import Path
from pipeline.edges.keys import KeySource
from pipeline.edges.store import Store
from pipeline.edges.vault import Vault
from pipeline.domain.event import Event, EventKind
from tests.support.stores import NOW, received
folder, url, name, rounds = Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4])
store = Store.open(url, Vault(folder / "vault", KeySource(f"file:{folder / 'key'}").load()))
worst = 0.0
import time
for n in range(rounds):
    begun = time.monotonic()
    with store.begin() as unit:
        known = unit.ledger.head()
        form = received(unit, f"{name}-{n}")
        unit.append(Event(EventKind.FORM_READ, form.id, NOW))
    worst = max(worst, time.monotonic() - begun)
    with store.read() as unit:
        assert unit.forms.state(form.id) is not None
print("done", rounds, round(worst, 3))
"""


def writers(folder: Path, url: str, count: int, rounds: int) -> list[subprocess.Popen[str]]:
    from pipeline.edges.keys import KeySource

    KeySource(f"file:{folder / 'key'}").save(RING)
    command = [sys.executable, "-c", WRITER, str(folder), url]
    return [
        subprocess.Popen(
            [*command, f"w{n}", str(rounds)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_processes_hammer_one_database_without_one_lock_error(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'blankett.sqlite'}"
    url = request.getfixturevalue("postgres_url") if kind == "postgresql" else url
    store = open_store(tmp_path, url)
    running = writers(tmp_path, url, 3, 60)
    for writer in running:
        out, fault = writer.communicate(timeout=200)
        assert out.startswith("done 60"), fault[-2000:]
    assert store.verify_ledger() is None
    with store.read() as unit:
        assert unit.ledger.head()[0] == 3 * 60 * 2
        assert sum(1 for _ in unit.forms.all()) == 180
    store.close()


def test_a_writer_killed_inside_a_unit_leaves_the_store_whole(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'blankett.sqlite'}"
    store = open_store(tmp_path)
    for round_ in range(4):
        (writer,) = writers(tmp_path, url, 1, 100_000)
        time.sleep(1.5 + 0.13 * round_)
        os.kill(writer.pid, signal.SIGKILL)
        writer.communicate()
        assert store.verify_ledger() is None
        with store.begin() as unit:
            for form in unit.forms.all():
                assert form.state is not None
            unit.connection.exec_driver_sql("UPDATE scan SET pages = 1")
    store.close()


def test_a_reader_holds_nobody_up(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.begin() as unit:
        received(unit, "a")
    with store.read() as reading:
        assert sum(1 for _ in reading.forms.all()) == 1
        with store.begin() as unit:
            received(unit, "b")
        assert sum(1 for _ in reading.forms.all()) == 1
    store.close()


def test_two_threads_that_take_the_same_task_get_one_lease(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.begin() as unit:
        waiting(unit, "a")
    got: list[object] = []

    def take(who: str) -> None:
        with store.begin() as unit:
            got.append(unit.tasks.take(who, NOW, 60))

    threads = [threading.Thread(target=take, args=(f"p{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(lease is not None for lease in got) == 1
    store.close()


def test_a_locked_database_is_told_and_goes_on_when_it_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(tmp_path).close()
    monkeypatch.setattr(opening, "BUSY_MS", 100)
    store = open_store(tmp_path)
    other = sqlite3.connect(tmp_path / "blankett.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="database_locked") as told, store.begin() as unit:
        unit.append(Event(EventKind.BUG, "b", NOW))
    assert (told.value.exit_code, told.value.hint) == (7, "database_locked")
    other.execute("ROLLBACK")
    other.close()
    with store.begin() as unit:
        assert unit.append(Event(EventKind.BUG, "b", NOW)) == 1
    store.close()


@pytest.mark.postgres
def test_a_writer_that_hangs_on_postgresql_holds_the_others_up_for_a_while_only(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "BUSY_MS", 200)
    one, two = open_store(tmp_path, postgres_url), open_store(tmp_path, postgres_url)
    with one.begin() as hanging:
        hanging.append(Event(EventKind.BUG, "b", NOW))
        with pytest.raises(StoreError, match="database_locked"), two.begin():
            pass
    with two.begin() as unit:
        assert unit.append(Event(EventKind.BUG, "b", NOW)) == 2
    one.close()
    two.close()


def test_a_full_disk_is_told_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.begin() as unit:
        form = received(unit, "a")
        pages = unit.connection.exec_driver_sql("PRAGMA page_count").scalar_one()

    def fill() -> None:
        with store.begin() as unit:
            unit.connection.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
            unit.documents.add(form.id, "draft", "x" * 500_000, NOW)

    with pytest.raises(StoreError, match="disk_full"):
        fill()
    with store.begin() as unit:
        unit.connection.exec_driver_sql("PRAGMA max_page_count=1000000")
        assert unit.documents.last_seq(form.id, "draft") == 0
        assert unit.documents.add(form.id, "draft", "x" * 500_000, NOW) == 1
    store.close()


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("database or disk is full", "disk_full"),
        ("could not extend file: No space left on device", "disk_full"),
        ("database is locked", "database_locked"),
        ("attempt to write a readonly database", "database_rights"),
        ("file is not a database", "database_damaged"),
        ("connection to server failed", "database_unreachable"),
        ("something Anna wrote", "database_fault"),
    ],
)
def test_a_drivers_fault_is_told_as_a_code_without_its_words(said: str, code: str) -> None:
    told = opening.driver_fault(sqlite3.OperationalError(said))
    assert told.code == code
    assert "Anna" not in str(told)


def test_a_database_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="database_missing"):
        open_store(tmp_path, f"sqlite:///{tmp_path / 'none' / 'blankett.sqlite'}")
    (tmp_path / "junk.sqlite").write_bytes(b"junk" * 5000)
    with pytest.raises(StoreError, match="database_damaged"):
        open_store(tmp_path, f"sqlite:///{tmp_path / 'junk.sqlite'}")
    with pytest.raises(StoreError, match="database_address"):
        open_store(tmp_path, "mysql://x/y")
    assert errno.ENOSPC


def test_no_value_lies_open_in_the_rows(tmp_path: Path) -> None:
    from pipeline.domain.facts import Facts
    from pipeline.domain.notification import Step
    from pipeline.domain.submission import Receipt, Submission
    from pipeline.edges.store.search import SearchKind

    canaries = ["Kanariefågel", "Canaryson", "19500907-2553", "195009072553", "9007-2553", "Rosenlund"]
    store = open_store(tmp_path)
    with store.begin() as unit:
        form = received(unit, "a")
        unit.documents.add(form.id, "draft", {"values": canaries}, NOW)
        unit.search.put(form.id, [(SearchKind.NUMBER, canaries[2]), (SearchKind.NAME, "Kanariefågel Canaryson")])
        unit.search.keep_case(form.id, canaries[2], "salmonella")
        unit.facts.put(Facts(form.id, disease="salmonella", clinic="Rosenlund"))
        body = "|".join(canaries).encode()
        unit.outbox.freeze(Submission("k" * 64, form.id, "reference", body), Step.NEW, 1, NOW)
        unit.outbox.receipt(Receipt("k" * 64, "r", NOW, body), NOW)
        unit.append(Event(EventKind.LEASE_TAKEN, form.id, NOW, (), "Canaryson"))
        unit.vault.seal_file(body * 1000)
    raw = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for canary in [*canaries, "salmonella"]:
        assert canary.encode() not in raw
        assert canary.encode("utf-16-le") not in raw
    store.close()
