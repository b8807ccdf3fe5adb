"""Where templates are found, and how they become the `Library` that the stages read by."""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw

from pipeline.domain.exam import Readiness, readiness
from pipeline.domain.geometry import MM_PER_INCH
from pipeline.domain.library import Library, SheetBlank
from pipeline.domain.raster import Raster
from pipeline.domain.reading import CLIP_DPI
from pipeline.domain.template import Sheet, Template
from pipeline.edges import exams, shelf
from pipeline.edges.template_faults import Written, parse
from pipeline.edges.template_lines import line_of, lines
from pipeline.edges.template_shape import shown
from pipeline.errors import Fault, TemplateError

FILE = "template.toml"
ORIGINAL = "original.pdf"  # the form with its fields, which the exam fills in
_POINTS_PER_MM = 72 / MM_PER_INCH
_PDFIUM: Any = pypdfium2  # its bindings are made at run time and carry no types
_RAW: Any = pypdfium2.raw


def shipped() -> Path:
    """Return the folder of the templates that come with the program: in the wheel, or in the checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "_templates"
    return inside if inside.is_dir() else package.parent / "templates"


def search_path(own: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Return the folders to look in, a workspace's `own` first, then the shipped one; what is not there is left out."""
    return tuple(path for path in (*own, shipped()) if path.is_dir())


def folders(paths: Sequence[Path]) -> tuple[Path, ...]:
    """Return every template folder (FORM/VERSION with a template.toml) under `paths`; the first of an id wins."""
    found: dict[tuple[str, str], Path] = {}
    for path in paths:
        for file in sorted(path.glob(f"*/*/{FILE}")):
            found.setdefault((file.parent.parent.name, file.parent.name), file.parent)
    return tuple(found.values())


def stamp(paths: Sequence[Path]) -> str:
    """Return what tells the files of all templates under `paths` from what they were before: names, sizes and times."""
    told = hashlib.sha256()
    try:
        for file in sorted(file for folder in folders(paths) for file in folder.iterdir()):
            seen = file.stat()
            told.update(f"{file}\0{seen.st_size}\0{seen.st_mtime_ns}\n".encode())
    except OSError:  # one of them went while we looked
        return ""
    return told.hexdigest()


def load(paths: Sequence[Path] | None = None) -> Library:
    """Return the library of all templates under `paths` (default: the shipped ones), each sheet drawn at 300 dpi on need.

    Those that are not active are among its drafts.

    Raises:
        TemplateError: with every fault of every template.
    """
    found = looked_through(search_path() if paths is None else paths)
    faults = tuple(fault for _, them in found.faulty for fault in them)
    if faults:
        raise TemplateError("faulty_templates", faults=faults, hint="templates_check", count=len(faults))
    return of(found.sound)


@dataclass(frozen=True, slots=True)
class Looked:
    """The templates of some folders: those without a fault, and NAME@VERSION of the others, each with its faults."""

    sound: tuple[Template, ...]
    faulty: tuple[tuple[str, tuple[Fault, ...]], ...]


def looked_through(paths: Sequence[Path]) -> Looked:
    """Return all templates under `paths`, each read once; one that is being mended stops no other."""
    sound: list[Template] = []
    faulty: list[tuple[str, tuple[Fault, ...]]] = []
    for folder in folders(paths):
        try:
            sound.append(read(folder))
        except TemplateError as error:
            faulty.append((f"{folder.parent.name}@{folder.name}", error.faults))
    return Looked(tuple(sound), tuple(faulty))


def of(templates: Sequence[Template]) -> Library:
    """Return the library of some templates, each sheet drawn at 300 dpi on need; those that are not active are drafts."""
    kept = shelf.own(os.environ)
    blanks = tuple(
        SheetBlank(template, sheet, partial(picture, template, sheet), kept)
        for template in templates
        for sheet in template.sheets
    )
    return Library(blanks, frozenset(one.id for one in templates if ready(one) is not Readiness.ACTIVE))


def ready(template: Template) -> Readiness:
    """Return how far a template has come; what comes with the program was examined before it was let out."""
    if is_shipped(template):
        return Readiness.ACTIVE
    return readiness(template.digest, exams.kept(Path(template.blank_path).parent))


def is_shipped(template: Template) -> bool:
    """Tell whether a template comes with the program."""
    return Path(template.blank_path).is_relative_to(shipped())


def read(folder: Path) -> Template:
    """Return the template in a folder.

    Raises:
        TemplateError: with every fault.
    """
    template = _sound(look(folder))
    content = (folder / FILE).read_bytes() + b"\0" + Path(template.blank_path).read_bytes()
    return replace(template, digest=hashlib.sha256(content).hexdigest())


def written(folder: Path) -> Template:
    """Return the template as its TOML has it, before its blank is drawn; the digest is empty.

    Raises:
        TemplateError: with every fault of the TOML.
    """
    return _sound(look(folder, drawn=False))


@dataclass(frozen=True, slots=True)
class Seen:
    """A template's file as it stands: the template as far as it is understood, and all that is wrong in it or its blank.

    `template` is None when the file cannot be read or is no TOML; its digest is empty. `unshaped` are those faults in
    whose places it has stand-ins.
    """

    template: Template | None
    faults: tuple[Fault, ...]
    unshaped: tuple[Fault, ...] = ()


