"""``dutybook watch``: sources that are checked regularly for new documents."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options
from dutybook.cli.options import By, State, open_database, who
from dutybook.cli.output import print_json, print_table, print_text, row_to_dict, shorten
from dutybook.errors import BadRequest

if TYPE_CHECKING:
    from dutybook.store.watches.watch_items import WatchFile, WatchItem
    from dutybook.store.watches.watches import Watch


HELP = """Watch sources: folders, feeds, portals, pages. What is new or changed there is fetched, read, compared with what was
known, and alerted on.

\b
Examples:
  dutybook watch add folder regulations/
  dutybook watch add feed https://authority.example/news.xml --every 1h
  dutybook watch add page https://authority.example/circulars --option links=*.pdf
  dutybook watch run                  look at those that are due
  dutybook watch run --every 15s      go on as a service
"""
_READING = ("language", "model", "tables", "no_ocr", "ocr_seconds")
#: Options of how a source is asked, which may be written with dashes.
_OURS = frozenset({"max_mb", "allow_downgrade"})
Name = Annotated[str, typer.Argument(metavar="NAME")]
Kind = Annotated[str | None, typer.Argument(help="a kind, to see how its targets are written and its own options")]


@options.taking(reading={name: options.READING[name] for name in _READING})
def add(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="folder, feed, page, eurlex …: dutybook watch kinds")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help="A folder, an address, a number or a query.")],
    name: Annotated[
        str | None, typer.Option("--name", help="What it is called; made from the target if left out.")
    ] = None,
    every: Annotated[
        str | None, typer.Option("--every", help="How often it is looked at: 30m, 1h, 1d.", metavar="TIME")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(
            "--option", help="An option of the source, or of how it is asked; again for more.", metavar="NAME=VALUE"
        ),
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Machines of the local network and this one may be asked, too.")
    ] = False,
    by: By = None,
    *,
    reading: dict[str, Any],
) -> None:
    """Watch a source from now on. Nothing is fetched before “dutybook watch run”.

    \b
    Example: dutybook watch add folder regulations/
    Example: dutybook watch add feed https://authority.example/news.xml --every 1h
    Example: dutybook watch add page https://authority.example/circulars --option links=*.pdf --option limit=30
    """
    from dutybook.pipeline.watching import definition

    state: State = context.obj
    wanted = definition.WatchDefinition(
        kind,
        target,
        name=name,
        every=every,
        options=_options(option or []),
        allow_private=allow_private,
        reading=_reading(reading),
    )
    watch = definition.add_watch(state.database, wanted, by=who(by), now=datetime.now(UTC))
    print_text(
        ("watched: ", "bold"),
        f"{watch.name} ({watch.kind} {watch.target}), every {definition.format_interval(watch.every)}. Look at it now: "
        f"dutybook watch run {watch.name}",
    )


def _options(written: list[str]) -> dict[str, str]:

    found: dict[str, str] = {}
    for each in written:
        name, equals, value = each.partition("=")
        name = name.strip().replace("-", "_") if name.strip().replace("-", "_") in _OURS else name.strip()
        if not equals or not name:
            raise BadRequest(f"--option {each!r} is no option. Write --option NAME=VALUE.")
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _reading(given: dict[str, Any]) -> dict[str, Any]:
    """The options that differ from their defaults."""
    from dutybook.pipeline.config import Config

    default = Config()
    asked = options.analysis_settings(given)
    return {name: value for name, value in asked.items() if value != getattr(default, name)}


def list_watches(context: typer.Context, *, as_json: options.Json = False) -> None:
    """List the watches: when each was looked at last, what it has, what failed.

    “gone” counts what a source has no more; what was read of it stays in the register.

    \b
    Example: dutybook watch list
    """
    from dutybook.pipeline.watching.definition import format_interval
    from dutybook.store.watches.watches import watches

    with open_database(context) as register:
        found = watches(register)
    if as_json:
        print_json([_watch_to_dict(watch) for watch in found])
        return
    if not found:
        print_text("nothing is watched yet: dutybook watch add folder regulations/")
        return
    print_table(
        ("name", "kind", "target", "every", "last run", "items", "waiting", "failed", "unread", "gone", "state"),
        (
            (
                *(watch.name, watch.kind, shorten(watch.target, 50), format_interval(watch.every)),
                _day_and_time(watch.last_run) or "never",
                *(watch.items, watch.waiting or "", watch.failed or "", watch.unread or "", watch.gone or ""),
                shorten(_standing(watch), 60),
            )
            for watch in found
        ),
        right=(5, 6, 7, 8, 9),
    )


def _standing(watch: Watch) -> str:
    """The state of a watch in a few words."""
    if watch.paused:
        return "paused"
    if watch.error:
        until = f"; not before {_day_and_time(watch.not_before)}" if watch.not_before else ""
        return f"failed {watch.failures}×: {watch.error}{until}"
    return "ok" if watch.last_run else "new"


def _day_and_time(moment: str | None) -> str:
    """A time (ISO 8601, UTC) for people; empty for none."""
    return f"{moment[:10]} {moment[11:16]}" if moment else ""


def _watch_to_dict(watch: Watch) -> dict[str, Any]:
    """A watch as JSON, without what only runs need."""
    hidden = {"cursor", "holder", "claimed_until"}
    return {name: value for name, value in row_to_dict(watch).items() if name not in hidden}


def show(
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
    from dutybook.pipeline.watching.definition import format_interval
    from dutybook.store.watches import watch_items
    from dutybook.store.watches.watches import named, runs

    with open_database(context) as register:
        watch = named(register, name)
        items = watch_items.items(register, watch.id)
        files = watch_items.files(register, watch.id)
        diary = runs(register, watch.id)
    if as_json:
        latest = [
            {k: v for k, v in (row_to_dict(item.listed) | row_to_dict(item)).items() if k not in ("listed", "more")}
            | {"files": [file for file in files if file.key == item.listed.key]}
            for item in items[:limit]
        ]
        print_json({**_watch_to_dict(watch), "runs": diary, "shown_items": latest})
        return
    print_text((watch.name, "bold"), f": {watch.kind} {watch.target}")
    options = {**watch.options, **watch.fetch_options, **watch.reading}
    print_text("asked: ", ", ".join(f"{key}={value}" for key, value in sorted(options.items())) or "nothing special")
    print_text(f"every {format_interval(watch.every)}; added {_day_and_time(watch.created)} by {watch.created_by}")
    print_text(f"state: {_standing(watch)}")
    if diary:
        print_table(
            ("run", "listed", "fetched", "read", "unread", "what went wrong"),
            (
                (
                    _day_and_time(each.started) + ("" if each.finished else " (not finished)"),
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
                _item_state(item, newest.get(item.listed.key)),
            )
            for item in items[:limit]
        ),
    )
    if len(items) > limit:
        print_text(f"… and {len(items) - limit:,} more: --limit {len(items)}")


def _item_state(item: WatchItem, file: WatchFile | None) -> str:
    words = file.state if item.state == "kept" and file and file.state else item.state
    words += f": {item.error}" if item.error else ""
    return f"{words} (gone since {item.gone[:10]})" if item.gone else words


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
    from dutybook.pipeline.watching.item_fetcher import folder_of
    from dutybook.store.watches import watches

    state: State = context.obj
    with open_database(context, writes=True) as register:
        watch = watches.remove(register, name)
    folder = folder_of(state.database, watch.name)
    kept = f" Its files are still in {folder}." if folder.is_dir() else ""
    print_text(f"{watch.name} is watched no more; its documents stay in the register.{kept}")


def _set(context: typer.Context, name: str, *, paused: bool) -> None:
    from dutybook.store.watches import watches

    with open_database(context, writes=True) as register:
        watch = watches.pause(register, name, paused=paused)
    rests = "rests until: dutybook watch resume " + watch.name if paused else "is watched again"
    print_text(f"{watch.name} {rests}")


def list_kinds(context: typer.Context, kind: Kind = None, *, as_json: options.Json = False) -> None:  # noqa: ARG001 - as all commands
    """List the kinds of sources, and the options by which any of them is asked.

    \b
    Examples:
      dutybook watch kinds
      dutybook watch kinds eurlex
    """
    from dutybook.ingest import sources
    from dutybook.pipeline.watching.definition import OPTIONS, format_interval

    if kind is not None:
        _print_kind(kind, as_json=as_json)
        return
    rows = []
    for kind in sources.kinds():
        try:
            source = sources.source_of(kind)
            rows.append((kind, format_interval(sources.default_interval(source)), source.help))
        except BadRequest as error:
            rows.append((kind, "", str(error)))
    if as_json:
        print_json([{"kind": kind, "every": every, "help": says} for kind, every, says in rows])
        return
    print_table(("kind", "every", "what it is"), rows)
    print_text("Options of every kind (--option NAME=VALUE):")
    for name, says in OPTIONS.items():
        print_text(f"  {name}: {says}")


def _print_kind(kind: str, *, as_json: bool) -> None:
    from dutybook.ingest import sources
    from dutybook.pipeline.watching.definition import format_interval

    source = sources.source_of(kind)
    own: dict[str, str] = dict(getattr(source, "options", {}))
    written = str(getattr(source, "written", ""))
    if as_json:
        every = format_interval(sources.default_interval(source))
        print_json({"kind": kind, "every": every, "help": source.help, "target": written, "options": own})
        return
    print_text(f"{kind}: {source.help}")
    if written:
        print_text(f"Target: {written}")
    if own:
        print_text("Options (--option NAME=VALUE):")
    for name, says in own.items():
        print_text(f"  {name}: {says}")
