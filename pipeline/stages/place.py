"""Place a page: which sheet it is and where it lies, or why it cannot go on."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

import numpy as np

from pipeline.domain.geometry import MM_PER_INCH, Transform
from pipeline.domain.library import Library
from pipeline.domain.placement import Identification, PageState, Placed, Reason, Registration, Rejection
from pipeline.domain.policy import PlacePolicy
from pipeline.domain.raster import Pixels
from pipeline.domain.scan import Page
from pipeline.stages.alike import difference, lead
from pipeline.stages.clean import WORK_DPI, Cleaned, clean, empty
from pipeline.stages.drift import drift, residual_mm
from pipeline.stages.identify import QUICK, THOROUGH, Candidate, identify
from pipeline.stages.outline import Outline, outline
from pipeline.stages.register import Lie, register
from pipeline.stages.twins import twins
from pipeline.stages.unplaced import unplaced
from pipeline.stages.warp import Matrix, across, density

FAX_STRETCH = 204.0 / 98.0
_CERTAIN = 0.75
_MUCH_BENT_MM = 0.25
_WORTH_VOTES = 0.5


def place(page: Page, library: Library, policy: PlacePolicy) -> Placed | Rejection:
    """Return where the page lies on which sheet of the library, or why it cannot go on.

    The same page, library and policy give the same bits. `Registration.fits` holds every zone of the sheet: the point
    p of a zone lies at `mm_to_px(p + (dx_mm, dy_mm))`, in pixels counted from the outer corner of the first. A page that is
    as well a sheet of other versions (`twins`) is placed as one of any of them.
    """
    cleaned = clean(page)
    if isinstance(cleaned, Rejection):
        return cleaned
    if empty(cleaned, policy):
        return Rejection(Reason.BLANK, PageState.BLANK)
    outlines = tuple(outline(blank) for blank in library.blanks)
    lies = _lies(cleaned, outlines)
    if not lies or lies[0].score < policy.min_score:
        cleaned, lies = _as_fax(page, outlines) or (cleaned, lies)
    if not lies or lies[0].score < policy.min_score:
        return unplaced(cleaned, outlines, lies[0].score if lies else 0.0)
    return _judged(page, cleaned, lies, (outlines, policy, library))


def _lies(cleaned: Cleaned, outlines: Sequence[Outline]) -> list[Lie]:
    """Return the candidates laid on the page, best first: at a glance, and if none is certain, looking harder."""
    lies = _laid(cleaned, identify(cleaned, outlines, QUICK))
    if lies and lies[0].score >= _CERTAIN and lies[0].bend.size_mm < _MUCH_BENT_MM:
        return lies
    return sorted(lies + _laid(cleaned, identify(cleaned, outlines, THOROUGH)), key=_quality, reverse=True)


def _quality(lie: Lie) -> float:
    """Return how good a lie is: its score, less for a sheet that must be bent much to lie so."""
    return lie.score - min(0.1, 0.1 * lie.bend.size_mm)


def _laid(cleaned: Cleaned, candidates: Sequence[Candidate]) -> list[Lie]:
    """Lay candidates on the page, best first; none with few votes is laid after one that is certain."""
    lies: list[Lie] = []
    for candidate in candidates:
        if lies and lies[0].score >= _CERTAIN and candidate.votes < _WORTH_VOTES * candidates[0].votes:
            break
        lie = register(cleaned.dense, candidate) if _plausible(candidate.to_px, candidate.outline, cleaned) else None
        if lie is not None and _plausible(lie.to_px, lie.outline, cleaned):
            lies.append(lie)
    return sorted(lies, key=_quality, reverse=True)


def _as_fax(page: Page, outlines: Sequence[Outline]) -> tuple[Cleaned, list[Lie]] | None:
    """Try again as a coarse fax, whose pixels are twice as high as wide, or twice as wide as high once it is turned."""
    lying = page.raster.width > page.raster.height
    cleaned = clean(page, FAX_STRETCH if lying else 1 / FAX_STRETCH)
    if isinstance(cleaned, Rejection):
        return None
    lies = _lies(cleaned, outlines)
    return (cleaned, lies) if lies else None


def _plausible(to_px: Matrix, outline: Outline, cleaned: Cleaned) -> bool:
    """Tell whether a sheet could lie so: nowhere mirrored, sheared or stretched much one way, and of a fair size."""
    to_work = cleaned.to_work @ to_px
    points = np.array([*outline.sheet.corners, outline.sheet.centre])
    if not (np.column_stack([points, np.ones(5)]) @ to_work[2] > 0).all():
        return False
    here, right, down = (across(to_work, points + np.array(step)) for step in ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0)))
    scales = np.stack([right - here, down - here], axis=2) * (MM_PER_INCH / WORK_DPI)
    large, small = np.linalg.svd(scales, compute_uv=False).T
    upright = np.linalg.det(scales) > 0
    return bool((upright & (small > 0.3) & (large < 3.0) & (large < 1.6 * small)).all() and large[4] < 1.25 * small[4])


def _judged(
    page: Page, cleaned: Cleaned, lies: list[Lie], known: tuple[Sequence[Outline], PlacePolicy, Library]
) -> Placed | Rejection:
    outlines, policy, library = known
    lie, (margin, rival) = _leading(cleaned.dense, lies, outlines)
    if margin < policy.min_margin and rival is not None:
        rest = _no_twins(outlines, lie.outline, library)
        lie, (margin, rival) = _leading(cleaned.dense, [lie, *(one for one in lies if one.outline in rest)], rest)
    to_px = np.linalg.inv(cleaned.from_page) @ lie.to_px
    told = (("score", round(lie.score, 3)), ("margin", round(margin, 3)))
    if margin < policy.min_margin:
        both = (("template", lie.outline.blank.template.id), ("other", rival.blank.template.id if rival else ""))
        return Rejection(Reason.TEMPLATES_TOO_ALIKE, PageState.UNKNOWN, (*told, *both))
    dpi = min(density(to_px))
    if dpi < policy.min_dpi:
        return Rejection(Reason.TOO_COARSE, PageState.REJECTED, (("dpi", round(dpi)),))
    residual = residual_mm(lie)
    if residual > policy.max_residual_mm:
        return Rejection(Reason.POORLY_PLACED, PageState.REJECTED, (*told, ("residual_mm", round(min(residual, 99.0), 2))))
    template, sheet = lie.outline.blank.template, lie.outline.blank.sheet
    return Placed(
        page.number,
        Identification(template.name, template.version, sheet.number, lie.score, margin),
        Registration(Transform.of(to_px), residual, _rotation(to_px), drift(lie, cleaned.dense.shape)),
    )


def _no_twins(outlines: Sequence[Outline], of: Outline, library: Library) -> list[Outline]:
    """Return the sheets without those of other versions that are the same as one."""
    alike, number = twins(of.blank, library), of.blank.sheet.number
    return [one for one in outlines if one.blank.template.id not in alike or one.blank.sheet.number != number]


_Lead = tuple[float, Outline | None]  # by how much a sheet leads at least, and over which


def _leading(pixels: Pixels, lies: list[Lie], outlines: Sequence[Outline]) -> tuple[Lie, _Lead]:
    """Return the sheet that leads all others, and its least lead: by score, and over near twins by where they differ."""
    best = lies[0]
    before: Outline | None = None
    for _ in outlines:
        least, rival = _least_lead(pixels, best, lies, outlines)
        if rival is None:
            return best, least
        before, best = best.outline, rival
    return best, (0.0, before)


def _least_lead(pixels: Pixels, best: Lie, lies: list[Lie], outlines: Sequence[Outline]) -> tuple[_Lead, Lie | None]:
    """Return the least lead over any other sheet, and a near twin that fits better, if one does."""
    least: _Lead = (1.0, None)
    for other in outlines:
        if other is best.outline:
            continue
        apart = difference(best.outline, other)
        if apart is None:
            scores = [lie.score for lie in lies if lie.outline is other]
            least = min(least, (best.score - max(scores, default=0.0), other), key=itemgetter(0))
            continue
        ahead = lead(pixels, best, apart)
        if ahead < 0:
            rival = register(pixels, Candidate(other, best.to_px @ np.linalg.inv(apart.to_twin), 0))
            if rival is not None:
                return (ahead, other), rival
        least = min(least, (ahead, other), key=itemgetter(0))
    return least, None


def _rotation(to_px: Matrix) -> int:
    """Return the clockwise turn, in whole quarters, that brings the page upright."""
    quarter = round(float(np.arctan2(to_px[1, 0], to_px[0, 0])) / (np.pi / 2))
    return int(-quarter * 90) % 360
