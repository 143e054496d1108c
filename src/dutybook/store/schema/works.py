"""Works, their versions and what they do to each other."""

from __future__ import annotations

_DOCUMENT = "document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE"

STEP: tuple[str, ...] = (
    # ``version_kind`` of a document as an expression: original, consolidated, corrigendum, or empty where not known.
    # ``format`` is how its file was read: xml, html, pdf, text, …
    "ALTER TABLE documents ADD COLUMN version_kind TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE documents ADD COLUMN format TEXT NOT NULL DEFAULT ''",
    # Every official number that a document gives its own work: ``scheme`` is celex, eli, oj or national.
    f"""CREATE TABLE work_numbers (
        {_DOCUMENT}, work TEXT NOT NULL, scheme TEXT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (document, scheme, number)
    ) STRICT""",
    "CREATE INDEX work_numbers_number ON work_numbers(number COLLATE NOCASE)",
    # What a document's work does to another (``related``): amends, corrects, repeals, implements, transposes.
    f"""CREATE TABLE work_relations (
        id TEXT PRIMARY KEY, {_DOCUMENT}, position INTEGER NOT NULL, work TEXT NOT NULL, related TEXT NOT NULL,
        kind TEXT NOT NULL, place TEXT NOT NULL, quote TEXT NOT NULL, page INTEGER, span_start INTEGER NOT NULL,
        span_end INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX work_relations_document ON work_relations(document, position)",
    "CREATE INDEX work_relations_work ON work_relations(work)",
    "CREATE INDEX work_relations_related ON work_relations(related)",
    # Versions of a work in one language, in order of time. ``expression`` is shared by copies of one text (PDF and HTML),
    # of which one is ``preferred``. It stands from ``valid_from`` until the day before the next one's (``valid_until``, the
    # last day, NULL while it stands); ``previous`` and ``next`` are preferred documents of the same language. The rules
    # stand in resolve/versions.py.
    f"""CREATE TABLE versions (
        {_DOCUMENT.replace("NOT NULL", "PRIMARY KEY", 1)}, work TEXT NOT NULL, language TEXT NOT NULL,
        expression TEXT NOT NULL, valid_from TEXT, valid_until TEXT, previous TEXT, next TEXT,
        preferred INTEGER NOT NULL, current INTEGER NOT NULL
    ) STRICT""",
    "CREATE INDEX versions_work ON versions(work, language, valid_from)",
    "CREATE INDEX versions_expression ON versions(expression)",
)

CONTENT = ("work_numbers", "work_relations")
DERIVED = ("versions",)
