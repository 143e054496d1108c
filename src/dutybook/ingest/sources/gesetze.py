"""Reads German federal law from gesetze-im-internet.de: an archive of XML for each act, from the site's daily table
of contents.

The table has titles and addresses but no dates. Whether an act has changed has to be asked for each one (ETag), so a
watch names acts, or words of titles, instead of all six thousand acts.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import urlsplit

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import ARCHIVE, extract_act, fetch_document
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options, Response
from dutybook.ingest.sources.responses import child_text, expect_root, own_address, parse_xml, split_address

HOSTS = frozenset({"www.gesetze-im-internet.de"})
_SITE = "https://www.gesetze-im-internet.de"
_OPTIONS = {
    "title": "words or phrases of which a title has one, with the target titles",
    "limit": "how many acts are watched at most (200)",
}
_HOW = (
    "write the names that are in the addresses of acts (kwg or kwg,wphg_2018, https://www.gesetze-im-internet.de/kwg/), or "
    "“titles” with title=words"
)
_NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,80}")


class GesetzeImInternet:
    """German federal law by act or words of its title."""

    kind = "gesetze"
    every = 86_400
    help = "German federal law (gesetze-im-internet.de): names of acts as in their addresses, or words of titles"
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        titles = option_values.words(options, "title")
        limit = option_values.limit(options, 200)
        if target.strip().casefold() in ("titles", "titel"):
            if not titles:
                raise BadRequest(f"titles needs title=words; {_HOW}")
            return {"acts": [], "title": list(titles), "limit": limit}
        if titles:
            raise BadRequest(f"title= goes with “titles”, not with names of acts; {_HOW}")
        names = []
        for each in (part for part in re.split(r"[,;\s]+", target.strip()) if part):
            name = each
            if parts := split_address(each, *HOSTS):
                name = parts.path.strip("/").partition("/")[0]
            if not _NAME.fullmatch(name.casefold()):
                raise BadRequest(f"{each!r} is no name of an act; {_HOW}")
            names.append(name.casefold())
        if not names:
            raise BadRequest(f"what is to be watched is missing; {_HOW}")
        return {"acts": list(dict.fromkeys(names)), "title": [], "limit": limit}

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        root, faults = parse_xml(fetcher.get(f"{_SITE}/gii-toc.xml"), "the table of contents", "items")
        problems = [*faults]
        items: dict[str, Item] = {}
        wanted = set(options.get("acts", ()))
        for entry in root:
            title, written = child_text(entry, "title"), child_text(entry, "link")
            address = own_address(written, HOSTS)
            name = urlsplit(address).path.strip("/").partition("/")[0].casefold() if address else ""
            if not name or not address:
                if written and (option_values.has_words(title, options["title"]) if options.get("title") else False):
                    problems.append(f"{title}: an address that leads elsewhere was left out")
                continue
            if name in wanted if wanted else option_values.has_words(title, options["title"]):
                items.setdefault(
                    name,
                    Item(
                        key=name,
                        url=f"{_SITE}/{name}/",
                        title=title,
                        language="de",
                        extension=".xml",
                        more={"file": address},
                    ),
                )
        gone = tuple(sorted(wanted - items.keys()))
        if gone and len(gone) == len(wanted):
            raise SourceError(f"gesetze-im-internet.de lists no {', '.join(gone)}: check the names", lasting=True)
        if len(items) > options["limit"]:
            problems.append(
                f"{len(items):,} acts have these words; the first {options['limit']:,} are watched (limit=)"
            )
        kept = tuple(items.values())[: options["limit"]]
        problems += [f"{name} is not listed (any more)" for name in gone]
        return Listing(kept, {}, gone, tuple(dict.fromkeys(problems)), complete=len(kept) == len(items))

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        place = own_address(str(item.more.get("file", "")), HOSTS)
        if place is None:
            raise SourceError(f"{item.key} has no text that can be had", lasting=True)
        return fetch_document(fetcher, place, item.key, _unpack, known)


def _unpack(response: Response, what: str) -> tuple[bytes, str]:
    text, extension = extract_act(ARCHIVE.read(response, what)[0], what, (".xml",))
    if extension == ".xml":
        expect_root(text, what, "dokumente")
    return text, extension


SOURCE = GesetzeImInternet()
