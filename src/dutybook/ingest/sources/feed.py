"""Reads a feed (RSS, Atom or JSON). Its entries are documents: either what they link to or their own text.

Broken feeds are read as far as possible: values are shortened, and addresses are checked.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from typing import Any
from urllib.parse import urljoin
from xml.parsers import expat

from dutybook.errors import Defect, Refused, SourceError
from dutybook.ingest.addresses import parse
from dutybook.ingest.sources import option_values, page
from dutybook.ingest.sources.documents import validators
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options, Response
from dutybook.ingest.sources.publishers import FEEDS, address_of
from dutybook.ingest.sources.responses import clean_line, parsed_json, refuse_page

MAX_FEED = 10_000_000
_MOST = 5_000
# What reads broken feeds takes time that grows faster than they do.
_MOST_MARKS, _MOST_MARKS_BROKEN, _MAX_BROKEN = 400_000, 100_000, 1_000_000
#: An entry's own text, in characters.
_LONGEST = 1_000_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WRITTEN_OUT = re.compile(r"(?:[A-Z][a-z]+, )?([A-Z][a-z]{2,8}) (\d{1,2}), (\d{4})(?: - (\d{1,2}):(\d{2}))?$")
_DOCUMENTS = frozenset({"application/pdf", "application/x-pdf"})


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry. ``content`` is HTML, the full text if ``whole``. ``enclosures`` are addresses of documents."""

    key: str
    title: str
    link: str
    content: str
    whole: bool
    published: str | None
    stamp: str
    language: str | None
    enclosures: tuple[str, ...] = ()


