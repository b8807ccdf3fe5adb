"""The only way into a file: its pages, one at a time, out of a child process that may die.

A file that cannot be opened raises `Unreadable` with its reason; a page that cannot be read is a `PageFault` between
the others. The child has limits on memory and processor time, the parent on waiting. One page's pixels at a time cross
the pipe, so that a scan of a thousand pages needs no more memory than one of two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.placement import Reason, Rejection
from pipeline.domain.policy import ParsePolicy
from pipeline.domain.scan import Page
from pipeline.edges.completeness import Shape, examine
from pipeline.edges.parser_process import Child, Died, Said, Unreadable
from pipeline.edges.parser_wire import Limits
from pipeline.errors import InboxError

__all__ = ["PageFault", "Unreadable", "limits_of", "page", "pages", "probe"]

_DEATHS = 3


@dataclass(frozen=True, slots=True)
class PageFault:
    """A page of an otherwise readable file that cannot go on."""

    number: int
    rejection: Rejection


def pages(path: Path, policy: ParsePolicy, *, first: int = 1, only: int | None = None) -> Iterator[Page | PageFault]:
    """Give the pages of a file in order, each exactly once, from `first` on or `only` one.

    Nothing is opened before the first page is asked for; closing the iterator ends the child. A child that dies over a
    page makes that page a `PageFault`, and another child goes on behind it; after three such deaths the pages that
    remain are faults too, so that every side of paper still ends in one state.

    Raises:
        Unreadable: when the file as a whole cannot be read; the first `next` raises it if nothing could be read.
        InboxError: when the file cannot be opened by us at all.
    """
    start, deaths, count = first, 0, 0
    while True:
        limits = limits_of(policy, start, only)
        try:
            child = Child(path, limits)
        except OSError as error:
            raise InboxError("file_unreadable", hint="check_rights", errno=error.errno or 0) from None
        with child:
            try:
                for said in child.conversation():
                    count = said.count
                    if said.item is not None:
                        yield _item(said)
                        start = said.number + 1
                return
            except Died as death:
                rejection = death.rejection
        if not count or not start <= (last := count if only is None else only):
            raise Unreadable(rejection)
        deaths += 1
        stop = last if deaths >= _DEATHS else start
        for number in range(start, stop + 1):
            yield PageFault(number, rejection)
        start = stop + 1
        if start > last:
            return


def page(path: Path, policy: ParsePolicy, number: int) -> Page | PageFault:
    """Give one page of a file, by its number from 1.

    Raises:
        Unreadable: when the file has no such page, or cannot be read at all.
        InboxError: when the file cannot be opened by us at all.
    """
    for found in pages(path, policy, only=number):
        return found
    raise Unreadable(Rejection(Reason.NO_PAGES))


def probe(path: Path) -> Shape:
    """Tell what a file is by its content, and whether it is complete, without decoding it.

    Raises:
        InboxError: when the file cannot be opened by us at all.
    """
    try:
        with path.open("rb") as file:
            return examine(file)
    except OSError as error:
        raise InboxError("file_unreadable", hint="check_rights", errno=error.errno or 0) from None


def limits_of(policy: ParsePolicy, first: int = 1, only: int | None = None) -> Limits:
    """Return what the child may use, and which pages are wanted of it."""
    return Limits(
        max_pixels=policy.max_pixels,
        max_pages=policy.max_pages,
        max_objects=policy.max_objects,
        max_seconds=policy.max_seconds,
        page_seconds=policy.page_seconds,
        max_mib=policy.max_mib,
        render_dpi=policy.render_dpi,
        min_dpi=policy.min_dpi,
        first=first,
        only=only,
    )


def _item(said: Said) -> Page | PageFault:
    if isinstance(said.item, Rejection):
        return PageFault(said.number, said.item)
    assert said.item is not None  # noqa: S101 - the caller has looked
    return said.item
