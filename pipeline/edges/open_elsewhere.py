"""Whether another process has a file open for writing, where the kernel can tell.

A read lease is granted only while nobody has the file open for writing; it is given up at once. That sees writers on
this machine, a file server's too; for files on somebody else's server the kernel refuses leases, and nobody knows.
Source: fcntl(2), F_SETLEASE.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
from pathlib import Path


def open_for_writing(path: Path) -> bool:
    """Tell whether someone is known to have the file open for writing; false where that cannot be known."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        # A writer who comes while we hold the lease makes the kernel signal us: by one that is ignored, not SIGIO,
        # whose default would end this process.
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        return error.errno in (errno.EAGAIN, errno.EBUSY)
    finally:
        os.close(file)
    return False