def parse_feed(response: Response) -> tuple[list[Entry], list[str]]:
    """The entries of a feed, and what was wrong with it.

    Raises:
        SourceError: it is no feed, or defines entities.
    """
    head = response.body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{") or response.media_type.endswith("json"):
        return _json(response)
    return _xml(response)


def _xml(response: Response) -> tuple[list[Entry], list[str]]:
    import feedparser

    url = response.url
    if b"<!ENTITY" in response.body or "<!ENTITY".encode("utf-16-le") in response.body:
        raise SourceError(f"{url} defines entities; such feeds are not read", lasting=True)
    _refuse_endless(response)
    headers = {name: value for name, value in response.headers.items() if name in ("content-type", "content-language")}
    # As a stream: a text might be taken for the name of a file, or an address.
    try:
        parsed = feedparser.parse(io.BytesIO(response.body), response_headers={**headers, "content-location": url})
    except Exception as error:  # what is broken enough breaks it, too
        raise SourceError(f"{url} is no feed that can be read ({clean_line(str(error), 120)})") from error
    problems: list[str] = []
    if not parsed.entries and not parsed.get("version"):
        refuse_page(response.body, f"the feed {url}")
        raise SourceError(f"{url} is no feed. Name the address of an RSS, Atom or JSON feed", lasting=False)
    if parsed.bozo and not _harmless(parsed.get("bozo_exception")):
        why = clean_line(str(parsed.get("bozo_exception")), 120)
        problems.append(f"the feed {url} is broken ({why}); {len(parsed.entries):,} entries could be read all the same")
    language = parsed.feed.get("language")
    entries = [_entry(raw, url, language) for raw in _capped(parsed.entries, url, problems)]
    return [entry for entry in entries if entry], problems


def _refuse_endless(response: Response) -> None:
    marks = response.body.count(b"<")
    if marks > _MOST_MARKS:
        raise SourceError(f"{response.url} has {marks:,} elements; such feeds are not read", lasting=True)
    if marks > _MOST_MARKS_BROKEN or len(response.body) > _MAX_BROKEN:
        try:
            expat.ParserCreate().Parse(response.body, True)
        except (expat.ExpatError, ValueError) as error:
            raise SourceError(
                f"{response.url} is too large to be read broken as it is ({clean_line(str(error), 100)})"
            ) from error


def _harmless(error: Any) -> bool:
    """Whether the only error is a wrong declaration of encoding or type, while the right one was used."""
    return type(error).__name__ in ("CharacterEncodingOverride", "NonXMLContentType")


def _entry(raw: Any, base: str, language: Any) -> Entry:
    content, whole = _content(raw)
    links = raw.get("links") or []
    link = _address(raw.get("link"), base)
    enclosures = [
        made
        for each in links
        if each.get("rel") == "enclosure" and str(each.get("type", "")).split(";")[0].strip().lower() in _DOCUMENTS
        if (made := _address(each.get("href"), base))
    ]
    # Asked for what is not there, feedparser gives another time and warns.
    times = [
        _moment(raw[name]) if name in raw else None for name in ("published_parsed", "created_parsed", "updated_parsed")
    ]
    published, updated = next((time for time in times if time), None), times[2]
    published = published or _written_out(clean_line(raw.get("published"), 100))
    guid = clean_line(raw.get("id"), 1000)
    if whole and raw.get("guidislink") and link == _address(guid, base):
        # By the letter every guid is a link; many are none, and the text is here.
        link = ""
    entry = Entry(
        key=guid,
        title=clean_line(html.unescape(clean_line(raw.get("title")))),
        link=link,
        content=content,
        published=published,
        stamp=updated or "",
        whole=whole,
        enclosures=tuple(enclosures),
        language=language,
    )
    return _normalise(entry)


def _content(raw: Any) -> tuple[str, bool]:
    """The longest text of an entry, and whether the feed says that it is the full text."""
    whole = max((str(each.get("value") or "") for each in raw.get("content") or []), key=len, default="")
    if whole:
        return whole, True
    return str(raw.get("summary") or ""), False


def _json(response: Response) -> tuple[list[Entry], list[str]]:
    url = response.url
    found, problems = parsed_json(response, f"the feed {url}", limit=MAX_FEED)
    if "jsonfeed.org/version/" not in str(found.get("version")):
        raise SourceError(f"{url} is JSON, but no JSON feed: it does not say its version", lasting=True)
    faults = list(problems)
    items = found.get("items")
    raw = [each for each in items if isinstance(each, dict)] if isinstance(items, list) else []
    if not isinstance(items, list) or len(raw) < len(items):
        faults.append(f"the feed {url} is broken: not all of its entries are entries")
    return [_json_entry(each, url, found.get("language")) for each in _capped(raw, url, faults)], faults


def _json_entry(raw: dict[str, Any], base: str, language: Any) -> Entry:
    text = raw.get("content_html")
    if not isinstance(text, str):
        plain = raw.get("content_text")
        parts = plain.split("\n\n") if isinstance(plain, str) else []
        text = "".join(f"<p>{html.escape(part)}</p>\n" for part in parts)
    whole = bool(text)
    if not text and isinstance(raw.get("summary"), str):
        text = f"<p>{html.escape(raw['summary'])}</p>"
    attached = raw.get("attachments")
    enclosures = [
        made
        for each in (attached if isinstance(attached, list) else [])
        if isinstance(each, dict) and str(each.get("mime_type", "")).lower() in _DOCUMENTS
        if (made := _address(each.get("url"), base))
    ]
    published, updated = clean_line(raw.get("date_published")), clean_line(raw.get("date_modified"))
    link = _address(raw.get("url"), base) or _address(raw.get("external_url"), base)
    entry = Entry(
        key=clean_line(raw.get("id"), 1000),
        title=clean_line(raw.get("title")),
        link=link,
        content=text,
        published=_iso(published),
        stamp=_iso(updated) or updated,
        whole=whole,
        enclosures=tuple(enclosures),
        language=raw.get("language") or language,
    )
    return _normalise(entry)


def _normalise(entry: Entry) -> Entry:
    """An entry with a key and a stamp, its texts cut to size and its language checked."""
    content = entry.content[:_LONGEST]
    # Without a time of change, its words tell whether it has changed.
    stamp = entry.stamp or f"{entry.published or ''} {_digest(entry.title, entry.link, content)}".strip()
    code = clean_line(entry.language, 40)
    return replace(
        entry,
        key=entry.key or entry.link or _digest(entry.title, content),
        title=entry.title[:500],
        content=content,
        stamp=stamp,
        language=code if _LANGUAGE.fullmatch(code) else None,
        enclosures=tuple(dict.fromkeys(entry.enclosures)),
    )


def _capped(entries: list[Any], url: str, problems: list[str]) -> list[Any]:
    if len(entries) > _MOST:
        problems.append(f"the feed {url} has {len(entries):,} entries; the first {_MOST:,} are read")
    return entries[:_MOST]


def _address(value: Any, base: str) -> str:
    """An absolute address; empty if it may not be requested or contains credentials."""
    if not isinstance(value, str) or not value.strip():
        return ""
    try:
        found = parse(urljoin(base, value.strip()))
    except (Refused, ValueError):
        return ""
    return "" if found.secret else found.url


def _moment(parsed: Any) -> str | None:
    """A date from feedparser (UTC) as ISO 8601."""
    try:
        year, month, day, hour, minute, second = parsed[:6]
        # A leap second is one to feedparser, but none to Python.
        return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC).isoformat(timespec="seconds")
    except (ValueError, TypeError):
        return None


