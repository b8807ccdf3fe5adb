"""`blankett receiver`: the reference recipient, for demonstrations and tests."""

from __future__ import annotations

import os
import socket
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from pipeline.edges import catalogue
from pipeline.edges.scratch import own
from pipeline.receiver.app import PATH, build
from pipeline.receiver.judging import Law
from pipeline.receiver.misbehaving import Faults, span
from pipeline.receiver.witness import Witness
from pipeline.words import _

LOOPBACK = "127.0.0.1"
PORT = 8077


def mount(root: typer.Typer) -> None:
    """Hang this command under `receiver`."""
    root.command("receiver", epilog=_("Example: blankett receiver --demo"))(receiver)


def _demo_folder(stack: ExitStack) -> Path:
    return stack.enter_context(closing(own("receiver", os.environ))).folder


def _faults(shares: tuple[float, float, float], slow: float, down: list[str], retry_after: int | None) -> Faults:
    try:
        spans = tuple(span(written) for written in down)
    except ValueError as error:
        raise typer.BadParameter(_("a span is FROM:TO in seconds"), param_hint="--down") from error
    busy, lost, garbled = shares
    return Faults(busy=busy, lost=lost, garbled=garbled, slow_s=slow, down=spans, retry_after_s=retry_after)


def law() -> Law:
    """Return the diseases that the reference recipient takes: the shipped catalogue's."""
    diseases = catalogue.load().diseases
    return Law(frozenset(d.code for d in diseases), frozenset(d.code for d in diseases if d.coded_clinical))


def receiver(  # noqa: PLR0913 - a command has as many options as people need
    data: Annotated[Path | None, typer.Option(help=_("Folder of the recipient's own log."))] = None,
    demo: Annotated[bool, typer.Option("--demo", help=_("Keep the log in a folder that goes when it stops."))] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help=_("Port on this machine alone; 0 takes a free one."))] = PORT,
    busy: Annotated[float, typer.Option(min=0.0, max=1.0, help=_("Share of deliveries to answer with 503."))] = 0.0,
    lost: Annotated[
        float, typer.Option(min=0.0, max=1.0, help=_("Share of deliveries to take, then break the connection."))
    ] = 0.0,
    garbled: Annotated[
        float, typer.Option(min=0.0, max=1.0, help=_("Share of deliveries to take, then answer nonsense."))
    ] = 0.0,
    slow: Annotated[float, typer.Option(min=0.0, help=_("Seconds to wait before each answer."), show_default=False)] = 0.0,
    down: Annotated[list[str] | None, typer.Option(help=_("A span FROM:TO, in seconds, to be down."))] = None,
    ready: Annotated[Path | None, typer.Option(help=_("File to write the address to once it listens."))] = None,
    retry_after: Annotated[int | None, typer.Option(min=0, help=_("Seconds told with each 503."))] = None,
) -> None:
    """Run the reference recipient on this machine until it is stopped. It is not SmiNet."""
    faults = _faults((busy, lost, garbled), slow, down or [], retry_after)
    if data is None and not demo:
        raise typer.BadParameter(_("give a folder, or --demo"), param_hint="--data")
    with ExitStack() as stack:
        folder = data or _demo_folder(stack)
        folder.mkdir(parents=True, exist_ok=True)
        listening = stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_STREAM))
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((LOOPBACK, port))
        except OSError as error:
            raise typer.BadParameter(_("that port is taken"), param_hint="--port") from error
        listening.listen(128)
        url = f"http://{LOOPBACK}:{listening.getsockname()[1]}{PATH}"
        _tell(folder, url)
        if ready is not None:
            _write_whole(ready, url + "\n")
        app = build(Witness(folder / "receiver.sqlite"), law(), faults)
        config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off")
        uvicorn.Server(config).run(sockets=[listening])


def _write_whole(path: Path, text: str) -> None:
    """Write a file that is never seen half-written."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _tell(folder: Path, url: str) -> None:
    typer.echo(
        _("The reference recipient listens on this machine alone. It is not SmiNet, and was never tested against it.")
    )
    typer.echo(_("Its own log of every delivery: {path}").format(path=folder / "receiver.sqlite"))
    typer.echo(_("Point a workspace to it: in its blankett.toml, under [recipient], change these lines:"))
    typer.echo("")
    typer.echo('name = "reference"')
    typer.echo(f'url = "{url}"')
    typer.echo('credential = "siths-person"')
    typer.echo("")
    typer.echo(_("Stop it with Ctrl-C."))
