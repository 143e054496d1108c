"""``dutybook alerts pause`` and ``resume``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dutybook.cli.app import State

_Name = Annotated[str, typer.Argument(metavar="NAME", help="The alert.")]


def _pause(context: typer.Context, name: _Name) -> None:
    """Pause an alert until it is resumed. Events during the pause are not reported afterwards, unless --since asks for them."""
    from dutybook.cli.output import console, text
    from dutybook.store import open_register
    from dutybook.store.alerts import alerts

    state: State = context.obj
    with open_register(state.database, create=False) as register:
        alert = alerts.alert_named(register, name)
        alerts.change_state(register, alert.id, alerts.PAUSED)
    console().print(text(f"{alert.name} tells nothing until: dutybook alerts resume {alert.name}"))


def _resume(
    context: typer.Context,
    name: _Name,
    since: Annotated[
        str | None, typer.Option("--since", help="Tell also what happened from this day on.", metavar="YYYY-MM-DD")
    ] = None,
) -> None:
    """Have a paused alert tell again what happens from now on."""
    from datetime import UTC, datetime

    from dutybook.alerts.management import resume
    from dutybook.cli.output import console, count, text
    from dutybook.store import open_register
    from dutybook.store.alerts import alerts
    from dutybook.store.search.filters import as_date

    state: State = context.obj
    with open_register(state.database, create=False) as register:
        alert = alerts.alert_named(register, name)
        waiting = resume(register, alert, now=datetime.now(UTC), since=as_date(since, "since"))
    console().print(text(f"{alert.name} tells again" + (f"; {count(waiting, 'notice')} waiting" if waiting else "")))


COMMANDS = {"pause": _pause, "resume": _resume}
