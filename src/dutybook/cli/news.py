"""``dutybook news``: news about the law, event by event, and what became of announced dates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State
    from dutybook.store.news.entries import Entry, Expectation, Item

NAME = "news"

_STATES = {"expected": "yellow", "confirmed": "green", "contradicted": "bold red"}


def command(
    context: typer.Context,
    work: Annotated[
        str | None,
        typer.Argument(metavar="[ACT]", help="News about this act: an official number or part of its short title."),
    ] = None,
    since: Annotated[str | None, typer.Option("--since", help="Events from this day on.", metavar="YYYY-MM-DD")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also items that speak of no act and announce no date.")] = False,
    limit: options.Limit = 20,
    as_json: options.Json = False,
) -> None:
    """List news by event, the newest first: which act and norm they speak of, and whether announced dates came true.

    Items that tell of one event stand together. A date that was announced is expected until the act itself is in the register
    and confirms or contradicts it.

    \b
    Example: dutybook news "Harbour Data" --since 2031-01-01
    """
    from dutybook.cli.output import console, count, print_json, text
    from dutybook.cli.show import plain
    from dutybook.store import open_register
    from dutybook.store.news.entries import news
    from dutybook.store.search.filters import as_date

    state: State = context.obj
    day = as_date(since, "since")
    with open_register(state.database, read_only=True, create=False) as register:
        found = news(register, work, since=day.isoformat() if day else None, every=every, limit=limit)
    if as_json:
        print_json(
            [{"id": entry.id, "day": entry.day, "items": [plain(item) for item in entry.items]} for entry in found]
        )
        return
    for entry in found:
        _print(entry)
    console().print(text((count(len(found), "event"), "dim")))


def _print(entry: Entry) -> None:
    from dutybook.cli.output import console, text
    from dutybook.store.news.entries import acts_of

    out = console()
    first = entry.items[0]
    out.print(text((first.day or "no date", "bold"), "  ", (first.title, "bold")))
    if acts := acts_of(entry):
        out.print(
            text(
                "  on ",
                ("; ".join(title if title == work else f"{title} ({work})" for work, title in acts.items()), "cyan"),
            )
        )
    for item in entry.items:
        if item is not first:
            out.print(
                text(("  also ", "dim"), f"{item.day or 'no date'}  {item.title} ", (f"({item.language})", "dim"))
            )
        _tell(item)
    out.print()


def _tell(item: Item) -> None:
    from dutybook.cli.output import console, shorten, text

    out = console()
    for mention in item.mentions:
        if mention.place:
            where = mention.place + (f" → {mention.norm[:8]}" if mention.norm else "")
            out.print(text("    ", (where, "cyan"), f"  “{shorten(mention.quote, 90)}”"))
    for expectation in item.expectations:
        out.print(
            text(
                "    ",
                (expectation.state, _STATES.get(expectation.state, "")),
                f"  {describe_expectation(expectation)}",
            )
        )
    out.print(text((f"    {item.source}  {item.document[:8]}", "dim")))


def describe_expectation(expectation: Expectation) -> str:
    """``application 2027-07: “from July 2027”; the act says 2027-08-01``."""
    text = f"{expectation.type.replace('_', ' ')} {expectation.due}: “{expectation.quote}”"
    return text + (f"; the act says {expectation.actual}" if expectation.actual else "")
