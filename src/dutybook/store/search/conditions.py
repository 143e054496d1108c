"""Conditions on norms that hold wherever norms are read from: each names its columns, and a statement says where it has them.

A typed citation is answered in steps: the act's own norms first, then those that cite it, then those that have all the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import LiteralString

from dutybook.languages.letters import fold
from dutybook.store.search.query import Query
from dutybook.store.sql import Sql, all_of, any_of, compose, join, marks, names


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a statement has the columns of norms that conditions name; all other columns are those of ``f`` (norm_facets).

    ``document`` leads to the norms of a document by an index where there is one, ``narrow_document`` reads no long row.
    """

    norm: Sql
    row: Sql
    document: Sql
    narrow_document: Sql
    strength: Sql
    bearer: Sql
    place: Sql


_COLUMNS = tuple(field.name for field in fields(Columns))


def _columns_of(alias: str, **other_names: str) -> Columns:
    """All columns from one table; ``other_names`` are what the table calls them, where that differs."""
    return Columns(**{column: names([other_names.get(column, column)], of=alias) for column in _COLUMNS})


#: In a statement over ``f`` (norm_facets), which reads no long rows.
NARROW = _columns_of("f", narrow_document="document")
#: In a statement over ``n`` (norms) and ``f`` (norm_facets).
WIDE = replace(_columns_of("n", norm="id"), narrow_document=NARROW.narrow_document)
#: In a statement that goes through ``r`` (document_rows) and ``f``, document by document: documents that are not asked for are skipped.
BY_DOCUMENT = replace(NARROW, document=compose("r.document"), narrow_document=compose("r.document"))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition on a norm; :func:`condition` makes it. Equal conditions ask for the same."""

    template: LiteralString
    values: tuple[str, ...]
    pieces: tuple[tuple[str, Sql | int], ...]

    def over(self, columns: Columns) -> Sql:
        """The SQL of the condition, for a statement that has these columns; its parameters are ``values``."""
        named = {hole: getattr(columns, hole) for hole in _COLUMNS if f"{{{hole}}}" in self.template}
        return compose(self.template, **named, **dict(self.pieces))


def condition(template: LiteralString, /, *values: str, **pieces: Sql | int) -> Condition:
    """A condition with its parameters: ``{norm}`` and the other :class:`Columns` are filled in later, ``pieces`` now.

    >>> condition("{place} = ?", "Art 5").over(NARROW)
    'f.[place] = ?'
    """
    return Condition(template, values, tuple(pieces.items()))


def together(conditions: Iterable[Condition], columns: Columns) -> tuple[Sql, list[str]]:
    """Conditions that must all hold as one for a statement that has these columns, with its parameters."""
    chosen = list(conditions)
    return all_of(each.over(columns) for each in chosen), [value for each in chosen for value in each.values]


_MATCHES = compose("n.row IN (SELECT rowid FROM norms_fts WHERE norms_fts MATCH ?)")
_OF_WORKS = """n.document IN (SELECT id FROM documents WHERE work IN ({works}))"""
# "§ 12 Harbour Act": the words beside a place name its act, if the register has one of that name.
_OF_NAMED = compose(
    """n.document IN (SELECT id FROM documents WHERE work IN (SELECT id FROM works WHERE number = ? COLLATE NOCASE
    OR id IN (SELECT work FROM work_names WHERE instr(fold(short_title), ?))
    OR id IN (SELECT work FROM work_numbers WHERE number = ? COLLATE NOCASE)))"""
)
# Ids of works of the register that have one of these numbers, and the numbers themselves: nothing else is cited by them.
_KNOWN = """SELECT id FROM works WHERE number IN ({marks}) UNION SELECT work FROM work_numbers WHERE number IN ({marks})
    UNION VALUES {each}"""
_AT = compose(
    "(c.place = ? OR (substr(c.place, 1, length(?)) = ? AND substr(c.place, length(?) + 1, 1) IN ('(', ' ')))"
)


def own_sql(query: Query) -> tuple[Sql, list[str]]:
    """The SQL condition on ``n`` for norms of the cited act at the cited place that hold the other words, and its parameters."""
    cited = query.cited
    if cited is None:
        return compose("0"), []
    conditions: list[Sql] = []
    values: list[str] = []
    if cited.at:
        conditions.append(_MATCHES)
        values.append(cited.at)
    options: list[Sql] = []
    if cited.works:
        named, given = _known(cited.works)
        option = compose(_OF_WORKS, works=named)
        values += given
        if cited.rest:
            option = compose("({option} AND {matches})", option=option, matches=_MATCHES)
            values.append(cited.rest)
        options.append(option)
    if cited.name:
        options.append(_OF_NAMED)
        values += [cited.name, fold(cited.name), cited.name]
    if cited.rest and not cited.works:
        options.append(_MATCHES)
        values.append(cited.rest)
    if options:
        conditions.append(any_of(options))
    return all_of(conditions) if conditions else compose("0"), values


def citing_sql(query: Query) -> tuple[Sql, list[str]]:
    """The SQL condition on ``n`` for norms that cite the act (at the place or within it) and hold the other words."""
    cited = query.cited
    if cited is None or not cited.works:
        return compose("0"), []
    named, values = _known(cited.works)
    citing = [compose("c.work IN ({works})", works=named)]
    if cited.places:
        citing.append(any_of([_AT] * len(cited.places)))
        values += [one for way in cited.places for one in (way,) * 4]
    conditions = [compose("n.id IN (SELECT c.norm FROM citations c WHERE {citing})", citing=all_of(citing))]
    if cited.rest:
        conditions.append(_MATCHES)
        values.append(cited.rest)
    return all_of(conditions), values


def rows_sql(query: Query, most: int) -> tuple[Sql, list[str]]:
    """SQL for the rows that answer the citation: ``row`` of a norm and ``tier``, its rank (lower is better), and its parameters.

    The act's own text is -3.0, what cites it -2.0, what has all its words -1.0; of these ``most`` are looked at.
    """
    (own, values), (citing, citing_values) = own_sql(query), citing_sql(query)
    parts = [
        compose("SELECT n.row AS row, -3.0 AS tier FROM norms n WHERE {own}", own=own),
        compose("SELECT n.row, -2.0 FROM norms n WHERE {citing}", citing=citing),
    ]
    given = [*values, *citing_values]
    if query.match:
        parts.append(
            compose("SELECT * FROM (SELECT rowid, -1.0 FROM norms_fts WHERE norms_fts MATCH ? LIMIT {most})", most=most)
        )
        given.append(query.match)
    every = join(" UNION ALL ", parts)
    return compose("SELECT row, min(tier) AS tier FROM ({every}) GROUP BY row", every=every), given


def _known(works: Sequence[str]) -> tuple[Sql, list[str]]:
    each = join(", ", [compose("(?)")] * len(works))
    return compose(_KNOWN, marks=marks(len(works)), each=each), [*works, *works, *works]
