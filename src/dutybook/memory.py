"""Gives back to the system what the C library keeps of freed memory; keeps the garbage collector out of the way."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def _nothing(_: int) -> int:
    return 0


def _trim() -> Callable[[int], int]:
    """The C library's ``malloc_trim``; where there is none (it is glibc's own), what does nothing."""
    try:
        found: Callable[[int], int] = ctypes.CDLL(None).malloc_trim if sys.platform == "linux" else _nothing
    except (AttributeError, OSError):
        return _nothing
    return found


_malloc_trim = _trim()


def give_back() -> None:
    """Give the system what the C library keeps of freed memory.

    It keeps what lies between pieces still in use: of a long document, a fifth of all the memory it takes to read it.
    Takes about a millisecond.
    """
    _malloc_trim(0)


def peak_memory() -> int:
    """The most bytes of memory that this program has held so far; 0 where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))
    except (OSError, ValueError, IndexError, StopIteration):
        return 0


@contextmanager
def no_collection() -> Iterator[None]:
    """No search for cyclic garbage meanwhile: a stage makes hundreds of thousands of objects and hardly a cycle.

    The searches take a sixth of the time of reading a PDF. Whoever finds the collector off leaves it off; with several
    threads the first to end turns it on again, which costs the others time and nothing else.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
