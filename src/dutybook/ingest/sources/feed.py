"""A feed (RSS, Atom or JSON): its entries as documents, by what they link to or by their own text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import Any

from dutybook.errors import Defect
from dutybook.ingest.sources import option_values, page
from dutybook.ingest.sources.feed_entries import MAX_FEED, Entry, read
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, "
    "application/json;q=0.8, */*;q=0.5"
)
#: An entry's own text is the document, if it may be either, from so many characters on.
_WHOLE = 1_500
_MOST_TOLD = 20


class Feed:
    """RSS, Atom or JSON Feed."""

    kind = "feed"
    help = "an RSS, Atom or JSON feed: the page or PDF that each entry links to, or the entry's own text"
    every = 1800
    written = "the address of a feed: https://authority.example/news.xml"
    options: Mapping[str, str] = {
        "take": "link: what an entry links to; entry: its own text; auto: its text where it is long or there is no link",
        "title": "words one of which an entry's title must have: fee,tariff",
        "limit": f"so many entries a run at most ({option_values.LIMIT})",
        "language": "language that is asked for: de",
    }

    def check(self, target: str, options: Options) -> Options:
        """An address; ``take`` is link, entry or auto; ``title`` words one of which an entry's title has; ``limit`` entries a run."""
        option_values.known_only(options, self.options, self.kind)
        found: dict[str, Any] = {
            "url": page.address(target),
            "take": option_values.choice(options, "take", ("auto", "link", "entry"), "auto"),
            "limit": option_values.limit(options),
        }
        if title := option_values.words(options, "title"):
            found["title"] = list(title)
        if language := option_values.text(options, "language", 40):
            found["language"] = language
        return found

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        """The entries of the feed as it is; those that it drops with time are not gone."""
        url = str(options["url"])
        response = fetcher.get(
            url,
            accept=_ACCEPT,
            language=options.get("language"),
            etag=cursor.get("etag"),
            modified=cursor.get("modified"),
            max_bytes=MAX_FEED,
        )
        if response.not_modified:
            return Listing((), cursor=cursor)
        entries, problems = read(response)
        items: dict[str, Item] = {}
        for entry in entries:
            if option_values.has_words(entry.title, options.get("title", ())):
                for item in _items(entry, str(options["take"]), problems):
                    items.setdefault(item.key, item)
        limit = int(options["limit"])
        if len(items) > limit:
            problems.append(f"{url} has {len(items):,} entries, the first {limit:,} are taken: raise --option limit=")
        if len(problems) > _MOST_TOLD:
            problems[_MOST_TOLD:] = [f"… and {len(problems) - _MOST_TOLD:,} more"]
        kept = list(items.values())[:limit]
        return Listing(tuple(kept), cursor=page.validators(response), problems=tuple(problems))

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        """What an entry links to, or its own text as a page."""
        if content := item.more.get("content"):
            return Fetched(_as_page(item, str(content)), ".html", item.url)
        if not item.url:
            raise Defect(f"the entry {item.key} has neither a link nor a text")
        return page.document(item.url, known, fetcher, language=options.get("language"))


def _items(entry: Entry, take: str, problems: list[str]) -> Iterable[Item]:
    """An entry as one document, and each document that is attached to it as a further one."""
    own = take == "entry" or (take == "auto" and (not entry.link or (entry.whole and len(entry.content) >= _WHOLE)))
    attached = [url for url in entry.enclosures if url != entry.link]
    item = Item(
        key=entry.key,
        url=entry.link,
        title=entry.title,
        published=entry.published,
        language=entry.language,
        stamp=entry.stamp,
    )
    if own and entry.content:
        yield replace(item, more={"content": entry.content})
    elif entry.link:
        yield item
    elif not attached:
        problems.append(
            f"the entry “{entry.title[:80] or entry.key[:80]}” has neither a link that is followed nor a text"
        )
    for url in attached:
        yield replace(item, key=f"{entry.key} {url}", url=url)


def _as_page(item: Item, content: str) -> bytes:
    """An entry's text as a page with its title and date."""
    date = f'<meta name="date" content="{escape(item.published, quote=True)}">' if item.published else ""
    link = f'<link rel="canonical" href="{escape(item.url, quote=True)}">' if item.url else ""
    language = f' lang="{escape(item.language, quote=True)}"' if item.language else ""
    title = escape(item.title)
    return (
        f'<!doctype html>\n<html{language}><head><meta charset="utf-8"><title>{title}</title>{date}{link}</head>\n'
        f"<body><article><h1>{title}</h1>\n{content}\n</article></body></html>\n"
    ).encode("utf-8", "replace")


SOURCE = Feed()
