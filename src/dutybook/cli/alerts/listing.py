"""``dutybook alerts list`` and ``show``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State


def _list(context: typer.Context, as_json: options.Json = False) -> None:
    """List alerts: what each counts, how often it tells, and where."""
    from dutybook.cli.alerts.output import alert_as_json, describe_channel, describe_search
    from dutybook.cli.output import console, count, print_json, print_table, shorten, text
    from dutybook.store import open_register
    from dutybook.store.alerts import alerts, outbox

    state: State = context.obj
    with open_register(state.database, create=False, read_only=True) as register:
        found = alerts.all_alerts(register)
        counted = outbox.counts(register)
    if as_json:
        print_json([alert_as_json(alert) for alert in found])
        return
    out = console()
    if found:
        print_table(
            ("name", "state", "search", "tells", "to"),
            (
                (
                    alert.name,
                    alert.problem or alert.state,
                    shorten(describe_search(alert), 50),
                    f"{alert.schedule} {alert.zone}",
                    "; ".join(describe_channel(channel) for channel in alert.channels),
                )
                for alert in found
            ),
        )
    waiting, dead = counted.get("outbox", 0), counted.get("dead", 0)
    out.print(text((f"{count(len(found), 'alert')}, {count(waiting, 'notice')} to tell", "dim")))
    if dead:
        out.print(text((f"{count(dead, 'message')} did not arrive: dutybook alerts outbox --dead", "bold red")))


def _show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The alert.")],
    as_json: options.Json = False,
) -> None:
    """Show an alert and its last messages."""
    from dutybook.cli.alerts.output import alert_as_json, delivery_as_json, describe_alert, describe_channel
    from dutybook.cli.output import console, count, print_json, text
    from dutybook.store import open_register
    from dutybook.store.alerts import alert_events, alerts, outbox

    state: State = context.obj
    with open_register(state.database, create=False, read_only=True) as register:
        alert = alerts.alert_named(register, name)
        last = outbox.deliveries(register, alert=alert.id, limit=10)
        waiting = len(alert_events.waiting(register, alert.id))
    if as_json:
        print_json(alert_as_json(alert) | {"waiting": waiting, "deliveries": [delivery_as_json(d) for d in last]})
        return
    out = console()
    for line in describe_alert(alert):
        out.print(line)
    out.print(text("  ", ("waiting: ", "yellow"), count(waiting, "notice")))
    for one in last:
        when = (one.sent or one.created)[:16].replace("T", " ")
        out.print(
            text(
                "  ",
                (f"{one.state} ", "red" if one.state == "dead" else "green"),
                f"{when}  {count(one.number, 'notice')}  {describe_channel(one)}  ",
                (one.id, "dim"),
            )
        )


COMMANDS = {"list": _list, "show": _show}
