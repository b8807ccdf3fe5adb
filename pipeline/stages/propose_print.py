"""What is printed around a widget: words joined to phrases, and the phrase beside, above or below a place."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain.fillable import FillableForm, FormWidget, FoundBy, PrintedWord
from pipeline.domain.geometry import Rect, union
from pipeline.domain.template import Zone

_LEVEL = 0.4  # of the lower of two heights: so much in common, and they stand on one line
_SPACE = 0.6  # of a word's height: a wider space begins another phrase
_HEADLINE_MM = 7.0  # taller words are headlines and water marks, no labels
_LYING = 1.5
_SLACK_MM = 1.2
_QUESTION = 10  # letters that a beginning shared by several tips must have
_SPACED, _SPACED_LETTERS = 4, 1.7  # more words than this of fewer letters each: one word, its letters set apart
_LEADER = re.compile(r"[._…]{2,}")
_NUMBERED = re.compile(r"^(?:\d{1,2}[a-z]?|[a-zåäö])[.)]\s+(?=\S{2})", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]{2}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of one line that belong together, without what stands around them, and where."""

    text: str
    zone: Zone

    @property
    def is_label(self) -> bool:
        """Tell whether it can be a label: it has two letters on end."""
        return _LETTERS.search(self.text) is not None


def tidy(text: str) -> str:
    """Return a label without leaders, numbering, colon and asterisks."""
    words = _LEADER.sub(" ", text).split()
    spaced = len(words) > _SPACED and sum(map(len, words)) < _SPACED_LETTERS * len(words)
    return _NUMBERED.sub("", ("" if spaced else " ").join(words)).strip(" :*·•-–_)" if ")" not in text[1:] else " :*·•-–_")


