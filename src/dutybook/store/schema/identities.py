"""The same norm through versions and languages, what changed between versions, and where languages deviate."""

from __future__ import annotations

_DOCUMENT = "document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE"

STEP: tuple[str, ...] = (
    # Norms that are one norm share ``identity``; a norm alone has its own id there. ``basis`` says how it was recognised
    # (text, place, renumbered, language, …).
    f"""CREATE TABLE norm_identities (
        norm TEXT PRIMARY KEY REFERENCES norms(id) ON DELETE CASCADE, identity TEXT NOT NULL, {_DOCUMENT},
        basis TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX norm_identities_identity ON norm_identities(identity)",
    "CREATE INDEX norm_identities_document ON norm_identities(document)",
    # One row a kind of change of one norm between two consecutive versions in one language: added, repealed, tightened,
    # relaxed, deadline moved, bearer changed, reworded, renumbered. ``old_norm`` is NULL for added, ``new_norm`` for
    # repealed ones; ``detail`` is JSON of what it was and what it is.
    """CREATE TABLE changes (
        id TEXT PRIMARY KEY, work TEXT NOT NULL, language TEXT NOT NULL,
        old_document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        new_document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, position INTEGER NOT NULL,
        identity TEXT NOT NULL, kind TEXT NOT NULL, old_norm TEXT, new_norm TEXT, old_place TEXT, new_place TEXT,
        old_quote TEXT, new_quote TEXT, detail TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX changes_work ON changes(work, language)",
    "CREATE INDEX changes_old_document ON changes(old_document)",
    "CREATE INDEX changes_new_document ON changes(new_document, position)",
    "CREATE INDEX changes_old_norm ON changes(old_norm)",
    "CREATE INDEX changes_new_norm ON changes(new_norm)",
    "CREATE INDEX changes_identity ON changes(identity)",
    # Where two language versions of one norm say different things: ``kind`` is modality, period, date, amount, …
    """CREATE TABLE deviations (
        id TEXT PRIMARY KEY, work TEXT NOT NULL, identity TEXT NOT NULL, kind TEXT NOT NULL,
        norm TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE,
        other TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE, detail TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX deviations_work ON deviations(work)",
    "CREATE INDEX deviations_norm ON deviations(norm)",
    "CREATE INDEX deviations_other ON deviations(other)",
)

DERIVED = ("norm_identities", "changes", "deviations")
