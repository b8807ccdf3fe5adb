"""Number: what a written identity number can be, and whether a text holds a whole one."""

from __future__ import annotations

import re
from enum import StrEnum

from pipeline.domain.personnumber import parse

_RIKSKOD = re.compile(r"(?:18|19|20)\d\d-\d{4}")
_TWELVE = re.compile(r"\d{8}-\d{4}")
_SPREAD = re.compile(r"(?<!\d)(?:(\d{2})\s?)?(\d{2})\s?[-.]?\s?(\d{2})\s?[-.]?\s?(\d{2})\s?([-+]?)\s?(\d{4})(?!\d)")
_RUN_TOGETHER = re.compile(r"\d{6}[-+]\d{4}")


class IdNumber(StrEnum):
    """What an identity number proved to be; `other` is any that has no rule of its own."""

    PERSON = "personnummer"
    COORDINATION = "samordningsnummer"
    RIKSKOD = "rikskod"
    OTHER = "annat_nummer"


class Search(StrEnum):
    """How eagerly a text is searched for a whole number, by where it stands.

    `any`: ten or twelve digits with a believable month and day, for the identity field itself. `likely`: those with a
    century, a hyphen before the last four, or a right check digit, for other texts, where sample numbers may begin with
    a date. `telephone`: as likely, but what begins with 0 is a telephone unless it is written like 010203-4567.
    """

    ANY = "any"
    LIKELY = "likely"
    TELEPHONE = "telephone"


def number(written: str) -> IdNumber:
    """Return what a number in normal form proves to be: date and check digit right, or the build of a code.

    A code ÅÅÅÅ-NNNN lacks month and day, so there is no check digit to test.
    """
    if _RIKSKOD.fullmatch(written):
        return IdNumber.RIKSKOD
    if not _TWELVE.fullmatch(written) or not _checks(written):
        return IdNumber.OTHER
    return IdNumber.COORDINATION if int(written[6:8]) > 60 else IdNumber.PERSON


def like_a_number(written: str) -> bool:
    """Tell whether a text can be a number of some authority, as 98240301AA06 or "anonym 7": digits and a few letters.

    No word is longer than three letters, so that hardly a name can pass.
    """
    words = [word for word in re.findall(r"[^\W\d_]+", written.casefold()) if word != "anonym"]
    return any(map(str.isdigit, written)) and all(len(word) <= 3 for word in words) and len("".join(words)) <= 4


def holds_full_number(text: str, search: Search = Search.LIKELY) -> bool:
    """Tell whether a text holds what can be a whole person or co-ordination number; rather one too many than too few."""
    return any(_like_a_birthday(hit) and _believed(hit, search) for hit in _SPREAD.finditer(text))


def _believed(hit: re.Match[str], search: Search) -> bool:
    if search is Search.TELEPHONE and hit[0].startswith("0") and not _RUN_TOGETHER.fullmatch(hit[0]):
        return False
    return search is Search.ANY or bool(hit[1] or hit[5]) or _checks("20" + "".join(hit.group(2, 3, 4, 6)))


def _like_a_birthday(hit: re.Match[str]) -> bool:
    century, month, day = hit[1], int(hit[3]), int(hit[4])
    return century in (None, "18", "19", "20") and 1 <= month <= 12 and (1 <= day <= 31 or 61 <= day <= 91)


def _checks(twelve: str) -> bool:
    """Tell whether twelve digits have a real date and a right check digit; the century is given, so no clock is read."""
    return any(found.check_digit_fits for found in parse(twelve))
