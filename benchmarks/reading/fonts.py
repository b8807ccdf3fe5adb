"""Where the fonts of a part lie on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont

from benchmarks.reading import kept

SYSTEM = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path.home() / ".fonts",
    Path.home() / ".local/share/fonts",
)
_ENDINGS = (".ttf", ".otf")


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts found: (family, file, seen in training) of machine print, (name, file) of hand, and what was not found."""

    types: tuple[tuple[str, Path, bool], ...]
    hands: tuple[tuple[str, Path], ...]
    missing: tuple[str, ...]


class NoFonts(Exception):
    """Not one font that is kept for tests was found."""


def find(folders: Sequence[Path], *, sealed: bool) -> Fonts:
    """Return the fonts of a part that lie in the folders or in the system's; the first file of a name wins.

    Raises:
        NoFonts: when no type kept for tests is there.
    """
    files = _files((*folders, *SYSTEM))
    types, hands, missing = [], [], []
    for one in kept.types(sealed=sealed):
        path = next((files[name] for name in one.files if name in files), None)
        if path is None:
            missing.append(one.family)
        else:
            types.append((one.family, path, one.seen))
    for name in kept.hand_fonts(sealed=sealed):
        if name in files:
            hands.append((name, files[name]))
        else:
            missing.append(name)
    if all(seen for _, _, seen in types):
        raise NoFonts
    return Fonts(tuple(types), tuple(hands), tuple(missing))


def _files(folders: Sequence[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _ENDINGS:
                found.setdefault(path.stem, path)
    return found


def file(folders: Sequence[Path], names: Sequence[str]) -> Path | None:
    """Return the first file of one of the names without ending, or None."""
    files = _files((*folders, *SYSTEM))
    return next((files[name] for name in names if name in files), None)


@lru_cache(maxsize=512)
def sized(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    """Return a font at a size."""
    return ImageFont.truetype(str(path), pixels)
