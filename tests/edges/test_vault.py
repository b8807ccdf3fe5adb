"""The vault opens what it sealed, and nothing else."""

from __future__ import annotations

import datetime as dt
import errno
import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.edges.frames import FRAME
from pipeline.edges.keys import KeyRing
from pipeline.edges.vault import Vault, file_fault
from pipeline.errors import InboxError, StoreError

RING = KeyRing.new()
SIZES = [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME + 17]


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "vault", RING)


@given(st.binary(max_size=2000), st.text(max_size=40))
def test_a_small_seal_opens_where_it_belongs_and_nowhere_else(data: bytes, context: str) -> None:
    vault = Vault(Path("/nowhere"), RING)
    sealed = vault.seal(data, context)
    assert vault.unseal(sealed, context) == data
    with pytest.raises(StoreError, match="sealed_damaged"):
        vault.unseal(sealed, context + "x")


@given(st.binary(min_size=1, max_size=200), st.data())
def test_a_small_seal_that_is_meddled_with_does_not_open(data: bytes, draw: st.DataObject) -> None:
    vault = Vault(Path("/nowhere"), RING)
    sealed = bytearray(vault.seal(data, "here"))
    sealed[draw.draw(st.integers(0, len(sealed) - 1))] ^= draw.draw(st.integers(1, 255))
    with pytest.raises(StoreError):
        vault.unseal(bytes(sealed), "here")


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_back_as_it_was(vault: Vault, tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "in").write_bytes(content)
    name = vault.seal_file(tmp_path / "in")
    assert vault.open_file(name) == content
    assert vault.open_file(vault.seal_file(content)) == content
    vault.open_to(name, tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == content
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o600


def test_a_sealed_file_tells_nothing_of_what_is_in_it(vault: Vault) -> None:
    name = vault.seal_file(b"Anna Andersson" * 1000)
    assert b"Anna" not in vault.path(name).read_bytes()
    assert vault.seal_file(b"Anna") != vault.seal_file(b"Anna")


@given(st.data())
def test_any_changed_byte_of_a_file_is_found(tmp_path_factory: pytest.TempPathFactory, draw: st.DataObject) -> None:
    vault = Vault(tmp_path_factory.getbasetemp() / "meddled", RING)
    name = vault.seal_file(b"x" * 500)
    path = vault.path(name)
    whole = bytearray(path.read_bytes())
    whole[draw.draw(st.integers(0, len(whole) - 1))] ^= draw.draw(st.integers(1, 255))
    path.write_bytes(whole)
    with pytest.raises(StoreError):
        vault.open_file(name)


@pytest.mark.parametrize(
    "meddle",
    [
        lambda head, frames: head + frames[0] + frames[1],
        lambda head, frames: head + frames[1] + frames[0] + frames[2],
        lambda head, frames: head + frames[0] + frames[2],
        lambda head, frames: head + frames[0] + frames[1] + frames[2] + frames[2],
        lambda head, frames: head,
        lambda head, frames: b"",
    ],
    ids=["cut at a frame", "reordered", "one dropped", "one doubled", "no frames", "empty"],
)
def test_frames_that_are_missing_or_moved_are_found(vault: Vault, meddle: object) -> None:
    name = vault.seal_file(os.urandom(2 * FRAME + 100))
    whole = vault.path(name).read_bytes()
    head, body = whole[: 5 + 8 + 32 + 7], whole[5 + 8 + 32 + 7 :]
    frames = [body[start : start + FRAME + 16] for start in range(0, len(body), FRAME + 16)]
    vault.path(name).write_bytes(meddle(head, frames))  # type: ignore[operator]
    with pytest.raises(StoreError, match="blob_damaged"):
        vault.open_file(name)


def test_one_sealed_file_cannot_stand_in_for_another(vault: Vault) -> None:
    one, two = vault.seal_file(b"one"), vault.seal_file(b"two")
    vault.path(two).write_bytes(vault.path(one).read_bytes())
    with pytest.raises(StoreError, match="blob_damaged"):
        vault.open_file(two)


def test_digest_and_size_are_those_of_the_bytes_that_were_sealed(vault: Vault) -> None:
    sealed = vault.seal_counted(b"abc")
    assert (sealed.digest[:8], sealed.size) == ("ba7816bf", 3)


def test_a_missing_file_is_told_and_leaves_nothing(vault: Vault, tmp_path: Path) -> None:
    with pytest.raises(InboxError, match="file_unreadable"):
        vault.seal_file(tmp_path / "gone")
    assert [path for path in vault.root.rglob("*") if path.is_file()] == []
    with pytest.raises(StoreError, match="blob_missing"):
        vault.open_file("0" * 32)
    with pytest.raises(StoreError, match="blob_name"):
        vault.open_file("../../etc/passwd")


def test_rotation_keeps_old_seals_open_and_seals_anew_with_the_new_key(vault: Vault, tmp_path: Path) -> None:
    name, empty, small = vault.seal_file(b"content"), vault.seal_file(b""), vault.seal(b"small", "here")
    newer = Vault(vault.root, RING.rotated())
    assert newer.open_file(name) == b"content"
    assert newer.unseal(small, "here") == b"small"
    assert not newer.is_current(small)
    assert newer.is_current(newer.seal(b"small", "here"))
    assert newer.mac("search", b"x") == vault.mac("search", b"x")
    assert [newer.reseal_file(blob) for blob in (name, name, empty)] == [True, False, True]
    assert (newer.open_file(name), newer.open_file(empty)) == (b"content", b"")
    with pytest.raises(StoreError, match="vault_key_unknown"):
        vault.open_file(name)


def test_what_nothing_refers_to_is_swept_when_it_is_old(vault: Vault) -> None:
    kept, orphan, young = (vault.seal_file(b"x") for _ in range(3))
    part = vault.path(orphan).with_name(f".{orphan}.part")
    part.write_bytes(b"half")
    for path in (vault.path(kept), vault.path(orphan), part):
        os.utime(path, (1_000_000, 1_000_000))
    assert vault.sweep({kept}, dt.datetime(2000, 1, 1, tzinfo=dt.UTC)) == 2
    assert set(vault.names()) == {kept, young}
    vault.erase(kept)
    vault.erase(kept)
    assert not vault.exists(kept)


def test_a_groups_vault_is_the_groups(tmp_path: Path) -> None:
    root = tmp_path / "vault"
    root.mkdir()
    root.chmod(0o2770)
    vault = Vault(root, RING)
    path = vault.path(vault.seal_file(b"x"))
    assert stat.S_IMODE(path.stat().st_mode) == 0o660
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o2770


def test_a_file_too_large_for_the_disk_leaves_no_half_of_itself(tmp_path: Path) -> None:
    script = f"""
import resource, signal
from pathlib import Path
from pipeline.edges.keys import KeyRing
from pipeline.edges.vault import Vault
from pipeline.errors import StoreError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
vault = Vault(Path({str(tmp_path / "vault")!r}), KeyRing.new())
try:
    vault.seal_file(b"x" * 5_000_000)
except StoreError as error:
    assert not [p for p in vault.root.rglob("*") if p.is_file()], "a half was left"
    print("told", error.code)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("told")
    assert resource.RLIMIT_FSIZE
    assert signal.SIGXFSZ


def test_a_full_disk_is_told_as_such() -> None:
    assert file_fault(OSError(errno.ENOSPC, "x")).code == "disk_full"
    assert file_fault(OSError(errno.EACCES, "x")).hint == "vault_rights"
