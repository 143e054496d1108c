"""Saying things of norms: what changes mean for their records, worked out for many norms at once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dutybook.errors import BadRequest
from dutybook.records import content_id
from dutybook.store import review_corrections, review_versions
from dutybook.store.deriving import said
from dutybook.store.review_book import Book
from dutybook.store.review_change import DEADLINE, DUE, Change
from dutybook.store.review_rows import identities, load, records_of, snapshots
from dutybook.store.review_state import Record, Tie, tie_json

_PLAIN = ("status", "owner", "reviewer", "due", "review_date", "control")


@dataclass(frozen=True, slots=True)
class Done:
    """A norm (full id), its record before (None: there was none) and after. Equal: there was nothing to change."""

    norm: str
    before: Record | None
    after: Record


def say(book: Book, wanted: Mapping[str, Sequence[Change]]) -> list[Done]:
    """Say of each norm (full id) its changes, one after the other, and store it; all in the caller's transaction.

    Raises:
        BadRequest: a correction does not fit a norm.
    """
    connection, norms = book.connection, list(wanted)
    ties = snapshots(connection, norms)
    known = records_of(connection, norms)
    book.learn(known.values())
    corrected = [norm for norm, changes in wanted.items() if any(change.correct for change in changes)]
    reads = review_corrections.extracted(connection, corrected) if corrected else {}
    owners: dict[str, str] = {}
    # Norms that are one norm get one record.
    same = identities(connection, norms)
    opened: dict[str, str] = {}
    seen = review_versions.known(connection, norms)
    for norm, changes in wanted.items():
        review = known[norm].id if norm in known else opened.get(same[norm], "")
        if not review:
            review = opened[same[norm]] = content_id("review", norm, book.at, book.by)
            book.open(review, ties[norm], seen.get(norm, ()))
        owners[norm] = review
        for change in changes:
            _say(book, review, ties[norm], change, reads.get(norm, {}))
    book.write()
    works = {ties[norm].work for norm in norms if ties[norm].work}
    judged = [n for n, changes in wanted.items() if any(c.correct or c.finding is not None for c in changes)]
    if judged:
        review_corrections.enforce(connection, judged)
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
        # Its very words name it, though they stand in another's, too.
        words = [w for w in words if w == deadline] or [w for w in words if deadline.casefold() in w.casefold()]
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
