"""Derived rows of news items and what they speak of, made anew when an item, or an act that it speaks of, comes or goes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dutybook.records import content_id
from dutybook.records.provisions import lies_in
from dutybook.resolve.news import (
    DAYS_APART,
    Candidate,
    Name,
    NewsItem,
    Wordings,
    found_in,
    group_by_event,
    headline_names,
    names_of,
    sample_shingles,
    telling_words,
)
from dutybook.store.database.protocols import Connection
from dutybook.store.news.claims import Named, remake_claims, settle_claims, works_with_claims
from dutybook.store.news.procedures import link_steps
from dutybook.store.search.terms import tag_of
from dutybook.store.sql import compose, join
from dutybook.store.versions.in_force import plain

#: To be counted up when the rows of the same content change.
VERSION = "2"
_IS_NEWS = "SELECT 1 FROM documents WHERE id = ? AND family = 'news' AND status <> 'unreadable'"
_VALUES = """SELECT coalesce(due, value) FROM facts WHERE document = ?1 UNION SELECT value FROM deadlines WHERE document = ?1
    UNION SELECT a.amount || coalesce(a.currency, '') FROM penalties p JOIN amounts a ON a.penalty = p.id WHERE p.document = ?1
    UNION SELECT a.percent || '%' FROM penalties p JOIN amounts a ON a.penalty = p.id WHERE p.document = ?1
    UNION SELECT work || ' ' || place FROM news_links WHERE document = ?1"""


def follow(connection: Connection, works: Iterable[str]) -> None:
    """A step of :mod:`~dutybook.store.documents.writer`: items that speak of these works are looked at again."""
    items: set[str] = set()
    for work in works:
        items |= rename(connection, work)
    _remake(connection, sorted(items))


def follow_document(connection: Connection, document: str) -> None:
    """A document was stored: if it is news, make its rows."""
    remake(connection, [document])


@dataclass(frozen=True, slots=True)
class Leaving:
    """What a document that goes leaves to be made anew: entries from ``day`` on, and claims about ``works``."""

    day: str | None
    works: frozenset[str]


def without(connection: Connection, document: str) -> Leaving:
    """Call it before a document goes, and :func:`settle` with the answer when it is gone."""
    row = connection.execute("SELECT day FROM news_entries WHERE document = ?", (document,)).fetchone()
    return Leaving(row[0] if row else None, frozenset(works_with_claims(connection, document)))


def settle(connection: Connection, leaving: Leaving) -> None:
    """Make anew what followed from a document that is gone."""
    settle_claims(connection, leaving.works)
    if leaving.day:
        gather(connection, leaving.day)


def remake(connection: Connection, documents: Iterable[str]) -> None:
    """Make all rows of those of these documents that are news."""
    items = [document for document in documents if connection.execute(_IS_NEWS, (document,)).fetchone()]
    for item in items:
        language, text = connection.execute(
            "SELECT d.language, t.text FROM documents d JOIN texts t ON t.document = d.id WHERE d.id = ?", (item,)
        ).fetchone()
        connection.execute("DELETE FROM news_shingles WHERE document = ?", (item,))
        connection.executemany(
            "INSERT INTO news_shingles (document, shingle) VALUES (?, ?)",
            [(item, shingle) for shingle in sorted(sample_shingles(text))],
        )
        connection.execute("DELETE FROM news_words WHERE document = ?", (item,))
        connection.executemany(
            "INSERT INTO news_words (document, word, weight) VALUES (?, ?, ?)",
            [(item, word, weight) for word, weight in telling_words(text, language).items()],
        )
    _remake(connection, items)


def _remake(connection: Connection, items: list[str]) -> None:
    linker = Linker(connection)
    days = []
    works: set[str] = set()
    for item in items:
        works |= works_with_claims(connection, item)
        named = linker.link(item)
        remake_claims(connection, item, named)
        link_steps(connection, item, named)
        works |= works_with_claims(connection, item)
        days.append(_place(connection, item))
    settle_claims(connection, works)
    dated = [day for day in days if day]
    if dated:
        gather(connection, min(dated))


def _place(connection: Connection, item: str) -> str | None:
    """The row of an item among the entries; returns its day."""
    published = connection.execute("SELECT published FROM documents WHERE id = ?", (item,)).fetchone()[0]
    day = published[:10] if published and re.fullmatch(r"\d{4}-\d\d-\d\d.*", published) else None
    connection.execute(
        "INSERT INTO news_entries (document, entry, day) VALUES (?1, ?1, ?2)"
        " ON CONFLICT (document) DO UPDATE SET day = excluded.day, "
        " entry = iif(excluded.day IS NULL, excluded.document, news_entries.entry)",
        (item, day),
    )
    return day


def gather(connection: Connection, since: str) -> None:
    """Group the items of one event anew, from a day on, as far as that changes anything."""
    first = date.fromisoformat(since)
    rows = connection.execute(
        "SELECT document, entry, day FROM news_entries WHERE day >= ? AND day < ? AND entry = document",
        ((first - timedelta(days=DAYS_APART)).isoformat(), since),
    )
    heads = [load_news_item(connection, document, day) for document, _, day in rows.fetchall()]
    settled = first
    at = first
    while True:
        row = connection.execute("SELECT min(day) FROM news_entries WHERE day >= ?", (at.isoformat(),)).fetchone()
        # Who begins an entry has not changed for as long as items can be tied: neither has anything after that.
        if row[0] is None or date.fromisoformat(row[0]) > settled + timedelta(days=DAYS_APART):
            return
        day = date.fromisoformat(row[0])
        before = dict(
            connection.execute("SELECT document, entry FROM news_entries WHERE day = ?", (row[0],)).fetchall()
        )
        items = [load_news_item(connection, document, row[0]) for document in before]
        found = group_by_event(items, heads)
        changed = [(entry, document) for document, entry in found.items() if before[document] != entry]
        connection.executemany("UPDATE news_entries SET entry = ? WHERE document = ?", changed)
        if changed:
            settled = day
        heads = [h for h in heads if (day - h.day).days < DAYS_APART] + [t for t in items if found[t.id] == t.id]
        at = day + timedelta(days=1)


def load_news_item(connection: Connection, document: str, day: str) -> NewsItem:
    """What a news item of this day (ISO 8601) has to be compared with others."""
    language, title = connection.execute("SELECT language, title FROM documents WHERE id = ?", (document,)).fetchone()
    words = connection.execute("SELECT word, weight FROM news_words WHERE document = ? AND weight > 0", (document,))
    works = connection.execute("SELECT DISTINCT work FROM news_links WHERE document = ?", (document,))
    values = connection.execute(_VALUES, (document,))
    shingles = connection.execute("SELECT shingle FROM news_shingles WHERE document = ?", (document,))
    return NewsItem(
        document,
        date.fromisoformat(day),
        language,
        dict(words.fetchall()),
        frozenset(str(row[0]) for row in works),
        frozenset(str(row[0]) for row in values if row[0]),
        frozenset(int(row[0]) for row in shingles),
        headline_names(title, language),
    )


#: A place with more norms than this is spoken of as a whole.
_MOST_AT_PLACE = 6
#: A sentence that cites a place needs less to be one of the norms there.
_LEAST_AT_PLACE = 0.12
# A leaflet's or an article's title is no name of law.
_NAMES = """SELECT DISTINCT language, short_title, number FROM work_names
    WHERE work = ? AND kind NOT IN ('', 'news', 'other') ORDER BY language, short_title"""
# Guidance on an act may have its name for a title.
_TITLES = """SELECT DISTINCT language, short_title, number FROM work_names
    WHERE work = ? AND kind NOT IN ('', 'news', 'other', 'guidance') ORDER BY language, short_title"""
_NORMS = """SELECT f.identity, n.id, n.place, n.terms, n.modality,
    (SELECT group_concat(value, ' ') FROM deadlines x WHERE x.norm = n.id AND x.value IS NOT NULL) FROM norms n
    JOIN norm_facets f ON f.row = n.row WHERE n.document = ? ORDER BY n.position, n.id"""
# The texts of an act that stand now, the item's own language first.
_STANDING = """SELECT v.document, v.language FROM versions v JOIN documents d ON d.id = v.document WHERE v.work = ? AND v.current
    AND v.preferred AND d.norms > 0 ORDER BY v.language <> ?, v.language <> 'en', v.language, v.document LIMIT 1"""
_INSERT = """INSERT OR IGNORE INTO news_links (id, document, position, work, identity, norm, place, quote, span_start, span_end, page, how)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


