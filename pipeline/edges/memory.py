"""Giving memory back: the system's own allocator keeps what threads let go of, unless it is asked not to."""

from __future__ import annotations

import ctypes

_ARENA_MAX, _TRIM_THRESHOLD, _MMAP_THRESHOLD = -8, -1, -3
_MIB = 1 << 20


def be_frugal() -> bool:
    """Let threads share two arenas, and give large pieces back at once; False where the allocator is not glibc's."""
    libc = _glibc()
    if libc is None:
        return False
    return all((libc.mallopt(_ARENA_MAX, 2), libc.mallopt(_TRIM_THRESHOLD, _MIB), libc.mallopt(_MMAP_THRESHOLD, _MIB)))


def give_back() -> None:
    """Give what is free back to the system."""
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    try:
        libc = ctypes.CDLL("libc.so.6")
        return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
    except OSError:
        return None
