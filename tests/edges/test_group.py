"""A workspace of a group is used by several accounts, and a private one by its owner alone, whatever their umasks."""

from __future__ import annotations

import grp
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.truths import ROOT, SAMPLES

MAIN = "from pipeline.cli.app import main; main()"
FIRST, SECOND = 61001, 61002
PATHS = [str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))]
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can try other accounts")


@dataclass(frozen=True)
class Accounts:
    """Two accounts of one group, and a Python that they may run."""

    base: Path
    python: Path
    group: grp.struct_group

    def begin(self, uid: int, umask: int, *arguments: object) -> subprocess.Popen[str]:
        """Start `blankett` as an account."""
        return subprocess.Popen(
            [self.python, "-W", "ignore", "-c", MAIN, *map(str, arguments)],
            cwd="/",
            env={"PATH": os.environ["PATH"], "HOME": str(self.base / str(uid)), "OMP_THREAD_LIMIT": "1"},
            user=uid,
            group=self.group.gr_gid,
            extra_groups=[],
            umask=umask,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, uid: int, umask: int, *arguments: object, code: int = 0) -> str:
        """Run `blankett` as an account, and return what it says."""
        with self.begin(uid, umask, *arguments) as process:
            told = process.communicate(timeout=120)[0]
        assert process.returncode == code, told
        assert "This is a bug" not in told
        return told


@pytest.fixture(scope="module")
def accounts() -> Iterator[Accounts]:
    base = Path(tempfile.mkdtemp(prefix="group-", dir="/tmp"))  # pytest's own folders are root's alone
    try:
        base.chmod(0o755)
        for uid in (FIRST, SECOND):
            (base / str(uid)).mkdir(mode=0o755)
            os.chown(base / str(uid), uid, -1)
        python = _python(base)
        if python is None:
            pytest.skip("no Python that other accounts may run")
        group = next(one for one in grp.getgrall() if one.gr_gid)
        yield Accounts(base, python, group)
    finally:
        shutil.rmtree(base)


def _python(base: Path) -> Path | None:
    """Make an environment that any account may use, of a Python that any may run."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for maker in (getattr(sys, "_base_executable", sys.executable), f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        made = base / "venv"
        try:
            subprocess.run([maker, "-m", "venv", "--without-pip", "--clear", made], check=True, capture_output=True)
            (made / "lib" / version / "site-packages" / "all.pth").write_text("\n".join(PATHS))
            tried = [made / "bin" / "python", "-I", "-c", "import pipeline.jobs.opening"]
            subprocess.run(tried, user=FIRST, group=FIRST, extra_groups=[], check=True, capture_output=True, cwd="/")
        except (OSError, subprocess.CalledProcessError):
            continue
        return made / "bin" / "python"
    return None


def odd(root: Path, file: int, folder: int, gid: int | None = None) -> list[str]:
    """Return what in a workspace has other rights; a scan that is open for the moment is its process's alone."""
    found = []
    for path in (root, *root.rglob("*")):
        try:
            status = path.stat()
        except FileNotFoundError:
            continue
        wanted = folder if path.is_dir() else file
        brief = path.parts[len(root.parts) : len(root.parts) + 1] == ("tmp",) and stat.S_IMODE(status.st_mode) == 0o600
        if not brief and (stat.S_IMODE(status.st_mode) != wanted or status.st_gid != (gid or status.st_gid)):
            found.append(f"{stat.filemode(status.st_mode)} {status.st_gid} {path.relative_to(root)}")
    return found


def put(inbox: Path, gid: int, *names: str) -> None:
    for name in names:
        path = inbox / name
        path.write_bytes((SAMPLES / name).read_bytes() if (SAMPLES / name).exists() else name.encode())
        os.chown(path, -1, gid)
        path.chmod(0o660)


@contextmanager
def working(accounts: Accounts, uid: int, umask: int, root: Path) -> Iterator[None]:
    """Let a worker of an account run meanwhile."""
    with accounts.begin(uid, umask, "-w", root, "run") as process:
        try:
            end = time.monotonic() + 60
            while not (list(root.glob("*.sqlite-wal")) and list(root.glob("locks/*.lock"))):
                assert process.poll() is None
                assert time.monotonic() < end
                time.sleep(0.1)
            time.sleep(2)
            yield
        finally:
            process.terminate()
        assert "bug" not in process.communicate(timeout=60)[0]


@pytest.fixture
def base(accounts: Accounts) -> Path:
    """A folder of the first account, that others may enter."""
    made = Path(tempfile.mkdtemp(dir=accounts.base / str(FIRST)))
    made.chmod(0o755)
    os.chown(made, FIRST, -1)
    return made


def test_what_one_account_makes_another_of_the_group_can_use(accounts: Accounts, base: Path) -> None:
    gid, root, inbox = accounts.group.gr_gid, base / "ws", base / "in"
    first, second = (FIRST, 0o077), (SECOND, 0o000)
    told = ("--key", f"file:{base / 'keys' / 'key'}", "--set", "inbox.quiet_seconds=0.1", "--set", "inbox.grace_seconds=0")
    accounts.run(*first, "init", root, "--inbox", inbox, "--group", accounts.group.gr_name, *told)
    put(inbox, gid, "12-sti-hand.jpg", "letter.pdf")
    for account, last in ((first, "forms waiting for you 1"), (second, "could not be opened 1")):
        assert last in accounts.run(*account, "-w", root, "run", "--once")
        assert odd(root, 0o660, 0o2770, gid) == []
        put(inbox, gid, "another.pdf")
    assert "sides in 3" in accounts.run(*first, "-w", root, "status")
    form = accounts.run(*second, "-w", root, "find").split()[0]
    assert "diagnos" in accounts.run(*first, "-w", root, "why", form)
    accounts.run(*second, "-w", root, "review", "--plain", code=2)
    with working(accounts, *first, root):
        assert odd(root, 0o660, 0o2770, gid) == []
        assert "runs already" in accounts.run(*second, "-w", root, "run", "--once", code=7)
        accounts.run(*second, "-w", root, "run", "--once", "--worker", "second")
    assert odd(root, 0o660, 0o2770, gid) == []
    (root / "logs" / "blankett.log").chmod(0o600)
    refused = accounts.run(*second, "-w", root, "status", code=7)
    assert refused.count("\n") == 1
    assert "chmod -R g+rwX" in refused


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_a_private_workspace_is_its_owners_alone(accounts: Accounts, base: Path, umask: int) -> None:
    root, inbox = base / "ws", base / "in"
    told = ("--key", f"file:{base / 'key'}", "--set", "inbox.quiet_seconds=0.1")
    accounts.run(FIRST, umask, "init", root, "--inbox", inbox, *told)
    put(inbox, accounts.group.gr_gid, "letter.pdf")
    with working(accounts, FIRST, umask, root):
        assert odd(root, 0o600, 0o700) == []
        accounts.run(FIRST, umask, "-w", root, "find", "--rejected")
        accounts.run(SECOND, umask, "-w", root, "status", code=2)
    assert odd(root, 0o600, 0o700) == []
