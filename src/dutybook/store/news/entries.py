"""Reads news: entries of one event with their items, the acts and norms that they speak of, and the dates that they state."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from dutybook.errors import NotFound
from dutybook.resolve.news import NewsItem
from dutybook.store.database.connection import translated
from dutybook.store.database.protocols import Connection
from dutybook.store.news.claims import ClaimRow, claims_of_item
from dutybook.store.news.coming_acts import known_title, named_in_news
from dutybook.store.news.derivation import load_news_item
from dutybook.store.sql import Sql, all_of, compose, english_title_of

if TYPE_CHECKING:
    from dutybook.store.register import Register


@dataclass(frozen=True, slots=True)
class Mention:
    """An act, and where it can be told a norm of it (``norm``: its id in the text that stands), that an item speaks of in the words ``quote``.

    ``how``: citation, number, title, name or wording. ``work_title`` is that of the register's text, else the name by which an act is
    known well, or alone (then its id begins with "name:"); else empty.
    """

    document: str
    work: str
    work_title: str
    place: str | None
    identity: str | None
    norm: str | None
    quote: str
    page: int | None
    how: str


@dataclass(frozen=True, slots=True)
class Item:
    """A news item as a source with its own date (ISO 8601, None where it has none)."""

    document: str
    title: str
    source: str
    language: str
    day: str | None
    mentions: tuple[Mention, ...]
    claims: tuple[ClaimRow, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One event with all items that tell of it, the earliest first; ``id`` is that one's."""

    id: str
    items: tuple[Item, ...]

    @property
    def day(self) -> str | None:
        return self.items[0].day


@dataclass(frozen=True, slots=True)
class Account:
    """An item of an event: who published and wrote it, as far as that is known, and whether it has much of its wording from an earlier one."""

    item: Item
    publisher: str
    author: str
    copied: bool


@dataclass(frozen=True, slots=True)
class ReportedNorm:
    """A norm that an item reports, with what it reports it as (``legal_status``, None where it leaves that open)."""

    id: str
    document: str
    language: str
    modality: str
    strength: str
    legal_status: str | None
    quote: str


@dataclass(frozen=True, slots=True)
class Event:
    """An entry in full: who tells of it and when, the earliest first, and which norms they report; ``id`` is the entry's."""

    id: str
    accounts: tuple[Account, ...]
    norms: tuple[ReportedNorm, ...]

    @property
    def entry(self) -> Entry:
        return Entry(self.id, tuple(account.item for account in self.accounts))


#: Items that speak of an act, or state a date.
_OF_LAW = compose(
    """e.entry IN (SELECT x.entry FROM news_entries x WHERE EXISTS (SELECT 1 FROM news_links l WHERE l.document = x.document)
    OR EXISTS (SELECT 1 FROM claims p WHERE p.document = x.document))"""
)
_ENTRIES = """SELECT e.entry, max(e.day) AS last FROM news_entries e WHERE {chosen} GROUP BY e.entry
    ORDER BY last IS NULL, last DESC, e.entry LIMIT ? OFFSET ?"""
_ITEMS = """SELECT d.id, d.title, d.source, d.language, e.day FROM news_entries e JOIN documents d ON d.id = e.document
    WHERE e.entry = ? ORDER BY e.day, d.id <> e.entry, d.id"""
_MENTIONS = compose(
    """SELECT l.document, l.work, coalesce({title}, (SELECT c.name FROM coming_acts c WHERE c.act = l.work), ''), l.place, l.identity, l.norm, l.quote, l.page, l.how FROM news_links l
    WHERE l.document = ? ORDER BY l.position""",
    title=english_title_of(compose("l.work")),
)
_WHO = "SELECT publisher, author FROM documents WHERE id = ?"
_REPORTED = """SELECT n.id, n.document, n.language, n.modality, n.strength, n.legal_status, n.quote FROM norms n
    WHERE n.document = ? AND n.id NOT IN (SELECT c.norm FROM corrected c WHERE c.field = 'finding') ORDER BY n.position, n.id"""
_OF_NORM = """SELECT l.document FROM news_links l JOIN news_entries e ON e.document = l.document WHERE l.identity =
    coalesce((SELECT identity FROM norm_identities WHERE norm = ?1), ?1) ORDER BY e.day IS NULL, e.day DESC, l.document, l.position"""


