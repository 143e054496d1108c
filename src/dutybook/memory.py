"""Limits the memory of a process, returns freed memory to the system, measures its peak, and pauses the garbage collector."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def _nothing(_: int) -> int:
    return 0


def _trim() -> Callable[[int], int]:
    """The C library's ``malloc_trim``; a function that does nothing where there is none (it is specific to glibc)."""
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim if sys.platform == "linux" else _nothing
    except (AttributeError, OSError):
        return _nothing
    return found


_malloc_trim = _trim()


def give_back() -> None:
    """Return freed memory that the C library keeps to the system.

    It keeps what lies between pieces in use: for a long document, a fifth of all the memory that reading it takes.
    Takes about a millisecond.
    """
    _malloc_trim(0)


def peak_memory() -> int:
    """The most bytes of memory that this process has used so far; 0 where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))
    except (OSError, ValueError, IndexError, StopIteration):
        return 0


@contextmanager
def no_collection() -> Iterator[None]:
    """Pause the search for cyclic garbage: a stage makes hundreds of thousands of objects and hardly a cycle.

    The searches take a sixth of the time of reading a PDF. A caller that finds the collector off leaves it off. With
    several threads, the first to end turns it on again, which only costs the others time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def exempt_from_collection() -> None:
    """Leave out all objects that there are now whenever cyclic garbage is searched for: those that a server keeps until it ends.

    A whole search looks at each object, and nobody is answered meanwhile.
    """
    gc.collect()
    gc.freeze()


def limit_memory(limit: int) -> None:
    """Let this process use so many bytes of memory at most (0: any number), and leave no core file behind if it crashes."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    if limit:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
