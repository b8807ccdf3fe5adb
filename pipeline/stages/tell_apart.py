"""Tell apart: how surely two sheets of the library are told from each other, before any page of either is fed."""

from __future__ import annotations

from enum import StrEnum

import cv2
import numpy as np

from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.library import Library, SheetBlank
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.raster import Pixels, Raster
from pipeline.stages.alike import difference, lead
from pipeline.stages.identify import Candidate
from pipeline.stages.outline import outline
from pipeline.stages.register import register
from pipeline.stages.twins import twins

_FAX_DPI = (204.0, 98.0)
_BLACK = 160
_TWICE = 2.0  # a filled and stamped fax says less than a blank one: it must lead by as much more


class Apart(StrEnum):
    """How surely two sheets are told apart; closed. `by_neighbours`: by the sheets beside them, being the same."""

    SURELY = "surely"
    NOT_BY_FAX = "not_by_fax"
    BY_NEIGHBOURS = "by_neighbours"
    NEVER = "never"


def tell_apart(one: SheetBlank, other: SheetBlank, known: Library, policy: PlacePolicy) -> Apart:
    """Return how surely pages of two sheets of a library are told apart: at all, and when they come as a coarse fax."""
    ours, theirs = outline(one), outline(other)
    between = difference(ours, theirs)
    if between is None:
        return Apart.SURELY
    if not between.places:
        return Apart.BY_NEIGHBOURS if other.template.id in twins(one, known) else Apart.NEVER
    leads = [_lead(one, other), _lead(other, one)]
    return Apart.SURELY if min(leads) >= _TWICE * policy.min_margin else Apart.NOT_BY_FAX


def _lead(one: SheetBlank, other: SheetBlank) -> float:
    """Return by how much a fax of a blank looks like itself rather than like the other; 0 when it cannot be laid."""
    ours = outline(one)
    between = difference(ours, outline(other))
    if between is None or not between.places:
        return 0.0
    pixels = _faxed(one.picture)
    per_mm = one.picture.dpi / MM_PER_INCH
    lie = register(pixels, Candidate(ours, np.diag([per_mm, per_mm, 1.0]), 0))
    return lead(pixels, lie, between) if lie is not None else 0.0


def _faxed(picture: Raster) -> Pixels:
    """Return a picture as a coarse fax leaves it, at its own size again."""
    height, width = picture.pixels.shape
    size = (round(width * _FAX_DPI[0] / picture.dpi), round(height * _FAX_DPI[1] / picture.dpi))
    small = np.asarray(cv2.resize(picture.pixels, size, interpolation=cv2.INTER_AREA))
    black = np.where(small < _BLACK, 0, 255).astype(np.uint8)
    return np.asarray(cv2.resize(black, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.uint8)
