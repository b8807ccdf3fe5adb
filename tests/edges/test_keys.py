"""Keys are kept apart, refused when others may read them, and come back from paper."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edges.escrow import read_sheet, sheet
from pipeline.edges.keys import KeyRing, KeySource
from pipeline.errors import SettingsError, StoreError

RING = KeyRing.new().rotated()


def test_a_key_file_is_its_owners_alone(tmp_path: Path) -> None:
    source = KeySource(f"file:{tmp_path / 'deep' / 'vault.key'}")
    assert not source.exists()
    source.save(RING)
    assert oct(source.path.stat().st_mode)[-3:] == "600"
    assert source.load() == RING


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    source = KeySource(f"file:{tmp_path / 'vault.key'}")
    source.save(RING)
    source.path.chmod(mode)
    with pytest.raises(StoreError, match="vault_key_rights"):
        source.load()


def test_a_groups_key_file_may_be_read_by_that_group_only(tmp_path: Path) -> None:
    source = KeySource(f"file:{tmp_path / 'vault.key'}", os.getegid())
    source.save(RING)
    assert oct(source.path.stat().st_mode)[-3:] == "640"
    assert source.load() == RING
    with pytest.raises(StoreError, match="vault_key_rights"):
        KeySource(source.address, os.getegid() + 1).load()


def test_a_key_comes_from_systemd_and_is_never_written_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "blankett").write_text(RING.to_json())
    source = KeySource("credential:blankett")
    with pytest.raises(SettingsError, match="vault_key_source"):
        source.load()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert source.load() == RING
    with pytest.raises(StoreError, match="vault_key_read_only"):
        source.save(RING)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"blankett_vault_key": 1, "current": "a", "keys": {"a": "zz"}}'])
def test_a_damaged_key_file_is_told_as_such(tmp_path: Path, text: str) -> None:
    path = tmp_path / "vault.key"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(StoreError, match="vault_key_damaged"):
        KeySource(f"file:{path}").load()


def test_a_missing_key_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="vault_key_missing"):
        KeySource(f"file:{tmp_path / 'none'}").load()


def test_a_ring_never_prints_its_keys() -> None:
    assert RING.index.hex() not in repr(RING)
    assert RING.keys[0][1].hex() not in repr(RING)


def test_the_sheet_brings_the_ring_back() -> None:
    assert read_sheet(["Words above", "", *sheet(RING), "words below"]) == RING
    typed = [line[:2] + line[2:].lower().replace("0", "o").replace("1", "l") for line in sheet(RING)]
    assert read_sheet(typed) == RING


@given(st.data())
def test_a_mistyped_letter_is_found_on_its_line(draw: st.DataObject) -> None:
    lines = list(sheet(RING))
    number = draw.draw(st.integers(0, len(lines) - 1))
    place = draw.draw(st.integers(4, len(lines[number]) - 1).filter(lambda at: lines[number][at] != " "))
    other = draw.draw(st.sampled_from([c for c in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if c != lines[number][place]]))
    lines[number] = lines[number][:place] + other + lines[number][place + 1 :]
    with pytest.raises(StoreError, match="escrow") as told:
        read_sheet(lines)
    assert told.value.params.get("line", number + 1) == number + 1


def test_a_missing_line_is_told_by_its_number() -> None:
    lines = sheet(RING)
    with pytest.raises(StoreError, match="line=3"):
        read_sheet(lines[:2] + lines[3:])
    with pytest.raises(StoreError, match="escrow_not"):
        read_sheet(lines[:-1])
    with pytest.raises(StoreError, match="escrow_not_a_sheet"):
        read_sheet(["nothing here"])


def test_a_key_is_kept_in_the_systems_keyring_where_there_is_one() -> None:
    keyring = pytest.importorskip("keyring")
    from keyring.backend import KeyringBackend
    from keyring.errors import KeyringLocked

    class Drawer(KeyringBackend):
        priority = 1  # type: ignore[assignment]
        locked = False
        kept: ClassVar[dict[tuple[str, str], str]] = {}

        def get_password(self, service: str, username: str) -> str | None:
            if self.locked:
                raise KeyringLocked
            return self.kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            if self.locked:
                raise KeyringLocked
            self.kept[(service, username)] = password

    drawer = Drawer()
    before = keyring.get_keyring()
    keyring.set_keyring(drawer)
    try:
        source = KeySource("keyring:work")
        assert not source.exists()
        with pytest.raises(StoreError, match="vault_key_missing"):
            source.load()
        source.save(RING)
        assert source.load() == RING
        drawer.locked = True
        for act in (source.load, lambda: source.save(RING)):
            with pytest.raises(StoreError, match="keyring_locked"):
                act()
    finally:
        keyring.set_keyring(before)
