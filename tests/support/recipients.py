"""The reference recipient on a real port, in a thread of the test's own."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette

from pipeline.domain.notification import Credential
from pipeline.edges.gateways import HttpGateway, HttpRecipient
from pipeline.receiver.app import PATH, WELL, build
from pipeline.receiver.judging import Law
from pipeline.receiver.misbehaving import Faults
from pipeline.receiver.witness import Witness
from tests.support.lawful import CATALOGUE

LAW = Law(
    frozenset(disease.code for disease in CATALOGUE.diseases),
    frozenset(disease.code for disease in CATALOGUE.diseases if disease.coded_clinical),
)


@dataclass
class Running:
    """A recipient that runs, where it is, and its witness."""

    url: str
    app: Starlette
    witness: Witness

    def gateway(self, credential: Credential = Credential.SITHS_PERSON, **settings: float) -> HttpGateway:
        """Return a gateway to it."""
        return HttpGateway(HttpRecipient("reference", self.url + PATH, credential, **settings))


@contextmanager
def running(app: Starlette, **tls: Any) -> Iterator[str]:
    """Serve an app on a free port of this machine, over TLS when told uvicorn's settings of it."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", **tls))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield f"{'https' if tls else 'http'}://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(10)


@contextmanager
def recipient(folder: Path, faults: Faults = WELL) -> Iterator[Running]:
    """Run the reference recipient for a while."""
    witness = Witness(folder / "receiver.sqlite")
    app = build(witness, LAW, faults)
    with running(app) as url:
        yield Running(url, app, witness)
