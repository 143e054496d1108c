"""Sources that are watched: what is asked, how far each has come, and which items it gave."""

from __future__ import annotations

_WATCH = "watch INTEGER NOT NULL REFERENCES watches(id) ON DELETE CASCADE"

STEP: tuple[str, ...] = (
    # ``options`` are the source's own, as its check made them; ``manners`` how it is asked (who may be asked, limits); ``reading``
    # how its documents are read; ``cursor`` how far it has come, in its own words: all JSON. ``every`` in seconds. ``failures``
    # in a row, ``not_before``: nobody asks it earlier. ``holder`` is the process that runs it now, until ``held_until`` at most.
    """CREATE TABLE watches (
        id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, target TEXT NOT NULL, options TEXT NOT NULL,
        manners TEXT NOT NULL, reading TEXT NOT NULL, every INTEGER NOT NULL, paused INTEGER NOT NULL DEFAULT 0,
        created TEXT NOT NULL, created_by TEXT NOT NULL, cursor TEXT NOT NULL DEFAULT '{}', last_run TEXT, last_ok TEXT,
        error TEXT NOT NULL DEFAULT '', failures INTEGER NOT NULL DEFAULT 0, not_before TEXT, holder TEXT, held_until TEXT
    ) STRICT""",
    # What a source knows of. ``state``: waiting (to be fetched), kept (its newest file is here), failed (tried again at
    # ``next_try``; NULL: not before it changes). ``path``: it is a file of this machine. ``gone``: since when the source has it
    # no more; what was read of it stays.
    f"""CREATE TABLE watch_items (
        {_WATCH}, key TEXT NOT NULL, url TEXT NOT NULL, title TEXT NOT NULL, published TEXT, language TEXT, stamp TEXT,
        extension TEXT NOT NULL, path TEXT, more TEXT NOT NULL, etag TEXT, modified TEXT, state TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0, next_try TEXT, error TEXT NOT NULL DEFAULT '', first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL, gone TEXT, PRIMARY KEY (watch, key)
    ) STRICT""",
    "CREATE INDEX watch_items_state ON watch_items(watch, state)",
    # What was fetched of an item, each version a file of its own (``file``: beside the database, or where it stands).
    # ``fingerprint`` tells whether it says the same as the one before. ``state``: fetched (still to be read), read, partly read,
    # unread (``error`` says why).
    f"""CREATE TABLE watch_files (
        id INTEGER PRIMARY KEY, {_WATCH}, key TEXT NOT NULL, file TEXT NOT NULL, url TEXT NOT NULL,
        sha256 TEXT NOT NULL, fingerprint TEXT NOT NULL, published TEXT, fetched TEXT NOT NULL, state TEXT NOT NULL,
        error TEXT NOT NULL DEFAULT ''
    ) STRICT""",
    "CREATE INDEX watch_files_item ON watch_files(watch, key, id)",
    "CREATE INDEX watch_files_sha256 ON watch_files(sha256)",
    "CREATE INDEX watch_files_waiting ON watch_files(watch) WHERE state = 'fetched'",
    # A diary. ``problems`` is JSON, a line each; ``finished`` is NULL while it runs, and where it was cut off.
    f"""CREATE TABLE watch_runs (
        id INTEGER PRIMARY KEY, {_WATCH}, started TEXT NOT NULL, finished TEXT, listed INTEGER NOT NULL DEFAULT 0,
        fetched INTEGER NOT NULL DEFAULT 0, read INTEGER NOT NULL DEFAULT 0, unread INTEGER NOT NULL DEFAULT 0,
        problems TEXT NOT NULL DEFAULT '[]'
    ) STRICT""",
    "CREATE INDEX watch_runs_watch ON watch_runs(watch, id)",
    # Where documents came from: a document with the bytes of a file that a watch brought.
    """CREATE VIEW watched_documents AS
        SELECT d.id AS document, d.title, w.name AS watch, w.kind, f.url, f.published, f.fetched, i.gone, i.key, f.file
        FROM watch_files f JOIN watch_items i ON i.watch = f.watch AND i.key = f.key JOIN watches w ON w.id = f.watch
        JOIN documents d ON d.sha256 = f.sha256 WHERE f.sha256 <> ''""",
)

PEOPLE: tuple[str, ...] = ("watches", "watch_items", "watch_files", "watch_runs")
