"""The table ``deviations``: where two language versions of one norm say different things."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from dutybook.records import content_id
from dutybook.resolve.identity import Pair, VersionText, deviations


def store_deviations(
    connection: sqlite3.Connection,
    work: str,
    documents: tuple[str, str],
    versions: tuple[VersionText, VersionText],
    pairs: Iterable[Pair],
) -> None:
    """Store where the second document says something else than the first."""
    connection.executemany(
        "INSERT OR IGNORE INTO deviations (id, work, identity, kind, norm, other, said, other_said, document, other_document)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                *(content_id("deviation", d.pair.old, d.pair.new, d.kind), work, d.pair.old, d.kind),
                *(d.pair.old, d.pair.new, *d.said, *documents),
            )
            for d in deviations(*versions, pairs)
        ],
    )
