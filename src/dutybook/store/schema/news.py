"""News beside the law: what an item speaks of, which items tell of one event, and what became of announced dates."""

from __future__ import annotations

_DOCUMENT = "document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE"

STEP: tuple[str, ...] = (
    # What a news item speaks of: an act (``work``, as in works.id, also where no text of it is here) and, where it can be told,
    # a norm of it: ``identity`` as in norm_identities, ``norm`` the one of its current version in the item's own language, else in
    # another. ``quote`` and the span are the words of the item that say so; ``how`` is citation, number, title or wording.
    f"""CREATE TABLE news_links (
        id TEXT PRIMARY KEY, {_DOCUMENT}, position INTEGER NOT NULL, work TEXT NOT NULL, identity TEXT, norm TEXT,
        place TEXT, quote TEXT NOT NULL, span_start INTEGER NOT NULL, span_end INTEGER NOT NULL, page INTEGER,
        how TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX news_links_document ON news_links(document, position)",
    "CREATE INDEX news_links_work ON news_links(work)",
    "CREATE INDEX news_links_identity ON news_links(identity) WHERE identity IS NOT NULL",
    # Items that tell of one event share ``entry``: the id of the earliest of them. ``day`` is that item's date (ISO), NULL where
    # it has none.
    f"""CREATE TABLE news_entries (
        {_DOCUMENT.replace("NOT NULL", "PRIMARY KEY", 1)}, entry TEXT NOT NULL, day TEXT
    ) STRICT""",
    "CREATE INDEX news_entries_entry ON news_entries(entry)",
    # What became of a date that news announced (``fact``, a fact of type expected): ``state`` is expected, confirmed or
    # contradicted; ``by_fact`` is the act's own fact that says so (``by_document`` its text). ``type`` is what was announced:
    # entry_into_force, application, …; ``due`` the announced day or its beginning (2027, 2027-03), ``actual`` what the act says.
    f"""CREATE TABLE expectations (
        fact TEXT PRIMARY KEY REFERENCES facts(id) ON DELETE CASCADE, {_DOCUMENT}, work TEXT, type TEXT NOT NULL,
        due TEXT, state TEXT NOT NULL, by_fact TEXT, by_document TEXT, actual TEXT
    ) STRICT""",
    "CREATE INDEX expectations_work ON expectations(work) WHERE work IS NOT NULL",
)

DERIVED: tuple[str, ...] = ("news_links", "news_entries", "expectations")
