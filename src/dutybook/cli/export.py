"""``dutybook export``: the register, or a part of it, as a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State
    from dutybook.export.ics import Calendar
    from dutybook.store import Register

NAME = "export"


@options.taking(options.FILTERS)
def command(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="What to write: .xlsx, .csv, .jsonl, .parquet, .ics, .yaml (CISO Assistant), .html, .md or .pdf.",
        ),
    ],
    words: Annotated[str, typer.Option("--words", help="Only norms with these words, as in search.")] = "",
    alarm: Annotated[
        list[str] | None,
        typer.Option(
            "--alarm", help="Remind so long before (.ics): 30d, 2w, 12h, none. Given twice, twice.", metavar="TIME"
        ),
    ] = None,
    reader: Annotated[
        str,
        typer.Option(
            "--reader", help="Language of headings and labels (.xlsx, .ics, reports): en, de, fr.", metavar="CODE"
        ),
    ] = "en",
    delimiter: Annotated[
        str | None, typer.Option("--delimiter", help="Between the cells of .csv: ; or , or tab.", metavar="SIGN")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="Title of a report or a requirements library.", metavar="WORDS")
    ] = None,
    *,
    filters: dict[str, Any],
) -> None:
    """Write the register, or what the filters leave of it, to a file; its extension names the format.

    \b
    Example: dutybook export duties.ics --deadline-after 2027-01-01 --language de
    Example: dutybook export act.pdf --work 32031R0777 --language en --reader de
    """
    from dutybook.cli.output import console, count, text
    from dutybook.errors import BadFilter
    from dutybook.export import export
    from dutybook.export.exporting import options_of_format

    state: State = context.obj
    chosen = {name: value for name, value in {"words": words, **filters}.items() if value}
    is_calendar = file.suffix.lower() == ".ics"
    if alarm and not is_calendar:
        raise BadFilter(
            f"only calendars have alarms: name a file that ends in .ics, or leave --alarm out for {file.name}"
        )
    calendar = _calendar(alarm) if is_calendar else None
    options: dict[str, object] = {
        name: value for name, value in {"delimiter": delimiter, "title": title}.items() if value is not None
    }
    options |= {name: value for name, value in _here().items() if name in options_of_format(file)}
    with _opened(state.database, remembers=is_calendar) as register:
        rows = export(register, file, chosen, reader=reader.lower(), options=options, calendar=calendar)
    console().print(text(f"{file}: {count(rows, 'event' if is_calendar else 'row')}"))
    if is_calendar and register.read_only:
        says = "the database cannot be written, so it does not remember what this calendar was given: changes are counted anew"
        console(stderr=True).print(text((f"note: {says}", "yellow")))


def _here() -> dict[str, object]:
    """The time and folder of the export, for formats that state them."""
    from datetime import UTC, date, datetime

    return {"today": date.today(), "now": datetime.now(UTC), "base": Path.cwd()}


def _calendar(alarm: list[str] | None) -> Calendar:
    from datetime import UTC, datetime

    from dutybook.export.ics import ALARMS, Calendar, alarms_of

    return Calendar(alarms_of(alarm) if alarm else ALARMS, datetime.now(UTC), Path.cwd())


def _opened(database: Path, *, remembers: bool) -> Register:
    """The register, opened for writing if a calendar is to be remembered and the file can be written."""
    from dutybook.errors import RegisterUnwritable
    from dutybook.store import open_register

    if remembers:
        try:
            return open_register(database, create=False)
        except RegisterUnwritable:
            pass
    return open_register(database, read_only=True, create=False)
