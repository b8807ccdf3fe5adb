"""Files by their place in a pile: every time a file came is a place of its own, also when its bytes had come before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.domain.event import EventKind
from pipeline.domain.placement import BETWEEN, PageState, Reason
from pipeline.edges.store import Unit
from pipeline.edges.store.pages import PageRow
from pipeline.edges.store.scans import Arrival, Grade, ScanRow, ScanState
from pipeline.errors import StoreError


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file came: its pile, if it has one, and its number there, from 1."""

    pile: str | None
    file: int | None


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file by its place. `first` is where the same bytes came first, None when that is here."""

    place: Place
    arrival: Arrival
    scan: ScanRow
    first: Place | None = None

    @property
    def again(self) -> bool:
        """Tell whether its bytes had come before, so that all its sides are duplicates."""
        return self.arrival.grade is Grade.SAME_BYTES

    @property
    def grown(self) -> bool:
        """Tell whether this was a part taken too early, whose sides are counted where it came whole."""
        return self.arrival.grade is Grade.GROWN or (self.scan.state is ScanState.SUPERSEDED and not self.again)

    @property
    def reading(self) -> bool:
        """Tell whether its sides are still being placed."""
        return not self.grown and self.scan.state is ScanState.RECEIVED

    def unopened(self, sides: int) -> bool:
        """Tell whether the file, with the sides known of it, could not be opened, or not to its end."""
        return not (self.grown or self.reading) and (self.scan.reason is not None or not sides)


@dataclass(frozen=True, slots=True)
class FoundSide:
    """A side by its place; of a file that came again it shows the first copy's page, and is a duplicate of it.

    `between` are two templates, as NAME@VERSION, that it cannot be told apart by.
    """

    file: FoundFile
    page: PageRow
    between: tuple[str, ...] = ()

    @property
    def state(self) -> PageState:
        """Return the state the side ended in."""
        return PageState.DUPLICATE if self.file.again else self.page.state

    @property
    def reason(self) -> str | None:
        """Return why it is no side of a form."""
        return Reason.SAME_BYTES.value if self.file.again else self.page.reason

    @property
    def form(self) -> str | None:
        """Return the form it belongs to; a side that came again belongs to none."""
        return None if self.file.again else self.page.form

    @property
    def counted(self) -> str | None:
        """Return the form that counts this side as its own: a form that repeats another counts none."""
        return None if self.state is PageState.DUPLICATE else self.form


def between(unit: Unit, page: PageRow) -> tuple[str, ...]:
    """Return the two templates, as NAME@VERSION, that a side cannot be told apart by; nothing of any other side."""
    if page.reason != Reason.TEMPLATES_TOO_ALIKE.value:
        return ()
    tries = unit.events(str(page.id), kinds=(EventKind.PAGE_SET_ASIDE,))
    told = [event for event in tries if event.param(BETWEEN[-1])]
    return tuple(str(told[-1].param(name)) for name in BETWEEN) if told else ()


class Places:
    """Where files came, within one unit; the files of each pile are numbered once."""

    def __init__(self, unit: Unit) -> None:
        """Number nothing yet."""
        self._unit = unit
        self._numbers: dict[str, dict[Arrival, int]] = {}

    def files(self, pile: str) -> Iterator[FoundFile]:
        """Give the files of a pile in the order they came."""
        for arrival in self._numbered(pile):
            scan = self._unit.scans.get(arrival.scan)
            if scan is not None:
                yield self._file(arrival, scan)

    def at(self, pile: str, file: int) -> FoundFile:
        """Return the file of that number in a pile.

        Raises:
            StoreError: when there is no such pile, or no such file in it.
        """
        if self._unit.piles.get(pile) is None:
            raise StoreError("pile_unknown", hint="find_pile")
        found = next((one for one in self.files(pile) if one.place.file == file), None)
        if found is None:
            raise StoreError("file_unknown", hint="find_sides")
        return found

    def of_scan(self, scan: ScanRow) -> Iterator[FoundFile]:
        """Give every time a file of these bytes came."""
        for arrival in reversed(self._unit.scans.arrivals(scan.digest)):
            yield self._file(arrival, scan)

    def sides(self, file: FoundFile) -> tuple[FoundSide, ...]:
        """Return the sides of a file as far as they are known; a part that came whole later has none of its own."""
        if file.grown:
            return ()
        pages = self._unit.pages.of_scan(file.scan.digest)
        return tuple(FoundSide(file, page, between(self._unit, page)) for page in pages)

    def _file(self, arrival: Arrival, scan: ScanRow) -> FoundFile:
        first = self._first(arrival) if arrival.grade is Grade.SAME_BYTES else None
        return FoundFile(self._place(arrival), arrival, scan, first)

    def _first(self, again: Arrival) -> Place:
        came = tuple(reversed(self._unit.scans.arrivals(again.scan)))
        return self._place(next((one for one in came if one.grade is not Grade.GROWN), came[0]))

    def _place(self, arrival: Arrival) -> Place:
        if arrival.pile is None:
            return Place(None, None)
        return Place(arrival.pile, self._numbered(arrival.pile).get(arrival))

    def _numbered(self, pile: str) -> dict[Arrival, int]:
        if pile not in self._numbers:
            came = reversed(self._unit.scans.arrivals(pile=pile))
            self._numbers[pile] = {arrival: number for number, arrival in enumerate(came, start=1)}
        return self._numbers[pile]
