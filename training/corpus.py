"""What people write on notifications: invented Swedish answers of every kind, and strings that mean nothing.

A reader that learns only language reads what it expects; a third of the lines here carry none, so that it must look.
"""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from training.lists import LISTS

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖabcdefghijklmnopqrstuvwxyzåäöéüÉÜèøæß.,:;-–'\"”’()/+&%!?=*#@°§_<>½ "
WORDS = Path(os.environ.get("BLANKETT_WORDS", "/usr/share/dict/swedish"))
LONGEST = 70  # characters of a line

FIRST, LAST = LISTS["first"], LISTS["last"]
STREETS, WAYS, TOWNS, COUNTRIES = LISTS["streets"], LISTS["ways"], LISTS["towns"], LISTS["countries"]
DISEASES, SPECIES = LISTS["diseases"], LISTS["species"]
PLACES, TITLES, MEDICAL = LISTS["places"], LISTS["titles"], LISTS["medical"]
_MONTHS, _ALIKE = LISTS["months"], LISTS["alike"]
_ENDS = re.compile(r"\d(?!\d)")
_TEN = re.compile(r"(?:\d[-+– ]?){9}\d$")


@lru_cache(maxsize=2)
def dictionary(path: Path = WORDS) -> tuple[str, ...]:
    """Return the words of a list such as Debian packs as `wswedish` (ISO 8859-1, one a line), read and never copied.

    Where there is no such list the words of remarks stand in for it.
    """
    words = path.read_text(encoding="latin-1").split() if path.is_file() else []
    return tuple(w for w in words if set(w) <= set(CHARACTERS)) or MEDICAL


def nobodys(text: str) -> str:
    """Return a text with no number that could be a person's: what looks like one never has the right check digit.

    A Swedish person's number is ten digits, or twelve of which the last ten count, and its last is the check digit of the
    nine before it by Luhn's sum. Any ten in a row count here, with a space, `-`, `+` or `–` between them or not; a last
    digit that fits is made one higher.
    """
    for end in _ENDS.finditer(text):
        at = end.start()
        ten = _TEN.search(text[: at + 1])
        if ten and _fits("".join(filter(str.isdigit, ten[0]))):
            text = f"{text[:at]}{(int(text[at]) + 1) % 10}{text[at + 1 :]}"
    return text


def _fits(ten: str) -> bool:
    return sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(ten)) % 10 == 0


def name(rng: random.Random) -> str:
    """Return a name."""
    first, last = rng.choice(FIRST), rng.choice(LAST)
    if rng.random() < 0.2:
        last = f"{last}{rng.choice((' ', '-'))}{rng.choice(LAST)}"
    if rng.random() < 0.15:
        first = f"{first} {rng.choice(FIRST)}"
    told = f"{last}, {first}" if rng.random() < 0.12 else f"{first} {last}"
    return _cased(told, rng)


def doctor(rng: random.Random) -> str:
    """Return a doctor with title."""
    who = name(rng)
    return rng.choice((f"{rng.choice(TITLES)} {who}", f"{who}, {rng.choice(TITLES)}", who))


def address(rng: random.Random) -> str:
    """Return a street address, sometimes with its postcode and town."""
    if rng.random() < 0.1:
        street = f"{rng.choice(TOWNS)} {rng.randint(100, 990)}"
    else:
        street = f"{rng.choice(STREETS)}{rng.choice(WAYS)}"
    number = (
        f"{rng.randint(1, 180)}{rng.choice(('', '', '', ' A', ' B', ' C', 'A', 'b', ' D', '-' + str(rng.randint(2, 99))))}"
    )
    flat = rng.choice(
        (
            "",
            "",
            "",
            "",
            f" lgh {rng.randint(10, 17)}0{rng.randint(1, 9)}",
            f", {rng.randint(1, 9)} tr",
            " c/o " + rng.choice(LAST),
        )
    )
    told = f"{street} {number}{flat}"
    if rng.random() < 0.25:
        told += f", {postcode(rng)} {rng.choice(TOWNS)}"
    return _cased(told, rng)


