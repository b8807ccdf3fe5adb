"""What is kept for tests: the hands and fonts that no reader was trained on, and those that only the sealed part uses."""

from __future__ import annotations

from dataclasses import dataclass

CHARS74K = tuple(range(44))  # every writer: the collection is for evaluation only
CHARS74K_SEALED = (6, 17, 28, 39)
DHSD = ("2", "7", "13", "18", "22", "27")
HAND_FONTS = ("caveat", "patrick-hand", "schoolbell", "nothing-you-could-do", "kalam", "neucha")
HAND_FONTS_SEALED = ("neucha",)


@dataclass(frozen=True, slots=True)
class Type:
    """A family of machine print: its name, what its file may be called without ending, and whether training saw it."""

    family: str
    files: tuple[str, ...]
    seen: bool = False


TYPES = (
    Type("Carlito", ("Carlito-Regular",)),
    Type("Courier Prime", ("CourierPrime-Regular", "Courier Prime", "CourierPrime")),
    Type("Liberation Sans Narrow", ("LiberationSansNarrow-Regular",)),
    Type("Noto Serif", ("NotoSerif-Regular",)),
    Type("Open Sans", ("OpenSans-Regular",)),
)
TYPES_SEALED = ("Noto Serif", "Open Sans")
TYPES_SEEN = (
    Type("DejaVu Sans", ("DejaVuSans",), seen=True),
    Type("DejaVu Serif", ("DejaVuSerif",), seen=True),
    Type("Liberation Sans", ("LiberationSans-Regular",), seen=True),
    Type("Liberation Serif", ("LiberationSerif-Regular",), seen=True),
    Type("Liberation Mono", ("LiberationMono-Regular",), seen=True),
)


def writers(*, sealed: bool) -> tuple[int, ...]:
    """Return the writers of Chars74K that a part is written by."""
    return tuple(writer for writer in CHARS74K if (writer in CHARS74K_SEALED) is sealed)


def hand_fonts(*, sealed: bool) -> tuple[str, ...]:
    """Return the names of the handwriting fonts that a part is written in."""
    return tuple(name for name in HAND_FONTS if (name in HAND_FONTS_SEALED) is sealed)


def types(*, sealed: bool) -> tuple[Type, ...]:
    """Return the families of machine print that a part is typed in; the sealed part knows none that training saw."""
    kept = tuple(one for one in TYPES if (one.family in TYPES_SEALED) is sealed)
    return kept if sealed else kept + TYPES_SEEN
