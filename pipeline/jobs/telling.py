"""What was read of a file as programs get it; the shape is a contract (schemas/read.json) and only grows."""

from __future__ import annotations

from typing import Any

from pipeline.domain.form import FormPage
from pipeline.domain.geometry import Rect, union
from pipeline.domain.library import Library
from pipeline.domain.record import DraftField, Finding, decide
from pipeline.domain.template import Field
from pipeline.domain.value import to_json
from pipeline.jobs.alone import ReadForm, ReadPage, ReadScan

Json = dict[str, Any]


def scan_json(found: ReadScan, library: Library) -> Json:
    """Return the object of one file."""
    return {
        "scan": {
            "digest": found.digest,
            "pages": len(found.pages),
            "state": "rejected" if found.reason is not None else "read",
            "reason": found.reason.value if found.reason is not None else None,
        },
        "pages": [_page_json(page) for page in found.pages],
        "forms": [_form_json(form, library) for form in found.forms],
    }


def _page_json(page: ReadPage) -> Json:
    placed = page.placed
    return {
        "page": page.number,
        "state": page.state.value,
        "reason": page.reason.value if page.reason is not None else None,
        "between": list(page.between),
        "template": placed.identification.template if placed else None,
        "version": placed.identification.version if placed else None,
        "sheet": placed.identification.sheet if placed else None,
        "width_px": page.width_px,
        "height_px": page.height_px,
        "dpi": page.dpi,
        "rotation": placed.registration.rotation if placed else None,
        "residual_mm": round(placed.registration.residual_mm, 3) if placed else None,
    }


def _form_json(read: ReadForm, library: Library) -> Json:
    form = read.form
    template = library.template(form.template_id)
    return {
        "template": form.template,
        "version": form.version,
        "pages": [page.page.number for page in form.pages],
        "findings": [{"key": finding.key, **_finding_json(finding)} for finding in read.findings],
        "fields": {field.key: _field_json(field, template.field(field.key), read) for field in read.draft.fields},
    }


def _finding_json(finding: Finding) -> Json:
    return {"kind": finding.kind.value, "params": dict(finding.params)}


def _field_json(proposed: DraftField, field: Field, read: ReadForm) -> Json:
    page = next((page for page in read.form.pages if page.sheet == field.sheet), None)
    zone = field.extent(field.sheet)
    return {
        "value": to_json(proposed.value),
        "confidence": round(proposed.confidence, 4),
        "reader": proposed.reader,
        "decision": decide(proposed, read.findings).value,
        "style": proposed.style.value if proposed.style is not None else None,
        "page": page.page.number if page is not None else None,
        "zone_mm": _rect_json(zone) if zone is not None else None,
        "zone_px": zone_px(field, page) if page is not None else None,
        "alternatives": [
            {"value": to_json(other.value), "confidence": round(other.confidence, 4), "reader": other.reader}
            for other in proposed.alternatives
        ],
        "findings": [_finding_json(finding) for finding in read.findings if finding.key == field.key],
    }


def _rect_json(rect: Rect) -> Json:
    return {
        "x": round(rect.x, 3),
        "y": round(rect.y, 3),
        "width": round(rect.width, 3),
        "height": round(rect.height, 3),
    }


def zone_px(field: Field, page: FormPage) -> list[list[float]] | None:
    """Return a field's corners on its page, clockwise from the field's own top left, each zone with its own shift."""
    lies = page.placed.registration
    moved = []
    for index, zone in enumerate(field.all_zones):
        if zone.sheet == page.sheet:
            fit = lies.fit(field.key, index)
            moved.append(zone.rect.moved(fit.dx_mm, fit.dy_mm))
    return [[round(x, 2), round(y, 2)] for x, y in lies.mm_to_px.quad(union(tuple(moved)))] if moved else None
