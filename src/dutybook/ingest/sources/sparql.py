"""Sends SPARQL queries to the Publications Office: values are quoted by type, and answers are checked for completeness."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources.interface import Fetcher
from dutybook.ingest.sources.responses import check_body, clean_line, parsed_json

ENDPOINT = "https://publications.europa.eu/webapi/rdf/sparql"
PREFIXES = """PREFIX cdm: <http://publications.europa.eu/ontology/cdm#>
PREFIX cmr: <http://publications.europa.eu/ontology/cdm/cmr#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
_JSON = "application/sparql-results+json"
_INCOMPLETE = ("x-sql-state", "x-sparql-maxrows")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}

Row = dict[str, str]


def string(text: str) -> str:
    """A typed string literal, since Virtuoso takes plain and typed ones as different."""
    escaped = "".join(_ESCAPES.get(c, c) for c in text if c.isprintable() or c in _ESCAPES)
    return f'"{escaped}"^^xsd:string'


def iri(address: str) -> str:
    """An IRI in angle brackets.

    Raises:
        BadRequest: it has characters that an IRI cannot have.
    """
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`\x00-\x20]+", address):
        raise BadRequest(f"{address!r} is no address that can be asked for")
    return f"<{address}>"


def format_day(value: str) -> str:
    """A typed date literal from an ISO date. Virtuoso silently finds nothing for malformed ones."""
    return f'"{date.fromisoformat(value).isoformat()}"^^xsd:date'


def instant(value: datetime) -> str:
    """A typed time literal, in UTC."""
    return f'"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"^^xsd:dateTime'


def values(variable: str, terms: Iterable[str]) -> str:
    """``VALUES ?x { … }`` with terms that are written already."""
    return f"VALUES ?{variable} {{ {' '.join(terms)} }}"


def ask(fetcher: Fetcher, query: str, what: str) -> tuple[list[Row], tuple[str, ...]]:
    """The rows of an answer, each with the values of variables as text; and problems.

    Raises:
        SourceError: there is no answer, a wrong one, or one that the service cut off.
    """
    response = fetcher.post(ENDPOINT, form={"query": PREFIXES + query, "format": _JSON}, accept=_JSON)
    cut = next((name for name in _INCOMPLETE if response.headers.get(name)), None)
    if cut and response.status in (200, 206):
        message = clean_line(response.headers.get("x-sql-message", ""))[:160]
        raise SourceError(f"the answer about {what} is not complete ({message or cut}); narrow the watch, or try later")
    if response.status != 200 and response.body[:200].lstrip().startswith(b"Virtuoso"):
        message = clean_line(response.body[:300].decode("utf-8", "replace").partition("SPARQL query:")[0])
        raise SourceError(f"the service could not answer about {what}: {message}")
    check_body(response, f"the answer about {what}")
    found, problems = parsed_json(response, f"the answer about {what}")
    results = found.get("results")
    if not isinstance(results, dict) or not isinstance(results.get("bindings"), list):
        raise SourceError(f"the answer about {what} has no results in it")
    rows = [
        {name: clean_line(term.get("value")) for name, term in binding.items() if isinstance(term, dict)}
        for binding in results["bindings"]
        if isinstance(binding, dict)
    ]
    return [row for row in rows if row], problems


def paged(
    ask_page: Callable[[str, int], tuple[list[Row], tuple[str, ...]]], after: str, size: int, most: int
) -> Iterator[tuple[list[Row], tuple[str, ...], bool]]:
    """Pages of rows in order of ``key``, each beginning after the last one: ``(rows, problems, whether there are more)``.

    Pages go by key and not by offset: the endpoint sorts at most 10,000 rows, and rows that come or go in between
    then shift nothing. The rows of a page's last key may continue on the next page, so they are left for it.
    """
    seen = 0
    while True:
        rows, problems = ask_page(after, size)
        full = len(rows) >= size
        last = rows[-1].get("key", "") if rows else ""
        if full and rows[0].get("key") != last:
            rows = [row for row in rows if row.get("key") != last]
        seen += len({row.get("key") for row in rows})
        more = full and seen >= most
        yield rows, problems, more
        if not full or more or not rows:
            return
        after = rows[-1].get("key", after)
