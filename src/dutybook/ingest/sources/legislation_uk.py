"""Reads legislation.gov.uk: an act as it is now or was on a day, new acts, lists by type and year, and acts that
change an act.

The site is its own API: ``/data.feed`` lists, ``/data.xml`` is the text in CLML. It asks programs to obey its
robots.txt and to identify themselves. A text that exists only in print is a PDF, named in the metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import PDF, Form, fetch_document
from dutybook.ingest.sources.interface import (
    Cursor,
    Fetched,
    Fetcher,
    Item,
    Known,
    Listing,
    Options,
    Page,
    Response,
    collect,
)
from dutybook.ingest.sources.responses import (
    Node,
    child,
    child_text,
    local_name,
    moment,
    own_address,
    parse_xml,
    split_address,
    text_of,
    to_iso_date,
)

HOSTS = frozenset({"www.legislation.gov.uk", "legislation.gov.uk"})
SITE = "https://www.legislation.gov.uk"
_IDENTIFIED = re.compile(
    r"^https?://(?:www\.)?legislation\.gov\.uk/(?:id/)?([a-z]+/(?:\d{4}|[A-Z][A-Za-z0-9]+(?:/[\w-]+)?)/\d{1,5})(?:/|$)"
)
_MOST_PAGES = 200


def _pages(
    address: str, cursor: Cursor, since: datetime | None, fetcher: Fetcher, now: datetime, problems: list[str]
) -> Iterator[Page]:
    """The acts of a feed that were published or changed since a time.

    Feeds begin with the latest. New entries move others to later pages, so continuing at a page may list some twice
    and misses none. The cursor moves once all pages were read: ``since`` is then the start of the listing.
    """
    going_on = own_address(str(cursor.get("next") or ""), HOSTS)
    started = (moment(cursor.get("started")) if going_on else None) or now
    kept = {"started": started.isoformat(timespec="seconds")}
    if since:
        kept["since"] = since.isoformat(timespec="seconds")
    place: str | None = going_on or address
    seen: set[str] = set()
    while place:
        seen.add(place)
        root, faults = parse_xml(fetcher.get(place, accept="application/atom+xml"), "the feed", "feed")
        following = _next(root, place)
        problems += faults
        entries = [_item(entry, problems) for entry in _entries(root)]
        old = {at for _, at in entries if since and at and at < since}
        place = None if old else following
        if place in seen:
            problems.append("the feed leads back to itself; what came until there was read")
            place = None
        done = {"since": (started - OVERLAP).isoformat(timespec="seconds")}
        items = [item for item, at in entries if item and at not in old]
        yield Page(
            items,
            {**kept, "next": place} if place else done,
            more=bool(place),
            full=bool(place) and len(seen) >= _MOST_PAGES,
        )


def _entries(root: Node) -> Iterator[Node]:
    return (each for each in root if local_name(each) == "entry")


def _links(node: Node, rel: str) -> Iterator[Node]:
    return (each for each in node if local_name(each) == "link" and (each.get("rel") or "alternate") == rel)


def _next(root: Node, base: str) -> str | None:
    link = next(_links(root, "next"), None)
    written = (link.get("href") or "").strip() if link is not None else ""
    if not written:
        return None
    address = own_address(written, HOSTS, base)
    if address is None:
        raise SourceError("the next page of the feed is on another site; it was not followed")
    return address


def _item(entry: Node, problems: list[str]) -> tuple[Item | None, datetime | None]:
    """An entry's act, and when it was last changed. The publication log names acts in ``dc:identifier``."""
    named = child_text(entry, "identifier") or child_text(entry, "id")
    found = _IDENTIFIED.match(named)
    updated = child_text(entry, "updated")
    at = moment(updated)
    title = child_text(entry, "title")
    if not found:
        problems.append(f"an entry that names no act was left out ({title[:80] or named[:80] or 'without a title'})")
        return None, at
    path = found[1]
    types = {(each.get("type") or "").casefold(): each.get("href") or "" for each in _links(entry, "alternate")}
    place = f"{SITE}/{path}/data.xml"
    if types and "application/xml" not in types and "application/akn+xml" not in types:
        printed = own_address(types.get("application/pdf", ""), HOSTS)
        # ``data.pdf`` is made anew for each request, and robots.txt asks programs to leave it.
        place = printed if printed and not printed.endswith("/data.pdf") else place
    item = Item(
        key=path,
        url=f"{SITE}/{path}",
        title=title,
        published=to_iso_date(child_text(entry, "published")),
        language="en",
        stamp=updated or None,
        extension=".pdf" if place.endswith(".pdf") else ".xml",
        more={"file": place},
    )
    return item, at


