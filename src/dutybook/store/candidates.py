"""The norms that a search looks at, one row a norm over versions and languages, ranked and counted.

A common word has hundreds of thousands of hits. Ranking, counting and facets look at the first :data:`MOST` that pass the
filters, and say so where there are more. They read narrow rows only (``norm_facets``), never the norms' long ones.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import Any

from dutybook.store import cited
from dutybook.store.facets import Cell, Facet
from dutybook.store.filters import Filters

#: So many hits are ranked and counted at most.
MOST = 20_000
# quote, bearer, action, place, document_title, terms: a place is asked for by name, the terms repeat the quote.
WEIGHTS = "2.0, 4.0, 1.0, 10.0, 1.0, 1.0"
#: Columns of norms that the narrow row has too: a condition on them alone reads no long row.
_NARROW = re.compile(r"\bn\.(row|document|language|modality|strength|bearer_class|bearer|place)\b")


@dataclass(frozen=True, slots=True)
class Found:
    """A norm that was found: ``identity`` of it, its best row, rank (lower is better, 0.0 without words)."""

    identity: str
    row: int
    rank: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows that pass, in no order: columns ``row, identity, document, rank`` and then those of the facets asked for.

    ``more``: there are further ones, which were not looked at.
    """

    rows: list[tuple[int, str, str, float, *tuple[Cell, ...]]]
    more: bool
    facets: tuple[Facet, ...]

    def counts(self, facet: Facet, today: date) -> Counter[str]:
        """How many norms have each value."""
        at = 4
        for other in self.facets:
            if other is facet:
                break
            at += len(other.columns)
        columns = [self._column(place) for place in (1, *range(at, at + len(facet.columns)))]
        identities = set(columns[0])
        # A norm in several languages counts once for each value that one of its texts has.
        alone = len(identities) == len(self.rows)
        pairs = () if alone else set(zip(*columns, strict=True))
        cells = Counter(zip(*columns[1:], strict=True) if alone else (pair[1:] for pair in pairs))
        values = {cell: tuple(facet.values_of(cell, today)) for cell in cells}
        if alone or len(pairs) == len(identities):
            made: Counter[str] = Counter()
            for cell, number in cells.items():
                for value in values[cell]:
                    made[value] += number
            return made
        return Counter(value for _, value in {(pair[0], value) for pair in pairs for value in values[pair[1:]]})

    def _column(self, place: int) -> list[Any]:
        return list(map(itemgetter(place), self.rows))


def candidates(
    connection: sqlite3.Connection,
    filters: Filters,
    condition: tuple[str, Sequence[object]],
    facets: Iterable[Facet] = (),
    *,
    grouped: bool = True,
) -> Candidates:
    """Rows that meet ``condition`` (of :func:`dutybook.store.reader.where`, without the words) and the words.

    With words the full-text index leads; without them the rows come in the order of documents by title. Unless they are
    ``grouped``, each row is a norm of its own.
    """
    chosen = tuple(facets)
    sql, values = condition
    sql = narrow(sql)
    columns = "".join(f", {column}" for facet in chosen for column in facet.selected)
    joins = " CROSS JOIN norms n ON n.row = f.row" if re.search(r"\bn\.", sql) else ""
    joins += " CROSS JOIN documents d ON d.id = f.document" if re.search(r"\bd\.", sql) else ""
    joins += "".join(dict.fromkeys(facet.joins for facet in chosen))
    identity = "f.identity" if grouped else "CAST(f.row AS TEXT)"
    match = filters.query.match
    if filters.query.cited:
        lead, given = cited.rows_sql(filters.query, MOST + 1)
        tables, rank, order = f"({lead}) q CROSS JOIN norm_facets f ON f.row = q.row", "q.tier", ""
        values = [*given, *values]
    elif match:
        rank, tables = f"bm25(norms_fts, {WEIGHTS})", "norms_fts CROSS JOIN norm_facets f ON f.row = norms_fts.rowid"
        sql, values, order = f"norms_fts MATCH ? AND {sql}", [match, *values], ""
    else:
        # The rows of a document stand together in its order; NOT INDEXED keeps SQLite from sorting all of them anew.
        rank, order = "0.0", " ORDER BY r.title, r.document"
        tables = "document_rows r CROSS JOIN norm_facets f NOT INDEXED ON f.row BETWEEN r.first AND r.last"
        sql = sql.replace("f.document", "r.document")
    rows = connection.execute(
        f"SELECT f.row, {identity}, f.document, {rank}{columns} FROM {tables}{joins} WHERE {sql}{order} LIMIT ?",  # noqa: S608
        (*values, MOST + 1),
    ).fetchall()
    return Candidates(rows[:MOST], len(rows) > MOST, chosen)


def narrow(sql: str) -> str:
    """A condition on norms as one on narrow rows, as far as these have its columns."""
    return _NARROW.sub(r"f.\1", re.sub(r"\bn\.id\b", "f.norm", sql))


def ranked(connection: sqlite3.Connection, found: Candidates, limit: int, offset: int) -> tuple[list[Found], int]:
    """The norms at ``offset``, the best first, then by document and place in it; and how many there are."""
    best: dict[str, float] = {}
    for _, identity, _, rank, *_ in found.rows:
        if rank < best.get(identity, 1.0):
            best[identity] = rank
    end = offset + limit
    if not best or not limit:
        return [], len(best)
    last = sorted(best.values())[min(end, len(best)) - 1]
    # Only those that may stand on the page are put in order to the last tie.
    near = [row for row in found.rows if row[3] <= last and row[3] == best[row[1]]]
    titles = _titles(connection, {row[2] for row in near})
    near.sort(key=lambda row: (row[3], titles[row[2]], row[2], row[0]))
    made: dict[str, Found] = {}
    for row, identity, _, rank, *_ in near:
        made.setdefault(identity, Found(identity, row, rank))
        if len(made) == end:
            break
    return list(made.values())[offset:end], len(best)


def _titles(connection: sqlite3.Connection, documents: set[str]) -> dict[str, str]:
    if len(documents) < 500:
        marks = ",".join("?" * len(documents))
        sql = f"SELECT document, title FROM document_rows WHERE document IN ({marks})"  # noqa: S608 - marks only
        return dict(connection.execute(sql, tuple(documents)).fetchall())
    return dict(connection.execute("SELECT document, title FROM document_rows").fetchall())
