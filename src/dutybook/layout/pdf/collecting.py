"""Keeps Python's cyclic garbage collector out of the way while a document is read."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """No search for cyclic garbage meanwhile: reading makes hundreds of thousands of objects and hardly a cycle.

    The searches take a sixth of the time of reading. Whoever finds the collector off leaves it off; with several
    threads the first to end turns it on again, which costs the others time and nothing else.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
