"""Documents by the files that they were read from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from dutybook.store.connection import translated
from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class Kept:
    """A document, as far as whoever sent its file has to know of it."""

    id: str
    source: str
    sha256: str
    title: str
    language: str
    status: str
    norms: int
    pages: int


def documents_from(register: Register, sources: Sequence[str], digests: Sequence[str]) -> list[Kept]:
    """Documents that were read from these files (full sources), or have the bytes of one of them (SHA-256)."""
    sql = """SELECT id, source, sha256, title, language, status, norms, pages FROM documents
        WHERE source IN (SELECT value FROM json_each(?1))
        UNION SELECT id, source, sha256, title, language, status, norms, pages FROM documents
        WHERE sha256 IN (SELECT value FROM json_each(?2)) AND sha256 <> '' ORDER BY 2, 1"""
    with translated(register.path):
        return [Kept(*row) for row in register.connection.execute(sql, (json.dumps(sources), json.dumps(digests)))]