def look(folder: Path, text: str | None = None, drawn: bool = True) -> Seen:
    """Return what stands in a folder, or would if its file were `text`, whatever is wrong with it.

    Its blank is looked at only when it is `drawn`.
    """
    try:
        text = (folder / FILE).read_text(encoding="utf-8") if text is None else text
    except OSError:
        return Seen(None, _filed(folder, [Fault("file_unreadable")]))
    except UnicodeDecodeError:
        return Seen(None, _filed(folder, [Fault("not_utf8")]))
    found = parse(text)
    if found.model is None:
        return Seen(None, _filed(folder, found.faults))
    template = found.model.noun(str((folder / found.model.blank).resolve()), "")
    beside = [*_folder_faults(found, folder), *(_blank_faults(found, template) if drawn else ())]
    begins = lines(text) if beside else {}
    faults = [*found.faults, *(replace(fault, line=line_of(fault.where, begins)) for fault in beside)]
    return Seen(template, _filed(folder, sorted(faults, key=lambda fault: fault.line)), found.unshaped)


def faulty_template(faults: Sequence[Fault]) -> TemplateError:
    """Return the error that tells a template's faults."""
    return TemplateError("faulty_template", faults=tuple(faults), hint="template_lines", count=len(faults))


def _sound(seen: Seen) -> Template:
    if seen.faults or seen.template is None:
        raise faulty_template(seen.faults)
    return seen.template


def _filed(folder: Path, faults: Iterable[Fault]) -> tuple[Fault, ...]:
    return tuple(replace(fault, file=f"{folder.parent.name}/{folder.name}/{FILE}") for fault in faults)


def _folder_faults(found: Written, folder: Path) -> Iterator[Fault]:
    called, unnamed = (folder.parent.name, folder.name), (("name",), ("version",))
    said = (found.model.name, found.model.version) if found.model else called
    if said != called and not any(fault.where in unnamed for fault in found.unshaped):
        yield Fault("folder_is_not_name_and_version", ("name",), found="/".join(said), known=(shown("/".join(called)),))


def _blank_faults(found: Written, template: Template) -> Iterator[Fault]:
    blank = Path(template.blank_path)
    if not blank.is_file():
        yield Fault("blank_missing", ("blank",), found=shown(blank.name))
        return
    try:
        with _PDFIUM.PdfDocument(blank) as document:
            sizes = [document[number].get_size() for number in range(len(document))]
    except pypdfium2.PdfiumError:
        yield Fault("blank_unreadable", ("blank",), found=shown(blank.name))
        return
    if any(fault.where[:1] == ("sheet",) for fault in found.unshaped):
        return
    if len(sizes) != len(template.sheets):
        yield Fault("blank_has_other_number_of_pages", ("blank",), found=str(len(sizes)), known=(str(len(template.sheets)),))
    for index, (sheet, size) in enumerate(zip(template.sheets, sizes, strict=False)):
        wanted = (sheet.width_mm, sheet.height_mm)
        drawn = tuple(side / _POINTS_PER_MM for side in size)
        if max(abs(drawn[0] - wanted[0]), abs(drawn[1] - wanted[1])) * _POINTS_PER_MM > 1.0:
            known = (f"{wanted[0]:g} × {wanted[1]:g}",)
            yield Fault("blank_has_other_size", ("sheet", index), found=f"{drawn[0]:.1f} × {drawn[1]:.1f}", known=known)


def picture(template: Template, sheet: Sheet, dpi: float = CLIP_DPI) -> Raster:
    """Return a blank sheet drawn in grey; the last is kept, by the template's digest.

    Raises:
        TemplateError: when its file, or that page of it, is not there any more.
    """
    try:
        return _drawn(template.blank_path, template.digest, sheet.number, dpi)
    except (FileNotFoundError, pypdfium2.PdfiumError):
        raise TemplateError("template_gone", hint="begin_again") from None


def let_go() -> None:
    """Forget the blank that was drawn last: what stages make of blanks they keep themselves, and much smaller."""
    _drawn.cache_clear()


@lru_cache(maxsize=1)
def _drawn(path: str, digest: str, number: int, dpi: float) -> Raster:
    with _PDFIUM.PdfDocument(path) as document:
        page = document[number - 1]
        scale = dpi / 72
        width, height = (math.ceil(side * scale - 0.01) for side in page.get_size())
        bitmap = _PDFIUM.PdfBitmap.new_native(width, height, _RAW.FPDFBitmap_Gray)
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
        # page.render() stretches the page to whole pixels, 0.06 mm across an A4 sheet; a matrix keeps the scale exact.
        matrix = _RAW.FS_MATRIX(scale, 0, 0, scale, 0, 0)
        clip = _RAW.FS_RECTF(0, 0, width, height)
        _RAW.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, clip, _RAW.FPDF_ANNOT)
        return Raster.owning(np.array(bitmap.to_numpy()).reshape(height, width), dpi)
