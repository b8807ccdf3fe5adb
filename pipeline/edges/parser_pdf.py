"""Pages of PDF files: a scan as its own pixels, everything else drawn by PDFium.

A page is a scan when pictures cover most of it. Words over or under the picture are not trusted then: an invisible
layer is another program's guess, and a visible one says nothing of what was written by hand beside it. A page without
such a picture is born digital: it is drawn, and its words and filled widgets go with it.
"""

from __future__ import annotations

import io
import math
import re
from typing import TYPE_CHECKING, Any, BinaryIO

import pypdfium2
import pypdfium2.raw
from PIL import Image

from pipeline.edges.parser_grey import finished, grey, refuse_large, upright
from pipeline.edges.parser_layout import Layout, Lie, layout
from pipeline.edges.parser_wire import Limits, Picture, Refused

if TYPE_CHECKING:
    from pipeline.edges.parser_words import PdfWords

_POINTS = 72.0
_PASSWORD = 4
_BLANK = 16.0
_MOST_IMAGES = 100
_LYING = (5, 6, 7, 8)
_CHUNK = 1 << 22
_MENDED_MIB = 200
_OVERLAP = 16_384
# Each begins with what it looks for, by which `re` skips a hundred times as fast as by an alternative of groups.
_DEEP = (
    re.compile(rb"\[\s{0,4}(?:\[\s{0,4}){399}"),
    re.compile(rb"<<\s{0,4}/[^\s<>\[\]/]{1,32}\s{0,4}(?:<<\s{0,4}/[^\s<>\[\]/]{1,32}\s{0,4}){399}"),
)
_IN_STREAM = re.compile(rb"/N\s+(\d{1,9})")
pdfium: Any = pypdfium2.raw
_Pypdfium: Any = pypdfium2
Untyped = Any  # what pypdfium2 gives


class PdfFile:
    """A PDF, opened by PDFium, or mended by qpdf first where PDFium cannot."""

    def __init__(self, file: BinaryIO, limits: Limits) -> None:
        """Open the file with its forms, and count its pages.

        Raises:
            Refused: with a password, damage, no pages or too many, too many objects or nested too deep.
        """
        self._limits = limits
        self._masks = _surveyed(file, limits)
        self._stream, self._pdf = _opened(file)
        self._pdf.init_forms()
        self._text: PdfWords | None = None
        self.count: int = len(self._pdf)
        if self.count > limits.max_pages:
            raise Refused("too_many_pages", pages=self.count)
        if self.count < 1:
            raise Refused("no_pages")

    def picture(self, number: int) -> Picture:
        """Return one page, numbered from 1.

        Raises:
            Refused: when the page cannot be loaded, or is too large or too coarse.
        """
        try:
            page = self._pdf[number - 1]
        except pypdfium2.PdfiumError:
            raise Refused("page_damaged") from None
        try:
            return self._pictured(page, number)
        finally:
            page.close()

    def _pictured(self, page: Untyped, number: int) -> Picture:
        if not all(0 < side < math.inf for side in page.get_size()):
            raise Refused("page_damaged")
        made_of = layout(page)
        if made_of.full is not None:
            return self._scan(page, made_of, *made_of.full)
        width, height = (max(1, math.ceil(side * self._limits.render_dpi / _POINTS)) for side in page.get_size())
        drawn = self._drawn(page, (width, height), colour=made_of.colour)
        self._refuse_lost(made_of, number, drawn)
        words, widgets = self._said(page, number, made_of, drawn)
        return Picture(
            drawn.width, drawn.height, self._limits.render_dpi, drawn.tobytes(), bool(words or widgets), words, widgets
        )

    def _scan(self, page: Untyped, made_of: Layout, image: Untyped, lie: Lie) -> Picture:
        """Return a page that is one image at the image's own pixels."""
        width, height = image.get_px_size()
        refuse_large(width, height, self._limits)
        lying = lie.orientation in _LYING or (lie.orientation is None and page.get_rotation() in (90, 270))
        size, dpi = ((height, width), lie.dpi[::-1]) if lying else ((width, height), lie.dpi)
        # What masks do to an image is not told, so where a file has any the page is drawn.
        plain = not made_of.over and not self._masks and lie.orientation is not None
        taken = _taken(page, image, lie.orientation) if plain else None
        if taken is None:
            _refuse_undecoded(made_of)
            taken = self._drawn(page, size, colour=made_of.colour)
        return finished(taken, (dpi[0], dpi[1]), self._limits)

    def _drawn(self, page: Untyped, size: tuple[int, int], *, colour: bool) -> Image.Image:
        """Draw the page with its annotations and filled forms to exactly so many pixels."""
        refuse_large(*size, self._limits)
        kind = pdfium.FPDFBitmap_BGR if colour else pdfium.FPDFBitmap_Gray
        try:
            bitmap = _Pypdfium.PdfBitmap.new_native(*size, kind, rev_byteorder=False)
        except pypdfium2.PdfiumError:
            raise MemoryError from None
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, *size)
        flags = pdfium.FPDF_ANNOT | (0 if colour else pdfium.FPDF_GRAYSCALE)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, *size, 0, flags)
        if self._pdf.formenv:
            pdfium.FPDF_FFLDraw(self._pdf.formenv, bitmap, page, 0, 0, *size, 0, flags)
        return grey(bitmap.to_pil())

    def _refuse_lost(self, made_of: Layout, number: int, drawn: Image.Image) -> None:
        """Stop where a white page is no blank side of paper, but one whose pictures or commands could not be read.

        Raises:
            Refused: when it is so.
        """
        low, high = drawn.getextrema()
        blank = float(high) - float(low) < _BLANK  # type: ignore[arg-type]
        if made_of.scanned or blank:
            _refuse_undecoded(made_of)
        if blank and made_of.bare and self._words().promises(number):
            raise Refused("page_damaged")

    def _words(self) -> PdfWords:
        """Return the file's text; the library is loaded only for files that need it."""
        if self._text is None:
            from pipeline.edges.parser_words import PdfWords

            self._text = PdfWords(self._stream, self.count)
        return self._text

    def _said(
        self,
        page: Untyped,
        number: int,
        made_of: Layout,
        drawn: Image.Image,
    ) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """Return words and filled widgets of a born-digital page; none where they cannot be trusted."""
        if made_of.scanned or not (made_of.text or made_of.widgets):
            return (), ()
        return self._words().on(number, drawn, page.get_size())


