"""The vault: everything a person wrote rests here, sealed with AES-256-GCM, and can be erased."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.edges.frames import FRAME, read_frames, sealing_key, write_frames
from pipeline.edges.keys import ID_BYTES, KeyRing
from pipeline.edges.rights import make_folder, opener
from pipeline.errors import InboxError, StoreError

_TAG = 16
_SMALL = b"S\x01"
_NAME = 32
KEY_ID_BYTES = ID_BYTES
KEY_ID_FROM = len(_SMALL) + 1  # counted from 1, as SQL does


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file as it was sealed: its name in the vault, and the SHA-256 and size of exactly the bytes that went in."""

    name: str
    digest: str
    size: int


class Vault:
    """A folder of sealed files and the keys that open them; also seals small things for the database."""

    def __init__(self, root: Path, keys: KeyRing, reload: Callable[[], KeyRing] | None = None) -> None:
        """Use the folder `root`, made when missing, with the ring `keys`.

        `reload` is asked once for the ring when something was sealed with a key that is not in it: another process may
        have changed to a new key.
        """
        self.root = root
        self._reload = reload
        self._use(keys)

    def _use(self, keys: KeyRing) -> None:
        self.keys = keys
        self._small = {name: AESGCM(keys.derived(name, "small")) for name, _ in keys.keys}

    def know(self, key_id: str) -> None:
        """See that a key is in the ring, asking for the ring anew when it is not.

        Raises:
            StoreError: when it is in neither.
        """
        if self._reload is not None and key_id not in self._small:
            self._use(self._reload())
        self.keys.key(key_id)

    # Small things: kept in the database, bound to the place they belong by `context`.

    def seal(self, data: bytes, context: str) -> bytes:
        """Seal a few bytes; they open only with the same `context`."""
        head = _SMALL + bytes.fromhex(self.keys.current)
        nonce = secrets.token_bytes(12)
        return head + nonce + self._small[self.keys.current].encrypt(nonce, data, head + context.encode())

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Open what `seal` sealed.

        Raises:
            StoreError: when it is damaged, from another place, or its key is not in the ring.
        """
        size = len(_SMALL) + ID_BYTES
        head, nonce, body = sealed[:size], sealed[size : size + 12], sealed[size + 12 :]
        if not head.startswith(_SMALL) or len(body) < _TAG:
            raise StoreError("sealed_damaged", hint="restore_backup")
        key_id = head[len(_SMALL) :].hex()
        self.know(key_id)
        try:
            return self._small[key_id].decrypt(nonce, body, head + context.encode())
        except InvalidTag:
            raise StoreError("sealed_damaged", hint="restore_backup") from None

    def is_current(self, sealed: bytes) -> bool:
        """Tell whether a small seal was made with the current key."""
        return sealed[len(_SMALL) : len(_SMALL) + ID_BYTES].hex() == self.keys.current

    def mac(self, purpose: str, data: bytes) -> str:
        """Return a keyed hash (HMAC-SHA256, hex), the same for ever for one purpose and other for every other."""
        return hmac.new(self.secret(purpose), data, hashlib.sha256).hexdigest()

    def secret(self, purpose: str) -> bytes:
        """Return 32 secret bytes for one purpose, the same for ever; they outlive key rotation."""
        return self.keys.index_key(purpose)

    # Files.

    def seal_file(self, source: Path | bytes) -> str:
        """Seal a file or bytes under a fresh random name; both file and folder are on disk when the name is returned.

        Raises:
            InboxError: when the source cannot be read.
            StoreError: when it cannot be written whole; nothing is left then.
        """
        return self.seal_counted(source).name

    def seal_counted(self, source: Path | bytes) -> Sealed:
        """Seal as `seal_file` does, and tell digest and size of the bytes that were sealed, read once.

        Raises:
            InboxError: when the source cannot be read.
            StoreError: when it cannot be written whole; nothing is left then.
        """
        name = secrets.token_hex(_NAME // 2)
        counted = _Counted(_cut(source) if isinstance(source, bytes) else _read(source))
        self._write(name, counted)
        return Sealed(name, counted.digest.hexdigest(), counted.size)

    def _write(self, name: str, pieces: Iterator[bytes]) -> None:
        path = self._path(name)
        part = path.with_name(f".{name}.part")
        try:
            self._folder(path.parent)
            with open(part, "xb", opener=opener) as out:
                write_frames(self.keys, name, pieces, out)
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
            sync(path.parent)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise file_fault(error) from None
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    def stream(self, name: str) -> Iterator[bytes]:
        """Yield a sealed file's content frame by frame; each frame is proven before it is yielded.

        Raises:
            StoreError: when the file is missing, damaged, cut short or another's.
        """
        try:
            with self._path(name).open("rb") as reading:
                self.know(sealing_key(reading, name))
                reading.seek(0)
                yield from read_frames(self.keys, name, reading)
        except FileNotFoundError:
            raise StoreError("blob_missing", hint="restore_backup", blob=name) from None
        except OSError as error:
            raise file_fault(error) from None

    def open_file(self, name: str) -> bytes:
        """Return a sealed file's whole content."""
        return b"".join(self.stream(name))

    def open_to(self, name: str, path: Path) -> None:
        """Write a sealed file's content to `path`, readable by the owner alone; the caller removes it.

        Raises:
            StoreError: as `stream`, or when it cannot be written; nothing is left then.
        """
        try:
            with open(path, "xb", opener=lambda p, flags: os.open(p, flags, 0o600)) as out:
                for piece in self.stream(name):
                    out.write(piece)
        except OSError as error:
            path.unlink(missing_ok=True)
            raise file_fault(error) from None
        except StoreError:
            path.unlink(missing_ok=True)
            raise

    def exists(self, name: str) -> bool:
        """Tell whether a sealed file of that name is there."""
        return self._path(name).exists()

    def erase(self, name: str) -> None:
        """Remove a sealed file; one that is gone already is no error.

        Raises:
            StoreError: when it cannot be removed.
        """
        path = self._path(name)
        try:
            path.unlink(missing_ok=True)
            if path.parent.exists():
                sync(path.parent)
        except OSError as error:
            raise file_fault(error) from None

    def names(self) -> Iterator[str]:
        """Yield the names of all sealed files, in no order."""
        for path in self.root.glob("??/??/*"):
            if not path.name.startswith("."):
                yield path.name

    def sweep(self, referenced: Container[str], older_than: dt.datetime) -> int:
        """Remove sealed files that nothing refers to, and parts of writes that never ended, both older than a moment.

        Returns how many were removed.
        """
        swept = 0
        for path in self.root.glob("??/??/*"):
            known = not path.name.startswith(".") and path.name in referenced
            if not known and path.stat().st_mtime < older_than.timestamp():
                path.unlink(missing_ok=True)
                swept += 1
        return swept

    def reseal_file(self, name: str) -> bool:
        """Seal a file anew, under its own name, when an older key sealed it; tell whether that was needed."""
        with self._path(name).open("rb") as reading:
            if sealing_key(reading, name) == self.keys.current:
                return False
        self._write(name, _even(self.stream(name)))
        return True

    def path(self, name: str) -> Path:
        """Return where a sealed file lies, for backup."""
        return self._path(name)

    def _path(self, name: str) -> Path:
        if len(name) != _NAME or not all(letter in "0123456789abcdef" for letter in name):
            raise StoreError("blob_name", hint="restore_backup")
        return self.root / name[:2] / name[2:4] / name

    def _folder(self, folder: Path) -> None:
        if folder.exists():
            return
        self.root.mkdir(mode=0o700, exist_ok=True)
        for step in (folder.parent, folder):
            make_folder(step)
            sync(step.parent)


class _Counted(Iterator[bytes]):
    """Passes pieces on, counting and hashing them."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.size, self.digest = pieces, 0, hashlib.sha256()

    def __next__(self) -> bytes:
        piece = next(self.pieces)
        self.size += len(piece)
        self.digest.update(piece)
        return piece


def _read(source: Path) -> Iterator[bytes]:
    """Yield a file outside the vault in frames; its own faults are told as the inbox's, not the vault's."""
    try:
        with source.open("rb") as reading:
            while piece := reading.read(FRAME):
                yield piece
    except OSError as error:
        raise InboxError("file_unreadable", hint="inbox_file", errno=error.errno or 0) from None


def _even(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the pieces that hold anything, so that an empty file is sealed anew as it was."""
    return (piece for piece in pieces if piece)


def _cut(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), FRAME):
        yield content[start : start + FRAME]


def sync(folder: Path) -> None:
    """See that a folder's names are on disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def file_fault(error: OSError) -> StoreError:
    """Return what a fault of the file system means to a person, without the path."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreError("disk_full", hint="disk_full")
    return StoreError("vault_unusable", hint="vault_rights", errno=error.errno or 0)
