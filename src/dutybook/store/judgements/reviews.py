"""Judging norms: what a change means for each record, how it is stored with its history, read, and undone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dutybook.errors import BadRequest, ChangedSince, NotFound
from dutybook.records import content_id
from dutybook.store.database.connection import immediate, translated
from dutybook.store.database.protocols import Connection
from dutybook.store.documents.writer import derive_judgements
from dutybook.store.ids import ids_named
from dutybook.store.judgements import approval_rule, control_links, corrections, history, record_rows, successors
from dutybook.store.judgements.change import Change, check_author, evidence_links
from dutybook.store.judgements.history import HistoryRow, Verdict
from dutybook.store.judgements.record import DEADLINE, DUE, TAGS_APART, Record, Tie, tag_names, tie_json
from dutybook.store.judgements.record_rows import (
    ITSELF,
    Book,
    Row,
    identities,
    load,
    moment,
    records_of,
    review_of,
    snapshots,
)

if TYPE_CHECKING:
    from dutybook.store.register import Register


@contextmanager
def writing(register: Register, *, by: str, now: datetime | None = None, why: str = "") -> Iterator[Book]:
    """One transaction for what is read and said inside, all or nothing; ``why`` stands in rows that have no reason of their own.

    Raises:
        BadRequest: nobody is named.
    """
    check_author(by)
    with translated(register.path), immediate(register._connection):
        yield Book(register._connection, by, moment(now), why)


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
            for record in records_of(register._connection, chosen).values():
                _check_unchanged(register._connection, record, unchanged_since)
        changes = [wanted] if isinstance(wanted, Change) else list(wanted)
        return say(book, dict.fromkeys(chosen, changes))


def _check_unchanged(connection: Connection, record: Record, since: str) -> None:
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
        summary = "; ".join(
            f"{row.by} at {row.at}: {row.field} {row.old or 'none'} → {row.new or 'none'}"
            for row in later
            if row.action in ("set", "noted", "corrected", "withdrawn")
        )
        raise ChangedSince(
            f"the record of {record.norm[:12]} was changed since, so nothing was written ({summary or later[-1].by})."
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
    with translated(register.path), immediate(register._connection):
        connection = register._connection
        record = record_of(connection, norm)
        if unchanged_since is not None:
            _check_unchanged(connection, record, unchanged_since)
        book = Book(connection, by, moment(now))
        book.learn([record])
        take_back(book, record, list(history.read(connection, review=record.id)))
        book.write()
        corrections.enforce(connection, [tie.norm for tie in record.ties])
        derive_judgements(connection, {tie.work for tie in record.ties if tie.work})
        return Done(norm, record, load(connection, [record.id])[record.id])


def record(register: Register, norm: str) -> Record | None:
    """What was said of a norm (full id), also through its other versions, copies and languages."""
    with translated(register.path):
        review = review_of(register._connection, norm)
        return load(register._connection, [review])[review] if review else None


def records(register: Register, norms: Sequence[str]) -> dict[str, Record]:
    """What was said of norms (full ids), by norm."""
    with translated(register.path):
        return records_of(register._connection, norms)


def owners(register: Register, limit: int = 100) -> list[str]:
    """Who looks after norms, by name."""
    with translated(register.path):
        return record_rows.owners(register._connection, limit)


def orphans(register: Register) -> list[Record]:
    """Records whose norm the register has no more; they wait for it, with all that they hold."""
    with translated(register.path):
        ids = register._connection.execute(
            "SELECT r.id FROM reviews r JOIN review_norms b ON b.review = r.id AND b.norm = r.norm WHERE b.missing"
            " ORDER BY b.title, b.place, r.id"
        )
        return list(load(register._connection, [row[0] for row in ids]).values())


def history_of(register: Register, identity: str) -> tuple[Record, list[HistoryRow]]:
    """A record and its history by the id (or four characters of it) of one of its norms, also one that is gone.

    Raises:
        NotFound: nothing was said of such a norm.
    """
    with translated(register.path):
        connection = register._connection
        kept = ids_named(connection, "review_norms", identity, "norm")
        norm = kept[0] if len(kept) == 1 else register.norm(identity).norm.id
        record = record_of(connection, norm)
        return record, list(history.read(connection, review=record.id))


def record_of(connection: Connection, norm: str) -> Record:
    """What was said of a norm (full id).

    Raises:
        NotFound: nothing was.
    """
    review = review_of(connection, norm)
    if review is None:
        raise NotFound(
            f"nothing was said of {norm[:12]} yet. Begin with: dutybook review {norm[:12]} --status applicable"
        )
    return load(connection, [review])[review]


_TURNED = {
    "noted": "unnoted",
    "unnoted": "noted",
    "linked": "unlinked",
    "unlinked": "linked",
    "declined": "undeclined",
    "undeclined": "declined",
    "proposed": "retracted",
}
#: Rows that say something: that a record began, or came to know a norm, says nothing by itself.
_SAYING = frozenset({*_TURNED, "set", "corrected", "withdrawn"})


def take_back(book: Book, record: Record, rows: Sequence[HistoryRow]) -> None:
    """Add rows that undo the last change of a person that is not undone yet.

    Raises:
        BadRequest: there is none.
    """
    undone = {row.undoes for row in rows if row.undoes is not None}
    waiting = {proposal.id for proposal in record.proposals}
    saying = [row for row in rows if row.action in _SAYING and (row.action != "proposed" or row.item in waiting)]
    changes = [row.change for row in saying if row.by != ITSELF and row.undoes is None and row.change not in undone]
    if not changes:
        raise BadRequest("there is nothing left to take back. `dutybook review ID --history` shows what was said.")
    last = changes[-1]
    made = [row for row in saying if row.change == last]
    approval_rule.check_undo(book, record, made)
    for row in reversed(made):
        _turn(book, record.id, row, last)


def _turn(book: Book, review: str, row: HistoryRow, last: int) -> None:
    why = f"takes back row {row.seq}"
    if row.action in _TURNED:
        book.add(review, Row(_TURNED[row.action], row.field, row.new, row.old, why=why, undoes=last, item=row.item))
    elif row.action == "set":
        now = str(getattr(book.record(review), row.field))
        book.add(review, Row("set", row.field, now, row.old, why=why, undoes=last))
    elif row.action == "corrected":
        # It may have gone along to other versions, and the norm may have another id by now.
        for correction in book.record(review).corrections:
            if (correction.field, correction.value) == (row.field, row.new):
                first = correction.extracted == row.old
                action, back = ("withdrawn", correction.extracted) if first else ("corrected", row.old)
                book.add(review, Row(action, row.field, row.new, back, why=why, norm=correction.norm, undoes=last))
    elif any(tie.norm == row.norm for tie in book.record(review).ties):
        book.add(review, Row("corrected", row.field, row.new, row.old, why=why, norm=row.norm, undoes=last))


_PLAIN = ("status", "owner", "reviewer", "due", "review_date", "priority")


@dataclass(frozen=True, slots=True)
class Done:
    """A norm (full id), its record before (None: there was none) and after. Equal: there was nothing to change."""

    norm: str
    before: Record | None
    after: Record


def say(book: Book, wanted: Mapping[str, Sequence[Change]], *, approved: bool = False) -> list[Done]:
    """Say of each norm (full id) its changes, one after the other, and store it; all in the caller's transaction.

    Where judgements need a second person, they are proposed unless they were ``approved``.

    Raises:
        BadRequest: a correction does not fit a norm.
    """
    connection, norms = book.connection, list(wanted)
    ties = snapshots(connection, norms)
    known = records_of(connection, norms)
    book.learn(known.values())
    reads = _extracted(connection, wanted)
    reviews = _record_ids(book, norms, known)
    seen = successors.known(connection, norms)
    opened: set[str] = set()
    proposing = not approved and approval_rule.is_in_force(connection)
    for norm, changes in wanted.items():
        if norm not in known and reviews[norm] not in opened:
            opened.add(reviews[norm])
            book.open(reviews[norm], ties[norm], seen.get(norm, ()))
        for change in changes:
            known_fields = reads.get(norm, {})
            if proposing:
                for name in change.correct:
                    # What cannot be meant is refused now, not when somebody approves it.
                    _named(name, change.deadline, known_fields)
                change, proposed = approval_rule.split_change(change)
                approval_rule.propose(book, reviews[norm], norm, proposed)
            _say(book, reviews[norm], ties[norm], change, known_fields)
    book.write()
    works = {ties[norm].work for norm in norms if ties[norm].work}
    if judged := [norm for norm in norms if any(change.judges for change in wanted[norm])]:
        corrections.enforce(connection, judged)
    derive_judgements(connection, works)
    after = load(connection, reviews.values())
    return [Done(norm, known.get(norm), after[reviews[norm]]) for norm in norms]


def _extracted(connection: Connection, wanted: Mapping[str, Sequence[Change]]) -> dict[str, dict[str, str | None]]:
    """What the extractor says of the norms that are to be corrected."""
    corrected = [norm for norm, changes in wanted.items() if any(change.correct for change in changes)]
    return corrections.extracted(connection, corrected) if corrected else {}


def _record_ids(book: Book, norms: Sequence[str], known: Mapping[str, Record]) -> dict[str, str]:
    """The record (id) of each norm; those that have none yet get one, norms that are one norm the same."""
    same = identities(book.connection, norms)
    made: dict[str, str] = {}
    for norm in norms:
        if norm not in known:
            made.setdefault(same[norm], content_id("review", norm, book.at, book.by))
    return {norm: known[norm].id if norm in known else made[same[norm]] for norm in norms}


def _say(book: Book, review: str, tie: Tie, wanted: Change, reads: dict[str, str | None]) -> None:
    why = wanted.reason or ""
    _set(book, review, wanted, why)
    if wanted.note is not None:
        book.add(review, Row("noted", "note", None, wanted.note.strip()))
    for label, target, *item in wanted.links:
        if all((link.label, link.target) != (label, target) for link in book.record(review).links):
            book.add(review, Row("linked", "link", None, _link_json(label, target), why=why, item="".join(item)))
    if wanted.evidence is not None:
        _set_links(book, review, wanted.evidence)
    for identity in wanted.unlink_evidence:
        unlink_evidence(book, review, identity, why)
    control_links.apply(book, review, wanted)
    if wanted.finding is not None:
        _judge(book, review, tie, wanted.finding, why)
    for name, value in wanted.correct.items():
        _correct(book, review, tie, _named(name, wanted.deadline, reads), value or None, why, reads)


def _set(book: Book, review: str, wanted: Change, why: str) -> None:
    """Set the plain fields, and what goes with status and applicability."""
    for name in _PLAIN:
        value = getattr(wanted, name)
        if value is not None:
            book.set(review, name, value, why=why if name == "status" else "")
    if wanted.tags is not None or wanted.add_tag is not None:
        before = book.record(review).tags if wanted.tags is None else wanted.tags
        book.set(review, "tags", TAGS_APART.join(tag_names(f"{before},{wanted.add_tag or ''}")))
    if wanted.status is not None:
        book.set(review, "why", why if wanted.status == "requires review" else "")
    if wanted.applicability is not None:
        book.set(review, "applicability", wanted.applicability, why=why)
        book.set(review, "applicability_reason", why)
        book.set(review, "applicability_by", book.by)
        book.set(review, "applicability_on", book.at[:10])


def _set_links(book: Book, review: str, evidence: str) -> None:
    """Add and take away links until they are those of a text. A link whose line is there already stays as it is."""
    lines = [" ".join(line.split()) for line in evidence.splitlines() if line.strip()]
    for link in book.record(review).links:
        written = " ".join(link.line.split())
        if written in lines:
            lines.remove(written)
        else:
            book.add(review, Row("unlinked", "link", _link_json(link.label, link.target), None, item=link.item))
    for label, target in evidence_links("\n".join(lines)):
        book.add(review, Row("linked", "link", None, _link_json(label, target)))


def relink(book: Book, review: str, item: str, now: tuple[str, str]) -> None:
    """Call the links of evidence (id) in a record what it is called now: its title and its address."""
    for link in book.record(review).links:
        if link.item == item and (link.label, link.target) != now:
            book.add(review, Row("unlinked", "link", _link_json(link.label, link.target), None, item=item))
            book.add(review, Row("linked", "link", None, _link_json(*now), item=item))


def unlink_evidence(book: Book, review: str, item: str, why: str = "") -> None:
    """Take the links of evidence (id) off a record."""
    for link in book.record(review).links:
        if link.item == item:
            book.add(review, Row("unlinked", "link", _link_json(link.label, link.target), None, why=why, item=item))


def _link_json(label: str, target: str) -> str:
    return json.dumps([label, target], ensure_ascii=False)


def _judge(book: Book, review: str, tie: Tie, finding: str, why: str) -> None:
    record = book.record(review)
    if finding == "rejected":
        _join(book, review, tie)
        if record.correction(tie.norm, corrections.FINDING) is None:
            book.add(review, Row("corrected", corrections.FINDING, None, finding, why=why, norm=tie.norm))
    else:
        for correction in record.corrections:
            if correction.field == corrections.FINDING:
                row = Row("withdrawn", corrections.FINDING, correction.value, None, why=why, norm=correction.norm)
                book.add(review, row)
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
        # Its very words name it, though they stand in another's, too.
        words = [w for w in words if w == deadline] or [w for w in words if deadline.casefold() in w.casefold()]
    if len(words) != 1:
        choices = "; ".join(key.partition(":")[2] for key in reads if key.startswith(f"{DEADLINE}:")) or "none"
        raise BadRequest(f"say which deadline of the norm is meant, by its words: --deadline WORDS. It has: {choices}.")
    return f"{name}:{words[0]}"


def _correct(
    book: Book, review: str, tie: Tie, name: str, value: str | None, why: str, reads: dict[str, str | None]
) -> None:
    _join(book, review, tie)
    before = book.record(review).correction(tie.norm, name)
    current = before.value if before else reads.get(name)
    if value == current:
        return
    if before and value == before.extracted:
        book.add(review, Row("withdrawn", name, before.value, value, why=why, norm=tie.norm))
    else:
        book.add(review, Row("corrected", name, current, value, why=why, norm=tie.norm))
    left = any(c.norm == tie.norm for c in book.record(review).corrections)
    book.set(review, "finding", "corrected" if left else "", why=why)
    book.set(review, "finding_reason", why if left else "")


def _join(book: Book, review: str, tie: Tie) -> None:
    """Corrections are of one text: the record has to know this norm by its own words."""
    if all(other.norm != tie.norm for other in book.record(review).ties):
        book.add(review, Row("joined", "norm", None, tie_json(tie), norm=tie.norm))


def verify_history(register: Register, head: str | None = None) -> Verdict:
    """Whether the history is whole; ``head`` is one that was kept from earlier (``rows:hash``)."""
    with translated(register.path):
        return history.verify(register._connection, head)


def read_history(
    register: Register, *, since: str | None = None, by: str | None = None, limit: int | None = None
) -> Iterator[HistoryRow]:
    """Rows in order: from a day on, by a person, the last so many."""
    with translated(register.path):
        yield from history.read(register._connection, since=since, by=by, limit=limit)
