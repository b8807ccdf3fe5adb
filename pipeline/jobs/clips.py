"""Clips at rest: the pictures of one page's fields as bytes to be sealed, and back; plain JSON and PNG, no code."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.library import Library
from pipeline.domain.placement import Placed
from pipeline.domain.raster import Raster
from pipeline.domain.reading import CLIP_DPI, Clip, ClipPart
from pipeline.domain.scan import Page, Source, TextItem, Widget
from pipeline.domain.template import Field, Template
from pipeline.edges.store.nouns import from_plain, to_plain
from pipeline.stages.clean import A4_LONG_MM
from pipeline.stages.preview import PREVIEW_DPI, preview

_PREVIEW_SIDE = 1800
_JPEG = [cv2.IMWRITE_JPEG_QUALITY, 70]
_COVER_MM = 2.0  # as far around a field as writing may reach out of it
_HEAD = struct.Struct(">4sI")
_MARK = b"BCL1"


def pack(clips: Sequence[Clip], likeness: bytes = b"") -> bytes:
    """Return clips as bytes: a JSON head, the pictures as PNG behind it, and what the page is known again by."""
    pictures: list[bytes] = []

    def picture(raster: Raster) -> dict[str, Any]:
        done, data = cv2.imencode(".png", raster.pixels, [cv2.IMWRITE_PNG_COMPRESSION, 2])
        if not done:
            raise ValueError("a picture that cannot be encoded")
        pictures.append(data.tobytes())
        return {"size": len(pictures[-1]), "dpi": raster.dpi}

    plain = [_clip_plain(clip, picture) for clip in clips]
    head = json.dumps({"clips": plain, "likeness": len(likeness)}, ensure_ascii=False).encode()
    return b"".join((_HEAD.pack(_MARK, len(head)), head, *pictures, likeness))


def _clip_plain(clip: Clip, picture: Any) -> dict[str, Any]:  # noqa: ANN401 - a function of raster
    parts = [
        {
            "sheet": part.sheet,
            "zone": to_plain(part.zone),
            "frame": to_plain(part.frame),
            "residual_mm": part.residual_mm,
            "option": part.option,
            "words": to_plain(part.words),
            "widgets": to_plain(part.widgets),
            "picture": picture(part.picture),
            "blank": picture(part.blank),
        }
        for part in clip.parts
    ]
    return {"key": clip.field.key, "source": clip.source.value, "parts": parts}


def unpack(data: bytes, template: Template) -> tuple[Clip, ...]:
    """Return the clips that `pack` wrote, their fields taken from the template."""
    told, at = _head(data)

    def picture(plain: dict[str, Any]) -> Raster:
        nonlocal at
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8, plain["size"], at), cv2.IMREAD_GRAYSCALE)
        if pixels is None:
            raise ValueError("a picture that cannot be decoded")
        at += plain["size"]
        return Raster.owning(pixels.astype(np.uint8, copy=False), plain["dpi"])

    clips = []
    for plain in told["clips"]:
        parts = tuple(_part(part, picture(part["picture"]), picture(part["blank"])) for part in plain["parts"])
        clips.append(Clip(template.field(plain["key"]), parts, Source(plain["source"])))
    return tuple(clips)


def likeness(data: bytes) -> bytes:
    """Return what the page of some packed clips is known again by; empty when nothing was told."""
    size: int = _head(data)[0]["likeness"]
    return data[len(data) - size :]


def _head(data: bytes) -> tuple[dict[str, Any], int]:
    """Return the JSON head and where the pictures begin."""
    mark, size = _HEAD.unpack_from(data)
    if mark != _MARK:
        raise ValueError("not clips")
    at = _HEAD.size + size
    return json.loads(data[_HEAD.size : at]), at


def _part(plain: dict[str, Any], picture: Raster, blank: Raster) -> ClipPart:
    return ClipPart(
        sheet=plain["sheet"],
        zone=from_plain(Rect, plain["zone"]),
        frame=from_plain(Rect, plain["frame"]),
        picture=picture,
        blank=blank,
        residual_mm=plain["residual_mm"],
        option=plain["option"],
        words=from_plain(tuple[TextItem, ...], plain["words"]),
        widgets=from_plain(tuple[Widget, ...], plain["widgets"]),
    )


def picture_of(page: Page, placed: Placed | None, library: Library) -> bytes:
    """Return a small JPEG of a page: the upright sheet where it is placed, else the page as it came."""
    if placed is not None:
        done, data = cv2.imencode(".jpg", preview(page, placed, library).pixels, _JPEG)
    else:
        pixels = page.raster.pixels
        factor = min(1.0, _PREVIEW_SIDE / max(pixels.shape))
        size = (max(1, round(pixels.shape[1] * factor)), max(1, round(pixels.shape[0] * factor)))
        done, data = cv2.imencode(".jpg", cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), _JPEG)
    if not done:
        raise ValueError("a picture that cannot be encoded")
    return bytes(data.tobytes())


def whole(pages: Sequence[tuple[bytes, int]], fields: Sequence[Field]) -> tuple[Clip, ...]:
    """Return a clip for each field that shows pages whole, given their small JPEGs and the turns that bring them upright."""
    parts = []
    for number, (picture, rotation) in enumerate(pages, start=1):
        upright = np.rot90(shown(picture, 0.0).pixels, -(rotation // 90))
        larger = A4_LONG_MM * CLIP_DPI / MM_PER_INCH / max(upright.shape)
        pixels = cv2.resize(upright, None, fx=larger, fy=larger, interpolation=cv2.INTER_CUBIC).astype(np.uint8)
        frame = Rect(0.0, 0.0, *(side * MM_PER_INCH / CLIP_DPI for side in pixels.shape[::-1]))
        raster = Raster.owning(pixels, CLIP_DPI)
        paper = Raster.owning(np.full((1, 1), 255, np.uint8), CLIP_DPI)
        parts.append(ClipPart(number, frame, frame, raster, paper, math.inf))
    return tuple(Clip(field, tuple(parts), Source.IMAGE) for field in fields) if parts else ()


def shown(picture: bytes, dpi: float) -> Raster:
    """Return the picture in a small JPEG.

    Raises:
        ValueError: when it is none.
    """
    pixels = cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise ValueError("a picture that cannot be decoded")
    return Raster.owning(pixels.astype(np.uint8, copy=False), dpi)


def without(picture: bytes, covered: Sequence[Rect]) -> bytes:
    """Return a placed page's small JPEG with some places, in millimetres of its sheet, painted over with their frames."""
    if not covered:
        return picture
    pixels = shown(picture, PREVIEW_DPI).pixels.copy()
    per_mm = PREVIEW_DPI / MM_PER_INCH
    for place in covered:
        grown = place.grown(_COVER_MM)
        corner, far = ((round(x * per_mm), round(y * per_mm)) for x, y in ((grown.x, grown.y), (grown.right, grown.bottom)))
        cv2.rectangle(pixels, corner, far, 0, cv2.FILLED)
    return bytes(cv2.imencode(".jpg", pixels, _JPEG)[1].tobytes())