@dataclass(frozen=True, slots=True)
class Link:
    """A row of ``news_links`` without its id and order."""

    work: str
    quote: str
    start: int
    end: int
    page: int | None
    how: str
    place: str | None = None
    identity: str | None = None
    norm: str | None = None


def rename(connection: Connection, work: str) -> set[str]:
    """Make the names of a work anew; returns the news items that have one of its names, old or new."""
    before = _names(connection, work)
    made: dict[tuple[str, str], Name] = {}
    for language, short_title, number in connection.execute(_NAMES, (work,)).fetchall():
        for name in names_of(short_title, number, language):
            made.setdefault((language, name.text), name)
    if {(n.language, n.text) for n in before} != set(made):
        connection.execute("DELETE FROM act_names WHERE work = ?", (work,))
        connection.executemany(
            "INSERT INTO act_names (work, language, name, stem, word, written) VALUES (?, ?, ?, ?, ?, ?)",
            [(work, n.language, n.text, n.stem, n.longest, n.written) for n in made.values()],
        )
    found = _rename_aliases(connection, work)
    for name in {n.text: n for n in (*before, *made.values())}.values():
        found |= _having(connection, name)
    rows = connection.execute("SELECT document FROM news_links WHERE work = ?", (work,))
    return found | {str(row[0]) for row in rows}


