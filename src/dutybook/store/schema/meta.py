"""What the register knows of itself: which of its derived rows are made, by which version of what makes them."""

from __future__ import annotations

STEP: tuple[str, ...] = (
    # ``made:PART`` holds the version of the part that all rows of this register have, ``making:PART`` how far a part is
    # (JSON) while it is made anew. See dutybook.store.maintenance.rebuilding.
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)

STEP_8: tuple[str, ...] = (
    # ``register_id`` names this register, so that a spreadsheet made from another one is not taken for its own. Copies keep it.
    "INSERT OR IGNORE INTO meta (key, value) VALUES ('register_id', lower(hex(randomblob(8))))",
)
