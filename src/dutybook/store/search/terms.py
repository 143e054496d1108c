"""What norms are found by: the words of the full-text index, folded as in queries, and the narrow rows that search and facets read.

What a norm says itself is written once, with its document. What follows from other documents is looked at again for the
works that are touched: which version stands, which norms are one norm, what a bearer is called in the English text, dates
that later acts move, days of events. Only what changes is written.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache

from dutybook.languages.letters import WRITTEN, fold, word_places
from dutybook.languages.wordforms import LANGUAGES, keys, parts
from dutybook.store.database.protocols import Connection
from dutybook.store.search.headings import Place, places_of
from dutybook.store.sql import BEARER_ROLE, Sql, compose, names, replaced, settings

__all__ = ["APOSTROPHES", "fold", "forms_of", "headings_of", "tag_of", "terms_of", "word_places", "words_of"]

#: Apostrophes that part an elided word from the next one (``l'autorité``, ``dell’ente``).
APOSTROPHES = "'\u2019\u02bc\u2018"

_WORD = re.compile(r"§+|[^\W_]+")
_HYPHENS = "-\u2010\u2011"
_HYPHENED = re.compile(r"[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)+")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060"))


def words_of(text: str) -> list[str]:
    """The folded words of a text in order; a section sign is a word of its own.

    >>> words_of("§30 Abs. 2: l'autorité")
    ['§', '30', 'abs', '2', 'l', 'autorite']
    """
    return _WORD.findall(fold(text))


@cache
def tag_of(language: str) -> str:
    """The character before a key of this language, so that no other language's words meet it.

    It is of private use: the index takes it for a letter, and no word of a text has it.
    """
    return chr(0xE000 + LANGUAGES.index(language)) if language in LANGUAGES else ""


@lru_cache(maxsize=200_000)
def forms_of(word: str, language: str) -> tuple[str, ...]:
    """The tagged keys of a word as it is written, then those of the parts of a compound; empty for numbers and other languages."""
    tag = tag_of(language)
    if not tag or len(word) < 3:
        return ()
    lower = word.translate(_INVISIBLE).lower()
    return tuple(tag + key for part in (keys(lower, language), *parts(lower, language)) for key in part)


@lru_cache(maxsize=200_000)
def _forms(word: str, language: str) -> dict[str, None]:
    return dict.fromkeys(forms_of(word, language))


def terms_of(quote: str, stem: str | None, *others: str | None, language: str = "") -> str:
    """What the ``terms`` column holds: the folded words of quote and stem, then words of the other
    columns that folding changes (the index folds case and accents there itself, but not ``ß``), then each word of quote
    and stem once by the keys of its forms in ``language``.

    >>> terms_of("Die Maßnahme gilt.", None, "Großhändler")
    'die massnahme gilt grosshandler'
    """
    words = words_of(quote)
    if stem:
        words += words_of(stem)
    known = set(words)
    for other in others:
        if other and any(c in other for c in "ßẞ§"):
            words += [word for word in dict.fromkeys(words_of(other)) if word not in known]
    text = f"{quote} {stem}" if stem else quote
    joined: list[str] = []
    if any(hyphen in text for hyphen in _HYPHENS):
        joined = [re.sub(r"\W", "", written) for written in _HYPHENED.findall(text)]
        words += dict.fromkeys(fold(word) for word in joined)
    if tag_of(language):
        found: dict[str, None] = {}
        for word in dict.fromkeys((*WRITTEN.findall(text), *joined)):
            found |= _forms(word, language)
        words += found
    return " ".join(words)


def headings_of(headings: Sequence[str], language: str) -> str:
    """What the ``headings`` column holds: the folded words of the headings above a norm, and the keys of their forms.

    >>> headings_of(("Duties of the Board",), "")
    'duties of the board'
    """
    return terms_of(" ".join(headings), None, language=language) if headings else ""


#: The words of the points of a norm's list.
_POINTS = compose("coalesce((SELECT group_concat(json_extract(value, '$.quote'), ' ') FROM json_each(n.contents)), '')")
_COLUMNS = names(("quote", "bearer", "action", "place", "document_title", "headings", "terms"))
_SOME = compose("FROM register WHERE id IN (SELECT value FROM json_each(?)) ORDER BY rowid")
_OF_DOCUMENT = compose("FROM register WHERE document = ?")


def _forget(chosen: Sql) -> Sql:
    return compose(
        "INSERT INTO norms_fts(norms_fts, rowid, {columns}) SELECT 'delete', rowid, {columns} {chosen}",
        columns=_COLUMNS,
        chosen=chosen,
    )


def _learn(chosen: Sql) -> Sql:
    return compose(
        "INSERT INTO norms_fts(rowid, {columns}) SELECT rowid, {columns} {chosen}", columns=_COLUMNS, chosen=chosen
    )


def index_document(connection: Connection, document: str) -> None:
    """Put the norms of a document that was stored just now into the full-text index."""
    connection.execute(_learn(compose("{chosen} ORDER BY rowid", chosen=_OF_DOCUMENT)), (document,))


def forget_document(connection: Connection, document: str) -> None:
    """Take the norms of a document out of the full-text index, which has to be told their words before the rows go."""
    connection.execute(_forget(_OF_DOCUMENT), (document,))


def purge(connection: Connection) -> None:
    """Write the full-text index anew, without words that were taken out of it: until then, these stay in its file as deleted."""
    connection.execute("INSERT INTO norms_fts(norms_fts) VALUES ('optimize')")


@contextmanager
def reindexed(connection: Connection, norms: Sequence[str]) -> Iterator[None]:
    """Inside, words of these norms (full ids) may be changed: the index forgets the old ones first and learns the new ones after."""
    if not norms:
        yield
        return
    given = (json.dumps(list(norms)),)
    connection.execute(_forget(_SOME), given)
    yield
    found = connection.execute(
        compose(
            """SELECT n.document, n.provision, n.quote, n.stem, n.bearer, n.action, {points}, n.place, d.title, n.language, n.id
            FROM norms n JOIN documents d ON d.id = n.document WHERE n.id IN (SELECT value FROM json_each(?))""",
            points=_POINTS,
        ),
        given,
    ).fetchall()
    places = {document: places_of(connection, document) for document in {row[0] for row in found}}
    for document, provision, quote, stem, *others, language, norm in found:
        terms = terms_of(quote, stem, *others, language=language)
        headings = headings_of(places[document].of(provision).headings, language)
        connection.execute("UPDATE norms SET terms = ?, headings = ? WHERE id = ?", (terms, headings, norm))
    connection.execute(_learn(_SOME), given)


#: Counts up whenever :func:`dutybook.store.search.terms.terms_of`, or what it rests on (stems, learned endings, irregular forms), gives other
#: terms for the same text: registers made before then have theirs made anew.
TERMS_VERSION = 3


def make(connection: Connection, documents: Iterable[str]) -> None:
    """Make the terms of all norms of these documents, and their entries in the index, anew; the caller holds the transaction."""
    for document in documents:
        connection.executemany(
            "UPDATE norms SET leading = ?1 WHERE id = ?2 AND leading <> ?1",
            [(int(place.leading), norm) for norm, place in _places(connection, document)],
        )
        changed = [norm for norm, old, new in _terms(connection, document) if new != old]
        for start in range(0, len(changed), 400):
            with reindexed(connection, changed[start : start + 400]):
                pass


def stale(connection: Connection, document: str) -> int:
    """How many norms of a document have other terms than they would get now."""
    return sum(old != new for _, old, new in _terms(connection, document))


#: What a norm is found by: the ``terms`` and the ``headings`` of its row.
_Found = tuple[str, str]


def _terms(connection: Connection, document: str) -> list[tuple[str, _Found, _Found]]:
    """Each norm of a document with what it is found by, as it is stored and as it would be made now."""
    rows = connection.execute(
        compose(
            """SELECT n.id, n.terms, n.headings, n.provision, n.quote, n.stem, n.bearer, n.action, {points}, n.place, d.title,
            n.language FROM norms n JOIN documents d ON d.id = n.document WHERE n.document = ?""",
            points=_POINTS,
        ),
        (document,),
    ).fetchall()
    places = places_of(connection, document)
    return [
        (
            norm,
            (terms, headings),
            (
                terms_of(quote, stem, *others, language=language),
                headings_of(places.of(provision).headings, language),
            ),
        )
        for norm, terms, headings, provision, quote, stem, *others, language in rows
    ]


def _places(connection: Connection, document: str) -> list[tuple[str, Place]]:
    """Where each norm of a document stands."""
    places = places_of(connection, document)
    rows = connection.execute("SELECT id, provision FROM norms WHERE document = ?", (document,))
    return [(norm, places.of(provision)) for norm, provision in rows]


#: To be counted up when the rows of the same content change.
VERSION = "3"

_DUES = compose(
    "(SELECT group_concat(due, ' ') FROM (SELECT DISTINCT due FROM due_dates WHERE norm = n.id ORDER BY due))"
)
_FACET_COLUMNS = (
    *(
        "row",
        "norm",
        "document",
        "identity",
        "standing",
        "language",
        "modality",
        "strength",
        "bearer_class",
        "bearer",
        "place",
    ),
    *("role", "work", "jurisdiction", "topics", "dues", "applies_from", "applies_until", "new_text", "legal_status"),
    "leading",
)
_INSERT = compose(
    """INSERT INTO norm_facets ({columns})
    SELECT n.row, n.id, n.document, n.id, 1, n.language, n.modality, n.strength, n.bearer_class, n.bearer, n.place, n.role,
        d.work, w.jurisdiction, coalesce(n.topics, ''),
        CASE WHEN EXISTS (SELECT 1 FROM deadlines x WHERE x.norm = n.id) THEN {dues} END, n.applies_from, n.applies_until,
        CASE WHEN n.quoted THEN 'quoted' ELSE 'own' END, n.legal_status, n.leading
    FROM norms n JOIN documents d ON d.id = n.document LEFT JOIN work_names w ON w.document = d.id
    WHERE n.document = ? ORDER BY n.position
    ON CONFLICT (row) DO UPDATE SET {new}""",
    columns=names(_FACET_COLUMNS),
    new=replaced(_FACET_COLUMNS[1:]),
    dues=_DUES,
)
_RANGE = compose(
    """INSERT INTO document_rows (document, title, first, last, moved, named)
    SELECT d.id, d.title, min(n.row), max(n.row), 0, '' FROM documents d JOIN norms n ON n.document = d.id WHERE d.id = ?
    GROUP BY d.id ON CONFLICT (document) DO UPDATE SET {new}""",
    new=replaced(("title", "first", "last", "moved", "named")),
)
_STANDING = """SELECT r.first, r.last, coalesce(v.current AND v.preferred, 1) FROM document_rows r
    LEFT JOIN versions v ON v.document = r.document WHERE r.document = ?"""
_STAND = "UPDATE norm_facets SET standing = ?3 WHERE row BETWEEN ?1 AND ?2 AND standing <> ?3"
_LANGUAGES = """INSERT OR IGNORE INTO document_languages (language, document)
    SELECT DISTINCT f.language, f.document FROM document_rows r CROSS JOIN norm_facets f ON f.row BETWEEN r.first AND r.last
    WHERE r.document = ?"""
# Each of these gives the rows that are to change with what they change to: the narrow row is looked up by its number.
_IDENTITY = """SELECT coalesce(t.identity, f.norm), f.row FROM document_rows r
    CROSS JOIN norm_facets f ON f.row BETWEEN r.first AND r.last LEFT JOIN norm_ties t ON t.norm = f.norm
    WHERE r.document = ? AND f.identity <> coalesce(t.identity, f.norm)"""
_NAME = compose(
    """SELECT role, row FROM (SELECT {role} AS role, f.role AS before, f.row AS row FROM definitions o
        CROSS JOIN norms n ON n.bearer_definition = o.id CROSS JOIN norm_facets f ON f.row = n.row WHERE o.document = ?)
    WHERE role IS NOT before""",
    role=BEARER_ROLE,
)
# The English texts of a work that bearers of its other texts have their names from.
_ENGLISH = """SELECT coalesce(group_concat(digest, ' '), '') FROM (SELECT e.digest FROM documents d
    JOIN documents e ON e.work = d.work AND e.language = 'en' WHERE d.id = ? ORDER BY e.id)"""
_NAMED = "UPDATE document_rows SET named = ? WHERE document = ? AND named <> ?1"
_MOVED = """SELECT EXISTS (SELECT 1 FROM facts f CROSS JOIN moved_facts m ON m.fact = f.id WHERE f.document = ?1),
    (SELECT moved FROM document_rows WHERE document = ?1)"""
_APPLY = """SELECT t.applies_from, t.applies_until, f.row FROM norm_times t CROSS JOIN norms n ON n.id = t.norm
    CROSS JOIN norm_facets f ON f.row = n.row WHERE t.document = ?
    AND (f.applies_from IS NOT t.applies_from OR f.applies_until IS NOT t.applies_until)"""
_DATE = compose(
    """SELECT {dues}, f.row FROM norms n CROSS JOIN norm_facets f ON f.row = n.row
    WHERE n.id = ? AND f.dues IS NOT {dues}""",
    dues=_DUES,
)
_OWN = compose(
    "SELECT n.modality, n.strength, n.bearer, n.bearer_class, {role}, {dues}, n.row FROM norms n WHERE n.id = ?",
    role=BEARER_ROLE,
    dues=_DUES,
)
#: Columns of the narrow row, in the order in which the selections above give what they change to.
_OWN_COLUMNS = ("modality", "strength", "bearer", "bearer_class", "role", "dues")


def write(connection: Connection, document: str) -> None:
    """Make the rows of one document that was stored just now; :func:`follow` adds what other documents say."""
    connection.execute(_INSERT, (document,))
    connection.execute(_RANGE, (document,))
    connection.execute(_LANGUAGES, (document,))
    _follow(connection, document)


def follow(connection: Connection, works: Iterable[str]) -> None:
    """Bring the rows of all documents of these works up to what their siblings say."""
    for work in works:
        documents = connection.execute("SELECT id FROM documents WHERE work = ? ORDER BY id", (work,)).fetchall()
        for (document,) in documents:
            _follow(connection, document)


def remake(connection: Connection, documents: Iterable[str]) -> None:
    """Make all rows of these documents anew."""
    for document in documents:
        write(connection, document)


def date(connection: Connection, norms: Iterable[str]) -> None:
    """Bring the days of these norms up to the events that are stored."""
    for norm in norms:
        _change(connection, _DATE, ("dues",), norm)


def refresh(connection: Connection, norms: Iterable[str]) -> None:
    """Bring the rows of these norms up to what the norms say now, after a correction."""
    for norm in norms:
        _change(connection, _OWN, _OWN_COLUMNS, norm)


def _follow(connection: Connection, document: str) -> None:
    # A document stands if it is the preferred copy of a version that is current, or belongs to no work.
    connection.executemany(_STAND, connection.execute(_STANDING, (document,)).fetchall())
    _change(connection, _IDENTITY, ("identity",), document)
    english = connection.execute(_ENGLISH, (document,)).fetchone()[0]
    if connection.execute(_NAMED, (english, document)).rowcount > 0:
        _change(connection, _NAME, ("role",), document)
    moved, before = connection.execute(_MOVED, (document,)).fetchone()
    if moved or before:
        _change(connection, _APPLY, ("applies_from", "applies_until"), document)
        connection.execute("UPDATE document_rows SET moved = ? WHERE document = ?", (moved, document))


def _change(connection: Connection, found: str, columns: Sequence[str], value: str) -> None:
    rows = connection.execute(found, (value,)).fetchall()
    connection.executemany(compose("UPDATE norm_facets SET {new} WHERE row = ?", new=settings(columns)), rows)
