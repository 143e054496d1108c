"""The norms that a search looks at, one row a norm over versions and languages, ranked and counted.

A common word has hundreds of thousands of hits. Ranking, counting and facets look at the first :data:`MOST` that pass the
filters, and say so where there are more. They read narrow rows only (``norm_facets``), never the norms' long ones.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import cast

from dutybook.languages.wordforms import LANGUAGES
from dutybook.store.database.protocols import Connection, Cursor
from dutybook.store.search import conditions
from dutybook.store.search.conditions import BY_DOCUMENT, NARROW, Columns, Condition, together
from dutybook.store.search.facets import FACETS, Cell, Facet, values_of
from dutybook.store.search.filters import Filters
from dutybook.store.search.ordering import Order
from dutybook.store.search.query import parse
from dutybook.store.sql import NOTHING, Sql, all_of, compose, join

#: So many hits are ranked and counted at most.
MOST = 15_000
#: Rows that are fetched at once where it depends on them whether there is need for more.
_CHUNK = 2_000
# quote, bearer, action, place, document_title, headings, terms: a place is asked for by name, the terms repeat the quote.
WEIGHTS = compose("2.0, 4.0, 1.0, 10.0, 1.0, 4.0, 1.0")
# Of norms with the same words the main duty of an article is meant: it stands in the first paragraph, binds, and has a bearer that the
# act defines.
_RANK = compose(
    """bm25(norms_fts, {weights}) * (1.0 + 0.3 * f.leading + 0.1 * (f.modality IN ('obligation', 'prohibition'))
    + 0.1 * (f.role IS NOT NULL))""",
    weights=WEIGHTS,
)


#: Row, identity, document, rank, and the cells of facets.
CandidateRow = tuple[int, str, str, float, *tuple[Cell, ...]]
#: Each language that norms of the register have, found with one look a language.
_LANGUAGES = """WITH RECURSIVE l(language) AS (SELECT min(language) FROM document_languages UNION ALL
    SELECT (SELECT min(d.language) FROM document_languages d WHERE d.language > l.language) FROM l WHERE l.language IS NOT NULL)
    SELECT language FROM l WHERE language IS NOT NULL"""


@dataclass(frozen=True, slots=True)
class Found:
    """A norm that was found: ``identity`` of it, its best row, rank (lower is better, 0.0 without words)."""

    identity: str
    row: int
    rank: float


@dataclass(frozen=True)
class Candidates:
    """Rows that pass, in no order: columns ``row, identity, document, rank`` and then those of the facets asked for.

    ``more``: there are further ones, which were not looked at. ``ordered``: they come in the order in which they are shown.
    """

    rows: list[CandidateRow]
    more: bool
    facets: tuple[Facet, ...]
    ordered: bool = False

    @property
    def number(self) -> int:
        """How many norms they are."""
        return len(self._identities)

    def identities(self, most: int) -> list[str]:
        """Identities of at most so many of them."""
        return list(islice(self._identities, most))

    def counts(self, facet: Facet, today: date) -> Counter[str]:
        """How many norms have each value."""
        at = 4
        for other in self.facets:
            if other is facet:
                break
            at += len(other.columns)
        places = range(at, at + len(facet.columns))
        single = len(places) == 1
        cells_of = itemgetter(*places)
        cells = Counter(map(cells_of, self._alone))
        # A norm in several languages counts once for each value that one of its texts has.
        among = set(map(itemgetter(1, *places), self._several))
        values = {
            cell: tuple(facet.values_of((cell,) if single else cell, today))
            for cell in {*cells, *map(cells_of, self._several)}
        }
        made: Counter[str] = Counter()
        for cell, number in cells.items():
            for value in values[cell]:
                made[value] += number
        of = ((identity, cell[0] if single else tuple(cell)) for identity, *cell in among)
        made.update(value for _, value in {(identity, value) for identity, cell in of for value in values[cell]})
        return made

    @cached_property
    def _identities(self) -> Counter[str]:
        """How many rows each norm has."""
        return Counter(map(itemgetter(1), self.rows))

    @cached_property
    def _alone(self) -> list[CandidateRow]:
        """Rows of norms that have no other."""
        times = self._identities
        return self.rows if len(times) == len(self.rows) else [row for row in self.rows if times[row[1]] == 1]

    @cached_property
    def _several(self) -> list[CandidateRow]:
        """The other rows."""
        times = self._identities
        return [] if len(times) == len(self.rows) else [row for row in self.rows if times[row[1]] > 1]


def candidates(
    connection: Connection,
    filters: Filters,
    conditions: Sequence[Condition],
    facets: Iterable[Facet] = (),
    *,
    grouped: bool = True,
) -> Candidates:
    """Rows that meet ``conditions`` (of :func:`dutybook.store.search.filters.conditions_of`, without the words) and the words.

    With words the full-text index leads; without them the rows come in the order of documents by title. Unless they are
    ``grouped``, each row is a norm of its own.
    """
    return drilled(connection, filters, conditions, (), facets, grouped=grouped)[0]


def drilled(
    connection: Connection,
    filters: Filters,
    conditions: Sequence[Condition],
    own: Sequence[Sequence[Condition]],
    facets: Iterable[Facet] = (),
    *,
    grouped: bool = True,
    order: Order | None = None,
) -> list[Candidates]:
    """:func:`candidates` that meet all conditions, then those that meet all but ``own[0]``, all but ``own[1]``, …

    The facets of a search are counted over these. Each row is looked at once for all of them, and ranked only where it meets all
    conditions. With an ``order`` the last column of a row is its key.
    """
    start = _start(connection, filters)
    within, languages = _spoken_in(filters, conditions) if start.ordered else ([], [])
    start = replace(start, conditions=(*within, *start.conditions), values=(*languages, *start.values))
    return _looked_at(connection, start, conditions, own, tuple(facets), grouped=grouped, order=order)


def of_norms(
    connection: Connection, norms: Sequence[str], facets: Iterable[Facet] = (), *, grouped: bool = True
) -> Candidates:
    """Rows of norms that are known by their ids, whatever passes filters; ``grouped`` as for :func:`candidates`."""
    if not norms:
        return Candidates([], False, tuple(facets))
    named = compose("(SELECT x.row AS row FROM json_each(?) j CROSS JOIN norms x ON x.id = j.value) q")
    tables = compose("{named} CROSS JOIN norm_facets f ON f.row = q.row", named=named)
    start = _Start(tables, NARROW, compose("0.0"), lead=[json.dumps(list(dict.fromkeys(norms)))])
    return _looked_at(connection, start, (), (), tuple(facets), grouped=grouped)[0]


def _looked_at(
    connection: Connection,
    start: _Start,
    conditions: Sequence[Condition],
    own: Sequence[Sequence[Condition]],
    chosen: tuple[Facet, ...],
    *,
    grouped: bool,
    order: Order | None = None,
) -> list[Candidates]:
    """What :func:`drilled` is asked for, from where a search starts."""
    parts = [_bracketed(*together(each, start.columns)) for each in own]
    common, common_values = together(conditions, start.columns)
    passing, values = [*start.conditions, common], [*start.values, *common_values]
    rank, lead = start.rank, start.lead
    if parts:
        but_one, but_one_values = _but_one(parts)
        passing, values = [*passing, but_one], [*values, *but_one_values]
        # No rank of a result is above 0: there stands which condition a row does not meet.
        unmet = (
            compose("WHEN NOT coalesce({part}, 0) THEN {number}.0", part=part, number=number)
            for number, (part, _) in enumerate(parts, 1)
        )
        rank = compose("CASE {unmet} ELSE {rank} END", unmet=join(" ", unmet), rank=rank)
        lead = [*(value for _, given in parts for value in given), *lead]
    joins = [*(facet.joins for facet in chosen), *([order.joins] if order else [])]
    sql = compose(
        "SELECT f.row, {identity}, f.document, {columns} FROM {tables} {joins} WHERE {passing} {order} {limit}",
        identity=compose("f.identity") if grouped else compose("CAST(f.row AS TEXT)"),
        columns=join(
            ", ",
            [rank, *(column for facet in chosen for column in facet.columns), *([order.key] if order else [])],
        ),
        tables=start.tables,
        joins=join(" ", dict.fromkeys(each for each in joins if each)),
        passing=all_of(passing),
        order=compose("ORDER BY r.title, r.document, r.first, r.last, f.row") if start.ordered else NOTHING,
        limit=NOTHING if parts else compose("LIMIT {most}", most=MOST + 1),
    )
    cursor = connection.execute(sql, (*lead, *values))
    return [
        Candidates(rows[:MOST], len(rows) > MOST, chosen, start.ordered) for rows in _shared_out(cursor, len(parts))
    ]


def some_identities(connection: Connection, filters: Filters, conditions: Sequence[Condition], most: int) -> list[str]:
    """Identities of at most so many rows that meet ``conditions`` and have the words; the last one of them ends the search."""
    start = _start(connection, filters)
    common, values = together(conditions, start.columns)
    sql = compose(
        "SELECT {identity} FROM {tables} WHERE {passing} LIMIT {most}",
        identity=compose("f.norm") if filters.all_versions else compose("f.identity"),
        most=most,
        tables=start.tables,
        passing=all_of([*start.conditions, common]),
    )
    return [row[0] for row in connection.execute(sql, (*start.lead, *start.values, *values))]


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a search starts: ``tables`` with the ``columns`` of norms, which lead to the rows, and the ``rank`` of each.

    ``conditions`` are those of the words, with their ``values``; ``lead`` are parameters within the tables. ``ordered``: the rows come
    in the order of documents by title.
    """

    tables: Sql
    columns: Columns
    rank: Sql
    conditions: tuple[Sql, ...] = ()
    values: tuple[str, ...] = ()
    lead: Sequence[str] = ()
    ordered: bool = False


