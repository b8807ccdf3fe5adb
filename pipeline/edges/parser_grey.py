"""From whatever a file holds to grey pixels, upright and square, with a resolution we believe or none.

Colour becomes grey as the darker of red and green. Ink of any colour stays dark that way (luminance would lift red to
mid-grey), while yellow marker and tinted paper stay light, as they do not if blue is asked too.
"""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageChops

from pipeline.edges.parser_wire import Limits, Picture, Refused

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_NOBODY_MEASURED = (72.0, 96.0)
_FINEST = 1250.0
_LONGEST_INCHES = 17.6
_SHORTEST_INCHES = 3.0
_A5_SHORT_INCHES = 5.83
_SQUARE = 0.02
_STRETCH = 4.0


def grey(image: Image.Image) -> Image.Image:
    """Return an image as 8-bit grey, 0 black; what is transparent is paper."""
    mode = image.mode
    if mode == "L":
        return image
    if mode == "1":
        return image.convert("L")
    if mode in ("I", "F") or mode.startswith("I;"):
        return _deep(image)
    if mode in ("LA", "PA", "La") or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in ("RGBA", "RGBa"):
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    elif image.mode not in ("RGB", "RGBX"):
        image = image.convert("RGB")
    return ImageChops.darker(image.getchannel("R"), image.getchannel("G"))


def _deep(image: Image.Image) -> Image.Image:
    """Bring 16 bits, or floating numbers from 0 to their own greatest, down to 8 bits."""
    if image.mode == "F":
        top = max(1.0, float(image.getextrema()[1]))  # type: ignore[arg-type]
        return image.point(_scaling(255.0 / top)).convert("L")
    return image.convert("I").point(_scaling(1 / 257)).convert("L")


def _scaling(factor: float) -> Callable[[float], float]:
    return lambda value: value * factor + 0.0


def upright(image: Image.Image, orientation: object) -> Image.Image:
    """Turn an image as its orientation tag (EXIF 274) says; an unknown one is ignored."""
    turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
    return image if turn is None else image.transpose(turn)


def finished(image: Image.Image, dpi: tuple[float, float], limits: Limits) -> Picture:
    """Make square pixels of an upright grey image, judge its resolution, and pack it.

    Raises:
        Refused: when it is too coarse to read, or too large once square.
    """
    scanned = image.size
    image, dpi = _squared(image, dpi, limits)
    believed = believable(dpi[0], image.width, image.height)
    refuse_coarse(believed, image.width, image.height, limits)
    stretched = scanned if image.size != scanned else None
    return Picture(image.width, image.height, believed, image.tobytes(), scanned=stretched)


def _squared(image: Image.Image, dpi: tuple[float, float], limits: Limits) -> tuple[Image.Image, tuple[float, float]]:
    """Stretch the coarser direction, as fax pages of 204 by 98 need."""
    across, down = dpi
    if across <= 0 or down <= 0 or abs(across / down - 1) <= _SQUARE or not 1 / _STRETCH <= across / down <= _STRETCH:
        return image, dpi
    width = round(image.width * max(1.0, down / across))
    height = round(image.height * max(1.0, across / down))
    refuse_large(width, height, limits)
    finest = max(across, down)
    return image.resize((width, height), Image.Resampling.BICUBIC), (finest, finest)


def believable(dpi: float, width: int, height: int) -> float:
    """Return a resolution that someone may have measured, else 0.

    72 and 96 are what programs write when nobody told them; and a page is neither a poster nor a stamp.
    """
    if not 0 < dpi <= _FINEST or any(abs(dpi - default) < 0.5 for default in _NOBODY_MEASURED):
        return 0.0
    long = max(width, height) / dpi
    return round(dpi, 2) if _SHORTEST_INCHES <= long <= _LONGEST_INCHES else 0.0


def refuse_large(width: int, height: int, limits: Limits) -> None:
    """Stop before memory is spent on too many pixels.

    Raises:
        Refused: when there are more than the limit.
    """
    if width * height > limits.max_pixels:
        raise Refused("too_many_pixels", width=width, height=height)


def refuse_coarse(dpi: float, width: int, height: int, limits: Limits) -> None:
    """Stop where no form could be read: too few dots an inch, or too few for the smallest sheet (A5) there is.

    Raises:
        Refused: when the page is too coarse.
    """
    if 0 < dpi < limits.min_dpi or min(width, height) < limits.min_dpi * _A5_SHORT_INCHES:
        raise Refused("too_coarse", dpi=round(dpi, 1), width=width, height=height)
