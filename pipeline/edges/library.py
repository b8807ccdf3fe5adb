"""Where templates are found, and how they become the `Library` that the stages read by."""

from __future__ import annotations

import hashlib
import math
import os
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
from pipeline.edges.template_faults import Fault, parse, shaped
from pipeline.edges.template_file import TemplateModel
from pipeline.errors import TemplateError

FILE = "template.toml"
ORIGINAL = "original.pdf"  # the form with its fields, which the exam fills in
Understood = Callable[[dict[str, Any], str], TemplateModel | tuple[Fault, ...]]
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
    faulty: tuple[tuple[str, tuple[str, ...]], ...]


def looked_through(paths: Sequence[Path]) -> Looked:
    """Return all templates under `paths`, each read once; one that is being mended stops no other."""
    sound: list[Template] = []
    faulty: list[tuple[str, tuple[str, ...]]] = []
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
        TemplateError: with every fault, each as FORM/VERSION/template.toml:LINE: WHERE: CODE.
    """
    return _read(folder, parse)


def loose(folder: Path) -> Template:
    """Return the template in a folder, whether it makes sense or not, as long as it has the shape of one and its blank.

    Raises:
        TemplateError: with every fault that stands in the way.
    """
    return _read(folder, shaped)


def _read(folder: Path, understood: Understood) -> Template:
    parsed = _parsed(folder, understood)
    if not isinstance(parsed, TemplateModel):
        raise _error(folder, parsed)
    blank = folder / parsed.blank
    faults = tuple(_blank_faults(parsed, blank))
    if faults:
        raise _error(folder, faults)
    digest = hashlib.sha256((folder / FILE).read_bytes() + b"\0" + blank.read_bytes()).hexdigest()
    return parsed.noun(str(blank.resolve()), digest)


def written(folder: Path) -> Template:
    """Return the template as its TOML has it, before its blank is drawn; the digest is empty.

    Raises:
        TemplateError: with every fault of the TOML.
    """
    parsed = _parsed(folder)
    if isinstance(parsed, TemplateModel):
        return parsed.noun(str((folder / parsed.blank).resolve()), "")
    raise _error(folder, parsed)


def _error(folder: Path, faults: Sequence[Fault]) -> TemplateError:
    name = f"{folder.parent.name}/{folder.name}/{FILE}"
    told = tuple(f"{name}:{fault}" for fault in faults)
    return TemplateError("faulty_template", faults=told, hint="templates_check", count=len(told))


def _parsed(folder: Path, understood: Understood = parse) -> TemplateModel | tuple[Fault, ...]:
    try:
        text = (folder / FILE).read_text(encoding="utf-8")
        raw = tomllib.loads(text)
    except OSError:
        return (Fault("file_unreadable", ()),)
    except UnicodeDecodeError:
        return (Fault("not_utf8", ()),)
    except tomllib.TOMLDecodeError as error:
        return (Fault("not_toml", (), _line_told(str(error))),)
    parsed = understood(raw, text)
    if not isinstance(parsed, TemplateModel):
        return parsed
    return tuple(_folder_faults(parsed, folder)) or parsed


def _line_told(message: str) -> int:
    words = message.replace(",", " ").replace(")", " ").split()
    return int(words[words.index("line") + 1]) if "line" in words else 0


def _folder_faults(parsed: TemplateModel, folder: Path) -> Iterator[Fault]:
    if (parsed.name, parsed.version) != (folder.parent.name, folder.name):
        yield Fault("folder_is_not_name_and_version", ("name",), 1)


def _blank_faults(parsed: TemplateModel, blank: Path) -> Iterator[Fault]:
    if not blank.is_file():
        yield Fault("blank_missing", ("blank",))
        return
    try:
        with _PDFIUM.PdfDocument(blank) as document:
            sizes = [document[number].get_size() for number in range(len(document))]
    except pypdfium2.PdfiumError:
        yield Fault("blank_unreadable", ("blank",))
        return
    if len(sizes) != len(parsed.sheet):
        yield Fault("blank_has_other_number_of_pages", ("blank",))
    for index, (sheet, size) in enumerate(zip(parsed.sheet, sizes, strict=False)):
        wanted = (sheet.width_mm * _POINTS_PER_MM, sheet.height_mm * _POINTS_PER_MM)
        if max(abs(size[0] - wanted[0]), abs(size[1] - wanted[1])) > 1.0:
            yield Fault("blank_has_other_size", ("sheet", index))


def picture(template: Template, sheet: Sheet, dpi: float = CLIP_DPI) -> Raster:
    """Return a blank sheet drawn in grey; the last is kept, by the template's digest.

    Raises:
        TemplateError: when its file has gone since it was loaded.
    """
    try:
        return _drawn(template.blank_path, template.digest, sheet.number, dpi)
    except FileNotFoundError:
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
