"""What alerts look at: documents that they have not seen, changes, moved dates, days that come near, and news."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from dutybook.records import content_id
from dutybook.resolve.claims import ClaimState, state_on
from dutybook.resolve.identity.records import letters_and_digits
from dutybook.store.database.connection import translates_errors
from dutybook.store.search.conditions import WIDE, together
from dutybook.store.search.facets import values_of
from dutybook.store.search.filters import Filters, named_document, named_work, where
from dutybook.store.sql import Sql, all_of, any_of, compose, same_as
from dutybook.store.versions import in_force

if TYPE_CHECKING:
    from dutybook.store.register import Register


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
class Claimed:
    """What became of a date that news state; ``published`` is the news item's day, ``ruled`` that of the document that says so."""

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
    published: str
    ruled: str
    by_quote: str
    by_place: str


_CHANGES = """SELECT c.work, c.language, c.old_document, c.new_document, c.identity, c.kind, c.old_norm, c.new_norm,
    coalesce(c.old_place, ''), coalesce(c.new_place, ''), coalesce(c.old_quote, ''), coalesce(c.new_quote, ''), c.detail,
    substr(coalesce(v.valid_from, d.version_date, d.published, ''), 1, 10) FROM changes c
    JOIN documents d ON d.id = c.new_document LEFT JOIN versions v ON v.document = c.new_document
    WHERE c.new_document IN (SELECT value FROM json_each(?)) ORDER BY c.work, c.language <> 'en', c.language, c.position, c.kind"""
_REPORTED = """SELECT DISTINCT c.work, substr(v.valid_from, 1, 10) FROM changes c JOIN versions v ON v.document = c.new_document
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
_CLAIMED = """SELECT x.work, x.type, x.due, x.state, coalesce(x.actual, ''), x.document,
    coalesce(x.by_document, ''), d.title, d.language, d.source, x.quote, substr(coalesce(d.published, ''), 1, 10),
    substr(coalesce(b.version_date, b.published, ''), 1, 10), x.by_quote, x.by_place FROM claims x
    JOIN documents d ON d.id = x.document LEFT JOIN documents b ON b.id = x.by_document
    WHERE x.state <> 'unchecked' AND x.work IS NOT NULL ORDER BY x.work, x.type, x.due, x.fact"""


def changes(register: Register, documents: Iterable[str]) -> list[ChangeOf]:
    """What these documents, as later versions or as corrigenda, change."""
    rows = register._select(_CHANGES, _list(documents))
    return [ChangeOf(*(*row, json.loads(detail), day)) for *row, detail, day in rows]


def reported_before(register: Register, works: Iterable[str], documents: Iterable[str]) -> set[tuple[str, str]]:
    """Versions, by act and day, of which other texts than these documents tell what they change."""
    rows = register._select(_REPORTED, _list(works), _list(documents))
    return {(work, day) for work, day in rows if day}


def moved(register: Register, documents: Iterable[str]) -> list[Moved]:
    """Dates of acts that stand moved now, of those acts that these documents move dates of."""
    return [Moved(*(*row, tuple(json.loads(steps)))) for *row, steps in register._select(_MOVED, _list(documents))]


def near(register: Register, first: date, last: date, today: date) -> list[Near]:
    """What is due from one day to another, by texts that stand today, and what people have set themselves."""
    standing, days = together(in_force.conditions(None, today), WIDE)
    between = (first.isoformat(), last.isoformat())
    rows = register._select(compose(_NEAR, standing=standing), *between, *days)
    found = [Near(*row) for row in rows]
    own = register._select(_OWN, *between)
    return found + [Near(*(*row, "", "", review, owner)) for *row, review, owner in own]


def news(register: Register) -> list[NewsOf]:
    """All that news says of acts, item by item, the items on one event together."""
    return [NewsOf(*row) for row in register._select(_NEWS)]


def claimed(register: Register, today: date) -> list[Claimed]:
    """Dates that news state about acts, and that an act or a later item has answered, or that have passed by a day."""
    rows = [Claimed(*row) for row in register._select(_CLAIMED)]
    now = [replace(row, state=state_on(row.state, row.due, row.published or None, today)) for row in rows]
    return [row for row in now if row.state != ClaimState.EXPECTED]


def titles(register: Register, works: Iterable[str]) -> dict[str, dict[str, str]]:
    """What acts are called, by their ids and then by language."""
    rows = register._select(
        "SELECT work, language, short_title FROM (SELECT work, language, short_title, document FROM work_names"
        " UNION ALL SELECT act, language, name, '' FROM coming_acts) WHERE short_title <> ''"
        " AND work IN (SELECT value FROM json_each(?)) ORDER BY document DESC",
        _list(works),
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


def matching_norms(register: Register, filters: Filters, norms: Iterable[str]) -> frozenset[str]:
    """Find which of some norms a search has by its words and filters, in whatever version.

    Raises:
        BadFilter: the search cannot be meant.
    """
    passing, values = where(_open(filters))
    sql = compose(
        """SELECT n.id FROM norms n JOIN norm_facets f ON f.row = n.row JOIN documents d ON d.id = n.document
        WHERE n.row IN (SELECT x.row FROM json_each(?) j JOIN norms x ON x.id = j.value) AND {passing}""",
        passing=passing,
    )
    return frozenset(row[0] for row in register._select(sql, _list(norms), *values))


def matching_documents(register: Register, filters: Filters, documents: Iterable[str]) -> frozenset[str]:
    """Find which of some documents a search speaks of: by their act and language, or by a norm of theirs.

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
        return frozenset(row[0] for row in register._select(sql, _list(documents), *values))
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
    return frozenset(row[0] for row in register._select(sql, _list(documents), *given))