def shared_beginning(texts: Sequence[str]) -> str:
    """Return the whole words that all of several texts begin with, when they are a question and not a word or two."""
    first, last = min(texts, default=""), max(texts, default="")
    if len(texts) < 2 or first == last:
        return ""
    count = next((index for index, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    begun = first[:count].rpartition(" ")[0]
    return begun if len(begun) >= _QUESTION else ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A form's print and widgets, to look around in."""

    phrases: tuple[Phrase, ...]
    widgets: tuple[FormWidget, ...]

    @classmethod
    def of(cls, form: FillableForm) -> Surroundings:
        """Join the words of a form; a widget between two words parts them."""
        plain = [
            word
            for word in form.words
            if word.zone.rect.height <= _HEADLINE_MM
            and (len(word.text) < 3 or word.zone.rect.height < _LYING * word.zone.rect.width)
        ]
        phrases = [
            Phrase(text, Zone(sheet.number, union(tuple(word.zone.rect for word in words))))
            for sheet in form.sheets
            for line in _lines(word for word in plain if word.zone.sheet == sheet.number)
            for words in _parted(line, form.widgets, tight=form.by is FoundBy.PICTURE)
            if (text := tidy(" ".join(word.text for word in words)))
        ]
        return cls(tuple(phrases), form.widgets)

    def right(self, zone: Zone, reach: float) -> Phrase | None:
        """Return the phrase to the right on the same line."""
        near = [(p.zone.rect.x - zone.rect.right, p) for p in self._level(zone) if p.zone.rect.x >= zone.rect.right - 0.5]
        return self._nearest(zone, near, reach)

    def left(self, zone: Zone, reach: float, *, across: bool = False) -> Phrase | None:
        """Return the phrase to the left on the same line; other widgets stand in the way, if not looked `across`."""
        near = [(zone.rect.x - p.zone.rect.right, p) for p in self._level(zone) if p.zone.rect.right <= zone.rect.x + 1.0]
        return self._nearest(zone, [found for found in near if found[1].is_label or not across], reach, across=across)

    def above(self, zone: Zone, reach: float) -> Phrase | None:
        """Return the phrase above."""
        near = [(zone.rect.y - p.zone.rect.bottom, p) for p in self._over(zone)]
        return self._nearest(zone, [(gap, p) for gap, p in near if gap >= -_SLACK_MM], reach)

    def below(self, zone: Zone, reach: float) -> Phrase | None:
        """Return the phrase below."""
        near = [(p.zone.rect.y - zone.rect.bottom, p) for p in self._over(zone)]
        return self._nearest(zone, [(gap, p) for gap, p in near if gap >= -_SLACK_MM], reach)

    def inside(self, zone: Zone) -> Phrase | None:
        """Return the first phrase printed within a zone."""
        held = [p for p in self.phrases if p.zone.sheet == zone.sheet and zone.rect.holds(*p.zone.rect.centre)]
        return min((p for p in held if p.is_label), key=lambda p: (p.zone.rect.y, p.zone.rect.x), default=None)

    def heads(self, zone: Zone) -> Iterator[Phrase]:
        """Give the phrases straight above, the nearest first, whatever stands between."""
        x = zone.rect.centre[0]
        over = [
            p
            for p in self.phrases
            if p.zone.sheet == zone.sheet
            and p.zone.rect.bottom <= zone.rect.y + _SLACK_MM
            and abs(p.zone.rect.centre[0] - x) < 4.0
        ]
        yield from sorted(over, key=lambda p: -p.zone.rect.bottom)

    def whole(self, phrase: Phrase) -> str:
        """Return a phrase with the lines before it, where it begins in the middle of a sentence."""
        text, first = phrase.text, phrase
        for _ in range(3):
            before = next((p for p in self.phrases if _line_before(p, first)), None)
            if not text[:1].islower() or before is None:
                break
            text, first = f"{before.text} {text}", before
        return text

    def _level(self, zone: Zone) -> list[Phrase]:
        return [p for p in self.phrases if p.zone.sheet == zone.sheet and _level(p.zone.rect, zone.rect)]

    def _over(self, zone: Zone) -> list[Phrase]:
        return [
            p
            for p in self.phrases
            if p.zone.sheet == zone.sheet and p.zone.rect.x < zone.rect.right and p.zone.rect.right > zone.rect.x - 1.0
        ]

    def _nearest(
        self, zone: Zone, near: Iterable[tuple[float, Phrase]], reach: float, *, across: bool = False
    ) -> Phrase | None:
        for _, phrase in sorted((found for found in near if found[0] <= reach), key=lambda found: found[0]):
            if across or not self._barred(zone, phrase.zone.rect):
                return phrase
        return None

    def _barred(self, zone: Zone, rect: Rect) -> bool:
        """Tell whether another widget stands between a zone and a place."""
        (ax, ay), (bx, by) = zone.rect.centre, rect.centre
        if _level(zone.rect, rect):
            low, high = sorted((zone.rect.centre[0], rect.x if bx > ax else rect.right))
            return any(low < w.zone.rect.centre[0] < high and _level(w.zone.rect, rect) for w in self._others(zone))
        low, high = (by, zone.rect.y) if by < ay else (zone.rect.bottom, by)
        x0, x1 = max(zone.rect.x, rect.x), min(zone.rect.right, rect.right)
        return any(
            low < w.zone.rect.centre[1] < high and w.zone.rect.x < x1 and w.zone.rect.right > x0 for w in self._others(zone)
        )

    def _others(self, zone: Zone) -> Iterator[FormWidget]:
        return (w for w in self.widgets if w.zone.sheet == zone.sheet and w.zone != zone)


def _level(one: Rect, other: Rect) -> bool:
    common = min(one.bottom, other.bottom) - max(one.y, other.y)
    return common >= _LEVEL * min(one.height, other.height)


def _line_before(one: Phrase, other: Phrase) -> bool:
    a, b = one.zone.rect, other.zone.rect
    return one.zone.sheet == other.zone.sheet and abs(a.x - b.x) < 3.0 and -0.5 < b.y - a.bottom < b.height and one.is_label


def _lines(words: Iterable[PrintedWord]) -> list[list[PrintedWord]]:
    lines: list[list[PrintedWord]] = []
    for word in sorted(words, key=lambda word: word.zone.rect.centre[1]):
        last = lines[-1][-1].zone.rect if lines else None
        if last and abs(last.centre[1] - word.zone.rect.centre[1]) < 0.45 * min(last.height, word.zone.rect.height):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.zone.rect.x) for line in lines]


def _parted(line: list[PrintedWord], widgets: Iterable[FormWidget], *, tight: bool) -> Iterator[list[PrintedWord]]:
    """Part a line into phrases where the space is wide, or a widget stands in it.

    Where boxes lie tight around the words' ink, a word of low letters is lower than its type.
    """
    level = [
        w.zone.rect.centre[0]
        for w in widgets
        if w.zone.sheet == line[0].zone.sheet and _level(w.zone.rect, line[0].zone.rect)
    ]
    part = line[:1]
    for before, word in itertools.pairwise(line):
        one, other = before.zone.rect, word.zone.rect
        wide = other.x - one.right > _SPACE * (max if tight else min)(one.height, other.height)
        if wide or any(one.centre[0] < x < other.centre[0] and one.right - 1 < x < other.x + 1 for x in level):
            yield part
            part = []
        part.append(word)
    yield part
