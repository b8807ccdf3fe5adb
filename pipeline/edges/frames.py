"""A file sealed in frames of 1 MiB, each with its own counter and a mark on the last one.

This is the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár (2015) with AES-256-GCM, under a key derived
for that file alone: a frame that is changed, moved, dropped or taken from another file does not open. The file's name
is part of what is sealed, so no sealed file can stand in for another.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pipeline.edges.keys import ID_BYTES, KeyRing
from pipeline.errors import StoreError

FRAME = 1 << 20
_TAG = 16
_MAGIC = b"BLKV\x01"
_SALT = 32
_PREFIX = 7
_HEADER = len(_MAGIC) + ID_BYTES + _SALT + _PREFIX


def write_frames(keys: KeyRing, name: str, pieces: Iterator[bytes], out: BinaryIO) -> None:
    """Seal `pieces` of at most one frame each into `out`, bound to `name`, with the current key."""
    salt, prefix = secrets.token_bytes(_SALT), secrets.token_bytes(_PREFIX)
    header = _MAGIC + bytes.fromhex(keys.current) + salt + prefix
    cipher = AESGCM(keys.derived(keys.current, "file", salt))
    bound = header + name.encode()
    out.write(header)
    count, held = 0, next(pieces, b"")
    while True:
        ahead = next(pieces, None)
        out.write(cipher.encrypt(_nonce(prefix, count, ahead is None), held, bound))
        if ahead is None:
            return
        count, held = count + 1, ahead


def read_frames(keys: KeyRing, name: str, reading: BinaryIO) -> Iterator[bytes]:
    """Yield what was sealed under `name`, frame by frame; each is proven before it is yielded.

    Raises:
        StoreError: when a frame is changed, moved or missing, or the key is not in the ring.
    """
    header = _header(name, reading)
    salt, prefix = header[len(_MAGIC) + ID_BYTES : -_PREFIX], header[-_PREFIX:]
    cipher = AESGCM(keys.derived(_key_id(header), "file", salt))
    bound = header + name.encode()
    count, held = 0, reading.read(FRAME + _TAG)
    while True:
        ahead = reading.read(FRAME + _TAG)
        try:
            yield cipher.decrypt(_nonce(prefix, count, not ahead), held, bound)
        except (InvalidTag, ValueError):
            raise StoreError("blob_damaged", hint="restore_backup", blob=name) from None
        if not ahead:
            return
        count, held = count + 1, ahead


def sealing_key(reading: BinaryIO, name: str) -> str:
    """Return the id of the key that sealed a file, from its head.

    Raises:
        StoreError: when the head is no sealed file's.
    """
    return _key_id(_header(name, reading))


def _header(name: str, reading: BinaryIO) -> bytes:
    header = reading.read(_HEADER)
    if len(header) < _HEADER or not header.startswith(_MAGIC):
        raise StoreError("blob_damaged", hint="restore_backup", blob=name)
    return header


def _key_id(header: bytes) -> str:
    return header[len(_MAGIC) : len(_MAGIC) + ID_BYTES].hex()


def _nonce(prefix: bytes, count: int, last: bool) -> bytes:
    return prefix + count.to_bytes(4, "big") + bytes([last])
