"""A workspace is for one person or one group, and opens only with the rights it was made with."""

from __future__ import annotations

import grp
import os
import stat
from pathlib import Path

import pytest

from pipeline.domain.event import EventKind
from pipeline.edges.founding import Plan, make
from pipeline.edges.rotation import rotate
from pipeline.edges.vault import Vault
from pipeline.edges.workspace import VARIABLE, default_key, find, open_workspace
from pipeline.errors import SettingsError, StoreError
from tests.support.stores import NOW


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def plan(folder: Path, **more: object) -> Plan:
    return Plan(**{"root": folder / "work", "inbox": folder / "in", "key": f"file:{folder / 'k' / 'v.key'}", **more})  # type: ignore[arg-type]


def test_one_persons_workspace_is_closed_to_all_others(tmp_path: Path) -> None:
    workspace = make(plan(tmp_path), NOW)
    for path in (workspace.root, *workspace.root.rglob("*")):
        assert mode(path) == (0o700 if path.is_dir() else 0o600), path.name
    assert mode(tmp_path / "k" / "v.key") == 0o600
    with workspace.store().read() as unit:
        assert [event.kind for event in unit.events()] == [EventKind.WORKSPACE_MADE]


def test_a_groups_workspace_is_open_to_the_group_alone(tmp_path: Path) -> None:
    group = grp.getgrgid(os.getegid()).gr_name
    workspace = make(plan(tmp_path, group=group), NOW)
    for path in (workspace.root, *workspace.root.rglob("*")):
        assert mode(path) == (0o2770 if path.is_dir() else 0o660), path.name
    assert mode(tmp_path / "k" / "v.key") == 0o640
    assert workspace.settings.group == group
    assert workspace.vault().open_file(workspace.vault().seal_file(b"x")) == b"x"


@pytest.mark.parametrize("rights", [0o755, 0o770, 0o750, 0o777])
def test_a_workspace_that_others_may_enter_is_refused(tmp_path: Path, rights: int) -> None:
    workspace = make(plan(tmp_path), NOW)
    workspace.root.chmod(rights)
    with pytest.raises(SettingsError, match="workspace_rights"):
        open_workspace(workspace.root)


def test_the_inbox_lies_outside(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="inbox_inside"):
        make(plan(tmp_path, inbox=tmp_path / "work" / "in"), NOW)
    workspace = make(plan(tmp_path), NOW)
    assert workspace.inbox.is_dir()
    text = (workspace.root / "blankett.toml").read_text().replace(str(tmp_path / "in"), "tmp")
    (workspace.root / "blankett.toml").write_text(text)
    with pytest.raises(SettingsError, match="inbox_inside"):
        open_workspace(workspace.root)


def test_nothing_is_made_over_something(tmp_path: Path) -> None:
    workspace = make(plan(tmp_path), NOW)
    with pytest.raises(SettingsError, match="workspace_exists"):
        make(plan(tmp_path), NOW)
    key = (tmp_path / "k" / "v.key").read_bytes()
    make(plan(tmp_path, root=tmp_path / "other"), NOW)
    assert (tmp_path / "k" / "v.key").read_bytes() == key
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").write_text("x")
    with pytest.raises(SettingsError, match="folder_not_empty"):
        make(plan(tmp_path, root=tmp_path / "full"), NOW)
    assert workspace.root.is_dir()


def test_an_unknown_group_is_told(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="group_unknown"):
        make(plan(tmp_path, group="no-such-group-here"), NOW)


def test_a_workspace_is_found_by_name_by_environment_and_upwards(tmp_path: Path) -> None:
    root = make(plan(tmp_path), NOW).root.resolve()
    assert find(root) == root
    assert find(None, {VARIABLE: str(root)}) == root
    assert find(None, {}, root / "vault") == root
    for given, environ, start in ((tmp_path, {}, root), (None, {VARIABLE: str(tmp_path)}, root), (None, {}, tmp_path)):
        with pytest.raises(SettingsError, match="workspace_"):
            find(given, environ, start)


def test_the_key_lies_apart_from_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "work"
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    key = default_key(root, {"XDG_CONFIG_HOME": str(tmp_path / "config")})
    assert key.parent == tmp_path / "config" / "blankett"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert default_key(root).parent == Path("/etc/blankett")


def test_another_workspaces_key_opens_no_store_and_seals_nothing(tmp_path: Path) -> None:
    workspace = make(plan(tmp_path), NOW)
    other = make(Plan(tmp_path / "other", key=f"file:{tmp_path / 'k' / 'other.key'}"), NOW)
    with pytest.raises(StoreError, match="vault_key_unknown"):
        workspace.store(Vault(workspace.root / "vault", other.key_source.load()))


def test_a_key_from_before_a_rotation_is_refused_and_the_ring_after_it_opens(tmp_path: Path) -> None:
    workspace = make(plan(tmp_path), NOW)
    before = workspace.key_source.load()
    rotate(workspace, NOW)
    workspace.store().close()
    with pytest.raises(StoreError, match="vault_key_unknown"):
        workspace.store(Vault(workspace.root / "vault", before))
    workspace.store(Vault(workspace.root / "vault", before, workspace.key_source.load)).close()
