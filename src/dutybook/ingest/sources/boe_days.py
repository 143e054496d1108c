"""The daily summaries of the BOE: one a day, none on most Sundays, sometimes two issues on one day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from dutybook.errors import SourceError
from dutybook.ingest.sources import option_values
from dutybook.ingest.sources.interface import Fetcher, Item, Listing, Options
from dutybook.ingest.sources.missing import is_missing
from dutybook.ingest.sources.responses import line, many, parsed_json

_ADDRESS = "https://www.boe.es/datosabiertos/api/boe/sumario/"
#: Days that a run lists: one request each.
_MOST_DAYS = 62
_ONE = timedelta(days=1)

#: An entry, its day, the options, and where problems go; an item, or None where it is none.
MakeItem = Callable[[dict[str, Any], str, Options, list[str]], Item | None]


def days_of(options: Options, since: date, fetcher: Fetcher, today: date, make: MakeItem) -> Listing:
    """All documents of the days from ``since`` to today.

    The cursor stays a day behind: a day may get a second issue, and today's may not be out yet.

    Raises:
        SourceError: a day cannot be had before anything was found.
    """
    items: dict[str, Item] = {}
    problems: list[str] = []
    current = since
    asked = 0
    while current <= today:
        if asked >= _MOST_DAYS or (len(items) >= int(options["limit"]) and current > since):
            problems.append(f"the list goes on from {current.isoformat()} next time")
            return _listing(items, max(since, current), problems)
        try:
            for item in _day(options, current, fetcher, make, problems):
                items.setdefault(item.key, item)
        except SourceError as error:
            if not items:
                raise
            problems.append(f"the list broke off and goes on from {current.isoformat()} next time: {error}")
            return _listing(items, current, problems)
        asked += 1
        current += _ONE
    return _listing(items, max(since, today - _ONE), problems)


def _listing(items: dict[str, Item], since: date, problems: list[str]) -> Listing:
    return Listing(tuple(items.values()), {"since": since.isoformat()}, problems=tuple(dict.fromkeys(problems)))


def _day(options: Options, which: date, fetcher: Fetcher, make: MakeItem, problems: list[str]) -> Iterator[Item]:
    try:
        answer = fetcher.get(f"{_ADDRESS}{which:%Y%m%d}", accept="application/json", robots=False)
        found, said = parsed_json(answer, f"the summary of {which.isoformat()}")
    except SourceError as error:
        # A day without a gazette.
        if is_missing(error):
            return
        raise
    problems += said
    data = found.get("data")
    summary = data.get("sumario") if isinstance(data, dict) else None
    if not isinstance(summary, dict) or "diario" not in summary:
        raise SourceError(f"the summary of {which.isoformat()} has no gazette in it")
    for issue in many(summary["diario"]):
        for section in many(issue.get("seccion")) if isinstance(issue, dict) else ():
            if not isinstance(section, dict) or line(section.get("codigo")).casefold() not in options["sections"]:
                continue
            for department in many(section.get("departamento")):
                if not isinstance(department, dict):
                    continue
                if not option_values.has_words(line(department.get("nombre")), options.get("departments", ())):
                    continue
                for entry in _entries(department):
                    item = make(entry, which.isoformat(), options, problems)
                    if item and option_values.has_words(item.title, options.get("title", ())):
                        yield item


def _entries(node: Any) -> Iterator[dict[str, Any]]:
    """The documents below a department: mostly under headings, at times without one."""
    for holder in many(node):
        if not isinstance(holder, dict):
            continue
        yield from (entry for entry in many(holder.get("item")) if isinstance(entry, dict))
        for name in ("epigrafe", "texto", "apartado"):
            yield from _entries(holder.get(name))