def matching_works(register: Register, filters: Filters, works: Iterable[str]) -> frozenset[str]:
    """Find which of some acts a search watches: it finds a norm or a document of theirs, or names them, though no text is here."""
    asked = sorted(set(works))
    if not asked:
        return frozenset()
    named = {work.casefold() for work in values_of(filters.work)}
    found = {work for work in asked if work.casefold() in named}
    if not about_norms(filters) and not (filters.work or filters.document or filters.language or filters.jurisdiction):
        return frozenset(asked)
    rows = register._select(
        "SELECT id, work FROM documents WHERE work IN (SELECT value FROM json_each(?))", _list(asked)
    )
    of_document = dict(rows)
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


@dataclass(frozen=True, slots=True)
class Seen:
    """A document as far as alerts tell it from others.

    ``day`` is the first day of its version, else its date, ISO or empty; ``expression`` is shared by copies; of one that was looked at
    before it is what it was and what it is now, parted by a blank. ``name`` is a hash of its title. ``source`` is where it comes from (another file may take
    its place there), ``file`` what was read. ``here``: it is in the register now. ``preferred`` and ``current`` as in ``versions``; a document of no act is both.
    """

    id: str
    work: str | None
    language: str
    day: str
    expression: str
    source: str
    name: str
    here: bool = True
    preferred: bool = True
    current: bool = True
    title: str = ""
    genre: str = ""
    norms: int = 0
    published: str = ""
    digest: str = ""
    file: str = ""


# What a watch brings is a file of its own each time: where it comes from is the item of the watch.
_SOURCE = compose(
    """coalesce((SELECT 'watch ' || w.watch || ' ' || w.key FROM watch_files w WHERE w.sha256 = d.sha256 AND d.sha256 <> ''
    ORDER BY w.id LIMIT 1), d.source)"""
)
_LIVE = compose(
    """SELECT d.id, d.work, d.language, substr(coalesce(v.valid_from, d.version_date, d.published, ''), 1, 10) AS day,
    coalesce(v.expression, ''), {source} AS source, d.title, 1, coalesce(v.preferred, 1), coalesce(v.current, 1), d.genre, d.norms,
    coalesce(d.published, ''), d.digest, d.source FROM documents d LEFT JOIN versions v ON v.document = d.id""",
    source=_SOURCE,
)
_FRESH = compose(
    """{live} WHERE d.status <> 'unreadable'
    AND NOT EXISTS (SELECT 1 FROM noticed_documents x WHERE x.document = d.id) ORDER BY d.id""",
    live=_LIVE,
)
_FROM_DAY = compose("SELECT * FROM ({live} WHERE d.status <> 'unreadable') WHERE day >= ? ORDER BY 1", live=_LIVE)
_RE_READ = compose("{live} JOIN noticed_documents x ON x.document = d.id WHERE x.digest <> d.digest", live=_LIVE)
_KNOWN = """SELECT x.document, x.work, x.language, substr(coalesce(v.valid_from, x.day), 1, 10), x.expression || ' ' || coalesce(v.expression, ''),
    x.source, x.name, d.id IS NOT NULL FROM noticed_documents x LEFT JOIN documents d ON d.id = x.document
    LEFT JOIN versions v ON v.document = x.document WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY x.rowid"""
_WORDS = "SELECT x.document, x.words FROM noticed_documents x WHERE x.document IN (SELECT value FROM json_each(?))"
_MEMBERS = compose(
    """SELECT j.value, n.id, n.place, n.quote FROM json_each(?) j CROSS JOIN norms n ON n.id IN ({same})
    WHERE NOT EXISTS (SELECT 1 FROM norm_ties t WHERE t.norm = j.value) ORDER BY n.id""",
    same=same_as(compose("j.value")),
)
_QUOTES = "SELECT quote FROM norms WHERE document = ? ORDER BY position"
_PUT = """INSERT INTO noticed_documents (document, work, language, day, expression, source, name, words, digest)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (document) DO UPDATE SET work = excluded.work, language = excluded.language,
    day = excluded.day, expression = excluded.expression, name = excluded.name, words = excluded.words,
    digest = excluded.digest"""


