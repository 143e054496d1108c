"""``dutybook alerts remove``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dutybook.cli.app import State


def _remove(context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME", help="The alert.")]) -> None:
    """Remove an alert and its unsent notices."""
    from dutybook.cli.output import console, text
    from dutybook.store import open_register
    from dutybook.store.alerts import alerts

    state: State = context.obj
    with open_register(state.database, create=False) as register:
        alert = alerts.alert_named(register, name)
        alerts.forget_alert(register, alert)
    console().print(text(f"removed: {alert.name}"))


COMMANDS = {"remove": _remove}
