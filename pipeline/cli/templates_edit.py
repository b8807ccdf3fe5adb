"""`blankett templates edit`: the proof's page with tools, in a browser on this machine."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path
from typing import Annotated

import typer

from pipeline.words import _

LOOPBACK = "127.0.0.1"


def mount(app: typer.Typer) -> None:
    """Hang the command `edit` under `templates`."""
    app.command("edit", epilog=_("Example: blankett templates edit klinisk-prov@2026-1"))(edit)


def edit(
    template_id: Annotated[str, typer.Argument(help=_("NAME or NAME@VERSION"), show_default=False)],
    own: Annotated[
        list[Path] | None, typer.Option("--templates", help=_("A folder of your own templates; it comes first."))
    ] = None,
    no_open: Annotated[bool, typer.Option("--no-open", help=_("Print the address and open no browser."))] = False,
) -> None:
    """Edit a template in the browser, on this machine alone, until it is stopped with Ctrl-C."""
    import uvicorn

    from pipeline.cli.templates import folder_of
    from pipeline.edges.browser import opened
    from pipeline.jobs.editing import Editing
    from pipeline.web import editor, template_words

    editing = Editing(folder_of(template_id, own))
    for fault in editing.now.faults:
        typer.echo(template_words.told(fault), err=True)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listening:
        listening.bind((LOOPBACK, 0))
        listening.listen(128)
        host, token = f"{LOOPBACK}:{listening.getsockname()[1]}", secrets.token_urlsafe(24)
        config = uvicorn.Config(
            editor.build(editing, host, token),
            log_level="critical",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        typer.echo(address := f"http://{host}/{token}/")
        if not no_open and not opened(address, os.environ):
            typer.echo(_("There is no browser here; open the address in one on this machine."), err=True)
        typer.echo(_("Stop it with Ctrl-C."), err=True)
        try:
            uvicorn.Server(config).run(sockets=[listening])
            raise KeyboardInterrupt  # it ends only when it is told to, also where that was no more than noted
        finally:
            if editing.unsaved:
                typer.echo(_("What was not saved is lost."), err=True)
