"""Taking back what was said: the rows of a change, each turned round, as new rows of the history."""

from __future__ import annotations

from collections.abc import Sequence

from dutybook.errors import BadRequest
from dutybook.store.history import HistoryRow
from dutybook.store.review_book import ITSELF, Book
from dutybook.store.review_state import Record

_TURNED = {"noted": "unnoted", "unnoted": "noted", "linked": "unlinked", "unlinked": "linked"}
#: Rows that say something: that a record began, or came to know a norm, says nothing by itself.
_SAYING = frozenset({*_TURNED, "set", "corrected", "withdrawn"})


def take_back(book: Book, record: Record, rows: Sequence[HistoryRow]) -> None:
    """Add rows that undo the last change of a person that is not undone yet.

    Raises:
        BadRequest: there is none.
    """
    undone = {row.undoes for row in rows if row.undoes is not None}
    changes = [
        row.change
        for row in rows
        if row.by != ITSELF and row.undoes is None and row.change not in undone and row.action in _SAYING
    ]
    if not changes:
        raise BadRequest("there is nothing left to take back. `dutybook review ID --history` shows what was said.")
    last = changes[-1]
    for row in reversed([row for row in rows if row.change == last]):
        if row.action in _SAYING:
            _turn(book, record.id, row, last)


def _turn(book: Book, review: str, row: HistoryRow, last: int) -> None:
    why = f"takes back row {row.seq}"
    if row.action in _TURNED:
        book.add(review, _TURNED[row.action], row.field, row.new, row.old, why=why, undoes=last)
    elif row.action == "set":
        now = str(getattr(book.record(review), row.field))
        book.add(review, "set", row.field, now, row.old, why=why, undoes=last)
    elif row.action == "corrected":
        # It may have gone along to other versions, and the norm may have another id by now.
        for correction in book.record(review).corrections:
            if (correction.field, correction.value) == (row.field, row.new):
                first = correction.extracted == row.old
                action, back = ("withdrawn", correction.extracted) if first else ("corrected", row.old)
                book.add(review, action, row.field, row.new, back, why=why, norm=correction.norm, undoes=last)
    elif any(tie.norm == row.norm for tie in book.record(review).ties):
        book.add(review, "corrected", row.field, row.new, row.old, why=why, norm=row.norm, undoes=last)
