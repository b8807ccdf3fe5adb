"""The command line's root: which commands there are, and how every failure is told. The only place that maps exit codes."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_group

from pipeline import __version__
from pipeline.cli.spoken import Commands, Group, misuse
from pipeline.errors import BlankettError
from pipeline.words import _

BUG, INTERRUPTED, LATE = 1, 130, 9


def commands() -> dict[str, tuple[str, str]]:
    """Return every command with its module and what it is for, in the order of a day."""
    return {
        "init": ("init", _("Make a workspace.")),
        "doctor": ("doctor", _("Examine everything, and say how to mend what is amiss.")),
        "run": ("run", _("Watch the inbox, read, submit; until stopped, or --once.")),
        "pile": ("pile", _("Name the pile being scanned: when it arrived, how many sides were fed.")),
        "grant": ("grant", _("Let classes of fields settle without a person, or list which are.")),
        "status": ("status", _("Say where every side is, what is urgent, and whether the sums add up.")),
        "review": ("review", _("Verify: one field, one picture, one reason, one key.")),
        "submit": ("submit", _("Hand over what waits now, or answer for what may have been sent.")),
        "find": ("find", _("Find forms by number, name, clinic or date; or what was rejected.")),
        "unknown": ("unknown", _("List unknown forms by look, show one, or make its blank.")),
        "drift": ("drift", _("Say which known forms are no longer what their templates say.")),
        "why": ("why", _("Say why a field has its value.")),
        "benchmark": ("benchmark", _("Say how often reading proved right on your own verified forms.")),
        "report": ("report", _("Report on delays, quality and work.")),
        "read": ("read", _("Read files without a workspace.")),
        "templates": ("templates", _("Make, list, show, check, prove and print templates.")),
        "specimens": ("specimens", _("Draw practice scans with their truth.")),
        "receiver": ("receiver", _("Run the reference recipient, for demonstrations and tests.")),
        "access": ("access", _("Say who saw what.")),
        "key": ("key", _("Print the vault's key for the safe, bring it back, or change it.")),
        "erase": ("erase", _("Erase scans whose forms are closed, by a decision, or list them.")),
        "backup": ("backup", _("Back up the workspace while it runs.")),
        "restore": ("backup", _("Restore a backup, or check one.")),
    }


class Lazy(Group):
    """The group of all commands: a command's module is imported when it is called, none for the list of help."""

    listing = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401 - typer's own context
        """Return the names in the order of a day."""
        return [name for name, (module, _told) in commands().items() if _there(module)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401
        """Return a command, or a stand-in with its one line while help is written."""
        module, told = commands().get(cmd_name, ("", ""))
        if not module or not _there(module):
            return None
        if self.listing:
            return _stand_in(cmd_name, told)
        hung = Commands()
        importlib.import_module(f"pipeline.cli.{module}").mount(hung)
        return get_group(hung).get_command(ctx, cmd_name)

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the help without importing any command."""
        self.listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self.listing = False


def _there(module: str) -> bool:
    return (Path(__file__).parent / f"{module}.py").exists()


def _stand_in(name: str, told: str) -> Any:  # noqa: ANN401
    hung = typer.Typer()
    hung.command(name, help=told)(lambda: None)
    hung.command("-", hidden=True)(lambda: None)
    return get_group(hung).commands[name]


app = Commands(
    cls=Lazy,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_("Example: blankett init /srv/blankett --inbox /srv/scans, then blankett run. Every command has --help."),
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"blankett {__version__}")
        raise typer.Exit


@app.callback(help=_("Read scanned notifications of communicable disease, verify them, submit them."))
def root(
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", "-w", help=_("The workspace; else BLANKETT_WORKSPACE, else here or above.")),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help=_("Tell more on stderr."))] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=_("Tell the version."))
    ] = False,
) -> None:
    """Read scanned notifications of communicable disease, verify them, submit them."""
    from pipeline.cli.told import set_up

    set_up(workspace, verbose)


def main() -> None:
    """Run the command line and leave with its exit code."""
    code = run(sys.argv[1:])
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: failures are told in one line, bugs also in the log."""
    return guarded(lambda: app(args=list(arguments), prog_name="blankett", standalone_mode=False))


def guarded(call: Callable[[], object]) -> int:
    """Call, and return the exit code: every failure is told in one line."""
    try:
        left = call()
    except SystemExit as leaving:
        if isinstance(leaving.__context__, BrokenPipeError):  # the reader has seen enough
            return 0
        return leaving.code if isinstance(leaving.code, int) else 0
    except typer.Abort:  # a question was left without an answer
        return INTERRUPTED
    except typer.TyperException as error:
        typer.echo(misuse(error), err=True)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except BlankettError as error:
        from pipeline.cli.faults import told

        typer.echo(told(error), err=True)
        return error.exit_code
    except Exception as bug:
        _tell_bug(bug)
        return BUG
    return left if isinstance(left, int) else 0


def _tell_bug(bug: Exception) -> None:
    """Say in one line that it is a bug; the log (with --verbose the screen) gets places, never what an exception says."""
    from pipeline.edges import logs

    frames = traceback.extract_tb(bug.__traceback__)
    for frame in frames[-12:]:
        logs.logger().info("bug", error=type(bug).__name__, where=f"{Path(frame.filename).stem}:{frame.lineno}")
    where = f"{Path(frames[-1].filename).stem}:{frames[-1].lineno}" if frames else "?"
    typer.echo(
        _("This is a bug ({kind} at {where}); please report it.").format(kind=type(bug).__name__, where=where), err=True
    )