def _written_out(written: str) -> str | None:
    """A date that is written out in English, as ISO 8601 without a zone: "Monday, July 27, 2026 - 15:30" (the FCA's feeds)."""
    found = _WRITTEN_OUT.match(written)
    if not found:
        return None
    month, day, year, hour, minute = found.groups()
    try:
        made = datetime(int(year), _MONTHS.index(month[:3].lower()) + 1, int(day), int(hour or 0), int(minute or 0))
    except ValueError:
        return None
    return made.isoformat(timespec="seconds")


def _iso(written: str) -> str | None:
    try:
        return datetime.fromisoformat(written).isoformat(timespec="seconds") if written else None
    except ValueError:
        return None


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:24]


_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, "
    "application/json;q=0.8, */*;q=0.5"
)
#: An entry's own text is the document, if it may be either, from so many characters on.
_WHOLE = 1_500
_MOST_REPORTED = 20


class Feed:
    """RSS, Atom or JSON Feed."""

    kind = "feed"
    help = "an RSS, Atom or JSON feed: the page or PDF that each entry links to, or the entry's own text"
    every = 1800
    written = "the address of a feed (https://authority.example/news.xml), or a supervisor: " + ", ".join(FEEDS)
    options: Mapping[str, str] = {
        "take": "link: what an entry links to; entry: its own text; auto: its text where it is long or there is no link",
        "title": "words one of which an entry's title must have: fee,tariff",
        "limit": f"so many entries a run at most ({option_values.LIMIT})",
        "language": "language that is asked for: de",
    }

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, self.options, self.kind)
        found: dict[str, Any] = {
            "url": page.address(address_of(target, FEEDS)),
            "take": option_values.choice(options, "take", ("auto", "link", "entry"), "auto"),
            "limit": option_values.limit(options),
        }
        if title := option_values.words(options, "title"):
            found["title"] = list(title)
        if language := option_values.text(options, "language", 40):
            found["language"] = language
        return found

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        """The present entries of the feed. Entries that it dropped since are not reported as gone."""
        url = str(options["url"])
        response = fetcher.get(
            url,
            accept=_ACCEPT,
            language=options.get("language"),
            known=Known(cursor.get("etag"), cursor.get("modified")),
            max_bytes=MAX_FEED,
        )
        if response.not_modified:
            return Listing((), cursor=cursor)
        entries, problems = parse_feed(response)
        items: dict[str, Item] = {}
        for entry in entries:
            if option_values.has_words(entry.title, options.get("title", ())):
                for item in _items(entry, str(options["take"]), problems):
                    items.setdefault(item.key, item)
        limit = int(options["limit"])
        if len(items) > limit:
            problems.append(f"{url} has {len(items):,} entries, the first {limit:,} are taken: raise --option limit=")
        if len(problems) > _MOST_REPORTED:
            problems[_MOST_REPORTED:] = [f"… and {len(problems) - _MOST_REPORTED:,} more"]
        kept = list(items.values())[:limit]
        return Listing(tuple(kept), cursor=validators(response), problems=tuple(problems))

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        """What an entry links to, or its own text as a page."""
        if content := item.more.get("content"):
            return Fetched(_as_page(item, str(content)), ".html", item.url)
        if not item.url:
            raise Defect(f"the entry {item.key} has neither a link nor a text")
        return page.document(item.url, known, fetcher, language=options.get("language"))


def _items(entry: Entry, take: str, problems: list[str]) -> Iterable[Item]:
    """An entry as one document, and each attached document as another."""
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
