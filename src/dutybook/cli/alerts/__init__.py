"""``dutybook alerts``: who is notified of what, how often and where."""

from __future__ import annotations

import typer

from dutybook.cli.alerts import add, listing, outbox, preview, removing, run, state, trying

app = typer.Typer(
    name="alerts",
    help="Get notified of changes: new and changed norms, deadlines that come near, news about acts.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
for _module in (add, listing, preview, run, outbox, trying, state, removing):
    for _name, _command in _module.COMMANDS.items():
        app.command(name=_name)(_command)

__all__ = ["app"]
