"""News beside the law: what an item speaks of, which items tell of one event, and what became of announced dates."""

from __future__ import annotations

_DOCUMENT = "document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE"

STEP: tuple[str, ...] = (
    # What acts are called in running text (folded words), so that news about them is found without reading all of it. ``word`` is the
    # longest word of the name and ``stem`` its stem, by which it is looked up; ``written`` the name as it has to be written, where it is short.
    """CREATE TABLE act_names (
        work TEXT NOT NULL, language TEXT NOT NULL, name TEXT NOT NULL, stem TEXT NOT NULL, word TEXT NOT NULL,
        written TEXT NOT NULL, PRIMARY KEY (work, language, name)
    ) STRICT""",
    "CREATE INDEX act_names_stem ON act_names(stem)",
    "CREATE INDEX act_names_word ON act_names(word)",
    # Words of news items: stems of the item's language that tell it from others (``weight`` 1; 2 for names and numbers), and the
    # folded words themselves where those differ (0), by which names of acts are looked up.
    f"""CREATE TABLE news_words (
        {_DOCUMENT}, word TEXT NOT NULL, weight INTEGER NOT NULL, PRIMARY KEY (document, word)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX news_words_word ON news_words(word)",
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
    "CREATE INDEX news_entries_day ON news_entries(day)",
    # What became of a date that news announced (``fact``, a fact of type expected): ``state`` is expected, confirmed or
    # contradicted; ``by_fact`` is the act's own fact that says so (``by_document`` its text). ``type`` is what was announced:
    # entry_into_force, application, …; ``due`` the announced day or its beginning (2027, 2027-03), ``actual`` what the act says.
    f"""CREATE TABLE expectations (
        fact TEXT PRIMARY KEY REFERENCES facts(id) ON DELETE CASCADE, {_DOCUMENT}, work TEXT, type TEXT NOT NULL,
        due TEXT, state TEXT NOT NULL, by_fact TEXT, by_document TEXT, actual TEXT
    ) STRICT""",
    "CREATE INDEX expectations_work ON expectations(work) WHERE work IS NOT NULL",
    """CREATE VIEW news_overview AS SELECT
        e.day, d.title, w.short_title AS work_title, l.place, l.quote, d.language, d.source, e.entry, l.document, l.work,
        l.identity, l.norm FROM news_links l JOIN documents d ON d.id = l.document JOIN news_entries e ON e.document = d.id
        LEFT JOIN works w ON w.id = l.work ORDER BY e.day DESC, e.entry, d.id, l.position""",
)

DERIVED: tuple[str, ...] = ("act_names", "news_words", "news_links", "news_entries", "expectations")
