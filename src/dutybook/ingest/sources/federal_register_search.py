"""Searches of the Federal Register: pages in order of publication, day by day where they are longer than the API lists."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from dutybook.errors import SourceError
from dutybook.ingest.sources.interface import Fetcher, Options
from dutybook.ingest.sources.missing import is_missing
from dutybook.ingest.sources.responses import day, line, many, parsed_json
from dutybook.ingest.sources.service_addresses import own

HOSTS = frozenset({"www.federalregister.gov", "api.federalregister.gov", "www.govinfo.gov"})
API = "https://www.federalregister.gov/api/v1/documents"
FIELDS = (
    "document_number", "title", "type", "publication_date", "effective_on", "comments_close_on", "html_url",
    "full_text_xml_url", "body_html_url", "raw_text_url", "pdf_url", "citation", "agencies", "cfr_references",
    "correction_of", "corrections", "docket_ids", "regulation_id_numbers",
)  # fmt: skip
TYPES = {"rule": "RULE", "proposed": "PRORULE", "notice": "NOTICE", "presidential": "PRESDOCU"}
_PAGE = 200
#: Documents that the API lists of one search; behind that it answers with an error.
_WINDOW = 2_000


def _query(options: Options, since: date) -> str:
    """The address of a search. The API takes one part of the CFR a search; parts are asked for one by one."""
    pairs: list[tuple[str, str]] = [("conditions[publication_date][gte]", since.isoformat())]
    if options.get("term"):
        pairs.append(("conditions[term]", options["term"]))
    pairs += [("conditions[agencies][]", each) for each in options.get("agencies", ())]
    pairs += [("conditions[type][]", TYPES[each]) for each in options.get("type", ())]
    if options.get("part"):
        title, _, part = options["part"].partition("-")
        pairs += [("conditions[cfr][title]", title), ("conditions[cfr][part]", part)]
    pairs += [("order", "oldest"), ("per_page", str(_PAGE))]
    pairs += [("fields[]", each) for each in FIELDS]
    return f"{API}.json?{urlencode(pairs)}"


def documents(
    options: Options, since: date, fetcher: Fetcher, problems: list[str]
) -> Iterator[tuple[list[dict[str, Any]], date]]:
    """Pages of documents, with the day up to which all are listed by then (that day itself may go on)."""
    parts = options.get("cfr") or [""]
    for index, part in enumerate(parts):
        for found, reached in _searched({**options, "part": part}, since, fetcher, problems):
            # Of several searches, only the last one brings the list forward.
            yield found, reached if index == len(parts) - 1 else since


def _searched(
    options: Options, since: date, fetcher: Fetcher, problems: list[str]
) -> Iterator[tuple[list[dict[str, Any]], date]]:
    start = since
    address: str | None = _query(options, start)
    listed = 0
    asked: set[str] = set()
    while address:
        if address in asked:
            problems.append("the list leads back to itself; what came until there was read")
            return
        asked.add(address)
        try:
            found, said = parsed_json(
                fetcher.get(address, accept="application/json", robots=False), "the list of documents"
            )
        except SourceError as error:
            # A search without results is answered with 404.
            if is_missing(error):
                return
            raise
        problems += said
        if "errors" in found:
            raise SourceError(
                f"the Federal Register does not take this search: {_errors(found['errors'])}", lasting=True
            )
        if "results" not in found and "count" not in found:
            raise SourceError("the list of documents is of another kind than the Federal Register's")
        results = [each for each in many(found.get("results")) if isinstance(each, dict)]
        listed += len(results)
        last = max((d for each in results if (d := day(each.get("publication_date")))), default=None)
        reached = date.fromisoformat(last) if last else start
        yield results, reached
        following = line(found.get("next_page_url"))
        address = own(following, HOSTS) if following and results else None
        if following and results and address is None:
            raise SourceError("the next page of the list is said to be with another service; it was not followed")
        if address and listed >= _WINDOW - _PAGE:
            if reached <= start:
                problems.append(
                    f"{start}: there are more documents of this day than the API lists, and not all could be; narrow the watch"
                )
                reached = start + timedelta(days=1)
            start, listed, address = reached, 0, _query(options, reached)


def _errors(said: Any) -> str:
    if isinstance(said, dict):
        return "; ".join(f"{line(name)}: {line(str(text))}" for name, text in list(said.items())[:5])
    return line(str(said))[:300]
