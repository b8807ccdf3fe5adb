"""What a template lacks is told exactly when its forms could not be sent, and what in it leads nowhere."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.notification import Barred, Blocked
from pipeline.domain.template import Field, FieldKind, FormKind, Rule, RuleId, Template
from pipeline.edges import library
from pipeline.stages.notify import notify
from pipeline.stages.vet import RemarkCode, vet
from tests.support.lawful import CATALOGUE, CODED, GUT, SIGNED, context, record

SHIPPED = [library.read(folder) for folder in library.folders([library.shipped()])]
FILLED = {
    "klinisk-tarm": GUT,
    "klinisk-sti": CODED,
    "paragraf": {**SIGNED, "anm_datum": "2026-11-22"},
}
LACKS = {Blocked.NO_DISEASE, Blocked.NO_IDENTITY, Blocked.NO_DATE, Blocked.NO_PARAGRAPH, Blocked.NO_SIGNATURE}


def shipped(name: str) -> Template:
    return next(template for template in SHIPPED if template.name == name)


def changed(template: Template, key: str, change: Callable[[Field], Field]) -> Template:
    fields = tuple(change(field) if field.key == key else field for field in template.fields)
    return dataclasses.replace(template, fields=fields)


def codes(template: Template) -> dict[RemarkCode, tuple[str, ...]]:
    return {remark.code: remark.about for remark in vet(template, CATALOGUE)}


@pytest.mark.parametrize("template", SHIPPED, ids=lambda template: template.id)
def test_nothing_is_remarked_of_a_shipped_template(template: Template) -> None:
    assert vet(template, CATALOGUE) == ()


@given(st.data(), st.sampled_from(sorted(FILLED)))
def test_critical_keys_are_missing_exactly_when_a_filled_form_is_barred_for_them(data: st.DataObject, name: str) -> None:
    whole = shipped(name)
    values = {key: plain for key, plain in FILLED[name].items() if whole.has(key)}
    left_out = data.draw(st.sets(st.sampled_from(sorted(values))))
    template = dataclasses.replace(whole, fields=tuple(field for field in whole.fields if field.key not in left_out))
    told = notify(
        record({key: plain for key, plain in values.items() if key not in left_out and plain is not None}),
        template,
        context(),
    )
    # the values tell the patient by a number of the usual kind
    identified = template.has("pat_id") or not template.has("annat_nummer")
    if identified:
        assert (RemarkCode.MISSING_CRITICAL in codes(template)) == (isinstance(told, Barred) and told.reason in LACKS)


def test_what_the_law_wants_told_is_missed_by_the_kind_of_form_and_its_disease() -> None:
    def without(name: str, *keys: str) -> tuple[str, ...]:
        whole = shipped(name)
        fields = tuple(field for field in whole.fields if field.key not in keys)
        return codes(dataclasses.replace(whole, fields=fields)).get(RemarkCode.MISSING_BY_LAW, ())

    assert without("klinisk-tarm", "pat_namn", "smittkalla", "anm_lakare") == ("pat_namn", "smittkalla", "anm_lakare")
    assert without("klinisk-sti", "hemortslan", "smittvag_sti") == ("hemortslan", "smittvag|smittvag_sti|smittvag_text")
    assert without("paragraf", "redogorelse", "beskrivning") == ("redogorelse", "beskrivning")


def test_a_form_of_one_disease_need_not_ask_for_it() -> None:
    whole = shipped("klinisk-tarm")
    fields = tuple(field for field in whole.fields if field.key != "diagnos")
    assert codes(dataclasses.replace(whole, fields=fields))[RemarkCode.MISSING_CRITICAL] == ("diagnos|sjukdom",)
    assert codes(dataclasses.replace(whole, fields=fields, diseases=("ehec",))) == {}


def test_a_change_of_doctor_is_signed_and_dated() -> None:
    form = dataclasses.replace(shipped("klinisk-tarm"), kind=FormKind.CHANGE, fields=(), diseases=())
    assert codes(form)[RemarkCode.MISSING_CRITICAL] == (
        "diagnos|sjukdom",
        "pat_id|annat_nummer",
        "underskrift",
        "datum|underskrift_datum|anm_datum",
    )


@pytest.mark.parametrize(
    ("name", "key", "change", "code"),
    [
        ("klinisk-tarm", "pat_namn", {"critical": False}, RemarkCode.SHOULD_BE_CRITICAL),
        ("klinisk-tarm", "pat_id_sida2", {"critical": False}, RemarkCode.SHOULD_BE_CRITICAL),
        ("paragraf", "underskrift", {"critical": False}, RemarkCode.SHOULD_BE_CRITICAL),
        ("klinisk-tarm", "diagnosdatum", {"required": "never"}, RemarkCode.SHOULD_BE_REQUIRED),
        ("klinisk-tarm", "diagnosdatum", {"rules": (Rule(RuleId.PARTIAL),)}, RemarkCode.WRONG_KIND_FOR_KEY),
        ("klinisk-tarm", "pat_id", {"kind": FieldKind.RIKSKOD}, RemarkCode.WRONG_KIND_FOR_KEY),
        ("klinisk-sti", "pat_id", {"kind": FieldKind.PNR}, RemarkCode.WRONG_KIND_FOR_KEY),
        ("klinisk-sti", "ovrigt", {"key": "smittkalla"}, RemarkCode.NEVER_SENT_CODED),
        ("klinisk-sti", "ovrigt", {"key": "fritext"}, RemarkCode.NEVER_SENT_CODED),
    ],
)
def test_a_field_that_cannot_do_what_its_key_is_for_is_remarked(
    name: str, key: str, change: dict[str, object], code: RemarkCode
) -> None:
    spoilt = changed(shipped(name), key, lambda field: dataclasses.replace(field, **change))  # type: ignore[arg-type]
    assert set(codes(spoilt)) == {code}
    assert codes(spoilt)[code][0] == change.get("key", key)


def test_boxes_that_lead_nowhere_are_told_one_by_one() -> None:
    def ticked(key: str, was: str, now: str) -> list[tuple[RemarkCode, tuple[str, ...]]]:
        whole = next(
            template
            for template in SHIPPED
            if template.has(key) and any(option.value == was for option in template.field(key).options)
        )
        spoilt = changed(
            whole,
            key,
            lambda field: dataclasses.replace(
                field,
                options=tuple(dataclasses.replace(o, value=now) if o.value == was else o for o in field.options),
            ),
        )
        return [(remark.code, remark.about) for remark in vet(spoilt, CATALOGUE)]

    assert ticked("paragraf", "4:4", "4:2") == [(RemarkCode.OPTION_OF_NO_USE, ("paragraf", "4:2"))]
    assert ticked("pat_kon", "k", "kvinna") == [(RemarkCode.OPTION_OF_NO_USE, ("pat_kon", "kvinna"))]
    assert ticked("diagnos", "syfilis", "pest") == [
        (RemarkCode.DISEASE_UNREACHABLE, ("syfilis",)),
        (RemarkCode.OPTION_OF_NO_USE, ("diagnos", "pest")),
    ]


def test_diseases_are_those_of_the_catalogue_and_of_one_rule() -> None:
    form = dataclasses.replace(shipped("klinisk-sti"), diseases=("klamydia", "gonorre", "syfilis", "digerdöden", "ehec"))
    found = codes(form)
    assert found[RemarkCode.DISEASE_UNKNOWN] == ("digerdöden",)
    assert found[RemarkCode.DISEASES_CODED_AND_NOT] == ("gonorre", "klamydia", "syfilis")
    assert found[RemarkCode.DISEASE_UNREACHABLE] == ("ehec",)


def test_boxes_called_the_same_are_told() -> None:
    spoilt = changed(
        shipped("paragraf"),
        "besked_givet",
        lambda field: dataclasses.replace(
            field, options=tuple(dataclasses.replace(option, label="Ja") for option in field.options)
        ),
    )
    assert codes(spoilt) == {RemarkCode.OPTIONS_SHARE_LABEL: ("yes", "no", "unknown")}
