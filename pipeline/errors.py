"""The machine's faults, as one tree; paper's faults are values and never raised.

    BlankettError
    ├── SettingsError    3   the workspace or its settings cannot be used
    ├── TemplateError    4   a template is faulty (every fault told at once)
    ├── InboxError       5   the inbox cannot be read, or a file in it cannot be taken
    ├── ReaderError      6   an OCR engine is missing or broken
    ├── StoreError       7   the database, vault or ledger cannot be used
    └── DeliveryError    8   the recipient cannot be reached or trusted

Each class carries its exit code; each error carries a hint: what the person can do now.
A message never holds a field's value, a person's name or the scanner's file name.
"""

from __future__ import annotations

from dataclasses import dataclass

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a template, or to look at; words are chosen at the door.

    `where` names tables, numbers from 0 and keys, as in `("field", 3, "kind")`; `line` counts from 1, 0 when it stands
    beside the file; `found` is what was found there, and `known` what may stand there instead, or what it is about.
    """

    code: str
    where: Where = ()
    line: int = 0
    found: str = ""
    known: tuple[str, ...] = ()
    file: str = ""


class BlankettError(Exception):
    """A failure of the machine that a person can mend."""

    exit_code = 1

    def __init__(self, code: str, *, hint: str = "", **params: str | int | float) -> None:
        """Keep the closed `code`, its parameters for the words, and the `hint` code of the mend."""
        super().__init__(code)
        self.code = code
        self.hint = hint
        self.params = params

    def __str__(self) -> str:
        """Return code and parameters; words are chosen at the door."""
        told = ", ".join(f"{name}={value}" for name, value in sorted(self.params.items()))
        return f"{self.code} ({told})" if told else self.code


class SettingsError(BlankettError):
    """The workspace or its settings cannot be used."""

    exit_code = 3


class TemplateError(BlankettError):
    """A template is faulty; `faults` holds every fault found, each with its line where known."""

    exit_code = 4

    def __init__(self, code: str, *, faults: tuple[Fault, ...] = (), hint: str = "", **params: str | int | float) -> None:
        """Keep all `faults` so that they are told at once."""
        super().__init__(code, hint=hint, **params)
        self.faults = faults


class InboxError(BlankettError):
    """The inbox cannot be read, or a file in it cannot be taken."""

    exit_code = 5


class ReaderError(BlankettError):
    """An OCR engine is missing or broken."""

    exit_code = 6


class StoreError(BlankettError):
    """The database, the vault or the ledger cannot be used."""

    exit_code = 7


class DeliveryError(BlankettError):
    """The recipient cannot be reached or trusted."""

    exit_code = 8
