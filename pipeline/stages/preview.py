"""Show a placed page as its sheet lies: upright, straight, and small enough to keep beside the original."""

from __future__ import annotations

from pipeline.domain.geometry import Rect
from pipeline.domain.library import Library
from pipeline.domain.placement import Placed
from pipeline.domain.raster import Raster
from pipeline.domain.scan import Page
from pipeline.stages.warp import flattened, shrunk

PREVIEW_DPI = 150.0


def preview(page: Page, placed: Placed, library: Library) -> Raster:
    """Return the placed sheet, upright, at `PREVIEW_DPI`; sheet millimetres times dpi / 25.4 are its pixels."""
    sheet = library.blank(placed.identification.id, placed.identification.sheet).sheet
    to_px = placed.registration.mm_to_px.matrix
    small = shrunk(page.raster.pixels, to_px, PREVIEW_DPI)
    whole = Rect(0.0, 0.0, sheet.width_mm, sheet.height_mm)
    return Raster.owning(flattened(small.pixels, small.from_page @ to_px, whole, PREVIEW_DPI), PREVIEW_DPI)
