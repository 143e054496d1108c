"""``dutybook watch pause``, ``resume`` and ``remove``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from dutybook.cli.app import State

Name = Annotated[str, typer.Argument(metavar="NAME")]


def pause(context: typer.Context, name: Name) -> None:
    """Let a watch rest until it is resumed.

    \b
    Example: dutybook watch pause feed-authority-example
    """
    _set(context, name, paused=True)


def resume(context: typer.Context, name: Name) -> None:
    """Resume a paused watch, or one that its source asked to wait.

    \b
    Example: dutybook watch resume feed-authority-example
    """
    _set(context, name, paused=False)


def remove(context: typer.Context, name: Name) -> None:
    """Remove a watch. Documents and files that came from it stay.

    \b
    Example: dutybook watch remove feed-authority-example
    """
    from dutybook.cli.output import console, text
    from dutybook.pipeline.watching.item_fetcher import folder_of
    from dutybook.store import open_register
    from dutybook.store.watches import watches

    state: State = context.obj
    with open_register(state.database, create=False) as register:
        watch = watches.remove(register, name)
    folder = folder_of(state.database, watch.name)
    kept = f" Its files are still in {folder}." if folder.is_dir() else ""
    console().print(text(f"{watch.name} is watched no more; its documents stay in the register.{kept}"))


def _set(context: typer.Context, name: str, *, paused: bool) -> None:
    from dutybook.cli.output import console, text
    from dutybook.store import open_register
    from dutybook.store.watches import watches

    state: State = context.obj
    with open_register(state.database, create=False) as register:
        watch = watches.pause(register, name, paused=paused)
    rests = "rests until: dutybook watch resume " + watch.name if paused else "is watched again"
    console().print(text(f"{watch.name} {rests}"))
