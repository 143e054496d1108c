"""The schema of a register: ``schema.sql``, read and applied, and which tables hold what.

Every column is plain text, a number or readable JSON, so that SQL, Datasette and pandas need nothing of ours.
Spans are half-open character ranges into ``texts.text`` of the same document. Boxes are JSON lists of objects
``{"page", "x0", "top", "x1", "bottom"}`` in points, origin at the top left. Dates are ISO 8601.

Three kinds of tables: ``CONTENT_TABLES`` hold what was found in documents; ``DERIVED_TABLES`` what follows from several
documents together, made anew whenever one of them comes or goes; ``PEOPLE_TABLES`` what people said, which no re-reading
of a document touches.
"""

from __future__ import annotations

import sqlite3
from functools import cache
from importlib import resources

from dutybook.store.sql import compose

#: ``DUTY`` in ASCII: tells our files from other SQLite databases (``PRAGMA application_id``).
APPLICATION_ID = 0x44555459

#: Version of the schema, kept in ``PRAGMA user_version``. That of 0.1.0 is the first that was released; development used those before it.
VERSION = 21

#: Tables that hold what was found, in the order in which rows may be inserted. ``runs`` and ``arrivals`` are a diary, not content.
CONTENT_TABLES = (
    "works",
    "documents",
    "work_names",
    "texts",
    "checksums",
    "pages",
    "provisions",
    "norms",
    "deadlines",
    "facts",
    "penalties",
    "amounts",
    "citations",
    "procedure_steps",
    "named_acts",
    "rejected",
    "gaps",
    "definitions",
    "norm_terms",
    "sanctions",
    "amendments",
    "norm_periods",
    "date_changes",
    "evidence",
    "work_numbers",
    "work_relations",
)

#: Tables that follow from the content of several documents.
DERIVED_TABLES = (
    "moved_facts",
    "versions",
    "norm_ties",
    "document_languages",
    "alignments",
    "changes",
    "corrections",
    "deviations",
    "norm_facets",
    "document_rows",
    "articles",
    "act_names",
    "act_aliases",
    "news_words",
    "news_shingles",
    "news_links",
    "news_entries",
    "claims",
    "procedure_acts",
    "proposals",
    "act_proposals",
)

#: Tables that hold what people said.
PEOPLE_TABLES = (
    "events",
    "event_dates",
    "calendar_entries",
    "incidents",
    "incident_duties",
    "assessments",
    "task_deliveries",
    "library_versions",
    "reviews",
    "review_norms",
    "review_notes",
    "review_links",
    "review_corrections",
    "controls",
    "evidence_items",
    "control_evidence",
    "review_controls",
    "review_declined_controls",
    "review_proposals",
    "profiles",
    "added_norms",
    "corrected",
    "history",
    "history_head",
    "watches",
    "watch_items",
    "watch_files",
    "watch_runs",
    "saved_searches",
    "alerts",
    "alert_channels",
    "noticed_documents",
    "alert_events",
    "alert_event_keys",
    "outbox",
    "deliveries",
    "delivery_events",
)

#: Tables whose rows are asked for in the order in which they came (``rowid``, which SQLite gives by itself).
ARRIVAL_TABLES = frozenset({"noticed_documents", "incident_duties"})

#: Columns of ``CONTENT_TABLES`` that depend on the order in which documents arrived and carry no content.
ARRIVAL_COLUMNS = frozenset(
    [
        ("articles", "row"),
        ("articles", "last"),
        ("document_rows", "first"),
        ("document_rows", "last"),
        ("norm_facets", "dues"),
        ("norm_facets", "row"),
        ("norms", "row"),
    ]
)


@cache
def statements() -> tuple[str, ...]:
    """The statements of ``schema.sql`` in order, without the comments between them."""
    found: list[str] = []
    pending = ""
    for line in resources.files("dutybook.store").joinpath("schema.sql").read_text("utf-8").splitlines():
        if not pending and (not line.strip() or line.startswith("--")):
            continue
        pending += line + "\n"
        # A trigger has semicolons inside, so a line that ends with one need not end a statement.
        if sqlite3.complete_statement(pending):
            found.append(pending.strip().removesuffix(";"))
            pending = ""
    return tuple(found)


def read_version(connection: sqlite3.Connection) -> int:
    """The version of a file's schema; 0 for an empty file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def create(connection: sqlite3.Connection) -> bool:
    """Make the tables, indexes and views in an empty file; False where they are there already.

    The version is read again under the write lock, so that two processes may open a new file at the same time.
    """
    if read_version(connection):
        return False
    connection.execute("BEGIN IMMEDIATE")
    try:
        empty = not read_version(connection)
        if empty:
            for statement in statements():
                connection.execute(statement)
            connection.execute(compose("PRAGMA application_id = {number}", number=APPLICATION_ID))
            connection.execute(compose("PRAGMA user_version = {number}", number=VERSION))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return empty