def news(
    register: Register,
    work: str | None = None,
    *,
    since: str | None = None,
    every: bool = False,
    today: date | None = None,
    limit: int = 20,
    offset: int = 0,
) -> list[Entry]:
    """The newest entries, or those of an act (named as in ``Filters.work``); ``since`` is a day (ISO 8601). ``every``: also those that speak of no
    act and state no date. ``today``: the day on which they are looked at, so that dates that have passed are missed.

    Raises:
        BadFilter: no act in the register is named so.
    """
    chosen, values = _chosen(register, work, since, every)
    with translated(register.path):
        sql = compose(_ENTRIES, chosen=chosen)
        found = register._connection.execute(sql, (*values, limit, offset)).fetchall()
        return [Entry(entry, _items(register._connection, entry, today)) for entry, _ in found]


def number(register: Register, work: str | None = None, *, since: str | None = None, every: bool = False) -> int:
    """How many entries :func:`news` gives in all.

    Raises:
        BadFilter: no act in the register is named so.
    """
    chosen, values = _chosen(register, work, since, every)
    sql = compose("SELECT count(DISTINCT e.entry) FROM news_entries e WHERE {chosen}", chosen=chosen)
    return int(register._select_value(sql, *values))


def _chosen(register: Register, work: str | None, since: str | None, every: bool) -> tuple[Sql, list[str]]:
    conditions, values = [] if every else [_OF_LAW], list[str]()
    if work is not None:
        named, given = named_in_news(register, work)
        links = compose("SELECT document FROM news_links WHERE work IN ({named})", named=named)
        conditions.append(compose("e.document IN ({links})", links=links))
        values += given
    if since is not None:
        conditions.append(compose("e.day >= ?"))
        values.append(since)
    return all_of(conditions), values


def read_event(register: Register, item: str, *, today: date | None = None) -> Event:
    """The event that a news item (full id) tells of; ``today`` as in :func:`news`.

    Raises:
        NotFound: there is no such item, or it is no news.
    """
    with translated(register.path):
        connection = register._connection
        row = connection.execute("SELECT entry FROM news_entries WHERE document = ?", (item,)).fetchone()
        if row is None:
            raise NotFound(f"{item!r} is no news item in the register")
        accounts: list[Account] = []
        before: list[NewsItem] = []
        for one in _items(connection, row[0], today):
            news_item = load_news_item(connection, one.document, one.day or date.min.isoformat())
            copied = any(news_item.language == other.language and news_item.is_copy_of(other) for other in before)
            publisher, author = connection.execute(_WHO, (one.document,)).fetchone()
            accounts.append(Account(one, publisher, author, copied))
            before.append(news_item)
        norms = [
            ReportedNorm(*found)
            for account in accounts
            for found in connection.execute(_REPORTED, (account.item.document,))
        ]
    return Event(row[0], tuple(accounts), tuple(norms))


def of_norm(register: Register, norm: str) -> list[tuple[Item, Mention]]:
    """The items that speak of a norm (full id), in whatever version or language, the newest first."""
    with translated(register.path):
        connection = register._connection
        identity = connection.execute("SELECT identity FROM norm_identities WHERE norm = ?", (norm,)).fetchone()
        by_document: dict[str, tuple[Item, Mention]] = {}
        for (document,) in connection.execute(_OF_NORM, (norm,)).fetchall():
            item = _item(connection, document)
            for mention in item.mentions:
                if mention.identity == (identity[0] if identity else norm):
                    by_document.setdefault(document, (item, mention))
        return list(by_document.values())


def _items(connection: Connection, entry: str, today: date | None) -> tuple[Item, ...]:
    return tuple(_item(connection, row[0], today) for row in connection.execute(_ITEMS, (entry,)).fetchall())


def _item(connection: Connection, document: str, today: date | None = None) -> Item:
    identity, title, source, language, day = connection.execute(
        "SELECT d.id, d.title, d.source, d.language, e.day FROM documents d JOIN news_entries e ON e.document = d.id WHERE d.id = ?",
        (document,),
    ).fetchone()
    mentions = tuple(_titled(Mention(*found)) for found in connection.execute(_MENTIONS, (document,)))
    claims = tuple(claims_of_item(connection, document, today))
    return Item(identity, title, source, language, day, mentions, claims)


def _titled(mention: Mention) -> Mention:
    return mention if mention.work_title else replace(mention, work_title=known_title(mention.work))


def acts_of(entry: Entry) -> dict[str, str]:
    """The acts that an entry speaks of by id, each with its title (or its id), those named most often first."""
    counts: dict[str, int] = defaultdict(int)
    titles: dict[str, str] = {}
    for item in entry.items:
        for mention in item.mentions:
            counts[mention.work] += 1
            titles[mention.work] = mention.work_title or mention.work
    return {work: titles[work] for work in sorted(counts, key=lambda w: (-counts[w], w))}
