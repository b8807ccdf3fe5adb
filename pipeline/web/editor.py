"""The template editor as a service on this machine alone: the proof's page with tools, and what its script asks for."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, get_args

from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.domain.editing import (
    AddField,
    AddZone,
    FindRight,
    JoinFields,
    MergeZones,
    MoveField,
    PartField,
    Spot,
    Step,
)
from pipeline.errors import Fault, TemplateError
from pipeline.jobs.editing import Editing
from pipeline.web.proof import HERE, View, field_of, page, panel, parts, png
from pipeline.web.proof_words import answer
from pipeline.web.template_words import sentence

PICTURE_DPI = 200.0
MAX_BODY = 1 << 16
STEPS: dict[str, TypeAdapter[Step]] = {kind.__name__: TypeAdapter(kind) for kind in get_args(Step)}
SPOTS = TypeAdapter(tuple[Spot, ...])
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Gate:
    """Lets in only what was asked of this address by a page of this address."""

    def __init__(self, app: ASGIApp, host: str) -> None:
        """Guard `app`, which listens as `host`, an address with its port."""
        self._app, self._host = app, host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse."""
        if scope["type"] != "http":
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in HEADERS.items())]
            await send(message)

        request = Request(scope)
        asked_here = request.headers.get("host") == self._host
        writes = request.method not in ("GET", "HEAD")
        from_here = request.headers.get("origin") == f"http://{self._host}"
        if asked_here and (from_here or not writes):
            await self._app(scope, receive, told)
        else:
            await PlainTextResponse("", 403)(scope, receive, told)


class Desk:
    """One template being edited, as the pages of one browser ask for it; `revision` counts its states."""

    def __init__(self, editing: Editing) -> None:
        """Serve `editing`."""
        self.editing = editing
        self.revision = 0

    @property
    def view(self) -> View:
        """Return what a page shows now."""
        now = self.editing.now
        return View(now.fields, now.faults, now.warnings, now.guesses, self.revision)

    def told(self, chosen: Sequence[Spot], said: str = "", words: str = "") -> dict[str, Any]:
        """Return what a page is told after it asked for something: its parts anew, and what can be done now."""
        view, editing = self.view, self.editing
        left = [spot for spot in chosen if _there(view, spot)]
        return {
            "parts": parts(editing.now.template, view, left),
            "chosen": [f"{spot.field}-{spot.zone}" for spot in left],
            "revision": self.revision,
            "undo": editing.can_undo,
            "redo": editing.can_redo,
            "unsaved": editing.unsaved,
            "faults": sorted(map(field_of, view.faults)),
            "warnings": sorted(map(field_of, view.warnings)),
            "guesses": [number for number, guessed in enumerate(view.guesses) if guessed],
            "said": said,
            "words": words or answer(said),
        }

    def refused(self, chosen: Sequence[Spot], why: Fault) -> dict[str, Any]:
        """Return what a page is told when a step is not done."""
        return self.told(chosen, why.code, sentence(why))


def build(editing: Editing, host: str, token: str) -> Starlette:
    """Return the service; every address in it begins with `token`, which no other page can know."""
    routes = [
        Route("/", _page),
        Route("/editor.js", _script),
        Route("/template.toml", _text),
        Route("/sheet-{number:int}.png", _picture),
        Route("/state", _posted(lambda desk, _asked, chosen: desk.told(chosen)), methods=["POST"]),
        Route("/look", _posted(_look), methods=["POST"]),
        Route("/step", _posted(_step), methods=["POST"]),
        Route("/snap", _posted(_snap), methods=["POST"]),
        Route("/undo", _posted(_undo), methods=["POST"]),
        Route("/redo", _posted(_redo), methods=["POST"]),
        Route("/save", _posted(_save), methods=["POST"]),
    ]
    app = Starlette(routes=[Mount(f"/{token}", routes=routes)], middleware=[Middleware(Gate, host=host)])
    app.state.desk = Desk(editing)
    return app


async def _page(request: Request) -> Response:
    desk: Desk = request.app.state.desk
    template = desk.editing.now.template
    shown = {sheet.number: f"sheet-{sheet.number}.png" for sheet in template.sheets}
    return HTMLResponse(page(template, desk.view, shown, editing=True))


