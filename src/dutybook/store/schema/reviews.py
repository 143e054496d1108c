"""What people say of norms, and the history of who said what when.

A record belongs to a norm through its versions, copies and languages. ``review_norms`` are the norms that it was said of or
came to, with enough of each to find it again; ``reviews.norm`` is the one where it stands now. Everything here is made
from ``history`` and nothing else, row by row (:mod:`dutybook.store.judgements.record` replays it).
"""

from __future__ import annotations

_REVIEW = "review TEXT NOT NULL REFERENCES reviews(id) ON DELETE CASCADE"


def _frozen(table: str, event: str, condition: str = "1") -> str:
    """A trigger that forbids what would rewrite the past."""
    return (
        f"CREATE TRIGGER {table}_{event.lower()} BEFORE {event} ON {table} WHEN {condition} BEGIN"
        f" SELECT RAISE(ABORT, '{table} is only ever added to'); END"
    )


STEP: tuple[str, ...] = (
    # ``due`` and ``review_date`` are the people's own days. ``why`` says why the status is "requires review". ``stands`` is the
    # date of the version that it was last compared with, ``seen`` which changes of that version are dealt with (JSON; "*":
    # all). ``revision`` and ``changed`` are number and time of its last row in ``history``.
    """CREATE TABLE reviews (
        id TEXT PRIMARY KEY, norm TEXT NOT NULL, status TEXT NOT NULL, owner TEXT NOT NULL, reviewer TEXT NOT NULL,
        due TEXT NOT NULL, review_date TEXT NOT NULL, applicability TEXT NOT NULL, applicability_reason TEXT NOT NULL,
        applicability_by TEXT NOT NULL, applicability_on TEXT NOT NULL, control TEXT NOT NULL, finding TEXT NOT NULL,
        finding_reason TEXT NOT NULL, why TEXT NOT NULL, stands TEXT NOT NULL, seen TEXT NOT NULL,
        revision INTEGER NOT NULL, changed TEXT NOT NULL, changed_by TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX reviews_norm ON reviews(norm)",
    "CREATE INDEX reviews_status ON reviews(status)",
    "CREATE INDEX reviews_owner ON reviews(owner)",
    # ``missing``: the register has no such norm now. Values are the extractor's, not corrected ones.
    f"""CREATE TABLE review_norms (
        {_REVIEW}, norm TEXT NOT NULL UNIQUE, document TEXT NOT NULL, work TEXT NOT NULL, language TEXT NOT NULL,
        version TEXT NOT NULL, title TEXT NOT NULL, place TEXT NOT NULL, span_start INTEGER NOT NULL,
        span_end INTEGER NOT NULL, quote TEXT NOT NULL, modality TEXT NOT NULL, strength TEXT NOT NULL,
        bearer TEXT NOT NULL, missing INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (review, norm)
    ) STRICT""",
    "CREATE INDEX review_norms_work ON review_norms(work)",
    "CREATE INDEX review_norms_document ON review_norms(document)",
    "CREATE INDEX review_norms_missing ON review_norms(document, work) WHERE missing",
    "CREATE TRIGGER review_norms_lost AFTER DELETE ON norms BEGIN"
    " UPDATE review_norms SET missing = 1 WHERE norm = old.id; END",
    f"""CREATE TABLE review_notes (
        {_REVIEW}, position INTEGER NOT NULL, text TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (review, position)
    ) STRICT""",
    # ``target`` is a path or address; nobody here opens it.
    f"""CREATE TABLE review_links (
        {_REVIEW}, position INTEGER NOT NULL, label TEXT NOT NULL, target TEXT NOT NULL, by TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (review, position)
    ) STRICT""",
    # What a person puts in place of what was extracted (NULL: nothing), norm by norm. ``field`` is a column of ``norms``;
    # "deadline" or "due", with the words of the deadline behind a colon; or "finding", where it is no norm at all.
    f"""CREATE TABLE review_corrections (
        {_REVIEW}, norm TEXT NOT NULL, field TEXT NOT NULL, extracted TEXT, value TEXT, why TEXT NOT NULL, by TEXT NOT NULL,
        at TEXT NOT NULL, PRIMARY KEY (review, norm, field)
    ) STRICT""",
    "CREATE INDEX review_corrections_norm ON review_corrections(norm)",
    # Where corrections are in force now: in ``norms``, or in the ``deadline`` named, ``field`` holds ``value``; the extractor had
    # ``extracted``. Follows from ``review_corrections`` and is made anew with each document.
    f"""CREATE TABLE corrected (
        norm TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE, deadline TEXT NOT NULL, field TEXT NOT NULL,
        extracted TEXT, value TEXT, {_REVIEW}, PRIMARY KEY (norm, deadline, field)
    ) STRICT""",
    "CREATE INDEX corrected_review ON corrected(review)",
    "CREATE INDEX corrected_finding ON corrected(norm) WHERE field = 'finding'",
    # Every change: who, when (UTC), of which record and norm (``identity``: what the norm is through versions and languages).
    # ``change`` is the first row of those made at once, ``undoes`` the change that this one takes back. ``hash`` is SHA-256 over
    # the row with the hash before it (``previous``), so no row can be changed or taken out without breaking all after it.
    """CREATE TABLE history (
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, by TEXT NOT NULL, review TEXT NOT NULL, norm TEXT NOT NULL,
        identity TEXT NOT NULL, action TEXT NOT NULL, field TEXT NOT NULL, old TEXT, new TEXT, why TEXT NOT NULL,
        change INTEGER NOT NULL, undoes INTEGER, previous TEXT NOT NULL, hash TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX history_review ON history(review, seq)",
    "CREATE INDEX history_at ON history(at)",
    # How long the history is, and its last hash: without it, rows missing at the end could not be told.
    "CREATE TABLE history_head (id INTEGER PRIMARY KEY CHECK (id = 1), rows INTEGER NOT NULL, hash TEXT NOT NULL) STRICT",
    "INSERT INTO history_head (id, rows, hash) VALUES (1, 0, printf('%064d', 0))",
    _frozen("history", "UPDATE"),
    _frozen("history", "DELETE"),
    # Also against INSERT OR REPLACE, which deletes without asking triggers.
    _frozen("history", "INSERT", "new.seq IS NOT (SELECT rows + 1 FROM history_head)"),
    _frozen("history_head", "DELETE"),
    _frozen("history_head", "UPDATE", "new.rows <= old.rows"),
    _frozen("history_head", "INSERT", "EXISTS (SELECT 1 FROM history_head)"),
    # Which record speaks of a norm: its own, else that of the same norm in another version, copy or language.
    """CREATE VIEW norm_reviews AS
        SELECT b.norm, b.review FROM review_norms b
        UNION SELECT j.norm, b.review FROM review_norms b JOIN norm_identities i ON i.norm = b.norm
        JOIN norm_identities j ON j.identity = i.identity
        WHERE NOT EXISTS (SELECT 1 FROM review_norms x WHERE x.norm = j.norm)""",
    # What somebody rejected sets no dates.
    "DROP VIEW due_dates",
    """CREATE VIEW due_dates AS
        SELECT x.due, x.id AS deadline, x.norm, x.document, NULL AS event FROM deadlines x
        WHERE x.due IS NOT NULL AND x.norm NOT IN (SELECT c.norm FROM corrected c WHERE c.field = 'finding')
        UNION ALL
        SELECT substr(t.due, 1, 10), x.id, x.norm, x.document, e.id
        FROM events e JOIN deadlines x ON x.id = e.deadline JOIN event_dates t ON t.event = e.id
        WHERE x.norm NOT IN (SELECT c.norm FROM corrected c WHERE c.field = 'finding')""",
)

PEOPLE: tuple[str, ...] = (
    *(
        "reviews",
        "review_norms",
        "review_notes",
        "review_links",
        "review_corrections",
        "corrected",
        "history",
        "history_head",
    ),
)
