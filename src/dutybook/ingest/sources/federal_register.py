"""Reads the Federal Register of the United States through its API (version 1): rules, proposed rules, notices,
presidential documents.

The API lists at most some 2,000 documents of a search, so longer lists are requested day by day, in order of
publication. Full texts are XML once a document is published; before that, and for some old ones, there is a page or a
PDF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.documents import PDF, Form, fetch_document, fetch_files, find_files
from dutybook.ingest.sources.interface import Cursor, Fetched, Fetcher, Item, Known, Listing, Options, Page, collect
from dutybook.ingest.sources.listing import parse_day
from dutybook.ingest.sources.responses import (
    as_list,
    clean_line,
    is_missing,
    own_address,
    parsed_json,
    split_address,
    to_iso_date,
)

HOSTS = frozenset({"www.federalregister.gov", "api.federalregister.gov", "www.govinfo.gov"})
API = "https://www.federalregister.gov/api/v1/documents"
FIELDS = (
    "document_number", "title", "publication_date", "html_url", "full_text_xml_url", "body_html_url", "raw_text_url", "pdf_url",
    "corrections",
)  # fmt: skip
TYPES = {"rule": "RULE", "proposed": "PRORULE", "notice": "NOTICE", "presidential": "PRESDOCU"}
_PAGE = 200
#: Documents that the API lists of one search; behind that it answers with an error.
_WINDOW = 2_000


def _query(options: Options, since: date) -> str:
    """The address of a search. The API takes one part of the CFR per search, so parts are requested one by one."""
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
    """Pages of documents, each with the day up to which the list is complete (that day itself may go on)."""
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
            found, faults = parsed_json(
                fetcher.get(address, accept="application/json", robots=False), "the list of documents"
            )
        except SourceError as error:
            # A search without results is answered with 404.
            if is_missing(error):
                return
            raise
        problems += faults
        results = _results(found)
        listed += len(results)
        last = max((d for each in results if (d := to_iso_date(each.get("publication_date")))), default=None)
        reached = date.fromisoformat(last) if last else start
        yield results, reached
        following = clean_line(found.get("next_page_url"))
        address = own_address(following, HOSTS) if following and results else None
        if following and results and address is None:
            raise SourceError("the next page of the list is on another service; it was not followed")
        if address and listed >= _WINDOW - _PAGE:
            if reached <= start:
                problems.append(
                    f"{start}: there are more documents of this day than the API lists, and not all could be; narrow the watch"
                )
                reached = start + timedelta(days=1)
            start, listed, address = reached, 0, _query(options, reached)


def _results(found: dict[str, Any]) -> list[dict[str, Any]]:
    if "errors" in found:
        raise SourceError(f"the Federal Register does not take this search: {_errors(found['errors'])}", lasting=True)
    if "results" not in found and "count" not in found:
        raise SourceError("the list of documents is of another kind than the Federal Register's")
    return [each for each in as_list(found.get("results")) if isinstance(each, dict)]


def _errors(errors: Any) -> str:
    if isinstance(errors, dict):
        return "; ".join(f"{clean_line(name)}: {clean_line(str(text))}" for name, text in list(errors.items())[:5])
    return clean_line(str(errors))[:300]


_FORMATS = {"xml": "full_text_xml_url", "html": "body_html_url", "pdf": "pdf_url", "text": "raw_text_url"}
FORMS = {
    "xml": Form(
        ".xml",
        (
            "RULE",
            "PRORULE",
            "NOTICE",
            "PRESDOCU",
            "PRESDOC",
            "CORRECT",
            "EXECORD",
            "PROCLA",
            "DETERM",
            "PRNOTICE",
            "OTHER",
        ),
    ),
    "html": Form(".html", fragments=True),
    "pdf": PDF,
    "text": Form(".txt"),
}
_OPTIONS = {
    "agencies": "agencies as in their addresses, securities-and-exchange-commission",
    "type": "rule, proposed, notice, presidential (all)",
    "title": "words or phrases of which a title has one",
    "cfr": "parts of the Code of Federal Regulations that are touched, 12-1005",
    "formats": "what is taken first of xml, html, pdf, text; the others stand in for it (xml)",
    "from": "the first day of publication (a week ago)",
    "limit": "how many documents a run lists at most; the rest comes next time (500)",
}
_NUMBER = re.compile(r"(?:[A-Z]\d-)?\d{2,4}-\d{3,6}|[A-Z]\d-\d{4}-\d{3,6}")
_HOW = (
    "write words to search for, a document number (2026-01234), the address of a document, or “all”; options are "
    "agencies=securities-and-exchange-commission, type=rule,proposed,notice,presidential, cfr=12-1005, from=2026-01-01"
)
#: A day's documents may be listed late, or get their full text after the others.
OVERLAP = timedelta(days=3)


class FederalRegister:
    """The Federal Register by words, agency, type and part of the Code of Federal Regulations."""

    kind = "federal-register"
    help = "the Federal Register of the United States: words, agencies, types, a part of the CFR, or one document"
    options = _OPTIONS
    written = _HOW

    def check(self, target: str, options: Options) -> Options:
        option_values.known_only(options, _OPTIONS, self.kind)
        found: dict[str, Any] = {
            "formats": option_values.parse_formats(options, _FORMATS),
            "limit": option_values.limit(options),
        }
        written = " ".join(target.split())
        number = _number(written)
        if number:
            return {**found, "number": number}
        if split_address(written, *HOSTS) and "/" in written:
            raise BadRequest(f"{target!r} is no document of the Federal Register; {_HOW}")
        found |= {
            "term": ""
            if written.casefold() in ("all", "query", "")
            else option_values.text({"term": written}, "term", 300),
            "agencies": [_agency(each) for each in option_values.words(options, "agencies")],
            "type": list(option_values.choices(options, "type", tuple(TYPES), ())),
            "cfr": [_part(each) for each in option_values.words(options, "cfr")],
            "title": list(option_values.words(options, "title")),
            **option_values.parse_start(options),
        }
        if not written:
            raise BadRequest(f"what is to be watched is missing; {_HOW}")
        return found

    def list(self, options: Options, cursor: Cursor, fetcher: Fetcher, now: datetime) -> Listing:
        if options.get("number"):
            return _one(options, fetcher)
        today = now.date()
        since = date.fromisoformat(parse_day(cursor, options, now))
        problems: list[str] = []
        pages = _pages(options, since, fetcher, today, problems)
        return collect(pages, int(options["limit"]), "documents", problems)

    def fetch(self, item: Item, options: Options, known: Known, fetcher: Fetcher) -> Fetched:
        def fetch(name: str, place: str) -> Fetched:
            what = f"{urlsplit(place).path.rpartition('/')[2]} of the Federal Register"
            return fetch_document(fetcher, place, what, FORMS[name].read, known, robots=False)

        return fetch_files(item, HOSTS, FORMS, fetch)


SOURCE = FederalRegister()


def _pages(options: Options, since: date, fetcher: Fetcher, today: date, problems: list[str]) -> Iterator[Page]:
    for found, reached in documents(options, since, fetcher, problems):
        items = [item for each in found if (item := _item(each, options, problems))]
        wanted = [item for item in items if option_values.has_words(item.title, options.get("title", ()))]
        yield Page(wanted, {"since": reached.isoformat()}, reached.isoformat(), more=reached > since)
    yield Page((), {"since": max(since, today - OVERLAP).isoformat()})


def _number(written: str) -> str:
    if _NUMBER.fullmatch(written.upper()):
        return written.upper()
    if parts := split_address(written, *HOSTS):
        found = re.search(rf"/(?:documents|d)/(?:\d{{4}}/\d\d/\d\d/)?({_NUMBER.pattern})(?:[/.]|$)", parts.path)
        return found[1] if found else ""
    return ""


def _agency(written: str) -> str:
    slug = re.sub(r"[\s_]+", "-", written.casefold())
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,120}", slug):
        raise BadRequest(
            f"agencies {written!r}: write the name that is in the agency's address, as "
            "agencies=securities-and-exchange-commission"
        )
    return slug


def _part(written: str) -> str:
    found = re.fullmatch(r"(\d{1,2})\s?(?:-|CFR\s?|/)\s?(?:part\s?)?(\d{1,5})", written, re.IGNORECASE)
    if not found:
        raise BadRequest(
            f"cfr {written!r} is no part of the Code of Federal Regulations; write title and part: cfr=12-1005"
        )
    return f"{int(found[1])}-{int(found[2])}"


def _one(options: Options, fetcher: Fetcher) -> Listing:
    fields = urlencode([("fields[]", each) for each in FIELDS])
    address = f"{API}/{options['number']}.json?{fields}"
    found, faults = parsed_json(
        fetcher.get(address, accept="application/json", robots=False), f"document {options['number']}"
    )
    problems = [*faults]
    item = _item(found, options, problems)
    return Listing((item,) if item else (), {}, problems=tuple(problems))


def _item(document: dict[str, Any], options: Options, problems: list[str]) -> Item | None:
    number = clean_line(document.get("document_number"), 40)
    if not _NUMBER.fullmatch(number):
        problems.append("a document without a number was left out")
        return None
    published = to_iso_date(document.get("publication_date"))
    written = [(name, clean_line(document.get(_FORMATS[name]))) for name in options["formats"]]
    files = find_files(written, HOSTS, number, problems)
    page = own_address(clean_line(document.get("html_url")), HOSTS) or f"https://www.federalregister.gov/d/{number}"
    if not files:
        problems.append(f"{number} has no text yet")
        return None
    corrections = len(as_list(document.get("corrections")))
    return Item(
        key=number,
        url=page,
        title=clean_line(document.get("title")),
        published=published,
        language="en",
        stamp=f"{published} {files[0][0]} {corrections}",
        extension=FORMS[files[0][0]].extension,
        more={"files": files},
    )
