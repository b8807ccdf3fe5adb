"""Words and filled widgets of born-digital pages, through pdfplumber, as far as they can be trusted.

A word counts only where the page, as drawn, has ink in its box: text in invisible mode, in white, under a picture or
off the page does not. When the fonts do not tell their letters, or the words do not lie on the ink, there are none,
and the page is read as a picture.
"""

from __future__ import annotations

import math
import re
import warnings
from io import BufferedReader, BytesIO
from statistics import median
from typing import Any

import pdfplumber
from pdfminer.layout import LTPage
from pdfminer.pdfinterp import PDFPageInterpreter
from pdfminer.pdftypes import resolve1
from pdfplumber.page import Page, PDFPageAggregatorWithMarkedContent
from pdfplumber.utils.text import extract_words
from PIL import Image

from pipeline.edges.parser_widgets import clean, filled, widgets_of

_INVISIBLE = {3, 7}
_INK = 40
_ASTRAY = 0.2
_GAP = 0.2
_MAX_WORDS = 20_000
_UNKNOWN = re.compile(r"\(cid:\d+\)|[\ufffd\ue000-\uf8ff]")
_EMPTY = 16  # bytes that even nothing takes when compressed
_PAINTS = re.compile(rb"(?<![^\s\])>])(?:Do|Tj|TJ|'|\"|f\*?|F|S|s|B\*?|b\*?|sh|EI)(?![^\s\[(</])")
_WAYS = {"ltr": "ttb", "rtl": "btt", "ttb": "rtl", "btt": "ltr"}

Untyped = Any  # what pdfplumber and pdfminer give
Word = tuple[str, float, float, float, float]
Filled = tuple[str, str | bool, float, float, float, float]
Box = tuple[float, float, float, float]


class PdfWords:
    """The text of a PDF; opened once, when the first born-digital page comes."""

    def __init__(self, stream: BufferedReader | BytesIO, count: int) -> None:
        """Open the file; what pdfplumber cannot open, or counts otherwise than PDFium, has no words."""
        self._pages: list[Any] = []
        stream.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self._pages = pdfplumber.open(stream, raise_unicode_errors=False).pages
            except MemoryError:
                raise
            except Exception:  # anything may be wrong in a file that PDFium has borne
                self._pages = []
        if len(self._pages) != count:
            self._pages = []

    def on(self, number: int, drawn: Image.Image, size: tuple[float, float]) -> tuple[tuple[Word, ...], tuple[Filled, ...]]:
        """Return words and filled widgets of a page, in pixels of its drawing; none when they are not to be trusted."""
        if not self._pages:
            return (), ()
        try:
            page = VisiblePage(self._pages[number - 1], drawn, size)
            return page.words(), page.widgets()
        except MemoryError:
            raise
        except Exception:  # the page is read as a picture then
            return (), ()

    def promises(self, number: int) -> bool:
        """Tell whether a page's commands say that something is painted, or cannot be read, so that nobody knows."""
        if not self._pages:
            return True
        try:
            streams = [resolve1(one) for one in self._pages[number - 1].page_obj.contents]
            stored = sum(len(one.rawdata or b"") for one in streams)
            commands = b"\n".join(one.get_data() for one in streams)
        except MemoryError:
            raise
        except Exception:  # anything may be wrong in a file that PDFium has borne
            return True
        return _PAINTS.search(commands) is not None or (not commands.strip() and stored > _EMPTY)


class _Visible(PDFPageAggregatorWithMarkedContent):
    """Collects what is drawn, and leaves out letters in invisible mode."""

    _unseen = False

    def render_string(self, textstate: Untyped, *rest: Untyped) -> None:
        self._unseen = textstate.render in _INVISIBLE
        super().render_string(textstate, *rest)

    def render_char(self, *told: Untyped, **named: Untyped) -> float:
        before = len(self.cur_item._objs)
        advance: float = super().render_char(*told, **named)
        if self._unseen:
            del self.cur_item._objs[before:]
        return advance

    def render_image(self, *told: Untyped, **named: Untyped) -> None:
        """Leave out what is no letter."""

    def paint_path(self, *told: Untyped, **named: Untyped) -> None:
        """Leave out what is no letter."""


