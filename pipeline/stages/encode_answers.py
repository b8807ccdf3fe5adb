"""Encode, answers: what stands in the questionnaire response, and how each kind of answer is written there."""

from __future__ import annotations

import datetime as dt

from pipeline.domain.value import Plain
from pipeline.stages.encode_terms import ABSENT, ANSWER, Json


def items(answers: dict[str, Plain], unknown: tuple[str, ...]) -> list[Json]:
    """Return one item for each answer, in their order, then one for each key that somebody wrote and nobody could read.

    The link id is the field's key.
    """
    absent: Json = {"extension": [{"url": ABSENT, "valueCode": "unknown"}]}
    told: list[Json] = [{"linkId": key, "answer": answer(key, plain)} for key, plain in answers.items()]
    return told + [{"linkId": key, **absent} for key in unknown if key not in answers]


def answer(key: str, plain: Plain) -> list[Json]:
    """Return an answer: a boolean, an integer, a whole date, a text, or one coding for each of several choices."""
    if isinstance(plain, bool):
        return [{"valueBoolean": plain}]
    if isinstance(plain, int):
        return [{"valueInteger": plain}]
    if isinstance(plain, tuple):
        return [{"valueCoding": {"system": f"{ANSWER}/{key}", "code": choice}} for choice in plain]
    written = str(plain)
    return [{"valueDate": written}] if is_date(written) else [{"valueString": written}]


def is_date(written: str) -> bool:
    """Tell whether a text is a whole date `ÅÅÅÅ-MM-DD`; a partial one stays a text."""
    try:
        return len(written) == 10 and dt.date.fromisoformat(written).isoformat() == written
    except ValueError:
        return False
