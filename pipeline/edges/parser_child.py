"""The child that opens files nobody vouches for: limits first, then one page after the other down the pipe.

It is started by `parser_process` with the file open, writes nothing but the pipe, and dies with its parent.
Nothing here loads the domain: starting is paid once for every scan.
"""

from __future__ import annotations

import fcntl
import os
import resource
import select
import signal
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from pipeline.edges.parser_wire import Limits, Picture, Refused, framed, page_header
from pipeline.edges.sniffing import Media, sniff

_MIB = 1024 * 1024


class Document(Protocol):
    """An opened file: how many pages it has, and each of them."""

    @property
    def count(self) -> int:
        """Return how many sides of paper there are."""

    def picture(self, number: int) -> Picture:
        """Return one page, numbered from 1.

        Raises:
            Refused: when the page cannot go on.
        """


def main(argv: list[str]) -> None:
    """Parse the open file `argv[0]` under the limits `argv[1]`, and leave without tidying up."""
    guarded(argv, _told)


def guarded(argv: list[str], told: Callable[[BinaryIO, Limits], Iterator[bytes]]) -> None:
    """Write what is told of the open file `argv[0]` down the pipe, under the limits `argv[1]`, and leave."""
    limits = Limits.from_json(argv[1])
    _die_with_parent()
    _confine(limits)
    pipe_number = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    with os.fdopen(int(argv[0]), "rb") as file, os.fdopen(pipe_number, "wb", buffering=0) as pipe:
        _write(pipe, framed({"kind": "ready"}))
        for part in told(file, limits):
            _write(pipe, part)
    os._exit(0)


def _told(file: BinaryIO, limits: Limits) -> Iterator[bytes]:
    try:
        document = _opened(file, limits)
        _allow(limits, document.count)
    except ImportError:
        # Our own libraries are not whole: the machine's fault, never told as the paper's.
        yield framed({"kind": "lack"})
        return
    except Exception as error:
        yield framed({"kind": "refuse", **_account(error, "damaged")})
        return
    yield framed({"kind": "open", "pages": document.count})
    for number in limits.wanted(document.count):
        signal.setitimer(signal.ITIMER_PROF, limits.page_seconds)
        try:
            picture = document.picture(number)
        except Exception as error:
            yield framed({"kind": "fault", "number": number, **_account(error, "page_damaged")})
            continue
        signal.setitimer(signal.ITIMER_PROF, 0)
        yield framed(page_header(number, picture))
        yield picture.pixels
        del picture
    yield framed({"kind": "end"})


def _opened(file: BinaryIO, limits: Limits) -> Document:
    """Open by content; libraries are loaded only for what the file is."""
    media = sniff(file)
    if media is Media.PDF:
        from pipeline.edges.parser_pdf import PdfFile

        return PdfFile(file, limits)
    if media in (Media.TIFF, Media.PNG, Media.JPEG):
        from pipeline.edges.parser_pictures import PictureFile

        return PictureFile(file, media, limits)
    raise Refused("damaged" if media is Media.EMPTY else "not_a_document")


def _account(error: Exception, otherwise: str) -> dict[str, object]:
    """Say what went wrong in a reason and numbers; never with a message, which may quote the file."""
    if isinstance(error, Refused):
        return {"reason": error.reason, "params": error.params}
    if isinstance(error, MemoryError):
        return {"reason": "too_much_memory", "params": {}}
    if isinstance(error, RecursionError):
        return {"reason": "too_deep", "params": {}}
    return {"reason": otherwise, "params": {"error": type(error).__name__}}


def _confine(limits: Limits) -> None:
    """Set limits on memory and processor time; write no file, and no memory image when killed."""
    memory = int(limits.max_mib) * _MIB
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    hard = int(limits.max_seconds + limits.max_pages * limits.page_seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (int(limits.max_seconds) + 1, hard))
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)


def _allow(limits: Limits, pages: int) -> None:
    """Give the processor time that so many pages may take in the mean: one second each on top of the opening."""
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (min(hard, int(limits.max_seconds) + pages + 1), hard))


def _die_with_parent() -> None:
    """Ask the kernel to end us when the parent's end of our input closes, whatever we are busy with then."""
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    closed = select.poll()
    closed.register(0, select.POLLHUP)
    if closed.poll(0):
        os._exit(1)


def _write(pipe: BinaryIO, part: bytes) -> None:
    view = memoryview(part)
    while view:
        view = view[pipe.write(view) :]
