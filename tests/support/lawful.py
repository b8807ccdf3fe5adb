"""Blanks, records and diseases to try the law on; persons are official test persons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from pipeline.domain.disease import Catalogue
from pipeline.domain.geometry import Rect
from pipeline.domain.policy import LawPolicy
from pipeline.domain.record import Record, SettledField, Settlement
from pipeline.domain.template import Field, FieldKind, FormKind, Rule, Sheet, Template, Zone
from pipeline.domain.value import NOTHING, Plain, Value
from pipeline.edges import catalogue
from pipeline.stages.notify import LawContext

NOW = dt.datetime(2026, 11, 23, 8, 31, 5, tzinfo=dt.UTC)
CATALOGUE: Catalogue = catalogue.load()

GUT = {
    "diagnos": "salmonella",
    "misstankt_konstaterat": "konstaterat",
    "pat_id": "19500907-2553",
    "pat_namn": "Tolvan Kanariefågel",
    "pat_adress": "Provgatan 7",
    "pat_postnr": "903 26",
    "pat_ort": "Umeå",
    "pat_tel": "090-12 34 56",
    "pat_kon": "m",
    "insjuknandedatum": "2026-11-18",
    "diagnosdatum": "2026-11-22",
    "smittkalla": "kyckling på en marknad",
    "smittvag": ("livsmedel", "person"),
    "utbrott": "no",
    "doser": 2,
    "atgarder": "Provtagning, information",
    "anm_lakare": "Prova Läkarson",
    "anm_tel": "090-785 00 00",
    "anm_klinik": "Provkliniken",
    "anm_adress": "Sjukhusvägen 1",
    "anm_datum": "2026-11-22",
    "underskrift": True,
}
CODED = {
    "diagnos": "klamydia",
    "pat_id": "1950-2553",
    "hemortslan": "AC",
    "riskgrupp": "no",
    "pat_kon": "m",
    "diagnosdatum": "2026-11-22",
    "smittvag_sti": "hetero",
    "atgarder": "Provtagning, information",
    "anm_lakare": "Prova Läkarson",
    "anm_tel": "070-112 34 56",
    "anm_klinik": "Provkliniken",
    "anm_datum": "2026-11-22",
}
SIGNED = {
    "paragraf": "4:4",
    "sjukdom": "Hivinfektion",
    "pat_id": "19610973-2393",
    "pat_namn": "Tolvan Kanariefågel",
    "pat_adress": "Provgatan 7",
    "beskrivning": None,
    "redogorelse": "Har inte kommit till tre avtalade besök.",
    "anm_lakare": "Prova Läkarson",
    "anm_klinik": "Provkliniken",
    "datum": "2026-11-22",
    "underskrift": True,
}
_KINDS = {"anm_tel": FieldKind.PHONE, "pat_tel": FieldKind.PHONE, "underskrift": FieldKind.SIGN}


def blank(
    keys: Mapping[str, object],
    kind: FormKind = FormKind.CLINICAL,
    required: tuple[str, ...] = ("pat_id", "diagnosdatum"),
    rules: Mapping[str, tuple[Rule, ...]] | None = None,
) -> Template:
    """Make a template that asks for `keys`."""
    zone = (Zone(1, Rect(10, 10, 50, 7)),)
    fields = tuple(
        Field(
            key=key,
            label=key,
            label_en=key,
            kind=_KINDS.get(key, FieldKind.TEXT255),
            required="always" if key in required else "never",
            zones=zone,
            rules=(rules or {}).get(key, ()),
        )
        for key in keys
    )
    return Template("prov", "1", "Prov", "Trial", kind, (), (Sheet(1, 210, 297),), fields, "blank.pdf")


def record(values: Mapping[str, Plain], illegible: tuple[str, ...] = ()) -> Record:
    """Make a settled record of `values`; those of `illegible` could not be read."""
    fields = tuple(
        SettledField(key, NOTHING, Settlement.ILLEGIBLE)
        if key in illegible
        else SettledField(key, Value(plain), Settlement.CONFIRMED)
        for key, plain in values.items()
    )
    return Record("7K3Q-DF2M", "prov", "1", fields)


def context(now: dt.datetime = NOW) -> LawContext:
    """Make the context of a unit in Västerbotten."""
    return LawContext(CATALOGUE, LawPolicy(region="AC"), "v2", "Smittskydd Västerbotten", now)
