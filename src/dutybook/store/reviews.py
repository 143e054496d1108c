"""What people say of norms: said, listed, taken back. Every change goes through :func:`change` or :func:`undo`, with its history."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from dutybook.errors import BadRequest, ChangedSince, NotFound
from dutybook.store import history, review_corrections
from dutybook.store.connection import translated
from dutybook.store.deriving import said
from dutybook.store.history import HistoryRow
from dutybook.store.register import Register
from dutybook.store.review_book import Book, moment
from dutybook.store.review_change import Change
from dutybook.store.review_rows import load, records_of, review_of
from dutybook.store.review_saying import Done as Done
from dutybook.store.review_saying import say
from dutybook.store.review_state import Record, replay
from dutybook.store.review_undo import take_back
from dutybook.store.writer import immediate


@contextmanager
def writing(register: Register, *, by: str, now: datetime | None = None, why: str = "") -> Iterator[Book]:
    """One transaction for what is read and said inside, all or nothing; ``why`` stands in rows that have no reason of their own.

    Raises:
        BadRequest: nobody is named.
    """
    if not by.strip():
        raise BadRequest("say who you are: --by NAME (or set DUTYBOOK_USER)")
    with translated(register.path), immediate(register.connection):
        yield Book(register.connection, by, moment(now), why)


def change(
    register: Register,
    norms: Sequence[str],
    wanted: Change | Sequence[Change],
    *,
    by: str,
    now: datetime | None = None,
    unchanged_since: str | None = None,
) -> list[Done]:
    """Say the same of norms (full ids), all or none, in one transaction with the history of it; several things one after the other.

    ``unchanged_since``: nothing is said if one of the records was changed after this moment (ISO 8601, UTC) or after this
    row of the history (its number): then somebody else was faster, and the message says what they did.

    Raises:
        BadRequest: a correction does not fit a norm.
        ChangedSince: somebody else was faster.
    """
    with writing(register, by=by, now=now) as book:
        chosen = list(dict.fromkeys(norms))
        if unchanged_since is not None:
            for record in records_of(register.connection, chosen).values():
                _check_unchanged(register.connection, record, unchanged_since)
        changes = [wanted] if isinstance(wanted, Change) else list(wanted)
        return say(book, dict.fromkeys(chosen, changes))


def _check_unchanged(connection: sqlite3.Connection, record: Record, since: str) -> None:
    by_number = since.isdigit()
    if not by_number:
        try:
            since = moment(datetime.fromisoformat(since if len(since) > 10 else f"{since}T00:00:00+00:00"))
        except ValueError:
            raise BadRequest(
                f"{since!r} is no moment. Write 2026-03-02T14:00:00+00:00, or the number of a row of the history."
            ) from None
    later = [
        row
        for row in history.read(connection, review=record.id)
        if (row.seq > int(since) if by_number else row.at > since)
    ]
    if later:
        shown = "; ".join(
            f"{row.by} at {row.at}: {row.field} {row.old or 'none'} → {row.new or 'none'}"
            for row in later
            if row.action in ("set", "noted", "corrected", "withdrawn")
        )
        raise ChangedSince(
            f"the record of {record.norm[:12]} was changed since, so nothing was written ({shown or later[-1].by})."
            " Look at it with `dutybook show` and say it again."
        )


def undo(
    register: Register, norm: str, *, by: str, now: datetime | None = None, unchanged_since: str | None = None
) -> Done:
    """Take back the last thing that somebody said of a norm (full id) and that was not taken back yet.

    ``unchanged_since`` as for :func:`change`.

    Raises:
        NotFound: nothing was said of it.
        BadRequest: there is nothing left to take back.
        ChangedSince: somebody else was faster.
    """
    with translated(register.path), immediate(register.connection):
        connection = register.connection
        record = _record(connection, norm)
        if unchanged_since is not None:
            _check_unchanged(connection, record, unchanged_since)
        book = Book(connection, by, moment(now))
        book.learn([record])
        take_back(book, record, list(history.read(connection, review=record.id)))
        book.write()
        review_corrections.enforce(connection, [tie.norm for tie in record.ties])
        said(connection, {tie.work for tie in record.ties if tie.work})
        return Done(norm, record, load(connection, [record.id])[record.id])


def record(register: Register, norm: str) -> Record | None:
    """What was said of a norm (full id), also through its other versions, copies and languages."""
    with translated(register.path):
        review = review_of(register.connection, norm)
        return load(register.connection, [review])[review] if review else None


def records(register: Register, norms: Sequence[str]) -> dict[str, Record]:
    """What was said of norms (full ids), by norm."""
    with translated(register.path):
        return records_of(register.connection, norms)


def orphans(register: Register) -> list[Record]:
    """Records whose norm the register has no more; they wait for it, with all that they hold."""
    with translated(register.path):
        ids = register.connection.execute(
            "SELECT r.id FROM reviews r JOIN review_norms b ON b.review = r.id AND b.norm = r.norm WHERE b.missing"
            " ORDER BY b.title, b.place, r.id"
        )
        return list(load(register.connection, [row[0] for row in ids]).values())


def history_of(register: Register, identity: str) -> tuple[Record, list[HistoryRow]]:
    """A record and its history by the id (or four characters of it) of one of its norms, also one that is gone.

    Raises:
        NotFound: nothing was said of such a norm.
    """
    with translated(register.path):
        connection = register.connection
        text = identity.strip().lower()
        found = [
            str(row[0])
            for row in connection.execute("SELECT DISTINCT review FROM review_norms WHERE norm GLOB ?", (text + "*",))
        ]
        if len(text) < 4 or not text.isalnum() or len(found) != 1:
            record = _record(connection, register.norm(identity).norm.id)
        else:
            record = load(connection, found)[found[0]]
        return record, list(history.read(connection, review=record.id))


def as_it_was(rows: Iterable[HistoryRow], norm: str) -> Record | None:
    """The record as it was when it left a norm for its successor; None if it never stood there or still does."""
    before: list[HistoryRow] = []
    for row in rows:
        if before and row.action == "carried" and row.old == norm:
            return replay(row.review, before)
        before.append(row)
    return None


def _record(connection: sqlite3.Connection, norm: str) -> Record:
    review = review_of(connection, norm)
    if review is None:
        raise NotFound(
            f"nothing was said of {norm[:12]} yet. Begin with: dutybook review {norm[:12]} --status applicable"
        )
    return load(connection, [review])[review]
