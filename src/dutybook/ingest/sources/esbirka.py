"""Reads Czech acts in the e-Sbírka: by number, or all that are promulgated.

Numbers of a year are given one after another (``77/2031 Sb.``), and no list of what is new is known. So ``new`` asks for the
number after the last one until there is none. A text comes in pages of fragments, which are put together.
"""

# Sources on the interface (nothing was requested): it is that of the publisher's own web site, as several public clients of
# 2026 use it, some of which were tried against the service: ``sbr-cache/dokumenty-sbirky/{address}`` (status 406 unless JSON is
# asked for, 400 with ``chyby`` for what is not there), ``…/historie``, ``…/fragmenty?cisloStranky=`` (1,000 a page, from 0).
# The publisher's documented API (api.e-sbirka.cz) needs a key that it gives on application; its open data are whole dumps.

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from dutybook.errors import SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import validators
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options, Page, collect
from dutybook.ingest.sources.listing import parse_day
from dutybook.ingest.sources.responses import as_list, clean_line, own_address, parsed_json, split_address, to_iso_date

HOST = "e-sbirka.gov.cz"
HOSTS = frozenset({HOST})
API = f"https://{HOST}/sbr-cache/dokumenty-sbirky"
#: How far into January acts of December may come.
_LATE = timedelta(days=7)
#: How many missing numbers in a row end a year, and how many later ones show that a missing number will not come.
_MISSES, _WAITED = 3, 10
#: How many acts a run asks for at most (a year has some 600), and the highest number that is tried.
_AT_ONCE, _MOST_NUMBERS = 1000, 4096
_MOST_PAGES, _MOST_BYTES = 100, 100_000_000
_NUMBER = re.compile(r"(?:č\. ?)?(?P<number>[1-9]\d{0,3})/(?P<year>\d{4})(?: ?Sb\.?)?", re.IGNORECASE)
_PATH = re.compile(r"/sb/(?P<year>\d{4})/(?P<number>[1-9]\d{0,3})(?:/(?P<day>\d{4}-\d\d-\d\d))?(?=[/#]|$)")
_NOT_THERE = re.compile(r"\[(?:400|404|410)\]")
_HOW = (
    "write the number of an act (89/2012), several with commas, its address, or “new” for all acts that are promulgated"
)
_OPTIONS = {
    "title": "new: words or phrases of which a title has one",
    "from": "new: promulgated since that day (a week ago)",
    "limit": f"how many texts a run lists at most; the rest comes next time ({option_values.LIMIT})",
}


class ESbirka:
    """Czech acts by their numbers, in force and to come, or all that are promulgated."""

    kind = "e-sbirka"
    help = "Czech acts (e-Sbírka): by number, also versions to come, or all that are promulgated"
    every = 24 * 3600
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        found: dict[str, Any] = {"limit": option_values.limit(options)}
        if target.strip().casefold() == "new":
            titles = list(option_values.words(options, "title"))
            return {**found, "what": "new", "title": titles, **option_values.parse_start(options)}
        return {**found, "what": "acts", "acts": option_values.parse_targets(target, _act, "Czech act", _HOW)}

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        problems: list[str] = []
        limit = int(options["limit"])
        if options["what"] == "new":
            return collect(_promulgated(options, cursor, fetcher, now, problems), limit, "acts", problems)
        items = [item for act in options["acts"] for item in _versions(act, fetcher, problems)]
        if len(items) > limit:
            problems.append(f"there are {len(items):,} such texts; the first {limit:,} are watched (limit=)")
        return Listing(tuple(items[:limit]), {}, problems=tuple(dict.fromkeys(problems)))

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        place = own_address(item.url, HOSTS)
        named = _PATH.fullmatch(urlsplit(place).path) if place else None
        if named is None or not named["day"]:
            raise SourceError(f"{item.key} has no text that can be had", lasting=True)
        what = f"the text of {item.key}"
        fragments: list[Any] = []
        page, pages, size, marks = 0, 1, 0, {}
        while page < pages:
            address = f"{_address(named[0])}/fragmenty?cisloStranky={page}"
            response = fetcher.get(address, accept="application/json", known=None if page else known)
            if response.not_modified:
                return Fetched(None, "", item.url, known.etag, known.modified)
            found, _ = parsed_json(response, what)
            stated = found.get("pocetStranek")
            if page == 0 and isinstance(stated, int):
                pages = stated
                # Whether the first of several pages has changed says nothing of the others.
                marks = validators(response) if pages == 1 else {}
            fragments += _fragments(found, f"/sb/{named['year']}/{named['number']}", what)
            size += len(response.body)
            if pages > _MOST_PAGES or size > _MOST_BYTES:
                raise SourceError(f"{what} has {pages:,} pages, more than are read", lasting=True)
            page += 1
        whole = json.dumps({"pocetStranek": 1, "seznam": fragments}, ensure_ascii=False, indent=0)
        return Fetched(whole.encode(), ".json", item.url, **marks)


SOURCE = ESbirka()


def _act(written: str) -> str:
    """An act as its address has it (``2012/89``), from its number or an address."""
    if parts := split_address(written, HOST, f"www.{HOST}", "e-sbirka.cz", "www.e-sbirka.cz"):
        found = _PATH.search(parts.path) if not parts.path.startswith("/sbr-cache/") else None
    else:
        found = _NUMBER.fullmatch(written)
    return f"{found['year']}/{found['number']}" if found else ""


def _address(path: str) -> str:
    return f"{API}/{quote(path, safe='')}"


def _data(address: str, what: str, fetcher: Fetcher, problems: list[str]) -> dict[str, Any] | None:
    """The object at an address; None if the service says that there is no such act."""
    try:
        found, faults = parsed_json(fetcher.get(address, accept="application/json"), what)
    except SourceError as error:
        if error.lasting and _NOT_THERE.search(str(error)):
            return None
        raise
    problems += faults
    return found


