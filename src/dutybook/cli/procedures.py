"""``dutybook procedures``: acts in the making, how far each has come, and consultations that end soon."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from dutybook.cli import options
from dutybook.cli.options import open_database
from dutybook.cli.output import count, print_json, print_text, shorten

if TYPE_CHECKING:
    from dutybook.store.news.procedures import ProcedureRow, StepRow

_STYLES = {"stated": "green", "reported": "green", "announced": "yellow", "superseded": "dim"}


def list_procedures(
    context: typer.Context,
    work: Annotated[
        str | None,
        typer.Argument(metavar="[ACT]", help="Only this act: an official number, part of its short title, or its id."),
    ] = None,
    state: Annotated[
        list[str] | None,
        typer.Option(
            "--state",
            help="Only those that are proposed, consultation, general_approach, trilogue, adopted, published, in_force or withdrawn; may be given again.",
        ),
    ] = None,
    ends_within: Annotated[
        int | None,
        typer.Option(
            "--ends-within", min=0, max=3650, help="Only consultations that end within so many days.", metavar="DAYS"
        ),
    ] = None,
    today: Annotated[
        str | None, typer.Option("--today", help="As of this day instead of today.", metavar="YYYY-MM-DD")
    ] = None,
    limit: options.Limit = 20,
    as_json: options.Json = False,
) -> None:
    """List acts in the making with their state and its dates, each with the words and the document that say so; consultations
    that end soonest come first.

    A date that was announced stands until a later document reports it, or has another one: then it is superseded.

    \b
    Example: dutybook procedures --ends-within 30
    Example: dutybook procedures --state trilogue,adopted --json
    """
    from dutybook.store.news.procedures import procedures
    from dutybook.store.search.filters import as_date

    states = [one.strip() for part in state or [] for one in part.split(",") if one.strip()]
    day = as_date(today, "today") or date.today()
    with open_database(context) as register:
        found = procedures(register, work, states=states, ends_within=ends_within, today=day)
    if as_json:
        print_json(found[:limit])
        return
    for row in found[:limit]:
        _print_procedure(row)
    print_text((count(len(found), "procedure"), "dim"))


def _print_procedure(row: ProcedureRow) -> None:
    name = row.title if not row.work or row.work == row.title else f"{row.title} ({row.work})"
    print_text((name, "bold"))
    state = (row.state or "announced").replace("_", " ") + (f" since {row.since}" if row.since else "")
    print_text(
        "  ", (state, "cyan"), (f"  consultation open until {row.open_until}" if row.open_until else "", "bold yellow")
    )
    for step in row.dates:
        _print_step(step)
    print_text()


def _print_step(step: StepRow) -> None:
    """``reported  adopted 2031-03-03 (before: 2031-02)  “Parliament adopted …”``."""
    when = step.due or (f"by {step.day}" if step.day else "no date")
    before = f" (before: {step.supersedes})" if step.supersedes else ""
    words = f"  {step.step.replace('_', ' ')} {when}{before}  “{shorten(step.quote, 110)}”"
    print_text("    ", (step.status, _STYLES.get(step.status, "")), words)
    print_text((f"      {step.source}  {step.document[:8]}", "dim"))
