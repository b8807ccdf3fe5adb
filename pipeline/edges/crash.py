"""Places where a test lets the process die as by `kill -9`; nothing happens unless the environment names one."""

from __future__ import annotations

import os
import random
import signal
import threading

_POINT = "BLANKETT_CRASH_POINT"
_SHARE = "BLANKETT_CRASH_SHARE"
_lock = threading.Lock()
_left: dict[str, int] = {}
_dice = random.Random(os.environ.get("BLANKETT_CRASH_SEED"))  # noqa: S311 - a test's dice


def crash_point(name: str) -> None:
    """Die here by SIGKILL when a test asks for it.

    `BLANKETT_CRASH_POINT=NAME:COUNT` dies the COUNT-th time that NAME is reached; `BLANKETT_CRASH_SHARE=P` dies at any
    point with probability P, its dice thrown from `BLANKETT_CRASH_SEED`.
    """
    wanted, share = os.environ.get(_POINT), os.environ.get(_SHARE)
    if not wanted and not share:
        return
    with _lock:
        if _due(name, wanted) or (share and _dice.random() < float(share)):
            os.kill(os.getpid(), signal.SIGKILL)


def _due(name: str, wanted: str | None) -> bool:
    """Count one visit, and tell whether it is the one to die at."""
    point, _, count = (wanted or "").partition(":")
    if point != name:
        return False
    _left[name] = _left.get(name, int(count or 1)) - 1
    return _left[name] == 0
