"""Reads Dutch law (Basiswettenbestand, BWB) through the search service of overheid.nl (SRU) and its repository of XML.

The service lists each version of an act with the period in which it applies (``geldigheidsperiode``), and the period in which it
is the current text for that (``zichtperiode``). A version that is corrected, or whose end becomes known, gets a new number
behind its day (``2031-04-01_1``). With today as the day of view there is one text for each period, those to come included.
"""

# Sources on the interface (nothing was requested): the manual of overheid.nl (Handleiding SRU BWB), of which the indexes
# are listed in github.com/digitalheir (org.leibnizcenter.wetten.Search); src/legalize/fetcher/nl of
# github.com/legalize-dev/legalize-pipeline (searches by ``dcterms.modified``, pages of 500, layout of the repository); a report
# on a test of the live service in September 2026 (status 406 unless XML is asked for, periods of view, paths of versions).

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote, urlencode

from dutybook.errors import SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import Form, fetch_document
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options, Page, collect
from dutybook.ingest.sources.listing import OVERLAP, parse_day
from dutybook.ingest.sources.responses import (
    Node,
    local_name,
    own_address,
    parse_xml,
    split_address,
    text_of,
    to_iso_date,
)

SEARCH = "https://zoekservice.overheid.nl/sru/Search"
HOSTS = frozenset({"repository.officiele-overheidspublicaties.nl"})
_TEXT = Form(".xml", ("toestand",))
_SITE = "wetten.overheid.nl"
_PAGE = 500
_NUMBER = re.compile(r"BWB[RV]\d{7}")
_VERSION = re.compile(r"/bwb/(BWB[RV]\d{7})/(\d{4}-\d\d-\d\d)_(\d{1,4})/xml/[^/]+\.xml$")
#: Kinds of regulations as ``dcterms.type`` has them, in lower case.
_TYPES = (
    "wet", "rijkswet", "amvb", "rijksamvb", "kb", "rijkskb", "ministeriele-regeling", "beleidsregel", "circulaire",
    "reglement", "verdrag", "pbo", "zbo", "wet-bes", "amvb-bes", "ministeriele-regeling-bes", "beleidsregel-bes",
    "circulaire-bes", "ministeriele-regeling-archiefselectielijst",
)  # fmt: skip
_HOW = (
    "write the number of an act (BWBR0005537), several with commas, the address of an act on wetten.overheid.nl, or “all” "
    "for all that change"
)
_OPTIONS = {
    "title": "all: words or phrases of which a title has one",
    "type": "all: kinds of regulations, wet,amvb,ministeriele-regeling (all)",
    "ministry": "all: words of which the ministry's name has one, Financiën",
    "subject": "all: words of which an area of law has one, belastingrecht",
    "from": "all: changed since that day (a week ago)",
    "limit": f"how many versions a run lists at most; the rest comes next time ({option_values.LIMIT})",
}


class Bwb:
    """Dutch acts by their numbers, or all that change."""

    kind = "bwb"
    help = "Dutch law (wetten.overheid.nl): acts by their BWB numbers, or all that change; also versions to come"
    every = 12 * 3600
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        found: dict[str, Any] = {"limit": option_values.limit(options)}
        if target.strip().casefold() == "all":
            return {
                **found,
                "type": list(option_values.choices(options, "type", _TYPES, ())),
                **{name: list(option_values.words(options, name)) for name in ("title", "ministry", "subject")},
                **option_values.parse_start(options),
            }
        return {**found, "numbers": option_values.parse_targets(target, _number, "number of a Dutch act", _HOW)}

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        problems: list[str] = []
        today = now.date().isoformat()
        if numbers := options.get("numbers"):
            items = [item for number in numbers for item in _of_number(number, today, fetcher, problems)]
            return Listing(tuple(items), {}, problems=tuple(dict.fromkeys(problems)))
        pages = _changed(options, cursor, now, fetcher, problems)
        return collect(pages, int(options["limit"]), "versions", problems)

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        place = own_address(str(item.more.get("file", "")), HOSTS)
        if place is None:
            raise SourceError(f"{item.key} has no text that can be had", lasting=True)
        read = _TEXT.read_act(item.key.partition("/")[0])
        return fetch_document(fetcher, place, f"the text of {item.key}", read, known, accept="application/xml")


SOURCE = Bwb()


def _number(written: str) -> str:
    text = written.upper()
    if parts := split_address(written, _SITE, *HOSTS):
        found = _NUMBER.search(unquote(parts.path).upper())
        text = found[0] if found else ""
    return text if _NUMBER.fullmatch(text) else ""


