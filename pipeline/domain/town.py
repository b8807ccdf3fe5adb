"""Towns and the postcodes that belong to them: knowledge to doubt by, never to correct by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

POSTCODE_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Towns:
    """Towns by name (case aside), each with the first two digits that its postcodes may have; far from all there are.

    `names` are the same towns as they are spelt.
    """

    areas: Mapping[str, frozenset[str]] = field(default_factory=dict)
    names: tuple[str, ...] = ()

    def fits(self, town: str, postcode: str) -> bool:
        """Tell whether a postcode can be a town's; True for a town that is not known."""
        areas = self.areas.get(" ".join(town.casefold().split()))
        return areas is None or postcode[:POSTCODE_DIGITS] in areas


UNKNOWN = Towns()
