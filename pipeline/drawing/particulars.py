"""Answers that only some forms ask for: in keeping with what the form already says, by key."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, MutableMapping

from pipeline.domain.value import Plain
from pipeline.drawing import phrases
from pipeline.drawing.people import clinic

Told = Mapping[str, Plain]
_ENDED = frozenset({"botad", "fullfoljd", "avbruten", "misslyckad", "avliden"})
_CHRONIC = frozenset({"hepatit_b", "hepatit_c", "hepatit_d"})
_NO_VACCINE = frozenset({"hepatit_c", "hepatit_d", "hepatit_e"})


def answers(key: str) -> bool:
    """Tell whether a key has an answer of its own here."""
    return key in _ANSWERS


def particular(key: str, told: Told, rng: random.Random) -> Plain:
    """Return the answer to a key that has one of its own."""
    return _ANSWERS[key](told, rng)


def receiving(told: MutableMapping[str, Plain], rng: random.Random) -> None:
    """Tell of the doctor who takes over, who in half the cases has certified it on the same sheet."""
    at = clinic(rng)
    told.update(ny_lakare=at.doctor, ny_klinik=at.name, ny_adress=at.address, ny_tel=at.phone)
    taken = rng.random() < 0.5
    told["intyg"] = ("overtagit",) if taken else ()
    told["intyg_lakare"] = at.doctor if taken else None
    told["intyg_datum"] = told["anm_datum"] if taken else None
    told["intyg_underskrift"] = taken


def asked_for(told: Told) -> Mapping[str, bool]:
    """Return which keys the other answers ask for; a form never answers what it was not asked."""
    vaccine = told.get("diagnos") not in _NO_VACCINE
    vaccinated = vaccine and told.get("vaccinerad") == "yes"
    sites = told.get("lokalisation")
    return {
        "akut_kronisk": told.get("diagnos") in _CHRONIC,
        "vaccinerad": vaccine,
        "vacc_doser": vaccinated,
        "vacc_datum": vaccinated,
        "vacc_preparat": vaccinated,
        "avliden_datum": told.get("avliden") == "yes",
        "lokalisation_text": isinstance(sites, tuple) and "extrapulmonell" in sites,
        "tidigare_behandlad_ar": told.get("tidigare_behandlad") == "yes",
        "resistens": "pos" in (told.get("odling"), told.get("pcr")),
        "behandlingsslut": told.get("utfall") in _ENDED,
        "orsak_text": told.get("utfall") not in ("botad", "fullfoljd", "pagar"),
        "malariaprofylax_preparat": told.get("malariaprofylax") == "yes",
        "graviditet": told.get("diagnos") == "roda_hund",
        "utlandsvard_land": told.get("utlandsvard") == "yes",
    }


def _before(key: str, least: int, most: int) -> Callable[[Told, random.Random], Plain]:
    """Make a day that lies some days before another answer; without that one, there is none."""

    def day(told: Told, rng: random.Random) -> Plain:
        other = told.get(key)
        return _day(other, -rng.randint(least, most)) if isinstance(other, str) else None

    return day


def _day(other: str, days: int) -> str:
    return (dt.date.fromisoformat(other) + dt.timedelta(days=days)).isoformat()


def _year(told: Told, rng: random.Random) -> Plain:
    return str(int(str(told["anm_datum"])[:4]) - rng.randint(1, 25))


def _partial(told: Told, rng: random.Random) -> Plain:
    """Return a day some years ago, as far as it is remembered: whole, to the month, or the year alone."""
    day = _day(str(told["anm_datum"]), -rng.randint(200, 3000))
    return day[: rng.choice((10, 10, 7, 4))]


def _of_a_woman(told: Told, rng: random.Random) -> Plain:
    return rng.choice(("yes", "no", "no")) if told.get("pat_kon") == "k" else "no"


def _ended(told: Told, rng: random.Random) -> Plain:
    began, signed = told.get("behandlingsstart"), str(told["anm_datum"])
    ended = _day(signed, -rng.randint(1, 30))
    return max(ended, began) if isinstance(began, str) else ended


_ANSWERS: Mapping[str, Callable[[Told, random.Random], Plain]] = {
    "tidigare_anm_datum": _before("anm_datum", 20, 300),
    "behandlingsstart": _before("anm_datum", 180, 420),
    "behandlingsslut": _ended,
    "avliden_datum": _before("anm_datum", 0, 0),
    "smittdatum": _before("insjuknandedatum", 4, 20),
    "senast_negativa_test": _partial,
    "vacc_datum": _partial,
    "ankomst_ar": _year,
    "tidigare_behandlad_ar": _year,
    "vacc_doser": lambda told, rng: rng.randint(1, 5),
    "cd4": lambda told, rng: rng.randint(8, 1200),
    "graviditet": _of_a_woman,
    "overtag_mvc": _of_a_woman,
    "fodelseland": lambda told, rng: rng.choice(("Sverige", *phrases.COUNTRIES)),
    "utlandsvard_land": lambda told, rng: rng.choice(phrases.COUNTRIES),
    "lma_nummer": lambda told, rng: f"00-{rng.randint(0, 999):06d}",
}
