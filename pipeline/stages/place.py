"""Place a page: which sheet it is and where it lies, or why it cannot go on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.domain.geometry import Transform
from pipeline.domain.library import Library
from pipeline.domain.placement import Identification, PageState, Placed, Reason, Registration, Rejection
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.raster import Pixels
from pipeline.domain.scan import Page
from pipeline.stages.alike import difference, lead
from pipeline.stages.clean import Cleaned, clean
from pipeline.stages.drift import drift, residual_mm
from pipeline.stages.identify import Candidate, identify
from pipeline.stages.outline import Outline, outline
from pipeline.stages.register import Lie, register
from pipeline.stages.unplaced import unplaced
from pipeline.stages.warp import Matrix, density

FAX_STRETCH = 204.0 / 98.0
_CERTAIN = 0.75
_WORTH_VOTES = 0.25


def place(page: Page, library: Library, policy: PlacePolicy) -> Placed | Rejection:
    """Return where the page lies on which sheet of the library, or why it cannot go on.

    The same page, library and policy give the same bits. `Registration.fits` holds every zone of the sheet: the point
    p of a zone lies at `mm_to_px(p + (dx_mm, dy_mm))`, in pixels counted from the outer corner of the first.
    """
    cleaned = clean(page, policy)
    if isinstance(cleaned, Rejection):
        return cleaned
    outlines = tuple(outline(blank) for blank in library.blanks)
    lies = _lies(page.raster.pixels, cleaned, outlines)
    if not lies or lies[0].score < policy.min_score:
        lies = _lies_of_fax(page, outlines, policy) or lies
    if not lies or lies[0].score < policy.min_score:
        return unplaced(cleaned, lies[0].score if lies else 0.0)
    return _judged(page, lies, outlines, policy)


def _lies(pixels: Pixels, cleaned: Cleaned, outlines: Sequence[Outline]) -> list[Lie]:
    """Return the candidates laid on the page, best first; none is laid after one that is certain."""
    candidates = identify(cleaned, outlines)
    lies: list[Lie] = []
    for candidate in candidates:
        if lies and lies[0].score >= _CERTAIN and candidate.votes < _WORTH_VOTES * candidates[0].votes:
            break
        if not _plausible(candidate.to_px):
            continue
        lie = register(pixels, candidate)
        if lie is not None and _plausible(lie.to_px):
            lies.append(lie)
    return sorted(lies, key=lambda lie: -lie.score)


def _lies_of_fax(page: Page, outlines: Sequence[Outline], policy: PlacePolicy) -> list[Lie]:
    """Try again as a coarse fax, whose pixels are twice as high as wide, when the page is wide enough to be one."""
    if page.raster.width < 1.05 * page.raster.height:
        return []
    cleaned = clean(page, policy, FAX_STRETCH)
    return [] if isinstance(cleaned, Rejection) else _lies(page.raster.pixels, cleaned, outlines)


def _plausible(to_px: Matrix) -> bool:
    """Tell whether a sheet could lie so: not mirrored, not sheared, its sides not more than a fax's apart."""
    scale = to_px[:2, :2] / to_px[2, 2]
    if float(np.linalg.det(scale)) <= 0:
        return False
    large, small = np.linalg.svd(scale, compute_uv=False)
    return bool(small > 0 and large / small < 2.4)


def _judged(page: Page, lies: list[Lie], outlines: Sequence[Outline], policy: PlacePolicy) -> Placed | Rejection:
    pixels = page.raster.pixels
    lie, margin = _leading(pixels, lies, outlines, policy)
    template = lie.outline.blank.template
    if margin < policy.min_margin:
        told = (("score", round(lie.score, 3)), ("margin", round(margin, 3)))
        return Rejection(Reason.TEMPLATES_TOO_ALIKE, PageState.UNKNOWN, told)
    dpi = min(density(lie.to_px))
    if dpi < policy.min_dpi:
        return Rejection(Reason.TOO_COARSE, PageState.REJECTED, (("dpi", round(dpi)),))
    residual = residual_mm(lie)
    if residual > policy.max_residual_mm:
        told = (("score", round(lie.score, 3)), ("residual_mm", round(min(residual, 99.0), 2)))
        return Rejection(Reason.POORLY_PLACED, PageState.REJECTED, told)
    return Placed(
        page.number,
        Identification(template.name, template.version, lie.outline.blank.sheet.number, min(1.0, lie.score), margin),
        Registration(Transform.of(lie.to_px), residual, _rotation(lie.to_px), drift(lie, pixels.shape)),
    )


def _leading(pixels: Pixels, lies: list[Lie], outlines: Sequence[Outline], policy: PlacePolicy) -> tuple[Lie, float]:
    """Return the sheet that leads all others, and its least lead: by score, and over near twins by where they differ."""
    best = lies[0]
    for _ in outlines:
        margin, rival = _least_lead(pixels, best, lies, outlines)
        if rival is None:
            return best, margin
        best = rival
    return best, 0.0


def _least_lead(pixels: Pixels, best: Lie, lies: list[Lie], outlines: Sequence[Outline]) -> tuple[float, Lie | None]:
    """Return the least lead over any other sheet, and a near twin that fits better, if one does."""
    least = 1.0
    for other in outlines:
        if other is best.outline:
            continue
        apart = difference(best.outline, other)
        if apart is None:
            scores = [lie.score for lie in lies if lie.outline is other]
            least = min(least, best.score - max(scores, default=0.0))
            continue
        ahead = lead(pixels, best, apart)
        if ahead < 0:
            rival = register(pixels, Candidate(other, best.to_px @ np.linalg.inv(apart.to_twin), 0))
            if rival is not None:
                return ahead, rival
        least = min(least, ahead)
    return least, None


def _rotation(to_px: Matrix) -> int:
    """Return the clockwise turn, in whole quarters, that brings the page upright."""
    quarter = round(float(np.arctan2(to_px[1, 0], to_px[0, 0])) / (np.pi / 2))
    return int(-quarter * 90) % 360
