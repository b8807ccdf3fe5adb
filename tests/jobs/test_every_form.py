"""A day in which one form of every kind we ship comes: each is read, verified, settled and made ready to be sent."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.notification import Credential, Notification, Step
from pipeline.domain.review import Said, VerdictKind
from pipeline.domain.template import FormKind, Template
from pipeline.domain.value import Value, to_json
from pipeline.drawing.story import LATEST, tell
from pipeline.jobs import review
from pipeline.jobs.office import Office
from pipeline.jobs.submit import load_notification
from pipeline.stages.notify import may_leave
from tests.support import quick


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with quick.office(tmp_path) as made:
        yield made


def story(template: Template, seed: int) -> dict[str, object]:
    """Return what a form says, of a person whose number is known."""
    told = (tell(template, random.Random(f"{seed}/{number}")) for number in range(100))
    return dict(next(one for one in told if one["pat_id"]))


def scan(template: Template, seed: int) -> list[dict[str, object]]:
    answers = {key: to_json(Value(plain)) for key, plain in story(template, seed).items()}  # type: ignore[arg-type]
    return [{"template": template.id, "sheet": sheet.number, "answers": answers, "salt": seed} for sheet in template.sheets]


def verified(office: Office, user: str = "anna") -> list[str]:
    """Accept all there is to be seen of every form that waits, and return the forms."""
    forms = []
    while (task := review.take(office, user)) is not None:
        lease = task.lease
        for key in dict.fromkeys(finding.key for finding in task.findings):
            value = task.draft.value(key)
            renewed = review.give(
                office, lease, Said(key, VerdictKind.BLANK if value.is_blank else VerdictKind.ACCEPT, value)
            )
            assert renewed is not None
            lease = renewed
        done = review.settle(office, lease)
        assert isinstance(done, review.Done), (task.draft.template, done)
        forms.append(done.form)
    return forms


def test_one_of_every_form_is_read_verified_and_settled(office: Office, tmp_path: Path) -> None:
    templates = office.library.templates
    quick.fed(office, tmp_path / "in", *(scan(template, seed) for seed, template in enumerate(templates)))
    forms = verified(office)
    assert len(forms) == len(templates) == 15
    with office.store.read() as unit:
        for form in forms:
            row, notice, facts = unit.forms.load(form), load_notification(unit, form), unit.facts.get(form)
            assert row is not None
            assert facts is not None
            assert isinstance(notice, Notification)
            template = office.library.template(row.template_id)
            assert (notice.kind, facts.kind) == (template.kind, template.kind.value)
            assert facts.due == notice.due.moment
            assert facts.disease == notice.disease
            assert notice.due.counted_from <= LATEST
            person = may_leave(notice, Credential.SITHS_FUNCTION) is not notice
            assert person is (template.kind is not FormKind.CLINICAL)
            if template.follows_up:
                assert (notice.step, facts.diagnosed) == (Step.SUPPLEMENT, None)