def postcode(rng: random.Random) -> str:
    """Return a postcode."""
    digits = f"{rng.randint(100, 984)}{rng.choice((' ', ' ', ''))}{rng.randint(0, 99):02d}"
    return rng.choice((digits, digits, f"SE-{digits}"))


def town(rng: random.Random) -> str:
    """Return a town or a country, alone or described."""
    where = rng.choice(TOWNS + COUNTRIES)
    told = rng.choice(
        (where, where, f"{where}, {rng.choice(TOWNS)}", f"{postcode(rng)} {where}", f"{where} ({rng.choice(COUNTRIES)})")
    )
    return _cased(told, rng)


def clinic(rng: random.Random) -> str:
    """Return a clinic or laboratory."""
    where = rng.choice(PLACES)
    told = rng.choice(
        (
            where,
            f"{where} {rng.choice(TOWNS)}",
            f"{where}, {rng.choice(TOWNS)}",
            f"{where} {rng.choice(STREETS)}{rng.choice(WAYS)}",
        )
    )
    return _cased(told, rng)


def phone(rng: random.Random) -> str:
    """Return a telephone number in one of the ways people write them."""
    area = rng.choice(("070", "073", "076", "08", "031", "040", "018", "0980", "0451", "010", "+46 70", "+46-8", "0046 31"))
    rest = rng.choice(
        (
            f"{rng.randint(100, 999)} {rng.randint(0, 99):02d} {rng.randint(0, 99):02d}",
            f"{rng.randint(10, 99)} {rng.randint(0, 99):02d} {rng.randint(0, 99):02d}",
            f"{rng.randint(100, 999)} {rng.randint(0, 999):03d} {rng.randint(0, 99):02d}",
            f"{rng.randint(1000000, 9999999)}",
        )
    )
    return f"{area}{rng.choice(('-', ' ', ' - ', '/', ''))}{rest}"


def day(rng: random.Random) -> str:
    """Return a day, or something near one."""
    y, m, d = rng.randint(1920, 2029), rng.randint(1, 12), rng.randint(1, 31)
    return rng.choice(
        (
            f"{y}-{m:02d}-{d:02d}",
            f"{y}{m:02d}{d:02d}",
            f"{y % 100:02d}{m:02d}{d:02d}",
            f"{d}/{m} {y}",
            f"{d}/{m}",
            f"{d}.{m}.{y}",
            f"{y}-{m:02d}",
            f"{_MONTHS[m - 1]} {y}",
            f"v. {rng.randint(1, 52)}",
            f"vecka {rng.randint(1, 52)}",
            f"{d} {_MONTHS[m - 1]}",
            f"kl. {rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}",
            f"kl {rng.randint(0, 23)}.{rng.randint(0, 59):02d}",
            f"{y}–{y + 1}",
        )
    )


def number(rng: random.Random) -> str:
    """Return what looks like a person's number, a code, a laboratory's number, a measure; all digits by chance."""
    y, m, d = rng.randint(1900, 2026), rng.randint(1, 12), rng.randint(1, 28) + rng.choice((0, 0, 0, 60))
    last = f"{rng.randint(0, 9999):04d}"
    letters = "".join(rng.choice("ABCDEFGHJKLMNPRSTUVXYZÅÄÖ") for _ in range(rng.randint(1, 4)))
    return rng.choice(
        (
            f"{y}{m:02d}{d:02d}-{last}",
            f"{y % 100:02d}{m:02d}{d:02d}{rng.choice('-+')}{last}",
            f"{y}{m:02d}{d:02d}{last}",
            f"{y}-{last}",
            f"{y % 100:02d}-{last}",
            f"{letters}{rng.randint(20, 29)}-{rng.randint(0, 99999):05d}",
            f"{letters}-{y}-{last}",
            f"{y}{m:02d}{d:02d}{letters[:1]}{rng.randint(0, 999):03d}",
            f"{y}{m:02d}{d % 28 + 1:02d}{letters[:2]}{rng.randint(0, 99):02d}",
            f"{rng.randint(1, 99)},{rng.randint(0, 9)} °C",
            f"{rng.randint(1, 100)} %",
            f"{rng.randint(1, 99)} st",
            f"{rng.randint(1, 900)} mg",
            f"Akt {rng.randint(1, 99)} {letters[:1]}",
            f"nr {rng.randint(1, 9999)}",
            str(rng.randint(0, 10 ** rng.randint(1, 9))),
            f"{rng.randint(0, 9)} x {rng.randint(1, 9)}",
            f"{letters} {rng.randint(1, 999)}",
            f"{letters}{rng.randint(0, 99)}",
        )
    )


