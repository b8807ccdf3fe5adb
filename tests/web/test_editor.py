"""The editor answers its own page alone, and says so in its headers."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from pipeline import words
from pipeline.edges import library
from pipeline.jobs.editing import Editing
from pipeline.web.editor import MAX_BODY, build
from tests.support.editing import copied, fields_of

HOST = "127.0.0.1:7311"
TOKEN = "secret"
FROM_HERE = {"Origin": f"http://{HOST}"}
MOVE = {"step": "ChangeField", "with": {"field": 0, "name": "label", "typed": "Nytt"}, "chosen": [], "revision": 0}


@pytest.fixture
def editing(tmp_path: Path) -> Editing:
    words.use("en")
    return Editing(copied("klinisk-sti", "2025-1", tmp_path))


@pytest.fixture
def client(editing: Editing) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(build(editing, HOST, TOKEN))
    return httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}/{TOKEN}/")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:7312"},
        {"Origin": f"https://{HOST}"},
        {**FROM_HERE, "Host": "rebound.example:7311"},
        {**FROM_HERE, "Host": "localhost:7311"},
    ],
    ids=str,
)
async def test_nothing_is_changed_for_another_page(
    client: httpx.AsyncClient, editing: Editing, headers: dict[str, str]
) -> None:
    for what in ("step", "undo", "redo", "save", "look", "state"):
        assert (await client.post(what, json=MOVE, headers=headers)).status_code == 403
    assert not editing.unsaved


@pytest.mark.anyio
async def test_without_the_token_there_is_nothing(client: httpx.AsyncClient, editing: Editing) -> None:
    for path in ("/", "/editor.js", "/template.toml", "/wrong/", f"/{TOKEN}x/"):
        assert (await client.get(f"http://{HOST}{path}")).status_code == 404
    assert (await client.post(f"http://{HOST}/step", json=MOVE, headers=FROM_HERE)).status_code == 404
    assert not editing.unsaved


@pytest.mark.anyio
async def test_the_page_itself_may_change_and_is_told_of_it(client: httpx.AsyncClient, editing: Editing) -> None:
    answer = await client.post("step", json=MOVE, headers=FROM_HERE)
    assert answer.status_code == 200
    assert answer.json()["unsaved"] is True
    assert editing.now.fields[0].field.label == "Nytt"
    assert fields_of((await client.get("template.toml")).text)[0].label == "Nytt"


@pytest.mark.anyio
async def test_every_answer_forbids_what_the_page_does_not_need(client: httpx.AsyncClient) -> None:
    for path in ("", "editor.js", "template.toml", "sheet-1.png", "nothing"):
        headers = (await client.get(path)).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe-eval" not in policy
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
    page = (await client.get("")).text
    assert re.findall(r"<script(?![^>]* src=\"editor\.js\")", page) == []
    assert re.findall(r"\son\w+=", page) == []


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 400),
        (b'{"chosen": [], "revision": 0}', 400),
        (b'{"chosen": [], "revision": 0, "step": "Erase", "with": {}}', 400),
        (b'{"chosen": [], "revision": 0, "step": "SplitZone", "with": {"spot": 1}}', 400),
        (b" " * (MAX_BODY + 1), 413),
    ],
    ids=lambda value: str(value)[:60],
)
async def test_what_is_not_understood_changes_nothing(
    client: httpx.AsyncClient, editing: Editing, content: bytes, status: int
) -> None:
    assert (await client.post("step", content=content, headers=FROM_HERE)).status_code == status
    assert not editing.unsaved


@pytest.mark.anyio
async def test_there_are_as_many_pictures_as_sheets(client: httpx.AsyncClient) -> None:
    assert (await client.get("sheet-1.png")).content.startswith(b"\x89PNG")
    assert [(await client.get(f"sheet-{number}.png")).status_code for number in (0, 2)] == [404, 404]


def test_the_template_that_is_edited_is_not_the_shipped_one(editing: Editing) -> None:
    assert not Path(editing.now.template.blank_path).is_relative_to(library.shipped())
