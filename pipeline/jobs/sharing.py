"""Templates shared between units: one packed as a file, and one taken in from a file that somebody else packed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.exam import Readiness
from pipeline.domain.policy import ParsePolicy
from pipeline.edges import catalogue, library, parser
from pipeline.edges.form_active import is_active
from pipeline.edges.rights import as_its_folder, is_shared, make_folder
from pipeline.edges.template_pack import EXAM, Pack, opened, packed
from pipeline.errors import Fault, TemplateError
from pipeline.jobs.checked import checked

GIVERS_EXAM = "exam-of-giver.json"  # what was found elsewhere, by other versions of the program: told, and proof of nothing


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came in: which template, where it lies, whether it was there already, how far it has come, what to look at."""

    id: str
    digest: str
    folder: Path
    was_there: bool
    standing: Readiness
    givers_exam: bool
    warnings: tuple[Fault, ...]


def pack(folder: Path) -> Pack:
    """Return a template without faults as a pack.

    Raises:
        TemplateError: when it has faults, cannot be read, is too large, or its blank does something by itself.
    """
    template = library.read(folder)
    found = packed(folder)
    if template.digest != found.digest:  # its blank is another file than blank.pdf
        raise TemplateError("pack_unreadable", hint="template_rights_to_read")
    _refuse_active(found)
    return found


def take_in(file: Path, home: Path, known: Sequence[Path]) -> TakenIn:
    """Put the template of a pack into the folder of templates `home`, whole or not at all; nothing of it is run.

    `known` are the folders of templates that must not already have another of its name and version.

    Raises:
        TemplateError: when it is no whole pack, has faults, its blank does something by itself, or another is there.
    """
    found = opened(file)
    there = _there(found, known)
    if there is not None:
        return _taken(found, there, checked(there, catalogue.load()).warnings, was_there=True)
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".import-", dir=home) as beside:
            return _moved(found, Path(beside), home)
    except FileExistsError:
        raise TemplateError("template_exists", hint="template_of_others") from None
    except OSError:
        raise TemplateError("template_unwritable", hint="template_rights") from None


def _refuse_active(found: Pack) -> None:
    try:
        active = any(map(is_active, found.pdfs.values()))
    except ValueError:
        raise TemplateError("blank_unreadable", hint="blank_save_anew") from None
    if active:
        raise TemplateError("blank_active", hint="blank_quieten")


def _refuse_unopened(pdf: Path) -> None:
    """Draw every page in a child with limits, before anything of a stranger's PDF is opened here."""
    try:
        faulty = any(isinstance(page, parser.PageFault) for page in parser.pages(pdf, ParsePolicy()))
    except parser.Unreadable:
        faulty = True
    if faulty:
        raise TemplateError("blank_unreadable", hint="blank_save_anew")


def _there(found: Pack, known: Sequence[Path]) -> Path | None:
    """Return the folder that holds the same template already.

    Raises:
        TemplateError: when another of its name and version is there.
    """
    for folder in library.folders(known):
        if (folder.parent.name, folder.name) == (found.name, found.version):
            if packed(folder).digest != found.digest:
                raise TemplateError("template_exists", hint="template_of_others")
            return folder
    return None


def _moved(found: Pack, beside: Path, home: Path) -> TakenIn:
    """Write the files beside, check them there, and only then put them where templates are looked for."""
    made = beside / found.name / found.version
    made.mkdir(parents=True)
    for name, data in found.files.items():
        if name == EXAM:
            _refuse_no_json(data)
        (made / (GIVERS_EXAM if name == EXAM else name)).write_bytes(data)
    for name in found.pdfs:
        _refuse_unopened(made / name)
    _refuse_active(found)
    seen = checked(made, catalogue.load())
    if seen.faults:
        raise TemplateError("faulty_template", faults=seen.faults, hint="pack_giver", count=len(seen.faults))
    if library.read(made).digest != found.digest:  # it names a blank that lies elsewhere
        raise TemplateError("pack_damaged", hint="pack_again")
    folder = home / found.name / found.version
    shared = is_shared(home)  # a group's workspace: whatever the umask here, the others read it too
    if shared:
        make_folder(folder.parent)
    folder.parent.mkdir(exist_ok=True)
    if folder.exists():
        raise FileExistsError
    made.rename(folder)
    for path in as_its_folder(folder).iterdir() if shared else ():
        path.chmod(0o660)
    return _taken(found, folder, seen.warnings, was_there=False)


def _taken(found: Pack, folder: Path, warnings: tuple[Fault, ...], *, was_there: bool) -> TakenIn:
    standing = library.ready(library.read(folder))
    return TakenIn(
        f"{found.name}@{found.version}",
        found.digest,
        folder,
        was_there,
        standing,
        EXAM in found.files and not was_there,
        warnings,
    )


def _refuse_no_json(data: bytes) -> None:
    try:
        json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        raise TemplateError("pack_damaged", hint="pack_again") from None
