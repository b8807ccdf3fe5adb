"""Telling codes from what a person may have written, for what goes to ledger and log."""

from __future__ import annotations

import re

_CODE = re.compile(r"[A-Za-z0-9_.:,@/+=|<>()-]{0,200}")
_NUMBER = re.compile(r"(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01]|6[1-9]|[78]\d|9[01])[-+]?\d{4}")
_BETWEEN = re.compile(r"[ ,:;=|<>()/@]+")


def is_code(text: str) -> bool:
    """Tell whether a text is a code: ASCII without spaces, not long, and no person number in it."""
    return bool(_CODE.fullmatch(text)) and not holds_person_number(text)


def holds_person_number(text: str) -> bool:
    """Tell whether a text holds a person number as a word of its own, its check digit right.

    The check digit keeps digests, which are full of digits, from being taken for one.
    """
    return any(_NUMBER.fullmatch(word) and _checks(word) for word in _BETWEEN.split(text))


def _checks(word: str) -> bool:
    """Tell whether the last of a number's ten digits follows from the nine before (modulus 10)."""
    digits = [int(letter) for letter in word if letter.isdigit()][-10:]
    doubled = [digit * 2 if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0
