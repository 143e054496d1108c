"""``dutybook timeline``: the dates of an act and of its norms, as a table or as an image."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from datetime import date

    from dutybook.cli.app import State
    from dutybook.export.timeline import Timeline

NAME = "timeline"


def command(
    context: typer.Context,
    work: options.Work = None,
    document: options.Document = None,
    language: options.Language = None,
    svg: Annotated[Path | None, typer.Option("--svg", help="Draw it into this file.", metavar="FILE")] = None,
    today: Annotated[
        str | None, typer.Option("--today", help="Mark this day instead of today.", metavar="YYYY-MM-DD")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Show the dates of an act and of its norms in order; with --svg as a picture for browsers and documents.

    \b
    Example: dutybook timeline --work 32031R0777 --svg timeline.svg
    """
    from datetime import date

    from dutybook.cli.output import console, count, print_json, text
    from dutybook.cli.show import plain
    from dutybook.errors import BadFilter
    from dutybook.export.exporting import replacing
    from dutybook.export.timeline import timeline_of
    from dutybook.store import open_register
    from dutybook.store.search.filters import as_date

    state: State = context.obj
    day = as_date(today, "today") or date.today()
    if svg is not None and svg.suffix.lower() != ".svg":
        raise BadFilter(f"the picture is an SVG file: name one that ends in .svg, not {svg.name}")
    filters = {"work": _one("--work", work), "document": document, "language": _one("--language", language)}
    with open_register(state.database, read_only=True, create=False) as register:
        timeline = timeline_of(register, {name: value for name, value in filters.items() if value})
    if svg is not None:
        from dutybook.export.timeline_picture import svg_of

        with replacing(svg) as part:
            part.write_text(svg_of(timeline, day), encoding="utf-8", newline="\n")
        console().print(text(f"{svg}: {count(len(timeline.items), 'date')}"))
    elif as_json:
        print_json(plain(timeline))
    else:
        _print(timeline, day)


def _print(timeline: Timeline, today: date) -> None:
    from dutybook.cli.output import MODALITY_STYLE, console, count, print_table, shorten, text

    out = console()
    number = f" ({timeline.number})" if timeline.number else ""
    out.print(text((timeline.title, "bold"), f"{number}, {timeline.language}: {count(len(timeline.items), 'date')}"))
    if timeline.items:
        print_table(
            ("date", "what", "who or what", "place", "id"),
            (
                (
                    f"{item.day}{' ↻' if item.returns else ''}",
                    item.kind if item.kind in MODALITY_STYLE else "from event" if item.kind == "event" else "act",
                    shorten(item.label, 90),
                    item.place,
                    item.id[:8],
                )
                for item in timeline.items
            ),
        )
    coming = sum(item.day >= today for item in timeline.items)
    undated = f"; {count(timeline.undated, 'further deadline')} without a date of its own" if timeline.undated else ""
    out.print(text((f"{coming:,} from {today} on{undated}", "dim")))


def _one(option: str, values: list[str] | None) -> str | None:
    from dutybook.errors import BadFilter

    if values and len(values) > 1:
        raise BadFilter(f"a timeline shows one act in one language: give {option} once")
    return values[0] if values else None
