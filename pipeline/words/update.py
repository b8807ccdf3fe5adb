"""Brings the Swedish catalogue up to date with the words in the source: `python -m pipeline.words.update [--check]`."""

from __future__ import annotations

import ast
import inspect
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from pipeline.words import LOCALES

PACKAGE = Path(__file__).parent.parent
PO = LOCALES / "sv" / "LC_MESSAGES" / "blankett.po"
METHODS = [("**.py", "python"), ("**.html", "jinja2")]


def extracted() -> Catalog:
    """Return every message in the source, with the files it stands in (no line numbers: they change with every edit)."""
    catalog = Catalog(project="blankett", charset="utf-8")
    keywords = {"_": None, "later": None, "ngettext": (1, 2)}
    for name, _line, message, comments, _context in extract_from_dir(PACKAGE, METHODS, keywords=keywords):
        catalog.add(message, locations=[(name, 0)], auto_comments=comments)
    for path in sorted((PACKAGE / "cli").glob("*.py")):
        for told in helps(ast.parse(path.read_text(encoding="utf-8"))):
            catalog.add(told, locations=[(f"cli/{path.name}", 0)])
    return catalog


def helps(module: ast.Module) -> Iterator[str]:
    """Return the docstrings of a module's commands, which are their help: `@app.command(…)`, or `app.command(…)(name)`."""
    calls = [node for node in ast.walk(module) if isinstance(node, ast.Call) and _hangs(node.func)]
    hung = {argument.id for call in calls for argument in call.args if isinstance(argument, ast.Name)}
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and (node.name in hung or any(map(_hangs, node.decorator_list))):
            yield inspect.cleandoc(ast.get_docstring(node) or "")


def _hangs(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "command"


def updated() -> Catalog:
    """Return the Swedish catalogue with new messages added, untranslated, and those no longer used dropped."""
    with PO.open("rb") as file:
        catalog = read_po(file, locale="sv")
    catalog.update(extracted(), no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def untranslated() -> list[str]:
    """Return the messages that have no Swedish yet."""
    return [
        str(message.id)
        for message in updated()
        if message.id and not (all(message.string) if isinstance(message.string, tuple | list) else message.string)
    ]


def compiled() -> bytes:
    """Return the machine form of the catalogue as it stands in the .po file."""
    with PO.open("rb") as file:
        catalog = read_po(file, locale="sv")
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def write() -> None:
    """Write the .po and .mo files anew."""
    catalog = updated()
    with PO.open("wb") as file:
        write_po(file, catalog, sort_output=True, omit_header=False, include_lineno=False, width=120)
    PO.with_suffix(".mo").write_bytes(compiled())


if __name__ == "__main__":
    if "--check" not in sys.argv:
        write()
    missing = untranslated()
    sys.stdout.writelines(f"{message!r}\n" for message in missing)
    sys.exit(1 if missing else 0)
