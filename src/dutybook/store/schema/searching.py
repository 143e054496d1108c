"""What search and facets need beside the norms themselves: one narrow row a norm, in the order of the register."""

from __future__ import annotations

STEP: tuple[str, ...] = (
    # Compliance topics of a norm by name, parted by a space (see languages/topics.toml); NULL until they are known.
    "ALTER TABLE norms ADD COLUMN topics TEXT",
    # All that leads from a document to its rows stands in the index, so that long rows need not be read for it.
    "DROP INDEX norms_document",
    "DROP INDEX norms_role",
    "DROP INDEX norms_modality",
    "DROP INDEX norms_applies_from",
    "DROP INDEX evidence_name",
    "CREATE INDEX norms_document ON norms(document, position, row, id)",
    # One narrow row a norm: what filters ask for and facets count. ``identity`` is that of ``norm_identities``, or the norm's
    # own id; ``standing`` is 1 for norms of a current version's preferred copy, which a search shows by default. ``dues``
    # are the days on which it has something due, in order, parted by a space; NULL where there is none.
    """CREATE TABLE norm_facets (
        row INTEGER PRIMARY KEY REFERENCES norms(row) ON DELETE CASCADE, norm TEXT NOT NULL, document TEXT NOT NULL,
        identity TEXT NOT NULL, standing INTEGER NOT NULL, language TEXT NOT NULL, modality TEXT NOT NULL,
        strength TEXT NOT NULL, bearer_class TEXT NOT NULL, bearer TEXT, place TEXT NOT NULL, role TEXT, work TEXT, jurisdiction TEXT, topics TEXT NOT NULL, dues TEXT,
        applies_from TEXT, applies_until TEXT
    ) STRICT""",
    "CREATE INDEX norm_facets_identity ON norm_facets(identity)",
    "CREATE INDEX norm_facets_role ON norm_facets(role) WHERE role IS NOT NULL",
    # Which rows are a document's: ``first`` to ``last``. ``moved``: later acts move dates of it;
    # ``named``: digests of the work's English texts, from which its bearers have their names.
    """CREATE TABLE document_rows (
        document TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE, title TEXT NOT NULL,
        first INTEGER NOT NULL, last INTEGER NOT NULL, moved INTEGER NOT NULL, named TEXT NOT NULL
    ) STRICT""",
    "CREATE UNIQUE INDEX document_rows_title ON document_rows(title, document, first, last)",
)

DERIVED: tuple[str, ...] = ("norm_facets", "document_rows")

#: Columns that depend on the order in which documents arrived, or on events that people entered.
ARRIVAL = frozenset(
    {("norm_facets", "row"), ("norm_facets", "dues"), ("document_rows", "first"), ("document_rows", "last")}
)
