"""Are the records what their history says, and is the history whole?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby, islice

from dutybook.errors import Defect
from dutybook.store import history
from dutybook.store.history import COLUMNS, HistoryRow
from dutybook.store.review_rows import load
from dutybook.store.review_state import Record, fold

_MANY = 500


def problems(connection: sqlite3.Connection) -> Iterator[str]:
    """What is wrong, a line each, twenty of a kind at most."""
    verdict = history.verify(connection)
    if verdict.broken is not None:
        yield f"history: {verdict.says}. `dutybook audit --verify` says more"
    yield from islice(_unequal(connection), 20)
    stray = connection.execute(
        "SELECT count(*) FROM corrected c JOIN norms n ON n.id = c.norm WHERE c.deadline = ''"
        " AND ((c.field = 'modality' AND n.modality IS NOT c.value) OR (c.field = 'bearer' AND n.bearer IS NOT c.value))"
    ).fetchone()[0]
    if stray:
        yield f"corrections: {stray} are not in the norms that they are of"


def _unequal(connection: sqlite3.Connection) -> Iterator[str]:
    sql = f"SELECT {', '.join(COLUMNS)} FROM history ORDER BY review, seq"  # noqa: S608 - constants only
    rows = (HistoryRow(*row) for row in connection.execute(sql))
    groups = groupby(rows, key=lambda row: row.review)
    known = 0
    while chunk := [(review, list(said)) for review, said in islice(groups, _MANY)]:
        stored = load(connection, [review for review, _ in chunk])
        known += len(stored)
        for review, said in chunk:
            try:
                replayed = _replayed(review, said)
            except (Defect, KeyError, ValueError, TypeError):
                yield f"history: the rows of record {review} cannot be replayed"
                continue
            if review not in stored:
                yield f"records: {review} is in the history and not among the records"
            elif stored[review] != replayed:
                yield f"records: {review} ({stored[review].norm[:12]}) is not what its history says"
    extra = connection.execute("SELECT count(*) FROM reviews").fetchone()[0] - known
    if extra > 0:
        yield f"records: {extra} have no history"


def _replayed(review: str, rows: list[HistoryRow]) -> Record:
    record = Record(review)
    for row in rows:
        record = replace(fold(record, row), revision=row.seq, changed=row.at, changed_by=row.by)
    return record
