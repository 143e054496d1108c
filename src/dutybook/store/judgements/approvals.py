"""What awaits the approval of a second person: listed, approved and refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from dutybook.errors import BadRequest
from dutybook.store.database.connection import translated
from dutybook.store.judgements import reviews
from dutybook.store.judgements.approval_rule import same_person
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.record import Proposal, Record
from dutybook.store.judgements.record_rows import Book, Row, load
from dutybook.store.judgements.reviews import Done

if TYPE_CHECKING:
    from dutybook.store.register import Register

#: By record, that with the oldest proposal first.
_AWAITING = """SELECT review, id FROM review_proposals
    ORDER BY min(at) OVER (PARTITION BY review), review, position LIMIT ? OFFSET ?"""


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A proposal and the record that it is about, as the record is now."""

    proposal: Proposal
    record: Record


def awaiting(register: Register, *, limit: int, offset: int = 0) -> tuple[list[Awaiting], int]:
    """The proposals that await approval by record, the longest first, and how many there are in all."""
    with translated(register.path):
        connection = register._connection
        found = connection.execute(_AWAITING, (limit, offset)).fetchall()
        total = int(connection.execute("SELECT count(*) FROM review_proposals").fetchone()[0])
        records = load(connection, [review for review, _ in found])
    proposals = {(record.id, one.id): Awaiting(one, record) for record in records.values() for one in record.proposals}
    return [proposals[review, proposal] for review, proposal in found], total


def decide(
    register: Register,
    norm: str,
    *,
    approve: bool,
    by: str,
    reason: str = "",
    proposal: str | None = None,
    now: datetime | None = None,
) -> Done:
    """Approve or refuse what awaits approval for a norm (full id).

    Args:
        approve: False refuses it, which needs a reason.
        by: who decides: somebody else than who proposed it.
        proposal: the id of one proposal; None for all that others proposed.

    Raises:
        NotFound: the norm has no record.
        BadRequest: nothing awaits approval, it is one's own proposal, no reason is given to refuse it, or its norm is gone.
    """
    if not approve and not reason.strip():
        raise BadRequest("say why it is refused: --reason TEXT")
    with reviews.writing(register, by=by, now=now) as book:
        before = reviews.record_of(book.connection, norm)
        book.learn([before])
        waiting = [one for one in before.proposals if proposal is None or one.id == proposal]
        if not waiting:
            raise BadRequest("nothing awaits approval here.")
        others = [one for one in waiting if not same_person(one.by, by)]
        if not others:
            raise BadRequest("you proposed it yourself: a second person has to approve or refuse it.")
        for one in others:
            _decide(book, before.id, one, approve=approve, reason=reason.strip())
        book.write()
        return Done(norm, before, load(book.connection, [before.id])[before.id])


def _decide(book: Book, review: str, one: Proposal, *, approve: bool, reason: str) -> None:
    action = "approved" if approve else "refused"
    book.add(review, Row(action, "proposal", one.change, one.by, why=reason, norm=one.norm, item=one.id))
    if not approve:
        return
    if book.connection.execute("SELECT 1 FROM norms WHERE id = ?", (one.norm,)).fetchone() is None:
        raise BadRequest("the register has its norm no more: refuse it, or wait until the norm comes back.")
    change = Change(**json.loads(one.change), reason=one.reason or None)
    reviews.say(book, {one.norm: [change]}, approved=True)