async def _script(_request: Request) -> Response:
    return Response((HERE / "editor.js").read_bytes(), media_type="text/javascript")


async def _text(request: Request) -> Response:
    return PlainTextResponse(request.app.state.desk.editing.now.text)


async def _picture(request: Request) -> Response:
    editing: Editing = request.app.state.desk.editing
    number = request.path_params["number"]
    picture = editing.picture(number, PICTURE_DPI)
    if picture is None:
        return PlainTextResponse("", 404)
    return Response(png(picture), media_type="image/png")


Answer = Callable[[Desk, dict[str, Any], tuple[Spot, ...]], dict[str, Any]]


def _posted(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that understands what a page posted: what it asks, what is chosen, and which state it shows."""

    async def endpoint(request: Request) -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > MAX_BODY:
                return PlainTextResponse("", 413)
        desk: Desk = request.app.state.desk
        try:
            asked = json.loads(body)
            chosen = SPOTS.validate_python(asked["chosen"])
            if asked["revision"] != desk.revision:
                return JSONResponse(desk.told((), "other_window"))
            return JSONResponse(answer(desk, asked, chosen))
        except (ValueError, KeyError, TypeError):
            return PlainTextResponse("", 400)

    return endpoint


def _look(desk: Desk, _asked: dict[str, Any], chosen: tuple[Spot, ...]) -> dict[str, Any]:
    return {"panel": panel(desk.editing.now.template, desk.view, [spot for spot in chosen if _there(desk.view, spot)])}


def _step(desk: Desk, asked: dict[str, Any], chosen: tuple[Spot, ...]) -> dict[str, Any]:
    step = STEPS[asked["step"]].validate_python(asked["with"])
    refused = desk.editing.do(step)
    if refused:
        return desk.refused(chosen, refused)
    desk.revision += 1
    return desk.told(_chosen_after(step, desk.view, chosen))


def _snap(desk: Desk, _asked: dict[str, Any], chosen: tuple[Spot, ...]) -> dict[str, Any]:
    refused = desk.editing.snap([spot for spot in chosen if _there(desk.view, spot)])
    if refused:
        return desk.refused(chosen, refused)
    desk.revision += 1
    return desk.told(chosen)


def _undo(desk: Desk, _asked: dict[str, Any], chosen: tuple[Spot, ...]) -> dict[str, Any]:
    desk.editing.undo()
    desk.revision += 1
    return desk.told(chosen)


def _redo(desk: Desk, _asked: dict[str, Any], chosen: tuple[Spot, ...]) -> dict[str, Any]:
    desk.editing.redo()
    desk.revision += 1
    return desk.told(chosen)


def _save(desk: Desk, _asked: dict[str, Any], chosen: tuple[Spot, ...]) -> dict[str, Any]:
    try:
        desk.editing.save()
    except TemplateError as error:
        return desk.told(chosen, error.code)
    return desk.told(chosen, "saved")


def _there(view: View, spot: Spot) -> bool:
    fields = view.fields
    return 0 <= spot.field < len(fields) and 0 <= spot.zone < len(fields[spot.field].field.all_zones)


def _chosen_after(step: Step, view: View, chosen: tuple[Spot, ...]) -> tuple[Spot, ...]:
    """Return what is chosen after a step: what it made, or, once a field was found right, the next that is a guess."""
    match step:
        case AddField():
            return (Spot(len(view.fields) - 1, 0),)
        case AddZone(field=field):
            return (Spot(field, len(view.fields[field].field.all_zones) - 1),)
        case MergeZones(spots=spots):
            return spots[:1]
        case JoinFields(fields=fields):
            return (Spot(fields[0], 0),)
        case PartField(spots=spots):
            return (Spot(spots[0].field + 1, 0),)
        case MoveField(field=field, down=down):
            to = max(0, min(field + down, len(view.fields) - 1))
            return tuple(Spot(to, spot.zone) for spot in chosen if spot.field == field) or (Spot(to, 0),)
        case FindRight(fields=fields):
            guessed = [number for number, told in enumerate(view.guesses) if told]
            after = [number for number in guessed if number > max(fields, default=0)] or guessed
            return (Spot(after[0], 0),) if after else chosen
    return chosen