def _rename_aliases(connection: Connection, work: str) -> set[str]:
    """Make anew which acts known by name alone are this work; returns the news items that name one of them, before or now."""
    # Here, since a register that is only searched needs no patterns of names.
    from dutybook.extract.named_acts import act_ids

    before = {row[0] for row in connection.execute("SELECT act FROM act_aliases WHERE work = ?", (work,)).fetchall()}
    rows = connection.execute(_TITLES, (work,)).fetchall()
    acts = {act for language, title, number in rows for act in act_ids(title, number or "", language)}
    if acts != before:
        connection.execute("DELETE FROM act_aliases WHERE work = ?", (work,))
        connection.executemany(
            "INSERT INTO act_aliases (work, act) VALUES (?, ?)", [(work, act) for act in sorted(acts)]
        )
    named = connection.execute(
        "SELECT DISTINCT n.document FROM named_acts n JOIN news_entries e ON e.document = n.document"
        " WHERE n.act IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(acts | before)),),
    )
    return {str(row[0]) for row in named}


def _having(connection: Connection, name: Name) -> set[str]:
    """News items that have all words of a name, in whatever order."""
    each = compose("SELECT document FROM news_words WHERE word IN (?, ?)")
    sql = join(" INTERSECT ", [each] * len(name.telling))
    rows = connection.execute(sql, [form for word in name.telling for form in word])
    return {str(row[0]) for row in rows}


def _names(connection: Connection, work: str) -> list[Name]:
    rows = connection.execute("SELECT name, language, written FROM act_names WHERE work = ?", (work,))
    return [Name(tuple(name.split()), language, written) for name, language, written in rows.fetchall()]


