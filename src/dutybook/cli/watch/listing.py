"""``dutybook watch list``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State
    from dutybook.store.watches.watches import Watch


def command(context: typer.Context, *, as_json: options.Json = False) -> None:
    """List the watches: when each was looked at last, what it has, what failed.

    “gone” counts what a source has no more; what was read of it stays in the register.

    \b
    Example: dutybook watch list
    """
    from dutybook.cli.output import console, print_json, print_table, shorten, text
    from dutybook.pipeline.watching.definition import format_interval
    from dutybook.store import open_register
    from dutybook.store.watches.watches import watches

    state: State = context.obj
    with open_register(state.database, read_only=True, create=False) as register:
        found = watches(register)
    if as_json:
        print_json([plain(watch) for watch in found])
        return
    if not found:
        console().print(text("nothing is watched yet: dutybook watch add folder regulations/"))
        return
    print_table(
        ("name", "kind", "target", "every", "last run", "items", "waiting", "failed", "unread", "gone", "state"),
        (
            (
                *(watch.name, watch.kind, shorten(watch.target, 50), format_interval(watch.every)),
                day_and_time(watch.last_run) or "never",
                *(watch.items, watch.waiting or "", watch.failed or "", watch.unread or "", watch.gone or ""),
                shorten(standing(watch), 60),
            )
            for watch in found
        ),
        right=(5, 6, 7, 8, 9),
    )


def standing(watch: Watch) -> str:
    """The state of a watch in a few words."""
    if watch.paused:
        return "paused"
    if watch.error:
        until = f"; not before {day_and_time(watch.not_before)}" if watch.not_before else ""
        return f"failed {watch.failures}×: {watch.error}{until}"
    return "ok" if watch.last_run else "new"


def day_and_time(moment: str | None) -> str:
    """A time (ISO 8601, UTC) for people; empty for none."""
    return f"{moment[:10]} {moment[11:16]}" if moment else ""


def plain(watch: Watch) -> dict[str, Any]:
    """A watch as JSON, without the internal cursor."""
    from dataclasses import asdict

    hidden = {"cursor", "holder", "held_until"}
    return {name: value for name, value in asdict(watch).items() if name not in hidden}
