"""What examples are drawn from: words, labels, and names of types, as they stand in `lists.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

LISTS: Mapping[str, tuple[str, ...]] = {
    name: tuple(entries) for name, entries in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8")).items()
}
