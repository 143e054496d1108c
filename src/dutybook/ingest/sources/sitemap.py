"""Watches the pages and documents of a site that its sitemaps list (sitemaps.org, version 0.9).

A site's ``robots.txt`` says where its sitemaps are. An index names further sitemaps, and each entry may have the time of its
last change (``lastmod``), so that unchanged pages are not requested.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from dutybook.errors import BadRequest, Refused, SourceError
from dutybook.ingest.addresses import parse
from dutybook.ingest.sources import option_values, page
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options, Response
from dutybook.ingest.sources.publishers import SITES, address_of
from dutybook.ingest.sources.responses import (
    MAX_LIST,
    check_body,
    child,
    child_text,
    clean_line,
    is_missing,
    local_name,
    parse_xml,
    refuse_page,
)

#: Sitemaps that a run reads at most, and levels of indexes (the protocol knows one).
_MOST_SITEMAPS, _MOST_LEVELS = 100, 3
#: Entries that are looked at; the protocol allows 50,000 in each sitemap.
_MOST_ENTRIES = 500_000
_MOST_PATTERNS = 50
_MOST_REPORTED = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """An address of a sitemap. ``changed`` is its ``lastmod`` as written, ``title`` that of a news sitemap."""

    url: str
    changed: str = ""
    title: str = ""
    published: str | None = None


class Sitemap:
    """The pages of a site by its sitemaps."""

    kind = "sitemap"
    help = "the pages and documents of a site that its sitemap lists; match=*/circulars/* takes some of them"
    every = 24 * 3600
    written = (
        "a sitemap (https://authority.example/sitemap.xml), a site (https://authority.example/), or a supervisor: "
        + ", ".join(SITES)
    )
    options: Mapping[str, str] = {
        "match": "patterns of the addresses that are taken: */circulars/*,*.pdf (all)",
        "without": "patterns of the addresses that are left out: */archive/*",
        "from": "only what has changed since that day: 2026-01-31; what has no date is left out then",
        "limit": f"so many addresses a run at most, the newest first ({option_values.LIMIT})",
        "language": "language that is asked for: de",
    }

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, self.options, self.kind)
        if not target.strip():
            raise BadRequest(f"which site is watched is missing. Write {self.written}")
        found: dict[str, Any] = {
            "url": page.address(address_of(target, SITES)),
            "limit": option_values.limit(options),
            **option_values.parse_start(options),
        }
        for name in ("match", "without"):
            if patterns := option_values.words(options, name):
                if len(patterns) > _MOST_PATTERNS or any(len(each) > 300 for each in patterns):
                    raise BadRequest(
                        f"{name} has too many patterns, or one that is too long: write */circulars/*,*.pdf"
                    )
                found[name] = list(patterns)
        if language := option_values.text(options, "language", 40):
            found["language"] = language
        return found

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        """The addresses of all sitemaps of the site, those that changed last first."""
        url = str(options["url"])
        problems: list[str] = []
        reader = _Reader(fetcher, _site_of(url), problems)
        entries: dict[str, Entry] = {}
        for entry in reader.entries(_sitemaps(url, fetcher)):
            if _is_wanted(entry, options) and entry.url not in entries:
                entries[entry.url] = entry
        # A stable order: without a time an entry stands behind those with one, as the sitemap has it.
        kept = sorted(entries.values(), key=lambda entry: _time(entry.changed), reverse=True)
        limit = int(options["limit"])
        if len(kept) > limit:
            problems.append(
                f"the sitemap of {url} lists {len(kept):,} addresses that fit; the {limit:,} that changed last are taken: "
                "narrow them with --option match=, or raise --option limit="
            )
        if len(problems) > _MOST_REPORTED:
            problems[_MOST_REPORTED:] = [f"… and {len(problems) - _MOST_REPORTED:,} more"]
        return Listing(
            items=tuple(_item(entry) for entry in kept[:limit]),
            problems=tuple(problems),
            # A sitemap without any entry is a fault of the site rather than the end of all its pages.
            complete=reader.complete and 0 < len(kept) <= limit and "from" not in options,
        )

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        """The page or document, unless it is the same as last time."""
        return page.document(item.url, known, fetcher, language=options.get("language"))


def _site_of(url: str) -> str:
    """The host of an address, by which its pages are recognised: with and without ``www.`` it is one site."""
    return (urlsplit(url).hostname or "").lower().removeprefix("www.")


def _sitemaps(url: str, fetcher: Fetcher) -> tuple[str, ...]:
    """The addresses of a site's sitemaps: the one that the user named, those of robots.txt, or the usual one."""
    parts = urlsplit(url)
    if parts.path not in ("", "/") or parts.query:
        return (url,)
    root = url.rstrip("/")
    try:
        body = check_body(fetcher.get(f"{root}/robots.txt", max_bytes=1_000_000), f"{root}/robots.txt")
    except SourceError as error:
        if not is_missing(error):
            raise
        body = b""
    named: list[str] = []
    for line in body.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip().casefold() == "sitemap" and (address := _address(value)):
            named.append(address)
    return tuple(dict.fromkeys(named))[:_MOST_SITEMAPS] or (f"{root}/sitemap.xml",)


def _address(written: str) -> str:
    """An absolute address; empty if it may not be requested or contains credentials."""
    try:
        found = parse(written)
    except (Refused, ValueError):
        return ""
    return "" if found.secret else found.url


