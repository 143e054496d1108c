"""``dutybook alerts``: who is notified of what, how often and where."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import completion, options
from dutybook.cli.options import State, login_name, open_database
from dutybook.cli.output import count, print_json, print_table, print_text, shorten
from dutybook.errors import BadFilter

if TYPE_CHECKING:
    from dutybook.store import Register
    from dutybook.store.alerts.alerts import AlertRow

HELP = "Get notified of changes: new and changed norms, deadlines that come near, news about acts."
_Name = Annotated[str, typer.Argument(metavar="NAME", help="The alert.")]
_Since = Annotated[
    str | None, typer.Option("--since", help="Tell also what happened from this day on.", metavar="YYYY-MM-DD")
]


@options.taking(filters=options.FILTERS)
def add(
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
            help="What counts: new, changed (or tightened, relaxed, reworded …), repealed, deadline-moved, approaching, document, news, claims, procedures, evidence, all.",
            metavar="KINDS",
        ),
    ] = None,
    every: Annotated[
        str, typer.Option("--every", help='How often: now, "daily 07:30", "weekly fri 16:00".', metavar="WHEN")
    ] = "daily",
    zone: Annotated[
        str | None,
        typer.Option(
            "--zone",
            help="Whose hours and days count, such as Europe/Berlin; this machine's if not given.",
            metavar="ZONE",
        ),
    ] = None,
    days: Annotated[str, typer.Option("--days", help="So many days before a deadline.", metavar="N,N…")] = "90,30,7,1",
    reader: Annotated[
        str,
        typer.Option("--reader", help="Language of the messages.", metavar="CODE", autocompletion=completion.readers),
    ] = "en",
    since: _Since = None,
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
    from dutybook.alerts import management
    from dutybook.alerts.management import alert_as_json
    from dutybook.alerts.settings import local_zone, parse_days, parse_kinds
    from dutybook.store import Filters
    from dutybook.store.search.filters import as_date

    chosen = Filters(words=" ".join(words or []), **filters)
    if search and chosen.narrows:
        raise BadFilter("either a saved search (--search) or words and filters: give one of them")
    wanted = management.Wanted(
        name=name,
        filters=chosen,
        to=tuple(to or ()),
        kinds=parse_kinds(on or ()),
        days=parse_days(days),
        every=every,
        zone=zone or local_zone(),
        reader=reader,
        since=as_date(since, "since"),
        search=search,
    )
    with open_database(context, writes=True) as register:
        alert, waiting = management.add(register, wanted, now=datetime.now(UTC), by=login_name())
    if as_json:
        print_json(alert_as_json(alert) | {"waiting": waiting})
        return
    _print_alert(alert)
    if since:
        print_text(f"{count(waiting, 'notice')} from {since} on will be sent: dutybook alerts preview {name}")


def list_alerts(context: typer.Context, as_json: options.Json = False) -> None:
    """List alerts: what each counts, how often it tells, and where."""
    from dutybook.alerts.management import alert_as_json, describe_channel
    from dutybook.store.alerts import alerts, outbox

    with open_database(context) as register:
        found = alerts.all_alerts(register)
        counted = outbox.count_deliveries(register)
    if as_json:
        print_json([alert_as_json(alert) for alert in found])
        return
    if found:
        print_table(
            ("name", "state", "search", "tells", "to"),
            (
                (
                    alert.name,
                    alert.problem or alert.state,
                    shorten(_describe_search(alert), 50),
                    f"{alert.schedule} {alert.zone}",
                    "; ".join(describe_channel(channel) for channel in alert.channels),
                )
                for alert in found
            ),
        )
    waiting, dead = counted.get("outbox", 0), counted.get("dead", 0)
    print_text((f"{count(len(found), 'alert')}, {count(waiting, 'notice')} to send", "dim"))
    if dead:
        print_text((f"{count(dead, 'message')} did not arrive: dutybook alerts outbox --dead", "bold red"))


def show(
    context: typer.Context,
    name: _Name,
    as_json: options.Json = False,
) -> None:
    """Show an alert and its last messages."""
    from dutybook.alerts.management import alert_as_json, delivery_as_json, describe_channel
    from dutybook.store.alerts import alerts, outbox

    with open_database(context) as register:
        alert = alerts.alert_named(register, name)
        last = outbox.deliveries(register, alert=alert.id, limit=10)
        waiting = len(outbox.waiting(register, alert.id))
    if as_json:
        print_json(alert_as_json(alert) | {"waiting": waiting, "deliveries": [delivery_as_json(d) for d in last]})
        return
    _print_alert(alert)
    print_text("  ", ("waiting: ", "yellow"), count(waiting, "notice"))
    for one in last:
        when = (one.sent or one.created)[:16].replace("T", " ")
        print_text(
            "  ",
            (f"{one.state} ", "red" if one.state == "dead" else "green"),
            f"{when}  {count(one.number, 'notice')}  {describe_channel(one)}  ",
            (one.id, "dim"),
        )


def preview(
    context: typer.Context,
    name: _Name,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the message as HTML to this file.", metavar="FILE")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show what an alert would tell now: what waits for it, and what happened since it was last looked for. Sends nothing."""

    from dutybook.alerts import management
    from dutybook.alerts.entries import entries
    from dutybook.store.alerts import alerts

    now = datetime.now(UTC)
    with open_database(context) as register:
        alert = alerts.alert_named(register, name)
        found = management.preview(register, alert, now)
    if as_json:
        print_json(entries(found, alert.reader, now, alert.zone))
    elif html:
        from dutybook.alerts.channels.files import replace_file

        replace_file(html.absolute(), management.preview_text(alert, found, now, html=True).encode("utf-8", "replace"))
        print_text(f"{html}: {count(len(found), 'notice')}")
    else:
        print_text(management.preview_text(alert, found, now) if found else ("nothing to report", "dim"))


