"""Which documents were looked at for alerts, and which version of an act, from where and in which words each of them was."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dutybook.records import content_id
from dutybook.resolve.identity.records import letters_and_digits
from dutybook.store.register import Register, translates_errors
from dutybook.store.sql import compose, same_as


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


@translates_errors
def any_noticed(register: Register) -> bool:
    """Whether documents were ever looked at."""
    return register._connection.execute("SELECT 1 FROM noticed_documents LIMIT 1").fetchone() is not None


@translates_errors
def fresh(register: Register) -> list[Seen]:
    """Documents that were never looked at; what cannot be read is looked at once it can."""
    return [_seen(row) for row in register._connection.execute(_FRESH)]


@translates_errors
def from_day(register: Register, day: str) -> list[Seen]:
    """Documents of the register whose version or date is of a day (ISO) or later."""
    return [_seen(row) for row in register._connection.execute(_FROM_DAY, (day,))]


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


@translates_errors
def related(register: Register, documents: Iterable[str]) -> set[str]:
    """Acts that these documents amend, correct or speak of in another of the ways of ``work_relations``."""
    rows = register._connection.execute(
        "SELECT DISTINCT related FROM work_relations WHERE document IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(documents)),),
    )
    return {row[0] for row in rows}


@translates_errors
def words_of(register: Register, documents: Sequence[str]) -> frozenset[str]:
    """The words of the norms that these documents had when they were looked at, as :func:`said` has them."""
    rows = register._connection.execute(_WORDS, (json.dumps(list(documents)),))
    return frozenset(word for _, words in rows for word in words.split())


def said(quote: str) -> str:
    """A hash of the words of a norm, whatever their layout."""
    return hashlib.sha256(letters_and_digits(quote).encode("utf-8", "surrogatepass")).hexdigest()[:12]


@translates_errors
def notice(register: Register, documents: Iterable[Seen]) -> None:
    """Remember within the caller's transaction that these were looked at, and others that were read anew meanwhile."""
    again = [_seen(row) for row in register._connection.execute(_RE_READ)]
    rows = []
    for seen in (*documents, *again):
        words = dict.fromkeys(said(quote) for (quote,) in register._connection.execute(_QUOTES, (seen.id,)))
        rows.append(
            (
                *(seen.id, seen.work, seen.language, seen.day, seen.expression, seen.source, seen.name),
                *(" ".join(words), seen.digest),
            )
        )
    register._connection.executemany(_PUT, rows)


@translates_errors
def identities(register: Register, norms: Iterable[str]) -> dict[str, str]:
    """The identity of each norm."""
    rows = register._connection.execute(
        "SELECT i.norm, i.identity FROM json_each(?) j JOIN norm_identities i ON i.norm = j.value",
        (json.dumps(list(norms)),),
    )
    return dict(rows.fetchall())


@translates_errors
def members(register: Register, wanted: Iterable[str]) -> dict[str, list[tuple[str, str, str]]]:
    """By identity all norms of the register that are it, in every version and language: id, place and quote."""
    found: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    rows = register._connection.execute(_MEMBERS, (json.dumps(sorted(set(wanted))),))
    for identity, norm, place, quote in rows:
        found[identity].append((norm, place, quote))
    return found


@translates_errors
def norms_of(register: Register, document: str) -> list[str]:
    """Ids of a document's norms in its order, without those that somebody rejected."""
    sql = """SELECT id FROM norms WHERE document = ? AND id NOT IN
        (SELECT norm FROM corrected WHERE field = 'finding') ORDER BY position"""
    return [row[0] for row in register._connection.execute(sql, (document,))]


def name_of(title: str) -> str:
    """A hash of a title; empty for none."""
    return content_id("title", letters_and_digits(title)) if letters_and_digits(title) else ""


def _seen(row: tuple[Any, ...]) -> Seen:
    (identity, work, language, day, expression, source, title, here, preferred, current, *rest) = row
    where = (identity, work, language, day, expression, source, name_of(title))
    return Seen(*where, bool(here), bool(preferred), bool(current), title, *rest)
