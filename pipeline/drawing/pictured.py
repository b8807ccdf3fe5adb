"""Pictures as a PDF of their true size, without loss: what is kept of a blank that was scanned."""

from __future__ import annotations

import io
from collections.abc import Iterable

import pikepdf
from pikepdf import Dictionary, Name

from pipeline.domain.raster import Raster


def pictured(pages: Iterable[Raster]) -> bytes:
    """Return a PDF with one page for each picture; the same pictures give the same bytes."""
    with pikepdf.new() as pdf:
        for picture in pages:
            points = (picture.width * 72 / picture.dpi, picture.height * 72 / picture.dpi)
            about = Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=picture.width, Height=picture.height)
            about.ColorSpace, about.BitsPerComponent = Name.DeviceGray, 8
            image = pikepdf.Stream(pdf, picture.pixels.tobytes(), about)
            page = pdf.add_blank_page(page_size=points)
            page.Resources = Dictionary(XObject=Dictionary(Im0=pdf.make_indirect(image)))
            page.Contents = pdf.make_stream(f"q {points[0]:.4f} 0 0 {points[1]:.4f} 0 0 cm /Im0 Do Q".encode())
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, compress_streams=True)
        return out.getvalue()
