"""``dutybook alerts add``: an alert on a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State


@options.taking(options.FILTERS)
def _add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="What the alert is called.")],
    words: Annotated[list[str] | None, typer.Argument(metavar="[WORDS]...", help="Words, as in search.")] = None,
    to: Annotated[
        list[str] | None,
        typer.Option(
            "--to",
            help="Where: mailto:WHO, https://HOOK, slack:env:NAME, teams:env:NAME, apprise:env:NAME, atom:FILE.xml, file:FILE.jsonl.",
            metavar="TARGET",
        ),
    ] = None,
    on: Annotated[
        list[str] | None,
        typer.Option(
            "--on",
            help="What counts: new, changed (or tightened, relaxed, reworded …), repealed, deadline-moved, approaching, document, news, expected, all.",
            metavar="KINDS",
        ),
    ] = None,
    every: Annotated[
        str, typer.Option("--every", help='How often: now, "daily 07:30", "weekly fri 16:00".', metavar="WHEN")
    ] = "daily",
    zone: Annotated[
        str, typer.Option("--zone", help="Whose hours and days count, such as Europe/Berlin.", metavar="ZONE")
    ] = "UTC",
    days: Annotated[str, typer.Option("--days", help="So many days before a deadline.", metavar="N,N…")] = "90,30,7,1",
    reader: Annotated[str, typer.Option("--reader", help="Language of the messages.", metavar="CODE")] = "en",
    since: Annotated[
        str | None,
        typer.Option("--since", help="Tell also what happened from this day on.", metavar="YYYY-MM-DD"),
    ] = None,
    search: Annotated[
        str | None,
        typer.Option("--search", help="Rest on this saved search instead of words and filters.", metavar="NAME"),
    ] = None,
    as_json: options.Json = False,
    *,
    filters: dict[str, Any],
) -> None:
    """Get notified of changes in what a search finds. What is in the register now counts as known: the alert begins with what comes.

    Passwords and addresses that hold tokens are not kept: name where they are, env:NAME or file:PATH.

    \b
    Example: dutybook alerts add incidents "incident report" --bearer provider --on changed,approaching --to file:alerts.jsonl --every now
    By mail: dutybook alerts add dora --work 32022R2554 --reader de --every "weekly mon 08:00" --zone Europe/Berlin \\
             --to "mailto:anna@example.org#smtp=mail.example.org:587&user=bot&password=env:SMTP_PASSWORD&from=bot@example.org"
    """
    from datetime import UTC, datetime

    from dutybook.alerts.management import Wanted, add
    from dutybook.alerts.settings import parse_days, parse_kinds
    from dutybook.cli.alerts.output import alert_as_json, describe_alert
    from dutybook.cli.output import console, count, print_json, text
    from dutybook.errors import BadFilter
    from dutybook.store import Filters, open_register
    from dutybook.store.search.filters import as_date

    state: State = context.obj
    chosen = Filters(words=" ".join(words or []), **filters)
    if search and chosen.narrows:
        raise BadFilter("either a saved search (--search) or words and filters: give one of them")
    wanted = Wanted(
        name=name,
        filters=chosen,
        to=tuple(to or ()),
        kinds=parse_kinds(on or ()),
        days=parse_days(days),
        every=every,
        zone=zone,
        reader=reader,
        since=as_date(since, "since"),
        search=search,
    )
    with open_register(state.database, create=False) as register:
        alert, waiting = add(register, wanted, now=datetime.now(UTC), by=_user())
    if as_json:
        print_json(alert_as_json(alert) | {"waiting": waiting})
        return
    out = console()
    for line in describe_alert(alert):
        out.print(line)
    if since:
        out.print(text(f"{count(waiting, 'notice')} from {since} on will be sent: dutybook alerts preview {name}"))


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


COMMANDS = {"add": _add}
