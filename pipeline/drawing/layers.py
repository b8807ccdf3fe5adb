"""One PDF laid over another, the same bytes every time."""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Name

_LAYER = Name("/Layer")


def laid(under: str, over: bytes) -> bytes:
    """Return the PDF file `under` with each page of `over` drawn on the page it belongs to; sizes are equal."""
    with pikepdf.open(under) as pdf, pikepdf.open(io.BytesIO(over)) as layers:
        for page, layer in zip(pdf.pages, layers.pages, strict=True):
            form = pdf.copy_foreign(layer.as_form_xobject())
            page.add_resource(form, Name.XObject, _LAYER)
            page.contents_add(b"q", prepend=True)
            page.contents_add(b"Q q /Layer Do Q")
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()
