"""``dutybook alerts preview``: what an alert would send now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State


def _preview(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The alert.")],
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the message as HTML to this file.", metavar="FILE")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show what an alert would tell now: what waits for it, and what happened since it was last looked for. Sends nothing."""
    from datetime import UTC, datetime

    from dutybook.alerts.management import entries, preview, preview_text
    from dutybook.cli.output import console, count, print_json, text
    from dutybook.cli.show import plain
    from dutybook.store import open_register
    from dutybook.store.alerts import alerts

    state: State = context.obj
    now = datetime.now(UTC)
    with open_register(state.database, create=False, read_only=True) as register:
        alert = alerts.alert_named(register, name)
        found = preview(register, alert, now)
    if as_json:
        print_json([plain(entry) for entry in entries(found, alert.reader, now, alert.zone)])
        return
    if html:
        from dutybook.alerts.channels.files import replace_file

        replace_file(html.absolute(), preview_text(alert, found, now, html=True).encode("utf-8", "replace"))
        console().print(text(f"{html}: {count(len(found), 'notice')}"))
        return
    if not found:
        console().print(text(("nothing to tell", "dim")))
        return
    console().print(text(preview_text(alert, found, now)))


COMMANDS = {"preview": _preview}
