"""What one form says: answers that do not contradict each other, for any template, by the keys it asks for."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from benchmarks.reading import answers
from pipeline.domain.template import Field, FieldKind, FormKind, RuleId, Template
from pipeline.domain.value import Plain

TODAY = dt.date(2026, 11, 24)
_OPTIONAL = 0.6


@dataclass(frozen=True, slots=True)
class Told:
    """Every field's answer in normal form, and what is to be said of it in the table, by key."""

    values: Mapping[str, Plain]
    notes: Mapping[str, str]


@dataclass(slots=True)
class _Case:
    rng: random.Random
    template: Template
    who: answers.Person
    told: dict[str, Plain] = field(default_factory=dict)

    def one_of(self, key: str) -> str | None:
        return self.rng.choice(self.template.field(key).options).value if self.template.has(key) else None


def nothing(asked: Field) -> Plain:
    """Return the normal form of an empty field."""
    return () if asked.kind is FieldKind.CHOICEN else False if asked.kind is FieldKind.SIGN else None


def tell(template: Template, rng: random.Random) -> Told:
    """Return what a form says."""
    case = _Case(rng, template, answers.person(rng))
    for step in (_head, _patient, _dates, _places, _rest):
        step(case)
    for asked in template.fields:
        if asked.key not in case.told:
            wanted = asked.required != "never" or rng.random() < _OPTIONAL
            case.told[asked.key] = _answer(case, asked) if wanted else nothing(asked)
    _leave_out(case)
    values = {asked.key: case.told[asked.key] for asked in template.fields}
    numbered = {key: case.who.kind for key in ("pat_id", "pat_id_sida2") if template.has(key)}
    return Told(values, {} if template.has("hemortslan") else numbered)


def _head(case: _Case) -> None:
    rng, told = case.rng, case.told
    told["anmalan_avser"] = rng.choices(("ny", "komplettering", "overtag"), (6, 2, 2))[0]
    told["misstankt_konstaterat"] = rng.choice(("misstankt", "konstaterat"))
    told["diagnos"] = case.one_of("diagnos")
    if case.template.kind is FormKind.PARAGRAPH:
        told["paragraf"] = case.one_of("paragraf")
        told["roll"] = "kontakt" if told["paragraf"] in ("3:5", "3:6") else "patient"
        told["sjukdom"] = rng.choice(answers.DANGEROUS)


def _patient(case: _Case) -> None:
    rng, told, who = case.rng, case.told, case.who
    coded = case.template.has("pat_id") and case.template.field("pat_id").kind is FieldKind.RIKSKOD
    other = rng.random() < 0.1
    told["pat_id_typ"] = "annat_nummer" if other else "rikskod" if coded else "snr" if who.coordination else "pnr"
    told["annat_nummer"] = rng.choice(answers.RESERVE) if other else None
    told["pat_id"] = told["pat_id_sida2"] = None if other else who.code if coded else who.written
    town, head, county = rng.choice(answers.TOWNS)
    told.update(
        pat_kon=who.sex,
        pat_namn=f"{who.forename} {who.surname}",
        pat_fornamn=who.forename.upper(),
        pat_efternamn=who.surname.upper(),
        pat_adress=answers.street(rng),
        pat_postnr=f"{head} {rng.randrange(10, 99)}",
        pat_ort=town,
        pat_ort_kam=town.upper(),
        hemortslan=county,
    )


def _dates(case: _Case) -> None:
    rng, told = case.rng, case.told

    def before(day: dt.date, least: int, most: int) -> dt.date:
        return day - dt.timedelta(days=rng.randint(least, most))

    signed = before(TODAY, 0, 340)
    diagnosed = before(signed, 0, 8)
    sampled = before(diagnosed, 0, 9)
    ill = before(sampled, 0, 20)
    home = before(ill, 0, 12)
    called = before(signed, 16, 90)
    free = case.template.has("symtomfri") and rng.random() < 0.25
    days = {
        "anm_datum": signed,
        "diagnosdatum": diagnosed,
        "provtagningsdatum": sampled,
        "insjuknandedatum": None if free else ill,
        "hemkomst": home,
        "resa_fran": before(home, 2, 60),
        "kallelser_kallad": called,
        "kallelser_uteblev": called + dt.timedelta(days=rng.randint(2, 14)),
        "kallelser_retur": called + dt.timedelta(days=rng.randint(2, 14)) if rng.random() < 0.4 else None,
    }
    told.update({key: day.isoformat() if day else None for key, day in days.items()})
    told["symtomfri"] = ("symtomfri",) if free else ()


