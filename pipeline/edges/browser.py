"""The desktop's browser."""

from __future__ import annotations

import sys
import webbrowser
from collections.abc import Mapping


def opened(address: str, environ: Mapping[str, str]) -> bool:
    """Open an address in the browser that BROWSER names, else the desktop's own; False when there is none."""
    desktop = any(environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")) or sys.platform == "darwin"
    return desktop and webbrowser.open(address)