def run(context: typer.Context, as_json: options.Json = False) -> None:
    """Notice what happened since last time and send what is due. Exit code 2 if something did not arrive; it is tried again.

    Have it called every few minutes: digests go out at their hour, and what failed is sent again. Two at once do no harm.
    """
    from dutybook.alerts.collection import collect
    from dutybook.alerts.sending import send
    from dutybook.store.alerts import outbox

    state: State = context.obj
    now = datetime.now(UTC)
    with open_database(context, writes=True) as register:
        collected = collect(register, now=now)
    sent = send(state.database, now=now)
    with open_database(context) as register:
        following, waits = outbox.next_moment(register), outbox.count_deliveries(register).get("outbox", 0)
    problems = [*collected.problems, *sent.problems]
    if as_json:
        print_json(
            {
                "noticed": collected.noticed,
                "waiting": collected.waiting,
                "sent": sent.sent,
                "failed": sent.waiting,
                "dead": sent.dead,
                "problems": problems,
                "next": following,
            }
        )
        raise typer.Exit(2 if problems else 0)
    for problem in problems:
        print_text((problem, "bold red"), stderr=True)
    summary = f"{count(collected.noticed, 'thing')} noticed, {count(sent.sent, 'message')} sent"
    later = f"; {count(waits, 'notice')} to tell later" if waits else ""
    then = f"; next at {following[:16].replace('T', ' ')} UTC" if following else ""
    print_text(summary + later + then)
    if sent.dead:
        print_text((f"{count(sent.dead, 'message')} given up: dutybook alerts outbox --dead", "bold red"), stderr=True)
    raise typer.Exit(2 if problems else 0)


def list_outbox(
    context: typer.Context,
    dead: Annotated[bool, typer.Option("--dead", help="Only what was given up.")] = False,
    retry: Annotated[
        list[str] | None, typer.Option("--retry", help="Send this one again at the next run (or: dead).", metavar="ID")
    ] = None,
    show: Annotated[str | None, typer.Option("--show", help="Print all that this message tells.", metavar="ID")] = None,
    limit: options.Limit = 50,
    as_json: options.Json = False,
) -> None:
    """List messages, the newest first; those that were given up can be sent again.

    \b
    Example: dutybook alerts outbox --dead
    Example: dutybook alerts outbox --retry 3fa9
    """
    from dutybook.alerts.management import delivery_as_json, describe_channel
    from dutybook.store.alerts import outbox

    with open_database(context, writes=bool(retry)) as register:
        if show:
            _print_whole(register, show, as_json=as_json)
            return
        if retry:
            wanted: list[str] = []
            for one in retry:
                given_up = outbox.deliveries(register, states=["dead"], limit=-1) if one == "dead" else ()
                wanted += [d.id for d in given_up] if one == "dead" else [one]
            again = [outbox.retry(register, identity, datetime.now(UTC)) for identity in wanted]
            if as_json:
                print_json([delivery_as_json(d) for d in again])
            else:
                print_text(f"{count(len(again), 'message')} will be sent again: dutybook alerts run")
            return
        found = outbox.deliveries(register, states=["dead"] if dead else [], limit=limit)
        waits = outbox.count_deliveries(register).get("outbox", 0)
    if as_json:
        print_json([delivery_as_json(d) for d in found])
        return
    if found:
        print_table(
            ("id", "alert", "state", "to", "notices", "tries", "when", "problem"),
            (
                (
                    *(d.id[:8], d.name, d.state, describe_channel(d), d.number, d.attempts),
                    (d.sent or (d.next_try if d.state == "waiting" else d.created))[:16].replace("T", " "),
                    shorten(d.problem, 60) + (" (may have arrived)" if d.doubtful else ""),
                )
                for d in found
            ),
            right=(4, 5),
        )
    print_text((f"{count(len(found), 'message')}; {count(waits, 'notice')} not yet in one", "dim"))


