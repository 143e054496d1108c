"""The history of a register, for those who want to see or check it."""

from __future__ import annotations

from collections.abc import Iterator

from dutybook.store.database.connection import translated
from dutybook.store.judgements import history
from dutybook.store.judgements.history import HistoryRow, Verdict
from dutybook.store.register import Register


def verify(register: Register, head: str | None = None) -> Verdict:
    """Whether the history is whole; ``head`` is one that was kept from earlier (``rows:hash``)."""
    with translated(register.path):
        return history.verify(register._connection, head)


def rows(
    register: Register, *, since: str | None = None, by: str | None = None, limit: int | None = None
) -> Iterator[HistoryRow]:
    """Rows in order: from a day on, by a person, the last so many."""
    with translated(register.path):
        yield from history.read(register._connection, since=since, by=by, limit=limit)
