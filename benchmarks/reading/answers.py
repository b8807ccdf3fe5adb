"""What forms of the benchmark may say: invented people, and words that make sense in their fields."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass

# Official test numbers (docs of the profile they come from: Inera's test persons; Skatteverket's worked example).
NUMBERS = (
    "195009072553",
    "196101182803",
    "189002029800",
    "200302022389",
    "199002222397",
    "200001252386",
    "189602029812",
)
COORDINATION = ("196109732393", "197010632391")
RESERVE = ("98240301AA06", "20210325K069")
WOMEN = (
    "Anna",
    "Åsa",
    "Birgitta",
    "Cecilia",
    "Ebba",
    "Frida",
    "Gunilla",
    "Hjördis",
    "Ingela",
    "Kajsa",
    "Lovisa",
    "Märta",
    "Ylva",
    "Zara",
    "Åse",
    "Örjana",
)
MEN = (
    "Adam",
    "Björn",
    "Carl",
    "Dag",
    "Erik",
    "Filip",
    "Göran",
    "Håkan",
    "Ivar",
    "Jörgen",
    "Kjell",
    "Måns",
    "Nils",
    "Pär",
    "Sören",
    "Östen",
)
_FIRST = (
    "Alm",
    "Berg",
    "Björk",
    "Dal",
    "Ek",
    "Fors",
    "Gran",
    "Hag",
    "Häll",
    "Lind",
    "Löv",
    "Malm",
    "Nor",
    "Sjö",
    "Sten",
    "Ström",
    "Väst",
    "Åker",
    "Äng",
    "Öst",
)
_LAST = (
    "back",
    "berg",
    "blad",
    "dahl",
    "fält",
    "gren",
    "holm",
    "kvist",
    "lund",
    "mark",
    "rot",
    "sjö",
    "stad",
    "ström",
    "vall",
    "åker",
)
_STREETS = (
    "Björkstigen",
    "Fabriksgatan",
    "Gamla vägen",
    "Hästhovsgränd",
    "Jägargatan",
    "Kvarnvägen",
    "Ljungbacken",
    "Älggatan",
    "Ängsstigen",
    "Öråkersvägen",
    "Åbrinken",
    "Vita gatan",
)
# Town, the first three digits of its postcodes, the letter of its county.
TOWNS = (
    ("Skellefteå", "931", "AC"), ("Piteå", "941", "BD"), ("Kiruna", "981", "BD"), ("Härnösand", "871", "Y"),
    ("Söderhamn", "826", "X"), ("Borlänge", "781", "W"), ("Mora", "792", "W"), ("Karlskoga", "691", "T"),
    ("Arvika", "671", "S"), ("Lidköping", "531", "O"), ("Skövde", "541", "O"), ("Uddevalla", "451", "O"),
    ("Varberg", "432", "N"), ("Ängelholm", "262", "M"), ("Ystad", "271", "M"), ("Hässleholm", "281", "M"),
    ("Älmhult", "343", "G"), ("Nässjö", "571", "F"), ("Västervik", "593", "H"), ("Nyköping", "611", "D"),
    ("Enköping", "745", "C"), ("Norrtälje", "761", "AB"), ("Köping", "731", "U"), ("Motala", "591", "E"),
    ("Ronneby", "372", "K"), ("Slite", "624", "I"), ("Östersund", "831", "Z"),
)  # fmt: skip
COUNTRIES = ("Spanien", "Thailand", "Turkiet", "Grekland", "Marocko", "Polen", "Indien", "Österrike", "Egypten", "Kroatien")
DANGEROUS = (
    "Tuberkulos",
    "Hepatit B",
    "Hepatit C",
    "Gonorré",
    "Klamydiainfektion",
    "Syfilis",
    "Hivinfektion",
    "Salmonellainfektion",
    "Shigellainfektion",
)
_PHONES = ("031-390 06 {:02d}", "040-628 04 {:02d}", "08-465 004 {:02d}", "0980-319 2{:02d}")
WORDS = {
    "serotyp": ("Salmonella Typhimurium", "Campylobacter coli", "O103:H2", "Shigella flexneri 2a", "Yersinia biotyp 4"),
    "lab_namn": ("Mikrobiologen Väst", "Klinisk bakteriologi", "Länslab Ö", "Virologen, plan 3", "Unilabo Exempel"),
    "smittkalla": (
        "Vattenmelon från torget", "Tårta på födelsedagskalas", "Kyckling grillad hemma", "Obehandlat källvatten", "Okänd",
    ),
    "misst_livsmedel": ("Räksmörgås", "Ägg från egna höns", "Rucola på påse", "Mjölk direkt från gård", "Badvatten i sjö"),
    "riskyrke_text": ("Kallskänka, hotell", "Sjuksköterska på IVA", "Lärare i hemkunskap", "Barnskötare"),
    "forskola": ("Förskolan Blåsippan", "Igelkottens förskola", "Dagbarnvårdare, Älvgatan"),
    "smittsparare": ("Kurator, plan 2", "Undertecknad", "Smittskyddssköterskan", "Öppenvårdens mottagning"),
    "smittsparning_resultat": (
        "Make och två barn provtagna.", "Tre kontakter ännu ej nådda, brev sänt.", "Avslutad utan nya fall.",
    ),
    "remitterad_till": ("Infektion", "Könsmottagningen", "Barnkliniken", "Öron, näsa, hals"),
    "riskgrupp_text": ("Yrkesmässig exponering", "Partner från utlandet", "Uppger tillfälliga kontakter"),
    "orsak_text": ("Svarar inte på brev", "Avböjer provtagning", "Lämnade mottagningen före besked"),
    "index_ref": ("SP 26-114", "Dnr 77-B", "Akt 2026-0318"),
    "smittotid": ("juli 2026", "vecka 32 till 34", "omkring 12 augusti", "våren 2026"),
    "smittort_ute": ("Hotell vid stranden", "Rundresa", "Hos släkt på landet", "Storstaden"),
}  # fmt: skip
SENTENCES = (
    "Prov är taget på hela familjen.", "Skriftlig information lämnad.", "Åter om tio dagar för nytt prov.",
    "Sjukskriven till och med fredag.", "Yngsta barnet har kräkts i natt.", "Önskar tolk vid nästa besök.",
    "Feber 39 grader, frossa och huvudvärk.", "Inga husdjur, inget eget vatten.", "Ring före klockan elva.",
    "Arbetsgivaren är underrättad.", "Äter inte kött sedan många år.", "Två brev har kommit i retur.",
    "Kontakten är beskriven som lång och ljus.", "Samtal förs vidare med kurator.", "Misstänker samband med kalaset.",
)  # fmt: skip
CLINICS = ("Vårdcentralen Älven", "Hälsocentralen Nord", "Infektionsmottagningen", "Kvarterskliniken", "Öjebyns läkarhus")
DOCTORS = ("Leg läk", "Dr", "ST-läkare", "Överläkare")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist; `kind` tells a test number from one whose check digit is wrong on purpose."""

    number: str
    kind: str
    sex: str
    forename: str
    surname: str

    @property
    def written(self) -> str:
        """Return the number as `ÅÅÅÅMMDD-NNNN`."""
        return f"{self.number[:8]}-{self.number[8:]}"

    @property
    def code(self) -> str:
        """Return the rikskod."""
        return f"{self.number[:4]}-{self.number[8:]}"

    @property
    def coordination(self) -> bool:
        """Tell whether it is a samordningsnummer."""
        return int(self.number[6:8]) > 60


