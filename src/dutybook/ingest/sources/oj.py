"""Reads the Official Journal of the European Union day by day: what was published in series L or C since the last run.

Since 1 October 2023 each act has an Official Journal number of its own, and a day of publication in Cellar. Earlier
acts are in numbered issues and are found by CELEX number or date (source ``eurlex``).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from dutybook.errors import BadRequest
from dutybook.ingest.sources import cellar, option_values
from dutybook.ingest.sources import eurlex as targets
from dutybook.ingest.sources.cellar import TYPE, walk
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options
from dutybook.ingest.sources.listing import parse_day
from dutybook.ingest.sources.sparql import behind, format_day, iri, values

_OPTIONS = {
    "series": "L, C or both, as the target",
    "type": "types of acts, REG,DIR,DEC, or REG* with implementing and delegated ones",
    "title": "words or phrases of which a title has one",
    "languages": "those of the Union in which texts are wanted: en,de, or all (en)",
    "formats": "what is taken first of xhtml, formex, pdf; the others stand in for it (xhtml)",
    "from": "the first day, from 2023-10-01 on (a week ago)",
    "limit": "how many acts a run lists at most; the rest comes next time (500)",
}
_SERIES = ("l", "c")
_COLLECTION = "http://publications.europa.eu/resource/authority/document-collection/OJ-"
#: The first day on which each act was published by itself.
_FIRST = "2023-10-01"
#: So long an act is looked at again whose text in a language is not there yet.
_WAIT = timedelta(days=10)
_HOW = "write the series: L, C, or “L,C”; options are type=REG*,DIR, title=words, languages=en,de, from=2026-01-01"


class OfficialJournal:
    """The Official Journal of the European Union by day of publication."""

    kind = "oj"
    help = "the Official Journal of the European Union, day by day: the series L, C, or both"
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        written = option_values.words({"series": target or options.get("series") or "L"}, "series")
        series = [each.casefold().removeprefix("oj").strip(" -") for each in written]
        if not series or any(each not in _SERIES for each in series):
            raise BadRequest(f"{target!r} is no series of the Official Journal; {_HOW}")
        start = option_values.day_option(options, "from")
        if start and start < _FIRST:
            raise BadRequest(
                f"the Official Journal is listed by day from {_FIRST}; for older acts use eurlex with from="
            )
        return {
            "series": [each.upper() for each in dict.fromkeys(series)],
            "type": targets.types(option_values.words(options, "type")),
            "title": list(option_values.words(options, "title")),
            "languages": list(cellar.languages_of(option_values.words(options, "languages")) or ("en",)),
            "formats": targets.formats(options),
            "limit": option_values.limit(options),
            **({"from": start} if start else {}),
        }

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        since = parse_day(cursor, options, now)
        start = date.fromisoformat(since)
        return walk(
            options,
            {**cursor, "since": since},
            fetcher,
            now,
            lambda after, size: day_query(options, start, after, size),
            wait=_WAIT,
        )

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        return cellar.fetch(item, known, fetcher)


SOURCE = OfficialJournal()


def day_query(options: Options, since: date, after: str, size: int) -> str:
    """A query for acts of a series published from a day on. Notices without CELEX number go by that of Cellar."""
    collections = values("series", (iri(_COLLECTION + each) for each in options["series"]))
    kinds = ""
    if options.get("type"):
        kinds = (
            values("type", (iri(TYPE + each) for each in options["type"])) + " ?work cdm:work_has_resource-type ?type ."
        )
    return f"""SELECT DISTINCT ?key ?celex ?changed ?published WHERE {{
  {collections}
  ?work cdm:official-journal-act_part_of_collection_document ?series ;
        cdm:official-journal-act_date_publication ?published .
  FILTER(?published >= {format_day(since.isoformat())})
  {kinds}
  OPTIONAL {{ ?work cdm:resource_legal_id_celex ?celex }}
  OPTIONAL {{ ?work cmr:lastModificationDate ?changed }}
  BIND(STR(?work) AS ?key)
  {behind(after)}
}} ORDER BY ?key LIMIT {size}"""
