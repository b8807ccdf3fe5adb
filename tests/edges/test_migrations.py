"""Every stored workspace of an earlier revision comes up to this one with nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, select, text

from pipeline.domain.record import Draft
from pipeline.domain.status import FormState, Status
from pipeline.edges.store import Store
from pipeline.edges.store.carrying import OURS, carry
from pipeline.edges.store.resealing import examine
from pipeline.edges.store.search import SearchKind
from pipeline.edges.store.tables import form_state, metadata
from pipeline.edges.store.upgrading import HEAD, MIGRATIONS, upgrade, version
from pipeline.errors import StoreError
from tests.support.golden import DRAFT, GOLDEN, unpack
from tests.support.stores import NOW, open_store, received

STORED = sorted(GOLDEN.glob("workspace-*.json"))


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def test_the_head_named_in_the_program_is_the_last_revision() -> None:
    assert scripts().get_current_head() == HEAD


def test_a_workspace_of_every_revision_is_stored() -> None:
    revisions = {script.revision for script in scripts().walk_revisions()}
    assert {path.stem.removeprefix("workspace-") for path in STORED} == revisions


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_a_stored_workspace_is_upgraded_with_nothing_lost(path: Path, tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'blankett.sqlite'}", unpack(path, tmp_path))
    store.migrate()
    assert store.verify_ledger() is None
    with store.read() as unit:
        assert version(unit.connection) == HEAD
        assert examine(unit.connection, store.vault) == 6
        (form,) = unit.search.find(SearchKind.NUMBER, "500907-2553")
        assert unit.documents.load(Draft, form, "draft") == DRAFT
        assert unit.forms.state(form) == FormState(form, Status.ACKNOWLEDGED, 1)
        assert sorted(store.vault.open_file(blob) for blob in unit.blobs()) == [b"scan", b"scan b"]
        before = set(map(tuple, unit.connection.execute(select(form_state))))
    assert store.refold() == 2
    with store.begin() as unit:
        assert set(map(tuple, unit.connection.execute(select(form_state)))) == before
        received(unit, "new")
    store.close()


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_the_revisions_build_the_tables_the_program_knows(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    store = open_store(tmp_path, request.getfixturevalue("postgres_url") if kind == "postgresql" else None)
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []
        assert set(inspect(connection).get_table_names()) == OURS
    store.migrate()
    store.close()


@pytest.mark.postgres
def test_a_workspace_moves_from_sqlite_to_postgresql_and_goes_on(tmp_path: Path, postgres_url: str) -> None:
    vault = unpack(STORED[-1], tmp_path)
    source = Store.open(f"sqlite:///{tmp_path / 'blankett.sqlite'}", vault)
    target = Store.open(postgres_url, vault)
    target.migrate()
    with source.read() as old, target.begin() as new:
        assert carry(old.connection, new.connection) > 20
    assert target.verify_ledger() is None
    with target.begin() as unit:
        form = received(unit, "new")
        unit.documents.add(form.id, "draft", DRAFT, NOW)
        unit.grants.give("other", "maria", NOW)
    source.close()
    target.close()


def test_a_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    store = open_store(tmp_path)
    with store.begin() as unit:
        unit.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="database_newer"):
        store.migrate()
    store.close()


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE page (x INTEGER)"))
    engine.dispose()
    store = Store.open(f"sqlite:///{tmp_path / 'x.sqlite'}", unpack(STORED[-1], _folder(tmp_path)))
    with pytest.raises(StoreError, match="database_fault"):
        store.migrate()
    with store.engine.connect() as connection:
        assert inspect(connection).get_table_names() == ["page"]
    store.close()
    assert upgrade


def _folder(tmp_path: Path) -> Path:
    (tmp_path / "stored").mkdir()
    return tmp_path / "stored"