class VisiblePage(Page):
    """A page of which only visible text is told, with the way from its points to pixels."""

    def __init__(self, plain: Untyped, drawn: Image.Image, size: tuple[float, float]) -> None:
        """Take pdfplumber's page, the page as drawn (grey), and the size of it in points as shown."""
        super().__init__(plain.pdf, plain.page_obj, plain.page_number)
        self._drawn = drawn
        self._size = size
        media = _sorted_box(plain.page_obj.mediabox)
        crop = _sorted_box(plain.page_obj.cropbox or media)
        self._shown: Box = (
            max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3])
        )  # fmt: skip
        self._media = media

    @property
    def layout(self) -> LTPage:
        """Return pdfminer's layout, of what is visible."""
        if not hasattr(self, "_visible"):
            device = _Visible(self.pdf.rsrcmgr, pageno=self.page_number, laparams=None)
            PDFPageInterpreter(self.pdf.rsrcmgr, device).process_page(self.page_obj)
            self._visible: LTPage = device.get_result()
        return self._visible

    def words(self) -> tuple[Word, ...]:
        """Return the words with ink under them, in pixels; none when they are not to be trusted."""
        once = {(c["text"], round(c["x0"]), round(c["top"])): c for c in self.chars}  # bold is often letters drawn twice
        found = [word for way in _WAYS for word in _read([c for c in once.values() if _way(c) == way], way)]
        if len(found) > _MAX_WORDS or any(_UNKNOWN.search(word["text"]) for word in found):
            return ()
        left, top = self._margins()
        boxed = [(clean(word["text"]), *self._pixels(*self._related(word, left, top))) for word in found]
        inked = [word for word in boxed if self._inked(word[1:])]
        if len(boxed) - len(inked) > max(3.0, _ASTRAY * len(boxed)):
            return ()
        return tuple(inked)

    def widgets(self) -> tuple[Filled, ...]:
        """Return the widgets that are filled in, in pixels."""
        return tuple(
            (name, value, *self.box(note))
            for note in widgets_of(self.page_obj)
            if (told := filled(note)) is not None
            for name, value in (told,)
        )

    def box(self, note: dict[str, Any]) -> Box:
        """Return where a widget stands, in pixels: x, y, width, height."""
        return self._pixels(*self._turned(_sorted_box(resolve1(note["Rect"]))))

    def _margins(self) -> tuple[float, float]:
        """Return how far the shown part begins from the media box's top left, as shown."""
        x0, y0, x1, y1 = (abs(m - s) for m, s in zip(self._media, self._shown, strict=True))
        return {0: (x0, y1), 90: (y0, x0), 180: (x1, y0), 270: (y1, x1)}.get(self.rotation, (x0, y1))

    def _related(self, word: dict[str, Any], left: float, top: float) -> Box:
        across, down = self.mediabox[0] + left, self.mediabox[1] + top
        return (word["x0"] - across, word["top"] - down, word["x1"] - across, word["bottom"] - down)

    def _turned(self, rect: Box) -> Box:
        """Return a rectangle of the page's own space as it is shown: from the top left, turned with the page."""
        x0, y0, x1, y1 = self._shown
        a, b, c, d = rect
        match self.rotation:
            case 90:
                return (b - y0, a - x0, d - y0, c - x0)
            case 180:
                return (x1 - c, b - y0, x1 - a, d - y0)
            case 270:
                return (y1 - d, x1 - c, y1 - b, x1 - a)
            case _:
                return (a - x0, y1 - d, c - x0, y1 - b)

    def _pixels(self, left: float, top: float, right: float, bottom: float) -> Box:
        across, down = self._drawn.width / self._size[0], self._drawn.height / self._size[1]
        x, y, width, height = left * across, top * down, (right - left) * across, (bottom - top) * down
        if not math.isfinite(x + y + width + height):
            raise ValueError("a box without end")
        return (round(x, 2), round(y, 2), round(width, 2), round(height, 2))

    def _inked(self, box: Box) -> bool:
        x, y, width, height = box
        right, bottom = min(x + width, self._drawn.width), min(y + height, self._drawn.height)
        cut = (int(max(x, 0)), int(max(y, 0)), int(right) + 1, int(bottom) + 1)
        if cut[2] - cut[0] < 1 or cut[3] - cut[1] < 1:
            return False
        low, high = self._drawn.crop(cut).getextrema()
        return bool(float(high) - float(low) >= _INK)  # type: ignore[arg-type]


def _way(char: dict[str, Any]) -> str:
    """Return which way a letter's line runs on the page as shown."""
    a, b, *_ = char["matrix"]
    if abs(a) >= abs(b):
        return "ltr" if a >= 0 else "rtl"
    return "btt" if b > 0 else "ttb"


def _read(chars: list[dict[str, Any]], way: str) -> list[dict[str, Any]]:
    """Return the words of letters that all run the same way."""
    if not chars:
        return []
    lines = _WAYS[way]
    ways: dict[str, Any] = {"line_dir": lines, "char_dir": way, "line_dir_rotated": lines, "char_dir_rotated": way}
    if way in ("ltr", "rtl"):
        return extract_words(chars, x_tolerance_ratio=_GAP, **ways)
    # The height of a letter that lies is its width: take the gap from what is its height on paper.
    return extract_words(chars, y_tolerance=_GAP * median(char["width"] for char in chars), **ways)


def _sorted_box(raw: Untyped) -> Box:
    a, b, c, d = (float(resolve1(side)) for side in raw)
    return (min(a, c), min(b, d), max(a, c), max(b, d))