def _about(act: str, fetcher: Fetcher, problems: list[str]) -> dict[str, Any] | None:
    """What the service says about an act: its names, days, and the address of its version."""
    what = f"the data about {_number(act)}"
    found = _data(_address(f"/sb/{act}"), what, fetcher, problems)
    if found is not None and not clean_line(found.get("staleUrl")).startswith(f"/sb/{act}"):
        raise SourceError(f"{what} are of another kind than the e-Sbírka's: they have no address of the act")
    return found


def _number(act: str) -> str:
    year, _, number = act.partition("/")
    return f"{number}/{year} Sb."


def _versions(act: str, fetcher: Fetcher, problems: list[str]) -> list[Item]:
    """The versions of an act that are in force or to come."""
    what = f"the versions of {_number(act)}"
    found = _data(f"{_address(f'/sb/{act}')}/historie", what, fetcher, problems)
    if found is None:
        problems.append(f"{_number(act)} is not in the e-Sbírka; look at its number")
        return []
    if "historie" not in found:
        raise SourceError(f"{what} are of another kind than the e-Sbírka's: no list was found")
    versions = [each for each in as_list(found["historie"]) if isinstance(each, dict)]
    kinds = {each.get("typZneni") for each in versions}
    wanted = kinds & {"AKTUALNI", "BUDOUCI"} or ({"VYHLASENE"} if kinds == {"VYHLASENE"} else set())
    if not wanted:
        problems.append(f"{_number(act)} has no version that is in force or to come; it may be repealed")
        return []
    about = _about(act, fetcher, problems) or {}
    items = []
    for each in versions:
        if each.get("typZneni") in wanted:
            amended = [clean_line(n.get("staleUrl"), 80) for n in as_list(each.get("novely")) if isinstance(n, dict)]
            stamp = " ".join([clean_line(each.get("cisloZneni"), 20), *sorted(amended)])
            if item := _item(act, {**about, **each}, stamp, problems):
                items.append(item)
    return items


def _promulgated(
    options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime, problems: list[str]
) -> Iterator[Page]:
    """The acts from the number on that the last run came to, or since a day; one a page."""
    since = parse_day(cursor, options, now)
    year, number = cursor.get("year"), cursor.get("number")
    if not (isinstance(year, int) and isinstance(number, int) and 1900 < year <= now.year and 0 < number < 10_000):
        year = min(int(since[:4]), now.year)
        number = _first(year, since, fetcher, problems)
    reached = {"year": year, "number": number}
    asked = 0
    for each in range(year, now.year + 1):
        for act, about, following in _of_year(each, number if each == year else 1, fetcher, problems):
            if each <= (now - _LATE).year:
                reached = {"year": each, "number": following}
            asked += 1
            wanted = option_values.has_words(_title(act, about), options["title"])
            item = _item(act, about, None, problems) if wanted else None
            yield Page([item] if item else [], reached, _number(act), more=True, full=asked >= _AT_ONCE)
    yield Page([], reached)


def _first(year: int, since: str, fetcher: Fetcher, problems: list[str]) -> int:
    """The first number of a year that was given since a day, or was not given yet."""
    if since <= f"{year}-01-01":
        return 1

    def is_later(number: int) -> bool:
        about = _about(f"{year}/{number}", fetcher, problems)
        return about is None or (to_iso_date(about.get("datumCasVyhlaseni")) or since) >= since

    above = 1
    while above < _MOST_NUMBERS and not is_later(above):
        above *= 2
    return bisect_left(range(above), True, lo=above // 2 + 1, key=is_later)


def _of_year(
    year: int, number: int, fetcher: Fetcher, problems: list[str]
) -> Iterator[tuple[str, dict[str, Any], int]]:
    """The acts of a year from a number on, with the number from which to go on behind each."""
    last, missing = number - 1, 0
    at = number
    while at - last <= _MISSES:
        act = f"{year}/{at}"
        about = _about(act, fetcher, problems)
        if about is not None:
            last = at
            waits = missing and last - missing < _WAITED
            yield act, about, missing if waits else last + 1
        elif not missing or at - missing >= _WAITED:
            missing = at
        at += 1


def _title(act: str, about: dict[str, Any]) -> str:
    return clean_line(about.get("uplnaCitace")) or f"{_number(act)} {clean_line(about.get('nazev'))}".strip()


def _item(act: str, about: dict[str, Any], stamp: str | None, problems: list[str]) -> Item | None:
    """A version of an act, from what the service says about it."""
    path = clean_line(about.get("staleUrl"), 80)
    named = _PATH.fullmatch(path)
    if named is None or not named["day"] or not path.startswith(f"/sb/{act}/"):
        problems.append(f"a version of {_number(act)} has no address that is known; it was left out")
        return None
    return Item(
        key=path.removeprefix("/sb/"),
        url=f"https://{HOST}{path}",
        title=_title(act, about),
        published=to_iso_date(about.get("datumCasVyhlaseni")),
        language="cs",
        stamp=path if stamp is None else stamp,
        extension=".json",
    )


def _fragments(found: dict[str, Any], path: str, what: str) -> list[Any]:
    """The fragments of a page, all of them of the act at ``path``."""
    fragments = as_list(found.get("seznam"))
    if not fragments or not all(isinstance(each, dict) and "kodTypuFragmentu" in each for each in fragments):
        raise SourceError(f"{what} is of another kind than the e-Sbírka's: no fragments were found")
    if not any(f"{path}/" in clean_line(each.get("eli")) for each in fragments):
        raise SourceError(f"{what} is not the text that was asked for: its ELI is another")
    return fragments