def disease(rng: random.Random) -> str:
    """Return a disease or its germ."""
    what = rng.choice(
        (
            rng.choice(DISEASES),
            rng.choice(SPECIES),
            rng.choice(DISEASES) + rng.choice(("infektion", "", " typ 1", " A", " B", " C")),
        )
    )
    return what if what[:1].isupper() else rng.choice((what, what.capitalize(), what.upper()))


def sentence(rng: random.Random) -> str:
    """Return words in a row, as in a remark."""
    source = MEDICAL if rng.random() < 0.5 else dictionary()
    words = [rng.choice(source) for _ in range(rng.choice((1, 2, 3, 4, 5, 6, 8, 10, 12)))]
    told = ""
    for index, word in enumerate(words):
        mark = rng.choices(
            ("", ",", ".", ":", ";", " –", " -", "/", "-", " &", " +", "!", "?"), (60, 8, 8, 2, 1, 1, 1, 2, 2, 1, 1, 1, 1)
        )[0]
        word = word.capitalize() if told.endswith((". ", "! ", "? ")) or (index == 0 and rng.random() < 0.8) else word
        if rng.random() < 0.05:
            word = rng.choice((f"({word})", f'"{word}"', f"”{word}”", word.upper(), f"{word} {rng.randint(1, 99)}"))
        gap = "" if mark in ("/", "-") else " "
        told += f"{word}{mark}{gap}"
    told = told.strip(" –-/&+")
    if rng.random() < 0.5 and len(words) > 3:
        told = told.rstrip(".,:;") + "."
    return told


def nonsense(rng: random.Random) -> str:
    """Return characters that mean nothing, so that nothing but the ink tells what they are."""
    kind = rng.random()
    length = rng.choice((1, 2, 3, 4, 6, 8, 10, 14))
    if kind < 0.3:
        return "".join(rng.choice(CHARACTERS) for _ in range(length)).strip() or "-"
    if kind < 0.5:
        group = rng.choice(_ALIKE) + rng.choice(_ALIKE)
        return "".join(rng.choice(group) for _ in range(length))
    if kind < 0.7:
        return "".join(
            rng.choice("0123456789" if rng.random() < 0.7 else "ABCDEFGHIJKLMNOPQRSTUVWXYZÅÄÖ") for _ in range(length)
        )
    letters = "abcdefghijklmnopqrstuvwxyzåäö"
    word = "".join(rng.choice(letters) for _ in range(length))
    return rng.choice((word, word.capitalize(), word.upper()))


def _cased(text: str, rng: random.Random) -> str:
    chance = rng.random()
    return text.upper() if chance < 0.1 else text.lower() if chance < 0.15 else text


KINDS: tuple[tuple[Callable[[random.Random], str], float], ...] = (
    (name, 10),
    (doctor, 7),
    (address, 12),
    (town, 7),
    (clinic, 9),
    (phone, 7),
    (day, 6),
    (number, 9),
    (disease, 5),
    (sentence, 26),
    (nonsense, 16),
)


MEANT = tuple(kind for kind in KINDS if kind[0] is not nonsense)


def line(rng: random.Random, kinds: tuple[tuple[Callable[[random.Random], str], float], ...] = KINDS) -> str:
    """Return one line of writing of some kinds, at most `LONGEST` characters, with no person's number in it."""
    make = rng.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
    told = " ".join(make(rng).split())[:LONGEST].strip()
    told = "".join(letter for letter in told if letter in CHARACTERS).strip()
    return nobodys(told) or "-"
