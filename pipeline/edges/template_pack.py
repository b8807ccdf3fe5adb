"""A template as one file, to share between units: a zip of known names, stored as they are, the same bytes every time.

A pack is opened by making it again: the files read from it must give, packed anew, exactly the bytes that came. So nothing
can hide beside them: no other name, no link, no second copy, nothing that swells.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.edges.library import FILE, ORIGINAL
from pipeline.errors import TemplateError

MANIFEST = "pack.json"
EXAM = "exam.json"
BLANK = "blank.pdf"
FORMAT = 1
_MIB = 1 << 20
# Each file that may travel, and how large it may be; the first two must.
_LARGEST = {
    FILE: 2 * _MIB,
    BLANK: 32 * _MIB,
    ORIGINAL: 32 * _MIB,
    "NOTES.md": _MIB,
    "face.toml": 2 * _MIB,
    EXAM: 4 * _MIB,
}
_NEEDED = (FILE, BLANK)
_MOST = 48 * _MIB
_NAME, _VERSION = re.compile(r"[a-z][a-z0-9-]{0,63}"), re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")
_SINCE = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can tell: when it was packed is nobody's business


@dataclass(frozen=True, slots=True)
class Pack:
    """A template's files by name, and what they say of it; `digest` is that of its TOML and blank together."""

    name: str
    version: str
    files: Mapping[str, bytes]

    @property
    def digest(self) -> str:
        """Return the template's digest, as the library tells it."""
        return hashlib.sha256(self.files[FILE] + b"\0" + self.files[BLANK]).hexdigest()

    @property
    def pdfs(self) -> dict[str, bytes]:
        """Return the blank, and the form with its fields if that is there."""
        return {name: self.files[name] for name in (BLANK, ORIGINAL) if name in self.files}

    @property
    def data(self) -> bytes:
        """Return the pack as the bytes of one file."""
        told = {
            "format": FORMAT,
            "name": self.name,
            "version": self.version,
            "digest": self.digest,
            "files": {name: hashlib.sha256(self.files[name]).hexdigest() for name in sorted(self.files)},
        }
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
            _add(file, MANIFEST, (json.dumps(told, indent=1) + "\n").encode())
            for name in sorted(self.files):
                _add(file, name, self.files[name])
        return out.getvalue()


def _add(file: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, _SINCE)
    entry.create_system, entry.external_attr = 3, 0o100644 << 16
    file.writestr(entry, data)


def packed(folder: Path) -> Pack:
    """Return the pack of a template's folder FORM/VERSION.

    Raises:
        TemplateError: when a file of it cannot be read, or is larger than may travel.
    """
    files: dict[str, bytes] = {}
    for name, largest in _LARGEST.items():
        path = folder / name
        if name not in _NEEDED and not path.is_file():
            continue
        try:
            files[name] = path.read_bytes()
        except OSError:
            raise TemplateError("pack_unreadable", hint="template_rights_to_read") from None
        if len(files[name]) > largest:
            raise TemplateError("pack_too_large", hint="pack_smaller")
    if sum(map(len, files.values())) > _MOST - _MIB:  # what the list of them needs is far less
        raise TemplateError("pack_too_large", hint="pack_smaller")
    return Pack(folder.parent.name, folder.name, files)


def opened(path: Path) -> Pack:
    """Return the template in a pack, when it is exactly what `Pack.data` makes of it.

    Raises:
        TemplateError: when it cannot be read, is too large, or is no pack, or not a whole one.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except OSError:
        raise TemplateError("pack_unreadable", hint="template_rights_to_read") from None
    if len(data) > _MOST:
        raise TemplateError("pack_too_large", hint="pack_smaller")
    pack = _unpacked(data)
    if pack is None or pack.data != data:
        raise TemplateError("pack_damaged", hint="pack_again")
    return pack


def _unpacked(data: bytes) -> Pack | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            entries = file.infolist()
            names = [entry.filename for entry in entries]
            if names[:1] != [MANIFEST] or names[1:] != sorted(set(names[1:]) & set(_LARGEST)):
                return None
            if any(entry.compress_type != zipfile.ZIP_STORED or entry.file_size > len(data) for entry in entries):
                return None  # what is stored as it is cannot be more than what came
            told = json.loads(file.read(MANIFEST).decode("utf-8"))
            files = {name: file.read(name) for name in names[1:]}
    except MemoryError:
        raise
    except Exception:  # anything may be wrong in a file from outside
        return None
    name, version = (told.get(key) if isinstance(told, dict) else None for key in ("name", "version"))
    if not (isinstance(name, str) and _NAME.fullmatch(name) and isinstance(version, str) and _VERSION.fullmatch(version)):
        return None
    if not set(_NEEDED) <= set(files) or any(len(part) > _LARGEST[key] for key, part in files.items()):
        return None
    return Pack(name, version, files)
