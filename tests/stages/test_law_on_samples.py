"""What the practice scans really say goes the lawful way, to bytes that the reference recipient takes, or is barred."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.notification import Barred, Blocked, Notification
from pipeline.domain.record import Record, SettledField, Settlement
from pipeline.domain.value import from_json
from pipeline.edges import library
from pipeline.receiver.judging import judge
from pipeline.stages.encode import encode
from pipeline.stages.notify import notify
from tests.support.decoding import decode
from tests.support.lawful import context
from tests.support.recipients import LAW

TRUTHS = sorted((Path(__file__).parent.parent.parent / "samples").glob("*.truth.json"))
TEMPLATES = {found.id: found for found in map(library.read, library.folders(library.search_path()))}
BARRED = {
    "18-sti-full-number": Blocked.IDENTITY_VIOLATION,
    "23-paragraf-unsigned": Blocked.NO_SIGNATURE,
    "29-paragraf-widgets": Blocked.NO_SIGNATURE,
}


def settled(told: dict[str, Any]) -> Record:
    fields = (SettledField(key, from_json(value), Settlement.CONFIRMED) for key, value in told["fields"].items())
    return Record("7K3Q-DF2M", told["template"], told["version"], tuple(fields))


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.name.removesuffix(".truth.json"))
def test_a_sample_goes_the_lawful_way(path: Path) -> None:
    told = json.loads(path.read_text())
    record = settled(told)
    notice = notify(record, TEMPLATES[f"{told['template']}@{told['version']}"], context())
    name = path.name.removesuffix(".truth.json")
    if name in BARRED:
        assert isinstance(notice, Barred)
        assert notice.reason is BARRED[name]
        return
    assert isinstance(notice, Notification)
    body = encode(notice)
    assert judge(json.loads(body), "siths-person", LAW) == ()
    assert decode(body)["answers"] == {key: value.reveal() for key, value in notice.answers}
    lost = set(told["fields"]) - {key for key, _ in notice.answers}
    assert all(told["fields"][key] in (None, []) or key.endswith("_sida2") for key in lost)


def test_there_are_samples_to_try() -> None:
    assert len(TRUTHS) >= 30
