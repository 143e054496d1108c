"""Reads Estonian acts in Riigi Teataja: by abbreviation or number, all that have an abbreviation, or by words of titles.

Each consolidated version has a number of its own, which contains the day of its publication (``120062030017``: 20 June 2030).
The service says which version of an act is in force today, but does not list changes; pages of its search overlap and miss
acts. So the versions in force are compared with those of the last run, and a search takes one page.
"""

# Sources on the interface (nothing was requested): Riigi Teataja's answers to frequent questions (an interface for XML and
# JSON since June 2026), as public repositories quote them; their clients of June to October 2026, several of which were tried
# against the service: ``akt/{id}?leiaKehtiv=true`` (kehtivId, grupiId, aktiParameetrid), ``akt/{id}/blob-xml`` (status 406
# unless XML is asked for) and ``akt/{id}/xml``, ``api/oigusakt_otsing/1/otsi`` (500 to a page, each request in another order).
# ``akt/lyhendid`` is known from a single one of them. The addresses ``/akt/{id}.xml`` of old answer with an empty page.

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlencode

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import Form, fetch_document, fetch_files
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options
from dutybook.ingest.sources.listing import parse_day
from dutybook.ingest.sources.responses import (
    as_list,
    clean_line,
    is_missing,
    parsed_json,
    parsed_json_list,
    split_address,
    to_iso_date,
)
from dutybook.records.dates import make_iso_date

HOST = "www.riigiteataja.ee"
HOSTS = frozenset({HOST})
API = f"https://{HOST}/public-api/api/v1/akt"
SEARCH = f"https://{HOST}/api/oigusakt_otsing/1/otsi"
FORMS = {"blob-xml": Form(".xml", ("oigusakt", "akt")), "xml": Form(".xml", ("oigusakt", "akt"))}
_PAGE = 500
_ID = re.compile(r"\d{4,14}")
_DATED = re.compile(r"\d(\d\d)(\d\d)(\d{4})\d{3}")
#: Abbreviations of acts: VÕS, KAS, AutÕS, TsÜS.
_ABBREVIATION = re.compile(r"[^\W\d_][\w.-]{0,29}")
_TYPES = ("seadus", "määrus", "korraldus", "otsus")
_HOW = (
    "write the abbreviation of an act (VÕS), its number (107052030017) or address, several with commas, “all” for the acts "
    "with an abbreviation that change, or “titles” with title=words"
)
_OPTIONS = {
    "title": "titles: words or phrases of which a title has one; also with all",
    "type": "titles: seadus (acts), määrus (regulations), korraldus, otsus (all)",
    "issuer": "titles: who issued it, as Riigi Teataja has it: Vabariigi Valitsus",
    "from": "all: versions published since that day, in the first run (a week ago)",
    "limit": f"how many acts a run lists at most; the rest comes next time ({option_values.LIMIT})",
}


class RiigiTeataja:
    """Estonian acts in force by abbreviation, number or title, or all with an abbreviation that change."""

    kind = "riigi-teataja"
    help = "Estonian acts (Riigi Teataja): by abbreviation, number or words of titles, or all that change"
    every = 24 * 3600
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        found: dict[str, Any] = {"limit": option_values.limit(options)}
        titles = list(option_values.words(options, "title"))
        what = target.strip().casefold()
        if what == "all":
            return {**found, "what": what, "title": titles, **option_values.parse_start(options)}
        if what == "titles":
            if not titles:
                raise BadRequest(f"titles needs title=words; {_HOW}")
            types = option_values.choices(options, "type", _TYPES, ())
            issuer = option_values.text(options, "issuer", 200)
            return {**found, "what": what, "title": titles, "type": list(types), "issuer": issuer}
        return {**found, "what": "acts", "acts": option_values.parse_targets(target, _named, "Estonian act", _HOW)}

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        problems: list[str] = []
        if options["what"] == "all":
            return _changed(options, cursor, fetcher, now, problems)
        if options["what"] == "titles":
            items = list(_with_titles(options, fetcher, now, problems))
        else:
            items = list(_of_names(options["acts"], fetcher, problems))
        limit = int(options["limit"])
        if len(items) > limit:
            problems.append(f"there are {len(items):,} such acts; the first {limit:,} are watched (limit=)")
        return Listing(tuple(items[:limit]), {}, problems=tuple(dict.fromkeys(problems)))

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        version = str(item.more.get("version", "")).lstrip("0")

        def fetch(name: str, place: str) -> Fetched:
            read = FORMS[name].read_act(version)
            accept = "application/xml" if name == "blob-xml" else None
            return fetch_document(fetcher, place, f"the text of {item.key}", read, known, accept=accept)

        return fetch_files(item, HOSTS, FORMS, fetch)


SOURCE = RiigiTeataja()


def _named(written: str) -> str:
    """The abbreviation or number of an act, also of its address (/akt/VÕS, /akt/107052030017)."""
    text = written
    if parts := split_address(written, HOST, "riigiteataja.ee"):
        found = re.search(r"/akt/([^/]+)", unquote(parts.path))
        text = found[1].removesuffix(".xml") if found else ""
    return text if _ID.fullmatch(text) or _ABBREVIATION.fullmatch(text) else ""


def _abbreviated(fetcher: Fetcher, problems: list[str]) -> dict[str, Item]:
    """The versions in force of all acts that have an abbreviation, by it."""
    what = "the list of abbreviations"
    found, faults = parsed_json_list(fetcher.get(f"{API}/lyhendid", accept="application/json"), what)
    problems += faults
    items: dict[str, Item] = {}
    for each in found:
        row = each if isinstance(each, dict) else {}
        name = clean_line(row.get("lyhend"), 30)
        if _ABBREVIATION.fullmatch(name) and (item := _item(name, row.get("id"), row.get("pealkiri"))):
            items.setdefault(name, item)
    if not items:
        raise SourceError(f"{what} is of another kind than Riigi Teataja's")
    if len(items) < len(found):
        problems.append(
            f"{len(found) - len(items)} entries of {what} have no abbreviation or number; they were left out"
        )
    return items


