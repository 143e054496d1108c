"""Less to write for each norm of a large register: rows of a document stand together, and what follows from nothing is not stored.

Ids are hashes, so an index that begins with one is written to at another page for each norm: with a million norms these
pages, not the norms, are what takes the time. Only ids that are asked for by themselves keep such an index.
"""

from __future__ import annotations

_DOCUMENT = "document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE"
_PROVISION = " REFERENCES provisions(id) DEFERRABLE INITIALLY DEFERRED"
# The record of a norm speaks of its other versions, copies and languages that have none of their own.
_OTHERS = "WHERE NOT EXISTS (SELECT 1 FROM review_norms x WHERE x.norm = {norm})"

STEP: tuple[str, ...] = (
    # Norms that are the same as a norm that comes before them (``identity``). Nearly all are alone: of these there is no row.
    f"""CREATE TABLE norm_ties (
        norm TEXT PRIMARY KEY REFERENCES norms(id) ON DELETE CASCADE, identity TEXT NOT NULL, {_DOCUMENT},
        basis TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO norm_ties (norm, identity, document, basis)"
    " SELECT norm, identity, document, basis FROM norm_identities WHERE identity <> norm ORDER BY norm",
    "CREATE INDEX norm_ties_identity ON norm_ties(identity)",
    "CREATE INDEX norm_ties_document ON norm_ties(document)",
    "DROP TABLE norm_identities",
    """CREATE VIEW norm_identities AS SELECT
        n.id AS norm, coalesce(t.identity, n.id) AS identity, n.document, coalesce(t.basis, 'first') AS basis
        FROM norms n LEFT JOIN norm_ties t ON t.norm = n.id""",
    "DROP VIEW norm_reviews",
    f"""CREATE VIEW norm_reviews AS
        SELECT b.norm, b.review FROM review_norms b
        UNION SELECT t.identity, b.review FROM review_norms b JOIN norm_ties t ON t.norm = b.norm
        {_OTHERS.format(norm="t.identity")}
        UNION SELECT t.norm, b.review FROM review_norms b JOIN norm_ties t ON t.identity = b.norm
        {_OTHERS.format(norm="t.norm")}
        UNION SELECT s.norm, b.review FROM review_norms b JOIN norm_ties t ON t.norm = b.norm
        JOIN norm_ties s ON s.identity = t.identity {_OTHERS.format(norm="s.norm")}""",  # noqa: S608 - constants only
    "DROP INDEX norm_facets_identity",
    "CREATE INDEX norm_facets_identity ON norm_facets(identity) WHERE identity <> norm",
    # Languages of norms: words are looked for in the forms of these alone.
    f"""CREATE TABLE document_languages (
        language TEXT NOT NULL, {_DOCUMENT}, PRIMARY KEY (language, document)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO document_languages (language, document) SELECT DISTINCT language, document FROM norms",
    "CREATE INDEX document_languages_document ON document_languages(document)",
    # Evidence and defined terms are found with the document of their norm.
    f"""CREATE TABLE evidence_8 (
        kind TEXT NOT NULL, finding TEXT NOT NULL, {_DOCUMENT}, name TEXT NOT NULL, version TEXT NOT NULL,
        cue TEXT, cue_start INTEGER, cue_end INTEGER, confidence REAL NOT NULL, why TEXT NOT NULL,
        page INTEGER, boxes TEXT NOT NULL, UNIQUE (document, kind, finding)
    ) STRICT""",
    "INSERT INTO evidence_8 SELECT * FROM evidence ORDER BY document, rowid",
    "DROP TABLE evidence",
    "ALTER TABLE evidence_8 RENAME TO evidence",
    f"""CREATE TABLE norm_terms_8 (
        norm TEXT NOT NULL, definition TEXT NOT NULL REFERENCES definitions(id) ON DELETE CASCADE, {_DOCUMENT},
        position INTEGER NOT NULL, PRIMARY KEY (document, norm, position)
    ) STRICT, WITHOUT ROWID""",
    "INSERT INTO norm_terms_8 SELECT * FROM norm_terms ORDER BY document, norm, position",
    "DROP TABLE norm_terms",
    "ALTER TABLE norm_terms_8 RENAME TO norm_terms",
    "CREATE INDEX norm_terms_definition ON norm_terms(definition)",
    f"""CREATE TABLE citations_8 (
        id TEXT NOT NULL, {_DOCUMENT}, norm TEXT, position INTEGER NOT NULL, as_written TEXT NOT NULL, work TEXT, place TEXT,
        resolved INTEGER NOT NULL, page INTEGER, span_start INTEGER NOT NULL, span_end INTEGER NOT NULL
    ) STRICT""",
    "INSERT INTO citations_8 SELECT * FROM citations ORDER BY document, position",
    "DROP TABLE citations",
    "ALTER TABLE citations_8 RENAME TO citations",
    "CREATE INDEX citations_document ON citations(document, position)",
    "CREATE INDEX citations_norm ON citations(document, norm)",
    "CREATE INDEX citations_work ON citations(work, place)",
    # What refers to a provision is of the same document and goes with it: the references need no index to be kept right.
    # How to take a constraint away without writing the rows again: https://www.sqlite.org/lang_altertable.html, section 7.
    "PRAGMA writable_schema = ON",
    f"UPDATE sqlite_master SET sql = replace(sql, '{_PROVISION}', '')"  # noqa: S608 - constants only
    " WHERE type = 'table' AND name IN ('norms', 'provisions', 'rejected')",
    "PRAGMA writable_schema = RESET",
    "DROP INDEX norms_provision",
    "DROP INDEX rejected_provision",
    f"""CREATE TABLE provisions_8 (
        id TEXT NOT NULL, {_DOCUMENT}, parent TEXT, position INTEGER NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL,
        heading TEXT NOT NULL, place TEXT NOT NULL, zone TEXT NOT NULL, page INTEGER, span_start INTEGER NOT NULL,
        span_end INTEGER NOT NULL, UNIQUE (document, id)
    ) STRICT""",
    "INSERT INTO provisions_8 SELECT * FROM provisions ORDER BY document, position",
    "DROP TABLE provisions",
    "ALTER TABLE provisions_8 RENAME TO provisions",
    "CREATE INDEX provisions_document ON provisions(document, position)",
    "CREATE INDEX IF NOT EXISTS expectations_document ON expectations(document)",
)

DERIVED: tuple[str, ...] = ("norm_ties", "document_languages")
