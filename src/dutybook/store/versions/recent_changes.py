"""Which texts brought changes, over all acts, the newest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from dutybook.store.database.connection import translated
from dutybook.store.register import Register

_TEXTS = """SELECT d.id, d.work, d.language, coalesce(v.valid_from, d.version_date, d.published) AS since, d.version_kind = 'corrigendum',
    (SELECT c.old_document FROM changes c WHERE c.new_document = d.id LIMIT 1) AS old FROM documents d LEFT JOIN versions v ON v.document = d.id
    WHERE EXISTS (SELECT 1 FROM changes c WHERE c.new_document = d.id)
    ORDER BY since IS NULL, since DESC, d.work, d.language, d.id LIMIT ? OFFSET ?"""
_COUNTED = "SELECT kind, count(DISTINCT coalesce(new_norm, old_norm)) FROM changes WHERE new_document = ? GROUP BY kind"


@dataclass(frozen=True, slots=True)
class ChangedText:
    """A text and how many norms it changed, by kind of change; ``since`` is its day (ISO 8601), None where not known.

    ``old`` is the document that it is compared with.
    """

    document: str
    work: str
    language: str
    since: str | None
    corrigendum: bool
    old: str
    counts: dict[str, int]


def recent_changes(register: Register, limit: int, offset: int = 0) -> list[ChangedText]:
    """The texts that changed norms of the version before them, the newest first."""
    made: list[ChangedText] = []
    with translated(register.path):
        for row in register._connection.execute(_TEXTS, (limit, offset)).fetchall():
            counts: dict[str, int] = defaultdict(int)
            counts |= dict(register._connection.execute(_COUNTED, (row[0],)).fetchall())
            document, work, language, since, corrigendum, old = row
            made.append(ChangedText(document, work or "", language, since, bool(corrigendum), old, dict(counts)))
    return made
