"""Answers from a file: only what was asked is answered, and everything odd is told."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pipeline.domain.record import FindingKind, Record, Settlement
from pipeline.domain.review import Verdict
from pipeline.domain.status import Status
from pipeline.jobs.office import Office
from pipeline.station.answers import SCHEMA, AnswerFile, BadAnswers, Outcome, answer, read, schema
from tests.support.desks import ASKED, TARM, wait
from tests.support.stores import digest

ROOT = Path(__file__).parents[2]
ALL = {key: {"kind": "correct", "value": TARM[key]} for key in ASKED}


def answered(opened: Office, *forms: dict[str, Any]) -> Outcome:
    return answer(opened, "script", AnswerFile.model_validate({"forms": list(forms)}))


def status(opened: Office, form: str) -> Status:
    with opened.store.read() as unit:
        state = unit.forms.state(form)
    assert state is not None
    return state.status


def test_a_form_found_by_its_id_is_answered_and_settled(opened: Office) -> None:
    form = wait(opened)
    outcome = answered(opened, {"form": form.lower().replace("-", ""), "verdicts": ALL})
    assert (outcome.settled, outcome.given, outcome.not_asked) == (1, 3, 0)
    assert status(opened, form) is Status.SETTLED


def test_a_form_is_found_by_the_digest_of_its_scan(opened: Office) -> None:
    form = wait(opened, "one")
    wait(opened, "two", {**TARM, "pat_id": "19610118-2803"})
    outcome = answered(opened, {"scan": digest("one"), "page": 1, "verdicts": ALL})
    assert (outcome.settled, outcome.unanswered) == (1, 1)
    assert status(opened, form) is Status.SETTLED
    assert answered(opened, {"scan": digest("two"), "page": 2, "verdicts": ALL}).settled == 0


def test_an_answer_equal_to_the_machines_accepts_and_another_corrects(opened: Office) -> None:
    form = wait(opened)
    changed = {**ALL, "pat_namn": {"kind": "correct", "value": "Testa Testsson"}}
    answered(opened, {"form": form, "verdicts": changed})
    with opened.store.read() as unit:
        record = unit.documents.load(Record, form, "record")
    assert record is not None
    how = {field.key: field.settlement for field in record.fields if field.key in ASKED}
    assert how == {
        "pat_id": Settlement.CONFIRMED,
        "pat_namn": Settlement.CORRECTED,
        "diagnosdatum": Settlement.CONFIRMED,
    }


def test_answers_to_fields_that_were_not_asked_are_not_given(opened: Office) -> None:
    form = wait(opened)
    outcome = answered(opened, {"form": form, "verdicts": {**ALL, "pat_ort": {"kind": "correct", "value": "Umeå"}}})
    assert (outcome.given, outcome.not_asked) == (3, 1)
    with opened.store.read() as unit:
        verdicts = unit.documents.load_all(Verdict, form, "verdict")
    assert {verdict.key for verdict in verdicts} == set(ASKED)


def test_a_key_the_form_does_not_have_is_told(opened: Office) -> None:
    form = wait(opened)
    outcome = answered(opened, {"form": form, "verdicts": {**ALL, "pat_nam": {"kind": "blank"}}})
    assert outcome.unknown == [(form, "pat_nam")]
    assert outcome.settled == 1


def test_a_form_with_too_few_answers_is_left_open_and_free_with_those_given(opened: Office) -> None:
    form = wait(opened)
    outcome = answered(opened, {"form": form, "verdicts": {"pat_id": {"kind": "illegible"}}})
    assert (outcome.settled, outcome.open) == (0, [form])
    assert status(opened, form) is Status.WAITING
    rest = {key: told for key, told in ALL.items() if key != "pat_id"}
    assert answered(opened, {"form": form, "verdicts": rest}).given == 2


def test_a_form_is_closed_with_its_reason(opened: Office) -> None:
    form = wait(opened)
    assert answered(opened, {"form": form, "close": "other_region"}).closed == 1
    assert status(opened, form) is Status.CLOSED


def test_what_the_law_asks_for_besides_is_answered_too(opened: Office) -> None:
    form = wait(opened, values={key: value for key, value in TARM.items() if key != "diagnos"})
    told = {**ALL, "diagnos": {"kind": "correct", "value": "salmonella"}}
    assert answered(opened, {"form": form, "verdicts": told}).settled == 1


def test_a_required_field_that_cannot_be_read_is_let_go_only_when_the_file_says_so(opened: Office) -> None:
    why = {**ASKED, "anm_lakare": FindingKind.LOW_CONFIDENCE}
    form = wait(opened, why=why)
    told = {**ALL, "anm_lakare": {"kind": "illegible"}}
    assert answered(opened, {"form": form, "verdicts": told}).barred == [(form, "required_unknown")]
    assert answered(opened, {"form": form, "verdicts": told, "let_go": ["anm_lakare"]}).settled == 1


BAD = [
    ("{", "not JSON"),
    ('{"forms": [{"form": "X", "scan": "0123456789ab"}]}', "one of them"),
    ('{"forms": [{"form": "X", "verdicts": {"pat_id": {"kind": "maybe"}}}]}', "forms.0.verdicts.pat_id.kind"),
    ('{"forms": [{"form": "X", "typo": 1}]}', "forms.0.typo"),
    ('[{"scan": "hemlig 19500907-2553"}]', "forms.0.scan"),
]


@pytest.mark.parametrize(("text", "told"), BAD, ids=range(len(BAD)))
def test_a_file_that_is_none_is_told_where_and_never_what(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "answers.json"
    path.write_text(text)
    with pytest.raises(BadAnswers) as found:
        read(path)
    assert told in str(found.value)
    assert "19500907" not in str(found.value)


def test_the_shipped_schema_is_the_one_that_is_read_by() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema()


def test_the_samples_verdicts_fit_the_schema_and_their_truth() -> None:
    spec = importlib.util.spec_from_file_location("verdicts", ROOT / "samples" / "verdicts.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    shipped = json.loads((ROOT / "samples" / "verdicts.json").read_text(encoding="utf-8"))
    jsonschema.validate(shipped, schema())
    assert shipped == module.verdicts(), "run: python samples/verdicts.py"
