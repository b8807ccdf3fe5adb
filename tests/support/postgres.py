"""A PostgreSQL of the tests' own: a cluster in a temporary folder, run by an unprivileged user, on a socket only."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

ABSENT = "no PostgreSQL server is installed"


def _programs() -> Path | None:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found and (Path(found).resolve().parent / "pg_ctl").exists() else None


def _owner() -> str | None:
    """Return whom to run the server as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """Start a cluster once a session and tell its address, without a database."""
    programs = _programs()
    if programs is None:
        pytest.skip(ABSENT)
    owner = _owner()
    root = Path(tempfile.mkdtemp(prefix="blankett-pg-"))
    if owner is not None:
        entry = pwd.getpwnam(owner)
        os.chown(root, entry.pw_uid, entry.pw_gid)
    data = root / "data"

    def run(*command: str) -> None:
        subprocess.run(
            command,
            check=True,
            user=owner,
            cwd=root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
        )

    try:
        run(str(programs / "initdb"), "-U", "blankett", "-A", "trust", "-E", "UTF8", "--no-sync", "-D", str(data))
        options = f"-k {root} -c listen_addresses='' -c fsync=off -c max_connections=60 -c shared_buffers=16MB"
        run(str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(root / "log"), "-w", "start")
        try:
            yield f"postgresql://blankett@/{{name}}?host={root}"
        finally:
            run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_cluster: str) -> Iterator[str]:
    """Make an empty database for one test and tell its address."""
    name = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(postgres_cluster.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres_cluster.format(name=name)
    with psycopg.connect(postgres_cluster.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
