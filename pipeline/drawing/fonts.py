"""Free fonts found on this machine, by family name; never a process, never a download."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from reportlab import rl_config

FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts")
MACHINE = (
    "LiberationSans-Regular",
    "LiberationSerif-Regular",
    "LiberationMono-Regular",
    "LiberationSansNarrow-Regular",
    "DejaVuSans",
    "DejaVuSerif",
    "DejaVuSansMono",
    "DejaVuSansCondensed",
    "FreeSans",
    "FreeSerif",
    "FreeMono",
    "Carlito-Regular",
    "Caladea-Regular",
)
_SETTINGS: Any = rl_config  # reportlab carries no types
FACE = ("LiberationSans-Regular", "LiberationSans-Bold")


@lru_cache(maxsize=1)
def installed() -> dict[str, Path]:
    """Return every TrueType file found in the usual folders, by its name without ending."""
    found: dict[str, Path] = {}
    for folder in FOLDERS:
        for path in sorted(folder.rglob("*.ttf")):
            found.setdefault(path.stem, path)
    return found


def shipped() -> Path:
    """Return a font that comes with reportlab, for a machine that has none."""
    return next(path for folder in _SETTINGS.TTFSearchPath if (path := Path(folder) / "Vera.ttf").is_file())


def machine() -> tuple[Path, ...]:
    """Return the fonts that machine print is drawn with: those of `MACHINE` that are installed, else one shipped."""
    have = installed()
    return tuple(have[name] for name in MACHINE if name in have) or (shipped(),)


def named(names: Sequence[str]) -> tuple[Path, ...]:
    """Return the files of the fonts named; one that is not installed is replaced by the shipped one."""
    have = installed()
    return tuple(have.get(name) or shipped() for name in names)
