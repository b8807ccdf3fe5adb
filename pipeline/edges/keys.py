"""The vault's keys: where they are kept, how they are told apart, and how they are written on paper.

A key ring holds one current sealing key, all earlier ones, and one index key. Sealing keys rotate; the index key does
not, because keyed hashes (search, same case, idempotency) must stay the same for as long as they are compared.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipeline.errors import SettingsError, StoreError

KEY_BYTES = 32
ID_BYTES = 8


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """Sealing keys by id, which of them is current, and the index key; prints as dots."""

    current: str
    keys: tuple[tuple[str, bytes], ...]
    index: bytes

    def __repr__(self) -> str:
        """Hide the keys."""
        return f"KeyRing({len(self.keys)} keys, •••)"

    @classmethod
    def new(cls) -> KeyRing:
        """Make a ring with one fresh key and a fresh index key."""
        name, key = _fresh()
        return cls(name, ((name, key),), secrets.token_bytes(KEY_BYTES))

    def rotated(self) -> KeyRing:
        """Return a ring with a fresh current key; the old ones still open what they sealed."""
        name, key = _fresh()
        return replace(self, current=name, keys=(*self.keys, (name, key)))

    def key(self, name: str) -> bytes:
        """Return the key of that id.

        Raises:
            StoreError: when the ring has no such key.
        """
        for known, key in self.keys:
            if known == name:
                return key
        raise StoreError("vault_key_unknown", hint="vault_key_restore", key=name)

    def derived(self, name: str, purpose: str, salt: bytes | None = None) -> bytes:
        """Return the subkey of a sealing key for one purpose, by HKDF-SHA256 (RFC 5869)."""
        return _hkdf(self.key(name), purpose, salt)

    def index_key(self, purpose: str) -> bytes:
        """Return the subkey of the index key for one purpose; the same for ever."""
        return _hkdf(self.index, f"index:{purpose}", None)

    def to_json(self) -> str:
        """Return the ring as a key file holds it."""
        told = {
            "blankett_vault_key": 1,
            "current": self.current,
            "keys": {name: key.hex() for name, key in self.keys},
            "index": self.index.hex(),
        }
        return json.dumps(told, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> KeyRing:
        """Make the ring that a key file tells.

        Raises:
            StoreError: when the text is no key file.
        """
        try:
            told = json.loads(text)
            keys = tuple((str(name), bytes.fromhex(key)) for name, key in told["keys"].items())
            ring = cls(str(told["current"]), keys, bytes.fromhex(told["index"]))
            whole = all(len(key) == KEY_BYTES for _, key in keys) and len(ring.index) == KEY_BYTES
        except (ValueError, KeyError, TypeError, AttributeError):
            raise StoreError("vault_key_damaged", hint="vault_key_restore") from None
        if not whole or told.get("blankett_vault_key") != 1:
            raise StoreError("vault_key_damaged", hint="vault_key_restore")
        ring.key(ring.current)
        return ring


def _fresh() -> tuple[str, bytes]:
    return secrets.token_hex(ID_BYTES), secrets.token_bytes(KEY_BYTES)


def _hkdf(key: bytes, purpose: str, salt: bytes | None) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt, f"blankett/{purpose}".encode()).derive(key)


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where the key ring is kept: `file:PATH`, `credential:NAME` (systemd) or `keyring:NAME` (the OS keyring).

    `group` is the group id that may read a key file beside its owner; None allows the owner alone.
    """

    address: str
    group: int | None = None

    @property
    def kind(self) -> str:
        """Return file, credential or keyring."""
        return self.address.partition(":")[0]

    @property
    def place(self) -> str:
        """Return the path or name after the kind."""
        return self.address.partition(":")[2]

    @property
    def path(self) -> Path:
        """Return the path of a key file or of a credential that systemd has laid out.

        Raises:
            SettingsError: when the service was given no credentials, or the address is of another kind.
        """
        if self.kind == "file":
            return Path(self.place).expanduser()
        folder = os.environ.get("CREDENTIALS_DIRECTORY", "")
        if self.kind != "credential" or not folder:
            raise SettingsError("vault_key_source", hint="vault_key_source", source=self.kind)
        return Path(folder) / self.place

    def exists(self) -> bool:
        """Tell whether a key is kept there already."""
        if self.kind == "keyring":
            return _keyring_get(self.place) is not None
        return self.path.exists()

    def load(self) -> KeyRing:
        """Return the ring kept there.

        Raises:
            StoreError: when there is none, others may read it, or it is damaged.
            SettingsError: when the source is of no known kind.
        """
        if self.kind == "keyring":
            kept = _keyring_get(self.place)
            if kept is None:
                raise StoreError("vault_key_missing", hint="vault_key_restore", source=self.kind)
            return KeyRing.from_json(kept)
        try:
            with self.path.open(encoding="ascii") as handle:
                if self.kind == "file":
                    self._refuse_open_rights(os.fstat(handle.fileno()))
                return KeyRing.from_json(handle.read())
        except FileNotFoundError:
            raise StoreError("vault_key_missing", hint="vault_key_restore", source=self.kind) from None
        except (OSError, UnicodeError):
            raise StoreError("vault_key_unreadable", hint="vault_key_rights", source=self.kind) from None

    def _refuse_open_rights(self, status: os.stat_result) -> None:
        forbidden = 0o077 if self.group is None or status.st_gid != self.group else 0o037
        if stat.S_IMODE(status.st_mode) & forbidden:
            raise StoreError("vault_key_rights", hint="vault_key_rights", mode=oct(stat.S_IMODE(status.st_mode)))

    def save(self, ring: KeyRing) -> None:
        """Keep a ring there, whole or not at all.

        Raises:
            StoreError: when it cannot be written, or the source is read-only (a systemd credential).
        """
        if self.kind == "keyring":
            _keyring_set(self.place, ring.to_json())
            return
        if self.kind != "file":
            raise StoreError("vault_key_read_only", hint="vault_key_read_only", source=self.kind)
        try:
            write_apart(self.path, ring.to_json().encode(), self.group)
        except OSError as error:
            raise StoreError("vault_key_unwritable", hint="vault_key_rights", errno=error.errno or 0) from None


def write_apart(path: Path, content: bytes, group: int | None = None) -> None:
    """Write a small secret file whole or not at all: 0600, or 0640 when a group may read it."""
    for folder in reversed([folder for folder in path.parents if not folder.exists()]):
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o755 if group is not None else 0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".blankett-")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            if group is not None:
                os.fchown(out.fileno(), -1, group)
                os.fchmod(out.fileno(), 0o640)
            out.flush()
            os.fsync(out.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _keyring_get(name: str) -> str | None:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise SettingsError("keyring_not_installed", hint="keyring_extra") from None
    try:
        return keyring.get_password("blankett", name)
    except keyring.errors.KeyringError:
        raise StoreError("keyring_locked", hint="keyring_unlock") from None


def _keyring_set(name: str, content: str) -> None:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        raise SettingsError("keyring_not_installed", hint="keyring_extra") from None
    try:
        keyring.set_password("blankett", name, content)
    except keyring.errors.KeyringError:
        raise StoreError("keyring_locked", hint="keyring_unlock") from None
