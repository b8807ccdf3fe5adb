"""The reference recipient: a real HTTP service that takes notifications once each and refuses what the law forbids.

It stands in for a recipient in demonstrations and tests. It is not SmiNet, and nothing that passes here was ever tested
against SmiNet.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from pipeline.receiver.judging import Fault, Issue, Law, judge
from pipeline.receiver.misbehaving import Faults
from pipeline.receiver.witness import Entry, Outcome, Witness, told

NOTICE = "Blankett's reference recipient, for demonstrations and tests. This is not SmiNet."
MAX_BODY = 2 << 20
PATH = "/notification"


@dataclass
class _Clock:
    now: Callable[[], dt.datetime]
    started: float
    number: int = 0


class _Lost(Response):
    """An answer that breaks off: it promises more than it sends, so the connection is dropped."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head and a crumb, then nothing."""
        headers = [(b"content-length", b"1000"), (b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": False})


WELL = Faults()


def build(witness: Witness, law: Law, faults: Faults = WELL, now: Callable[[], dt.datetime] | None = None) -> Starlette:
    """Return the service. `app.state.faults` may be replaced while it runs.

    `POST /notification` takes a bundle under its `Idempotency-Key`; `GET /health`; `GET /log` tells every delivery.
    """
    app = Starlette(
        routes=[
            Route("/", _notice),
            Route("/health", _health),
            Route("/log", _log),
            Route(PATH, _take, methods=["POST"]),
        ]
    )
    app.state.witness, app.state.law, app.state.faults = witness, law, faults
    app.state.clock = _Clock(now or (lambda: dt.datetime.now(dt.UTC)), time.monotonic())
    return app


async def _notice(_request: Request) -> Response:
    return PlainTextResponse(NOTICE + "\n")


async def _health(request: Request) -> Response:
    clock, faults = request.app.state.clock, request.app.state.faults
    down = faults.closed(time.monotonic() - clock.started)
    return JSONResponse({"state": "down" if down else "up", "notice": NOTICE}, 503 if down else 200)


async def _log(request: Request) -> Response:
    witness: Witness = request.app.state.witness
    asked = request.query_params.get("since", "0")
    entries = await run_in_threadpool(witness.entries, int(asked) if asked.isdigit() else 0)
    counts = await run_in_threadpool(witness.counts)
    return JSONResponse({"notice": NOTICE, "counts": counts, "entries": [told(entry) for entry in entries]})


async def _take(request: Request) -> Response:
    clock: _Clock = request.app.state.clock
    faults: Faults = request.app.state.faults
    clock.number += 1
    number = clock.number
    body = await _body(request)
    if faults.slow_s:
        await asyncio.sleep(faults.slow_s)
    key, sha = request.headers.get("idempotency-key", "")[:201], hashlib.sha256(body or b"").hexdigest()
    down = faults.closed(time.monotonic() - clock.started)
    if down or faults.happens(faults.busy, "busy", number):
        await run_in_threadpool(request.app.state.witness.refuse, key, sha, clock.now(), Outcome.UNANSWERED)
        waits = {} if faults.retry_after_s is None else {"Retry-After": str(faults.retry_after_s)}
        return PlainTextResponse("busy", 503, waits)
    answer = await run_in_threadpool(_answer, request, key, body)
    if answer.status_code in (200, 201) and faults.happens(faults.lost, "lost", number):
        return _Lost()
    if answer.status_code in (200, 201) and faults.happens(faults.garbled, "garbled", number):
        return PlainTextResponse("<html>", 200)
    return answer


async def _body(request: Request) -> bytes | None:
    """Return the body, or None when it is too long."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def _answer(request: Request, key: str, body: bytes | None) -> Response:
    state = request.app.state
    witness, now = state.witness, state.clock.now()
    sha = hashlib.sha256(body or b"").hexdigest()
    issues = _issues(request, key, body)
    if issues:
        witness.refuse(key, sha, now)
        return _outcome(_status(issues, body), issues)
    entry: Entry = witness.take(key, sha, now)
    if entry.outcome is Outcome.CONFLICT:
        return _outcome(409, (), "duplicate")
    receipt = {"id": entry.receipt, "received": entry.at, "key": key, "notice": NOTICE}
    return JSONResponse(receipt, 201 if entry.outcome is Outcome.ACCEPTED else 200)


def _issues(request: Request, key: str, body: bytes | None) -> tuple[Issue, ...]:
    if body is None or not 16 <= len(key) <= 200 or not key.isascii() or not key.isprintable():
        return (Issue(Fault.REQUIRED),)
    try:
        bundle = json.loads(body)
    except (ValueError, RecursionError):
        return (Issue(Fault.STRUCTURE),)
    return judge(bundle, request.headers.get("blankett-credential", ""), request.app.state.law)


def _status(issues: tuple[Issue, ...], body: bytes | None) -> int:
    if body is None:
        return 413
    faults = {issue.fault for issue in issues}
    if Fault.FORBIDDEN in faults:
        return 403
    return 400 if Fault.STRUCTURE in faults else 422


def _outcome(status: int, issues: tuple[Issue, ...], code: str = "") -> Response:
    listed = [
        {"severity": "error", "code": issue.fault.value, **({"expression": [issue.field]} if issue.field else {})}
        for issue in issues
    ]
    body = {"resourceType": "OperationOutcome", "issue": listed or [{"severity": "error", "code": code}]}
    return JSONResponse(body, status, media_type="application/fhir+json")
