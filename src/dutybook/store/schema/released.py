"""The steps of the schema that registers in use have, V1 to V6: never edited."""

from __future__ import annotations

_DOCUMENT = "document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE"
_SPAN = "span_start INTEGER NOT NULL, span_end INTEGER NOT NULL"

V1: tuple[str, ...] = (
    """CREATE TABLE works (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, jurisdiction TEXT NOT NULL, number TEXT,
        short_title TEXT NOT NULL, issuer TEXT
    ) STRICT""",
    """CREATE TABLE documents (
        id TEXT PRIMARY KEY, work TEXT REFERENCES works(id), title TEXT NOT NULL, language TEXT NOT NULL,
        genre TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, version_date TEXT, published TEXT,
        pages INTEGER NOT NULL, characters INTEGER NOT NULL, norms INTEGER NOT NULL, problems TEXT NOT NULL,
        source TEXT NOT NULL, sha256 TEXT NOT NULL, analyser TEXT NOT NULL, digest TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX documents_work ON documents(work)",
    "CREATE INDEX documents_sha256 ON documents(sha256)",
    "CREATE INDEX documents_source ON documents(source)",
    # What each document says of its work; `works` holds one of these rows, chosen by a fixed rule, so that the
    # register does not depend on which document arrived first.
    """CREATE TABLE work_names (
        document TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE, work TEXT NOT NULL,
        kind TEXT NOT NULL, jurisdiction TEXT NOT NULL, number TEXT, short_title TEXT NOT NULL, issuer TEXT,
        language TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX work_names_work ON work_names(work, language, document)",
    "CREATE TABLE texts (document TEXT PRIMARY KEY REFERENCES documents(id) ON DELETE CASCADE, text TEXT NOT NULL) STRICT",
    f"""CREATE TABLE pages (
        {_DOCUMENT}, number INTEGER NOT NULL, width REAL NOT NULL, height REAL NOT NULL, source TEXT NOT NULL,
        note TEXT NOT NULL, PRIMARY KEY (document, number)
    ) STRICT""",
    f"""CREATE TABLE provisions (
        id TEXT PRIMARY KEY, {_DOCUMENT}, parent TEXT REFERENCES provisions(id) DEFERRABLE INITIALLY DEFERRED,
        position INTEGER NOT NULL, kind TEXT NOT NULL, number TEXT NOT NULL, heading TEXT NOT NULL,
        place TEXT NOT NULL, zone TEXT NOT NULL, page INTEGER, {_SPAN}
    ) STRICT""",
    "CREATE INDEX provisions_document ON provisions(document, position)",
    "CREATE INDEX provisions_parent ON provisions(parent)",
    f"""CREATE TABLE norms (
        id TEXT PRIMARY KEY, {_DOCUMENT}, place TEXT NOT NULL, modality TEXT NOT NULL, strength TEXT NOT NULL,
        bearer TEXT, bearer_class TEXT NOT NULL, quote TEXT NOT NULL, action TEXT, recipient TEXT, condition TEXT,
        exception TEXT, stem TEXT, language TEXT NOT NULL, page INTEGER, confidence REAL NOT NULL,
        provision TEXT REFERENCES provisions(id) DEFERRABLE INITIALLY DEFERRED, position INTEGER NOT NULL, {_SPAN},
        parts TEXT NOT NULL, boxes TEXT NOT NULL, terms TEXT NOT NULL, row INTEGER NOT NULL UNIQUE
    ) STRICT""",
    "CREATE INDEX norms_document ON norms(document, position)",
    "CREATE INDEX norms_provision ON norms(provision)",
    "CREATE INDEX norms_bearer ON norms(bearer)",
    "CREATE INDEX norms_modality ON norms(modality, language)",
    f"""CREATE TABLE deadlines (
        id TEXT PRIMARY KEY, norm TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE, {_DOCUMENT},
        position INTEGER NOT NULL, quote TEXT NOT NULL, kind TEXT NOT NULL, value TEXT, direction TEXT, anchor TEXT,
        due TEXT, reason TEXT NOT NULL, steps TEXT NOT NULL, page INTEGER, {_SPAN}
    ) STRICT""",
    "CREATE INDEX deadlines_norm ON deadlines(norm, position)",
    "CREATE INDEX deadlines_document ON deadlines(document)",
    "CREATE INDEX deadlines_due ON deadlines(due) WHERE due IS NOT NULL",
    f"""CREATE TABLE facts (
        id TEXT PRIMARY KEY, {_DOCUMENT}, position INTEGER NOT NULL, type TEXT NOT NULL, quote TEXT NOT NULL,
        value TEXT, due TEXT, steps TEXT NOT NULL, page INTEGER, {_SPAN}
    ) STRICT""",
    "CREATE INDEX facts_document ON facts(document, position)",
    f"""CREATE TABLE penalties (
        id TEXT PRIMARY KEY, {_DOCUMENT}, position INTEGER NOT NULL, quote TEXT NOT NULL, page INTEGER, {_SPAN}
    ) STRICT""",
    "CREATE INDEX penalties_document ON penalties(document, position)",
    """CREATE TABLE amounts (
        penalty TEXT NOT NULL REFERENCES penalties(id) ON DELETE CASCADE, position INTEGER NOT NULL,
        amount REAL, currency TEXT, percent REAL, "of" TEXT, PRIMARY KEY (penalty, position)
    ) STRICT""",
    f"""CREATE TABLE citations (
        id TEXT PRIMARY KEY, {_DOCUMENT}, norm TEXT REFERENCES norms(id) ON DELETE CASCADE,
        position INTEGER NOT NULL, as_written TEXT NOT NULL, work TEXT, place TEXT, resolved INTEGER NOT NULL,
        page INTEGER, {_SPAN}
    ) STRICT""",
    "CREATE INDEX citations_document ON citations(document, position)",
    "CREATE INDEX citations_norm ON citations(norm)",
    "CREATE INDEX citations_work ON citations(work, place)",
    f"""CREATE TABLE rejected (
        id TEXT PRIMARY KEY, {_DOCUMENT}, position INTEGER NOT NULL, place TEXT NOT NULL, quote TEXT NOT NULL,
        reason TEXT NOT NULL, provision TEXT REFERENCES provisions(id) DEFERRABLE INITIALLY DEFERRED,
        page INTEGER, boxes TEXT NOT NULL, {_SPAN}
    ) STRICT""",
    "CREATE INDEX rejected_document ON rejected(document, position)",
    "CREATE INDEX rejected_provision ON rejected(provision)",
    # Which rule or model spoke for a finding; `finding` is the id of a row in the table that `kind` names.
    f"""CREATE TABLE evidence (
        kind TEXT NOT NULL, finding TEXT NOT NULL, {_DOCUMENT}, name TEXT NOT NULL, version TEXT NOT NULL,
        cue TEXT, cue_start INTEGER, cue_end INTEGER, confidence REAL NOT NULL, why TEXT NOT NULL,
        page INTEGER, boxes TEXT NOT NULL, PRIMARY KEY (kind, finding)
    ) STRICT""",
    "CREATE INDEX evidence_document ON evidence(document)",
    "CREATE INDEX evidence_name ON evidence(name)",
    """CREATE TABLE runs (
        id INTEGER PRIMARY KEY, started TEXT NOT NULL, finished TEXT, version TEXT NOT NULL, files INTEGER NOT NULL,
        added INTEGER NOT NULL, unchanged INTEGER NOT NULL, unread INTEGER NOT NULL, paths TEXT NOT NULL,
        problems TEXT NOT NULL
    ) STRICT""",
    """CREATE VIEW register AS SELECT
        n.row AS rowid, n.id, d.title AS document_title, n.place, n.modality, n.strength, n.bearer, n.bearer_class,
        n.quote, (SELECT group_concat(x.quote, '; ') FROM deadlines x WHERE x.norm = n.id) AS deadlines,
        (SELECT min(x.due) FROM deadlines x WHERE x.norm = n.id) AS due, n.page, n.language, d.work,
        w.short_title AS work_title, n.action, n.recipient, n.condition, n.exception, n.confidence, d.source,
        n.document, n.terms
        FROM norms n JOIN documents d ON d.id = n.document LEFT JOIN work_names w ON w.document = d.id""",
    # What binds: duties and bans. Permissions and exemptions stand in `register`.
    """CREATE VIEW obligations AS SELECT
        id, document_title, place, modality, strength, bearer, bearer_class, quote, deadlines, due, page, language,
        work_title, condition, exception, confidence, source
        FROM register WHERE modality IN ('obligation', 'prohibition')""",
    """CREATE VIEW upcoming_deadlines AS SELECT
        x.due, CAST(julianday(x.due) - julianday('now', 'start of day') AS INTEGER) AS days_left, x.quote AS deadline,
        n.modality, n.bearer, n.quote, n.place, d.title AS document_title, n.page, n.id AS norm, x.id AS deadline_id
        FROM deadlines x JOIN norms n ON n.id = x.norm JOIN documents d ON d.id = n.document
        WHERE x.due >= date('now') ORDER BY x.due, d.title, n.position""",
    """CREATE VIEW unreadable_documents AS SELECT
        source, reason, title, pages, sha256, id FROM documents WHERE status = 'unreadable' ORDER BY source""",
    # The content is the view: nothing is stored twice, and Datasette offers its search box on `register`.
    """CREATE VIRTUAL TABLE norms_fts USING fts5(
        quote, bearer, action, place, document_title, terms, content="register",
        tokenize="unicode61 remove_diacritics 2 tokenchars '§'"
    )""",
)

# Norms inside tables keep their cell: JSON ``{"table", "row", "column", "column_header", "row_header"}``, counted from 1.
V2: tuple[str, ...] = ("ALTER TABLE norms ADD COLUMN cell TEXT",)

# How sure text recognition is of a page's words, 0 to 1; NULL where none was needed, or another program did it
# (`source` is then `ocr` all the same).
V3: tuple[str, ...] = ("ALTER TABLE pages ADD COLUMN confidence REAL",)

# Defined terms; which of them a norm uses; which penalties sanction it. ``number`` ("Art 4(7)#1": place, and which term of
# it) is the same in every language version of a work: through it a bearer has one English name, its role.
V4: tuple[str, ...] = (
    f"""CREATE TABLE definitions (
        id TEXT PRIMARY KEY, {_DOCUMENT}, position INTEGER NOT NULL, work TEXT, number TEXT NOT NULL, place TEXT NOT NULL,
        term TEXT NOT NULL, role TEXT NOT NULL, actor TEXT, quote TEXT NOT NULL, language TEXT NOT NULL, page INTEGER,
        {_SPAN}
    ) STRICT""",
    "CREATE INDEX definitions_document ON definitions(document, position)",
    "CREATE INDEX definitions_work ON definitions(work, number, language)",
    "CREATE INDEX definitions_role ON definitions(role) WHERE language = 'en'",
    f"""CREATE TABLE norm_terms (
        norm TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE,
        definition TEXT NOT NULL REFERENCES definitions(id) ON DELETE CASCADE, {_DOCUMENT}, position INTEGER NOT NULL,
        PRIMARY KEY (norm, position)
    ) STRICT""",
    "CREATE INDEX norm_terms_definition ON norm_terms(definition)",
    "CREATE INDEX norm_terms_document ON norm_terms(document)",
    f"""CREATE TABLE sanctions (
        norm TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE,
        penalty TEXT NOT NULL REFERENCES penalties(id) ON DELETE CASCADE, {_DOCUMENT}, position INTEGER NOT NULL,
        PRIMARY KEY (norm, position)
    ) STRICT""",
    "CREATE INDEX sanctions_penalty ON sanctions(penalty)",
    "CREATE INDEX sanctions_document ON sanctions(document)",
    "ALTER TABLE norms ADD COLUMN role TEXT",
    "ALTER TABLE norms ADD COLUMN bearer_definition TEXT",
    "CREATE INDEX norms_role ON norms(role)",
    "CREATE INDEX norms_bearer_definition ON norms(bearer_definition)",
)

# From when and until when a norm applies, and which facts say so; what a fact's date is about (JSON lists of places, ``reach`` as
# in :class:`~dutybook.records.Reach`, ``about`` the words that limit it) and what days were computed from (JSON of
# :class:`~dutybook.records.Computation`). ``date_changes`` are dates that an amending act puts in place of others (``old`` is empty where it replaces all words of the place);
# ``moved_facts`` is what follows from them for the facts of the act that is amended, made anew whenever one of both changes.
V5: tuple[str, ...] = (
    "ALTER TABLE documents ADD COLUMN published_by TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE norms ADD COLUMN applies_from TEXT",
    "ALTER TABLE norms ADD COLUMN applies_until TEXT",
    "ALTER TABLE norms ADD COLUMN applies_from_by TEXT",
    "ALTER TABLE norms ADD COLUMN applies_until_by TEXT",
    "ALTER TABLE norms ADD COLUMN applies_why TEXT NOT NULL DEFAULT '[]'",
    "CREATE INDEX norms_applies_from ON norms(applies_from)",
    "CREATE INDEX norms_applies_from_by ON norms(applies_from_by)",
    "ALTER TABLE deadlines ADD COLUMN basis TEXT",
    "ALTER TABLE facts ADD COLUMN place TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE facts ADD COLUMN scope TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE facts ADD COLUMN outside TEXT NOT NULL DEFAULT '[]'",
    "ALTER TABLE facts ADD COLUMN reach TEXT NOT NULL DEFAULT 'whole'",
    "ALTER TABLE facts ADD COLUMN about TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE facts ADD COLUMN basis TEXT",
    f"""CREATE TABLE date_changes (
        id TEXT PRIMARY KEY, {_DOCUMENT}, position INTEGER NOT NULL, work TEXT NOT NULL, target TEXT, old TEXT NOT NULL,
        new TEXT NOT NULL, place TEXT NOT NULL, quote TEXT NOT NULL, page INTEGER, {_SPAN}
    ) STRICT""",
    "CREATE INDEX date_changes_document ON date_changes(document, position)",
    "CREATE INDEX date_changes_work ON date_changes(work)",
    """CREATE TABLE moved_facts (
        fact TEXT PRIMARY KEY REFERENCES facts(id) ON DELETE CASCADE, due TEXT NOT NULL, steps TEXT NOT NULL
    ) STRICT""",
    # The days on which a norm applies, later acts taken into account: an end moves by as many days as its fact does.
    """CREATE VIEW norm_times AS SELECT n.id AS norm, n.document, coalesce(m.due, n.applies_from) AS applies_from,
        coalesce(date(u.due, (julianday(n.applies_until) - julianday(e.due)) || ' days'), n.applies_until) AS applies_until
        FROM norms n LEFT JOIN moved_facts m ON m.fact = n.applies_from_by
        LEFT JOIN moved_facts u ON u.fact = n.applies_until_by LEFT JOIN facts e ON e.id = n.applies_until_by""",
)

# What people say, and what was sent to their calendars: no content of documents, so re-reading a document leaves it alone.
# ``event_dates`` has the days (for hours: moments with their offset) that follow from an event, the next ones of what
# returns; ``due`` is the first. Quote, value, anchor, place and title say what it was about when its deadline is gone.
_EVENTS = """CREATE TABLE events (
        id TEXT PRIMARY KEY, deadline TEXT NOT NULL, norm TEXT NOT NULL, document TEXT NOT NULL, happened TEXT NOT NULL,
        place TEXT, law TEXT, due TEXT NOT NULL, steps TEXT NOT NULL, note TEXT NOT NULL,
        created TEXT NOT NULL, quote TEXT NOT NULL, kind TEXT NOT NULL, value TEXT, anchor TEXT, norm_place TEXT NOT NULL,
        title TEXT NOT NULL, work TEXT, language TEXT NOT NULL
    ) STRICT"""

# One row an event of a calendar file, and of which: ``feed`` is the filters as JSON, ``slot`` and ``words`` tell it again
# after the text has changed, ``sequence`` counts its changes (RFC 5545, 3.8.7.4).
_CALENDAR = """CREATE TABLE calendar_entries (
        feed TEXT NOT NULL, uid TEXT NOT NULL, slot TEXT NOT NULL, words TEXT NOT NULL, digest TEXT NOT NULL,
        sequence INTEGER NOT NULL, cancelled INTEGER NOT NULL, changed TEXT NOT NULL, start TEXT NOT NULL,
        summary TEXT NOT NULL, PRIMARY KEY (feed, uid)
    ) STRICT"""

V6: tuple[str, ...] = (
    _EVENTS,
    "CREATE INDEX events_deadline ON events(deadline)",
    "CREATE INDEX events_norm ON events(norm)",
    # A table, not JSON in a column: the search index cannot be checked over a view that takes JSON apart.
    """CREATE TABLE event_dates (
        event TEXT NOT NULL REFERENCES events(id) ON DELETE CASCADE, position INTEGER NOT NULL, due TEXT NOT NULL,
        PRIMARY KEY (event, position)
    ) STRICT""",
    "CREATE INDEX event_dates_due ON event_dates(due)",
    _CALENDAR,
    "CREATE INDEX calendar_entries_uid ON calendar_entries(uid)",
    "ALTER TABLE deadlines ADD COLUMN starter TEXT",
    "ALTER TABLE deadlines ADD COLUMN starter_kind TEXT",
    # Every day on which something is due: computed from the text, or from an event that somebody entered.
    """CREATE VIEW due_dates AS
        SELECT x.due, x.id AS deadline, x.norm, x.document, NULL AS event FROM deadlines x WHERE x.due IS NOT NULL
        UNION ALL
        SELECT substr(t.due, 1, 10), x.id, x.norm, x.document, e.id
        FROM events e JOIN deadlines x ON x.id = e.deadline JOIN event_dates t ON t.event = e.id""",
    "DROP VIEW upcoming_deadlines",
    "DROP VIEW obligations",
    "DROP VIEW register",
    """CREATE VIEW register AS SELECT
        n.row AS rowid, n.id, d.title AS document_title, n.place, n.modality, n.strength, n.bearer, n.bearer_class,
        n.quote, (SELECT group_concat(x.quote, '; ') FROM deadlines x WHERE x.norm = n.id) AS deadlines,
        (SELECT min(y.due) FROM (
            SELECT x.due FROM deadlines x WHERE x.norm = n.id
            UNION ALL SELECT substr(t.due, 1, 10) FROM deadlines x JOIN events e ON e.deadline = x.id
            JOIN event_dates t ON t.event = e.id WHERE x.norm = n.id) y) AS due, n.page, n.language, d.work,
        w.short_title AS work_title, n.action, n.recipient, n.condition, n.exception, n.confidence, d.source,
        n.document, n.terms
        FROM norms n JOIN documents d ON d.id = n.document LEFT JOIN work_names w ON w.document = d.id""",
    """CREATE VIEW obligations AS SELECT
        id, document_title, place, modality, strength, bearer, bearer_class, quote, deadlines, due, page, language,
        work_title, condition, exception, confidence, source
        FROM register WHERE modality IN ('obligation', 'prohibition')""",
    """CREATE VIEW upcoming_deadlines AS SELECT
        y.due, CAST(julianday(y.due) - julianday('now', 'start of day') AS INTEGER) AS days_left, x.quote AS deadline,
        n.modality, n.bearer, n.quote, n.place, d.title AS document_title, n.page, n.id AS norm, x.id AS deadline_id,
        e.happened AS event, e.note
        FROM due_dates y JOIN deadlines x ON x.id = y.deadline JOIN norms n ON n.id = y.norm
        JOIN documents d ON d.id = n.document LEFT JOIN events e ON e.id = y.event
        WHERE y.due >= date('now') ORDER BY y.due, d.title, n.position""",
)

CONTENT = (
    "works",
    "documents",
    "work_names",
    "texts",
    "pages",
    "provisions",
    "norms",
    "deadlines",
    "facts",
    "penalties",
    "amounts",
    "citations",
    "rejected",
    "definitions",
    "norm_terms",
    "sanctions",
    "date_changes",
    "evidence",
)
DERIVED = ("moved_facts",)
PEOPLE = ("events", "event_dates", "calendar_entries")
