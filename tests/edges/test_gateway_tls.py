"""Nothing is handed to a recipient that cannot prove who it is, nor by us without our certificate where it is asked."""

from __future__ import annotations

import datetime as dt
import ssl
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.domain.notification import Credential
from pipeline.domain.submission import Receipt, Refusal, Unreachable
from pipeline.edges.gateways import HttpGateway, HttpRecipient, Trust
from pipeline.errors import DeliveryError
from pipeline.receiver.app import PATH, build
from pipeline.receiver.witness import Witness
from pipeline.stages.freeze import Seal, freeze_for_person
from pipeline.stages.notify import notify
from tests.support.certificates import Authority, Pair
from tests.support.lawful import GUT, blank, context, record
from tests.support.recipients import LAW, running

NOTICE = notify(record(GUT), blank(GUT), context())


@dataclass
class Place:
    """Authorities, and a recipient's witness."""

    folder: Path
    ours: Authority
    other: Authority
    witness: Witness

    def send(self, server: Pair, trust: Trust) -> Receipt | Refusal | Unreachable:
        """Hand a notification to a recipient that shows `server` and asks for a certificate of ours."""
        tls = {
            "ssl_certfile": str(server.certificate),
            "ssl_keyfile": str(server.key),
            "ssl_ca_certs": str(self.ours.pair.certificate),
            "ssl_cert_reqs": ssl.CERT_REQUIRED,
        }
        submission = freeze_for_person(NOTICE, Seal(b"s", "reference"))  # type: ignore[arg-type]
        with running(build(self.witness, LAW), **tls) as url:
            settings = HttpRecipient("reference", url + PATH, Credential.SITHS_PERSON, trust, answer_s=5.0)
            with HttpGateway(settings) as gateway:
                return gateway.send(submission)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path, Authority(tmp_path, "ours"), Authority(tmp_path, "other"), Witness(tmp_path / "w.sqlite"))


def trust(place: Place, client: Pair | None) -> Trust:
    ca = place.ours.pair.certificate
    return Trust(ca, client.certificate, client.key) if client else Trust(ca)


def test_both_sides_proved_gives_a_receipt(place: Place) -> None:
    told = place.send(place.ours.give("server"), trust(place, place.ours.give("client")))
    assert isinstance(told, Receipt)


@pytest.mark.parametrize("fault", ["another authority", "another host", "expired"])
def test_a_recipient_that_cannot_prove_itself_gets_nothing(place: Place, fault: str) -> None:
    server = {
        "another authority": lambda: place.other.give("server"),
        "another host": lambda: place.ours.give("server", "127.0.0.2"),
        "expired": lambda: place.ours.give("server", ends=dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)),
    }[fault]()
    told = place.send(server, trust(place, place.ours.give("client")))
    assert isinstance(told, Unreachable)
    assert told.cause == "certificate_not_trusted"
    assert place.witness.entries() == ()


@pytest.mark.parametrize("client", ["none", "of another authority"])
def test_without_our_certificate_nothing_is_taken(place: Place, client: str) -> None:
    told = place.send(place.ours.give("server"), trust(place, None if client == "none" else place.other.give("client")))
    assert isinstance(told, Unreachable)
    assert place.witness.entries() == ()


def test_old_tls_is_not_spoken() -> None:
    assert Trust().context().minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_key_that_is_not_the_certificates_is_told(place: Place) -> None:
    one, two = place.ours.give("one"), place.ours.give("two")
    with pytest.raises(DeliveryError, match="certificate_unusable"):
        Trust(None, one.certificate, two.key).context()
