"""Watches a web page or document and, if the user wants, the documents that it links to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urljoin, urlsplit

from dutybook.errors import BadRequest, Refused, SourceError
from dutybook.ingest.addresses import parse
from dutybook.ingest.sources import documents, option_values
from dutybook.ingest.sources.documents import fetch_document, validators
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options, Response
from dutybook.ingest.sources.responses import clean_line

#: How many linked documents of a page are taken, if the user does not say, and at most.
LINKS = 50
_MAX_PAGE = 20_000_000


class Page:
    """Any web address of a page or document."""

    kind = "page"
    help = "a web page, PDF or other document under an address; links=*.pdf takes what it links to on its host as well"
    every = 6 * 3600
    written = "an address: https://authority.example/circulars"
    options: Mapping[str, str] = {
        "links": "what it links to on its host is taken as well, if it fits: *.pdf or */circulars/*",
        "limit": f"so many links at most ({LINKS})",
        "page": "no: only the links are taken",
        "language": "language that is asked for: de",
    }

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, self.options, self.kind)
        found: dict[str, Any] = {"url": address(target)}
        if links := option_values.text(options, "links"):
            found |= {"links": links, "limit": option_values.limit(options, LINKS)}
        if not option_values.flag(options, "page", default=True):
            if not links:
                raise BadRequest("page=no leaves nothing: say which links are taken, --option links=*.pdf")
            found["page"] = False
        if language := option_values.text(options, "language", 40):
            found["language"] = language
        return found

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        """The page itself, whose changes only fetching can show, and its links."""
        url = str(options["url"])
        own = (Item(key=url, url=url),) if options.get("page", True) else ()
        if not options.get("links"):
            return Listing(items=own)
        response = fetcher.get(
            url,
            accept=documents.ACCEPT,
            language=options.get("language"),
            known=Known(cursor.get("etag"), cursor.get("modified")),
            max_bytes=_MAX_PAGE,
        )
        if response.not_modified:
            links, left = [tuple(pair) for pair in cursor.get("links", [])], 0
            kept = dict(cursor)
        else:
            links, left = _links(response, str(options["links"]), int(options.get("limit", LINKS)))
            kept = {**validators(response), "links": links}
        problems = (f"{url} has {left:,} more links than are taken: raise --option limit=",) if left else ()
        items = tuple(Item(key=link, url=link, title=title) for link, title in links if link != url)
        return Listing(items=own + items, cursor=kept, problems=problems, complete=True)

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        """The page or document, unless it is the same as last time."""
        return document(item.url, known, fetcher, language=options.get("language"))


def address(target: str) -> str:
    """Check a user's address. Credentials are allowed only as the name of an environment variable.

    Raises:
        BadRequest: it is malformed.
    """
    written = target.strip()
    if written and "://" not in written and not written.startswith("/"):
        written = "https://" + written
    try:
        found = parse(written)
    except Refused as error:
        raise BadRequest(str(error)) from None
    return found.url.replace("://", f"://env:{found.secret}@", 1) if found.secret else found.url


def document(url: str, known: Known, fetcher: Fetcher, *, language: str | None = None) -> Fetched:
    """Fetch a document as :meth:`Source.fetch` does."""
    return fetch_document(fetcher, url, url, documents.read_any, known, accept=documents.ACCEPT, language=language)


def _links(response: Response, pattern: str, limit: int) -> tuple[list[tuple[str, str]], int]:
    """The links of a page that fit a pattern and stay on its host, with their texts; and how many more there were."""
    from lxml import html

    if documents.find_extension(response) not in (".html", ".xhtml"):
        raise SourceError(f"{response.url} is no page with links: watch it without --option links", lasting=True)
    charset = response.headers.get("content-type", "").partition("charset=")[2].split(";")[0].strip(" \"'")
    try:
        root = html.document_fromstring(
            response.body, parser=html.HTMLParser(encoding=charset or None, no_network=True)
        )
    except (ValueError, LookupError, html.etree.LxmlError):
        try:
            root = html.document_fromstring(response.body)
        except (ValueError, html.etree.LxmlError) as error:
            raise SourceError(f"{response.url} is no page that can be read ({clean_line(str(error), 100)})") from error
    base = response.url
    if (base_tag := root.find(".//base[@href]")) is not None:
        base = _joined(base, base_tag.get("href")) or base
    host = urlsplit(response.url).hostname
    found: dict[str, str] = {}
    for anchor in root.iter("a", "area"):
        link = _joined(base, anchor.get("href") or "")
        if link and urlsplit(link).hostname == host and _fits(link, pattern):
            found.setdefault(link, clean_line("".join(anchor.itertext()), 300))
    links = list(found.items())
    return links[:limit], max(0, len(links) - limit)


def _joined(base: str, href: str) -> str:
    """An absolute link; empty if it may not be requested."""
    try:
        return parse(urljoin(base, href.strip())).url if href.strip() and not href.strip().startswith("#") else ""
    except (Refused, ValueError):
        return ""


def _fits(link: str, pattern: str) -> bool:
    """Whether a whole link or its path fits ``*.pdf``, ``*/acts/*``, ignoring case."""
    parts = urlsplit(link)
    wanted = pattern.casefold()
    return any(fnmatchcase(text.casefold(), wanted) for text in (link, parts.path, parts.path.rpartition("/")[2]))


SOURCE = Page()