def _start(connection: Connection, filters: Filters) -> _Start:
    if filters.query.cited:
        cited, lead = conditions.rows_sql(filters.query, MOST + 1)
        tables = compose("({cited}) q CROSS JOIN norm_facets f ON f.row = q.row", cited=cited)
        return _Start(tables, NARROW, compose("q.tier"), lead=lead)
    if match := _match(connection, filters):
        tables = compose("norms_fts CROSS JOIN norm_facets f ON f.row = norms_fts.rowid")
        return _Start(tables, NARROW, _RANK, (compose("norms_fts MATCH ?"),), (match,))
    return _Start(BY_DOCUMENTS, BY_DOCUMENT, compose("0.0"), ordered=True)


def _bracketed(sql: Sql, values: list[str]) -> tuple[Sql, list[str]]:
    return compose("({sql})", sql=sql), values


def _but_one(parts: Sequence[tuple[Sql, list[str]]]) -> tuple[Sql, list[str]]:
    """The condition that all of ``parts`` hold, or all but one of them."""
    if len(parts) < 2:
        return compose("1"), []
    (first, given), *rest = parts
    either, either_given = _but_one(rest)
    every, every_given = all_of(part for part, _ in rest), [value for _, values in rest for value in values]
    sql = compose("(({first} AND {either}) OR ({every}))", first=first, either=either, every=every)
    return sql, [*given, *either_given, *every_given]


