"""Stations to press keys on: a form of six fields, every kind among them."""

from __future__ import annotations

import datetime as dt

from pipeline.domain.record import Finding, FindingKind
from pipeline.domain.review import Lease, Task, VerificationMode
from pipeline.domain.template import Field, FieldKind
from pipeline.domain.value import NOTHING, Value
from pipeline.station.ask import Ask, Choice
from pipeline.station.state import Station

NOW = dt.datetime(2026, 11, 23, 8, 10, tzinfo=dt.UTC)
FORM = "7K3Q-DF2M"
NAME = "Lyckan Ängsros"
NUMBER = "19500907-2553"


def _why(key: str, kind: FindingKind = FindingKind.UNPROVEN) -> tuple[Finding, ...]:
    return (Finding(kind, key),)


def _choices(*values: str) -> tuple[Choice, ...]:
    return tuple(Choice(str(at), value.title(), Value(value)) for at, value in enumerate(values, start=1))


def asks() -> tuple[Ask, ...]:
    routes = _choices("mat", "vatten", "djur")
    return (
        Ask(Field("pat_id", "Personnummer", "", FieldKind.PNR), Value(NUMBER), why=_why("pat_id")),
        Ask(
            Field("pat_namn", "Namn", "", FieldKind.TEXT40),
            Value(NAME),
            alternatives=(Value("Lyckan Ängros"),),
            why=_why("pat_namn"),
        ),
        Ask(Field("pat_kon", "Kön", "", FieldKind.SEX), NOTHING, _choices("m", "k", "o"), why=_why("pat_kon")),
        Ask(Field("smittvag", "Smittväg", "", FieldKind.CHOICEN), Value(("mat",)), routes, why=_why("smittvag")),
        Ask(Field("diagnosdatum", "Diagnosdatum", "", FieldKind.DATE), Value("2026-11-22"), why=_why("diagnosdatum")),
        Ask(Field("underskrift", "Underskrift", "", FieldKind.SIGN), Value(True), why=_why("underskrift")),
    )


def blind(key: str, machine: str) -> Ask:
    """Return one of the questions, keyed blind."""
    asked = next(one for one in asks() if one.key == key)
    return Ask(asked.field, NOTHING, why=asked.why, mode=VerificationMode.BLIND, machine=Value(machine))


def masked() -> Ask:
    why = _why("pat_id", FindingKind.IDENTITY_VIOLATION)
    return Ask(Field("pat_id", "Rikskod", "", FieldKind.RIKSKOD), Value(NUMBER), why=why, masked=True, coded=True)


def station(*asked: Ask, minutes: float = 10) -> Station:
    task = Task(FORM, "klinisk-tarm", "2025-1", 1, None, 0, len(asked or asks()))
    lease = Lease(FORM, "reviewer", 1, NOW + dt.timedelta(minutes=minutes))
    return Station(task, asked or asks(), lease, NOW, heading="Salmonella", total=17)
