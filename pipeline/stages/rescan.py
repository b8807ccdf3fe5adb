"""Tell for certain whether two placed pages are two scans of the same piece of paper; when in doubt they are not.

The pages' clips are laid on each other zone by zone, piece by piece, and whatever ink one has and the other lacks is
measured by how far it stands from the other's: the closed gap that makes a 6 an 8 is enough to part them. Specks and the
lines that dust on the glass draws down a whole page are no writing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.placement import Placed
from pipeline.domain.raster import Pixels, Raster
from pipeline.domain.reading import LOST_MM, Clip, ClipPart
from pipeline.domain.template import FieldKind
from pipeline.stages.overlay import Spot, laid
from pipeline.stages.streak import is_streak

_TELLING = frozenset({FieldKind.PNR, FieldKind.SNR, FieldKind.RIKSKOD, FieldKind.OTHER_NUMBER, FieldKind.SIGN})
_TELLING_PX = 150
_LEAST_PX = 1500  # about 11 mm² of ink: with less, two papers have nothing to be the same in
_APART = 4.0
_EDGE_MM = 9.0
_BESIDE_MM = 1.0
_BESIDE_PX = 60


@dataclass(frozen=True, slots=True)
class Shown:
    """A placed page as it is kept: where it lies, the clips of its zones, and the upright preview of the whole sheet."""

    placed: Placed
    clips: tuple[Clip, ...]
    preview: Raster


def same_paper(ours: Sequence[Shown], theirs: Sequence[Shown]) -> bool:
    """Tell whether the sheets of two forms, in the same order, are for certain the same pieces of paper.

    Every sheet must show the same ink in every zone and beside them, nowhere more and nowhere less; and on some sheet it
    must be ink that no two papers share: a person's number or a signature.
    """
    if not ours or len(ours) != len(theirs):
        return False
    found = [_inks(one, other) for one, other in zip(ours, theirs, strict=True)]
    certain = [ink for ink in found if ink is not None]
    if len(certain) < len(found):
        return False
    return sum(ink.all_px for ink in certain) >= _LEAST_PX and any(ink.telling_px >= _TELLING_PX for ink in certain)


@dataclass(frozen=True, slots=True)
class _Inks:
    """How much ink two pages share, in pixels of their clips: all of it, and in telling fields."""

    all_px: int
    telling_px: int


def _inks(ours: Shown, theirs: Shown) -> _Inks | None:
    """Return how much ink two pages share, or None when anything tells them apart or cannot be seen."""
    one, other = ours.placed.identification, theirs.placed.identification
    pairs = _pairs(ours.clips, theirs.clips)
    if (one.id, one.sheet) != (other.id, other.sheet) or pairs is None or _beside(ours, theirs):
        return None
    total = telling = 0
    for kind, (first, second) in pairs:
        shared, spots = laid(first.picture.pixels, second.picture.pixels, first.blank.pixels)
        if any(spot.apart > _APART and not _dust(spot, first, (ours, theirs)) for spot in spots):
            return None
        total += shared
        telling += shared if kind in _TELLING else 0
    return _Inks(total, telling)


def _pairs(ours: Sequence[Clip], theirs: Sequence[Clip]) -> list[tuple[FieldKind, tuple[ClipPart, ClipPart]]] | None:
    """Return the zones of both, side by side; None when they are not the same zones or one could not be placed."""
    first, second = (list(_parts(clips)) for clips in (ours, theirs))
    if [_named(*told) for told in first] != [_named(*told) for told in second]:
        return None
    if any(part.residual_mm > LOST_MM for _, part in (*first, *second)):
        return None
    return [(clip.field.kind, (part, other)) for (clip, part), (_, other) in zip(first, second, strict=True)]


def _parts(clips: Sequence[Clip]) -> Iterator[tuple[Clip, ClipPart]]:
    for clip in clips:
        for part in clip.parts:
            yield clip, part


def _named(clip: Clip, part: ClipPart) -> tuple[str, Rect, str | None, tuple[int, int]]:
    return clip.field.key, part.frame, part.option, (part.picture.height, part.picture.width)


def _dust(spot: Spot, part: ClipPart, pages: tuple[Shown, Shown]) -> bool:
    """Tell whether ink that only one of two pages has is a line that dust drew down the whole of that page."""
    mm = MM_PER_INCH / part.picture.dpi
    page = pages[spot.whose]
    place = (part.frame.x + spot.x * mm, part.frame.y + spot.y * mm)
    return is_streak(page.preview, page.placed.registration.mm_to_px, place, (spot.width * mm, spot.height * mm))


def _beside(ours: Shown, theirs: Shown) -> bool:
    """Tell whether something as large as a letter stands beside the zones of one page and not of the other."""
    one, other = (_evened(page.preview.pixels) for page in (ours, theirs))
    if one.shape != other.shape:
        return True
    per_mm = ours.preview.dpi / MM_PER_INCH
    judged = _outside(one.shape, ours.clips, per_mm)
    for page, mine, others in ((ours, one, other), (theirs, other, one)):
        far = cv2.distanceTransform((others >= 215).astype(np.uint8), cv2.DIST_L2, 3) > _BESIDE_MM * per_mm
        _, _, stats, middles = cv2.connectedComponentsWithStats(((mine < 140) & far & judged).astype(np.uint8))
        for (_, _, width, height, area), (x, y) in zip(stats[1:].tolist(), middles[1:], strict=True):
            size = (width / per_mm, height / per_mm)
            streak = area >= _BESIDE_PX and is_streak(
                page.preview, page.placed.registration.mm_to_px, (x / per_mm, y / per_mm), size
            )
            if area >= _BESIDE_PX and not streak:
                return True
    return False


def _outside(shape: tuple[int, ...], clips: Sequence[Clip], per_mm: float) -> NDArray[np.bool_]:
    """Return where a sheet is neither zone nor so near its edge that the scanner's lid may show."""
    judged = np.zeros(shape[:2], np.bool_)
    edge = round(_EDGE_MM * per_mm)
    judged[edge:-edge, edge:-edge] = True
    for _, part in _parts(clips):
        top, left = int(part.frame.y * per_mm), int(part.frame.x * per_mm)
        judged[top : int(part.frame.bottom * per_mm) + 1, left : int(part.frame.right * per_mm) + 1] = False
    return judged


def _evened(pixels: Pixels) -> Pixels:
    paper = max(64.0, float(np.percentile(pixels[::8, ::8], 75)))
    return np.asarray(cv2.convertScaleAbs(pixels, alpha=250.0 / paper), dtype=np.uint8)
