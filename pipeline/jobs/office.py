"""The office: everything a day's work needs, opened once and handed to every job."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pipeline.domain.calibration import Calibration
from pipeline.domain.disease import Catalogue
from pipeline.domain.event import Event, EventKind, Param
from pipeline.domain.library import Library
from pipeline.domain.notification import Credential
from pipeline.domain.placement import Placed, Rejection
from pipeline.domain.policy import ParsePolicy, PlacePolicy, Policy
from pipeline.domain.reading import Clip, Reader
from pipeline.domain.review import Task
from pipeline.domain.scan import Page
from pipeline.domain.submission import Gateway
from pipeline.domain.template import Template
from pipeline.domain.town import Towns
from pipeline.edges import calibration, towns
from pipeline.edges.access import Access, AccessLog, Action
from pipeline.edges.engine import Engine
from pipeline.edges.parser import PageFault
from pipeline.edges.rights import as_its_folder
from pipeline.edges.scratch import Scratch
from pipeline.edges.store import Store, Unit
from pipeline.edges.vault import Vault
from pipeline.errors import TemplateError

Pages = Callable[[Path, ParsePolicy, int], Iterator[Page | PageFault]]


@dataclass(frozen=True, slots=True)
class Sight:
    """How paper is seen: the parser (from a page number on), the verbs that place and cut, and the readers.

    `sign` says what a placed page is known again by when the same paper comes in another scan, `look` what the form of a
    page is known again by that no template fits.
    """

    pages: Pages
    place: Callable[[Page, Library, PlacePolicy], Placed | Rejection]
    cut: Callable[[Page, Placed, Library], tuple[Clip, ...]]
    readers: tuple[Reader, ...]
    sign: Callable[[Page, Placed, Library], bytes] = lambda page, placed, library: b""
    look: Callable[[Page], bytes] = lambda page: b""


@dataclass(frozen=True)
class Doors:
    """How the costly things are opened; each is called once at most, on first need.

    The library is opened again when `stamp`, which tells its files apart from any that were there before, is another.
    """

    sight: Callable[[], Sight]
    library: Callable[[], Library]
    catalogue: Callable[[], Catalogue]
    gateway: Callable[[], Gateway | None]
    looks: Callable[[], AccessLog]
    calibration: Callable[[], Calibration] = calibration.load
    stamp: Callable[[], str] = lambda: ""


@dataclass(frozen=True)
class Habits:
    """What a workspace has settled on: policies, who we are, and how patient each wait is, in seconds."""

    policy: Policy = field(default_factory=Policy)
    addressee: str = ""
    registrar: str = ""
    unit: str = ""
    recipient: str = ""
    credential: Credential = Credential.GROUP
    lease_s: float = 600.0
    second_s: float = 7200.0
    blind_share: float = 0.02
    grace_s: float = 120.0
    first_retry_s: float = 5.0
    last_retry_s: float = 600.0
    dead_after_s: float = 60.0


class Office:
    """A workspace at work."""

    def __init__(self, store: Store, engine: Engine, doors: Doors, habits: Habits, scratch: Scratch) -> None:
        """Work on an open store with an engine; what must be a file for a moment lies in a scratch of the worker's name."""
        self.store = store
        self.engine = engine
        self.habits = habits
        self._scratch = scratch
        self.clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
        self._doors = doors
        self._stamp = ""

    @property
    def worker(self) -> str:
        """Return the worker's name."""
        return self._scratch.name

    @property
    def scratch(self) -> Path:
        """Return the folder for what must be a file for a moment; it goes when the office is closed."""
        return self._scratch.folder

    @property
    def tries(self) -> Path:
        """Return the folder of the counts that outlive a killed process."""
        return self._scratch.tries

    def tidy(self) -> None:
        """Remove the temporary files of processes that were killed."""
        self._scratch.sweep()

    @property
    def vault(self) -> Vault:
        """Return the vault."""
        return self.store.vault

    @property
    def policy(self) -> Policy:
        """Return the policies."""
        return self.habits.policy

    @cached_property
    def sight(self) -> Sight:
        """Return parser, placing verbs and readers."""
        return self._doors.sight()

    @cached_property
    def library(self) -> Library:
        """Return all templates with their blanks, as they were when they were first needed or last renewed."""
        self._stamp = self._doors.stamp()
        return self._doors.library()

    def template(self, template_id: str) -> Template:
        """Return the template NAME@VERSION that a form was placed on.

        Raises:
            TemplateError: when it is gone, or has faults.
        """
        try:
            return self.library.template(template_id)
        except KeyError:
            raise TemplateError("template_unknown", hint="templates_check", template=template_id) from None

    def stuck(self, tasks: Sequence[Task]) -> tuple[Task, ...]:
        """Return those of some tasks that nobody can take, because their form's template has faults or is gone."""
        known = {template.id for template in self.library} if tasks else frozenset()
        return tuple(task for task in tasks if task.template_id not in known)

    def renew_library(self) -> bool:
        """Take up templates that came, went or changed; faulty ones wait till they are mended. Tell whether any did."""
        stamp, before = self._doors.stamp(), self.library.digest
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            self.library = self._doors.library()
        except TemplateError:
            return False
        return self.library.digest != before

    @cached_property
    def catalogue(self) -> Catalogue:
        """Return the notifiable diseases."""
        return self._doors.catalogue()

    @cached_property
    def towns(self) -> Towns:
        """Return what is known of towns."""
        return towns.load()

    @property
    def calibration(self) -> Calibration:
        """Return what confidences have proved to be worth, as it stands now: another may be adopted while a worker works."""
        return self._doors.calibration()

    @cached_property
    def gateway(self) -> Gateway | None:
        """Return the way to the recipient, or None when none is set."""
        return self._doors.gateway()

    @cached_property
    def looks(self) -> AccessLog:
        """Return the access log."""
        return self._doors.looks()

    def now(self) -> dt.datetime:
        """Return the time, with time zone."""
        return self.clock()

    def tell(self, unit: Unit, kind: EventKind, subject: str, **params: Param) -> int:
        """Append an event of now, by the machine."""
        return unit.append(Event(kind, subject, self.now(), tuple(params.items())))

    def saw(self, user: str, action: Action, subject: str = "", detail: str = "") -> None:
        """Note in the access log who did what; what cannot be noted may not be shown."""
        self.looks.record(Access(user, action, subject, self.now(), self.habits.unit, detail))

    def close(self) -> None:
        """Stop the engine, close every connection and remove the temporary files."""
        self.engine.stop()
        self._scratch.close()
        self.store.close()
        if "looks" in self.__dict__:
            self.looks.close()
        close = getattr(self.__dict__.get("gateway"), "close", None)
        if close is not None:
            close()

    @contextmanager
    def as_file(self, blob: str) -> Iterator[Path]:
        """Open a sealed file to a private path for a moment; it is removed whatever happens."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as folder:
            path = as_its_folder(Path(folder)) / "scan"
            self.vault.open_to(blob, path)
            yield path


def report_bug(office: Office, subject: str, bug: BaseException) -> None:
    """Tell of a bug in the ledger: its type and place, and nothing that it says."""
    trace = bug.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{Path(trace.tb_frame.f_code.co_filename).stem}:{trace.tb_lineno}" if trace else "unknown"
    with office.store.begin() as unit:
        office.tell(unit, EventKind.BUG, subject, type=type(bug).__name__, where=where)