def _act_item(path: str, title: str, stamp: str | None) -> Item:
    more = {"file": f"{SITE}/{path}/data.xml"}
    return Item(path, f"{SITE}/{path}", title, language="en", stamp=stamp, extension=".xml", more=more)


def last_published(act: str, fetcher: Fetcher, now: datetime) -> tuple[str, str | None]:
    """An act's title, and a stamp of its current text: its last publication, and the last day from which a text applies.

    The log begins in July 2023; an act that was not published since has no stamp.

    Raises:
        SourceError: the log cannot be read.
    """
    address = f"{SITE}/update/legislation/{act}/data.feed?format=xml&event=published"
    root, _ = parse_xml(fetcher.get(address, accept="application/atom+xml"), "the publication log", "feed")
    title, updated, valid = "", "", ""
    today = now.date().isoformat()
    for entry in _entries(root):
        found = _IDENTIFIED.match(child_text(entry, "identifier"))
        if not found or found[1] != act:
            continue
        title = title or child_text(entry, "title")
        updated = max(updated, child_text(entry, "updated"))
        version = re.search(r"/(\d{4}-\d\d-\d\d)$", child_text(entry, "Document"))
        if version and version[1] <= today:
            valid = max(valid, version[1])
    return title, f"{updated} {valid}".strip() or None


def affecting(act: str, most: int, fetcher: Fetcher) -> tuple[list[Item], list[str]]:
    """The acts that change an act, by the site's list of effects; and problems."""
    place: str | None = f"{SITE}/changes/affected/{act}/data.feed?results-count=100"
    titles: dict[str, str] = {}
    stamps: dict[str, str] = {}
    problems: list[str] = []
    seen: set[str] = set()
    while place and place not in seen and len(titles) < most and len(seen) < 20:
        seen.add(place)
        try:
            root, faults = parse_xml(fetcher.get(place, accept="application/atom+xml"), "the list of effects", "feed")
            place = _next(root, place)
        except SourceError as error:
            problems.append(f"the list of effects on {act} is not complete: {error}")
            break
        problems += faults
        for effect in root.iter("{*}Effect"):
            named = _IDENTIFIED.match(effect.get("AffectingURI") or "")
            if named:
                path = named[1]
                titles[path] = titles.get(path) or text_of(child(effect, "AffectingTitle"))
                stamps[path] = max(stamps.get(path, ""), effect.get("Modified") or "")
    return [_act_item(path, title, stamps[path] or None) for path, title in titles.items()], problems


_TYPES = [
    "ukpga", "ukla", "ukppa", "gbla", "apgb", "gbppa", "aep", "aosp", "asp", "aip", "apni", "mnia", "nia", "ukcm",
    "mwa", "anaw", "asc", "uksi", "ssi", "wsi", "nisr", "ukci", "nisi", "ukmo", "nisro", "ukdsi", "sdsi", "nidsr",
    "nidsi", "wdsi", "eur", "eudn", "eudr", "eut",
]  # fmt: skip
_GROUPS = ("all", "primary", "secondary", "eu-origin")
_OPTIONS = {
    "title": "lists: words of the title, as the site's search takes them",
    "text": "lists: words of the text, as the site's search takes them",
    "with": "an act: effects, the acts that change it (none)",
    "from": "lists: what was published or changed from this day on",
    "limit": "how many acts a run lists at most; the rest comes next time (500)",
}
_HOW = (
    "write an act (ukpga/2018/12, with a day for the text of that day: ukpga/2018/12/2026-01-01), its address, “new” or "
    "“new/uksi”, “update”, or a list (uksi/2026, ukpga+asp); options are title=words, text=words, with=effects"
)
_ACT = re.compile(
    r"(?P<act>(?P<type>[a-z]+)/(?:\d{4}|[A-Z][A-Za-z0-9]+(?:/[\w-]+)?)/\d{1,5})"
    r"(?:/(?P<version>\d{4}-\d\d-\d\d|enacted|made|created|adopted|prospective))?"
)
_LIST = re.compile(r"(?P<types>[a-z-]+(?:\+[a-z-]+)*)(?:/(?P<years>\d{4}(?:-\d{4})?))?")
_TEXT_FORM = Form(".xml", ("Legislation", "Fragment"))
_TEXT = re.compile(rb"<(?:\w+:)?(?:Primary|Secondary|EURetained|Body|EUBody)[\s>]")
#: How far back a list looks behind what it has seen: the site's answers come from a cache.
OVERLAP = timedelta(days=2)
_START = timedelta(days=30)


