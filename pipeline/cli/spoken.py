"""What the framework of the command line says by itself (headings, usage, misuse), said in the chosen language."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from pipeline.words import _, later

SAYINGS = (
    later("Show this message and exit."),
    later("Install completion for the current shell."),
    later("Install completion for the specified shell."),
    later("Show completion for the current shell, to copy it or customize the installation."),
    later("Show completion for the specified shell, to copy it or customize the installation."),
    later("Invalid value for {hint}: {message}"),
    later("Invalid value: {message}"),
    later("Value error, {message}"),
    later("Missing argument {name}."),
    later("Missing option {name}."),
    later("Missing command."),
    later("No such option: {name} (Possible options: {others})"),
    later("No such option: {name}"),
    later("No such command {name}."),
    later("Option {name} requires an argument."),
    later("Option {name} does not take a value."),
    later("Got unexpected extra argument(s) ({args})"),
    later("file {name} does not exist."),
    later("dir {name} does not exist."),
    later("file {name} is a directory."),
    later("dir {name} is a file."),
    later("file {name} is not readable."),
    later("dir {name} is not readable."),
    later("{value} is not one of {choices}."),
    later("{value} does not match the formats {formats}."),
    later("Input should be a valid integer, unable to parse string as an integer"),
    later("Input should be a valid number, unable to parse string as a number"),
    later("Input should be greater than or equal to {least}"),
    later("Input should be less than or equal to {most}"),
)
_SLOT = re.compile(r"\\\{(\w+)\\\}")


def said(sentence: str) -> str:
    """Return a sentence of the framework's in the chosen language; one that is not known stays as it is."""
    for saying in SAYINGS:
        found = re.fullmatch(_SLOT.sub(r"(?P<\1>.+)", re.escape(saying)), sentence, re.DOTALL)
        if found:
            parts = {name: said(part) if name == "message" else part for name, part in found.groupdict().items()}
            return _(saying).format(**parts)
    return sentence


def misuse(error: typer.TyperException) -> str:
    """Return what to say of a command line that cannot be understood: how it is written, and what is wrong with it."""
    message = said(error.format_message())
    context = getattr(error, "ctx", None)
    if context is None or not message:
        return message
    asked = _("Try '{command}' for help.").format(command=f"{context.command_path} {context.help_option_names[-1]}")
    return f"{context.get_usage()}\n{asked}\n{message}"


def _usage(line: str) -> str:
    for word in (_USAGE, _OPTIONS, _COMMAND):
        line = line.replace(word, _(word), 1)
    return line


_USAGE, _OPTIONS, _COMMAND = later("Usage:"), later("[OPTIONS]"), later("COMMAND [ARGS]...")


def _headings() -> None:
    """Give the framework its headings."""
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
    rich_utils.OPTIONS_PANEL_TITLE = _("Options")
    rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
    rich_utils.DEFAULT_STRING = _("[default: {}]")
    rich_utils.REQUIRED_LONG_STRING = _("[required]")


def _spoken(params: list[Any]) -> list[Any]:
    for param in params:
        if getattr(param, "help", None):
            param.help = said(param.help)
    return params


class Command(TyperCommand):
    """A command whose help is in the chosen language throughout."""

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401 - typer's own context
        """Return the line of usage."""
        return _usage(super().get_usage(ctx))

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401
        """Return the parameters, those that the framework adds too."""
        return _spoken(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the help."""
        _headings()
        super().format_help(ctx, formatter)


class Group(TyperGroup):
    """A group of commands whose help is in the chosen language throughout."""

    def get_usage(self, ctx: Any) -> str:  # noqa: ANN401 - typer's own context
        """Return the line of usage."""
        return _usage(super().get_usage(ctx))

    def get_params(self, ctx: Any) -> list[Any]:  # noqa: ANN401
        """Return the parameters, those that the framework adds too."""
        return _spoken(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        """Write the help."""
        _headings()
        super().format_help(ctx, formatter)


class Commands(typer.Typer):
    """A set of commands, each helped by its docstring, which the catalogue of words knows."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - typer's own options
        """Make an empty set."""
        super().__init__(**{"cls": Group, **options})

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:  # noqa: ANN401
        """Hang a function as a command."""

        def hang(function: Any) -> Any:  # noqa: ANN401
            doc = inspect.getdoc(function)
            told = {"cls": Command, "help": _(doc) if doc else None, **options}
            return typer.Typer.command(self, name, **told)(function)

        return hang
