"""The engine on DBOS: the only module that knows it.

Jobs stand in the workspace's own database, so that they can be added in the commit that makes them needed. Only ids
are kept there, as plain JSON. A worker has a name of its own and an OS lock on it: a second process of the same name
would take the first one's work for its own. The name of the application's version is a constant, so that jobs survive an
upgrade. Other programs than the worker only add jobs; they never launch.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import logging
import os
import re
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import Connection

from pipeline.edges import logs
from pipeline.edges.crash import crash_point
from pipeline.edges.engine import Engine, Handler, Job, Work
from pipeline.edges.rights import make_folder, opener
from pipeline.edges.store.opening import told
from pipeline.errors import StoreError

APP = "blankett"
APP_VERSION = "pipeline-1"
_QUEUES = {work: f"blankett-{work}" for work in Work}
_ALL = list(_QUEUES.values())
_LIVE = ["ENQUEUED", "PENDING", "DELAYED"]
_ENDED = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_WORKFLOW = "blankett_job"
_POOL = 20
_BATCH = 500


class DbosEngine(Engine):
    """DBOS on SQLite or PostgreSQL. Without `start` it only adds jobs, and may be used beside a worker."""

    def __init__(self, url: str, worker: str, locks: Path, *, concurrency: int = 2, poll_seconds: float = 0.15) -> None:
        """Use the database at `url`; the worker's lock is kept in the folder `locks`.

        `concurrency` is how many forms are read at once, 8 at most. Scans are placed one at a time: a page's pixels and
        what is made of them take much memory, and forms that are ready to be read must not wait for a long scan.
        """
        self._url = url
        self._worker = worker
        self._locks = locks
        self._concurrency = min(concurrency, 8)
        self._poll = poll_seconds
        self._client = self._connect()
        self._lock_file: int | None = None
        self._launched = False

    @property
    def worker(self) -> str:
        """Return the worker's name."""
        return self._worker

    def _connect(self) -> DBOSClient:
        """Return a client; the engine's tables are made first, for it cannot be done within a caller's transaction.

        That takes the lock of a writer, also when they are there: whoever only looks does without an engine.
        """
        _quiet()
        with told():
            DBOS.migrate(self._url)
        return DBOSClient(
            system_database_url=self._url,
            serializer=DBOSPortableJSONSerializer(),
            system_database_pool_size=3,
            application_name=APP,
            lazy=True,
        )

    def start(self, handlers: Mapping[Work, Handler]) -> None:
        """Launch: what this worker had begun before it died is taken up first."""
        self._take_name()
        self.fault = None
        at_once = {Work.PLACE: 1, Work.READ: self._concurrency, Work.DELIVER: 2}
        for work, queue in _QUEUES.items():
            self._client.register_queue(queue, worker_concurrency=at_once[work], polling_interval_sec=self._poll)
        DBOS(
            config={
                "name": APP,
                "system_database_url": self._url,
                "sys_db_pool_size": _POOL,
                "application_version": APP_VERSION,
                "executor_id": self._worker,
                "serializer": DBOSPortableJSONSerializer(),
                "use_listen_notify": False,
                "log_level": "WARNING",
                "run_migrations": False,
            }
        )
        _quiet()
        self._register(handlers)
        DBOS.listen_queues(_ALL)
        DBOS.launch()
        self._launched = True

    def _register(self, handlers: Mapping[Work, Handler]) -> None:
        """Make the one workflow: one step around the job's handler."""

        @DBOS.step(name="blankett_step")
        def step(work: str, subject: str, generation: int) -> str:
            if self.fault is not None:
                return "stopped"
            try:
                handlers[Work(work)](subject, generation)
            except BaseException as error:
                self.fault = error
                return "failed"
            crash_point("before_checkpoint")
            return "done"

        @DBOS.workflow(name=_WORKFLOW, max_recovery_attempts=100)
        def job(work: str, subject: str, generation: int) -> str:
            return step(work, subject, generation)

    def enqueue(self, connection: Connection, job: Job) -> None:
        """Add a job in the caller's transaction."""
        self._client.enqueue_in_transaction(connection, _options(job), str(job.work), job.id, job.generation)

    def ensure(self, jobs: Sequence[Job]) -> int:
        """Add what is neither waiting nor running; what ended is forgotten first, so that it may run again."""
        added = 0
        for first in range(0, len(jobs), _BATCH):
            batch = jobs[first : first + _BATCH]
            known = self._client.list_workflows(workflow_ids=[job.key for job in batch], load_input=False, load_output=False)
            ended = [status.workflow_id for status in known if status.status in _ENDED]
            if ended:
                self._client.delete_workflows(ended)
            live = {status.workflow_id for status in known} - set(ended)
            for job in batch:
                if job.key not in live:
                    self._client.enqueue(_options(job), str(job.work), job.id, job.generation)
                    added += 1
        return added

    def drain(self, timeout: float) -> bool:
        """Look again and again until the list is empty."""
        end = time.monotonic() + timeout
        while self.fault is None and time.monotonic() < end:
            waits = self._client.list_workflows(status=_LIVE, queue_name=_ALL, limit=1, load_input=False, load_output=False)
            if not waits:
                return True
            time.sleep(self._poll)
        return False

    def reap(self, alive: Collection[str]) -> int:
        """Put what dead workers had begun back in its own queue."""
        began = self._client.list_workflows(status="PENDING", queue_name=_ALL, load_input=False, load_output=False)
        kept = {*alive, self._worker}
        for queue in _ALL:
            orphans = [s.workflow_id for s in began if s.executor_id not in kept and s.queue_name == queue]
            if orphans:
                self._client.resume_workflows(orphans, queue_name=queue)
        return sum(1 for status in began if status.executor_id not in kept)

    def purge(self, before: dt.datetime) -> int:
        """Delete ended jobs, some hundred at a time."""
        count = 0
        while True:
            old = self._client.list_workflows(
                status=_ENDED, completed_before=before.isoformat(), limit=_BATCH, load_input=False, load_output=False
            )
            if not old:
                return count
            self._client.delete_workflows([status.workflow_id for status in old])
            count += len(old)

    def wipe(self) -> None:
        """Delete every job, whatever its state."""
        while jobs := self._client.list_workflows(limit=_BATCH, load_input=False, load_output=False):
            self._client.delete_workflows([status.workflow_id for status in jobs])

    def stop(self) -> None:
        """Let what runs come to its end, at most half a minute; then close."""
        if self._launched:
            idle = not self._client.list_workflows(
                status="PENDING", executor_id=self._worker, limit=1, load_input=False, load_output=False
            )
            DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=0 if idle else 30)
            self._launched = False
        self._client.destroy()
        if self._lock_file is not None:
            os.close(self._lock_file)
            self._lock_file = None

    def _take_name(self) -> None:
        """Lock the worker's name for as long as the process lives; the system lets go of it even after SIGKILL."""
        try:
            make_folder(self._locks)
            handle = opener(
                self._locks / f"worker-{re.sub(r'[^A-Za-z0-9_.-]', '_', self._worker)}.lock", os.O_RDWR | os.O_CREAT
            )
        except PermissionError:
            raise StoreError("workspace_files", hint="workspace_files") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise StoreError("worker_already_runs", hint="name_the_worker", worker=self._worker) from None
        self._lock_file = handle


def _options(job: Job) -> EnqueueOptions:
    """Return how the engine is told of a job. Priority 0 would come before all, so it begins at 1."""
    return {
        "workflow_name": _WORKFLOW,
        "queue_name": _QUEUES[job.work],
        "workflow_id": job.key,
        "app_version": APP_VERSION,
        "priority": max(1, job.priority),
    }


class _Told(logging.Handler):
    """Tells in our log where the engine complained, and nothing of what it said: its messages may hold statements."""

    def emit(self, record: logging.LogRecord) -> None:
        """Tell the place."""
        logs.logger().warning("engine", where=f"{record.module}:{record.lineno}")


def _quiet() -> None:
    """Let the engine log to nobody but our own log."""
    logger = logging.getLogger("dbos")
    logger.propagate = False
    for handler in list(logger.handlers):
        if not isinstance(handler, _Told):
            logger.removeHandler(handler)
    if not logger.handlers:
        logger.addHandler(_Told(logging.WARNING))
