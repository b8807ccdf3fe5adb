"""Activating: a template that passed its exam is used, and one that did not only by a named person's decision."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.domain.event import Event, EventKind
from pipeline.domain.exam import Exam, Override, Readiness, readiness
from pipeline.domain.template import Template
from pipeline.edges import exams
from pipeline.errors import TemplateError
from pipeline.jobs.office import Office


def let_through(template: Template, override: Override) -> Exam:
    """Keep a named person's decision with the exam that the template did not pass, and return the exam.

    Raises:
        TemplateError: when the template as it is now was never examined, or passed, or nothing can be written there.
    """
    folder = Path(template.blank_path).parent
    held = exams.kept(folder)
    match readiness(template.digest, held):
        case Readiness.DRAFT | Readiness.CHANGED:
            raise TemplateError("template_not_examined", hint="templates_exam")
        case Readiness.ACTIVE | Readiness.FAILED:
            assert held is not None  # noqa: S101 - only a draft has none
    if held.passed:
        raise TemplateError("template_active")
    decided = replace(held, override=override)
    exams.keep(folder, decided)
    return decided


def note(office: Office, exam: Exam, actor: str) -> None:
    """Tell in the ledger what came of an exam or was decided over it; the reason stays with the exam.

    Raises:
        StoreError: when the database cannot be written.
    """
    faults = ",".join(exam.faults)
    told = (("template", exam.template), ("digest", exam.digest), ("passed", exam.passed), ("faults", faults))
    decided = (("override", True),) if exam.override is not None else ()
    with office.store.begin() as unit:
        unit.append(Event(EventKind.POLICY_SET, "policy", office.now(), (*told, *decided), actor))