def _print_whole(register: Register, identity: str, *, as_json: bool) -> None:

    from dutybook.alerts.entries import entries
    from dutybook.alerts.messages import whole_text
    from dutybook.store.alerts import outbox

    delivery = outbox.find_delivery(register, identity)
    events = outbox.of_delivery(register, delivery.id)
    found = entries(events, delivery.reader, datetime.fromisoformat(delivery.created), delivery.zone)
    if as_json:
        print_json(found)
    else:
        print_text(whole_text(delivery.name, delivery.reader, found))


def try_channels(context: typer.Context, name: _Name) -> None:
    """Send a test message to each place of an alert. Exit code 2 if one did not arrive."""

    from dutybook.alerts import management
    from dutybook.store.alerts import alerts

    with open_database(context) as register:
        alert = alerts.alert_named(register, name)
    results = management.try_channels(alert, datetime.now(UTC))
    for place, wrong in results:
        mark = ("failed", "bold red") if wrong else ("arrived", "green")
        print_text(mark, f"  {place}" + (f": {wrong}" if wrong else ""), stderr=bool(wrong))
    raise typer.Exit(2 if any(wrong for _, wrong in results) else 0)


def pause(context: typer.Context, name: _Name) -> None:
    """Pause an alert until it is resumed. Events during the pause are not reported afterwards, unless --since asks for them."""
    from dutybook.store.alerts import alerts

    with open_database(context, writes=True) as register:
        alert = alerts.alert_named(register, name)
        alerts.change_state(register, alert.id, alerts.PAUSED)
    print_text(f"{alert.name} tells nothing until: dutybook alerts resume {alert.name}")


def resume(
    context: typer.Context,
    name: _Name,
    since: _Since = None,
) -> None:
    """Have a paused alert tell again what happens from now on."""

    from dutybook.alerts import management
    from dutybook.store.alerts import alerts
    from dutybook.store.search.filters import as_date

    with open_database(context, writes=True) as register:
        alert = alerts.alert_named(register, name)
        waiting = management.resume(register, alert, now=datetime.now(UTC), since=as_date(since, "since"))
    print_text(f"{alert.name} tells again" + (f"; {count(waiting, 'notice')} waiting" if waiting else ""))


def remove(context: typer.Context, name: _Name) -> None:
    """Remove an alert and its unsent notices."""
    from dutybook.store.alerts import alerts

    with open_database(context, writes=True) as register:
        alert = alerts.alert_named(register, name)
        alerts.forget_alert(register, alert)
    print_text(f"removed: {alert.name}")


def _describe_search(alert: AlertRow) -> str:
    """The search of an alert as one would type it."""

    from dutybook.store.alerts.alerts import filters_as_json

    filters: dict[str, Any] = json.loads(filters_as_json(alert.search.filters))
    given = [f"--{name.replace('_', '-')} {value}" for name, value in filters.items()]
    return " ".join([alert.search.filters.words, *given]).strip() or "everything"


def _print_alert(alert: AlertRow) -> None:
    from dutybook.alerts.management import describe_channel

    state = (alert.state, "green" if alert.state == "active" else "yellow")
    print_text((alert.name, "bold"), "  ", state, "  ", (alert.id, "dim"))
    named = "" if alert.search.name == alert.name else f" (saved search {alert.search.name})"
    fields = [
        ("search", _describe_search(alert) + named),
        ("counts", ", ".join(sorted(alert.kinds))),
        ("days before", ", ".join(map(str, alert.days)) if "approaching" in alert.kinds else ""),
        ("tells", f"{alert.schedule}, {alert.zone}, in {alert.reader}"),
        *(("to", describe_channel(channel)) for channel in alert.channels),
        ("since", alert.since.replace("T", " ")),
        ("looked", alert.collected.replace("T", " ")),
        ("problem", alert.problem),
    ]
    for name, value in fields:
        if value:
            print_text("  ", (f"{name}: ", "yellow"), value)