def _shared_out(cursor: Cursor, own: int) -> list[list[CandidateRow]]:
    """Rows of all conditions, then those without each of ``own`` ones; of each set :data:`MOST` and one more."""
    if not own:
        return [cursor.fetchall()]
    every: list[CandidateRow] = []
    without: list[list[CandidateRow]] = [[] for _ in range(own)]
    while any(len(rows) <= MOST for rows in (every, *without)) and (chunk := cursor.fetchmany(_CHUNK)):
        if len(every) <= MOST:
            every += [row for row in chunk if row[3] <= 0]
        for number, rows in enumerate(without, 1):
            if len(rows) <= MOST:
                rows += [row for row in chunk if row[3] <= 0 or row[3] == number]
    cursor.close()
    return [every, *without]


def _spoken_in(filters: Filters, conditions: Sequence[Condition]) -> tuple[list[Sql], list[str]]:
    """Conditions over :data:`BY_DOCUMENTS` beyond the others: documents that have no norm in a language that is asked for are passed over."""
    languages = tuple(language.lower() for language in values_of(filters.language))
    chosen = FACETS["language"].condition
    if not languages or not chosen or chosen(languages, date.min) not in conditions:
        return [], []
    # With the plus, documents are still gone through in the order of their titles, and nothing is sorted.
    within = compose(
        "+r.document IN (SELECT document FROM document_languages WHERE language IN (SELECT value FROM json_each(?)))"
    )
    return [within], [json.dumps(languages)]