def _of_number(number: str, today: str, fetcher: Fetcher, problems: list[str]) -> list[Item]:
    """The version in force and those to come."""
    query = f"dcterms.identifier=={number} and overheidbwb.zichtdatum={today}"
    versions: dict[str, Item] = {}
    start = 1
    while True:
        records, following = _page(query, start, f"the list of versions of {number}", fetcher, problems)
        for each in records:
            own = each.get("identifier", "").upper() == number and _is_current(each, today, today)
            if own and (item := _item(each, problems)):
                versions[item.key] = item
        if following is None:
            break
        start = following
    if not versions:
        problems.append(f"{number} has no version in force or to come; look at its number")
    return list(versions.values())


def _changed(options: Options, cursor: Cursor, now: datetime, fetcher: Fetcher, problems: list[str]) -> Iterator[Page]:
    """The versions that changed since a day and had not ended by then. A list that was cut goes on behind its last record."""
    today = now.date()
    since = parse_day(cursor, options, now)
    going_on = cursor.get("next")
    begun = to_iso_date(cursor.get("started"))
    start = going_on if isinstance(going_on, int) and begun and 1 < going_on < 1_000_000 else 1
    begun = begun if begun and start > 1 else today.isoformat()
    query = f"dcterms.modified>={since} and overheidbwb.zichtdatum={today.isoformat()}"
    while True:
        records, following = _page(query, start, "the list of versions", fetcher, problems)
        current = [each for each in records if _is_current(each, since, today.isoformat())]
        items = [item for each in current if _is_wanted(each, options) and (item := _item(each, problems))]
        if following is None:
            break
        start = following
        yield Page(items, {"since": since, "started": begun, "next": start}, f"record {start:,}", more=True)
    after = max(since, (date.fromisoformat(begun) - OVERLAP).isoformat())
    yield Page(items, {"since": after}, after)


_FIELDS = frozenset(
    {
        "identifier", "title", "type", "authority", "modified", "rechtsgebied", "locatie_toestand",
        "geldigheidsperiode_einddatum", "zichtperiode_einddatum",
    }
)  # fmt: skip


def _page(
    query: str, start: int, what: str, fetcher: Fetcher, problems: list[str]
) -> tuple[list[dict[str, str]], int | None]:
    """The records of a page, and at which record the next one begins."""
    pairs = {"operation": "searchRetrieve", "version": "2.0", "x-connection": "BWB", "query": query}
    address = f"{SEARCH}?{urlencode({**pairs, 'startRecord': start, 'maximumRecords': _PAGE})}"
    # Without this type, the service answers with status 406.
    response = fetcher.get(address, accept="application/xml", robots=False)
    root, faults = parse_xml(response, what, "searchRetrieveResponse", "diagnostics")
    problems += faults
    message = next((text for each in root.iter("{*}message") if (text := text_of(each))), "")
    if message or local_name(root) == "diagnostics":
        raise SourceError(f"{what} could not be had; the search service answered: {message[:300] or 'a fault'}")
    total = text_of(next(iter(root.iter("{*}numberOfRecords")), None))
    if not total.isdecimal() or len(total) > 9:
        raise SourceError(f"{what} is of another kind: it does not have the number of its records")
    records = [_record(each) for each in root.iter("{*}gzd")]
    if not records and start <= int(total):
        raise SourceError(f"{what} has none of the {int(total):,} records that it announces")
    following = start + len(records)
    return records, following if records and following <= int(total) else None


def _record(node: Node) -> dict[str, str]:
    """The fields of a record; an area of law may be there several times."""
    found: dict[str, str] = {}
    for each in node.iter():
        name = local_name(each)
        if name in _FIELDS:
            text = text_of(each)
            found[name] = (
                f"{found[name]}; {text}" if name == "rechtsgebied" and name in found else found.get(name, text)
            )
    return found


def _is_current(record: dict[str, str], since: str, today: str) -> bool:
    """Whether a version had not ended by a day, and was not replaced before today."""
    ends, replaced = (to_iso_date(record.get(f"{name}_einddatum")) for name in ("geldigheidsperiode", "zichtperiode"))
    return (ends is None or ends >= since) and (replaced is None or replaced >= today)


def _is_wanted(record: dict[str, str], options: Options) -> bool:
    fields = {"title": "title", "ministry": "authority", "subject": "rechtsgebied"}
    types = options.get("type", ())
    return (not types or record.get("type", "").casefold() in types) and all(
        option_values.has_words(record.get(field, ""), options.get(name, ())) for name, field in fields.items()
    )


def _item(record: dict[str, str], problems: list[str]) -> Item | None:
    number = record.get("identifier", "").upper()
    if not _NUMBER.fullmatch(number):
        problems.append("a version without a number was left out")
        return None
    address = own_address(record.get("locatie_toestand", ""), HOSTS)
    version = _VERSION.search(address) if address else None
    if not version or version[1] != number:
        problems.append(f"{number} has a version without a text in the repository")
        return None
    return Item(
        key=f"{number}/{version[2]}",
        url=f"https://{_SITE}/{number}/{version[2]}",
        title=record.get("title", ""),
        language="nl",
        stamp=f"{version[3]} {record.get('modified', '')}".strip(),
        extension=".xml",
        more={"file": address},
    )