def person(rng: random.Random) -> Person:
    """Return a patient: an official test number, or for a quarter of them a number with a wrong check digit."""
    if rng.random() < 0.25:
        number, kind = _wrong(rng), "wrong check digit"
    else:
        number, kind = rng.choice(COORDINATION if rng.random() < 0.15 else NUMBERS), "test number"
    sex = "m" if int(number[10]) % 2 else "k"
    return Person(number, kind, sex, rng.choice(MEN if sex == "m" else WOMEN), surname(rng))


def _wrong(rng: random.Random) -> str:
    born = dt.date(1930, 1, 1) + dt.timedelta(days=rng.randrange(33_000))
    nine = f"{born:%y%m%d}{rng.randrange(1000):03d}"
    right = check_digit(nine)
    return f"{born:%Y%m%d}{nine[6:]}{(right + rng.randint(1, 9)) % 10}"


def check_digit(nine: str) -> int:
    """Return the check digit of nine digits: every other doubled, digits added, what is missing to the next ten."""
    total = sum(sum(divmod(int(digit) * (2 - place % 2), 10)) for place, digit in enumerate(nine))
    return -total % 10


def surname(rng: random.Random) -> str:
    """Return a surname put together of two parts."""
    return rng.choice(_FIRST) + rng.choice(_LAST)


def street(rng: random.Random) -> str:
    """Return a street that does not exist, with a number."""
    return f"{rng.choice(_STREETS)} {rng.randint(1, 149)}{rng.choice(('', '', ' A', ' B', ' C'))}"


def phone(rng: random.Random) -> str:
    """Return a telephone number of a series that is kept free for fiction."""
    return rng.choice(_PHONES).format(rng.randrange(100))
