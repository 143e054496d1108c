"""Asks the triple stores of publishers (SPARQL): literals, one query, and lists of works that are read in pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from dutybook.errors import BadRequest, SourceError
from dutybook.ingest.sources.interface import Cursor, Fetcher, Item, Listing, Page, collect
from dutybook.ingest.sources.responses import check_body, clean_line, moment, parsed_json

_JSON = "application/sparql-results+json"
_INCOMPLETE = ("x-sql-state", "x-sparql-maxrows")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
#: How far back a list looks behind what it has seen: stores may hold a change some time after the moment that they state.
OVERLAP = timedelta(days=2)
PAGE = 1000

#: The values of an answer's variables as text.
Row = dict[str, str]


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
        pause: seconds between two queries that the publisher needs, if they are more than usual.
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


#: What asks for a page of rows: it takes the last key of the page before and the number of rows.
AskPage = Callable[[str, int], tuple[list[Row], tuple[str, ...]]]


def paged(ask_page: AskPage, after: str, size: int, most: int) -> Iterator[tuple[list[Row], tuple[str, ...], bool]]:
    """Pages of rows in order of ``key``, each beginning after the last one: ``(rows, problems, whether there are more)``.

    Pages go by key and not by offset: Virtuoso sorts at most 10,000 rows, and rows that come or go in between then
    shift nothing. The rows of a page's last key may continue on the next page, so they are left for it.
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


@dataclass(frozen=True, slots=True)
class Found:
    """What a page of rows came to: items, problems, and the days of publication of works whose texts are awaited."""

    items: list[Item]
    problems: Iterable[str] = ()
    waiting: list[str] = field(default_factory=list)


def list_rows(
    ask_page: AskPage,
    find_items: Callable[[list[Row]], Found],
    cursor: Cursor,
    now: datetime,
    limit: int,
    *,
    overlap: timedelta = OVERLAP,
) -> Listing:
    """List all pages of a query up to the user's limit.

    The cursor's ``since`` is the start of the last complete listing, minus an overlap, or the first day of an awaited
    text. A listing that was cut, by the limit or by a failure after its first page, keeps ``since`` and continues
    ``after`` what it had.

    Raises:
        SourceError: the first page cannot be read.
    """
    problems: list[str] = []
    after = str(cursor.get("after") or "")
    started = (moment(cursor.get("started")) if after else None) or now
    since = (started - overlap).isoformat(timespec="seconds")
    if after:
        since = min(since, str(cursor.get("waits") or since))
    before = {"since": str(cursor["since"])} if cursor.get("since") else {}

    def pages() -> Iterator[Page]:
        nonlocal after, since
        for rows, faults, full in paged(ask_page, after, min(PAGE, max(limit, 50)), limit):
            found = find_items(rows)
            problems.extend([*faults, *found.problems])
            since = min([since, *found.waiting])
            after = rows[-1].get("key", after) if rows else after
            unfinished = {**before, "started": started.isoformat(timespec="seconds"), "waits": since, "after": after}
            yield Page(found.items, unfinished, full=full)
        yield Page((), {"since": since})

    return collect(pages(), limit, "acts", problems)
