"""What people say of norms: said, listed, taken back. Every change goes through :func:`change` or :func:`undo`, with its history."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dutybook.errors import BadRequest, NotFound
from dutybook.records import content_id
from dutybook.store import history, review_corrections, review_versions
from dutybook.store.connection import translated
from dutybook.store.deriving import said
from dutybook.store.history import HistoryRow
from dutybook.store.register import Register
from dutybook.store.review_book import Book, moment
from dutybook.store.review_change import DEADLINE, DUE, Change
from dutybook.store.review_rows import identities, load, records_of, review_of, snapshots
from dutybook.store.review_state import Record, Tie, replay, tie_json
from dutybook.store.review_undo import take_back
from dutybook.store.writer import immediate

_PLAIN = ("status", "owner", "reviewer", "due", "review_date", "control")


@dataclass(frozen=True, slots=True)
class Done:
    """A norm (full id), its record before (None: there was none) and after. Equal: there was nothing to change."""

    norm: str
    before: Record | None
    after: Record


def change(
    register: Register,
    norms: Sequence[str],
    wanted: Change,
    *,
    by: str,
    now: datetime | None = None,
    unchanged_since: str | None = None,
) -> list[Done]:
    """Say the same of norms (full ids), all or none, in one transaction with the history of it.

    ``unchanged_since``: nothing is said if one of the records was changed after this moment (ISO 8601, UTC) or after this
    row of the history (its number): then somebody else was faster, and the message says what they did.

    Raises:
        BadRequest: a correction does not fit a norm, or somebody else was faster.
    """
    if not by.strip():
        raise BadRequest("say who you are: --by NAME (or set DUTYBOOK_USER)")
    with translated(register.path), immediate(register.connection):
        return _change(
            register.connection,
            list(dict.fromkeys(norms)),
            wanted,
            Book(register.connection, by, moment(now)),
            unchanged_since,
        )


def _change(
    connection: sqlite3.Connection, norms: list[str], wanted: Change, book: Book, unchanged_since: str | None
) -> list[Done]:
    ties = snapshots(connection, norms)
    known = records_of(connection, norms)
    if unchanged_since is not None:
        for record in known.values():
            _check_unchanged(connection, record, unchanged_since)
    book.learn(known.values())
    reads = review_corrections.extracted(connection, norms) if wanted.correct else {}
    owners: dict[str, str] = {}
    # Norms that are one norm get one record.
    same = identities(connection, norms)
    opened: dict[str, str] = {}
    seen = review_versions.known(connection, norms)
    for norm in norms:
        review = known[norm].id if norm in known else opened.get(same[norm], "")
        if not review:
            review = opened[same[norm]] = content_id("review", norm, book.at, book.by)
            book.open(review, ties[norm], seen.get(norm, ()))
        owners[norm] = review
        _say(book, review, ties[norm], wanted, reads.get(norm, {}))
    book.write()
    works = {ties[norm].work for norm in norms if ties[norm].work}
    if wanted.correct or wanted.finding is not None:
        review_corrections.enforce(connection, norms)
    said(connection, works)
    after = load(connection, owners.values())
    return [Done(norm, known.get(norm), after[owners[norm]]) for norm in norms]


def _say(book: Book, review: str, tie: Tie, wanted: Change, reads: dict[str, str | None]) -> None:
    why = wanted.reason or ""
    for name in _PLAIN:
        value = getattr(wanted, name)
        if value is not None:
            book.set(review, name, value, why=why if name == "status" else "")
    if wanted.status is not None and wanted.status != "requires review":
        book.set(review, "why", "")
    elif wanted.status is not None:
        book.set(review, "why", why)
    if wanted.applicability is not None:
        book.set(review, "applicability", wanted.applicability, why=why)
        book.set(review, "applicability_reason", why)
        book.set(review, "applicability_by", book.by)
        book.set(review, "applicability_on", book.at[:10])
    if wanted.note is not None:
        book.add(review, "noted", "note", None, wanted.note.strip())
    for label, target in wanted.links:
        if all((link.label, link.target) != (label, target) for link in book.record(review).links):
            book.add(review, "linked", "link", None, json.dumps([label, target], ensure_ascii=False))
    if wanted.finding is not None:
        _judge(book, review, tie, wanted.finding, why)
    for name, value in wanted.correct.items():
        _correct(book, review, tie, _named(name, wanted.deadline, reads), value or None, why, reads)


def _judge(book: Book, review: str, tie: Tie, finding: str, why: str) -> None:
    record = book.record(review)
    if finding == "rejected":
        _join(book, review, tie)
        if record.correction(tie.norm, review_corrections.FINDING) is None:
            book.add(review, "corrected", review_corrections.FINDING, None, finding, why=why, norm=tie.norm)
    else:
        for correction in record.corrections:
            if correction.field == review_corrections.FINDING:
                book.add(
                    *(review, "withdrawn", review_corrections.FINDING, correction.value, None),
                    why=why,
                    norm=correction.norm,
                )
        if finding == "confirmed" and any(c.norm == tie.norm for c in book.record(review).corrections):
            finding = "corrected"
    book.set(review, "finding", finding, why=why)
    book.set(review, "finding_reason", why)


def _named(name: str, deadline: str | None, reads: dict[str, str | None]) -> str:
    """The field of a correction: of deadlines with the words of the one that is meant."""
    if name not in (DEADLINE, DUE):
        return name
    words = [key.partition(":")[2] for key in reads if key.startswith(f"{DEADLINE}:")]
    if deadline is not None:
        words = [w for w in words if deadline.casefold() in w.casefold()]
    if len(words) != 1:
        shown = "; ".join(key.partition(":")[2] for key in reads if key.startswith(f"{DEADLINE}:")) or "none"
        raise BadRequest(f"say which deadline of the norm is meant, by its words: --deadline WORDS. It has: {shown}.")
    return f"{name}:{words[0]}"


def _correct(
    book: Book, review: str, tie: Tie, name: str, value: str | None, why: str, reads: dict[str, str | None]
) -> None:
    _join(book, review, tie)
    before = book.record(review).correction(tie.norm, name)
    shown = before.value if before else reads.get(name)
    if value == shown:
        return
    if before and value == before.extracted:
        book.add(review, "withdrawn", name, before.value, value, why=why, norm=tie.norm)
    else:
        book.add(review, "corrected", name, shown, value, why=why, norm=tie.norm)
    left = any(c.norm == tie.norm for c in book.record(review).corrections)
    book.set(review, "finding", "corrected" if left else "", why=why)
    book.set(review, "finding_reason", why if left else "")


def _join(book: Book, review: str, tie: Tie) -> None:
    """Corrections are of one text: the record has to know this norm by its own words."""
    if all(other.norm != tie.norm for other in book.record(review).ties):
        book.add(review, "joined", "norm", None, tie_json(tie), norm=tie.norm)


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
        raise BadRequest(
            f"the record of {record.norm[:12]} was changed since, so nothing was written ({shown or later[-1].by})."
            " Look at it with `dutybook show` and say it again."
        )


def undo(register: Register, norm: str, *, by: str, now: datetime | None = None) -> Done:
    """Take back the last thing that somebody said of a norm (full id) and that was not taken back yet.

    Raises:
        NotFound: nothing was said of it.
        BadRequest: there is nothing left to take back.
    """
    with translated(register.path), immediate(register.connection):
        connection = register.connection
        record = _record(connection, norm)
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
