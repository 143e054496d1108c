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
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What to write: .xlsx, .csv, .jsonl or .ics.")],
    words: Annotated[str, typer.Option("--words", help="Only norms with these words, as in search.")] = "",
    alarm: Annotated[
        list[str] | None,
        typer.Option(
            "--alarm", help="Remind so long before (.ics): 30d, 2w, 12h, none. Given twice, twice.", metavar="TIME"
        ),
    ] = None,
    reader: Annotated[
        str, typer.Option("--reader", help="Language of headings and list values (.xlsx): en, de, fr.", metavar="CODE")
    ] = "en",
    *,
    filters: dict[str, Any],
) -> None:
    """Write the register, or what the filters leave of it, to a file; its extension names the format.

    \b
    Example: dutybook export duties.ics --deadline-after 2027-01-01 --language de
    """
    from datetime import UTC, datetime

    from dutybook.cli.output import console, count, text
    from dutybook.errors import BadFilter
    from dutybook.export import export

    state: State = context.obj
    chosen = {name: value for name, value in {"words": words, **filters}.items() if value}
    is_calendar = file.suffix.lower() == ".ics"
    if alarm and not is_calendar:
        raise BadFilter(
            f"only calendars have alarms: name a file that ends in .ics, or leave --alarm out for {file.name}"
        )
    calendar = _calendar(alarm) if is_calendar else None
    with _opened(state.database, remembers=is_calendar) as register:
        now = datetime.now(UTC)
        rows = export(register, file, chosen, calendar=calendar, reader=reader, now=now, base=Path.cwd())
    console().print(text(f"{file}: {count(rows, 'event' if is_calendar else 'row')}"))
    if is_calendar and register.read_only:
        says = "the database cannot be written, so it does not remember what this calendar was given: changes are counted anew"
        console(stderr=True).print(text((f"note: {says}", "yellow")))


def _calendar(alarm: list[str] | None) -> Calendar:
    from datetime import UTC, datetime

    from dutybook.export.ics import ALARMS, Calendar, alarms_of

    return Calendar(alarms_of(alarm) if alarm else ALARMS, datetime.now(UTC), Path.cwd())


def _opened(database: Path, *, remembers: bool) -> Register:
    """The register, for writing where a calendar is to be remembered and that can be done."""
    from dutybook.errors import RegisterUnwritable
    from dutybook.store import open_register

    if remembers:
        try:
            return open_register(database, create=False)
        except RegisterUnwritable:
            pass
    return open_register(database, read_only=True, create=False)