class Linker:
    """Links news items; what it reads of acts is kept for the items of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._wordings: dict[tuple[str, str], tuple[str, list[Candidate], Wordings] | None] = {}

    def link(self, document: str) -> list[Named]:
        """Make the links of an item anew; returns all places where it names an act, in their order."""
        connection = self.connection
        connection.execute("DELETE FROM news_links WHERE document = ?", (document,))
        language, text = connection.execute(
            "SELECT d.language, t.text FROM documents d JOIN texts t ON t.document = d.id WHERE d.id = ?", (document,)
        ).fetchone()
        acts = [*self._cited(document), *self._named(document, text), *self._known_by_name(document)]
        sentences = self._sentences(document, language)
        links = [self._at_place(link, sentences, language, text) if link.place else link for link in acts]
        works = sorted({link.work for link in acts})
        known = {(link.work, link.identity) for link in links if link.identity}
        for candidate, quote, start, end, page in sentences:
            for work in works:
                act = self._act(work, language)
                meant = act[2].meant(candidate) if act and act[0] == language else None
                if meant and (work, meant.identity) not in known:
                    known.add((work, meant.identity))
                    links.append(
                        Link(work, quote, start, end, page, "wording", meant.place, meant.identity, meant.norm)
                    )
        self._store(document, links)
        return sorted(((link.work, link.start, link.end) for link in acts), key=lambda named: (*named[1:], named[0]))

    def _store(self, document: str, links: Iterable[Link]) -> None:
        seen: set[tuple[object, ...]] = set()
        for link in sorted(links, key=lambda k: (k.start, k.end, k.work, k.place or "", k.how)):
            key = (link.work, link.place, link.identity)
            if key in seen:
                continue
            position = len(seen)
            seen.add(key)
            row = (link.work, link.identity, link.norm, link.place, link.quote, link.start, link.end, link.page)
            self.connection.execute(
                _INSERT,
                (content_id(document, "news", *key, link.start), document, position, *row, link.how),
            )

    def _cited(self, document: str) -> list[Link]:
        rows = self.connection.execute(
            "SELECT work, as_written, span_start, span_end, page, place FROM citations WHERE document = ? AND work IS NOT NULL"
            " ORDER BY position, id",
            (document,),
        )
        return [
            Link(work, quote, start, end, page, _how(quote, place), place)
            for work, quote, start, end, page, place in rows.fetchall()
        ]

    def _named(self, document: str, text: str) -> list[Link]:
        """Acts by their names; a name that two acts have says nothing."""
        rows = self.connection.execute(
            "SELECT n.name, n.language, n.written, n.work FROM news_words w JOIN act_names n ON n.stem = w.word"
            " WHERE w.document = ?1 UNION SELECT n.name, n.language, n.written, n.work FROM news_words w"
            " JOIN act_names n ON n.word = w.word WHERE w.document = ?1",
            (document,),
        )
        owners: dict[str, set[str]] = {}
        names: dict[str, Name] = {}
        has = {
            str(row[0])
            for row in self.connection.execute("SELECT word FROM news_words WHERE document = ?", (document,))
        }
        for name, language, written, work in rows.fetchall():
            if not all(has & set(word) for word in Name(tuple(name.split()), language, written).telling):
                continue
            owners.setdefault(name, set()).add(work)
            names[f"{language} {name}"] = Name(tuple(name.split()), language, written)
        found: dict[tuple[str, int], Link] = {}
        for name, start, end in found_in(text, names.values()):
            if len(owners[name.text]) == 1:
                work = next(iter(owners[name.text]))
                found.setdefault(
                    (work, start), Link(work, text[start:end], start, end, self._page(document, start), "title")
                )
        return list(found.values())

    def _known_by_name(self, document: str) -> list[Link]:
        """Acts that the reader knew by name alone: the one of the register that is called so, else the name's own id."""
        rows = self.connection.execute(
            "SELECT coalesce((SELECT CASE WHEN count(*) = 1 THEN min(a.work) END FROM act_aliases a WHERE a.act = n.act), n.act),"
            " n.quote, n.span_start, n.span_end, n.page FROM named_acts n WHERE n.document = ? ORDER BY n.position",
            (document,),
        )
        return [Link(work, quote, start, end, page, "name") for work, quote, start, end, page in rows.fetchall()]

    def _page(self, document: str, at: int) -> int | None:
        row = self.connection.execute(
            "SELECT page FROM norms WHERE document = ? AND span_start <= ? AND page IS NOT NULL ORDER BY span_start DESC LIMIT 1",
            (document, at),
        ).fetchone()
        return row[0] if row else None

    def _sentences(self, document: str, language: str) -> list[tuple[Candidate, str, int, int, int | None]]:
        """The norms that an item reports, as what they are held against norms of acts with."""
        rows = self.connection.execute(
            "SELECT n.id, n.place, n.terms, n.modality, (SELECT group_concat(value, ' ') FROM deadlines x WHERE x.norm = n.id"
            " AND x.value IS NOT NULL), n.quote, n.span_start, n.span_end, n.page FROM norms n WHERE n.document = ?"
            " ORDER BY n.position, n.id",
            (document,),
        )
        return [
            (_candidate(norm, norm, place, terms, modality, values, language), quote, start, end, page)
            for norm, place, terms, modality, values, quote, start, end, page in rows.fetchall()
        ]

    def _act(self, work: str, language: str) -> tuple[str, list[Candidate], Wordings] | None:
        """Language and norms of the text of an act that stands now, in the item's language if there is one."""
        key = (work, language)
        if key not in self._wordings:
            standing = self.connection.execute(_STANDING, (work, language)).fetchone()
            if standing is None:
                self._wordings[key] = None
            else:
                own = standing[1]
                norms = [
                    _candidate(identity, norm, place, terms, modality, values, own)
                    for identity, norm, place, terms, modality, values in self.connection.execute(
                        _NORMS, (standing[0],)
                    ).fetchall()
                ]
                self._wordings[key] = (own, norms, Wordings(norms))
        return self._wordings[key]

    def _at_place(
        self, link: Link, sentences: list[tuple[Candidate, str, int, int, int | None]], language: str, text: str
    ) -> Link:
        """The norm at the place that is cited: the only one there, or the one that the sentence around the citation states."""
        act = self._act(link.work, language)
        there = [norm for norm in act[1] if _within(norm.place, link.place or "")] if act else []
        if not there:
            return link
        if len({norm.identity for norm in there}) == 1:
            return replace(link, identity=there[0].identity, norm=there[0].norm)
        if act and act[0] == language and len(there) <= _MOST_AT_PLACE:
            around = (c for c, _, start, end, _ in sentences if _is_around(text, link, start, end))
            sentence = next(around, None)
            meant = Wordings(there).meant(sentence, _LEAST_AT_PLACE) if sentence is not None else None
            if meant:
                return replace(link, identity=meant.identity, norm=meant.norm)
        return link


def _candidate(
    identity: str, norm: str, place: str, terms: str, modality: str, values: str | None, language: str
) -> Candidate:
    tag = tag_of(language)
    # The stems alone, as far as the language has any.
    words = [word for word in terms.split() if not tag or word.startswith(tag)]
    return Candidate(identity, norm, place, frozenset(words), modality, frozenset((values or "").split()))


def _how(quote: str, place: str | None) -> str:
    return "citation" if place else "number" if re.search(r"\d", quote) else "title"


def _within(place: str, cited: str) -> bool:
    """Whether a norm's place is the one cited, or stands below it."""
    return lies_in(plain(place), plain(cited))


def _is_around(text: str, link: Link, start: int, end: int) -> bool:
    return start <= link.start < end or _together(text, link, start, end)


def _together(text: str, link: Link, start: int, end: int) -> bool:
    """Whether nothing but one sentence's words lie between a citation and a sentence that is a norm."""
    between = text[end : link.start] if end <= link.start else text[link.end : start]
    return len(between) < 4 and not re.search(r"[.!?\n]", between)
