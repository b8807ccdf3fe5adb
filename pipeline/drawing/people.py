"""Nobody real: official test numbers with plainly invented names, addresses and clinics.

The numbers are published for testing and belong to no one. The telephone numbers are of the series that are kept free for
fiction. Towns and postcodes exist; streets, names and clinics do not.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

PERSON_NUMBERS = (
    "195009072553",
    "196101182803",
    "189002029800",
    "200302022389",
    "199002222397",
    "200001252386",
    "189602029812",
)
COORDINATION_NUMBERS = ("196109732393", "197010632391")
RESERVE_NUMBERS = ("98240301AA06", "20210325K069")
_FORENAMES = {
    "k": ("Testina", "Övnina", "Exempla", "Modella", "Provanna", "Ärla Test", "Skissa", "Fiktiva"),
    "m": ("Provar", "Testald", "Övning", "Modellus", "Åprov", "Utkast", "Exemplar", "Fiktivus"),
}
_SURNAMES = (
    "Provsson",
    "Testberg",
    "Övningsén",
    "Exempelsdotter",
    "Blankettström",
    "Skissgård",
    "Åskådlig",
    "Fiktivsson",
    "Mallqvist",
    "Ärendehjelm",
)
_STREETS = (
    "Provgatan",
    "Övningsvägen",
    "Exempelstigen",
    "Åskådargränd",
    "Testbacken",
    "Blankettallén",
    "Ärendegatan",
    "Skissvägen",
)
TOWNS = (
    ("Umeå", "903 26", "AC"),
    ("Uppsala", "753 10", "C"),
    ("Malmö", "211 20", "M"),
    ("Göteborg", "411 03", "O"),
    ("Örebro", "702 11", "T"),
    ("Växjö", "352 30", "G"),
    ("Östersund", "831 30", "Z"),
    ("Luleå", "972 31", "BD"),
    ("Gävle", "803 20", "X"),
    ("Sundsvall", "852 30", "Y"),
    ("Linköping", "582 22", "E"),
    ("Västerås", "722 11", "U"),
    ("Karlstad", "652 24", "S"),
    ("Jönköping", "553 16", "F"),
    ("Kalmar", "392 31", "H"),
    ("Visby", "621 57", "I"),
    ("Karlskrona", "371 34", "K"),
    ("Halmstad", "302 42", "N"),
    ("Eskilstuna", "632 20", "D"),
    ("Falun", "791 71", "W"),
    ("Stockholm", "118 26", "AB"),
)
_CLINICS = (
    "Provkliniken",
    "Övningsmottagningen",
    "Vårdcentralen Exemplet",
    "Infektionskliniken Test",
    "Hälsocentralen Ärlan",
)
_PHONES = (
    ("031-390 06 ", 0, 99),
    ("040-628 04 ", 0, 99),
    ("08-465 004 ", 0, 99),
    ("0980-319 2", 0, 99),
    ("070-174 06 ", 5, 99),
)


@dataclass(frozen=True, slots=True)
class Person:
    """A patient who does not exist."""

    number: str
    coordination: bool
    sex: str
    name: str
    street: str
    postcode: str
    town: str
    county: str
    phone: str

    @property
    def written(self) -> str:
        """Return the number as it is written, `ÅÅÅÅMMDD-NNNN`."""
        return f"{self.number[:8]}-{self.number[8:]}"

    @property
    def code(self) -> str:
        """Return the coded identity, `ÅÅÅÅ-NNNN`."""
        return f"{self.number[:4]}-{self.number[8:]}"


@dataclass(frozen=True, slots=True)
class Clinic:
    """A clinic that does not exist, and its doctor."""

    doctor: str
    name: str
    address: str
    county: str
    phone: str


def person(rng: random.Random) -> Person:
    """Return a patient: a test number with a name that fits its sex and an address in one town."""
    coordination = rng.random() < 0.12
    number = rng.choice(COORDINATION_NUMBERS if coordination else PERSON_NUMBERS)
    sex = "m" if int(number[10]) % 2 else "k"
    town, postcode, county = rng.choice(TOWNS)
    return Person(number, coordination, sex, _name(rng, sex), _street(rng), postcode, town, county, phone(rng))


def clinic(rng: random.Random) -> Clinic:
    """Return a clinic in one town and a doctor there."""
    town, postcode, county = rng.choice(TOWNS)
    doctor = f"{rng.choice(('Leg. läk.', 'Öl', 'ST-läk.', 'Dr'))} {_name(rng, rng.choice('mk'))}"
    return Clinic(doctor, f"{rng.choice(_CLINICS)}, {town}", f"{_street(rng)}, {postcode} {town}", county, phone(rng))


def phone(rng: random.Random) -> str:
    """Return a number of a series kept free for fiction."""
    head, low, high = rng.choice(_PHONES)
    return f"{head}{rng.randint(low, high):02d}"


def _name(rng: random.Random, sex: str) -> str:
    return f"{rng.choice(_FORENAMES[sex])} {rng.choice(_SURNAMES)}"


def _street(rng: random.Random) -> str:
    number = f"{rng.randint(1, 98)}{rng.choice(('', '', ' A', ' B', ' C'))}"
    return f"{rng.choice(_STREETS)} {number}{rng.choice(('', '', '', ' lgh 1203', ' lgh 1001'))}"
