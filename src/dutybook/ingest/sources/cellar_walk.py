"""Lists a query's works with their editions, page by page, and keeps the position in the cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from dutybook.errors import SourceError
from dutybook.ingest.sources import cellar, option_values, sparql
from dutybook.ingest.sources.eurlex_queries import role_of
from dutybook.ingest.sources.interface import Cursor, Fetcher, Item, Listing, Options
from dutybook.ingest.sources.responses import first, moment, to_iso_date

#: How far back a query looks behind what it has seen: Cellar may list a change some time after the moment it states.
OVERLAP = timedelta(days=2)
_PAGE = 1000


def works_of(rows: Iterable[sparql.Row]) -> list[cellar.Work]:
    """Works from rows, each once, with the latest change and the first day of publication."""
    found: dict[str, list[sparql.Row]] = {}
    for row in rows:
        if row.get("key", "").startswith("http"):
            found.setdefault(row["key"], []).append(row)
    works = []
    for key, own in found.items():
        celex = min((row["celex"] for row in own if row.get("celex")), default="")
        days = sorted(d for row in own for name in ("published", "issued") if (d := to_iso_date(row.get(name))))
        works.append(
            cellar.Work(
                key=key,
                name=celex or key.partition("/resource/")[2] or key,
                celex=celex,
                published=first(days),
                changed=max(row.get("changed", "") for row in own),
                role=first(r for row in own if (r := role_of(row.get("relation", ""))) != "act") or "act",
            )
        )
    return works


def walk(
    options: Options,
    cursor: Cursor,
    fetcher: Fetcher,
    now: datetime,
    query: Callable[[str, int], str],
    *,
    wait: timedelta | None = None,
) -> Listing:
    """List all pages of a query up to the user's limit, with their editions.

    The cursor's ``since`` is the start of the last complete listing, minus an overlap. A listing that was cut, by the
    limit or by a failure after its first page, keeps ``since`` and continues ``after`` what it had. ``wait``: how
    long after publication a work is listed again while it lacks an edition in a wanted language; for queries that do
    not go by day of change.

    Raises:
        SourceError: the first page cannot be read.
    """
    items: list[Item] = []
    problems: list[str] = []
    after = str(cursor.get("after") or "")
    started = (moment(cursor.get("started")) if after else None) or now
    since = (started - OVERLAP).isoformat(timespec="seconds")
    if wait is not None:
        since = min(since, str(cursor.get("waits") or since)) if after else since
    unfinished: dict[str, str] = {"started": started.isoformat(timespec="seconds"), "waits": since}
    if cursor.get("since"):
        unfinished["since"] = str(cursor["since"])
    most = int(options["limit"])

    def page(behind: str, size: int) -> tuple[list[sparql.Row], tuple[str, ...]]:
        return sparql.ask(fetcher, query(behind, size), "acts")

    def listing(cursor: dict[str, str]) -> Listing:
        return Listing(tuple(items), cursor, problems=tuple(dict.fromkeys(problems)))

    try:
        for rows, faults, cut in sparql.paged(page, after, min(_PAGE, max(most, 50)), most):
            problems += faults
            works = works_of(rows)
            found, item_faults = cellar.items_of(fetcher, works, options) if works else ([], [])
            problems += item_faults
            items += [item for item in found if option_values.has_words(item.title, options.get("title", ()))]
            if wait is not None:
                since = min([since, *_waiting(works, found, options, (started - wait).date().isoformat())])
                unfinished["waits"] = since
            after = rows[-1].get("key", after) if rows else after
            if cut:
                problems.append(
                    f"there is more than the {most:,} acts that a run lists (limit=); the rest comes next time"
                )
                return listing({**unfinished, "after": after})
    except SourceError as error:
        if not items:
            raise
        problems.append(f"the list broke off and goes on from there next time: {error}")
        return listing({**unfinished, "after": after})
    return listing({"since": since})


def _waiting(works: Iterable[cellar.Work], found: Iterable[Item], options: Options, oldest: str) -> list[str]:
    """The days of publication of recent works that lack an edition in a wanted language."""
    had = {item.key for item in found}
    return [
        work.published
        for work in works
        if work.published
        and work.published >= oldest
        and any(f"{work.name}/{language}" not in had for language in options["languages"])
    ]
