"""What verification leaves wrong, and what it costs: `python -m benchmarks.verifying [--forms 220] [--seed 1]`.

Made-up forms, as a machine that errs at measured rates would propose them, are verified by simulated people who press the
keys of the real station, under four policies: every field confirmed, every field keyed by two people, by risk (critical and
doubted fields keyed blind) as long as nothing is proved, and once every class is. What stands is settled by the program and
held against the truth.

People: a field that is keyed is keyed wrongly with a chance of `--slip`; of the machine's errors that are shown beside their
picture `--waved` are confirmed; where the machine read wrongly `--misled` of those who key read the same. The machine:
`--silent` of its values are wrong and it doubts nothing, and of the `--doubted` a share of `--wrong` is wrong. Time is by
the keystroke-level model (Card, Moran, Newell 1980): 0.28 s a key, and 1.35 s for each field that is looked at.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reading.exact import interval
from pipeline.domain.county import COUNTIES
from pipeline.domain.record import Draft, DraftField, Finding, FindingKind, Record
from pipeline.domain.review import Lease, Review, Task, Verdict, VerificationMode, kept
from pipeline.domain.template import FieldKind, Template
from pipeline.domain.value import NOTHING, Value
from pipeline.drawing import story
from pipeline.edges import library
from pipeline.stages.keying import alike, machine_says, verification_mode
from pipeline.stages.settle import settle
from pipeline.station.ask import Ask, asks
from pipeline.station.effects import GiveVerdict, PassOn, Settle
from pipeline.station.press import press
from pipeline.station.state import Station, opened

KEY_S, LOOK_S = 0.28, 1.35
PEOPLE = ("anna", "bo", "cecilia")
POLICIES = ("confirm everything", "key everything twice", "by risk, nothing proved", "by risk, all proved")
SAMPLE = 0.02
NOW = dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.UTC)
_CLASS = (("class", "any"),)


@dataclass(slots=True)
class Cost:
    """What a policy cost, and what it left wrong."""

    forms: int = 0
    keys: int = 0
    looks: int = 0
    fields: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    wrong: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})


@dataclass(frozen=True, slots=True)
class Case:
    """One form: the truth, what the machine proposes, and what it doubts."""

    template: Template
    truth: Mapping[str, Value]
    draft: Draft
    doubted: frozenset[str]


def case(template: Template, rng: random.Random, told: argparse.Namespace) -> Case:
    """Make one form."""
    truth = {key: Value(plain) for key, plain in story.tell(template, rng).items()}
    doubted = frozenset(asked.key for asked in template.fields if rng.random() < told.doubted)
    fields = []
    for asked in template.fields:
        errs = rng.random() < (told.wrong if asked.key in doubted else told.silent)
        value = slipped(template, asked.key, truth[asked.key], rng) if errs else truth[asked.key]
        fields.append(DraftField(asked.key, value, 0.9, "simulated", None))
    return Case(template, truth, Draft("F", template.name, template.version, tuple(fields)), doubted)


def slipped(template: Template, key: str, value: Value, rng: random.Random) -> Value:
    """Return another value than this for a field: a box beside, one digit or letter changed, or nothing for something."""
    asked, plain = template.field(key), value.reveal()
    if asked.options:
        others = [
            option.value for option in asked.options if option.value not in (plain if isinstance(plain, tuple) else (plain,))
        ]
        if not others:
            return NOTHING if plain else Value(asked.options[0].value)
        return Value((rng.choice(others),)) if isinstance(plain, tuple) else Value(rng.choice(others))
    if isinstance(plain, bool):
        return Value(not plain)
    if not isinstance(plain, str):
        return Value("7") if plain is None else Value(int(plain) + 1)
    if asked.kind is FieldKind.DATE and len(plain) == len("ÅÅÅÅ-MM-DD"):
        return Value((dt.date.fromisoformat(plain) - dt.timedelta(days=rng.randint(1, 9))).isoformat())
    if asked.kind is FieldKind.COUNTY:
        return Value(rng.choice([county for county in COUNTIES if county != plain]))
    places = [at for at, letter in enumerate(plain) if letter.isalnum()]
    at = rng.choice(places[-2:] if len(places) > 1 else places)
    swap = rng.choice([c for c in ("0123456789" if plain[at].isdigit() else "abcdeiklmnorstuvw") if c != plain[at].lower()])
    return Value(plain[:at] + swap + plain[at + 1 :])


def findings(one: Case, policy: str) -> tuple[Finding, ...]:
    """Return what sends fields to a person under a policy."""
    if policy in POLICIES[:2]:
        return tuple(Finding(FindingKind.LOW_CONFIDENCE, asked.key) for asked in one.template.fields)
    unproven = [Finding(FindingKind.UNPROVEN, asked.key, _CLASS) for asked in one.template.fields if asked.critical]
    return (*unproven, *(Finding(FindingKind.LOW_CONFIDENCE, key) for key in sorted(one.doubted)))


def hidden(one: Case, why: Sequence[Finding], policy: str, rng: random.Random) -> dict[str, Value | None]:
    """Return what is keyed blind under a policy, each with what the machine says."""
    if policy == POLICIES[0]:
        return {}
    if policy == POLICIES[1]:
        return {asked.key: None for asked in one.template.fields}
    told: dict[str, Value | None] = {}
    for asked in one.template.fields:
        proved = ("any",) if policy == POLICIES[3] and rng.random() >= SAMPLE else ()
        here = [finding for finding in why if finding.key == asked.key]
        if verification_mode(asked, here, proved) is VerificationMode.BLIND:
            told[asked.key] = machine_says(asked, one.draft.value(asked.key), here)
    return told


class Person:
    """Somebody at the station, with the truth before their eyes and a chance of a slip in their fingers."""

    def __init__(self, one: Case, rng: random.Random, told: argparse.Namespace, cost: Cost) -> None:
        """Sit down."""
        self._case, self._rng, self._told, self._cost = one, rng, told, cost

    def work(self, station: Station) -> tuple[list[Verdict], bool]:
        """Answer until the form goes on, or waits for somebody else; return the verdicts, and whether it goes on."""
        given: list[Verdict] = []
        patience = 20
        while not station.done:
            self._cost.looks += 1
            before = len(station.given)
            for key in self._keys(station):
                self._cost.keys += 1
                station, effects = press(station, key)
                for effect in effects:
                    if isinstance(effect, GiveVerdict):
                        said = effect.said
                        moment = NOW + dt.timedelta(seconds=self._cost.keys)
                        given.append(Verdict(said.key, said.kind, said.value, station.lease.holder, moment, said.mode))
                    if isinstance(effect, PassOn | Settle):
                        return given, isinstance(effect, Settle)
            if len(station.given) == before:  # the station keeps no such day: it is keyed anew
                station, _ = press(station, "esc")
                self._cost.keys += 1
                patience -= 1
                if not patience:
                    raise RuntimeError(f"an answer to {station.ask.key} was never kept: {station.notice}")
        return given, True

    def _keys(self, station: Station) -> list[str]:
        ask = station.ask
        truth, machine = self._case.truth[ask.key], self._case.draft.value(ask.key)
        if ask.has_proposal:
            waved = alike(machine, truth) or self._rng.random() < self._told.waved
            return ["enter"] if waved else keyed(ask, truth)
        value = truth
        if not alike(machine, truth) and self._rng.random() < self._told.misled:
            value = machine
        elif self._rng.random() < self._told.slip:
            value = slipped(self._case.template, ask.key, truth, self._rng)
        return keyed(ask, value)


def keyed(ask: Ask, value: Value) -> list[str]:
    """Return the keys that answer a question."""
    plain = value.reveal()
    if value.is_blank:
        return ["2" if ask.kind.value == "sign" else "b"]
    if ask.is_choice:
        picked = plain if isinstance(plain, tuple) else (plain,)
        keys = [choice.press for choice in ask.choices if choice.value.reveal() in picked]
        if not ask.is_many:
            return keys
        now = ask.proposed.reveal()
        before = now if isinstance(now, tuple) else ()
        return [c.press for c in ask.choices if (c.value.reveal() in picked) != (c.value.reveal() in before)] + ["enter"]
    text = str(plain)
    typed = text.replace("-", "") if ask.kind.value in ("pnr", "date", "rikskod") else text
    begun = [] if text[0].isdigit() else ["enter"] if not ask.has_proposal else ["e", "ctrl-u"]
    return [*begun, *typed, "enter"]


def verified(one: Case, policy: str, rng: random.Random, told: argparse.Namespace, cost: Cost) -> Record:
    """Let people verify a form until it is settled."""
    why = findings(one, policy)
    blind = hidden(one, why, policy, rng)
    template = strict(one.template) if policy == POLICIES[1] else one.template
    task = Task("F", one.template.name, one.template.version, 1, None, 0, 0)
    verdicts: list[Verdict] = []
    for who in PEOPLE * 2:
        lease = Lease("F", who, 1, NOW + dt.timedelta(days=1))
        questions = asks(template, one.draft, why, blind=blind)
        begun = Station(task, questions, lease, NOW, others=frozenset(PEOPLE) - {who})
        given, _ = Person(one, rng, told, cost).work(opened(begun, kept(reviews(verdicts))))
        verdicts += given
        record = settle(one.draft, why, reviews(verdicts))
        if isinstance(record, Record):
            return record
    raise RuntimeError("a form was never settled")


def strict(template: Template) -> Template:
    """Return a template of which every field is critical: two people key it."""
    return replace(template, fields=tuple(replace(asked, critical=True) for asked in template.fields))


def reviews(verdicts: Sequence[Verdict]) -> tuple[Review, ...]:
    """Return verdicts by reviewer."""
    return tuple(Review("F", tuple(v for v in verdicts if v.reviewer == who)) for who in PEOPLE)


def run(policy: str, template: Template, told: argparse.Namespace) -> Cost:
    """Verify all forms under a policy; the forms are the same for each."""
    cost, people = Cost(), random.Random(f"{told.seed} people")
    for number in range(told.forms):
        one = case(template, random.Random(f"{told.seed} {number}"), told)
        record = verified(one, policy, people, told, cost)
        cost.forms += 1
        for asked in template.fields:
            cost.fields[asked.critical] += 1
            cost.wrong[asked.critical] += not alike(record.value(asked.key), one.truth[asked.key])
    return cost


def lines(costs: Mapping[str, Cost]) -> Iterator[str]:
    """Return the table."""
    yield "| policy | wrong per 10 000, critical | wrong per 10 000, other | keys a form | looks a form | touch s a form |"
    yield "|---|---|---|---|---|---|"
    for policy, cost in costs.items():
        told = [rate(cost.wrong[which], cost.fields[which]) for which in (True, False)]
        keys, looks = cost.keys / cost.forms, cost.looks / cost.forms
        yield f"| {policy} | {told[0]} | {told[1]} | {keys:.1f} | {looks:.1f} | {keys * KEY_S + looks * LOOK_S:.0f} |"


def rate(wrong: int, n: int) -> str:
    """Return how many of ten thousand are wrong, with an exact interval of 95 %."""
    low, high = interval(wrong, n)
    return f"{wrong / n * 1e4:.1f} ({low * 1e4:.1f} to {high * 1e4:.1f}; {wrong} of {n})"


def main() -> None:
    """Verify, and print the table."""
    ask = argparse.ArgumentParser(description="What verification leaves wrong, and what it costs.")
    ask.add_argument("--forms", type=int, default=220)
    ask.add_argument("--seed", type=int, default=1)
    for name, default in {
        "slip": 0.01,
        "waved": 0.9,
        "misled": 0.0,
        "silent": 0.0012,
        "doubted": 0.2,
        "wrong": 0.28,
    }.items():
        ask.add_argument(f"--{name}", type=float, default=default)
    told = ask.parse_args()
    template = library.read(library.shipped() / "klinisk-tarm" / "2025-1")
    for line in lines({policy: run(policy, template, told) for policy in POLICIES}):
        print(line, flush=True)


if __name__ == "__main__":
    main()
