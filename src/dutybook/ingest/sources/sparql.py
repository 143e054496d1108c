"""Asks the triple stores of publishers (SPARQL): literals, and one query."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources.interface import Fetcher
from dutybook.ingest.sources.listing import Row
from dutybook.ingest.sources.responses import check_body, clean_line, parsed_json

_JSON = "application/sparql-results+json"
_INCOMPLETE = ("x-sql-state", "x-sparql-maxrows")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escape_literal(text: str) -> str:
    """A text between quotation marks, without a type."""
    escaped = "".join(_ESCAPES.get(c, c) for c in text if c.isprintable() or c in _ESCAPES)
    return f'"{escaped}"'


def string(text: str) -> str:
    """A typed string literal, since Virtuoso takes plain and typed ones as different."""
    return f"{escape_literal(text)}^^xsd:string"


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


def behind(after: str) -> str:
    """A condition for the rows after the key ``after``; empty for the first page."""
    return f"FILTER(?key > STR({string(after)}))" if after else ""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a triple store is asked.

    Attributes:
        address: that of the endpoint.
        prefixes: ``PREFIX`` lines of every query.
        pause: the least time between two queries, in seconds, if the publisher needs more than usual.
    """

    address: str
    prefixes: str
    pause: float = 0.0

    def ask(self, fetcher: Fetcher, query: str, what: str) -> tuple[list[Row], tuple[str, ...]]:
        """The rows of an answer; and problems.

        Raises:
            SourceError: there is no answer, a wrong one, or one that the service cut off.
        """
        form = {"query": self.prefixes + query, "format": _JSON}
        response = fetcher.post(self.address, form=form, accept=_JSON, pause=self.pause)
        cut = next((name for name in _INCOMPLETE if response.headers.get(name)), None)
        if cut and response.status in (200, 206):
            message = clean_line(response.headers.get("x-sql-message", ""))[:160]
            raise SourceError(
                f"the answer about {what} is not complete ({message or cut}); narrow the watch, or try later"
            )
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
