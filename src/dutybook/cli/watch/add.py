"""``dutybook watch add``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options, who

if TYPE_CHECKING:
    from dutybook.cli.app import State

_READING = {name: options.READING[name] for name in ("language", "model", "tables", "no_ocr", "ocr_seconds")}


@options.taking(_READING)
def command(
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
    by: who.By = None,
    *,
    reading: dict[str, Any],
) -> None:
    """Watch a source from now on. Nothing is fetched before “dutybook watch run”.

    \b
    Example: dutybook watch add folder regulations/
    Example: dutybook watch add feed https://authority.example/news.xml --every 1h
    Example: dutybook watch add page https://authority.example/circulars --option links=*.pdf --option limit=30
    """
    from datetime import UTC, datetime

    from dutybook.cli.output import console, text
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
    watch = definition.add_watch(state.database, wanted, by=who.who(by), now=datetime.now(UTC))
    console().print(
        text(
            ("watched: ", "bold"),
            f"{watch.name} ({watch.kind} {watch.target}), every {definition.format_interval(watch.every)}. Look at it now: "
            f"dutybook watch run {watch.name}",
        )
    )


def _options(written: list[str]) -> dict[str, str]:
    from dutybook.errors import BadRequest

    found: dict[str, str] = {}
    for each in written:
        name, equals, value = each.partition("=")
        name = name.strip().replace("-", "_") if name.strip().replace("-", "_") in _OURS else name.strip()
        if not equals or not name:
            raise BadRequest(f"--option {each!r} is no option. Write --option NAME=VALUE.")
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


#: Options of how a source is asked, which may be written with dashes.
_OURS = frozenset({"max_mb", "allow_downgrade"})


def _reading(given: dict[str, Any]) -> dict[str, Any]:
    """The options that differ from their defaults."""
    from dutybook.pipeline.config import Config

    asked = {
        "language": given["language"],
        "model": given["model"],
        "tables": given["tables"].value,
        "ocr": not given["no_ocr"],
        "ocr_seconds": given["ocr_seconds"],
    }
    default = Config()
    return {name: value for name, value in asked.items() if value != getattr(default, name)}
