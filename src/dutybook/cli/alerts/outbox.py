"""``dutybook alerts outbox``: messages, what became of them, and sending them again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State


def _outbox(
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
    from datetime import UTC, datetime

    from dutybook.cli.alerts.output import delivery_as_json, describe_channel
    from dutybook.cli.output import console, count, print_json, print_table, shorten, text
    from dutybook.store import open_register
    from dutybook.store.alerts import outbox

    state: State = context.obj
    out = console()
    with open_register(state.database, create=False, read_only=not retry) as register:
        if show:
            _print_whole(register, show, as_json=as_json)
            return
        if retry:
            wanted = [
                i
                for r in retry
                for i in (
                    [d.id for d in outbox.deliveries(register, states=["dead"], limit=-1)] if r == "dead" else [r]
                )
            ]
            again = [outbox.retry(register, identity, datetime.now(UTC)) for identity in wanted]
            print_json([delivery_as_json(d) for d in again]) if as_json else out.print(
                text(f"{count(len(again), 'message')} will be sent again: dutybook alerts run")
            )
            return
        found = outbox.deliveries(register, states=["dead"] if dead else [], limit=limit)
        waits = outbox.counts(register).get("outbox", 0)
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
    out.print(text((f"{count(len(found), 'message')}; {count(waits, 'notice')} not yet in one", "dim")))


def _print_whole(register: object, identity: str, *, as_json: bool) -> None:
    from datetime import datetime
    from typing import cast

    from dutybook.alerts.management import entries
    from dutybook.alerts.sending import whole_text
    from dutybook.cli.output import console, print_json, text
    from dutybook.cli.show import plain
    from dutybook.store import Register
    from dutybook.store.alerts import alert_events, outbox

    opened = cast(Register, register)
    delivery = outbox.one(opened, identity)
    found = entries(
        alert_events.of_delivery(opened, delivery.id),
        delivery.reader,
        datetime.fromisoformat(delivery.created),
        delivery.zone,
    )
    if as_json:
        print_json([plain(entry) for entry in found])
    else:
        console().print(text(whole_text(delivery.name, delivery.reader, found)))


COMMANDS = {"outbox": _outbox}
