"""``dutybook alerts test``: a message to each place of an alert that says that it is a test."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dutybook.cli.app import State


def _test(context: typer.Context, name: Annotated[str, typer.Argument(metavar="NAME", help="The alert.")]) -> None:
    """Send a test message to each place of an alert. Exit code 2 if one did not arrive."""
    from datetime import UTC, datetime

    from dutybook.alerts.management import try_channels
    from dutybook.cli.output import console, text
    from dutybook.store import open_register
    from dutybook.store.alerts import alerts

    state: State = context.obj
    with open_register(state.database, create=False, read_only=True) as register:
        alert = alerts.alert_named(register, name)
    results = try_channels(alert, datetime.now(UTC))
    for place, wrong in results:
        mark = ("failed", "bold red") if wrong else ("arrived", "green")
        console(stderr=bool(wrong)).print(text(mark, f"  {place}" + (f": {wrong}" if wrong else "")))
    raise typer.Exit(2 if any(wrong for _, wrong in results) else 0)


COMMANDS = {"test": _test}
