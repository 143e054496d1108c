"""``dutybook alerts run``: detect events and send what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State


def _run(context: typer.Context, as_json: options.Json = False) -> None:
    """Notice what happened since last time and send what is due. Exit code 2 if something did not arrive; it is tried again.

    Have it called every few minutes: digests go out at their hour, and what failed is sent again. Two at once do no harm.
    """
    from datetime import UTC, datetime

    from dutybook.alerts.collection import collect
    from dutybook.alerts.sending import send
    from dutybook.cli.output import console, count, print_json, text
    from dutybook.store import open_register
    from dutybook.store.alerts import outbox

    state: State = context.obj
    now = datetime.now(UTC)
    with open_register(state.database, create=False) as register:
        collected = collect(register, now=now)
    sent = send(state.database, now=now)
    with open_register(state.database, create=False, read_only=True) as register:
        following, waits = outbox.next_moment(register), outbox.counts(register).get("outbox", 0)
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
    out, errors = console(), console(stderr=True)
    for problem in problems:
        errors.print(text((problem, "bold red")))
    summary = f"{count(collected.noticed, 'thing')} noticed, {count(sent.sent, 'message')} sent"
    later = f"; {count(waits, 'notice')} to tell later" if waits else ""
    then = f"; next at {following[:16].replace('T', ' ')} UTC" if following else ""
    out.print(text(summary + later + then))
    if sent.dead:
        errors.print(text((f"{count(sent.dead, 'message')} given up: dutybook alerts outbox --dead", "bold red")))
    raise typer.Exit(2 if problems else 0)


COMMANDS = {"run": _run}
