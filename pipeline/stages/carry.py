"""Carry: which fields of a later version of a form keep the record that they made in an earlier one.

A field keeps it when nothing that its reading depends on has changed: what is asked, how it may be answered, where it
stands, and the print around it. Whatever else the new version changes, those fields need not prove themselves anew.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.library import Library
from pipeline.domain.raster import Raster
from pipeline.domain.reading import CLIP_DPI
from pipeline.domain.template import Field, Template
from pipeline.stages.cut import frame_of
from pipeline.stages.differ import STILL_MM, far
from pipeline.stages.evidence import strokes

Mask = NDArray[np.bool_]
_PER_MM = CLIP_DPI / MM_PER_INCH
_STROKE = 60
_NEAR_PX = 3  # 0.25 mm: as far as a zone may have moved, and print be drawn with other edges
_MOST_PX = 12  # a full stop of small print


def carried(before: Template, after: Template, known: Library) -> frozenset[str]:
    """Return the keys of `after` whose fields read as they did in `before`; `known` holds the blanks of both."""
    alike = [field for field in after.fields if before.has(field.key) and _asked_alike(before.field(field.key), field)]
    prints = {
        (template.id, number): _dark(known.blank(template.id, number).picture)
        for template in (before, after)
        for number in {zone.sheet for field in alike for zone in field.all_zones}
    }

    def printed_alike(field: Field) -> bool:
        frames = ((zone.sheet, frame_of(zone, known.blank(after.id, zone.sheet))) for zone in field.all_zones)
        return all(
            _same_print(_piece(prints[before.id, sheet], frame), _piece(prints[after.id, sheet], frame))
            for sheet, frame in frames
        )

    return frozenset(field.key for field in alike if printed_alike(field))


def _asked_alike(before: Field, after: Field) -> bool:
    if [zone.sheet for zone in before.all_zones] != [zone.sheet for zone in after.all_zones]:
        return False
    moved = max((far(*pair) for pair in zip(before.all_zones, after.all_zones, strict=True)), default=0.0)
    return moved <= STILL_MM and _told(before) == _told(after)


def _told(field: Field) -> tuple[object, ...]:
    options = tuple((option.value, option.label) for option in field.options)
    return (field.label, field.kind, field.comb, field.lines, options, frozenset(field.rules))


def _dark(picture: Raster) -> Mask:
    return np.asarray(strokes(picture.pixels) > _STROKE)


def _piece(print_: Mask, frame: Rect) -> Mask:
    rows = slice(round(frame.y * _PER_MM), round(frame.bottom * _PER_MM))
    return print_[rows, round(frame.x * _PER_MM) : round(frame.right * _PER_MM)]


def _same_print(first: Mask, second: Mask) -> bool:
    return first.shape == second.shape and _apart(first, second) + _apart(second, first) <= _MOST_PX


def _apart(ours: Mask, theirs: Mask) -> int:
    """Return how many pixels of print one has and the other has nowhere near."""
    near = np.ones((2 * _NEAR_PX + 1, 2 * _NEAR_PX + 1), np.uint8)
    return int((ours & (np.asarray(cv2.dilate(theirs.astype(np.uint8), near)) == 0)).sum())
