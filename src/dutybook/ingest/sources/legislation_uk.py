"""legislation.gov.uk: an act as it stands now or stood on a day, what is new, lists by type and year, and what changes an act.

The site is its own interface: ``/data.feed`` lists, ``/data.xml`` is the text in CLML. It asks programs to heed its
robots.txt and to name themselves. A text that is only printed is a PDF, named in the metadata.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options
from dutybook.ingest.sources.legislation_feeds import HOSTS, SITE, affecting, feed, last_published
from dutybook.ingest.sources.responses import body, child, expect_root, moment, refuse_page, xml
from dutybook.ingest.sources.service_addresses import is_of, own

_TYPES = [
    "ukpga",
    "ukla",
    "ukppa",
    "gbla",
    "apgb",
    "gbppa",
    "aep",
    "aosp",
    "asp",
    "aip",
    "apni",
    "mnia",
    "nia",
    "ukcm",
    "mwa",
    "anaw",
    "asc",
    "uksi",
    "ssi",
    "wsi",
    "nisr",
    "ukci",
    "nisi",
    "ukmo",
    "nisro",
    "ukdsi",
    "sdsi",
    "nidsr",
    "nidsi",
    "wdsi",
    "eur",
    "eudn",
    "eudr",
    "eut",
]
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
        """See :meth:`dutybook.ingest.sources.interface.Source.check`."""
        option_values.known_only(options, _OPTIONS, self.kind)
        path, asked = _path(target)
        act = _ACT.fullmatch(path)
        if act:
            if act["type"] not in _TYPES:
                raise BadRequest(f"{act['type']!r} is no type of legislation of the United Kingdom; {_HOW}")
            version = act["version"] or ""
            if version[:1].isdigit():
                option_values.day({"day": version}, "day")
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
        start = option_values.day(options, "from")
        if start:
            found["from"] = start
        first, _, rest = path.partition("/")
        if first in ("new", "update") and (not rest or rest in _TYPES):
            return {**found, "feed": path}
        listed = _LIST.fullmatch(path)
        if not listed or any(each not in (*_TYPES, *_GROUPS) for each in listed["types"].split("+")):
            raise BadRequest(f"{target!r} is nothing of legislation.gov.uk that can be watched; {_HOW}")
        return {**found, "feed": path}

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        """See :meth:`dutybook.ingest.sources.interface.Source.list`."""
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
        return feed(address, options, cursor, since, fetcher, now, OVERLAP)

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        """See :meth:`dutybook.ingest.sources.interface.Source.fetch`."""
        place = own(str(item.more.get("file", "")), HOSTS)
        if place is None:
            raise SourceError(f"{item.key} has no text that can be had", lasting=True)
        answer = fetcher.get(place, etag=known.etag, modified=known.modified)
        if answer.not_modified:
            return Fetched(None, "", answer.url, known.etag, known.modified)
        if place.endswith(".pdf"):
            data = body(answer, item.key, limit=200_000_000)
        else:
            what = f"the text of {item.key}"
            data = body(answer, what, limit=200_000_000)
            expect_root(data, what, "Legislation", "Fragment")
            if _TEXT.search(data):
                return _answered(data, ".xml", answer.url, answer.headers)
            printed = _printed(xml(answer, what, "Legislation")[0])
            if printed is None:
                raise SourceError(f"{item.key} has neither text nor a PDF", lasting=True)
            answer = fetcher.get(printed)
            data = body(answer, item.key, limit=200_000_000)
        refuse_page(data, item.key)
        if b"%PDF-" not in data[:1024]:
            raise SourceError(f"{item.key} is no PDF", lasting=True)
        return _answered(data, ".pdf", answer.url, answer.headers)


SOURCE = LegislationUk()


def _answered(data: bytes, extension: str, url: str, headers: Any) -> Fetched:
    return Fetched(data, extension, url, headers.get("etag"), headers.get("last-modified"))


def _path(target: str) -> tuple[str, dict[str, str]]:
    """The path that is meant, without what only says in which form."""
    written = target.strip()
    asked: dict[str, str] = {}
    if is_of(written, *HOSTS):
        parts = urlsplit(written if "://" in written else "https://" + written)
        asked = {name: v[0] for name, v in parse_qs(parts.query).items() if name in ("title", "text")}
        written = parts.path.removeprefix("/id")
    written = re.sub(r"/(?:data\.\w+|contents|introduction|resources)(?=/|$)", "", written.strip("/"))
    return written.strip("/"), asked


def _act(options: Options, fetcher: Fetcher, now: datetime) -> Listing:
    """The act, and with ``with=effects`` the acts that change it, each an item."""
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
    items = [
        Item(
            key=place,
            url=f"{SITE}/{place}",
            title=title,
            language="en",
            stamp=stamp,
            extension=".xml",
            more={"file": f"{SITE}/{place}/data.xml"},
        )
    ]
    if "effects" in options.get("with", ()):
        found, said = affecting(act, int(options["limit"]), fetcher)
        items += found
        problems += said
    return Listing(tuple(items), {}, problems=tuple(dict.fromkeys(problems)))


def _printed(root: Any) -> str | None:
    """The PDF of the text as printed, which the metadata name."""
    metadata = child(root, "Metadata")
    if metadata is None:
        return None
    for each in metadata.iter("{*}Alternative"):
        address = own(each.get("URI") or "", HOSTS)
        if address and address.endswith(".pdf") and not each.get("Revised"):
            return address
    return None
