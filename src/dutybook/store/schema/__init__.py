"""The tables, indexes and views of the register, version by version, as SQL that SQLite itself prints back.

Every column is plain text, a number or readable JSON, so that SQL, Datasette and pandas need nothing of ours.
Spans are half-open character ranges into ``texts.text`` of the same document. Boxes are JSON lists of objects
``{"page", "x0", "top", "x1", "bottom"}`` in points, origin at the top left. Dates are ISO 8601.

Three kinds of tables: ``CONTENT_TABLES`` hold what was found in documents; ``DERIVED_TABLES`` what follows from several
documents together, made anew whenever one of them comes or goes; ``PEOPLE_TABLES`` what people said, which no re-reading
of a document touches.
"""

from __future__ import annotations

from dutybook.store.schema import (
    alerts,
    identities,
    indexes,
    lists,
    meta,
    news,
    reasons,
    released,
    reviews,
    searching,
    sources,
    vectors,
    views,
    works,
)
from dutybook.store.schema.released import V1, V2, V3, V4, V5, V6

#: ``DUTY`` in ASCII: tells our files from other SQLite databases (``PRAGMA application_id``).
APPLICATION_ID = 0x44555459

#: Works and versions, identities and changes, review and history, search, vectors, what the register knows of itself.
V7: tuple[str, ...] = (
    *works.STEP,
    *identities.STEP,
    *reviews.STEP,
    *searching.STEP,
    *vectors.STEP,
    *meta.STEP,
    *views.STEP,
)

#: Sources that are watched, alerts and their outbox, news beside the law, indexes.
V8: tuple[str, ...] = (*sources.STEP, *alerts.STEP, *news.STEP, *indexes.STEP, *meta.STEP_8)

#: Indexes for lists and counts.
V9: tuple[str, ...] = lists.STEP

#: Reasons with codes, probabilities of single fields.
V10: tuple[str, ...] = reasons.STEP

#: Tables that hold what was found, in the order in which rows may be inserted. ``runs`` is a diary, not content.
CONTENT_TABLES = (*released.CONTENT, *works.CONTENT)

#: Tables that follow from the content of several documents.
DERIVED_TABLES = (
    *(*released.DERIVED, *works.DERIVED, *indexes.DERIVED, *identities.DERIVED, *searching.DERIVED, *vectors.DERIVED),
    *news.DERIVED,
)

#: Tables that hold what people said.
PEOPLE_TABLES = (*released.PEOPLE, *reviews.PEOPLE, *sources.PEOPLE, *alerts.PEOPLE)

#: Columns of ``CONTENT_TABLES`` that depend on the order in which documents arrived and carry no content.
ARRIVAL_COLUMNS = frozenset({("norms", "row"), *searching.ARRIVAL})

__all__ = [
    "APPLICATION_ID",
    "ARRIVAL_COLUMNS",
    "CONTENT_TABLES",
    "DERIVED_TABLES",
    "PEOPLE_TABLES",
    "V1",
    "V2",
    "V3",
    "V4",
    "V5",
    "V6",
    "V7",
    "V8",
    "V9",
    "V10",
]
