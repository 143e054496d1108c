"""Answers to a typed citation or name of an act: its own norms first, then those that cite it, then those that have all the words."""

from __future__ import annotations

from collections.abc import Sequence

from dutybook.languages.folding import fold
from dutybook.store.search.query import Query

_MATCHES = "n.row IN (SELECT rowid FROM norms_fts WHERE norms_fts MATCH ?)"


def own_sql(query: Query) -> tuple[str, list[str]]:
    """The SQL condition on ``n`` for norms of the cited act at the cited place that hold the other words, and its parameters."""
    cited = query.cited
    if cited is None:
        return "0", []
    conditions: list[str] = []
    values: list[str] = []
    if cited.at:
        conditions.append(_MATCHES)
        values.append(cited.at)
    options: list[str] = []
    if cited.works:
        named, given = _known(cited.works)
        option = f"n.document IN (SELECT id FROM documents WHERE work IN ({named}))"  # noqa: S608 - constants only
        values += given
        if cited.rest:
            option = f"({option} AND {_MATCHES})"
            values.append(cited.rest)
        options.append(option)
    if cited.name:
        # "§ 12 Harbour Act": the words beside a place name its act, if the register has one of that name.
        options.append(
            "n.document IN (SELECT id FROM documents WHERE work IN (SELECT id FROM works WHERE number = ? COLLATE NOCASE"
            " OR id IN (SELECT work FROM work_names WHERE instr(fold(short_title), ?))"
            " OR id IN (SELECT work FROM work_numbers WHERE number = ? COLLATE NOCASE)))"
        )
        values += [cited.name, fold(cited.name), cited.name]
    if cited.rest and not cited.works:
        options.append(_MATCHES)
        values.append(cited.rest)
    if options:
        conditions.append("(" + " OR ".join(options) + ")")
    return " AND ".join(conditions) or "0", values


def citing_sql(query: Query) -> tuple[str, list[str]]:
    """The SQL condition on ``n`` for norms that cite the act (at the place or within it) and hold the other words."""
    cited = query.cited
    if cited is None or not cited.works:
        return "0", []
    named, values = _known(cited.works)
    place = ""
    if cited.places:
        each = (
            "(c.place = ? OR (substr(c.place, 1, length(?)) = ? AND substr(c.place, length(?) + 1, 1) IN ('(', ' ')))"
        )
        place = f" AND ({' OR '.join([each] * len(cited.places))})"
        values += [one for way in cited.places for one in (way,) * 4]
    condition = f"n.id IN (SELECT c.norm FROM citations c WHERE c.work IN ({named}){place})"  # noqa: S608 - constants only
    if cited.rest:
        condition += f" AND {_MATCHES}"
        values.append(cited.rest)
    return condition, values


def rows_sql(query: Query, most: int) -> tuple[str, list[str]]:
    """SQL for the rows that answer the citation: ``row`` of a norm and ``tier``, its rank (lower is better), and its parameters.

    The act's own text is -3.0, what cites it -2.0, what has all its words -1.0; of these ``most`` are looked at.
    """
    (own, values), (citing, citing_values) = own_sql(query), citing_sql(query)
    parts = [f"SELECT n.row AS row, -3.0 AS tier FROM norms n WHERE {own}"]  # noqa: S608 - constants only
    parts.append(f"SELECT n.row, -2.0 FROM norms n WHERE {citing}")  # noqa: S608 - constants only
    given = [*values, *citing_values]
    if query.match:
        parts.append(f"SELECT * FROM (SELECT rowid, -1.0 FROM norms_fts WHERE norms_fts MATCH ? LIMIT {int(most)})")  # noqa: S608
        given.append(query.match)
    return f"SELECT row, min(tier) AS tier FROM ({' UNION ALL '.join(parts)}) GROUP BY row", given  # noqa: S608


def _known(works: Sequence[str]) -> tuple[str, list[str]]:
    """Ids of works of the register that have one of these numbers, and the numbers themselves: nothing else is cited by them."""
    marks = ",".join("?" * len(works))
    sql = (
        f"SELECT id FROM works WHERE number IN ({marks}) UNION SELECT work FROM work_numbers WHERE number IN ({marks})"  # noqa: S608
        f" UNION VALUES {','.join('(?)' for _ in works)}"
    )
    return sql, [*works, *works, *works]
