"""The plain ways: Tesseract on the whole page, Tesseract field by field, and PP-OCRv6-small field by field.

They are told the truth of where each zone lies, which no reader of a real scan is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pytesseract
from PIL import Image

from benchmarks.reading.answering import Answer, plain_text
from benchmarks.reading.drawing import Drawn
from benchmarks.reading.ink import Grey
from benchmarks.reading.ppocr import Recogniser
from benchmarks.reading.sitting import Clock, Side
from pipeline.domain.geometry import Rect
from pipeline.domain.template import Field, FieldKind, Template

WHOLE, EACH, PPOCR = "whole page by Tesseract", "each field by Tesseract", "each field by PP-OCRv6-small"
_DPI = 300.0
_A4_INCHES = 8.27

Seen = tuple[str, float]
Way = Callable[[Drawn, Sequence[Side]], tuple[list[Answer], Clock]]


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    sure: float
    middle: tuple[float, float]
    line: tuple[int, int, int]
    left: int


def whole_page(drawn: Drawn, sides: Sequence[Side]) -> tuple[list[Answer], Clock]:
    """Read each page in one go, and take for each field the words whose middle lies in its true zone."""
    clock, answers = Clock(), []
    for side in sides:
        words = clock.took("read", lambda side=side: _words(side)) if side.page is not None else []
        for asked in _written(drawn.template):
            if asked.sheet == side.sheet:
                answers.append(_found(asked, words, side) if side.page is not None else Answer.none(asked.key, "not opened"))
    return answers, clock


def _written(template: Template) -> Iterator[Field]:
    """Give the fields that are answered in writing."""
    return (asked for asked in template.fields if not asked.is_boxes and asked.kind is not FieldKind.SIGN)


def _words(side: Side) -> list[_Word]:
    if side.page is None:
        return []
    raster = side.page.raster
    dpi = round(raster.dpi or raster.width / _A4_INCHES)
    told: dict[str, list[Any]] = pytesseract.image_to_data(
        Image.fromarray(raster.pixels), lang="swe", config=f"--dpi {dpi}", output_type=pytesseract.Output.DICT
    )
    found = []
    for index, text in enumerate(told["text"]):
        if text.strip():
            left, top, width, height = (int(told[name][index]) for name in ("left", "top", "width", "height"))
            line = (int(told["block_num"][index]), int(told["par_num"][index]), int(told["line_num"][index]))
            found.append(_Word(text, float(told["conf"][index]) / 100, (left + width / 2, top + height / 2), line, left))
    return found


def _found(asked: Field, words: Sequence[_Word], side: Side) -> Answer:
    quad = side.onto(np.array(asked.zones[0].rect.corners)).astype(np.float32)
    inside = [word for word in words if cv2.pointPolygonTest(quad, word.middle, False) >= 0]
    inside.sort(key=lambda word: (word.line, word.left))
    return plain_text(" ".join(word.text for word in inside), min((w.sure for w in inside), default=0.0), asked)


def each_field(drawn: Drawn, sides: Sequence[Side]) -> tuple[list[Answer], Clock]:
    """Read each field's true zone as it is, one call of the engine for each."""
    return _each(drawn, sides, _by_tesseract)


def by_ppocr(reader: Recogniser) -> Way:
    """Return the way of reading each field's true zone by PP-OCR, line by line."""

    def line_by_line(picture: Grey, asked: Field) -> Seen:
        lines = [reader.line(part) for part in _rows(picture, asked.lines)]
        said = [(text, sure) for text, sure in lines if text]
        return " ".join(text for text, _ in said), min((sure for _, sure in said), default=0.0)

    return lambda drawn, sides: _each(drawn, sides, line_by_line)


def _each(drawn: Drawn, sides: Sequence[Side], read: Callable[[Grey, Field], Seen]) -> tuple[list[Answer], Clock]:
    clock, answers = Clock(), []
    for asked in _written(drawn.template):
        side = sides[asked.sheet - 1]
        if side.page is None:
            answers.append(Answer.none(asked.key, "not opened"))
            continue
        clip = _clip(side, asked.zones[0].rect)
        text, sure = clock.took("read", lambda clip=clip, asked=asked: read(clip, asked))
        answers.append(plain_text(text, sure, asked))
    return answers, clock


def _clip(side: Side, zone: Rect) -> Grey:
    """Return the picture of a zone, upright at 300 dpi, and nothing else done to it."""
    if side.page is None:
        raise ValueError(side.sheet)
    size = (round(zone.width / 25.4 * _DPI), round(zone.height / 25.4 * _DPI))
    there = side.onto(np.array(zone.corners)).astype(np.float32) - 0.5
    here = np.array([(0, 0), (size[0], 0), size, (0, size[1])], np.float32) - 0.5
    way = cv2.getPerspectiveTransform(here, there)
    flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpPerspective(side.page.raster.pixels, way, size, flags=flags, borderValue=255), np.uint8)


def _by_tesseract(picture: Grey, asked: Field) -> Seen:
    framed = cv2.copyMakeBorder(picture, 10, 10, 10, 10, cv2.BORDER_CONSTANT, value=255)
    mode = 7 if asked.lines == 1 else 6
    told = pytesseract.image_to_data(
        Image.fromarray(framed), lang="swe", config=f"--psm {mode} --dpi 300", output_type=pytesseract.Output.DICT
    )
    words = [(text, float(sure) / 100) for text, sure in zip(told["text"], told["conf"], strict=True) if text.strip()]
    return " ".join(text for text, _ in words), min((sure for _, sure in words), default=0.0)


def _rows(picture: Grey, most: int) -> Iterator[Grey]:
    """Give the lines of a clip, cut in the palest rows between them."""
    if most == 1:
        yield picture
        return
    dark = 255 - picture.astype(np.float32).mean(axis=1)
    busy = np.convolve(dark, np.ones(9) / 9, mode="same")
    on = busy > float(np.percentile(busy, 20)) + 0.15 * float(np.ptp(busy))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(np.int8), [0]])))
    for top, bottom in zip(edges[::2], edges[1::2], strict=True):
        if bottom - top >= 14:
            yield picture[max(0, top - 8) : bottom + 8]