class _Reader:
    """Reads sitemaps and the indexes that name them. ``complete`` is False once something was left out."""

    def __init__(self, fetcher: Fetcher, site: str, problems: list[str]) -> None:
        self.fetcher, self.site, self.problems = fetcher, site, problems
        self.complete = True

    def entries(self, addresses: tuple[str, ...]) -> Iterator[Entry]:
        """The entries of all sitemaps.

        Raises:
            SourceError: the first sitemap cannot be read. Others that cannot be are among the problems.
        """
        waiting = [(address, 1) for address in addresses]
        asked: set[str] = set()
        count = 0
        while waiting:
            address, level = waiting.pop(0)
            if address in asked:
                continue
            if len(asked) >= _MOST_SITEMAPS:
                self._leave(
                    f"the site has more than the {_MOST_SITEMAPS:,} sitemaps that a run reads; name one of them"
                )
                return
            asked.add(address)
            try:
                further, entries = self._read(address)
            except SourceError as error:
                if len(asked) == 1 and not waiting:
                    raise
                self._leave(f"a sitemap was left out: {error}")
                continue
            if further and level >= _MOST_LEVELS:
                self._leave(f"{address} is an index within indexes; what it names was left out")
            else:
                waiting += [(each, level + 1) for each in further]
            for entry in entries:
                count += 1
                if count > _MOST_ENTRIES:
                    self._leave(f"the site lists more than {_MOST_ENTRIES:,} addresses; name one of its sitemaps")
                    return
                yield entry

    def _leave(self, problem: str) -> None:
        self.problems.append(problem)
        self.complete = False

    def _read(self, address: str) -> tuple[list[str], list[Entry]]:
        """The further sitemaps of an index, and the entries of a sitemap."""
        what = f"the sitemap {address}"
        response = _unpacked(self.fetcher.get(address, max_bytes=MAX_LIST), what)
        if not response.body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return [], self._own([Entry(line.strip()) for line in _lines(response, what)], what)
        root, faults = parse_xml(response, what, "urlset", "sitemapindex")
        self.problems += faults
        if local_name(root) == "sitemapindex":
            named = [Entry(child_text(node, "loc")) for node in root if local_name(node) == "sitemap"]
            return [entry.url for entry in self._own(named, what)], []
        return [], self._own([_entry(node) for node in root if local_name(node) == "url"], what)

    def _own(self, entries: list[Entry], what: str) -> list[Entry]:
        """The entries with an address of this site; how many others there are is a problem."""
        own = []
        for entry in entries:
            url = _address(entry.url)
            if url and _site_of(url) == self.site:
                own.append(replace(entry, url=url))
        if left := len(entries) - len(own):
            self.problems.append(
                f"{what} has {left:,} entries that lead elsewhere or have no address; they were left out"
            )
        return own


def _unpacked(response: Response, what: str) -> Response:
    """A response whose body is no longer compressed; sitemaps may be files of gzip."""
    if not response.body.startswith(b"\x1f\x8b"):
        return response
    from dutybook.ingest.network import decompress

    body = decompress([response.body], "gzip", MAX_LIST, what)
    headers = {name: value for name, value in response.headers.items() if name != "content-length"}
    return replace(response, body=body, headers=headers)


def _lines(response: Response, what: str) -> list[str]:
    """The lines of a sitemap in plain text, which has an address in each."""
    body = check_body(response, what)
    refuse_page(body, what)
    lines = [line for line in body.decode("utf-8-sig", "replace").splitlines() if line.strip()]
    if not any(line.strip().startswith(("https://", "http://")) for line in lines[:100]):
        raise SourceError(f"{what} is no sitemap: it has neither entries in XML nor addresses in lines", lasting=True)
    return lines


def _entry(node: Any) -> Entry:
    news = child(node, "news")
    title, published = "", ""
    if news is not None:
        title, published = child_text(news, "title"), child_text(news, "publication_date")
    moment = _moment(published)
    return Entry(
        url=child_text(node, "loc"),
        changed=child_text(node, "lastmod")[:40],
        title=title[:500],
        published=moment.isoformat(timespec="seconds") if moment else None,
    )


def _moment(written: str) -> datetime | None:
    """A time of the W3C's notation (a year, month or day alone, or a time with an offset); None for anything else.

    >>> _moment("2031-04").isoformat()
    '2031-04-01T00:00:00+00:00'
    """
    text = clean_line(written, 40)
    text += {4: "-01-01", 7: "-01"}.get(len(text), "")
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _time(changed: str) -> float:
    moment = _moment(changed)
    return (moment - datetime(1, 1, 1, tzinfo=UTC)).total_seconds() if moment else -1.0


def _is_wanted(entry: Entry, options: Options) -> bool:
    if options.get("match") and not any(_fits(entry.url, pattern) for pattern in options["match"]):
        return False
    if any(_fits(entry.url, pattern) for pattern in options.get("without", ())):
        return False
    if start := options.get("from"):
        moment = _moment(entry.changed)
        return moment is not None and moment.date() >= date.fromisoformat(str(start))
    return True


def _fits(url: str, pattern: str) -> bool:
    """Whether a whole address or its path fits a pattern, ignoring case."""
    wanted = pattern.casefold()
    return any(fnmatchcase(text.casefold(), wanted) for text in (url, urlsplit(url).path))


def _item(entry: Entry) -> Item:
    return Item(
        key=entry.url,
        url=entry.url,
        title=entry.title,
        published=entry.published,
        # A lastmod that cannot be read says nothing about changes.
        stamp=entry.changed if _moment(entry.changed) else None,
    )


SOURCE = Sitemap()
