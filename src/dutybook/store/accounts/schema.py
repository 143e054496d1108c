"""Tables of the accounts file. Steps are never edited once released."""

from __future__ import annotations

#: "DBac": tells the file from a register and from databases of other programs.
APPLICATION_ID = 0x44426163

_V1 = (
    """CREATE TABLE people (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        folded TEXT NOT NULL UNIQUE,
        role TEXT NOT NULL CHECK (role IN ('reader', 'editor', 'admin')),
        hash TEXT,
        created TEXT NOT NULL,
        disabled TEXT,
        last_signed_in TEXT
    )""",
    # Names of people who were removed: they stand in the register's history, so nobody else gets them.
    "CREATE TABLE former_names (folded TEXT PRIMARY KEY, name TEXT NOT NULL, removed TEXT NOT NULL)",
    """CREATE TABLE links (
        person INTEGER PRIMARY KEY REFERENCES people (id) ON DELETE CASCADE,
        digest TEXT NOT NULL UNIQUE,
        created TEXT NOT NULL,
        expires TEXT NOT NULL
    )""",
    """CREATE TABLE sessions (
        digest TEXT PRIMARY KEY,
        person INTEGER NOT NULL REFERENCES people (id) ON DELETE CASCADE,
        created TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        expires TEXT NOT NULL,
        address TEXT NOT NULL,
        agent TEXT NOT NULL
    )""",
    "CREATE INDEX sessions_of_person ON sessions (person)",
    # A token of no person is for whoever runs the application for himself alone.
    """CREATE TABLE tokens (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        digest TEXT NOT NULL UNIQUE,
        person INTEGER REFERENCES people (id) ON DELETE CASCADE,
        name TEXT NOT NULL,
        scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'feed')),
        created TEXT NOT NULL,
        last_used TEXT,
        expires TEXT
    )""",
    "CREATE INDEX tokens_of_person ON tokens (person)",
    """CREATE TABLE attempts (
        digest TEXT PRIMARY KEY,
        failures INTEGER NOT NULL,
        last REAL NOT NULL,
        blocked_until REAL NOT NULL
    )""",
    """CREATE TABLE log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at TEXT NOT NULL,
        by TEXT NOT NULL,
        event TEXT NOT NULL,
        person TEXT NOT NULL,
        detail TEXT NOT NULL,
        address TEXT NOT NULL
    )""",
    "CREATE TRIGGER log_is_not_changed BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END",
    "CREATE TRIGGER log_is_not_cut BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is only added to'); END",
)

#: Step ``n`` (from 0) takes a file from format ``n`` to ``n + 1``.
STEPS: tuple[tuple[str, ...], ...] = (_V1,)
FORMAT = len(STEPS)