def _refuse_undecoded(made_of: Layout) -> None:
    """Stop where an image of the page cannot be decoded: it would be drawn as white paper.

    Raises:
        Refused: when one cannot.
    """
    for image in made_of.images[:_MOST_IMAGES]:
        try:
            image.get_bitmap().close()
        except pypdfium2.PdfiumError:
            raise Refused("page_damaged") from None


def _taken(page: Untyped, image: Untyped, orientation: int | None) -> Image.Image | None:
    """Return an image's own pixels upright, or None for a stencil, which has none.

    Raises:
        Refused: when it cannot be decoded.
    """
    told = pdfium.FPDF_IMAGEOBJ_METADATA()
    known = pdfium.FPDFImageObj_GetImageMetadata(image, page, told)
    if not known or told.colorspace == pdfium.FPDF_COLORSPACE_UNKNOWN:
        return None
    try:
        bitmap = image.get_bitmap()
    except pypdfium2.PdfiumError:
        raise Refused("page_damaged") from None
    return upright(grey(bitmap.to_pil()), orientation)


def _opened(file: BinaryIO) -> tuple[Any, Any]:
    """Open by PDFium, else by qpdf, which mends some and knows why the rest is beyond it."""
    try:
        return file, _Pypdfium.PdfDocument(f"/dev/fd/{file.fileno()}")
    except pypdfium2.PdfiumError as error:
        code = error.err_code
    import pikepdf

    if file.seek(0, 2) > _MENDED_MIB << 20:
        raise Refused("password" if code == _PASSWORD else "damaged")
    file.seek(0)
    mended = io.BytesIO()
    try:
        with pikepdf.open(file) as pdf:
            if not len(pdf.pages):
                raise Refused("no_pages")
            pdf.save(mended, encryption=False)
    except pikepdf.PasswordError:
        raise Refused("password") from None
    except pikepdf.PdfError:
        raise Refused("password" if code == _PASSWORD else "damaged") from None
    try:
        return mended, _Pypdfium.PdfDocument(mended)
    except pypdfium2.PdfiumError:
        raise Refused("damaged") from None


def _surveyed(file: BinaryIO, limits: Limits) -> bool:
    """Read the raw file once for bombs, and tell whether any image may have a mask.

    Raises:
        Refused: with too many objects, or brackets nested too deep.
    """
    objects, masks, behind = 0, False, b""
    file.seek(0)
    while chunk := file.read(_CHUNK):
        objects += chunk.count(b" obj")
        masks = masks or b"Mask" in chunk
        if b"/ObjStm" in chunk:
            objects += sum(int(count) for count in _IN_STREAM.findall(chunk))
        if objects > limits.max_objects:
            raise Refused("too_many_objects", objects=objects)
        if any(deep.search(behind + chunk) for deep in _DEEP):
            raise Refused("too_deep")
        behind = chunk[-_OVERLAP:]
    file.seek(0)
    return masks
