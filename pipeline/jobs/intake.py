"""Intake: what rests in the inbox is sealed, known and enqueued in one commit, and removed after a time of grace.

A file that is gone on with during its grace is healed: the whole takes the place of the part. The same bytes again are
no second scan: the file is a place of its own in its pile, and its sides are duplicates.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import islice

from pipeline.domain.event import EventKind
from pipeline.domain.placement import PageState
from pipeline.domain.scan import Pile, Scan
from pipeline.domain.status import Status
from pipeline.edges.crash import crash_point
from pipeline.edges.engine import Job, Work
from pipeline.edges.inbox import Candidate, Inbox
from pipeline.edges.stability import Stamp
from pipeline.edges.store import Unit
from pipeline.edges.store.scans import Arrival, Grade, ScanRow, ScanState
from pipeline.edges.vault import Sealed
from pipeline.errors import InboxError
from pipeline.jobs.office import Office
from pipeline.jobs.placing import PLACE_PRIORITY
from pipeline.stages.due import STOCKHOLM

_BLOCK = 256
_ALIKE = 0.5
_UNDONE = (Status.RECEIVED, Status.WAITING, Status.HELD)


@dataclass(slots=True)
class Taken:
    """A file that is sealed and still lies in the inbox."""

    candidate: Candidate
    since: float


class Intake:
    """Takes files out of one inbox. Times are seconds of any clock that only goes forward."""

    def __init__(self, office: Office, inbox: Inbox) -> None:
        """Begin with nothing in hand."""
        self._office = office
        self._inbox = inbox
        self._taken: dict[tuple[int, int], Taken] = {}

    def look(self, now: float, *, news: bool = True) -> int:
        """Take what rests, and remove what has had its grace; return how many files were taken."""
        count = 0
        for candidate in self._inbox.stable(now, news=news):
            known = self._known(candidate)
            if known is None and not self._receive(candidate):
                continue
            age = 0.0 if known is None else max(0.0, (self._office.now() - known).total_seconds())
            self._inbox.took(candidate)
            self._taken[candidate.stamp.file] = Taken(candidate, now - age)
            count += known is None
        self._remove(now)
        return count

    def waiting(self) -> int:
        """Return how many files have not been taken as they look now."""
        return self._inbox.waiting()

    def _remove(self, now: float) -> None:
        for file, taken in list(self._taken.items()):
            if self._inbox.still_since(taken.candidate) is None:
                del self._taken[file]
            elif now - taken.since >= self._office.habits.grace_s:
                crash_point("before_remove")
                if self._inbox.remove(taken.candidate):
                    del self._taken[file]
                    self._gone(taken.candidate)
                crash_point("after_remove")

    def _gone(self, candidate: Candidate) -> None:
        """Forget where a removed file lay: another that looks the same there later is another, and was fed."""
        with self._office.store.begin() as unit:
            unit.scans.leave(self._mac(candidate))

    def staying(self) -> int:
        """Return how many files have been taken and wait for the end of their grace."""
        return len(self._taken)

    def _receive(self, candidate: Candidate) -> bool:
        """Seal one file and make it known; False when it changed while it was copied."""
        office = self._office
        try:
            sealed = office.vault.seal_counted(candidate.path)
        except InboxError:
            if candidate.path.exists():
                raise
            return False  # another worker has taken and removed it
        crash_point("sealed")
        if not self._inbox.unchanged(candidate):
            office.vault.erase(sealed.name)
            return False
        kept = False
        try:
            with office.store.begin() as unit:
                kept = self._note(unit, candidate, sealed)
                crash_point("intake_in_transaction")
        finally:
            if not kept:
                office.vault.erase(sealed.name)
        crash_point("received")
        return True

    def _known(self, candidate: Candidate) -> dt.datetime | None:
        """Return when this very file, unchanged, was taken before a restart, if it was."""
        with self._office.store.read() as unit:
            arrivals = unit.scans.arrivals(path_mac=self._mac(candidate))
        return arrivals[0].at if arrivals else None

    def _note(self, unit: Unit, candidate: Candidate, sealed: Sealed) -> bool:
        """Make a sealed file known; False when its bytes were known already, or another worker took this very file."""
        office, now = self._office, self._office.now()
        mac = self._mac(candidate)
        known = unit.scans.get(sealed.digest)
        if known is not None and (unit.scans.arrivals(path_mac=mac) or not self._inbox.unchanged(candidate)):
            return False
        came = Arrival(sealed.digest, pile_now(unit, now, office), now, Grade.FIRST, mac)
        if known is None:
            unit.scans.add(Scan(sealed.digest, sealed.size, candidate.media.value, now), sealed.name)
        part = self._part(unit, candidate, sealed)
        healed = part is not None and outgrow(office, unit, part, sealed.digest)
        if known is not None:
            unit.scans.arrive(_graded(came, Grade.SAME_BYTES))
            office.tell(unit, EventKind.SCAN_DUPLICATE, sealed.digest, grade=Grade.SAME_BYTES.value)
            return False
        unit.scans.arrive(_graded(came, Grade.HEALED) if healed else came)
        office.tell(unit, EventKind.SCAN_RECEIVED, sealed.digest, size=sealed.size, media=candidate.media.value)
        office.engine.enqueue(unit.connection, Job(Work.PLACE, sealed.digest, 1, PLACE_PRIORITY))
        return True

    def _part(self, unit: Unit, candidate: Candidate, sealed: Sealed) -> Arrival | None:
        """Return how the part came that this file is the whole of, if it was taken too early and its content is in here."""
        if candidate.grew_from is None:
            return None
        before = unit.scans.arrivals(path_mac=self._mac(candidate, candidate.grew_from))
        part = unit.scans.get(before[0].scan) if before else None
        if part is None or before[0].grade is Grade.GROWN or part.size > sealed.size or not part.blob:
            return None
        return before[0] if self._alike(part.blob, sealed.name) >= _ALIKE else None

    def _alike(self, part: str, whole: str) -> float:
        """Return the share of a part's first 4 MiB that stands in the same place in the whole."""
        vault = self._office.vault
        short = b"".join(islice(vault.stream(part), 4))
        long = b"".join(islice(vault.stream(whole), 4))
        blocks = range(0, len(short), _BLOCK)
        same = sum(short[at : at + _BLOCK] == long[at : at + len(short[at : at + _BLOCK])] for at in blocks)
        return same / max(1, len(blocks))

    def _mac(self, candidate: Candidate, stamp: Stamp | None = None) -> str:
        """Return the keyed hash of a file as it stood in the inbox, the same seen from every machine that mounts it."""
        seen = stamp or candidate.stamp
        return self._office.vault.mac("arrival", f"{seen.size}/{seen.mtime_ns}/{candidate.path.name}".encode())


