"""Logs let known keys and plain codes through, and nothing else."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.edges import logs


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    logs.close()


def test_a_line_is_json_with_time_and_level(tmp_path: Path) -> None:
    screen = io.StringIO()
    logs.set_up(tmp_path / "log", screen=screen)
    logs.logger().info("page_placed", page="0123456789ab-1", ms=3.5)
    logs.logger().warning("page_slow", page="0123456789ab-2")
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    assert [(line["event"], line["level"], line["page"]) for line in lines] == [
        ("page_placed", "info", "0123456789ab-1"),
        ("page_slow", "warning", "0123456789ab-2"),
    ]
    assert [json.loads(line)["event"] for line in screen.getvalue().splitlines()] == ["page_slow"]
    assert oct((tmp_path / "log").stat().st_mode)[-3:] == "600"


@pytest.mark.parametrize(
    "line",
    [{"name": "Anna"}, {"field": "Åsa Öberg"}, {"reason": "195009072553"}, {"code": {"a": 1}}, {"where": "x" * 300}],
)
def test_anything_else_raises_in_tests_and_is_dropped_and_counted_in_production(
    tmp_path: Path, line: dict[str, object]
) -> None:
    logs.set_up(tmp_path / "strict", strict=True, screen=io.StringIO())
    with pytest.raises(logs.UnknownLogKey):
        logs.logger().info("x", **line)
    before = logs.dropped["count"]
    screen = io.StringIO()
    logs.set_up(tmp_path / "log", verbose=True, screen=screen)
    logs.logger().info("x", **line)
    told = json.loads((tmp_path / "log").read_text())
    assert told["dropped"] == 1
    assert not set(line) & set(told)
    assert logs.dropped["count"] == before + 1


def test_a_terminal_gets_readable_lines() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen = Terminal()
    logs.set_up(screen=screen)
    logs.logger().error("disk_full", hint="disk_full")
    assert "disk_full" in screen.getvalue()
    assert not screen.getvalue().startswith("{")


def test_before_they_are_set_up_lines_go_nowhere_but_are_examined(capfd: pytest.CaptureFixture[str]) -> None:
    logs.logger().error("disk_full", hint="disk_full")
    with pytest.raises(logs.UnknownLogKey):
        logs.logger().error("disk_full", name="x")
    assert capfd.readouterr() == ("", "")
