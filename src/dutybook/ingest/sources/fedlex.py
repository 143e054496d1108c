"""Reads Swiss federal law from Fedlex: acts of the classified compilation (SR) by number or as they change, and what the
official compilation (AS) publishes.

What is known about the service, and its sources:

* The endpoint and the model: repository swiss/fedlex-jolux, doc/index.md (``https://fedlex.data.admin.ch/sparqlendpoint``,
  SPARQL by GET or POST, without a key).
* SR numbers are typed notations of the entries that classify an act, and 0 of the enforcement statuses is "in force":
  queries of public clients (malkreide/fedlex-mcp, src/fedlex_mcp/server.py, and others).
* A consolidation has ``dct:modified``; files are named by ``jolux:isExemplifiedBy`` and must not be guessed, since an
  address that does not exist answers 206 with a page; robots.txt of fedlex.data.admin.ch excludes ``/filestore/``, that of
  www.fedlex.admin.ch does not, and both have the same files; some six queries in a row end in broken connections, and
  pauses of three seconds do not: notes of public clients that asked the service in 2026.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import jolux, option_values
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options
from dutybook.ingest.sources.responses import split_address
from dutybook.ingest.sources.sparql import Endpoint, escape_literal, iri, values

HOSTS = frozenset({"fedlex.data.admin.ch", "www.fedlex.admin.ch"})
_NAMES = "https://fedlex.data.admin.ch/"
STORE = jolux.Store(
    "Fedlex",
    Endpoint("https://fedlex.data.admin.ch/sparqlendpoint", jolux.PREFIXES, pause=3.0),
    _NAMES,
    "https://www.fedlex.admin.ch/",
    {"fedlex.data.admin.ch": "www.fedlex.admin.ch"},
    "dct:modified",
)
_NOTATION = iri("https://fedlex.data.admin.ch/vocabulary/notation-type/id-systematique")
_IN_FORCE = iri("https://fedlex.data.admin.ch/vocabulary/enforcement-status/0")
_LANGUAGES = ("de", "fr", "it", "rm", "en")
_NUMBER = re.compile(r"(?:SR|RS)?\s*(\d{1,3}(?:\.\d{1,4}){0,7})", re.IGNORECASE)
_ELI = re.compile(r"/?(eli/(?:cc|oc)/\w{1,12}/\w{1,60})(?:/\d{8})?(?:/([a-z]{2})(?:/.{0,100})?)?/?")
_HOW = (
    "write SR numbers (235.1), ELIs (https://www.fedlex.admin.ch/eli/cc/2022/491), “sr” for all acts that change, or “as” "
    "for what the official compilation publishes"
)
_OPTIONS = {
    "languages": "de, fr, it, rm, en, several with commas, or all (de)",
    "formats": "what is taken first of xml, html, pdf; the others stand in for it (xml)",
    "title": "sr, as: words or phrases of which a title has one",
    "from": "sr, as: changed or published since that day (a week ago)",
    "limit": f"how many acts a run lists at most; the rest comes next time ({option_values.LIMIT})",
}


class Fedlex:
    """Swiss federal law by number, by change, or as published."""

    kind = "fedlex"
    numbered = True
    help = "Swiss federal law (Fedlex): acts by SR number or ELI, all that change, or what is published (AS)"
    every = 12 * 3600
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        written = target.strip()
        what = {"sr": "sr", "rs": "sr", "as": "as", "ro": "as", "ru": "as"}.get(written.casefold())
        found: dict[str, Any] = {
            "formats": option_values.parse_formats(options, jolux.FORMS),
            "limit": option_values.limit(options),
        }
        if what:
            return {
                **found,
                "what": what,
                "languages": jolux.parse_languages(options, _LANGUAGES, "de"),
                "title": list(option_values.words(options, "title")),
                **option_values.parse_start(options),
            }
        numbers, names, language = _parse_acts(written)
        return {
            **found,
            "what": "acts",
            "numbers": numbers,
            "names": names,
            "languages": jolux.parse_languages(options, _LANGUAGES, language or "de"),
        }

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        if options["what"] == "acts":
            return _named(options, fetcher, now)
        return jolux.list_acts(STORE, _OF_AS if options["what"] == "as" else None, options, cursor, fetcher, now)

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        return jolux.fetch_edition(STORE, item, known, fetcher)


SOURCE = Fedlex()
# Acts of the Federal Gazette (fga) are of the same class.
_OF_AS = f'FILTER(STRSTARTS(STR(?act), "{_NAMES}eli/oc/"))'


def _parse_acts(written: str) -> tuple[list[str], list[str], str]:
    """SR numbers, names of acts, and the language of an address.

    Raises:
        BadRequest: one is neither.
    """
    numbers: list[str] = []
    names: list[str] = []
    language = ""
    for each in option_values.split_target(written):
        parts = split_address(each, *HOSTS)
        path = parts.path if parts else each
        number, eli = _NUMBER.fullmatch(each), _ELI.fullmatch(path)
        if number:
            numbers.append(number[1])
        elif eli:
            names.append(_NAMES + eli[1])
            language = language or (eli[2] if eli[2] in _LANGUAGES else "")
        else:
            raise BadRequest(f"{each[:100]!r} is no act of Swiss federal law; {_HOW}")
    return list(dict.fromkeys(numbers)), list(dict.fromkeys(names)), language


def _named(options: Options, fetcher: Fetcher, now: datetime) -> Listing:
    """Acts by number, which the store is asked for first since one number was that of several acts, and by ELI."""
    numbers, names = options["numbers"], [str(each) for each in options["names"]]
    problems: list[str] = []
    if numbers:
        rows, faults = STORE.endpoint.ask(fetcher, _numbers_query(numbers), "SR numbers")
        problems += faults
        acts = {row["key"]: row.get("number", "") for row in rows if STORE.path_of(row.get("key", ""))}
        missing = [number for number in numbers if number not in acts.values()]
        if not acts and not names:
            raise SourceError(f"Fedlex has no act in force with the number {', '.join(missing)}: look at the number")
        problems += [f"Fedlex has no act in force with the number {number}" for number in missing]
        names += [act for act in sorted(acts) if act not in names]
    listing = jolux.list_named(
        STORE,
        [name for name in names if "/eli/cc/" in name],
        [name for name in names if "/eli/oc/" in name],
        options,
        fetcher,
        now,
    )
    return Listing(listing.items, {}, problems=(*problems, *listing.problems), complete=not problems)


def _numbers_query(numbers: list[str]) -> str:
    """A query for the acts in force that have SR numbers."""
    return f"""SELECT DISTINCT ?key ?number WHERE {{
  {values("notation", (f"{escape_literal(number)}^^{_NOTATION}" for number in numbers))}
  ?entry skos:notation ?notation .
  ?act jolux:classifiedByTaxonomyEntry ?entry ; a jolux:ConsolidationAbstract ; jolux:inForceStatus {_IN_FORCE} .
  BIND(STR(?act) AS ?key)
  BIND(STR(?notation) AS ?number)
}} ORDER BY ?key LIMIT 1000"""
