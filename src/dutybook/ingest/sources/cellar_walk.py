"""A query's works with their editions, page by page, and how far that has come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from dutybook.errors import SourceError
from dutybook.ingest.sources import cellar, given, sparql
from dutybook.ingest.sources.answers import day, first, moment
from dutybook.ingest.sources.interface import Cursor, Fetcher, Item, Listing, Options

#: How far back a query looks behind what it has seen: Cellar may list a change some time after the moment it states.
OVERLAP = timedelta(days=2)
_PAGE = 1000


def works_of(rows: Iterable[sparql.Row]) -> list[cellar.Work]:
    """Rows to works, a work once: the latest change that a row states, the first day of publication."""
    found: dict[str, list[sparql.Row]] = {}
    for row in rows:
        if row.get("key", "").startswith("http") and (row.get("celex") or row.get("name")):
            found.setdefault(row["key"], []).append(row)
    works = []
    for key, own in found.items():
        celex = min(row.get("celex", "") for row in own)
        works.append(
            cellar.Work(
                key=key,
                name=celex or own[0].get("name", key),
                celex=celex,
                published=first(sorted(d for row in own if (d := day(row.get("published"))))),
                changed=max(row.get("changed", "") for row in own),
                role=first(row.get("role") for row in own) or "act",
            )
        )
    return works


def walk(
    options: Options,
    cursor: Cursor,
    fetcher: Fetcher,
    now: datetime,
    query: Callable[[str, int], str],
    keep: Callable[[Item], bool] = lambda _: True,
) -> Listing:
    """All pages of a query up to the user's limit, with their editions.

    The cursor's ``since`` is the start of the last listing that came to its end, less an overlap. One that was cut, by the
    limit or by a failure behind its first page, keeps ``since`` and goes on ``after`` what it had.
    """
    items: list[Item] = []
    problems: list[str] = []
    after = str(cursor.get("after") or "")
    started = moment(cursor.get("started")) if after else None
    begun = (started or now).isoformat(timespec="seconds")
    unfinished = {**({"since": cursor["since"]} if cursor.get("since") else {}), "started": begun}
    most = int(options["limit"])

    def page(behind: str, size: int) -> tuple[list[sparql.Row], tuple[str, ...]]:
        return sparql.ask(fetcher, query(behind, size), "acts")

    more = False
    try:
        for rows, said, more in sparql.paged(page, after, min(_PAGE, max(most, 50)), most):
            problems += said
            works = works_of(rows)
            found, said_too = cellar.items_of(fetcher, works, options) if works else ([], [])
            problems += said_too
            items += [item for item in found if given.has_words(item.title, options.get("title", ())) and keep(item)]
            after = rows[-1].get("key", after) if rows else after
    except SourceError as error:
        if not items:
            raise
        problems.append(f"the list broke off and goes on from there next time: {error}")
        return Listing(tuple(items), {**unfinished, "after": after}, problems=tuple(dict.fromkeys(problems)))
    if more:
        problems.append(f"there is more than the {most:,} acts that a run lists (limit=); the rest comes next time")
        return Listing(tuple(items), {**unfinished, "after": after}, problems=tuple(dict.fromkeys(problems)))
    since = (started or now) - OVERLAP
    return Listing(
        tuple(items), {"since": since.isoformat(timespec="seconds")}, problems=tuple(dict.fromkeys(problems))
    )
