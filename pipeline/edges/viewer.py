"""A viewer outside the terminal: a picture in a private file, opened by the desktop's own program, removed afterwards."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from pipeline.edges.rights import as_its_folder

VARIABLE = "BLANKETT_VIEWER"


def program(environ: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return the command that opens a picture: what BLANKETT_VIEWER names, else the desktop's own; None without either."""
    named = shlex.split(environ.get(VARIABLE, ""))
    if named:
        return tuple(named) if shutil.which(named[0]) else None
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return None
    return ("xdg-open",) if shutil.which("xdg-open") else None


class Viewer:
    """Opens pictures one after another; every file is removed when the next is opened or the viewer is closed."""

    def __init__(self, scratch: Path, command: tuple[str, ...]) -> None:
        """Put the files in a new folder under `scratch`, and open them by `command`."""
        self._folder = as_its_folder(Path(tempfile.mkdtemp(prefix="view-", dir=scratch)))
        self._command = command
        self._count = 0

    def __enter__(self) -> Viewer:
        """Return the viewer."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Remove whatever is left."""
        self.close()

    def show(self, picture: bytes) -> bool:
        """Open a PNG; False when the program could not be started."""
        for old in self._folder.iterdir():
            old.unlink()
        self._count += 1
        path = self._folder / f"{self._count}.png"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(picture)
        # A shell lets go of the viewer at once, so that it neither holds the terminal nor is left for us to bury.
        quiet = subprocess.DEVNULL
        command = ["sh", "-c", '"$0" "$@" &', *self._command, str(path)]
        done = subprocess.run(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True, check=False)
        return done.returncode == 0

    def close(self) -> None:
        """Remove the files."""
        shutil.rmtree(self._folder, ignore_errors=True)
