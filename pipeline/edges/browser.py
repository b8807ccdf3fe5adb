"""The desktop's browser."""

from __future__ import annotations

import sys
import threading
import webbrowser
from collections.abc import Mapping


def opened(address: str, environ: Mapping[str, str]) -> bool:
    """Open an address in the browser that BROWSER names, else the desktop's own; False when there is none."""
    if not (any(environ.get(name) for name in ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")) or sys.platform == "darwin"):
        return False
    # A browser in the terminal holds whoever opens it, and what it is to show is served from here.
    threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    return True
