"""``dutybook watch show``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State


def command(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    limit: Annotated[int, typer.Option("--limit", min=1, help="So many items at most.")] = 30,
    *,
    as_json: options.Json = False,
) -> None:
    """Show a watch: what it is asked, its last runs, and its items with what became of them.

    \b
    Example: dutybook watch show feed-authority-example
    """
    from dataclasses import asdict

    from dutybook.cli.output import console, print_json, print_table, shorten, text
    from dutybook.cli.watch.listing import day_and_time, plain, standing
    from dutybook.pipeline.watching.definition import format_interval
    from dutybook.store import open_register
    from dutybook.store.watches import watch_files, watch_items
    from dutybook.store.watches.watches import named, runs

    state: State = context.obj
    with open_register(state.database, read_only=True, create=False) as register:
        watch = named(register, name)
        items = watch_items.items(register, watch.id)
        files = watch_files.files(register, watch.id)
        diary = runs(register, watch.id)
    if as_json:
        latest = [
            {**asdict(item.listed), **{k: v for k, v in asdict(item).items() if k != "listed"}}
            for item in items[:limit]
        ]
        for each in latest:
            each.pop("more")
            each["files"] = [asdict(file) for file in files if file.key == each["key"]]
        print_json({**plain(watch), "runs": [asdict(each) for each in diary], "shown_items": latest})
        return
    out = console()
    out.print(text((watch.name, "bold"), f": {watch.kind} {watch.target}"))
    options = {**watch.options, **watch.fetch_options, **watch.reading}
    out.print(
        text("asked: ", ", ".join(f"{key}={value}" for key, value in sorted(options.items())) or "nothing special")
    )
    out.print(text(f"every {format_interval(watch.every)}; added {day_and_time(watch.created)} by {watch.created_by}"))
    out.print(text(f"state: {standing(watch)}"))
    if diary:
        print_table(
            ("run", "listed", "fetched", "read", "unread", "what went wrong"),
            (
                (
                    day_and_time(each.started) + ("" if each.finished else " (not finished)"),
                    *(each.listed, each.fetched, each.read, each.unread),
                    shorten("; ".join(each.problems), 150),
                )
                for each in diary
            ),
            right=(1, 2, 3, 4),
        )
    newest = {file.key: file for file in reversed(files)}
    print_table(
        ("published", "item", "address", "state"),
        (
            (
                (item.listed.published or "")[:10],
                shorten(item.listed.title or item.listed.key, 60),
                item.listed.url,
                _state(
                    item.state,
                    item.error,
                    item.gone,
                    newest[item.listed.key].state if item.listed.key in newest else "",
                ),
            )
            for item in items[:limit]
        ),
    )
    if len(items) > limit:
        out.print(text(f"… and {len(items) - limit:,} more: --limit {len(items)}"))


def _state(state: str, error: str, gone: str | None, file: str) -> str:
    words = file if state == "kept" and file else state
    if error:
        words += f": {error}"
    return f"{words} (gone since {gone[:10]})" if gone else words
