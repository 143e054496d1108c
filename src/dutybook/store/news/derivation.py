"""News beside the law: derived rows of news items, made anew when an item, or an act that it speaks of, comes or goes."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable
from datetime import date, timedelta

from dutybook.resolve.news import DATED, DAYS_APART, Announced, Dated, NewsItem, group_by_event, outcome, telling_words
from dutybook.store.news.links import Linker, rename

#: To be counted up when the rows of the same content change.
VERSION = "1"
_TYPES = json.dumps([type_.value for type_ in sorted(DATED)])
_DAY = r"\d{4}(?:-\d\d(?:-\d\d)?)?"
_IS_NEWS = "SELECT 1 FROM documents WHERE id = ? AND genre = 'news' AND status <> 'unreadable'"
_ANNOUNCED = """SELECT f.id, f.type, coalesce(f.due, f.value), f.span_start, f.span_end FROM facts f
    WHERE f.document = ? AND f.type IN (SELECT value FROM json_each(?)) ORDER BY f.position, f.id"""
# The dates that an act has, moved where later acts move them: those of the item's language first; its publication last.
_DATES_OF_ACT = """SELECT f.id, f.document, f.type, coalesce(m.due, f.due) AS due, f.reach = 'whole' FROM facts f
    JOIN documents d ON d.id = f.document LEFT JOIN moved_facts m ON m.fact = f.id
    WHERE d.work = ?1 AND d.genre <> 'news' AND f.due IS NOT NULL
    ORDER BY d.language <> ?2, d.language <> 'en', d.language, due, f.document, f.position"""
_PUBLISHED = """SELECT DISTINCT '', id, 'publication', substr(published, 1, 10), 1 FROM documents WHERE work = ?1 AND genre <> 'news'
    AND published IS NOT NULL ORDER BY language <> ?2, language, id"""
_VALUES = """SELECT coalesce(due, value) FROM facts WHERE document = ?1 UNION SELECT value FROM deadlines WHERE document = ?1
    UNION SELECT a.amount || coalesce(a.currency, '') FROM penalties p JOIN amounts a ON a.penalty = p.id WHERE p.document = ?1
    UNION SELECT a.percent || '%' FROM penalties p JOIN amounts a ON a.penalty = p.id WHERE p.document = ?1
    UNION SELECT work || ' ' || place FROM news_links WHERE document = ?1"""


def follow(connection: sqlite3.Connection, works: Iterable[str]) -> None:
    """A step of :mod:`~dutybook.store.documents.derived_rows`: items that speak of these works are looked at again."""
    items: set[str] = set()
    for work in works:
        items |= rename(connection, work)
    _remake(connection, sorted(items))


def follow_document(connection: sqlite3.Connection, document: str) -> None:
    """A document was stored: if it is news, make its rows."""
    remake(connection, [document])


def without(connection: sqlite3.Connection, document: str) -> str | None:
    """Call it before a document goes: the day from which entries may change, to be given to :func:`gather`."""
    row = connection.execute("SELECT day FROM news_entries WHERE document = ?", (document,)).fetchone()
    return row[0] if row else None


def remake(connection: sqlite3.Connection, documents: Iterable[str]) -> None:
    """Make all rows of those of these documents that are news."""
    items = [document for document in documents if connection.execute(_IS_NEWS, (document,)).fetchone()]
    for item in items:
        language, text = connection.execute(
            "SELECT d.language, t.text FROM documents d JOIN texts t ON t.document = d.id WHERE d.id = ?", (item,)
        ).fetchone()
        connection.execute("DELETE FROM news_words WHERE document = ?", (item,))
        connection.executemany(
            "INSERT INTO news_words (document, word, weight) VALUES (?, ?, ?)",
            [(item, word, weight) for word, weight in telling_words(text, language).items()],
        )
    _remake(connection, items)


def _remake(connection: sqlite3.Connection, items: list[str]) -> None:
    linker = Linker(connection)
    days = []
    for item in items:
        linker.link(item)
        _expect(connection, item)
        days.append(_place(connection, item))
    dated = [day for day in days if day]
    if dated:
        gather(connection, min(dated))


def _place(connection: sqlite3.Connection, item: str) -> str | None:
    """The row of an item among the entries; returns its day."""
    published = connection.execute("SELECT published FROM documents WHERE id = ?", (item,)).fetchone()[0]
    day = published[:10] if published and re.fullmatch(r"\d{4}-\d\d-\d\d.*", published) else None
    connection.execute(
        "INSERT INTO news_entries (document, entry, day) VALUES (?1, ?1, ?2)"
        " ON CONFLICT (document) DO UPDATE SET day = excluded.day, entry = iif(excluded.day IS NULL, document, entry)",
        (item, day),
    )
    return day


def gather(connection: sqlite3.Connection, since: str) -> None:
    """Tell anew which items are of one event, from a day on, as far as that changes anything."""
    first = date.fromisoformat(since)
    rows = connection.execute(
        "SELECT document, entry, day FROM news_entries WHERE day >= ? AND day < ? AND entry = document",
        ((first - timedelta(days=DAYS_APART)).isoformat(), since),
    )
    heads = [_told(connection, document, day) for document, _, day in rows.fetchall()]
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
        told = [_told(connection, document, row[0]) for document in before]
        found = group_by_event(told, heads)
        changed = [(entry, document) for document, entry in found.items() if before[document] != entry]
        connection.executemany("UPDATE news_entries SET entry = ? WHERE document = ?", changed)
        if changed:
            settled = day
        heads = [h for h in heads if (day - h.day).days < DAYS_APART] + [t for t in told if found[t.id] == t.id]
        at = day + timedelta(days=1)


def _told(connection: sqlite3.Connection, document: str, day: str) -> NewsItem:
    language = connection.execute("SELECT language FROM documents WHERE id = ?", (document,)).fetchone()[0]
    words = connection.execute("SELECT word, weight FROM news_words WHERE document = ? AND weight > 0", (document,))
    works = connection.execute("SELECT DISTINCT work FROM news_links WHERE document = ?", (document,))
    values = connection.execute(_VALUES, (document,))
    return NewsItem(
        document,
        date.fromisoformat(day),
        language,
        dict(words.fetchall()),
        frozenset(str(row[0]) for row in works),
        frozenset(str(row[0]) for row in values if row[0]),
    )


def _expect(connection: sqlite3.Connection, item: str) -> None:
    """What became of the dates that an item announces."""
    connection.execute("DELETE FROM expectations WHERE document = ?", (item,))
    language, published, text = connection.execute(
        "SELECT d.language, d.published, t.text FROM documents d JOIN texts t ON t.document = d.id WHERE d.id = ?",
        (item,),
    ).fetchone()
    day = published[:10] if published and len(published) >= 10 else None
    links = connection.execute(
        "SELECT work, span_start, span_end FROM news_links WHERE document = ? ORDER BY span_start", (item,)
    ).fetchall()
    for fact, type_, due, start, end in connection.execute(_ANNOUNCED, (item, _TYPES)).fetchall():
        if not due or not re.fullmatch(_DAY, due):
            continue
        work, near = _about(links, text, start, end)
        dates = _dates_of_act(connection, work, language) if work else ()
        state, by = outcome(Announced(type_, due, day, near), dates)
        told = (by.fact or None, by.document, by.due) if by else (None, None, None)
        connection.execute(
            "INSERT INTO expectations (fact, document, work, type, due, state, by_fact, by_document, actual)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (fact, item, work, type_, due, state.value, *told),
        )


def _about(links: list[tuple[str, int, int]], text: str, start: int, end: int) -> tuple[str | None, bool]:
    """The act that a date is about: the one that its sentence names, else the only one that the item names."""
    in_sentence = [
        (abs(first - start), work)
        for work, first, last in links
        if not re.search(r"[.!?][\s»”“\"’)]+\S|\n", text[min(last, end) : max(first, start)])
    ]
    if in_sentence:
        return min(in_sentence)[1], True
    works = {work for work, _, _ in links}
    return (works.pop(), False) if len(works) == 1 else (None, False)


def _dates_of_act(connection: sqlite3.Connection, work: str, language: str) -> list[Dated]:
    rows = [*connection.execute(_DATES_OF_ACT, (work, language)), *connection.execute(_PUBLISHED, (work, language))]
    return [Dated(fact, document, type_, due, bool(whole)) for fact, document, type_, due, whole in rows]
