"""The table ``versions``: where each document of a work stands among the others, made anew for the works that are touched."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from dutybook.resolve.versions import Copy, compared, stand

_DOCUMENTS = """SELECT d.id, d.language, d.version_kind, d.version_date, d.published, d.status, d.format, d.norms,
    (SELECT min(f.due) FROM facts f WHERE f.document = d.id AND f.type = 'entry_into_force' AND f.reach = 'whole')
    FROM documents d WHERE d.work = ? ORDER BY d.id"""
_KEY = 80


def arrange(connection: sqlite3.Connection, works: Iterable[str]) -> None:
    """Make the versions of these works anew; bounded by the works' own documents."""
    for work in sorted(works):
        connection.execute("DELETE FROM versions WHERE work = ?", (work,))
        documents = connection.execute(_DOCUMENTS, (work,)).fetchall()
        copies = [
            Copy(
                *(document, language, kind, _day(version), _day(published), _day(in_force)),
                read=status == "read",
                format=form,
                count=count,
            )
            for document, language, kind, version, published, status, form, count, in_force in documents
        ]
        # Norms are long to read: they are compared only where there is something to compare.
        looked = compared(copies)
        copies = [replace(c, norms=_norms(connection, c.document)) if c.document in looked else c for c in copies]
        connection.executemany(
            'INSERT INTO versions (document, work, language, expression, valid_from, valid_until, previous, "next",'
            " preferred, current) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    *(s.document, work, s.language, s.expression, s.valid_from, s.valid_until, s.previous, s.next),
                    *(int(s.preferred), int(s.current)),
                )
                for s in stand(work, copies)
            ],
        )


def _norms(connection: sqlite3.Connection, document: str) -> frozenset[str]:
    """Keys of the words of a document's norms: letters and digits alone, as far as formats keep them."""
    rows = connection.execute("SELECT quote FROM norms WHERE document = ?", (document,))
    return frozenset(re.sub(r"[\W_]+", "", quote.casefold())[:_KEY] for (quote,) in rows)


def _day(written: str | None) -> str | None:
    """The day of an ISO date or moment; None for anything else."""
    return written[:10] if written and re.fullmatch(r"\d{4}-\d\d-\d\d.*", written) else None
