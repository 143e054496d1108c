"""The same norm through versions and languages, what changed between versions, and where languages deviate."""

from __future__ import annotations

_DOCUMENT = "document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE"

STEP: tuple[str, ...] = (
    # Norms that are one norm share ``identity``: the id of the first of them (oldest version, English before others); a norm
    # alone has its own id there. ``basis`` says how it was recognised: first, text (the same words), place, renumbered,
    # language.
    f"""CREATE TABLE norm_identities (
        norm TEXT PRIMARY KEY REFERENCES norms(id) ON DELETE CASCADE, identity TEXT NOT NULL, {_DOCUMENT},
        basis TEXT NOT NULL
    ) STRICT""",
    "INSERT INTO norm_identities (norm, identity, document, basis) SELECT id, id, document, 'first' FROM norms",
    "CREATE INDEX norm_identities_identity ON norm_identities(identity)",
    "CREATE INDEX norm_identities_document ON norm_identities(document)",
    # Two documents of a work whose norms were aligned, kept so that a further document costs its own alignments only.
    # ``kind`` is version, copy or language; ``pairs`` JSON of [norm, norm, basis, score]; ``made`` what it rests on besides the two.
    """CREATE TABLE alignments (
        one TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        other TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE, work TEXT NOT NULL, kind TEXT NOT NULL,
        made TEXT NOT NULL, pairs TEXT NOT NULL, PRIMARY KEY (one, other)
    ) STRICT""",
    "CREATE INDEX alignments_other ON alignments(other)",
    "CREATE INDEX alignments_work ON alignments(work)",
    # One row a kind of change of one norm between two consecutive versions in one language: added, repealed, tightened,
    # relaxed, deadline moved, bearer changed, reworded, renumbered (rules: resolve/identity/strictness.py). ``old_norm`` is NULL for
    # added, ``new_norm`` for repealed ones; ``detail`` is JSON of what it was and what it is. ``corrected``: a corrigendum
    # (``new_document``) puts words of ``old_norm`` right.
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
    # Every "for … read …" of a corrigendum (``document``), whether or not the act that it corrects is here. ``cited`` is where, as
    # written, ``place`` the same as in ``norms``; ``act`` the document whose words they are and ``norm`` the norm there, NULL where none is.
    f"""CREATE TABLE corrections (
        id TEXT PRIMARY KEY, {_DOCUMENT}, position INTEGER NOT NULL, work TEXT NOT NULL, language TEXT NOT NULL,
        cited TEXT NOT NULL, place TEXT, wrong TEXT NOT NULL, "right" TEXT NOT NULL,
        act TEXT REFERENCES documents(id) ON DELETE SET NULL, norm TEXT
    ) STRICT""",
    "CREATE INDEX corrections_document ON corrections(document, position)",
    "CREATE INDEX corrections_work ON corrections(work)",
    "CREATE INDEX corrections_act ON corrections(act)",
    # Where two language versions of one norm say different things: ``kind`` is modality, strength, deadline or number, ``said`` and
    # ``other_said`` what the one and the other says.
    """CREATE TABLE deviations (
        id TEXT PRIMARY KEY, work TEXT NOT NULL, identity TEXT NOT NULL, kind TEXT NOT NULL,
        norm TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE,
        other TEXT NOT NULL REFERENCES norms(id) ON DELETE CASCADE, said TEXT NOT NULL, other_said TEXT NOT NULL,
        document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE,
        other_document TEXT NOT NULL REFERENCES documents(id) ON DELETE CASCADE
    ) STRICT""",
    "CREATE INDEX deviations_work ON deviations(work)",
    "CREATE INDEX deviations_norm ON deviations(norm)",
    "CREATE INDEX deviations_other ON deviations(other)",
    "CREATE INDEX deviations_document ON deviations(document)",
    "CREATE INDEX deviations_other_document ON deviations(other_document)",
)

#: ``norm_identities`` is a view since version 8 (see schema/indexes.py).
DERIVED = ("alignments", "changes", "corrections", "deviations")
