"""Lists the works of publishers in pages of rows, by key, and continues where a list was cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from dutybook.ingest.sources.interface import Cursor, Item, Listing, Options, Page, collect
from dutybook.ingest.sources.responses import moment, to_iso_date

#: How far back a list looks behind what it has seen: stores may hold a change some time after the moment that they state.
OVERLAP = timedelta(days=2)
PAGE = 1000
#: How far back the first listing goes if the user does not say.
_START = timedelta(days=7)

#: The values of a work by name, as text; ``key`` is what rows are in order of.
Row = dict[str, str]
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
    """What was found for a page of rows: items, problems, and the days of publication of works whose texts are awaited."""

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


def parse_since(cursor: Cursor, options: Options, now: datetime) -> datetime:
    """The time from which on a list is asked for: the cursor's, the user's, or a week ago."""
    since = moment(cursor.get("since"))
    if since is None:
        since = datetime.combine(date.fromisoformat(parse_day(cursor, options, now)), time(), UTC)
    return since


def parse_day(cursor: Cursor, options: Options, now: datetime) -> str:
    """The day from which on a list is asked for: the cursor's, the user's, or that of a week ago."""
    day: str = to_iso_date(cursor.get("since")) or options.get("from") or (now - _START).date().isoformat()
    return day
