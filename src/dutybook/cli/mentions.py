"""``dutybook mentions``: the notes in which somebody is named with @."""

from __future__ import annotations

from typing import Annotated

import typer

from dutybook.cli import options
from dutybook.cli.options import open_database, who
from dutybook.cli.output import print_json, print_table


def list_mentions(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="Whose; yours if not given.", show_default=False)
    ] = None,
    since: Annotated[str | None, typer.Option("--since", help="From this day on (UTC).", metavar="YYYY-MM-DD")] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="Show so many; 0: all.")] = 50,
    as_json: options.Json = False,
) -> None:
    """List the notes in which somebody is mentioned with @ and the name, the latest first.

    \b
    Example: dutybook review 2ce8 --note "@Anna Berg: is this ours?"
    Example: dutybook mentions "Anna Berg"
    """
    from dutybook.store.accounts import accounts_of
    from dutybook.store.accounts.people import people
    from dutybook.store.judgements.mentions import mentions_of
    from dutybook.store.search.filters import as_date

    as_date(since, "since")
    with open_database(context) as register:
        accounts = accounts_of(context.obj.database)
        names = [person.name for person in people(accounts)] if accounts.exists() else []
        found = mentions_of(register, who(name), names, since=since or "")[: limit or None]
        places = {norm.id: norm.place for norm in register.norms_by_id([one.norm for one in found])}
    if as_json:
        print_json(found)
        return
    rows = ((one.at[:16].replace("T", " "), one.by, one.norm[:8], places.get(one.norm, ""), one.text) for one in found)
    print_table(("when", "by", "norm", "place", "note"), rows)
