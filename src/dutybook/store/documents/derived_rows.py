"""What follows from several documents together, made anew in the transaction that stores or removes one of them.

Each step is told the works that are touched: it looks at nothing else, so the cost of storing a document does not grow
with the register. What a step makes depends only on the content of the register, never on the order in which documents
arrived.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable

from dutybook.store.deadlines.event_rows import adopt
from dutybook.store.judgements import carry_over, corrections
from dutybook.store.news import derivation
from dutybook.store.search import search_rows
from dutybook.store.versions import changes, identities, in_force, moved_dates

Step = Callable[[sqlite3.Connection, Iterable[str]], object]


def _adopt_events(connection: sqlite3.Connection, _works: Iterable[str]) -> object:
    return adopt(connection)


#: In the order in which they build on each other: versions of works, norms through versions and languages, what changed.
#: The extractor's own values stand in the norms meanwhile.
STEPS: tuple[Step, ...] = (
    *(corrections.lift, in_force.arrange, moved_dates.move, _adopt_events, identities.identify, changes.correct),
)
#: Then what people said, and what search needs of all that.
JUDGEMENT_STEPS: tuple[Step, ...] = (carry_over.carry, search_rows.follow)
#: Last, news about these works: it speaks of norms as searches show them.
NEWS_STEPS: tuple[Step, ...] = (derivation.follow,)


def derive(connection: sqlite3.Connection, works: Iterable[str]) -> None:
    """Run all steps for these works."""
    touched = sorted(set(works))
    for step in (*STEPS, *JUDGEMENT_STEPS, *NEWS_STEPS):
        step(connection, touched)


def derive_judgements(connection: sqlite3.Connection, works: Iterable[str]) -> None:
    """Run the steps that follow from what people say, for these works: nothing else depends on it."""
    touched = sorted(set(works))
    for step in JUDGEMENT_STEPS:
        step(connection, touched)