def _graded(came: Arrival, grade: Grade) -> Arrival:
    return Arrival(came.scan, came.pile, came.at, grade, came.path_mac)


def outgrow(office: Office, unit: Unit, part: Arrival, whole: str) -> bool:
    """Count a file that was taken too early where it came whole; the scan of the part stands if others came as it.

    False, and nothing done, when the part cannot be superseded, or when sides of the whole are duplicates already: they
    may be so because of the part.
    """
    scan = unit.scans.get(part.scan)
    if scan is None or any(page.state is PageState.DUPLICATE for page in unit.pages.sides_of(whole)):
        return False
    others = [one for one in unit.scans.arrivals(part.scan) if one != part and one.grade is not Grade.GROWN]
    if others or scan.state is ScanState.SUPERSEDED:
        office.tell(unit, EventKind.SCAN_HEALED, scan.digest, by=whole)
    elif not supersede(office, unit, scan, whole):
        return False
    if others and part.grade is not Grade.SAME_BYTES:
        unit.scans.regrade(others[-1], part.grade)
    unit.scans.regrade(part, Grade.GROWN)
    return True


def supersede(office: Office, unit: Unit, part: ScanRow, whole: str) -> bool:
    """Let a whole file take the place of a part taken too early; its forms that nobody has worked on are withdrawn.

    False, and nothing done, when somebody has begun to work on a form of the part: then the whole counts as a scan of
    its own, and its sides that are known are told as duplicates.
    """
    forms = {page.form for page in unit.pages.sides_of(part.digest) if page.form}
    states = [state for form in forms if (state := unit.forms.state(form)) is not None]
    if any(state.status not in _UNDONE for state in states):
        return False
    if not unit.scans.move(part, ScanState.SUPERSEDED):
        return False
    for state in states:
        office.tell(unit, EventKind.FORM_WITHDRAWN, state.form, generation=state.generation + 1, reason="healed")
        unit.tasks.drop(state.form)
        unit.search.erase(state.form)
    office.tell(unit, EventKind.SCAN_HEALED, part.digest, by=whole)
    return True


def name_pile(office: Office, arrived: dt.date, sides_fed: int | None) -> Pile:
    """Name the pile being scanned; named again for the same day, its count is what was told last, if it is told."""
    with office.store.begin() as unit:
        now = office.now()
        latest = unit.piles.latest()
        if latest is not None and latest.arrived == arrived:
            pile = Pile(latest.id, arrived, latest.sides_fed if sides_fed is None else sides_fed)
        else:
            pile = Pile(_free_id(unit, arrived), arrived, sides_fed)
        unit.piles.name(pile, now)
        office.tell(unit, EventKind.PILE_NAMED, pile.id, sides_fed=pile.sides_fed)
        return pile


def pile_now(unit: Unit, now: dt.datetime, office: Office) -> str:
    """Return the pile that what is scanned now belongs to: the one named today, else a new one of today's."""
    today = now.astimezone(STOCKHOLM).date()
    latest = unit.piles.latest()
    named = unit.ledger.last(EventKind.PILE_NAMED)
    if latest is not None and named is not None and named.at.astimezone(STOCKHOLM).date() == today:
        return latest.id
    pile = Pile(_free_id(unit, today), today, None)
    unit.piles.name(pile, now)
    office.tell(unit, EventKind.PILE_NAMED, pile.id, sides_fed=None)
    return pile.id


def _free_id(unit: Unit, arrived: dt.date) -> str:
    number, name = 1, arrived.isoformat()
    while unit.piles.get(name) is not None:
        number += 1
        name = f"{arrived.isoformat()}-{number}"
    return name
