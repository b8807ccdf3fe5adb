"""Sides of paper on their way to become forms."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain.placement import Reason
from pipeline.domain.scan import PageId


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a scan, as assembling sees it.

    `template` (NAME@VERSION) and `sheet` stand on a placed side that belongs to no form yet. `passed_over` is true of
    what may lie between the sheets of one form: blank backs and sides scanned twice. Any other side parts its neighbours.
    `twins` are other versions of which the side is as well a sheet: it goes with the sheets beside it.
    """

    page: PageId
    template: str | None = None
    sheet: int | None = None
    passed_over: bool = False
    twins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """The pages of one form, in order of sheets.

    `joined` tells that their belonging together is inferred: they came in different scans, or other ways to part the
    run were possible. Such a form is always looked at by a human.
    """

    template: str
    pages: tuple[PageId, ...]
    joined: bool = False


@dataclass(frozen=True, slots=True)
class HeldSide:
    """A placed side that belongs to no form yet, and why."""

    page: PageId
    reason: Reason


@dataclass(frozen=True, slots=True)
class Assembly:
    """What became of all placed sides: each is in one group or held."""

    forms: tuple[Group, ...]
    held: tuple[HeldSide, ...]
