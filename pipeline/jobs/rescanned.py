"""A form whose every sheet is for certain the same paper as another form's is not verified twice, and says so.

Its sides become duplicates and it is withdrawn, with the ledger naming the form it repeats; pictures and readings stay.
Where anything is in doubt, or the other form has gone out of the house's hands, it is verified like any other.
"""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.domain.event import EventKind
from pipeline.domain.form import Form
from pipeline.domain.placement import PageState, Reason
from pipeline.domain.raster import Raster
from pipeline.domain.status import Status
from pipeline.edges.store import Unit
from pipeline.jobs.clips import unpack
from pipeline.jobs.office import Office
from pipeline.stages.preview import PREVIEW_DPI
from pipeline.stages.rescan import Shown, same_paper

# A form that was closed, refused or barred may have been scanned again because it was.
_STANDING = frozenset(
    {Status.WAITING, Status.IN_REVIEW, Status.SETTLED, Status.SUBMITTED, Status.ACKNOWLEDGED, Status.QUESTIONED}
)


def stands(unit: Unit, form: str) -> bool:
    """Tell whether a form is on its way or has arrived, so that the same paper need not be verified again."""
    state = unit.forms.state(form)
    return state is not None and state.status in _STANDING


def repeats(office: Office, unit: Unit, form: Form, other: str) -> bool:
    """Tell whether a form is for certain the same paper as another that stands, by the sealed pictures of both."""
    if not stands(unit, other):
        return False
    ours, theirs = _shown(office, unit, form.id), _shown(office, unit, other)
    return ours is not None and theirs is not None and same_paper(ours, theirs)


def withdraw(office: Office, unit: Unit, form: str, other: str) -> None:
    """Set a form's sides aside as duplicates and withdraw it; the ledger names the form that it repeats."""
    state = unit.forms.state(form)
    if state is None:
        return
    reason = Reason.SAME_PICTURE.value
    for page in unit.pages.of_form(form):
        if unit.pages.set_state(page.id, page.state, PageState.DUPLICATE, reason):
            office.tell(unit, EventKind.PAGE_SET_ASIDE, str(page.id), state=PageState.DUPLICATE.value, reason=reason)
    office.tell(unit, EventKind.FORM_WITHDRAWN, form, generation=state.generation + 1, reason=reason, alike=other)


def _shown(office: Office, unit: Unit, form: str) -> tuple[Shown, ...] | None:
    """Open the pictures of a form's sheets; None when one of them is gone."""
    shown = []
    for page in unit.pages.of_form(form):
        if page.placed is None or page.clips_blob is None or page.preview_blob is None:
            return None
        clips = unpack(office.vault.open_file(page.clips_blob), office.template(page.placed.identification.id))
        data = np.frombuffer(office.vault.open_file(page.preview_blob), np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
        if picture is None:
            return None
        shown.append(Shown(page.placed, clips, Raster.owning(np.asarray(picture, dtype=np.uint8), PREVIEW_DPI)))
    return tuple(shown)
