"""What a practice form says: consistent answers by seed, for any template, by the keys it asks for."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pipeline.domain.template import Field, FieldKind, FormKind, RuleId, Template
from pipeline.domain.value import Plain
from pipeline.drawing import particulars, phrases
from pipeline.drawing.people import RESERVE_NUMBERS, TOWNS, Clinic, Person, clinic, person, phone

LATEST = dt.date(2025, 12, 31)
_OPTIONAL = 0.65
_ALONE = {"smittvag": "okand", "komplikationer": "inga", "riskfaktorer": "inga"}  # never ticked beside another
_NARROW_MM, _DIGIT_MM = 16.0, 3.5  # what has room for no word is a number
_DAY_DIGITS = 8


@dataclass(slots=True)
class _Case:
    """One invented case while it is being told."""

    rng: random.Random
    template: Template
    patient: Person
    clinic: Clinic
    told: dict[str, Plain] = field(default_factory=dict)

    @property
    def topic(self) -> str:
        """Return the code of the disease, as far as it is told or the form is for one only."""
        if "diagnos" in self.told:
            return str(self.told["diagnos"])
        named = phrases.NAMED.get(str(self.told.get("sjukdom")), "")
        return self.template.diseases[0] if len(self.template.diseases) == 1 else named

    def pick(self, key: str) -> str | None:
        """Return one option of a field."""
        options = self.template.field(key).options
        return self.rng.choice(options).value if options else None


def tell(template: Template, rng: random.Random, latest: dt.date = LATEST) -> Mapping[str, Plain]:
    """Return every field's answer in normal form; nothing written is None, `()` or, for a signature, False.

    Args:
        template: the form that is filled in.
        rng: where all chance comes from.
        latest: no date lies after it.
    """
    case = _Case(rng, template, person(rng), clinic(rng))
    for step in (_head, _identity, _dates, _place, _notifier, _conditions):
        step(case, latest)
    for asked in template.fields:
        if asked.key not in case.told:
            wanted = asked.required != "never" or rng.random() < _OPTIONAL
            case.told[asked.key] = _answer(case, asked) if wanted else nothing(asked)
    _drop_what_is_not_asked(case)
    return {asked.key: case.told[asked.key] for asked in template.fields}


def nothing(asked: Field) -> Plain:
    """Return the normal form of nothing written in a field."""
    if asked.kind is FieldKind.CHOICEN:
        return ()
    return False if asked.kind is FieldKind.SIGN else None


def _head(case: _Case, latest: dt.date) -> None:
    told, rng = case.told, case.rng
    told["anmalan_avser"] = rng.choices(("ny", "komplettering", "overtag"), (8, 1, 1))[0]
    if case.template.follows_up:
        told["anmalan_avser"] = "komplettering"
    told["misstankt_konstaterat"] = rng.choices(("konstaterat", "misstankt"), (7, 3))[0]
    if case.template.kind is FormKind.PARAGRAPH:
        told["paragraf"] = case.pick("paragraf") if case.template.has("paragraf") else None
        told["roll"] = "kontakt" if told["paragraf"] in ("3:5", "3:6") else "patient"
        told["sjukdom"] = rng.choice(phrases.DANGEROUS)
    elif case.template.has("diagnos"):
        told["diagnos"] = case.pick("diagnos")
    elif case.template.has("sjukdom"):
        told["sjukdom"] = rng.choice(tuple(phrases.NAMED))


def _identity(case: _Case, latest: dt.date) -> None:
    told, rng, who = case.told, case.rng, case.patient
    coded = case.template.has("pat_id") and case.template.field("pat_id").kind is FieldKind.RIKSKOD
    kind = "rikskod" if coded else "snr" if who.coordination else "pnr"
    other = rng.random() < 0.08
    told["pat_id_typ"] = "annat_nummer" if other else kind
    told["annat_nummer"] = rng.choice(RESERVE_NUMBERS) if other else None
    told["pat_id"] = None if other else who.code if coded else who.written
    told["pat_id_sida2"] = told["pat_id"]
    told.update(pat_kon=who.sex, pat_namn=who.name, pat_adress=who.street, pat_postnr=who.postcode, pat_ort=who.town)
    told["hemortslan"] = who.county
    told["skyddad_identitet"] = "no" if rng.random() < 0.9 else "yes"
    if told.get("paragraf") == "3:5" and rng.random() < 0.6:
        for key in ("pat_id_typ", "annat_nummer", "pat_id", "pat_id_sida2", "pat_adress", "pat_postnr", "pat_ort"):
            told[key] = None


def _dates(case: _Case, latest: dt.date) -> None:
    told, rng = case.told, case.rng
    signed = latest - dt.timedelta(days=rng.randint(0, 200))
    diagnosed = signed - dt.timedelta(days=rng.choices((0, 1, 2, 3, 6), (3, 5, 2, 1, 1))[0])
    sampled = diagnosed - dt.timedelta(days=rng.randint(0, 5))
    fell_ill = sampled - dt.timedelta(days=rng.randint(1, 9))
    home = fell_ill - dt.timedelta(days=rng.randint(0, 6))
    without = case.template.has("symtomfri") and rng.random() < 0.2
    told["symtomfri"] = ("symtomfri",) if without else ()
    told["insjuknandedatum"] = None if without else fell_ill.isoformat()
    told["provtagningsdatum"] = sampled.isoformat()
    told["diagnosdatum"] = diagnosed.isoformat()
    told["anm_datum"] = signed.isoformat()
    told["hemkomst"] = home.isoformat()
    told["resa_fran"] = (home - dt.timedelta(days=rng.randint(5, 21))).isoformat()
    called = signed - dt.timedelta(days=rng.randint(20, 60))
    told["kallelser_kallad"] = called.isoformat()
    told["kallelser_uteblev"] = (called + dt.timedelta(days=rng.randint(5, 14))).isoformat()
    told["kallelser_retur"] = (called + dt.timedelta(days=rng.randint(3, 10))).isoformat() if rng.random() < 0.2 else None
    told["smittotid"] = rng.choice(
        (f"{called:%Y-%m}", "sommaren 2025", "midsommarhelgen", "vecka 31 eller 32", "januari 2025")
    )


def _place(case: _Case, latest: dt.date) -> None:
    told, rng = case.told, case.rng
    told["smittland"] = rng.choices(("Sverige", *phrases.COUNTRIES, "Okänt"), (16, *([2] * len(phrases.COUNTRIES)), 1))[0]
    if case.topic == "malaria":
        told["smittland"] = rng.choice(phrases.WARM)
    if told["smittland"] == "Sverige":
        told["smittort"] = rng.choice(TOWNS)[0]
    else:
        told["smittort"] = rng.choice((None, "Huvudstaden", "Hotell vid kusten", "Rundresa, flera orter"))
        told["smittkalla"] = rng.choice(phrases.ABROAD)
    if case.topic == "viral_meningoencefalit":
        told["smittort"] = rng.choice(phrases.TICKS)
    if case.topic in phrases.SOURCES:
        told["smittkalla"] = rng.choice(phrases.SOURCES[case.topic])
    if told["smittland"] in ("Sverige", "Okänt"):
        told["resa_fran"] = told["hemkomst"] = None


def _notifier(case: _Case, latest: dt.date) -> None:
    at = case.clinic
    case.told.update(anm_lakare=at.doctor, anm_klinik=at.name, anm_adress=at.address, anm_lan=at.county, anm_tel=at.phone)
    case.told["underskrift"] = case.template.kind is not FormKind.CLINICAL or case.rng.random() < 0.7
    if case.template.has("ny_lakare"):
        particulars.receiving(case.told, case.rng)


def _conditions(case: _Case, latest: dt.date) -> None:
    told, rng = case.told, case.rng
    yn = ("no", "yes", "unknown")
    told["riskgrupp"] = rng.choices(yn, (6, 3, 1))[0]
    told["riskyrke"] = rng.choices(yn, (6, 3, 1))[0]
    told["utbrott"] = rng.choices(yn, (6, 2, 1))[0]
    told["smittsparning_status"] = rng.choice(("paborjad", "paborjad", "ej_aktuell"))


def _drop_what_is_not_asked(case: _Case) -> None:
    """Leave out what only some answers ask for, so that a form never contradicts itself."""
    told = case.told
    only_when: dict[str, bool] = {
        "riskgrupp_text": told["riskgrupp"] == "yes",
        "riskyrke_text": told["riskyrke"] == "yes",
        "smittsparare": told["smittsparning_status"] == "paborjad",
        "smittsparning_resultat": told["smittsparning_status"] == "paborjad",
        "hus": told.get("diagnos") == "ehec",
        "infektionstyp": told.get("diagnos") == "syfilis",
        "stadium": told.get("diagnos") == "syfilis",
        "forskola_symtom": bool(told.get("forskola")),
        "beskrivning": told.get("paragraf") == "3:5",
        "smittotid": told.get("roll") != "patient",
        "index_ref": told.get("roll") == "kontakt",
        **particulars.asked_for(told),
    }
    for key, alone in _ALONE.items():
        ways = told.get(key)
        if isinstance(ways, tuple) and alone in ways:
            told[key] = (alone,)
    for asked in case.template.fields:
        if not only_when.get(asked.key, True):
            told[asked.key] = nothing(asked)


def _answer(case: _Case, asked: Field) -> Plain:
    """Return an answer for a field that no step above has told."""
    rng = case.rng
    if particulars.answers(asked.key):
        return particulars.particular(asked.key, case.told, rng)
    if asked.kind is FieldKind.CHOICEN:
        count = rng.randint(1, min(3, len(asked.options)))
        return tuple(sorted(option.value for option in rng.sample(asked.options, count)))
    if asked.is_boxes:
        return rng.choice(asked.options).value
    made: dict[FieldKind, Callable[[], Plain]] = {
        FieldKind.PHONE: lambda: phone(rng),
        FieldKind.DATE: lambda: _some_day(asked, rng),
        FieldKind.COUNTY: lambda: rng.choice(TOWNS)[2],
        FieldKind.SIGN: lambda: True,
        FieldKind.PNR: lambda: case.patient.written,
        FieldKind.SNR: lambda: case.patient.written,
        FieldKind.RIKSKOD: lambda: case.patient.code,
        FieldKind.OTHER_NUMBER: lambda: rng.choice(RESERVE_NUMBERS),
    }
    if asked.kind in made:
        return made[asked.kind]()
    if asked.comb is not None or asked.zones[0].rect.width < _NARROW_MM:
        cells = asked.comb.cells if asked.comb is not None else max(1, int(asked.zones[0].rect.width / _DIGIT_MM))
        return "".join(rng.choice("0123456789") for _ in range(cells))
    return phrases.about(asked.key, rng, asked.lines, case.topic)


def _some_day(asked: Field, rng: random.Random) -> str:
    """Return a day, or its year alone where no more is asked for and there is room for no more."""
    day = (LATEST - dt.timedelta(days=rng.randint(0, 300))).isoformat()
    short = asked.comb.cells < _DAY_DIGITS if asked.comb is not None else asked.zones[0].rect.width < _NARROW_MM
    return day[: len("ÅÅÅÅ")] if short and asked.rule(RuleId.PARTIAL) else day
