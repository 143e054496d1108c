"""Saved searches, alerts on them, what was noticed, and the outbox of what is to be told to whom.

Nothing here refers to rows of documents by foreign keys: what was noticed stays noticed when a document goes and comes again,
and a happening keeps the words that it will be told with.
"""

from __future__ import annotations

_ALERT = "alert TEXT NOT NULL REFERENCES alerts(id) ON DELETE CASCADE"

STEP: tuple[str, ...] = (
    # A search with a name: ``words`` as typed, ``filters`` JSON of those fields of ``Filters`` that are set, ``reader`` the language
    # in which results are shown (empty: as they are).
    """CREATE TABLE saved_searches (
        name TEXT PRIMARY KEY, words TEXT NOT NULL, filters TEXT NOT NULL, reader TEXT NOT NULL, created TEXT NOT NULL,
        created_by TEXT NOT NULL
    ) STRICT""",
    # What counts (``kinds``, parted by a blank), at how many ``days`` before a deadline, how often (``schedule``: now,
    # "daily 07:00", "weekly mon 07:00", in ``zone``). Nothing from before ``since`` is told. ``collected``: when it was last looked
    # for; ``problem``: why that failed, empty where it did not.
    """CREATE TABLE alerts (
        id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, search TEXT NOT NULL REFERENCES saved_searches(name),
        kinds TEXT NOT NULL, days TEXT NOT NULL, schedule TEXT NOT NULL, zone TEXT NOT NULL, reader TEXT NOT NULL,
        state TEXT NOT NULL, since TEXT NOT NULL, collected TEXT NOT NULL, problem TEXT NOT NULL, created TEXT NOT NULL,
        created_by TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX alerts_search ON alerts(search)",
    # Where it is told. ``target`` and ``options`` (JSON) hold references to secrets (env:NAME, file:PATH), not the secrets.
    f"""CREATE TABLE alert_channels (
        {_ALERT}, position INTEGER NOT NULL, kind TEXT NOT NULL, target TEXT NOT NULL, options TEXT NOT NULL,
        PRIMARY KEY (alert, position)
    ) STRICT""",
    # Documents that were looked at, also those that are gone: their version (``day``, ``expression``), where they came from, and the
    # words of their norms as hashes, so that neither a copy nor a new layout nor another reading is taken for something new.
    """CREATE TABLE noticed_documents (
        document TEXT PRIMARY KEY, work TEXT, language TEXT NOT NULL, day TEXT NOT NULL, expression TEXT NOT NULL,
        source TEXT NOT NULL, name TEXT NOT NULL, words TEXT NOT NULL, digest TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX noticed_documents_work ON noticed_documents(work)",
    "CREATE INDEX noticed_documents_source ON noticed_documents(source)",
    "CREATE INDEX noticed_documents_name ON noticed_documents(name)",
    # One thing that happened, whatever languages and copies tell of it; ``data`` is all that a digest says of it (JSON).
    """CREATE TABLE happenings (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sort TEXT NOT NULL, kinds TEXT NOT NULL, work TEXT,
        day TEXT NOT NULL, noticed TEXT NOT NULL, data TEXT NOT NULL
    ) STRICT""",
    # What makes a happening the same: hashes of act, place, words, kind and day, in each language. NULL: known before anybody asked.
    "CREATE TABLE happening_keys (key TEXT PRIMARY KEY, happening TEXT) STRICT",
    "CREATE INDEX happening_keys_happening ON happening_keys(happening)",
    # A happening that an alert is to tell, once: known (not told, it was there before the alert), waiting until ``due``, gathered
    # into deliveries.
    f"""CREATE TABLE outbox (
        {_ALERT}, happening TEXT NOT NULL, state TEXT NOT NULL, due TEXT NOT NULL, noticed TEXT NOT NULL,
        PRIMARY KEY (alert, happening)
    ) STRICT""",
    "CREATE INDEX outbox_waiting ON outbox(due) WHERE state = 'waiting'",
    # One message to one place. Its id follows from alert, channel and ``period``. ``state``: waiting (until ``next_try``), sending (by
    # ``lease_by`` until ``lease_until``), sent, dead. ``doubtful``: an attempt was cut off, and nobody knows whether it arrived.
    f"""CREATE TABLE deliveries (
        id TEXT PRIMARY KEY, {_ALERT}, kind TEXT NOT NULL, target TEXT NOT NULL, options TEXT NOT NULL,
        period TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL, next_try TEXT NOT NULL, lease_by TEXT,
        lease_until TEXT, doubtful INTEGER NOT NULL, problem TEXT NOT NULL, created TEXT NOT NULL, sent TEXT
    ) STRICT""",
    "CREATE INDEX deliveries_alert ON deliveries(alert, created)",
    "CREATE INDEX deliveries_open ON deliveries(next_try) WHERE state IN ('waiting', 'sending')",
    """CREATE TABLE delivery_happenings (
        delivery TEXT NOT NULL REFERENCES deliveries(id) ON DELETE CASCADE, happening TEXT NOT NULL,
        PRIMARY KEY (delivery, happening)
    ) STRICT""",
    "CREATE INDEX delivery_happenings_happening ON delivery_happenings(happening)",
)

PEOPLE: tuple[str, ...] = (
    *("saved_searches", "alerts", "alert_channels", "noticed_documents", "happenings", "happening_keys"),
    *("outbox", "deliveries", "delivery_happenings"),
)
