"""`blankett receiver` serves on this machine, says what it is not, and ends when told."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import typer
from typer.testing import CliRunner

from pipeline.cli import receiver
from pipeline.receiver.app import PATH

ROOT = Path(__file__).parent.parent.parent
START = "import typer; from pipeline.cli import receiver; app = typer.Typer(); receiver.mount(app); app()"


def test_the_demo_recipient_tells_where_it_is_and_takes_deliveries(tmp_path: Path) -> None:
    ready = tmp_path / "url"
    command = [sys.executable, "-u", "-c", START, "--demo", "--port", "0", "--ready", str(ready)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(9)]
        url = next(line for line in lines if line.startswith("url")).split('"')[1]
        assert url.endswith(PATH)
        assert "not SmiNet" in lines[0]
        while not ready.exists():
            time.sleep(0.05)
        assert ready.read_text().strip() == url
        assert httpx.post(url, content=b"{}", trust_env=False, timeout=20).status_code == 422
    finally:
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=20)
    assert "Traceback" not in err


def _app() -> typer.Typer:
    app = typer.Typer()
    receiver.mount(app)
    return app


def test_a_recipient_needs_a_folder_or_the_demo() -> None:
    told = CliRunner().invoke(_app(), [])
    assert told.exit_code == 2


def test_a_span_that_is_none_is_told(tmp_path: Path) -> None:
    told = CliRunner().invoke(_app(), ["--data", str(tmp_path), "--down", "9:3"])
    assert told.exit_code == 2
