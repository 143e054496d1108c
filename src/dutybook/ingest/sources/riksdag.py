"""Reads Swedish acts and ordinances (Svensk författningssamling, SFS) in the open data of the Riksdag.

The service lists documents by the time at which it last changed them (``systemdatum``), newest first, and gives at most 100 pages of
a list. It has the texts as amended up to the statute that ``undertitel`` names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from dutybook.errors import SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import Form, fetch_document, fetch_files, find_files
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options
from dutybook.ingest.sources.listing import parse_day
from dutybook.ingest.sources.responses import as_list, clean_line, own_address, parsed_json, to_iso_date

HOST = "data.riksdagen.se"
HOSTS = frozenset({HOST})
API = f"https://{HOST}/dokumentlista/"
FORMS = {"html": Form(".html", fragments=True), "text": Form(".txt")}
_ADDRESSES = {"html": "dokument_url_html", "text": "dokument_url_text"}
_PAGE, _MOST_PAGES = 100, 100
_NUMBER = re.compile(r"(?:SFS\s*)?(\d{4}):(\d{1,5})", re.IGNORECASE)
_CHANGED = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")
_HOW = "write the number of an act (2018:218), several with commas, or “sfs” for all that change"
_OPTIONS = {
    "title": "sfs: words or phrases of which a title has one",
    "ministry": "sfs: the beginning of the ministry's name, Finansdepartementet",
    "from": "sfs: changed since that day (a week ago)",
    "limit": f"how many documents a run lists at most; the rest comes next time ({option_values.LIMIT})",
}


class Riksdag:
    """Swedish acts by their numbers, or all that change."""

    kind = "riksdag"
    help = "Swedish acts and ordinances (SFS) as amended: some by their numbers, or all that change"
    every = 12 * 3600
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        found: dict[str, Any] = {"limit": option_values.limit(options)}
        if target.strip().casefold() == "sfs":
            return {
                **found,
                "title": list(option_values.words(options, "title")),
                "ministry": option_values.text(options, "ministry", 100).rstrip("*"),
                **option_values.parse_start(options),
            }
        return {**found, "numbers": option_values.parse_targets(target, _number, "number of a Swedish act", _HOW)}

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        problems: list[str] = []
        if numbers := options.get("numbers"):
            items = [item for number in numbers for item in _of_number(str(number), fetcher, problems)]
            return Listing(tuple(items), problems=tuple(problems))
        since = str(cursor.get("since") or parse_day(cursor, options, now))
        found = {item.key: item for item in _changed(options, since, fetcher, problems)}
        # The oldest first, so that the next run goes on where the limit cut this one.
        items = sorted(found.values(), key=lambda item: item.stamp or "")
        limit = int(options["limit"])
        if len(items) > limit:
            last = items[limit - 1].stamp
            # Of documents that changed at the same moment, all are taken: the next run could not tell them apart.
            items = [item for item in items if (item.stamp or "") <= (last or "")]
            problems.append(
                f"there is more than the {limit:,} documents that a run lists (limit=); the list goes on from {last} next time"
            )
        reached = max([since, *(item.stamp or "" for item in items)])
        wanted = [item for item in items if option_values.has_words(item.title, options.get("title", ()))]
        return Listing(tuple(wanted), {"since": reached}, problems=tuple(dict.fromkeys(problems)))

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        def fetch(name: str, place: str) -> Fetched:
            # Texts are pieces of pages: only the number of the act distinguishes one from a page about a fault.
            read = FORMS[name].read_act(str(item.more.get("number") or ""), head=None)
            return fetch_document(fetcher, place, f"{item.key} of the Riksdag", read, known, robots=False)

        return fetch_files(item, HOSTS, FORMS, fetch)


SOURCE = Riksdag()


def _number(written: str) -> str:
    found = _NUMBER.fullmatch(written)
    return f"{found[1]}:{int(found[2])}" if found else ""


def _of_number(number: str, fetcher: Fetcher, problems: list[str]) -> Iterator[Item]:
    year, _, rest = number.partition(":")
    pairs = {"doktyp": "sfs", "rm": year, "nr": rest, "utformat": "json", "sz": "20"}
    documents, _ = _page(f"{API}?{urlencode(pairs)}", f"the entry of {number}", fetcher, problems)
    # A search that the service does not understand has all documents.
    own = [each for each in documents if clean_line(each.get("beteckning")) == number]
    if not own:
        problems.append(f"{number} is not among the acts of the Riksdag; look at its number")
    for each in own:
        if item := _item(each, problems):
            yield item


def _changed(options: Options, since: str, fetcher: Fetcher, problems: list[str]) -> Iterator[Item]:
    """The documents that changed since then, newest first."""
    ministry = options.get("ministry")
    pairs = {"doktyp": "sfs", "sort": "systemdatum", "sortorder": "desc", "utformat": "json", "sz": str(_PAGE)}
    if ministry:
        pairs["org"] = f"{ministry}*"
    for number in range(1, _MOST_PAGES + 1):
        address = f"{API}?{urlencode({**pairs, 'p': str(number)})}"
        documents, more = _page(address, "the list of documents", fetcher, problems)
        stamps = [stamp for each in documents if (stamp := _stamp(each))]
        for each in documents:
            if (_stamp(each) or since) >= since and (item := _item(each, problems)):
                yield item
        if not more or not stamps or min(stamps) < since:
            return
    problems.append(f"more has changed since {since} than the service lists; narrow the watch with ministry=")


def _page(address: str, what: str, fetcher: Fetcher, problems: list[str]) -> tuple[list[dict[str, Any]], bool]:
    """The documents of a page of a list, and whether there is a further page."""
    found, faults = parsed_json(fetcher.get(address, accept="application/json", robots=False), what)
    problems += faults
    listed = found.get("dokumentlista")
    if not isinstance(listed, dict) or ("dokument" not in listed and "@traffar" not in listed):
        raise SourceError(f"{what} is of another kind than the Riksdag's")
    documents = [each for each in as_list(listed.get("dokument")) if isinstance(each, dict)]
    return documents, bool(listed.get("@nasta_sida")) and bool(documents)


def _stamp(document: dict[str, Any]) -> str:
    written = clean_line(document.get("systemdatum"), 19)
    return written if _CHANGED.fullmatch(written) else ""


def _item(document: dict[str, Any], problems: list[str]) -> Item | None:
    number = clean_line(document.get("dok_id") or document.get("id"), 60).lower()
    if not re.fullmatch(r"sfs-\d{4}-[\w-]{1,40}", number):
        problems.append("a document without a number was left out")
        return None
    written = {name: clean_line(document.get(field)) for name, field in _ADDRESSES.items()}
    addresses = [(name, own_address(url, HOSTS, f"https://{HOST}/") or url) for name, url in written.items()]
    files = find_files(addresses, HOSTS, number, problems)
    if not files:
        problems.append(f"{number} has no text yet")
        return None
    return Item(
        key=number,
        url=files[0][1],
        title=clean_line(document.get("titel")),
        published=to_iso_date(document.get("datum")),
        language="sv",
        stamp=_stamp(document) or None,
        extension=FORMS[files[0][0]].extension,
        more={"files": files, "number": clean_line(document.get("beteckning"), 40)},
    )
