"""One attempt over real HTTP gives a receipt, a refusal, or no answer that can be trusted."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from pipeline.domain.notification import Barred, Credential
from pipeline.domain.submission import Receipt, Refusal, RefusalCode, Submission, Unreachable
from pipeline.domain.template import FormKind
from pipeline.edges.gateway_answers import KIND_SYSTEM, category
from pipeline.edges.gateway_recorded import RecordedGateway
from pipeline.edges.gateways import HttpGateway, HttpRecipient, Trust
from pipeline.errors import DeliveryError
from pipeline.receiver.misbehaving import Faults
from pipeline.stages.encode_terms import KIND
from pipeline.stages.freeze import Seal, freeze
from pipeline.stages.notify import notify
from tests.support.lawful import CODED, GUT, SIGNED, blank, context, record
from tests.support.recipients import Running, recipient, running

SEAL = Seal(b"secret", "reference")


def frozen(values: dict[str, object], kind: FormKind = FormKind.CLINICAL) -> Submission:
    told = notify(record(values), blank(values, kind), context())  # type: ignore[arg-type]
    assert not isinstance(told, Barred)
    submission = freeze(told, Credential.SITHS_PERSON, SEAL)
    assert isinstance(submission, Submission)
    return submission


@pytest.fixture
def reference(tmp_path: Path) -> Iterator[Running]:
    with recipient(tmp_path) as found:
        yield found


class _Odd:
    """A recipient that answers whatever it is told to; `seen` is every request's headers."""

    def __init__(self) -> None:
        self.answer: Response = JSONResponse({})
        self.seen: list[dict[str, str]] = []
        routes = [Route("/notification", self._post, methods=["GET", "POST"])]
        self.app = Starlette(routes=routes)

    async def _post(self, request: Request) -> Response:
        self.seen.append(dict(request.headers))
        return self.answer


@pytest.fixture
def odd() -> Iterator[tuple[_Odd, HttpGateway]]:
    found = _Odd()
    with running(found.app) as url, HttpGateway(_at(url)) as gateway:
        yield found, gateway


def _at(url: str) -> HttpRecipient:
    return HttpRecipient("reference", f"{url}/notification", Credential.SITHS_PERSON, connect_s=1.0, answer_s=1.0)


def _receipt(submission: Submission) -> dict[str, str]:
    return {"id": "r1", "received": "2026-11-23T09:00:00+01:00", "key": submission.key}


def test_a_sound_notification_gets_a_receipt_and_the_same_one_again(reference: Running) -> None:
    submission = frozen(GUT)
    with reference.gateway() as gateway:
        first, again = gateway.send(submission), gateway.send(submission)
    assert isinstance(first, Receipt)
    assert isinstance(again, Receipt)
    assert (first.receipt_id, first.received) == (again.receipt_id, again.received)
    assert [entry.outcome for entry in reference.witness.entries()] == ["accepted", "repeated"]


def test_the_same_key_with_another_body_is_refused(reference: Running) -> None:
    first, other = frozen(GUT), frozen(CODED)
    with reference.gateway() as gateway:
        gateway.send(first)
        told = gateway.send(Submission(first.key, first.form, first.recipient, other.body))
    assert told == Refusal(first.key, RefusalCode.KEY_REUSED)


def test_a_refusal_names_the_fields(reference: Running) -> None:
    submission = frozen(CODED)
    bundle = json.loads(submission.body)
    bundle["entry"][1]["resource"]["name"] = [{"text": "Tolvan Kanariefågel"}]
    with reference.gateway() as gateway:
        told = gateway.send(Submission(submission.key, "f", "reference", json.dumps(bundle).encode()))
    assert told == Refusal(submission.key, RefusalCode.INVALID, ("pat_namn",))


def test_an_unknown_disease_is_refused_as_such(reference: Running) -> None:
    submission = frozen(GUT)
    body = submission.body.replace(b'"code":"salmonella"', b'"code":"trasksjuka"')
    with reference.gateway() as gateway:
        told = gateway.send(Submission(submission.key, "f", "reference", body))
    assert told == Refusal(submission.key, RefusalCode.UNKNOWN_DISEASE, ("diagnos",))