def _places(case: _Case) -> None:
    rng, told = case.rng, case.told
    abroad = rng.random() < 0.5
    told["smittland"] = rng.choice(answers.COUNTRIES) if abroad else "Sverige"
    told["smittort"] = rng.choice(answers.WORDS["smittort_ute"]) if abroad else rng.choice(answers.TOWNS)[0]
    if not abroad:
        told["resa_fran"] = told["hemkomst"] = None


def _rest(case: _Case) -> None:
    rng, told = case.rng, case.told
    name = f"{rng.choice(answers.MEN + answers.WOMEN)} {answers.surname(rng)}"
    town, _, county = rng.choice(answers.TOWNS)
    told["anm_lakare"] = f"{rng.choice(answers.DOCTORS)} {name}"
    told["anm_klinik"] = rng.choice(answers.CLINICS)
    told["anm_adress"] = f"{answers.street(rng)}, {town}"
    told["anm_lan"] = county
    told["underskrift"] = case.template.kind is FormKind.PARAGRAPH or rng.random() < 0.6
    told["skyddad_identitet"] = rng.choice(("yes", "no", "no", None))


def _leave_out(case: _Case) -> None:
    """Leave out what only some answers ask for."""
    told = case.told
    if isinstance(told.get("smittvag"), tuple) and "okand" in told["smittvag"]:
        told["smittvag"] = ("okand",)
    wanted = {
        "riskgrupp_text": told.get("riskgrupp") == "yes",
        "riskyrke_text": told.get("riskyrke") == "yes",
        "smittsparare": told.get("smittsparning_status") == "paborjad",
        "smittsparning_resultat": told.get("smittsparning_status") == "paborjad",
        "hus": told.get("diagnos") == "ehec",
        "infektionstyp": told.get("diagnos") == "syfilis",
        "stadium": told.get("diagnos") == "syfilis",
        "forskola_symtom": bool(told.get("forskola")),
        "smittotid": told.get("roll") == "kontakt",
        "index_ref": told.get("roll") == "kontakt",
    }
    for asked in case.template.fields:
        if not wanted.get(asked.key, True):
            told[asked.key] = nothing(asked)


def _answer(case: _Case, asked: Field) -> Plain:
    rng = case.rng
    if asked.kind is FieldKind.CHOICEN:
        some = rng.sample(asked.options, rng.randint(1, min(4, len(asked.options))))
        return tuple(sorted(option.value for option in some))
    if asked.is_boxes:
        return rng.choice(asked.options).value
    made: dict[FieldKind, Callable[[], Plain]] = {
        FieldKind.PHONE: lambda: answers.phone(rng),
        FieldKind.DATE: lambda: (TODAY - dt.timedelta(days=rng.randint(0, 700))).isoformat(),
        FieldKind.COUNTY: lambda: rng.choice(answers.TOWNS)[2],
        FieldKind.SIGN: lambda: True,
        FieldKind.PNR: lambda: case.who.written,
        FieldKind.SNR: lambda: case.who.written,
        FieldKind.RIKSKOD: lambda: case.who.code,
        FieldKind.OTHER_NUMBER: lambda: rng.choice(answers.RESERVE),
    }
    return made[asked.kind]() if asked.kind in made else _words(asked, rng)


def _words(asked: Field, rng: random.Random) -> str:
    if asked.key == "lab_nr":
        return f"{rng.choice('KMRT')}{rng.randint(10000, 99999)}-{rng.randint(10, 26)}"
    if (counted := asked.rule(RuleId.INTEGER)) is not None:
        limits = dict(counted.params)
        return str(rng.randint(int(limits.get("min", 0)), int(limits.get("max", 9))))
    if asked.key in answers.WORDS:
        return rng.choice(answers.WORDS[asked.key])
    return " ".join(rng.sample(answers.SENTENCES, 1 if asked.lines == 1 else rng.randint(1, asked.lines)))
