"""Rows that alerts look at: changes, moved dates, days that come near, news and what became of what it announced."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dutybook.store.reader import where
from dutybook.store.register import Register, translates_errors
from dutybook.store.search.conditions import WIDE, together
from dutybook.store.search.facets import values_of
from dutybook.store.search.filters import Filters, named_document, named_work
from dutybook.store.sql import Sql, all_of, any_of, compose
from dutybook.store.versions import in_force


@dataclass(frozen=True, slots=True)
class ChangeOf:
    """A row of ``changes``; ``detail`` is read. ``day`` is the first day of the later version, of a corrigendum when it was published."""

    work: str
    language: str
    old_document: str
    new_document: str
    identity: str
    kind: str
    old_norm: str | None
    new_norm: str | None
    old_place: str
    new_place: str
    old_quote: str
    new_quote: str
    detail: dict[str, Any]
    day: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A date of an act that another act moves; days are ISO."""

    work: str
    language: str
    document: str
    type: str
    place: str
    quote: str
    old: str
    new: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Near:
    """A day on which something is due: by a deadline (``event``: one that started it), or a person's own day of a ``review``."""

    due: str
    identity: str
    norm: str
    language: str
    deadline: str = ""
    event: str = ""
    review: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class NewsOf:
    """What an item of news says of an act. ``entry`` is shared by items on one event; ``day`` is the item's."""

    document: str
    work: str
    entry: str
    day: str
    title: str
    language: str
    source: str
    place: str
    norm: str
    quote: str
    page: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What became of a date that news announced; ``told`` is the news item's day, ``ruled`` that of the act's text."""

    work: str
    type: str
    due: str
    state: str
    actual: str
    document: str
    by_document: str
    title: str
    language: str
    source: str
    quote: str
    told: str
    ruled: str


_CHANGES = """SELECT c.work, c.language, c.old_document, c.new_document, c.identity, c.kind, c.old_norm, c.new_norm,
    coalesce(c.old_place, ''), coalesce(c.new_place, ''), coalesce(c.old_quote, ''), coalesce(c.new_quote, ''), c.detail,
    substr(coalesce(v.valid_from, d.version_date, d.published, ''), 1, 10) FROM changes c
    JOIN documents d ON d.id = c.new_document LEFT JOIN versions v ON v.document = c.new_document
    WHERE c.new_document IN (SELECT value FROM json_each(?)) ORDER BY c.work, c.language <> 'en', c.language, c.position, c.kind"""
_TOLD = """SELECT DISTINCT c.work, substr(v.valid_from, 1, 10) FROM changes c JOIN versions v ON v.document = c.new_document
    WHERE c.work IN (SELECT value FROM json_each(?)) AND c.new_document NOT IN (SELECT value FROM json_each(?))"""
_MOVED = """SELECT d.work, d.language, d.id, f.type, f.place, f.quote, f.due, m.due, m.steps FROM moved_facts m
    JOIN facts f ON f.id = m.fact JOIN documents d ON d.id = f.document LEFT JOIN versions v ON v.document = d.id
    WHERE coalesce(v.preferred AND v.current, 1) AND f.due <> m.due AND d.work IN (SELECT DISTINCT c.work FROM date_changes c
    WHERE c.document IN (SELECT value FROM json_each(?))) ORDER BY d.work, d.language <> 'en', d.language, f.position"""
_NEAR = """SELECT y.due, f.identity, y.norm, f.language, y.deadline, coalesce(y.event, '') FROM due_dates y
    JOIN norms n ON n.id = y.norm JOIN norm_facets f ON f.row = n.row
    WHERE y.due BETWEEN ? AND ? AND {standing} ORDER BY y.due, f.identity, f.language <> 'en', f.language, y.deadline, y.event"""
_OWN = """SELECT r.due, coalesce(i.identity, r.norm), r.norm, coalesce(n.language, ''), r.id, r.owner FROM reviews r
    LEFT JOIN norms n ON n.id = r.norm LEFT JOIN norm_ties i ON i.norm = r.norm
    WHERE r.due BETWEEN ? AND ? AND r.status NOT IN ('not applicable', 'compliant') AND r.finding <> 'rejected'
    ORDER BY r.due, r.id"""
_NEWS = """SELECT l.document, l.work, coalesce(e.entry, l.document), substr(coalesce(d.published, e.day, ''), 1, 10), d.title,
    d.language, d.source, coalesce(l.place, ''), coalesce(l.norm, ''), l.quote, l.page FROM news_links l
    JOIN documents d ON d.id = l.document LEFT JOIN news_entries e ON e.document = l.document
    ORDER BY 3, 2, 4, l.document, l.position"""
_EXPECTED = """SELECT x.work, x.type, coalesce(x.due, ''), x.state, coalesce(x.actual, ''), x.document,
    coalesce(x.by_document, ''), d.title, d.language, d.source, f.quote, substr(coalesce(d.published, ''), 1, 10),
    substr(coalesce(b.version_date, b.published, ''), 1, 10) FROM expectations x JOIN facts f ON f.id = x.fact
    JOIN documents d ON d.id = x.document LEFT JOIN documents b ON b.id = x.by_document
    WHERE x.state IN ('confirmed', 'contradicted') AND x.work IS NOT NULL ORDER BY x.work, x.type, x.due, x.fact"""


@translates_errors
def changes(register: Register, documents: Iterable[str]) -> list[ChangeOf]:
    """What these documents, as later versions or as corrigenda, change."""
    rows = register._connection.execute(_CHANGES, (_list(documents),))
    return [ChangeOf(*(*row, json.loads(detail), day)) for *row, detail, day in rows]


@translates_errors
def told_before(register: Register, works: Iterable[str], documents: Iterable[str]) -> set[tuple[str, str]]:
    """Versions, by act and day, of which other texts than these documents tell what they change."""
    rows = register._connection.execute(_TOLD, (_list(works), _list(documents)))
    return {(work, day) for work, day in rows if day}


@translates_errors
def moved(register: Register, documents: Iterable[str]) -> list[Moved]:
    """Dates of acts that stand moved now, of those acts that these documents move dates of."""
    return [
        Moved(*(*row, tuple(json.loads(steps))))
        for *row, steps in register._connection.execute(_MOVED, (_list(documents),))
    ]


@translates_errors
def near(register: Register, first: date, last: date, today: date) -> list[Near]:
    """What is due from one day to another, by texts that stand today, and what people have set themselves."""
    standing, days = together(in_force.conditions(None, today), WIDE)
    between = (first.isoformat(), last.isoformat())
    rows = register._connection.execute(compose(_NEAR, standing=standing), (*between, *days))
    found = [Near(*row) for row in rows]
    own = register._connection.execute(_OWN, between)
    return found + [Near(*(*row, "", "", review, owner)) for *row, review, owner in own]


@translates_errors
def news(register: Register) -> list[NewsOf]:
    """All that news says of acts, item by item, the items on one event together."""
    return [NewsOf(*row) for row in register._connection.execute(_NEWS)]


@translates_errors
def expected(register: Register) -> list[Expected]:
    """Announced dates of which an act has said what they are."""
    return [Expected(*row) for row in register._connection.execute(_EXPECTED)]


@translates_errors
def titles(register: Register, works: Iterable[str]) -> dict[str, dict[str, str]]:
    """What acts are called, by their ids and then by language."""
    rows = register._connection.execute(
        "SELECT work, language, short_title FROM work_names WHERE short_title <> ''"
        " AND work IN (SELECT value FROM json_each(?)) ORDER BY document DESC",
        (_list(works),),
    )
    found: dict[str, dict[str, str]] = {}
    for work, language, title in rows:
        found.setdefault(work, {})[language] = title
    return found


#: Filters that say something of documents; all others are about norms.
_OF_DOCUMENTS = frozenset({"work", "document", "language", "jurisdiction"})


def _open(filters: Filters) -> Filters:
    """The search over all versions: what was repealed must be found, too."""
    return replace(filters, as_of=None, all_versions=True)


@translates_errors
def matching_norms(register: Register, filters: Filters, norms: Iterable[str]) -> frozenset[str]:
    """Those of the norms that a search finds by its words and filters, in whatever version.

    Raises:
        BadFilter: the search cannot be meant.
    """
    passing, values = where(_open(filters))
    sql = compose(
        """SELECT n.id FROM norms n JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document
        WHERE n.row IN (SELECT x.row FROM json_each(?) j JOIN norms x ON x.id = j.value) AND {passing}""",
        passing=passing,
    )
    return frozenset(row[0] for row in register._connection.execute(sql, (_list(norms), *values)))


@translates_errors
def matching_documents(register: Register, filters: Filters, documents: Iterable[str]) -> frozenset[str]:
    """Those of the documents that a search speaks of: by their act and language, or by a norm of theirs.

    Raises:
        BadFilter: as above.
    """
    if about_norms(filters):
        passing, values = where(_open(filters))
        sql = compose(
            """SELECT DISTINCT n.document FROM norms n JOIN norm_facets f ON f.row = n.row
            JOIN documents d ON d.id = n.document
            WHERE n.document IN (SELECT value FROM json_each(?)) AND {passing}""",
            passing=passing,
        )
        return frozenset(row[0] for row in register._connection.execute(sql, (_list(documents), *values)))
    parts: list[Sql] = []
    given: list[str] = []
    if filters.document:
        chosen, values_ = named_document(filters.document)
        parts.append(chosen)
        given += values_
    if languages := [language.lower() for language in values_of(filters.language)]:
        parts.append(compose("d.language IN (SELECT value FROM json_each(?))"))
        given.append(_list(languages))
    if places := list(values_of(filters.jurisdiction)):
        parts.append(compose("d.work IN (SELECT id FROM works WHERE jurisdiction IN (SELECT value FROM json_each(?)))"))
        given.append(_list(places))
    if named := [named_work(work) for work in values_of(filters.work)]:
        parts.append(any_of(compose("d.work IN ({works})", works=works) for works, _ in named))
        given += [value for _, values in named for value in values]
    sql = compose(
        "SELECT d.id FROM documents d WHERE d.id IN (SELECT value FROM json_each(?)) AND {passing}",
        passing=all_of(parts),
    )
    return frozenset(row[0] for row in register._connection.execute(sql, (_list(documents), *given)))


@translates_errors
def matching_works(register: Register, filters: Filters, works: Iterable[str]) -> frozenset[str]:
    """Those of the acts that a search watches: it finds a norm or a document of theirs, or names them, though no text is here."""
    asked = sorted(set(works))
    if not asked:
        return frozenset()
    named = {work.casefold() for work in values_of(filters.work)}
    found = {work for work in asked if work.casefold() in named}
    if not about_norms(filters) and not (filters.work or filters.document or filters.language or filters.jurisdiction):
        return frozenset(asked)
    rows = register._connection.execute(
        "SELECT id, work FROM documents WHERE work IN (SELECT value FROM json_each(?))", (_list(asked),)
    )
    of_document = dict(rows.fetchall())
    return frozenset(found | {of_document[d] for d in matching_documents(register, filters, of_document)})


def about_norms(filters: Filters) -> bool:
    """Whether a search asks for more than acts, documents and languages."""
    return filters.query.impossible or any(
        getattr(filters, name)
        for name in Filters.__dataclass_fields__
        if name not in {*_OF_DOCUMENTS, "today", "all_versions"}
    )


def _list(values: Iterable[str]) -> str:
    return json.dumps(sorted(set(values)))