class LegislationUk:
    """Legislation of the United Kingdom by act, list or feed."""

    kind = "legislation-uk"
    help = "legislation.gov.uk: an act (ukpga/2018/12), what is new, or a list by type and year (uksi/2026)"
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        path, asked = _path(target)
        act = _ACT.fullmatch(path)
        if act:
            if act["type"] not in _TYPES:
                raise BadRequest(f"{act['type']!r} is no type of legislation of the United Kingdom; {_HOW}")
            version = act["version"] or ""
            if version[:1].isdigit():
                option_values.day_option({"day": version}, "day")
            return {
                "act": act["act"],
                "version": version,
                "with": list(option_values.choices(options, "with", ("effects",), ())),
                "limit": option_values.limit(options),
            }
        found: dict[str, Any] = {
            "title": option_values.text(options, "title", 200) or asked.get("title", ""),
            "text": option_values.text(options, "text", 200) or asked.get("text", ""),
            "limit": option_values.limit(options),
        }
        found |= option_values.parse_start(options)
        first, _, rest = path.partition("/")
        if first in ("new", "update") and (not rest or rest in _TYPES):
            return {**found, "feed": path}
        listed = _LIST.fullmatch(path)
        if not listed or any(each not in (*_TYPES, *_GROUPS) for each in listed["types"].split("+")):
            raise BadRequest(f"{target!r} is nothing of legislation.gov.uk that can be watched; {_HOW}")
        return {**found, "feed": path}

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        if options.get("act"):
            return _act(options, fetcher, now)
        path = options["feed"]
        since = moment(cursor.get("since"))
        if since is None and options.get("from"):
            since = moment(f"{options['from']}T00:00:00+00:00")
        if since is None and path.partition("/")[0] in ("new", "update"):
            since = now - _START
        asked: dict[str, str] = {name: options[name] for name in ("title", "text") if options.get(name)}
        if path.startswith("update"):
            asked |= {"format": "xml", "event": "published"}
            path = f"update/legislation{path.removeprefix('update')}"
        else:
            asked["results-count"] = "100"
            asked["sort"] = "published" if path.startswith("new") else "modified"
        address = f"{SITE}/{path}/data.feed?{urlencode(asked)}"
        problems: list[str] = []
        pages = _pages(address, cursor, since, fetcher, now, problems)
        return collect(pages, int(options["limit"]), "acts", problems)

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        place = own_address(str(item.more.get("file", "")), HOSTS)
        if place is None:
            raise SourceError(f"{item.key} has no text that can be had", lasting=True)
        if place.endswith(".pdf"):
            return fetch_document(fetcher, place, item.key, PDF.read, known)
        fetched = fetch_document(fetcher, place, f"the text of {item.key}", _TEXT_FORM.read, known)
        if fetched.data is None or _TEXT.search(fetched.data):
            return fetched
        text = Response(fetched.url, 200, {}, fetched.data)
        printed = _printed(parse_xml(text, f"the text of {item.key}", "Legislation")[0])
        if printed is None:
            raise SourceError(f"{item.key} has neither text nor a PDF", lasting=True)
        return fetch_document(fetcher, printed, item.key, PDF.read)


SOURCE = LegislationUk()


def _path(target: str) -> tuple[str, dict[str, str]]:
    """The path of an act or list, without parts that only name a format."""
    written = target.strip()
    asked: dict[str, str] = {}
    if parts := split_address(written, *HOSTS):
        asked = {name: v[0] for name, v in parse_qs(parts.query).items() if name in ("title", "text")}
        written = parts.path.removeprefix("/id")
    written = re.sub(r"/(?:data\.\w+|contents|introduction|resources)(?=/|$)", "", written.strip("/"))
    return written.strip("/"), asked


def _act(options: Options, fetcher: Fetcher, now: datetime) -> Listing:
    """The act and, with ``with=effects``, the acts that change it, each as an item."""
    act, version = options["act"], options.get("version") or ""
    place = f"{act}/{version}" if version else act
    problems: list[str] = []
    title, stamp = "", None
    try:
        title, stamp = last_published(act, fetcher, now)
    except SourceError as error:
        if not error.lasting:
            raise
        problems.append(f"when {act} was last published cannot be seen, so it is asked for each time: {error}")
    items = [_act_item(place, title, stamp)]
    if "effects" in options.get("with", ()):
        found, faults = affecting(act, int(options["limit"]), fetcher)
        items += found
        problems += faults
    return Listing(tuple(items), {}, problems=tuple(dict.fromkeys(problems)))


def _printed(root: Any) -> str | None:
    """The PDF of the printed text, which the metadata name."""
    metadata = child(root, "Metadata")
    if metadata is None:
        return None
    for each in metadata.iter("{*}Alternative"):
        address = own_address(each.get("URI") or "", HOSTS)
        if address and address.endswith(".pdf") and not each.get("Revised"):
            return address
    return None
