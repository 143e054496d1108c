"""The norms among which duties to notify are searched: those of documents that speak of incidents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from dutybook.store import exports
from dutybook.store.database.connection import translated
from dutybook.store.rows import NormRow
from dutybook.store.search.filters import Filters, where
from dutybook.store.sql import compose

if TYPE_CHECKING:
    from dutybook.store.register import Register

_CHUNK = 400
#: A norm stands in several languages: the reader's, else English, else the first is taken, of documents that the words occur in.
_CANDIDATES = """SELECT id FROM (SELECT n.id, d.title, d.id AS document, n.position,
        rank() OVER (PARTITION BY f.identity ORDER BY f.language <> ?, f.language <> 'en', f.language) AS nth
    FROM norms n JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document
    WHERE n.document IN (SELECT DISTINCT x.document FROM norms_fts s JOIN norms x ON x.row = s.rowid WHERE norms_fts MATCH ?)
    AND {passing}) WHERE nth = 1 ORDER BY title, document, position"""


@dataclass(frozen=True, slots=True)
class CandidateNorm:
    """A norm with the words of the headings above it."""

    norm: NormRow
    headings: str


def candidate_norms(register: Register, expression: str, filters: Filters, reader: str) -> Iterator[CandidateNorm]:
    """Norms that pass the filters, of documents in which an expression of the full text search occurs, by document, in their order.

    ``reader`` is the language that is preferred where a norm stands in several.
    """
    passing, values = where(filters)
    with translated(register.path):
        sql = compose(_CANDIDATES, passing=passing)
        found = (str(row[0]) for row in register._connection.execute(sql, (reader, expression, *values)).fetchall())
    while chunk := list(islice(found, _CHUNK)):
        above = exports.above(register, chunk)
        for norm in register.norms_by_id(chunk):
            yield CandidateNorm(norm, " | ".join(heading.words for heading in above.get(norm.id, ())))
