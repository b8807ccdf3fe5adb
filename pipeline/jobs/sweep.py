"""The sweeper: the tables are the truth, and what they say must be done is done, whatever the engine remembers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.edges.engine import Work
from pipeline.jobs.assembling import assemble_all, jobs_to_read
from pipeline.jobs.office import Office
from pipeline.jobs.placing import jobs_to_place, place_scan
from pipeline.jobs.reading import read_form
from pipeline.jobs.submit import deliver, freeze_waiting, jobs_to_deliver


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found: jobs put back in the list, leases that had expired, jobs of dead workers."""

    jobs: int
    leases: int
    orphans: int


def sweep(office: Office, worker: str = "") -> Swept:
    """Enqueue what the tables say must be done, let go of expired leases, take over what dead workers had begun."""
    now = office.now()
    freeze_waiting(office)
    with office.store.begin() as unit:
        if worker:
            unit.workers.beat(worker, now)
        leases = unit.tasks.expire(now)
        assemble_all(office, unit)
        jobs = [*jobs_to_deliver(office, unit), *jobs_to_read(office, unit), *jobs_to_place(unit)]
        dead_since = now - dt.timedelta(seconds=office.habits.dead_after_s)
        alive = [name for name, heard in unit.workers.heard().items() if heard >= dead_since]
    return Swept(office.engine.ensure(jobs), leases, office.engine.reap(alive))


def beat(office: Office, worker: str) -> None:
    """Tell that a worker is alive."""
    with office.store.begin() as unit:
        unit.workers.beat(worker, office.now())


def start(office: Office) -> None:
    """Start the engine with this office's handlers."""
    office.engine.start(
        {
            Work.PLACE: lambda digest, generation: place_scan(office, digest, generation),
            Work.READ: lambda form, generation: read_form(office, form, generation),
            Work.DELIVER: lambda key, generation: deliver(office, key, generation),
        }
    )


def purge(office: Office, keep_days: int) -> int:
    """Let the engine forget finished work older than some days."""
    return office.engine.purge(office.now() - dt.timedelta(days=keep_days))
