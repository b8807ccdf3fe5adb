"""Answers from a file: what scripts and demonstrations give instead of keys, only to fields that were asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from pipeline.domain.notification import Barred
from pipeline.domain.record import Open
from pipeline.domain.review import Ending, Lease, Said, Task, VerdictKind, VerificationMode, standing
from pipeline.domain.value import NOTHING, Value, from_json, same, text
from pipeline.jobs import review
from pipeline.jobs.office import Office
from pipeline.jobs.review import Done, Opened
from pipeline.station.ask import Ask, asks
from pipeline.station.desk import coded
from pipeline.station.sender import TELLER_LENGTH
from pipeline.words import _

SCHEMA = Path(__file__).parent / "answers.schema.json"
# Questions that are about no field of a template; an answer to one that is not asked is no mistake.
BESIDE_FIELDS = frozenset({"same_case", "refused"})
Plain = str | int | bool | list[str] | None


class Answer(BaseModel):
    """One field's verdict; `value` in normal form, for `correct` and `told`. One that equals the machine's accepts it.

    `told` is what the sender said when asked, and `by` is who that was.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, strict=True)
    kind: Literal["accept", "correct", "told", "illegible", "blank"]
    value: Plain = None
    by: Annotated[str | None, Field(pattern=r"\S", max_length=TELLER_LENGTH)] = None

    @model_validator(mode="after")
    def _told_by_somebody(self) -> Answer:
        if (self.kind == "told") != (self.by is not None):
            raise ValueError("`by` goes with `told`, and `told` with it")
        if self.kind == "told" and self.value is None:
            raise ValueError("what is told has a value")
        return self


class FormAnswers(BaseModel):
    """The answers for one form, found by its id or by the digest of the scan it came in.

    `page` narrows a scan to the form that one of its sides belongs to. `let_go` are required fields that may go as
    unknown. `close` closes the form instead of answering it.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    form: str | None = None
    scan: Annotated[str | None, Field(pattern="^[0-9a-f]{12,64}$")] = None
    page: Annotated[int | None, Field(ge=1)] = None
    verdicts: dict[str, Answer] = {}
    let_go: list[str] = []
    close: Ending | None = None

    @model_validator(mode="after")
    def _one_selector(self) -> FormAnswers:
        if (self.form is None) == (self.scan is None):
            raise ValueError("a form is found by `form` or by `scan`, one of them")
        return self


class AnswerFile(BaseModel):
    """A file of answers."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)
    version: Literal[1] = 1
    forms: list[FormAnswers]


class BadAnswers(ValueError):
    """The file is no file of answers; `faults` tell where, never what was written there."""

    def __init__(self, faults: Sequence[str]) -> None:
        """Keep every fault."""
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


@dataclass
class Outcome:
    """What became of a file of answers: counts, and what did not fit."""

    settled: int = 0
    closed: int = 0
    given: int = 0
    not_asked: int = 0
    open: list[str] = field(default_factory=list)
    barred: list[tuple[str, str]] = field(default_factory=list)
    unknown: list[tuple[str, str]] = field(default_factory=list)
    unanswered: int = 0
    stuck: list[str] = field(default_factory=list)


