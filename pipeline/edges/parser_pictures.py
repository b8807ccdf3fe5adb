"""Pages of TIFF, PNG and JPEG files."""

from __future__ import annotations

import itertools
from typing import Any, BinaryIO

from PIL import Image, UnidentifiedImageError

from pipeline.edges import tiff_chain
from pipeline.edges.parser_grey import finished, grey, refuse_large, upright
from pipeline.edges.parser_wire import Limits, Picture, Refused
from pipeline.edges.sniffing import Media

_ORIENTATION, _X_RESOLUTION, _Y_RESOLUTION, _UNIT = 274, 282, 283, 296
_FORMATS = {Media.TIFF: "TIFF", Media.PNG: "PNG", Media.JPEG: "JPEG"}
_PER_INCH = {2: 1.0, 3: 2.54}
_LYING = (5, 6, 7, 8)

Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before anything is decoded


class PictureFile:
    """A file of pictures, each a side of paper."""

    def __init__(self, file: BinaryIO, media: Media, limits: Limits) -> None:
        """Open the file and count its sides; nothing is decoded yet.

        Raises:
            Refused: when it cannot be opened or holds too many pages.
        """
        self._limits = limits
        self._media = media
        self._frames = _sides(file, limits) if media is Media.TIFF else [0]
        if len(self._frames) > limits.max_pages:
            raise Refused("too_many_pages", pages=len(self._frames))
        file.seek(0)
        try:
            self._image: Image.Image = Image.open(file, formats=[_FORMATS[media]])
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
            raise Refused("damaged") from None

    @property
    def count(self) -> int:
        """Return how many sides of paper there are."""
        return len(self._frames)

    def picture(self, number: int) -> Picture:
        """Return one page, numbered from 1.

        Raises:
            Refused: when the page is too large, too coarse or told of but not there.
        """
        frame = self._frames[number - 1]
        if frame is None:
            raise Refused("page_damaged")
        if self._media is Media.TIFF:
            self._image.seek(frame)
        refuse_large(*self._image.size, self._limits)
        dpi, orientation = _resolution(self._image), _orientation(self._image)
        self._image.load()
        plain = grey(self._image)
        if self._media is not Media.TIFF:  # a TIFF has been turned while it was loaded
            plain = upright(plain, orientation)
        return finished(plain, (dpi[1], dpi[0]) if orientation in _LYING else dpi, self._limits)


def _sides(file: BinaryIO, limits: Limits) -> list[int | None]:
    """Return the frames that are sides of paper; a chain that breaks off leaves None for what it promised."""
    found: list[int | None] = []
    try:
        for directory in itertools.islice(tiff_chain.directories(file), limits.max_pages + 1):
            if directory.side:
                found.append(directory.index)
    except tiff_chain.Broken:
        if not found:
            raise Refused("damaged") from None
        found.append(None)
    if not found:
        raise Refused("no_pages")
    return found


def _orientation(image: Image.Image) -> int | None:
    tagged: Any = getattr(image, "tag_v2", None)
    raw = tagged.get(_ORIENTATION) if tagged is not None else image.getexif().get(_ORIENTATION)
    return raw if isinstance(raw, int) else None


def _resolution(image: Image.Image) -> tuple[float, float]:
    """Return dots an inch across and down as the file tells them; zeros where it does not, or only their relation."""
    tagged: Any = getattr(image, "tag_v2", None)
    try:
        if tagged is not None:
            factor = _PER_INCH.get(tagged.get(_UNIT, 2), 0.0)
            raw = (float(tagged.get(_X_RESOLUTION, 0)) * factor, float(tagged.get(_Y_RESOLUTION, 0)) * factor)
        else:
            told = image.info.get("dpi", (0, 0))
            raw = (float(told[0]), float(told[1]))
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        return (0.0, 0.0)
    return raw if all(0 < side < 1e5 for side in raw) else (0.0, 0.0)
