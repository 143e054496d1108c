"""What follows from several documents together, made anew in the transaction that stores or removes one of them.

Each step is told the works that are touched: it looks at nothing else, so the cost of storing a document does not grow
with the register. What a step makes depends only on the content of the register, never on the order in which documents
arrived.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

from dutybook.store import changes, identities, moving, search_rows, versions
from dutybook.store.event_rows import adopt

Step = Callable[[sqlite3.Connection, Iterable[str]], object]


def _adopt_events(connection: sqlite3.Connection, _works: Iterable[str]) -> object:
    return adopt(connection)


#: In the order in which they build on each other: versions of works, norms through versions and languages, what changed,
#: what people said, then what search needs.
STEPS: tuple[Step, ...] = (
    versions.arrange,
    moving.move,
    _adopt_events,
    identities.identify,
    changes.correct,
    search_rows.follow,
)


def derive(connection: sqlite3.Connection, works: Iterable[str]) -> None:
    """Run all steps for these works."""
    touched = sorted(set(works))
    for step in STEPS:
        step(connection, touched)