def read(path: Path) -> AnswerFile:
    """Read a file of answers.

    Raises:
        BadAnswers: when it is none; every fault is told at once, without the values.
        OSError: when it cannot be read.
    """
    try:
        plain = json.loads(path.read_bytes())
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadAnswers([_("line {line}: not JSON").format(line=getattr(error, "lineno", 0))]) from None
    try:
        return AnswerFile.model_validate({"forms": plain} if isinstance(plain, list) else plain)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_context=False, include_url=False)
        raise BadAnswers([f"{'.'.join(str(step) for step in fault['loc'])}: {fault['msg']}" for fault in faults]) from None


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a file of answers."""
    return AnswerFile.model_json_schema()


def answer(
    office: Office, reviewer: str, file: AnswerFile, tell: Callable[[int, int], None] = lambda done, total: None
) -> Outcome:
    """Answer every waiting form that the file tells of, the most urgent first; `tell` hears how many were gone through."""
    outcome = Outcome()
    queue = review.queue(office)
    stuck = office.stuck(queue)
    for done, task in enumerate(queue):
        tell(done, len(queue))
        entry = _entry(office, task, file.forms)
        if entry is None:
            outcome.unanswered += 1
            continue
        if task in stuck:
            outcome.stuck.append(task.form)
            continue
        taken = review.take(office, reviewer, task.form)
        if taken is not None:
            _Hand(office, taken, entry, outcome).work()
    return outcome


def _entry(office: Office, task: Task, entries: Sequence[FormAnswers]) -> FormAnswers | None:
    with office.store.read() as unit:
        form = unit.forms.load(task.form)
    sides = [(page.page.scan, page.page.number) for page in form.pages] if form is not None else []
    for entry in entries:
        if entry.form is not None and _id(entry.form) == _id(task.form):
            return entry
        scan, page = entry.scan, entry.page
        if scan is not None and any(side[0].startswith(scan) and page in (None, side[1]) for side in sides):
            return entry
    return None


def _id(written: str) -> str:
    return written.upper().replace("-", "")


class _Hand:
    """One form in the file's hand."""

    def __init__(self, office: Office, taken: Opened, entry: FormAnswers, outcome: Outcome) -> None:
        self._office = office
        self._taken = taken
        self._entry = entry
        self._outcome = outcome
        self._lease: Lease = taken.lease
        self._proposed: Mapping[str, Value] = {proposal.key: proposal.value for proposal in taken.draft.fields}

    def work(self) -> None:
        """Close the form, or answer what is asked and settle it; what is left open is given back."""
        form = self._taken.task.form
        self._tell_unknown()
        if self._entry.close is not None:
            self._outcome.closed += review.close(self._office, self._lease, self._entry.close)
            return
        taken = self._taken
        asked = asks(taken.template, taken.draft, taken.findings, coded(self._office, taken), taken.blind)
        answered = standing(self._taken.reviews)
        for ask in asked:
            if ask.key not in answered:
                self._give(ask)
        wanted = {ask.key for ask in asked}
        self._outcome.not_asked += sum(1 for key in self._entry.verdicts if key not in wanted)
        done = self._settled(wanted)
        if isinstance(done, Done):
            self._outcome.settled += 1
            if done.barred is not None:
                self._outcome.barred.append((form, done.barred.reason.value))
            return
        if isinstance(done, Barred):
            self._outcome.barred.append((form, done.reason.value))
        elif isinstance(done, Open):
            self._outcome.open.append(form)
        review.leave(self._office, self._lease)

    def _settled(self, asked: set[str]) -> Done | Open | Barred | None:
        """Settle; where the law or a new doubt asks for more, answer that too and try once more."""
        let_go = frozenset(self._entry.let_go)
        done = review.settle(self._office, self._lease, let_go)
        keys = done.keys if isinstance(done, Open | Barred) else ()
        more = [key for key in keys if key not in asked and key in self._entry.verdicts]
        for key in more:
            known = self._taken.template.has(key)
            if known:
                self._give(Ask(self._taken.template.field(key), self._proposed.get(key, NOTHING)))
            else:
                self._keep(key, VerdictKind.ACCEPT, Value(True))
        return review.settle(self._office, self._lease, let_go) if more else done

    def _give(self, ask: Ask) -> None:
        answer = self._entry.verdicts.get(ask.key)
        if answer is None:
            return
        if answer.kind in ("correct", "told"):
            value = from_json(answer.value)
            kind = VerdictKind.ACCEPT if ask.read is not None and same(value, ask.read) else VerdictKind.CORRECT
            self._keep(ask.key, kind, value, text(answer.by or ""))
        elif answer.kind == "accept":
            # What is not shown cannot be accepted: it stays open, as it does at the terminal.
            if ask.has_proposal:
                self._keep(ask.key, VerdictKind.ACCEPT, ask.proposed)
        elif answer.kind == "illegible":
            self._keep(ask.key, VerdictKind.ILLEGIBLE, NOTHING)
        else:
            self._keep(ask.key, VerdictKind.BLANK, ask.empty)

    def _keep(self, key: str, kind: VerdictKind, value: Value, told_by: Value = NOTHING) -> None:
        mode = VerificationMode.FILE if told_by.is_blank else VerificationMode.TOLD
        lease = review.give(self._office, self._lease, Said(key, kind, value, mode, told_by))
        if lease is not None:
            self._lease = lease
            self._outcome.given += 1

    def _tell_unknown(self) -> None:
        template = self._taken.template
        for key in (*self._entry.verdicts, *self._entry.let_go):
            if not template.has(key) and key not in BESIDE_FIELDS:
                self._outcome.unknown.append((self._taken.task.form, key))