@pytest.mark.parametrize("credential", [Credential.GROUP, Credential.SITHS_FUNCTION])
def test_a_paragraph_notification_is_stopped_at_the_door_of_a_group_gateway(
    reference: Running, credential: Credential
) -> None:
    submission = frozen(SIGNED, FormKind.PARAGRAPH)
    with reference.gateway(credential) as gateway:
        assert gateway.send(submission) == Refusal(submission.key, RefusalCode.NOT_ALLOWED)
        assert gateway.send(Submission("k" * 20, "f", "reference", b"{}")) == Refusal("k" * 20, RefusalCode.NOT_ALLOWED)
    assert reference.witness.entries() == ()


def test_a_clinical_notification_leaves_by_a_group_gateway(reference: Running) -> None:
    with reference.gateway(Credential.GROUP) as gateway:
        assert isinstance(gateway.send(frozen(CODED)), Receipt)


def test_an_answer_lost_after_acceptance_is_mended_by_sending_again(tmp_path: Path) -> None:
    submission = frozen(GUT)
    with recipient(tmp_path, Faults(lost=1.0)) as found, found.gateway() as gateway:
        assert gateway.send(submission) == Unreachable(submission.key, "answer_lost")
        found.app.state.faults = Faults()
        assert isinstance(gateway.send(submission), Receipt)
        assert found.witness.counts()["accepted"] == 1


def test_a_recipient_that_garbles_its_receipt_is_asked_again(tmp_path: Path) -> None:
    submission = frozen(GUT)
    with recipient(tmp_path, Faults(garbled=1.0)) as found, found.gateway() as gateway:
        assert gateway.send(submission) == Unreachable(submission.key, "receipt_unreadable")


def test_a_busy_recipient_tells_when_to_come_back(tmp_path: Path) -> None:
    submission = frozen(GUT)
    with recipient(tmp_path, Faults(busy=1.0, retry_after_s=17)) as found, found.gateway() as gateway:
        assert gateway.send(submission) == Unreachable(submission.key, "http_503", 17.0)


def test_a_slow_recipient_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    submission = frozen(GUT)
    with recipient(tmp_path, Faults(slow_s=2.0)) as found, found.gateway(answer_s=0.2) as gateway:
        assert gateway.send(submission) == Unreachable(submission.key, "answer_timed_out")


def test_nobody_at_home_is_unreachable() -> None:
    with HttpGateway(_at("http://127.0.0.1:9")) as gateway:
        assert gateway.send(frozen(GUT)) == Unreachable(frozen(GUT).key, "connect_failed")


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        (200, "<html>log in</html>", "receipt_unreadable"),
        (200, '{"id": "r1", "key": "k"}', "receipt_unreadable"),
        (201, '{"id": "r1", "received": "2026-11-23T09:00:00", "key": "k"}', "receipt_unreadable"),
        (201, '{"id": "r1", "received": "2026-11-23T09:00:00Z", "key": "another"}', "receipt_for_another_key"),
        (202, "{}", "http_202"),
        (204, "", "http_204"),
        (403, "<html>proxy</html>", "http_403"),
        (404, "{}", "http_404"),
        (409, "{}", "http_409"),
        (422, '{"resourceType": "OperationOutcome", "issue": []}', "http_422"),
        (422, '{"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "x"}]}', "http_422"),
        (429, "{}", "http_429"),
        (500, "{}", "http_500"),
        (200, "x" * 2_000_000, "answer_lost"),
    ],
)
def test_what_is_no_plain_yes_or_no_is_sent_again_later(
    odd: tuple[_Odd, HttpGateway], status: int, body: str, cause: str
) -> None:
    found, gateway = odd
    found.answer = Response(body, status)
    told = gateway.send(frozen(GUT))
    assert isinstance(told, Unreachable)
    assert told.cause == cause


def test_a_redirect_is_not_followed(odd: tuple[_Odd, HttpGateway]) -> None:
    found, gateway = odd
    found.answer = RedirectResponse("/notification", 307)
    assert gateway.send(frozen(GUT)) == Unreachable(frozen(GUT).key, "http_307")
    assert len(found.seen) == 1


