"""The rule that a judgement needs a second person: whether it is in force, and what it makes of a change.

The rule is a setting of the register, off at first. It stands in the history alone, so that nobody switches it off unnoticed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from dutybook.errors import BadRequest
from dutybook.records import content_id
from dutybook.store.database.connection import immediate, translated
from dutybook.store.database.protocols import Connection
from dutybook.store.judgements import history
from dutybook.store.judgements.change import Change, check_author
from dutybook.store.judgements.history import Entry, HistoryRow
from dutybook.store.judgements.record import Record
from dutybook.store.judgements.record_rows import Book, Row, moment

if TYPE_CHECKING:
    from dutybook.store.register import Register

#: The item and the field of the rows of the history that are about the rule.
_ITEM, FIELD = "register", "four_eyes"
_RULE = "SELECT new FROM history WHERE item = ? AND field = ? AND review = '' ORDER BY seq DESC LIMIT 1"
#: Fields of a change that a second person has to approve.
GOVERNED = ("status", "applicability", "finding", "correct")


def is_in_force(connection: Connection) -> bool:
    """Whether judgements need the approval of a second person."""
    found = connection.execute(_RULE, (_ITEM, FIELD)).fetchone()
    return found is not None and found[0] == "on"


def needs_second_person(register: Register) -> bool:
    """Whether judgements need the approval of a second person."""
    with translated(register.path):
        return is_in_force(register._connection)


def set_second_person(register: Register, *, on: bool, by: str, now: datetime | None = None) -> None:
    """Switch the rule on or off; nothing happens where it is so already.

    What awaits approval when the rule is switched off still awaits it.

    Raises:
        BadRequest: nobody is named.
    """
    check_author(by)
    with translated(register.path), immediate(register._connection):
        connection = register._connection
        if is_in_force(connection) != on:
            old, new = ("off", "on") if on else ("on", "off")
            entry = Entry(moment(now), by, "", "", "", "set", FIELD, old, new, item=_ITEM)
            history.append(connection, [entry])


def split_change(change: Change) -> tuple[Change, Change]:
    """What takes effect at once, and what a second person has to approve."""
    names, nothing = (*GOVERNED, "deadline"), Change()
    at_once = replace(change, **{name: getattr(nothing, name) for name in names})
    return at_once, Change(**{name: getattr(change, name) for name in names}, reason=change.reason)


def propose(book: Book, review: str, norm: str, change: Change) -> None:
    """Add the proposal of a change, unless it would change nothing or awaits approval already."""
    record = book.record(review)
    given = {name: getattr(change, name) for name in GOVERNED if getattr(change, name) not in (None, {})}
    why = change.reason or ""
    if given.get("status") == record.status:
        del given["status"]
    if (given.get("applicability"), why) == (record.applicability, record.applicability_reason):
        del given["applicability"]
    if "finding" in given and given["finding"] == record.finding:
        del given["finding"]
    if not given:
        return
    if change.deadline is not None and "correct" in given:
        given["deadline"] = change.deadline
    text = json.dumps(given, ensure_ascii=False, sort_keys=True)
    if any((p.norm, p.change, p.reason) == (norm, text, why) for p in record.proposals):
        return
    identity = content_id("proposal", review, norm, text, book.at, book.by)
    book.add(review, Row("proposed", "proposal", None, text, why=why, norm=norm, item=identity))


def check_undo(book: Book, record: Record, rows: Sequence[HistoryRow]) -> None:
    """Refuse to undo a change by one person alone where the rule asks for two.

    Raises:
        BadRequest: the change was approved, or is another person's proposal.
    """
    waiting = {proposal.id: proposal for proposal in record.proposals}
    for row in rows:
        if row.item in waiting and not same_person(waiting[row.item].by, book.by):
            raise BadRequest("somebody else proposed it: refuse it with a reason instead.")
    if is_in_force(book.connection) and any(
        row.field in GOVERNED or row.action in ("corrected", "withdrawn") for row in rows
    ):
        raise BadRequest("judgements need a second person here: propose the former value instead of undoing it.")


def same_person(one: str, other: str) -> bool:
    """Whether two names are of one person, whatever their case and blanks."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
