"""What search by meaning needs: a vector for each text that stands for a norm, and which norm has which.

All of it follows from the norms and can be made anew (``dutybook index --rebuild``).
"""

from __future__ import annotations

STEP: tuple[str, ...] = (
    # The one encoder whose vectors the register holds: vectors of two encoders cannot be compared. ``generation`` is another
    # one each time that all are made anew. ``index_token`` is part of the name of the file beside the database that holds the
    # approximate index, ``index_last`` the last vector in it; NULL where there is none.
    """CREATE TABLE vector_model (
        one INTEGER PRIMARY KEY CHECK (one = 1), model TEXT NOT NULL, dimensions INTEGER NOT NULL,
        generation TEXT NOT NULL, index_token TEXT, index_last INTEGER
    ) STRICT""",
    # ``key`` is the SHA-256 of model and encoded text (hex), so that a text that returns (copies, versions, re-reading) keeps
    # its vector. ``vector`` holds one signed byte a dimension, scaled so that the largest is 127. An ``id`` is never given
    # twice: the index file may still know one that is gone.
    """CREATE TABLE vectors (
        id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, vector BLOB NOT NULL
    ) STRICT""",
    """CREATE TABLE norm_vectors (
        norm TEXT PRIMARY KEY REFERENCES norms(id) ON DELETE CASCADE,
        vector INTEGER NOT NULL REFERENCES vectors(id) ON DELETE CASCADE
    ) STRICT""",
    "CREATE INDEX norm_vectors_vector ON norm_vectors(vector)",
)

#: Nothing here is compared between registers: it says how far ``dutybook index`` has come, not what was found.
DERIVED: tuple[str, ...] = ()

VECTORS: tuple[str, ...] = ("vector_model", "vectors", "norm_vectors")
