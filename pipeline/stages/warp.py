"""Take a page's pixels to a sheet's own plane, at a resolution of our choice.

Everywhere in the stages a point of a picture is told from the outer corner of its first pixel, so that pixel (0, 0)
covers [0, 1) and has its middle at (0.5, 0.5); OpenCV counts from that middle. Only this room knows the difference.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.domain.geometry import MM_PER_INCH, Rect
from pipeline.domain.raster import Pixels

Matrix = NDArray[np.float64]
WHITE = 255
_STRAIGHT_PX = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """A page's pixels made fewer by whole factors, and the matrix from the page's pixels to these."""

    pixels: Pixels
    from_page: Matrix


def shrunk(pixels: Pixels, to_px: Matrix, dpi: float) -> Shrunk:
    """Return the page with as few pixels as `dpi` on the sheet needs, each the mean of a whole block.

    `to_px` takes sheet millimetres to the page's pixels and tells how dense they are. Sampling a dense page at a low
    resolution without this would read single pixels and lose thin lines.
    """
    across, down = density(to_px)
    fx, fy = max(1, int(across / dpi + 0.3)), max(1, int(down / dpi + 0.3))
    if fx == 1 and fy == 1:
        return Shrunk(pixels, np.eye(3))
    height, width = pixels.shape[0] // fy, pixels.shape[1] // fx
    if min(height, width) < 1:
        return Shrunk(pixels, np.eye(3))
    whole = pixels[: height * fy, : width * fx]
    small = np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
    return Shrunk(small, np.diag([1.0 / fx, 1.0 / fy, 1.0]))


def density(to_px: Matrix) -> tuple[float, float]:
    """Return how many pixels an inch on the sheet takes along the page's rows and columns."""
    scale = np.abs(to_px[:2, :2]) / float(to_px[2, 2])
    return float(np.hypot(*scale[0])) * MM_PER_INCH, float(np.hypot(*scale[1])) * MM_PER_INCH


def flattened(pixels: Pixels, to_px: Matrix, frame: Rect, dpi: float, smooth: bool = False) -> Pixels:
    """Return what lies in `frame` (sheet millimetres) as a picture at `dpi`; white where the page ends.

    `smooth` takes the sharper and dearer cubic interpolation.
    """
    width, height = size_px(frame, dpi)
    step = MM_PER_INCH / dpi
    place = np.array([[step, 0.0, frame.x], [0.0, step, frame.y], [0.0, 0.0, 1.0]])
    matrix = _moved(-0.5) @ to_px @ place @ _moved(0.5)
    flags = (cv2.INTER_CUBIC if smooth else cv2.INTER_LINEAR) | cv2.WARP_INVERSE_MAP
    straight = _affine(matrix, width, height)
    if straight is not None:
        flat = cv2.warpAffine(pixels, straight, (width, height), flags=flags, borderValue=WHITE)
    else:
        flat = cv2.warpPerspective(pixels, matrix, (width, height), flags=flags, borderValue=WHITE)
    return np.asarray(flat, dtype=np.uint8)


def _affine(matrix: Matrix, width: int, height: int) -> Matrix | None:
    """Return the 2×3 matrix that does the same as a homography within a frame, to a fiftieth of a pixel, if one does."""
    corners = np.array([(0.0, 0.0), (width, 0.0), (0.0, height), (width, height), (width / 2, height / 2)])
    origin, right, down, far, middle = across(matrix, corners)
    columns = np.column_stack([(right - origin) / width, (down - origin) / height, origin])
    beside = np.abs(np.array([far - (right + down - origin), middle - (right + down) / 2]))
    return columns if float(beside.max()) < _STRAIGHT_PX else None


def size_px(frame: Rect, dpi: float) -> tuple[int, int]:
    """Return how many pixels wide and high a frame is at `dpi`, at least one each."""
    return max(1, round(frame.width * dpi / MM_PER_INCH)), max(1, round(frame.height * dpi / MM_PER_INCH))


def across(matrix: NDArray[np.floating], points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Take points, (n, 2), through a homography."""
    told = np.column_stack([points, np.ones(len(points))]) @ matrix.T
    return np.asarray(told[:, :2] / told[:, 2:3], dtype=np.float64)


def _moved(by: float) -> Matrix:
    return np.array([[1.0, 0.0, by], [0.0, 1.0, by], [0.0, 0.0, 1.0]])
