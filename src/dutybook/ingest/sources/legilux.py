"""Reads the law of Luxembourg from Legilux: acts by ELI, consolidated acts that change, and the official journal.

What is known about the service, and its sources:

* The endpoint (``https://data.legilux.public.lu/sparqlendpoint``, SPARQL by form, without a key), the classes ``Act`` and
  ``Consolidation``, the days of a consolidation, and the tokens of ``userFormat``: repository SFHAJJI/lex,
  src/Lex.Sources.Legilux/LegiluxAdapter.cs and SparqlClient.cs, which asked the service in 2026.
* The store names files as ``http://data.legilux.public.lu/filestore/…``. Its robots.txt excludes them, and
  legilux.public.lu has the same paths: the same repository and README.md of SFHAJJI/lex-corpus-lu-legilux.
* Types of acts (``LOI``, ``RGD`` …) and their numbers: docs/luxembourg-scope.md of SFHAJJI/lex.

No source says whether ``publicationDate`` is a typed date in the store, as in Fedlex; if it is not, lists stay empty.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from dutybook.errors import BadRequest
from dutybook.ingest.sources import jolux, option_values
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options
from dutybook.ingest.sources.responses import split_address
from dutybook.ingest.sources.sparql import Endpoint, iri, values

HOSTS = frozenset({"data.legilux.public.lu", "legilux.public.lu"})
_NAMES = "http://data.legilux.public.lu/"
STORE = jolux.Store(
    "Legilux",
    Endpoint("https://data.legilux.public.lu/sparqlendpoint", jolux.PREFIXES, pause=1.5),
    _NAMES,
    "https://legilux.public.lu/",
    {"data.legilux.public.lu": "legilux.public.lu"},
    "jolux:publicationDate",
    # That day is the one of the amending act, which may be long ago when its consolidation comes.
    overlap=timedelta(days=30),
)
_TYPE = "http://data.legilux.public.lu/resource/authority/resource-type/"
_LANGUAGES = ("fr", "de", "en")
# A work is named without what follows it: the journal (jo), a consolidation's day, a language and a form.
_ELI = re.compile(
    r"/?(?P<work>(?:eli/etat/(?:leg|adm)/)?(?:(?:code|recueil)/[a-z_]{1,60}|[a-z]{1,12}/\d{4}/\d\d/\d\d/\w{1,12}))"
    r"(?:/jo|/(?:consolide/)?\d{8})?(?:/(?P<language>[a-z]{2})(?:/.{0,100})?)?/?"
)
_HOW = (
    "write ELIs (loi/1993/04/05/n1, https://legilux.public.lu/eli/etat/leg/loi/1993/04/05/n1/jo, code/travail), “consolide” "
    "for consolidated acts that change, or “journal” for what the official journal publishes"
)
_OPTIONS = {
    "languages": "fr, de, en, several with commas, or all (fr)",
    "formats": "what is taken first of xml, html, pdf; the others stand in for it (xml)",
    "type": "journal: types of acts, LOI,RGD,AGD,RMIN,AMIN (LOI,RGD)",
    "title": "consolide, journal: words or phrases of which a title has one",
    "from": "consolide, journal: changed or published since that day (a week ago)",
    "limit": f"how many acts a run lists at most; the rest comes next time ({option_values.LIMIT})",
}


class Legilux:
    """The law of Luxembourg by ELI, by change, or as published."""

    kind = "legilux"
    help = "the law of Luxembourg (Legilux): acts by ELI, consolidated acts that change, or the official journal"
    every = 12 * 3600
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        written = target.strip()
        found: dict[str, Any] = {
            "formats": option_values.parse_formats(options, jolux.FORMS),
            "limit": option_values.limit(options),
        }
        if written.casefold() in ("journal", "consolide", "consolidé"):
            types = [each.upper() for each in option_values.words(options, "type")]
            if wrong := [each for each in types if not re.fullmatch(r"[A-Z_]{1,20}", each)]:
                raise BadRequest(f"type {', '.join(wrong)} is no type of act; write type=LOI,RGD,AGD,RMIN,AMIN")
            return {
                **found,
                "what": "journal" if written.casefold() == "journal" else "consolide",
                "languages": jolux.parse_languages(options, _LANGUAGES, "fr"),
                "type": types or ["LOI", "RGD"],
                "title": list(option_values.words(options, "title")),
                **option_values.parse_start(options),
            }
        names, language = _parse_acts(written)
        return {
            **found,
            "what": "acts",
            "names": names,
            "languages": jolux.parse_languages(options, _LANGUAGES, language or "fr"),
        }

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        if options["what"] == "acts":
            return jolux.list_named(STORE, options["names"], (), options, fetcher, now)
        of_type = f"{values('type', (iri(_TYPE + each) for each in options['type']))} ?act jolux:typeDocument ?type ."
        published = of_type if options["what"] == "journal" else None
        return jolux.list_acts(STORE, published, options, cursor, fetcher, now)

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        return jolux.fetch_edition(STORE, item, known, fetcher)


SOURCE = Legilux()


def _parse_acts(written: str) -> tuple[list[str], str]:
    """The names of works, and the language of an address.

    Raises:
        BadRequest: one is none.
    """
    names: list[str] = []
    language = ""
    for each in option_values.split_target(written):
        parts = split_address(each, *HOSTS)
        path = parts.path if parts else each
        found = _ELI.fullmatch(path)
        if not found:
            raise BadRequest(f"{each[:100]!r} is no act of Luxembourg; {_HOW}")
        work = found["work"]
        names.append(_NAMES + (work if work.startswith("eli/") else f"eli/etat/leg/{work}"))
        language = language or (found["language"] if found["language"] in _LANGUAGES else "")
    return list(dict.fromkeys(names)), language
