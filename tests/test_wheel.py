"""The wheel holds all that a user needs, and nothing of the checkout is needed beside it."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it where nothing else of the project is."""
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = out.glob("*.whl")
    target = out / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def _run(unpacked: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-P", "-c", "from pipeline.cli.app import main; main()", *command],
        cwd=unpacked,
        env={"PYTHONPATH": str(unpacked), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(unpacked)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_wheel_runs_and_brings_its_templates(unpacked: Path) -> None:
    listed = _run(unpacked, "templates", "list")
    assert all(name in listed for name in ("klinisk-tarm", "klinisk-sti", "paragraf"))


def test_the_wheel_makes_a_workspace(unpacked: Path) -> None:
    """Migrations, settings and words travel along."""
    told = _run(unpacked, "init", str(unpacked / "ws"), "--inbox", str(unpacked / "in"), "--key", f"file:{unpacked}/key")
    assert "(0700)" in told


def test_the_wheel_holds_the_data_that_the_program_opens(unpacked: Path) -> None:
    inside = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pipeline").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix not in (".pyc",)
    }
    assert wanted - inside == set()
