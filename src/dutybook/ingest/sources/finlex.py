"""Reads Finnish acts in Finlex's open data: as published (säädöskokoelma), or consolidated (ajantasa), as Akoma Ntoso.

The service lists the addresses of what was published or changed since a time, ten to a page, without titles and dates. Behind
the language, an address names the version by the act that it takes in (``fin@20300817``: 817/2030); without a name it is the
text before the first amendment.
"""

# Sources on the interface (nothing was requested): data.finlex.fi/fi/avoin-data (what the endpoints give); a digest of the
# OpenAPI description (opendata.finlex.fi/v3/api-docs) of March 2026 in a public repository (parameters, ten entries a page, the
# list as an array of ``akn_uri`` and ``status``); src/legalize/fetcher/fi of github.com/legalize-dev/legalize-pipeline
# (``publishedSince`` has no counterpart that ends); CRAN's package finlex (the list of acts as published).

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from dutybook.errors import SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import PDF, Form, fetch_document
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options, Page, collect
from dutybook.ingest.sources.listing import parse_since
from dutybook.ingest.sources.responses import clean_line, moment, own_address, parsed_json_list, split_address

HOST = "opendata.finlex.fi"
HOSTS = frozenset({HOST})
API = f"https://{HOST}/finlex/avoindata/v1/akn/fi/act"
_SITES = ("www.finlex.fi", "finlex.fi", "data.finlex.fi", HOST)
_TEXT_FORM = Form(".xml", ("akomaNtoso",))
# Acts that exist only in print have metadata alone; their text is a PDF.
_TEXT = re.compile(rb"<(?:\w+:)?(?:body|mainBody)[\s>]")
_PAGE, _MOST_PAGES = 10, 400
#: Pages of the versions of one act: those of an act that is amended every month fill some twenty.
_MOST_OF_ONE = 60
_OVERLAP = timedelta(hours=1)
_ADDRESS = re.compile(r"/akn/fi/act/(statute(?:-consolidated)?)/(\d{4})/(\d{1,5}(?:-\d{1,4})?)/(fin|swe)@(\d{8}|)$")
_LANGUAGES = {"fi": "fin", "sv": "swe"}
_COLLECTIONS = {"statutes": "statute", "consolidated": "statute-consolidated"}
_NUMBER = re.compile(r"(\d{1,5}(?:-\d{1,4})?)/(\d{4})")
_PATH = re.compile(r"/(?P<year>\d{4})/(?P<number>\d{1,5}(?:-\d{1,4})?)(?:/|$)")
_HOW = (
    "write the number of an act (731/1999), several with commas, its address, “consolidated” for all consolidated acts that "
    "change, or “statutes” for what is published in the statute book"
)
_OPTIONS = {
    "languages": "fi, sv or both (fi)",
    "title": "statutes, consolidated: a word or phrase that is in the title",
    "type": "statutes, consolidated: act or decree (both)",
    "from": "statutes, consolidated: published or changed since that day (a week ago)",
    "limit": f"how many documents a run lists at most; the rest comes next time ({option_values.LIMIT})",
}


class Finlex:
    """Finnish acts by their numbers, all consolidated acts that change, or what is published."""

    kind = "finlex"
    help = "Finnish acts (Finlex): some as amended by their numbers, all consolidated ones that change, or what is new"
    every = 12 * 3600
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        found: dict[str, Any] = {
            "limit": option_values.limit(options),
            "languages": list(option_values.choices(options, "languages", _LANGUAGES, ("fi",))) or ["fi"],
        }
        if collection := _COLLECTIONS.get(target.strip().casefold()):
            kinds = option_values.choices(options, "type", ("act", "decree"), ())
            return {
                **found,
                "collection": collection,
                "title": option_values.text(options, "title", 200),
                "type": kinds[0] if len(kinds) == 1 else "",
                **option_values.parse_start(options),
            }
        return {**found, "numbers": option_values.parse_targets(target, _number, "number of a Finnish act", _HOW)}

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        problems: list[str] = []
        if numbers := options.get("numbers"):
            items = [item for number in numbers for item in _of_number(number, options, fetcher, problems)]
            return Listing(tuple(items), {}, problems=tuple(dict.fromkeys(problems)))
        return collect(_changed(options, cursor, now, fetcher, problems), int(options["limit"]), "documents", problems)

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        place = own_address(str(item.more.get("file", "")), HOSTS)
        if place is None:
            raise SourceError(f"{item.key} has no text that can be had", lasting=True)
        what = f"the text of {item.key}"
        fetched = fetch_document(fetcher, place, what, _TEXT_FORM.read, known, accept="application/xml", robots=False)
        if fetched.data is None or _TEXT.search(fetched.data):
            return fetched
        return fetch_document(fetcher, f"{place}/main.pdf", what, PDF.read, robots=False)


