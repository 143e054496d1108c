"""Failures that say that a thing is not there, and asking for a document in the forms that there are, one after another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from dutybook.errors import SourceError
from dutybook.ingest.sources.interface import Fetched

_MISSING = re.compile(r"\[(?:404|410)\]|status (?:404|410)\b")


def is_missing(error: SourceError) -> bool:
    """Whether a service answered that there is no such thing (404 or 410)."""
    return error.lasting and _MISSING.search(str(error)) is not None


def first_of(tries: Iterable[Callable[[], Fetched]], what: str) -> Fetched:
    """The first form of a document that can be had.

    Raises:
        SourceError: what was said of the last one; at once, where later may be better.
    """
    problem: SourceError | None = None
    for each in tries:
        try:
            return each()
        except SourceError as error:
            if not error.lasting:
                raise
            problem = error
    raise problem or SourceError(f"{what} has no text that can be had", lasting=True)
