"""The door to what is known of towns: a TOML file in the package."""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from pipeline.domain.town import Towns

SHIPPED = Path(__file__).parent / "data" / "towns.toml"


class _File(BaseModel):
    """The file: towns by the areas of their postcodes, two digits each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1)
    areas: dict[str, tuple[str, ...]]


def load() -> Towns:
    """Return the towns that come with the program."""
    told = _File.model_validate(tomllib.loads(SHIPPED.read_text(encoding="utf-8")))
    where = {town: frozenset(areas.split()) for areas, towns in told.areas.items() for town in towns}
    return Towns({town.casefold(): areas for town, areas in where.items()}, tuple(where))