def led(filters: Filters, conditions: Sequence[Condition]) -> tuple[Sql, Sql, list[str]]:
    """The tables for all narrow rows that meet ``conditions`` (with the words), the condition and its parameters, for counting.

    Words lead to their rows; without any, the rows are gone through document by document (``r``).
    """
    if filters.query.match or filters.query.cited:
        return compose("norm_facets f"), *together(conditions, NARROW)
    within, languages = _spoken_in(filters, conditions)
    passing, values = together(conditions, BY_DOCUMENT)
    return BY_DOCUMENTS, all_of([*within, passing]), [*languages, *values]


#: All narrow rows, document by document: a condition on ``r.document`` reads those of its documents alone. The rows of a document
#: stand together in its order; NOT INDEXED keeps SQLite from sorting all of them anew.
BY_DOCUMENTS = compose("document_rows r CROSS JOIN norm_facets f NOT INDEXED ON f.row BETWEEN r.first AND r.last")


def ranked(
    connection: Connection, found: Candidates, limit: int, offset: int, order: Order | None = None
) -> tuple[list[Found], int]:
    """The norms at ``offset``, the best first, then by document and place in it; and how many there are.

    With an ``order`` (the one that :func:`drilled` was given) they come in that order.
    """
    end = offset + limit
    if not found.rows or not limit:
        return [], found.number
    near = found.rows if found.ordered or order else _near(found, min(end, found.number))
    if not found.ordered:
        titles = _titles(connection, {row[2] for row in near})
        near.sort(key=lambda row: (row[3], titles[row[2]], row[2], row[0]))
    if order:
        near = cast("list[CandidateRow]", order.sorted(near))
    made: dict[str, Found] = {}
    for row, identity, _, rank, *_ in near:
        made.setdefault(identity, Found(identity, row, rank))
        if len(made) == end:
            break
    return list(made.values())[offset:end], found.number


def _near(found: Candidates, wanted: int) -> list[CandidateRow]:
    """The best rows of all norms that may be among the ``wanted`` best; only these are put in order to the last tie."""
    ranks = sorted(map(itemgetter(3), found.rows))
    looked = wanted
    while True:
        # A norm may have many rows, so the best rows may be those of fewer norms.
        worst = ranks[min(looked, len(ranks)) - 1]
        best: dict[str, float] = {}
        for row in [row for row in found.rows if row[3] <= worst]:
            if row[3] < best.get(row[1], 1.0):
                best[row[1]] = row[3]
        if len(best) >= wanted:
            break
        looked *= 4
    last = sorted(best.values())[wanted - 1]
    return [row for row in found.rows if row[3] <= last and row[3] == best[row[1]]]


def _match(connection: Connection, filters: Filters) -> str:
    """What the words match, in the forms of languages that the register has: each further form costs time with each hit."""
    if not filters.query.match or filters.language:
        return filters.query.match
    known = languages_of(connection)
    return parse(filters.words, known).match if known else filters.query.match


def languages_of(connection: Connection) -> tuple[str, ...]:
    """The languages of norms of the register whose word forms are known."""
    there = {row[0] for row in connection.execute(_LANGUAGES)}
    return tuple(language for language in LANGUAGES if language in there)


def _titles(connection: Connection, documents: set[str]) -> dict[str, str]:
    if len(documents) < 500:
        sql = "SELECT document, title FROM document_rows WHERE document IN (SELECT value FROM json_each(?))"
        return dict(connection.execute(sql, (json.dumps(list(documents)),)).fetchall())
    return dict(connection.execute("SELECT document, title FROM document_rows").fetchall())