def any_noticed(register: Register) -> bool:
    """Whether documents were ever looked at."""
    return register._select_first("SELECT 1 FROM noticed_documents LIMIT 1") is not None


def fresh(register: Register) -> list[Seen]:
    """Documents that were never looked at; what cannot be read is looked at once it can."""
    return [_seen(row) for row in register._select(_FRESH)]


def from_day(register: Register, day: str) -> list[Seen]:
    """Documents of the register whose version or date is of a day (ISO) or later."""
    return [_seen(row) for row in register._select(_FROM_DAY, day)]


@translates_errors
def known(
    register: Register, *, works: Iterable[str] = (), sources: Iterable[str] = (), names: Iterable[str] = ()
) -> list[Seen]:
    """Documents that were looked at, by their acts, by where they come from, or by what they are called; the first one first."""
    found: dict[str, Seen] = {}
    for column, values in ((compose("x.work"), works), (compose("x.source"), sources), (compose("x.name"), names)):
        given = json.dumps(sorted(set(values)))
        for row in register._connection.execute(compose(_KNOWN, column=column), (given,)) if given != "[]" else ():
            document, work, language, day, expression, source, name, here = row
            found[document] = Seen(document, work, language, day, expression, source, name, bool(here))
    return list(found.values())


def related(register: Register, documents: Iterable[str]) -> set[str]:
    """Acts that these documents amend, correct or speak of in another of the ways of ``work_relations``."""
    rows = register._select(
        "SELECT DISTINCT related FROM work_relations WHERE document IN (SELECT value FROM json_each(?))",
        json.dumps(sorted(documents)),
    )
    return {row[0] for row in rows}


def words_of(register: Register, documents: Sequence[str]) -> frozenset[str]:
    """The words of the norms that these documents had when they were looked at, as :func:`hash_words` has them."""
    rows = register._select(_WORDS, json.dumps(list(documents)))
    return frozenset(word for _, words in rows for word in words.split())


def hash_words(quote: str) -> str:
    """A hash of the words of a norm, whatever their layout."""
    return hashlib.sha256(letters_and_digits(quote).encode("utf-8", "surrogatepass")).hexdigest()[:12]


@translates_errors
def notice(register: Register, documents: Iterable[Seen]) -> None:
    """Remember within the caller's transaction that these were looked at, and others that were read anew meanwhile."""
    again = [_seen(row) for row in register._connection.execute(_RE_READ)]
    rows = []
    for seen in (*documents, *again):
        words = dict.fromkeys(hash_words(quote) for (quote,) in register._connection.execute(_QUOTES, (seen.id,)))
        rows.append(
            (
                *(seen.id, seen.work, seen.language, seen.day, seen.expression, seen.source, seen.name),
                *(" ".join(words), seen.digest),
            )
        )
    register._connection.executemany(_PUT, rows)


def identities(register: Register, norms: Iterable[str]) -> dict[str, str]:
    """The identity of each norm."""
    rows = register._select(
        "SELECT i.norm, i.identity FROM json_each(?) j JOIN norm_identities i ON i.norm = j.value",
        json.dumps(list(norms)),
    )
    return dict(rows)


def members(register: Register, wanted: Iterable[str]) -> dict[str, list[tuple[str, str, str]]]:
    """By identity all norms of the register that are it, in every version and language: id, place and quote."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    rows = register._select(_MEMBERS, json.dumps(sorted(set(wanted))))
    for identity, norm, place, quote in rows:
        found[identity].append((norm, place, quote))
    return found


def norms_of(register: Register, document: str) -> list[str]:
    """Ids of a document's norms in its order, without those that somebody rejected."""
    sql = """SELECT id FROM norms WHERE document = ? AND id NOT IN
        (SELECT norm FROM corrected WHERE field = 'finding') ORDER BY position"""
    return [row[0] for row in register._select(sql, document)]


def name_of(title: str) -> str:
    """A hash of a title; empty for none."""
    return content_id("title", letters_and_digits(title)) if letters_and_digits(title) else ""


def _seen(row: tuple[Any, ...]) -> Seen:
    (identity, work, language, day, expression, source, title, here, preferred, current, *rest) = row
    where = (identity, work, language, day, expression, source, name_of(title))
    return Seen(*where, bool(here), bool(preferred), bool(current), title, *rest)
