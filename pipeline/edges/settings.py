"""Settings: read from `blankett.toml`, told apart from typing errors, and written as a commented file."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from pipeline.edges.settings_shape import POLICY_WORDS, Settings
from pipeline.errors import SettingsError

FILE = "blankett.toml"
_HEAD = """# Settings of this Blankett workspace. A line that begins with # shows a default: take the mark away to change it.
# Every setting is told of in docs/settings.md; blankett doctor examines them.
"""


def load(path: Path) -> Settings:
    """Return the settings that a file tells.

    Raises:
        SettingsError: when the file cannot be read, holds an unknown key or a wrong value; with its line.
    """
    try:
        text = path.read_text(encoding="utf-8")
        told = tomllib.loads(text)
    except FileNotFoundError:
        raise SettingsError("settings_missing", hint="init") from None
    except (OSError, UnicodeError):
        raise SettingsError("settings_unreadable", hint="settings_rights") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError("settings_not_toml", hint="settings_line", line=_line_told(str(error), text)) from None
    for keys in _unknown(told, known_keys()):
        raise SettingsError("settings_unknown_key", hint="settings_line", key=_code(keys), line=_line(text, keys))
    try:
        return Settings.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_input=False, include_context=False, include_url=False)[0]
        keys = tuple(str(step) for step in first["loc"])
        told_keys = keys[:2]
        raise SettingsError(
            "settings_wrong_value",
            hint="settings_line",
            key=_code(told_keys),
            line=_line(text, told_keys),
            fault=first["type"],
        ) from None


def template(given: Mapping[str, Any] | None = None) -> str:
    """Return the text of a settings file: every setting with its comment, those `given` (by `section.key`) set."""
    chosen = dict(given or {})
    lines = [_HEAD]
    for section, entries in sections():
        if section:
            lines += ["", f"# {_doc(section)}", f"[{section}]"]
        for key, words, default in entries:
            name = f"{section}.{key}" if section else key
            lines.append(f"# {words}")
            lines.append(f"{key} = {_toml(chosen[name])}" if name in chosen else f"# {key} = {_toml(default)}")
    return "\n".join(lines) + "\n"


def reference() -> str:
    """Return docs/settings.md: every setting with its default and what it is for."""
    lines = [
        "# Settings",
        "",
        "`blankett.toml` in the workspace, written by `blankett init` with every setting as a comment. An unknown key or a",
        "wrong value is refused, with its line. A path may begin with `~`; one that is not absolute counts from the",
        "workspace.",
        "This page is made from the program, and a test compares the two.",
    ]
    for section, entries in sections():
        lines += ["", f"## `[{section}]`" if section else "## At the top of the file"]
        lines += ["", _doc(section)] if section else []
        lines += ["", "| setting | default | what it is for |", "|---|---|---|"]
        lines += [f"| `{key}` | `{_toml(default)}` | {words} |" for key, words, default in entries]
    return "\n".join(lines) + "\n"


def with_value(text: str, section: str, key: str, value: object) -> str:
    """Return a settings file's text with one setting of a section set, its line replaced or added."""
    lines, inside = text.splitlines(), False
    for number, line in enumerate(lines):
        header = re.match(r"\s*\[\s*([\w.-]+)\s*\]", line)
        inside = header.group(1) == section if header else inside
        if inside and re.match(rf"\s*(#\s*)?{re.escape(key)}\s*=", line):
            lines[number] = f"{key} = {_toml(value)}"
            return "\n".join(lines) + "\n"
    for number, line in enumerate(lines):
        if re.match(rf"\s*\[\s*{re.escape(section)}\s*\]", line):
            lines.insert(number + 1, f"{key} = {_toml(value)}")
            return "\n".join(lines) + "\n"
    return "\n".join([*lines, "", f"[{section}]", f"{key} = {_toml(value)}"]) + "\n"


def sections() -> Iterator[tuple[str, list[tuple[str, str, Any]]]]:
    """Yield every section (the first one nameless) with its settings: key, what it is for, default."""
    top = [(n, f.description or "", f.default) for n, f in Settings.model_fields.items() if not _is_section(f.default)]
    yield "", top
    for name, info in Settings.model_fields.items():
        if not _is_section(info.default):
            continue
        if isinstance(info.default, BaseModel):
            inner = type(info.default).model_fields
            yield name, [(key, f.description or "", f.default) for key, f in inner.items()]
        else:
            rows = [
                (f.name, POLICY_WORDS.get(f"{name}.{f.name}", _plainly(f.name)), f.default) for f in fields(info.default)
            ]
            yield name, [row for row in rows if row[0] != "straight_through"]


def known_keys() -> dict[str, frozenset[str]]:
    """Return the keys of every section; those of the file's top under the empty name."""
    return {section: frozenset(key for key, _, _ in entries) for section, entries in sections()}


def _plainly(key: str) -> str:
    return f"{key.replace('_', ' ').capitalize()}."


def _is_section(default: object) -> bool:
    return isinstance(default, BaseModel) or (is_dataclass(default) and not isinstance(default, type))


def _doc(section: str) -> str:
    default = Settings.model_fields[section].default
    return POLICY_WORDS.get(section) or (type(default).__doc__ or "").splitlines()[0]


def _unknown(told: Mapping[str, Any], known: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, ...]]:
    for key, inner in told.items():
        if key in known and key:
            if isinstance(inner, Mapping):
                yield from ((key, name) for name in inner if name not in known[key])
        elif key not in known[""]:
            yield (key,)


def _line(text: str, keys: tuple[str, ...]) -> int:
    """Return the line where a key stands, or its section's, from 1; 0 when it cannot be told."""
    section, found = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[\s*([\w.-]+)\s*\]", line)
        if header:
            section = header.group(1)
            found = number if section == keys[0] and not found else found
        key = re.match(r"\s*([\w.\"'-]+)\s*=", line)
        if key:
            spelled = tuple(part for part in (*section.split("."), *key.group(1).strip("\"'").split(".")) if part)
            if spelled == keys:
                return number
    return found


def _line_told(message: str, text: str) -> int:
    found = re.search(r"line (\d+)", message)
    return int(found.group(1)) if found else len(text.splitlines())


def _code(keys: tuple[str, ...]) -> str:
    return ".".join(keys) if all(re.fullmatch(r"[\w-]{1,40}", key) for key in keys) else "?"


def _toml(value: object) -> str:
    if value is None:
        return '""'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(str(value), ensure_ascii=False)