def _changed(options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime, problems: list[str]) -> Listing:
    """The acts of which another version is in force than in the last run; in the first, what was published since a day."""
    acts = _abbreviated(fetcher, problems)
    since = parse_day(cursor, options, now)
    kept = cursor.get("versions")
    known: dict[str, str] = (
        {str(name): str(version) for name, version in kept.items()} if isinstance(kept, dict) else {}
    )
    listed: list[Item] = []
    versions: dict[str, str] = {}
    left = 0
    for name, item in acts.items():
        version = str(item.more["version"])
        new = known.get(name) != version if known else (item.published or "") >= since
        if new and option_values.has_words(item.title, options.get("title", ())):
            if len(listed) >= int(options["limit"]):
                left += 1
                # As if it had not been there: it differs next time.
                versions[name] = known.get(name, "")
                continue
            listed.append(item)
        versions[name] = version
    if left:
        problems.append(f"there are {left:,} more acts than a run lists (limit=); they come next time")
    return Listing(tuple(listed), {"versions": versions}, problems=tuple(dict.fromkeys(problems)))


def _of_names(names: list[str], fetcher: Fetcher, problems: list[str]) -> Iterator[Item]:
    abbreviated: dict[str, Item] = {}
    if any(not _ID.fullmatch(name) for name in names):
        acts = _abbreviated(fetcher, problems)
        # Case matters only where it is all that keeps two apart (AS, ÄS are different letters; ROS, RoS are not).
        abbreviated = {name.casefold(): item for name, item in acts.items()} | acts
    for name in names:
        item = (
            _of_number(name, fetcher, problems)
            if _ID.fullmatch(name)
            else abbreviated.get(name) or abbreviated.get(name.casefold())
        )
        if item is None:
            problems.append(f"{name} is not among the acts of Riigi Teataja; look at how it is written")
        else:
            yield item


def _of_number(number: str, fetcher: Fetcher, problems: list[str]) -> Item | None:
    """The version in force of the act that a version belongs to."""
    try:
        response = fetcher.get(f"{API}/{number}?leiaKehtiv=true", accept="application/json")
        found, faults = parsed_json(response, f"the data about {number}")
    except SourceError as error:
        if is_missing(error):
            return None
        raise
    problems += faults
    stated = found.get("aktiParameetrid")
    data: dict[str, Any] = stated if isinstance(stated, dict) else {}
    # Acts that were published once have no group of versions.
    group = clean_line(found.get("grupiId"), 14)
    item = _item(group if _ID.fullmatch(group) else number, found.get("kehtivId"), data.get("pealkiri"))
    if item is None:
        raise SourceError(f"the data about {number} are of another kind than Riigi Teataja's: they name no version")
    if data.get("kehtivKehtetus") is True:
        problems.append(f"{number} is no more in force")
    return item


def _with_titles(options: Options, fetcher: Fetcher, now: datetime, problems: list[str]) -> Iterator[Item]:
    """The acts in force whose titles have words, the latest version of each."""
    latest: dict[str, tuple[str, Item]] = {}
    for words in options["title"]:
        for kind in options["type"] or [""]:
            asked = {
                "pealkiri": words,
                "dokument": kind,
                "valjaandja": options["issuer"],
                "kehtiv": now.date().isoformat(),
                "leht": "1",
                "limiit": str(_PAGE),
            }
            for row in _search({name: value for name, value in asked.items() if value}, words, fetcher, problems):
                group = clean_line(row.get("terviktekstID"), 14) or clean_line(row.get("globaalID"), 14)
                item = _item(group, row.get("globaalID"), row.get("pealkiri"))
                valid = row.get("kehtivus")
                starts = (to_iso_date(valid.get("algus")) if isinstance(valid, dict) else None) or ""
                if item is None:
                    problems.append("an act without a number was left out")
                elif starts >= latest.setdefault(group, (starts, item))[0]:
                    latest[group] = (starts, item)
    yield from (item for _, item in latest.values())


def _search(asked: dict[str, str], words: str, fetcher: Fetcher, problems: list[str]) -> list[dict[str, Any]]:
    what = f"the list of acts with “{words}”"
    found, faults = parsed_json(fetcher.get(f"{SEARCH}?{urlencode(asked)}", accept="application/json"), what)
    problems += faults
    data = found.get("metaandmed")
    if found.get("staatus") != "OK" or not isinstance(data, dict) or "aktid" not in found:
        raise SourceError(
            f"{what} could not be had; the service answered: {clean_line(found.get('staatus')) or 'nothing'}"
        )
    rows = [each for each in as_list(found["aktid"]) if isinstance(each, dict)]
    total = data.get("kokku")
    if isinstance(total, int) and total > len(rows):
        problems.append(
            f"{total:,} acts have “{words}” in their titles, and {len(rows):,} can be had; narrow the watch"
        )
    return rows


def _item(key: str, version: Any, title: Any) -> Item | None:
    number = clean_line(version, 20)
    if not key or not _ID.fullmatch(number):
        return None
    dated = _DATED.fullmatch(number)
    return Item(
        key=key,
        url=f"https://{HOST}/akt/{number}",
        title=clean_line(title),
        published=make_iso_date(int(dated[3]), int(dated[2]), int(dated[1])) if dated else None,
        language="et",
        stamp=number,
        extension=".xml",
        more={"version": number, "files": [[name, f"{API}/{number}/{name}"] for name in FORMS]},
    )
