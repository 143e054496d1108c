"""Pages of results: ids of norms with their rank, counts of facets, siblings; and exact numbers of what passes filters."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from dutybook.store.database.protocols import Connection
from dutybook.store.judgements.record_rows import JUDGED_SQL, REJECTED_SQL
from dutybook.store.search.candidates import Candidates, candidates, drilled, led, of_norms, ranked, some_identities
from dutybook.store.search.conditions import NARROW, Condition, together
from dutybook.store.search.facets import FACETS, Facet
from dutybook.store.search.filters import Filters, conditions_of
from dutybook.store.search.ordering import Order
from dutybook.store.sql import ROWS_OF, Sql, compose, identity_of, same_as
from dutybook.store.versions import in_force

#: (value, label, how many norms), the most frequent first, or in the order of a closed list that has one.
Counts = list[tuple[str, str, int]]

#: Facets whose values have an order of their own.
_ORDERED = ("due_window", "applies")


_NORMS_OF_ROWS = "SELECT row, norm FROM norm_facets WHERE row IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"

#: Values of filters that leave all open, where that is not None.
_OPEN = {"review_state": "all"}


@dataclass(frozen=True, slots=True)
class Sibling:
    """One text of a norm among its languages and versions."""

    norm: str
    language: str
    document: str


@dataclass(frozen=True, slots=True)
class Results:
    """``ids`` of the page with their ranks and identities; ``total`` norms, or more where ``more`` is set."""

    ids: list[tuple[str, float, str]]
    total: int
    more: bool
    facets: dict[str, Counts]


@dataclass(frozen=True, slots=True)
class Look:
    """The rows that pass some filters, before they are put in order and counted: one look into the index serves all that is asked of them.

    ``main`` are those that pass all filters; ``over`` has for facets that are chosen themselves, by their names, those that pass all others.
    """

    filters: Filters
    facets: tuple[Facet, ...]
    order: Order | None
    main: Candidates
    over: dict[str, Candidates]

    def identities(self, most: int) -> list[str]:
        """Identities of at most so many norms that pass all filters; for filters that take all versions as one norm."""
        return self.main.identities(most)


def look(connection: Connection, filters: Filters, facets: Iterable[str] = (), order: Order | None = None) -> Look:
    """Look for what passes the filters, for :func:`results`.

    Raises:
        KeyError: there is no such facet.
    """
    asked = tuple(FACETS[name] for name in facets)
    return Look(filters, asked, order, *_looked_at(connection, filters, asked, order))


def results(connection: Connection, seen: Look, limit: int, offset: int, by_meaning: Sequence[str] = ()) -> Results:
    """One row a norm over versions and languages, the best first, or in the order that was looked for.

    Counts of a facet are those without its own filter, so that they say what choosing another value would give.
    The facets also count ``by_meaning``: norms that do not hold the words.
    """
    filters, main, over = seen.filters, seen.main, seen.over | _alone(connection, seen.filters, seen.facets)
    named = by_meaning if seen.facets else ()
    others = of_norms(connection, named, seen.facets, grouped=not filters.all_versions)
    found, total = ranked(connection, main, limit, offset, seen.order)
    counts: dict[str, Counts] = {}
    for facet in seen.facets:
        today = filters.today or date.today()
        counted = over.get(facet.name, main).counts(facet, today) + others.counts(facet, today)
        labels = _labels(connection, facet.name, counted)
        places = {value: place for place, value in enumerate(labels)} if facet.name in _ORDERED else {}
        labelled = [(value, labels.get(value, value), number) for value, number in counted.items()]
        counts[facet.name] = sorted(labelled, key=lambda c: (places.get(c[0], 0), 0 if places else -c[2], c[1], c[0]))
    given = json.dumps([f.row for f in found])
    ids = dict(connection.execute(_NORMS_OF_ROWS, (given,)).fetchall())
    return Results([(ids[f.row], f.rank, f.identity) for f in found], total, main.more, counts)


def find_identities(connection: Connection, filters: Filters, most: int) -> list[str]:
    """Identities (ids where all versions are asked for) of at most so many texts of norms that pass the filters."""
    return some_identities(connection, filters, conditions_of(filters, match=False), most)


def counts_of(
    connection: Connection, norms: Sequence[str], filters: Filters, facets: Iterable[str]
) -> dict[str, Counts]:
    """Counts of facets over some norms.

    Raises:
        KeyError: there is no such facet.
    """
    nothing = replace(filters, words="*")
    return results(connection, look(connection, nothing, facets), 0, 0, norms).facets


def siblings(connection: Connection, identities: Sequence[str], filters: Filters) -> dict[str, list[Sibling]]:
    """The texts of norms in all languages, of the versions that are asked for, by identity; in order of language, id of document."""
    made: dict[str, list[Sibling]] = defaultdict(list)
    standing, days = together(filters.versions(), NARROW)
    sql = compose(
        """SELECT f.identity, f.norm, f.language, f.document FROM norm_facets f
        WHERE f.row IN ({rows}) AND f.identity IN (SELECT value FROM json_each(?1)) AND {standing}
        ORDER BY f.identity, f.language, f.document, f.row""",
        rows=ROWS_OF,
        standing=standing,
    )
    for identity, norm, language, document in connection.execute(sql, (json.dumps(list(identities)), *days)):
        made[identity].append(Sibling(norm, language, document))
    return made


def _looked_at(
    connection: Connection, filters: Filters, asked: Sequence[Facet], order: Order | None
) -> tuple[Candidates, dict[str, Candidates]]:
    """What passes the filters, and by their names what facets that are chosen themselves are counted over: what passes all others."""
    opened, alone = _opened(filters, asked)
    drilled_in = {name: conditions_of(without, match=False) for name, without in opened.items()}
    common, own = _shared(conditions_of(filters, match=False), list(drilled_in.values()))
    grouped = not filters.all_versions
    counted = [facet for facet in asked if facet.name not in alone]
    main, *over = drilled(connection, filters, common, own, counted, grouped=grouped, order=order)
    return main, dict(zip(drilled_in, over, strict=True))


def _alone(connection: Connection, filters: Filters, asked: Sequence[Facet]) -> dict[str, Candidates]:
    """By their names what the chosen facets are counted over that find other rows than the results are among."""
    _, alone = _opened(filters, asked)
    return {
        name: candidates(
            connection,
            without,
            conditions_of(without, match=False),
            [FACETS[name]],
            grouped=not filters.all_versions,
        )
        for name, without in alone.items()
    }


def _opened(filters: Filters, asked: Iterable[Facet]) -> tuple[dict[str, Filters], dict[str, Filters]]:
    """The filters without that of each facet that is chosen itself, by its name: where this opens what the results are among, and
    where it finds other rows.

    Rejected findings are hidden unless they are asked for, so their number is counted over more than the results, too.
    """
    opened = {
        facet.name: replace(filters, **{facet.name: _OPEN.get(facet.name)})  # type: ignore[arg-type]
        for facet in asked
        if getattr(filters, facet.name) or facet.name == "review_state"
    }
    # Words mean their forms in the languages that are chosen: without these they find other rows. Without words nothing is sought
    # in the whole register: the first rows that pass are soon found.
    words = filters.query.match or filters.query.cited
    alone = {name: without for name, without in opened.items() if not words or without.query != filters.query}
    return {name: without for name, without in opened.items() if name not in alone}, alone


def _shared(
    every: Sequence[Condition], others: Sequence[Sequence[Condition]]
) -> tuple[list[Condition], list[list[Condition]]]:
    """Those of the conditions that all the others have too, and for each of these those that it has not."""
    common = [part for part in every if all(part in rest for rest in others)]
    return common, [[part for part in every if part not in rest] for rest in others]


def _labels(connection: Connection, name: str, values: Iterable[str]) -> dict[str, str]:
    closed = FACETS[name].labels
    if closed is not None:
        return dict(closed)
    if name == "work":
        sql = "SELECT id, short_title FROM works WHERE id IN (SELECT value FROM json_each(?))"
        return dict(connection.execute(sql, (json.dumps(list(values)),)).fetchall())
    return {}


#: Norms of which so many were judged are counted one by one.
_MANY = 20_000


_LEFT = compose("(SELECT value FROM json_each(:left))")
_TEXTS = compose(
    "SELECT coalesce(sum(last - first + 1), 0) FROM document_rows WHERE document NOT IN {left}", left=_LEFT
)
# Texts that are their norm's first one, and norms whose first text is not among those that are asked for while another one is.
_NORMS = compose(
    """SELECT ({texts}) - (SELECT count(*) FROM norm_ties WHERE document NOT IN {left})
    + (SELECT count(*) FROM norms n WHERE n.document IN {left}
        AND EXISTS (SELECT 1 FROM norm_ties t WHERE t.identity = n.id AND t.document NOT IN {left}))""",
    texts=_TEXTS,
    left=_LEFT,
)


def _number_hidden(norms: Sql) -> Sql:
    """Counts the norms all of whose texts are among some (SQL for their ids)."""
    return compose(
        """WITH hidden AS (SELECT DISTINCT norm FROM ({norms})), touched AS (SELECT DISTINCT {identity} AS identity
        FROM hidden h CROSS JOIN norms n ON n.id = h.norm WHERE n.document NOT IN {left})
    SELECT count(*) FROM touched w WHERE NOT EXISTS (SELECT 1 FROM norms n WHERE n.id IN ({same})
        AND n.document NOT IN {left} AND n.id NOT IN (SELECT norm FROM hidden))""",
        norms=norms,
        identity=identity_of(compose("h.norm")),
        same=same_as(compose("w.identity")),
        left=_LEFT,
    )


def count(connection: Connection, filters: Filters) -> int:
    """How many texts of norms pass: each version and language counts."""
    hidden = _hidden(connection, filters)
    if not hidden:
        return _scanned(connection, filters)
    # What people said of norms changes all the time, and is said of few: the others are counted without looking at any.
    every = replace(filters, review_state="all")
    conditions = conditions_of(every, match=True)
    left = _left_out(connection, every)
    if left is not None:
        whole = int(connection.execute(_TEXTS, {"left": left}).fetchone()[0])
    else:
        whole = _scanned(connection, every)
    return whole - _among(connection, hidden, conditions)


def number(connection: Connection, filters: Filters) -> int:
    """How many norms pass, one over versions and languages."""
    if filters.all_versions:
        return count(connection, filters)
    hidden, left = _hidden(connection, filters), _left_out(connection, replace(filters, review_state="all"))
    if hidden and left is not None:
        whole, gone = (
            int(connection.execute(sql, {"left": left}).fetchone()[0]) for sql in (_NORMS, _number_hidden(hidden))
        )
        return whole - gone
    return _scanned(connection, filters, grouped=True)


def _left_out(connection: Connection, filters: Filters) -> str | None:
    """Documents (JSON) whose version is not asked for; None where something else than versions is asked for."""
    if filters.as_of is not None or conditions_of(filters, match=True) != filters.versions():
        return None
    left = in_force.left_out(connection, None, filters.today or date.today()) if filters.versions() else ()
    return json.dumps(sorted(left))


def _scanned(connection: Connection, filters: Filters, *, grouped: bool = False) -> int:
    """How many texts pass, or ``grouped`` how many norms, by going through them."""
    tables, passing, values = led(filters, conditions_of(filters, match=True))
    sql = compose("SELECT count(*) FROM {tables} WHERE {passing}", tables=tables, passing=passing)
    if grouped:
        # Grouped, since SQLite counts what is distinct three times as slowly.
        sql = compose(
            "SELECT count(*) FROM (SELECT 1 FROM {tables} WHERE {passing} GROUP BY f.identity)",
            tables=tables,
            passing=passing,
        )
    return int(connection.execute(sql, values).fetchone()[0])


def _hidden(connection: Connection, filters: Filters) -> Sql | None:
    """SQL for the norms that the filters leave out for what people said of them; None where they ask for something that was said."""
    if (
        filters.status
        or filters.owner
        or filters.applicability
        or filters.tag
        or filters.review_state not in (None, "unreviewed")
    ):
        return None
    if filters.review_state is None:
        return REJECTED_SQL
    judged = connection.execute("SELECT count(*) FROM (SELECT 1 FROM review_norms LIMIT ?)", (_MANY,)).fetchone()[0]
    if judged >= _MANY:
        return None
    return compose("{rejected} UNION {judged}", rejected=REJECTED_SQL, judged=JUDGED_SQL)


def _among(connection: Connection, norms: Sql, conditions: list[Condition]) -> int:
    """How many of some norms (SQL for their ids) meet conditions."""
    passing, values = together(conditions, NARROW)
    sql = compose(
        """WITH hidden AS (SELECT DISTINCT norm FROM ({norms})) SELECT count(*) FROM hidden
        CROSS JOIN norms n ON n.id = hidden.norm CROSS JOIN norm_facets f ON f.row = n.row WHERE {passing}""",
        norms=norms,
        passing=passing,
    )
    return int(connection.execute(sql, values).fetchone()[0])
