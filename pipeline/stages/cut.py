"""Cut a placed page into clips: one picture for each field, upright, at one resolution, and nothing beside it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.library import Library, SheetBlank
from pipeline.domain.placement import Placed, Registration, ZoneFit
from pipeline.domain.raster import Pixels, Raster
from pipeline.domain.reading import CLIP_DPI, Clip, ClipPart
from pipeline.domain.scan import Page, TextItem, Widget
from pipeline.domain.template import Field, Zone
from pipeline.stages.warp import Matrix, across, flattened, shrunk

FRAME_MM = 1.5
_PALE = 96.0  # paper darker than this is not stretched to white: there is no paper to tell


def cut(page: Page, placed: Placed, library: Library) -> tuple[Clip, ...]:
    """Return one clip for each field with a zone on the placed sheet, in template order.

    A part's picture is what lies in its frame (the zone and `FRAME_MM` around it) at `CLIP_DPI`, moved by the zone's own
    shift, its light stretched so that the frame's paper is white. It depends on the pixels in its frame and the two beside
    its edge, on no other. A zone that cannot be placed is cut all the same, white where the page ends, and its residual
    is infinite.
    """
    identification = placed.identification
    blank = library.blank(identification.id, identification.sheet)
    to_px = placed.registration.mm_to_px.matrix
    small = shrunk(page.raster.pixels, to_px, CLIP_DPI)
    clips = []
    for field in blank.template.fields_on(identification.sheet):
        parts = tuple(
            _part(page, blank, (small.pixels, small.from_page @ to_px), (field, index, placed.registration))
            for index, zone in enumerate(field.all_zones)
            if zone.sheet == identification.sheet
        )
        clips.append(Clip(field, parts, page.source))
    return tuple(clips)


def join(clips: Sequence[Clip]) -> tuple[Clip, ...]:
    """Return one clip for each field out of those of all sheets of a form, its parts in the order of its zones."""
    fields: dict[str, list[Clip]] = {}
    for clip in clips:
        fields.setdefault(clip.field.key, []).append(clip)
    return tuple(_joined(found) for found in fields.values())


def frame_of(zone: Zone, blank: SheetBlank) -> Rect:
    """Return what a zone's picture covers: the zone and `FRAME_MM` around it, as far as the sheet goes."""
    grown = zone.rect.grown(FRAME_MM)
    x, y = max(0.0, grown.x), max(0.0, grown.y)
    return Rect(x, y, min(grown.right, blank.sheet.width_mm) - x, min(grown.bottom, blank.sheet.height_mm) - y)


def _joined(clips: Sequence[Clip]) -> Clip:
    field = clips[0].field
    order = [(zone.sheet, zone.rect) for zone in field.all_zones]
    parts = sorted((part for clip in clips for part in clip.parts), key=lambda part: order.index((part.sheet, part.zone)))
    return Clip(field, tuple(parts), clips[0].source)


def _part(page: Page, blank: SheetBlank, source: tuple[Pixels, Matrix], which: tuple[Field, int, Registration]) -> ClipPart:
    field, index, registration = which
    zone = field.all_zones[index]
    fit = registration.fit(field.key, index)
    frame = frame_of(zone, blank)
    pixels, to_small = source
    picture = flattened(pixels, to_small @ fit.onto(zone.rect).matrix, frame, CLIP_DPI, smooth=True)
    places = _Places(registration, fit, zone.rect)
    text = index - len(field.zones)
    return ClipPart(
        sheet=zone.sheet,
        zone=zone.rect,
        frame=frame,
        picture=Raster.owning(_lit(picture), CLIP_DPI),
        blank=_of_blank(blank, frame),
        residual_mm=fit.residual_mm,
        option=field.options[text].value if text >= 0 else None,
        words=tuple(TextItem(word.text, box) for word in page.words if (box := places.box(word.box)) is not None),
        widgets=tuple(
            Widget(widget.name, widget.value, box) for widget in page.widgets if (box := places.box(widget.box)) is not None
        ),
    )


class _Places:
    """The way from a page's pixels to one zone of the sheet."""

    def __init__(self, registration: Registration, fit: ZoneFit, zone: Rect) -> None:
        self._from_px = np.linalg.inv(registration.mm_to_px.matrix @ fit.onto(zone).matrix)
        self._zone = zone

    def box(self, box: Rect) -> Rect | None:
        """Return a box of the page in sheet millimetres if its middle lies in the zone."""
        x, y = across(self._from_px, np.array([box.centre]))[0]
        if not self._zone.holds(float(x), float(y)):
            return None
        corners = across(self._from_px, np.array(box.corners))
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        return Rect(float(left), float(top), float(right - left), float(bottom - top))


def _lit(picture: Pixels) -> Pixels:
    """Stretch the light so that the frame's own paper is white."""
    shares = np.cumsum(cv2.calcHist([picture], [0], None, [256], [0, 256]).ravel()) / picture.size
    paper = float(np.searchsorted(shares, 0.75))
    if paper < _PALE or paper >= 250:
        return picture
    return np.asarray(cv2.convertScaleAbs(picture, alpha=250.0 / paper), dtype=np.uint8)


@lru_cache(maxsize=1024)
def _of_blank(blank: SheetBlank, frame: Rect) -> Raster:
    """Return what the blank shows in a frame; cut once for all forms, so that the whole sheet need not stay drawn."""
    picture = blank.picture
    per_mm = picture.dpi / MM_PER_INCH
    return Raster.owning(flattened(picture.pixels, np.diag([per_mm, per_mm, 1.0]), frame, CLIP_DPI), CLIP_DPI)
