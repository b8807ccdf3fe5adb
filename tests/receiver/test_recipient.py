"""The reference recipient takes a notification once, refuses what the law forbids, and remembers every delivery."""

from __future__ import annotations

import copy
import json
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.notification import Barred, Notification
from pipeline.domain.submission import Receipt, Submission, Unreachable
from pipeline.domain.template import FormKind
from pipeline.receiver.app import MAX_BODY, PATH
from pipeline.receiver.judging import Fault, Issue, judge
from pipeline.receiver.misbehaving import Faults, span
from pipeline.receiver.witness import Outcome, Witness
from pipeline.stages.encode import encode
from pipeline.stages.freeze import Seal, freeze_for_person
from pipeline.stages.notify import notify
from tests.support.lawful import CODED, GUT, NOW, SIGNED, blank, context, record
from tests.support.recipients import LAW, recipient


def told(values: dict[str, Any], kind: FormKind = FormKind.CLINICAL) -> Notification:
    found = notify(record(values), blank(values, kind), context())
    assert not isinstance(found, Barred)
    return found


def bundle(values: dict[str, Any], kind: FormKind = FormKind.CLINICAL) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(encode(told(values, kind)))
    return found


FULL, CODE, PARAGRAPH = bundle(GUT), bundle(CODED), bundle(SIGNED, FormKind.PARAGRAPH)
WHOLE = {"identifier": [{"system": "http://electronichealth.se/identifier/personnummer", "value": "195009072553"}]}


def resource(found: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(e["resource"] for e in found["entry"] if e["resource"]["resourceType"] == kind)


def changed(found: dict[str, Any], change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    other = copy.deepcopy(found)
    change(other)
    return other


@pytest.mark.parametrize("found", [FULL, CODE, PARAGRAPH], ids=["full", "coded", "paragraph"])
def test_a_sound_bundle_is_taken_from_a_person(found: dict[str, Any]) -> None:
    assert judge(found, "siths-person", LAW) == ()


@pytest.mark.parametrize("credential", ["group", "siths-function", "", "SITHS-PERSON"])
def test_a_paragraph_notification_is_taken_from_a_person_alone(credential: str) -> None:
    assert judge(PARAGRAPH, credential, LAW) == (Issue(Fault.FORBIDDEN, "paragraf"),)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda b: resource(b, "Patient").update(name=[{"text": "Tolvan"}]), "pat_namn"),
        (lambda b: resource(b, "Patient").update(address=[{"city": "Umeå"}]), "pat_adress"),
        (lambda b: resource(b, "Patient").update(telecom=[{"value": "090"}]), "pat_tel"),
        (lambda b: resource(b, "Patient").update(birthDate="1950-09-07"), "pat_id"),
        (lambda b: resource(b, "Patient").pop("identifier"), "pat_id"),
        (lambda b: resource(b, "Patient").update(WHOLE), "pat_id"),
        (
            lambda b: resource(b, "QuestionnaireResponse")["item"].append(
                {"linkId": "smittkalla", "answer": [{"valueString": "x"}]}
            ),
            "smittkalla",
        ),
        (
            lambda b: resource(b, "QuestionnaireResponse")["item"].append(
                {"linkId": "ovrigt", "answer": [{"valueString": "se 19500907-2553"}]}
            ),
            "ovrigt",
        ),
    ],
)
def test_a_coded_notification_that_tells_more_than_the_code_is_refused_at_the_field(
    change: Callable[[dict[str, Any]], object], field: str
) -> None:
    issues = judge(changed(CODE, change), "siths-person", LAW)
    assert Issue(Fault.RULE, field) in issues


@pytest.mark.parametrize(
    "change",
    [
        lambda b: b.update(type="collection"),
        lambda b: b.update(resourceType="Parameters"),
        lambda b: b.pop("identifier"),
        lambda b: b.pop("timestamp"),
        lambda b: b["entry"].reverse(),
        lambda b: b["entry"].pop(),
        lambda b: b["entry"].append(b["entry"][-1]),
        lambda b: b["entry"].append({"fullUrl": "urn:uuid:x", "resource": {"resourceType": "Patient"}}),
        lambda b: b.update(entry=[]),
        lambda b: b.update(entry="x"),
        lambda b: b["entry"][0]["resource"].pop("category"),
        lambda b: b["entry"][0]["resource"]["category"][0]["coding"][0].update(code="paragraf-3-2"),
        lambda b: b["entry"][0]["resource"].update(type={"coding": []}),
    ],
)
def test_a_bundle_that_is_no_sound_document_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    assert judge(changed(FULL, change), "siths-person", LAW)


json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(
    json_like,
    st.sampled_from([("identifier",), ("entry",), ("entry", 0), ("entry", 0, "resource"), ("entry", 1, "resource")]),
)
def test_no_bundle_however_odd_makes_the_judge_fall(odd: object, path: tuple[str | int, ...]) -> None:
    judge(odd, "group", LAW)
    found: Any = copy.deepcopy(CODE)
    inner = found
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = odd
    judge(found, "group", LAW)