SOURCE = Finlex()


def _number(written: str) -> str:
    """The year and number of an act that is cited as 731/1999, as addresses have them: 1999/731."""
    if parts := split_address(written, *_SITES):
        found = _PATH.search(parts.path)
        return f"{found['year']}/{found['number']}" if found else ""
    cited = _NUMBER.fullmatch(written)
    return f"{cited[2]}/{cited[1]}" if cited else ""


def _of_number(number: str, options: Options, fetcher: Fetcher, problems: list[str]) -> Iterator[Item]:
    """The latest consolidated version of an act in each language; the act as published where none is consolidated."""
    year, _, rest = number.partition("/")
    cited = f"{rest}/{year}"
    newest: dict[str, Item] = {}
    for collection in ("statute-consolidated", "statute"):
        asked = {"startYear": year, "endYear": year, "documentNumber": rest}
        for page in range(1, _MOST_OF_ONE + 1):
            items, more = _page(collection, asked, page, f"the list of versions of {cited}", fetcher, problems)
            own = [item for item in items if item.more["number"] == number and item.language in options["languages"]]
            for each in own:
                if each.key >= newest.setdefault(each.language or "", each).key:
                    newest[each.language or ""] = each
            # A search that the service does not understand has other acts.
            if not more or all(item.more["number"] != number for item in items):
                break
        if newest:
            break
    if not newest:
        problems.append(f"{cited} is not in Finlex in {', '.join(options['languages'])}; look at its number")
    yield from newest.values()


def _changed(options: Options, cursor: Cursor, now: datetime, fetcher: Fetcher, problems: list[str]) -> Iterator[Page]:
    """What was published or changed since a time. A list that was cut goes on at its next page."""
    since = parse_since(cursor, options, now)
    going_on, begun = cursor.get("page"), moment(cursor.get("started"))
    page = going_on if isinstance(going_on, int) and begun and 1 < going_on < 100_000 else 1
    begun = begun if begun and page > 1 else now
    asked = {"publishedSince": _time(since), "titleContains": options.get("title"), "typeStatute": options.get("type")}
    last = page + _MOST_PAGES
    while True:
        items, more = _page(options["collection"], asked, page, "the list of acts", fetcher, problems)
        wanted = [each for each in items if each.language in options["languages"] and _is_recent(each, since)]
        if not more:
            break
        page += 1
        kept = {"since": _time(since), "started": _time(begun), "page": page}
        yield Page(wanted, kept, f"page {page:,}", more=True, full=page >= last)
    yield Page(wanted, {"since": _time(max(since, begun - _OVERLAP))})


def _is_recent(item: Item, since: datetime) -> bool:
    """Whether a version is new by its year: Finlex also republishes old ones, of which there may be a hundred of an act."""
    return int(str(item.more["version"] or item.more["number"])[:4]) >= since.year - 1


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _page(
    collection: str, asked: Mapping[str, str | None], page: int, what: str, fetcher: Fetcher, problems: list[str]
) -> tuple[list[Item], bool]:
    """The documents of a page, and whether there may be a further one."""
    pairs = {"format": "json", "page": page, "limit": _PAGE, **{name: value for name, value in asked.items() if value}}
    response = fetcher.get(f"{API}/{collection}/list?{urlencode(pairs)}", accept="application/json", robots=False)
    # A page without entries has a body all the same: ``[]``.
    found, faults = parsed_json_list(response, what)
    problems += faults
    addresses = [clean_line(each.get("akn_uri")) if isinstance(each, dict) else "" for each in found]
    if found and not any(addresses):
        raise SourceError(f"{what} is of another kind than Finlex's: its entries have no addresses")
    items = [item for address in addresses if (item := _item(address, problems))]
    return items, len(found) >= _PAGE


def _item(written: str, problems: list[str]) -> Item | None:
    address = own_address(written, HOSTS)
    found = _ADDRESS.search(urlsplit(address).path) if address else None
    if not address or not found:
        # Translations into further languages are documents of other kinds.
        if not re.search(r"/(?!fin|swe)[a-z]{3}@\w*$", written):
            problems.append(f"an entry whose address is none of an act was left out ({written[:120] or 'none'})")
        return None
    collection, year, number, language, version = found.groups()
    key = f"{year}/{number}/{language}@{version}"
    return Item(
        key=key if collection == "statute-consolidated" else f"statute/{key}",
        url=address,
        language=next(short for short, long in _LANGUAGES.items() if long == language),
        extension=".xml",
        more={"file": address, "number": f"{year}/{number}", "version": version},
    )