def test_a_time_to_come_back_is_counted_by_the_recipients_own_clock(odd: tuple[_Odd, HttpGateway]) -> None:
    found, gateway = odd
    found.answer = Response("", 503, {"Retry-After": "Mon, 23 Nov 2099 10:00:00 GMT"})
    told = gateway.send(frozen(GUT))
    assert isinstance(told, Unreachable)
    assert told.retry_after_s is not None
    assert dt.timedelta(seconds=told.retry_after_s) > dt.timedelta(days=365)


def test_a_recipient_that_does_not_know_us_stops_the_sending(odd: tuple[_Odd, HttpGateway]) -> None:
    found, gateway = odd
    found.answer = Response("", 401)
    with pytest.raises(DeliveryError, match="recipient_unauthorised"):
        gateway.send(frozen(GUT))


def test_a_values_echo_in_a_refusal_is_not_taken_for_a_field(odd: tuple[_Odd, HttpGateway]) -> None:
    found, gateway = odd
    issue = {"severity": "error", "code": "value", "expression": ["Tolvan Kanariefågel", "pat_id"]}
    found.answer = JSONResponse({"resourceType": "OperationOutcome", "issue": [issue]}, 422)
    assert gateway.send(frozen(GUT)) == Refusal(frozen(GUT).key, RefusalCode.INVALID, ("pat_id",))


def test_key_and_credential_are_told_and_the_token_is_hidden(
    odd: tuple[_Odd, HttpGateway], caplog: pytest.LogCaptureFixture
) -> None:
    found, _ = odd
    submission = frozen(GUT)
    found.answer = JSONResponse(_receipt(submission), 201)
    with caplog.at_level(logging.DEBUG), running(found.app) as url:
        settings = HttpRecipient("r", f"{url}/notification", Credential.GROUP, token="hemligt-ord")
        with HttpGateway(settings) as gateway:
            assert isinstance(gateway.send(submission), Receipt)
    assert found.seen[0]["idempotency-key"] == submission.key
    assert found.seen[0]["blankett-credential"] == "group"
    assert found.seen[0]["authorization"] == "Bearer hemligt-ord"
    assert "hemligt-ord" not in repr(settings) + caplog.text
    assert "Kanariefågel" not in caplog.text


@pytest.mark.parametrize("url", ["http://example.org/notification", "ftp://127.0.0.1/", "http://127.0.0.1.example.org/"])
def test_a_plain_address_that_is_not_this_machine_is_refused(url: str) -> None:
    with pytest.raises(DeliveryError, match="recipient_not_https"):
        HttpGateway(HttpRecipient("r", url, Credential.GROUP))


def test_a_certificate_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="certificate_unusable"):
        HttpGateway(HttpRecipient("r", "https://127.0.0.1:1/", Credential.GROUP, Trust(ca=tmp_path / "none.pem")))


def test_the_door_and_the_encoder_mean_the_same_by_a_kind() -> None:
    assert KIND_SYSTEM == KIND
    assert category(frozen(GUT).body) == "klinisk"
    assert category(frozen(SIGNED, FormKind.PARAGRAPH).body) == "paragraf-4-4"
    assert category(frozen(SIGNED, FormKind.CHANGE).body) == "byte-3-3"
    assert category(b"[]") is None


def test_the_recorded_recipient_takes_a_key_once_and_fails_by_its_script() -> None:
    submission = frozen(GUT)
    fake = RecordedGateway.failing(["connect_timed_out", "lost:answer_lost", "no:invalid"])
    assert fake.send(submission) == Unreachable(submission.key, "connect_timed_out")
    assert fake.send(submission) == Unreachable(submission.key, "answer_lost")
    assert fake.send(submission) == Refusal(submission.key, RefusalCode.INVALID)
    first, again = fake.send(submission), fake.send(submission)
    assert first == again
    assert isinstance(first, Receipt)
    assert list(fake.taken) == [submission.key]
    other = Submission(submission.key, "f", "recorded", b"{}")
    assert fake.send(other) == Refusal(submission.key, RefusalCode.KEY_REUSED)
