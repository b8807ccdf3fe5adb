"""Swedish person numbers and samordningsnummer: how they are written, and whether they can be anyone's.

Source: folkbokföringslagen 1991:481 18 § (ten digits, `+` for `-` from the year a person turns 100, twelve digits in
registers); lag 2022:1697 2 kap. 8 § (samordningsnummer: 60 is added to the day).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from personnummer.personnummer import Personnummer, PersonnummerException

_WRITTEN = re.compile(r"(\d{2})?(\d{2})(\d{2})(\d{2})([-+]?)(\d{4})")


@dataclass(frozen=True, slots=True, repr=False)
class PersonNumber:
    """A number of the right shape, its check digit and date not yet proved."""

    year: int
    month: int
    day: int
    tail: str

    @property
    def written(self) -> str:
        """Return the normal form `ÅÅÅÅMMDD-NNNN`."""
        return f"{self.year:04d}{self.month:02d}{self.day:02d}-{self.tail}"

    @property
    def coordination(self) -> bool:
        """Tell whether it is a samordningsnummer: 60 is added to the day."""
        return self.day > 60

    @property
    def born(self) -> dt.date | None:
        """Return the day of birth it tells of, or None when there is no such day."""
        try:
            return dt.date(self.year, self.month, self.day - 60 if self.coordination else self.day)
        except ValueError:
            return None

    @property
    def check_digit_fits(self) -> bool:
        """Tell whether the last digit is the check digit of the nine before it (and the date a real one)."""
        # Twelve digits leave the library nothing to ask the clock about: the century stands in the number.
        try:
            Personnummer(self.written.replace("-", ""))  # type: ignore[no-untyped-call]
        except (PersonnummerException, ValueError):
            return False
        return True

    @property
    def sex(self) -> str:
        """Return `m` or `k`, by the ninth of the ten digits: odd for men, even for women."""
        return "m" if int(self.tail[2]) % 2 else "k"

    def possible(self, today: dt.date) -> bool:
        """Tell whether someone born by `today` can have it: a real date, not in the future, and the check digit."""
        born = self.born
        return born is not None and born <= today and self.check_digit_fits

    def __repr__(self) -> str:
        """Hide the number."""
        return "PersonNumber(•••)"


def parse(written: str, today: dt.date | None = None) -> tuple[PersonNumber, ...]:
    """Return the numbers that `written` may mean, the likeliest first; none when it has not the shape of one.

    Twelve digits mean one. Ten digits mean the latest century that is not in the future on `today` (`-`), or the one
    before it (`+`); the other century follows as second. Without `today` ten digits mean 1900s before 2000s before 1800s.
    """
    found = _WRITTEN.fullmatch("".join(written.split()))
    if not found:
        return ()
    century, year, month, day, sign, tail = found.groups()
    if century:
        return (PersonNumber(int(century + year), int(month), int(day), tail),)
    centuries = _centuries(int(year), int(month), int(day), sign, today)
    return tuple(PersonNumber(first + int(year), int(month), int(day), tail) for first in centuries)


def _centuries(year: int, month: int, day: int, sign: str, today: dt.date | None) -> tuple[int, ...]:
    if today is None:
        return (1900, 1800) if sign == "+" else (1900, 2000, 1800)
    this = today.year - today.year % 100
    birthday = (year, month, day - 60 if day > 60 else day)
    latest = this if birthday <= (today.year % 100, today.month, today.day) else this - 100
    return (latest - 100, latest) if sign == "+" else (latest, latest - 100)
