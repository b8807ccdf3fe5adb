"""Nouns to JSON and back, by their own type hints, so that a document is stored as what it is and nothing else."""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pipeline.domain.value import Value, from_json, to_json

T = TypeVar("T")
Plain = str | int | float | bool | None | list[Any] | dict[str, Any]


def to_plain(noun: object) -> Plain:
    """Return a noun as JSON has it; what it is called is not told, the reader must know.

    Raises:
        TypeError: when something in it is no noun.
    """
    if isinstance(noun, Value):
        return to_json(noun)
    if isinstance(noun, Enum):
        return str(noun.value)
    if noun is None or isinstance(noun, str | bool | int | float):
        return noun
    if isinstance(noun, dt.datetime | dt.date):
        return noun.isoformat()
    if isinstance(noun, tuple | list | frozenset):
        return [to_plain(item) for item in noun]
    if isinstance(noun, Mapping):
        return {str(key): to_plain(item) for key, item in noun.items()}
    if is_dataclass(noun) and not isinstance(noun, type):
        return {item.name: to_plain(getattr(noun, item.name)) for item in fields(noun)}
    raise TypeError(f"{type(noun).__name__} is no noun")


def from_plain(kind: type[T], plain: object) -> T:
    """Return the noun of type `kind` that JSON held; a field it lacks takes its default.

    Raises:
        ValueError: when the JSON does not tell such a noun; the message holds no value.
    """
    made: T = _make(kind, plain)
    return made


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _make(kind: Any, plain: Any) -> Any:  # noqa: ANN401 - types of any noun
    if isinstance(kind, types.UnionType) or get_origin(kind) is Union:
        return _make_union(get_args(kind), plain)
    if get_origin(kind) is tuple:
        return _make_tuple(get_args(kind), plain)
    if kind is Value:
        return from_json(plain)
    if kind in (dt.datetime, dt.date):
        return kind.fromisoformat(plain)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    if is_dataclass(kind):
        return _make_dataclass(kind, plain)
    if kind is float and isinstance(plain, int) and not isinstance(plain, bool):
        return float(plain)
    if isinstance(kind, type) and type(plain) is kind:
        return plain
    raise ValueError(f"not a {getattr(kind, '__name__', 'noun')}")


def _make_dataclass(kind: Any, plain: Any) -> Any:  # noqa: ANN401
    if not isinstance(plain, dict):
        raise ValueError(f"not a {kind.__name__}")
    known = {item.name for item in fields(kind)}
    if not set(plain) <= known:
        raise ValueError(f"not a {kind.__name__}")
    hints = _hints(kind)
    try:
        return kind(**{name: _make(hints[name], item) for name, item in plain.items()})
    except TypeError:
        raise ValueError(f"not a {kind.__name__}") from None


def _make_tuple(parts: tuple[Any, ...], plain: Any) -> tuple[Any, ...]:  # noqa: ANN401
    if not isinstance(plain, list):
        raise ValueError("not a row")
    if len(parts) == 2 and parts[1] is Ellipsis:
        return tuple(_make(parts[0], item) for item in plain)
    if len(parts) != len(plain):
        raise ValueError("not a row")
    return tuple(_make(part, item) for part, item in zip(parts, plain, strict=True))


def _make_union(kinds: tuple[Any, ...], plain: Any) -> Any:  # noqa: ANN401
    if plain is None and type(None) in kinds:
        return None
    for kind in sorted((k for k in kinds if k is not type(None)), key=lambda k: k is str):
        try:
            return _make(kind, plain)
        except (ValueError, TypeError):
            continue
    raise ValueError("none of the kinds")
