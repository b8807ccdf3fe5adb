"""A scan's print spelt as known labels are, where it was read a letter or two beside one of them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.domain.fillable import FillableForm, KnownLabels
from pipeline.stages.propose_print import Phrase, Surroundings, tidy

_LIKE = 0.8  # of the letters in common: what has less is not worth a closer look
_FROM, _FROM_TWO = 5, 12  # letters that a label must have for one of them to be wrong, and for two


@dataclass(frozen=True, slots=True)
class Spelling:
    """The labels and words beside boxes that are known, in small letters."""

    known: tuple[str, ...]

    @classmethod
    def of(cls, known: KnownLabels) -> Spelling:
        """Take all that is known."""
        labels = [label for one in known.known for label in (*one.labels, *one.options)]
        words = [word for answers in known.answers.values() for word in answers]
        return cls(tuple(dict.fromkeys((*labels, *words))))

    def mended(self, text: str) -> str:
        """Return a text as the one known label that it is nearly spelt as, else as it is."""
        plain = text.casefold()
        most = 0 if len(plain) < _FROM else 1 if len(plain) < _FROM_TWO else 2
        if not most or plain in self.known or len(plain) != len(text):
            return text
        near = difflib.get_close_matches(plain, self.known, 3, _LIKE)
        beside = sorted((_apart(plain, label), label) for label in near)
        if not beside or beside[0][0] > most or (len(beside) > 1 and beside[1][0] == beside[0][0]):
            return text
        return _respelt(text, beside[0][1])


def spelt(form: FillableForm, known: KnownLabels) -> tuple[FillableForm, Surroundings, frozenset[str]]:
    """Return a scanned form and its print with what was misread mended, and the labels that were."""
    spelling = Spelling.of(known)
    around = Surroundings.of(form)
    texts = {phrase.text for phrase in around.phrases} | {tidy(widget.heading) for widget in form.widgets}
    mended = {text: new for text in texts if (new := spelling.mended(text)) != text}
    widgets = tuple(replace(one, heading=mended.get(tidy(one.heading), one.heading)) for one in form.widgets)
    phrases = tuple(Phrase(mended.get(phrase.text, phrase.text), phrase.zone) for phrase in around.phrases)
    return replace(form, widgets=widgets), Surroundings(phrases, widgets), frozenset(mended.values())


def _apart(one: str, other: str) -> int:
    """Return how many letters are wrong, lacking or too many."""
    return sum(max(b - a, d - c) for kind, a, b, c, d in _steps(one, other) if kind != "equal")


def _respelt(text: str, label: str) -> str:
    """Return a label with the capitals of what was read where it was read rightly, and at its beginning."""
    parts = (text[a:b] if kind == "equal" else label[c:d] for kind, a, b, c, d in _steps(text.casefold(), label))
    new = "".join(parts)
    return new[:1].upper() + new[1:] if text[:1].isupper() else new


def _steps(one: str, other: str) -> Sequence[tuple[str, int, int, int, int]]:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