def test_the_witness_lets_nothing_be_changed_or_removed(tmp_path: Path) -> None:
    witness = Witness(tmp_path / "w.sqlite")
    witness.take("key", "sha", NOW)
    with sqlite3.connect(tmp_path / "w.sqlite") as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            connection.execute("UPDATE post SET key = 'x'")
        with pytest.raises(sqlite3.IntegrityError, match="append only"):
            connection.execute("DELETE FROM post")
        with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
            connection.execute("INSERT INTO post (at, key, body_sha, outcome) VALUES ('', 'key', 'sha', 'accepted')")
    connection.close()


def test_the_witness_remembers_over_a_restart(tmp_path: Path) -> None:
    first = Witness(tmp_path / "w.sqlite").take("key", "sha", NOW)
    again = Witness(tmp_path / "w.sqlite").take("key", "sha", NOW.replace(hour=23))
    assert (again.receipt, again.at, again.outcome) == (first.receipt, first.at, Outcome.REPEATED)
    assert Witness(tmp_path / "w.sqlite").take("key", "another", NOW).outcome is Outcome.CONFLICT


def test_every_delivery_is_in_the_log_without_its_body(tmp_path: Path) -> None:
    body = encode(told(GUT))
    with recipient(tmp_path) as found:
        answers = [
            httpx.post(found.url + PATH, content=content, headers={"Idempotency-Key": key}, trust_env=False)
            for content, key in [(body, "k" * 16), (body, "k" * 16), (b"{}", "k" * 16), (b"x", "l" * 16), (body, "short")]
        ]
        log = httpx.get(found.url + "/log", trust_env=False).json()
        health = httpx.get(found.url + "/health", trust_env=False).json()
    assert [answer.status_code for answer in answers] == [201, 200, 400, 400, 422]
    assert [entry["outcome"] for entry in log["entries"]] == ["accepted", "repeated", "refused", "refused", "refused"]
    assert log["counts"] == {"accepted": 1, "repeated": 1, "conflict": 0, "refused": 3, "unanswered": 0}
    assert "SmiNet" in health["notice"]
    for file in tmp_path.iterdir():
        assert b"Kanarie" not in file.read_bytes()
        assert b"19500907" not in file.read_bytes()


def test_a_body_too_long_to_read_is_refused(tmp_path: Path) -> None:
    with recipient(tmp_path) as found:
        content = b" " * (MAX_BODY + 1)
        answer = httpx.post(found.url + PATH, content=content, headers={"Idempotency-Key": "k" * 16}, trust_env=False)
    assert answer.status_code == 413


def test_a_recipient_is_down_for_its_spans(tmp_path: Path) -> None:
    with recipient(tmp_path, Faults(down=((0.0, 60.0),))) as found:
        assert httpx.get(found.url + "/health", trust_env=False).status_code == 503
        answer = httpx.post(found.url + PATH, content=b"{}", trust_env=False)
    assert answer.status_code == 503
    assert found.witness.counts()["unanswered"] == 1


def test_a_span_is_written_with_a_colon() -> None:
    assert span("1.5:20") == (1.5, 20.0)
    for wrong in ("5", "5:5", "9:3", "a:b"):
        with pytest.raises(ValueError, match="FROM:TO"):
            span(wrong)


@given(st.floats(0, 1), st.integers(0, 1000))
def test_a_share_of_nothing_never_happens_and_of_all_always(share: float, number: int) -> None:
    faults = Faults(seed=number)
    assert not faults.happens(0.0, "busy", number)
    assert faults.happens(1.0, "busy", number)
    assert faults.happens(share, "busy", number) == faults.happens(share, "busy", number)


def test_through_faults_and_rivals_every_notification_is_taken_exactly_once(tmp_path: Path) -> None:
    """Three senders hand over the same twenty submissions to a recipient that is busy and loses answers."""
    seal = Seal(b"secret", "reference")
    notices = [told({**GUT, "anm_datum": f"2026-10-{day:02}"}) for day in range(1, 21)]
    submissions = [freeze_for_person(notice, seal) for notice in notices]
    receipts: list[tuple[str, str]] = []

    def deliver(found: Any, ahead: list[Submission]) -> None:
        with found.gateway() as gateway:
            while ahead:
                answer = gateway.send(ahead[0])
                if isinstance(answer, Receipt):
                    receipts.append((answer.key, answer.receipt_id))
                    ahead.pop(0)
                else:
                    assert isinstance(answer, Unreachable)

    with recipient(tmp_path, Faults(busy=0.25, lost=0.25, garbled=0.1, seed=7)) as found:
        threads = [threading.Thread(target=deliver, args=(found, list(submissions))) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert len(receipts) == 60
    assert len(set(receipts)) == 20
    counts = found.witness.counts()
    assert counts["accepted"] == 20
    assert counts["conflict"] == counts["refused"] == 0
    assert counts["repeated"] >= 40
