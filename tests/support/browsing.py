"""A real Chromium, and the template editor served to it."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from pipeline.jobs.editing import Editing
from pipeline.web.editor import build

TOKEN = "a-token-that-only-this-test-knows"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium, and end it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"] if os.getuid() == 0 else [])
        yield browser
        browser.close()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the editor of a folder's template on this machine, and give its address."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(32)
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(build(Editing(folder), host, TOKEN), log_level="critical", lifespan="off")
        config.timeout_graceful_shutdown = 1
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://{host}/{TOKEN}/"
        finally:
            server.should_exit = True
            thread.join(10)


class Desk:
    """A page of the editor as a person uses it; whatever it complains of, or asks of another place, is kept."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.complaints: list[str] = []
        self.outside: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: self.outside.append(asked.url) if not asked.url.startswith(address) else None)
        page.goto(address)
        self.idle()

    def idle(self) -> None:
        """Wait until the program has answered all that the page asked."""
        self.page.evaluate("async () => { settle(); for (let one; one !== waiting; ) { one = waiting; await one; } }")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.idle()

    def choose(self, zone: str, *more: str) -> None:
        self.page.locator(f"#zone-{zone} > rect").first.click()
        for other in more:
            self.page.locator(f"#zone-{other} > rect").first.click(modifiers=["Shift"])
        self.idle()

    def drag(self, what: str, dx_mm: float, dy_mm: float) -> None:
        """Take hold of an element's middle, and let go of it so many millimetres away."""
        box = self.page.locator(what).first.bounding_box()
        assert box
        x, y, scale = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, self.scale
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + dx_mm * scale / 2, y + dy_mm * scale / 2)
        self.page.mouse.move(x + dx_mm * scale, y + dy_mm * scale)
        self.page.mouse.up()
        self.idle()

    def draw(self, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
        """Draw a rectangle on the first sheet."""
        box = self.page.locator("svg").first.bounding_box()
        assert box
        x, y, scale = box["x"] + x_mm * self.scale, box["y"] + y_mm * self.scale, self.scale
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + width_mm * scale, y + height_mm * scale)
        self.page.mouse.up()
        self.idle()

    def type(self, name: str, text: str) -> None:
        self.page.locator(f"#in-{name}").fill(text)
        self.page.locator(f"#in-{name}").dispatch_event("change")
        self.idle()

    def does(self, name: str) -> None:
        self.page.locator(f"[data-do={name}]").click()
        self.idle()

    @property
    def scale(self) -> float:
        """Return how many pixels a millimetre has."""
        return float(self.page.evaluate("1 / mmPerPx(document.querySelector('svg'))"))

    @property
    def chosen(self) -> list[str]:
        return self.page.evaluate("chosen")  # type: ignore[no-any-return]

    @property
    def told(self) -> str:
        return self.page.locator("#told").inner_text()

    @property
    def text(self) -> str:
        """Return the file as it would be saved."""
        return str(self.page.evaluate("async () => (await fetch('template.toml')).text()"))
