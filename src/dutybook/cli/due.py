"""``dutybook due``: the end of a deadline that starts with a given event, and the stored events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from dutybook.cli.app import State
    from dutybook.pipeline.due_dates import DueDate
    from dutybook.store import DeadlineRow, EventRow, NormRow

NAME = "due"


def command(
    context: typer.Context,
    identity: Annotated[
        str | None,
        typer.Argument(metavar="ID", help="Id of a norm, a deadline or (to forget it) an event; 4 characters will do."),
    ] = None,
    event: Annotated[
        str | None,
        typer.Option(
            "--event", help='When it happened: 2026-03-02, or "2026-03-02 14:00" where hours count.', metavar="WHEN"
        ),
    ] = None,
    place: Annotated[
        str | None,
        typer.Option("--place", help="Whose public holidays and clocks count: DE, DE-BY, FR …", metavar="PLACE"),
    ] = None,
    law: Annotated[
        str | None,
        typer.Option(
            "--law", help="How periods are counted: reg1182, bgb …; if not given, as the act wants.", metavar="LAW"
        ),
    ] = None,
    store: Annotated[
        bool, typer.Option("--store", help="Keep the event: searches, calendars, exports have its dates.")
    ] = False,
    note: Annotated[str, typer.Option("--note", help="What the stored event was, in your words.", metavar="TEXT")] = "",
    forget: Annotated[bool, typer.Option("--forget", help="Remove the stored event.")] = False,
    listed: Annotated[bool, typer.Option("--list", help="List the stored events.")] = False,
    today: Annotated[
        str | None, typer.Option("--today", help="For what returns: dates from this day on.", metavar="YYYY-MM-DD")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Say when a norm's deadlines are due, given the event that starts them, and how that was counted.

    \b
    Example: dutybook due 3fa9 --event "2026-03-02 14:00" --place DE-BY
    Keep it: dutybook due 3fa9 --event "2026-03-02 14:00" --store --note "incident 17"
    See all: dutybook due --list
    Drop it: dutybook due 3fa9 --forget
    """
    from datetime import date

    from dutybook.cli.output import print_json
    from dutybook.cli.show import plain
    from dutybook.errors import BadFilter
    from dutybook.pipeline.due_dates import EventDetails, due
    from dutybook.store import open_register
    from dutybook.store.deadlines import events
    from dutybook.store.search.filters import as_date

    state: State = context.obj
    if listed == (identity is not None) or (listed and (forget or store or event)) or (forget and store):
        raise BadFilter("name a norm or a deadline by its id, or list the stored events: dutybook due --list")
    if store and event is None:
        raise BadFilter('say when it happened: --event 2026-03-02, or --event "2026-03-02 14:00" where hours count')
    with open_register(state.database, read_only=not (store or forget), create=False) as register:
        if identity is None or forget:
            found = events.stored(register) if identity is None else [_forgotten(register, identity, event)]
            print_json([plain(row) for row in found]) if as_json else _list(found, "forgotten" if forget else "")
            return
        since = as_date(today, "today") or date.today()
        details = EventDetails(note) if store else None
        made = due(register, identity, event, place=place, law=law, since=since, store=details)
        norm, _ = events.deadlines_named(register, identity)
    if as_json:
        print_json([_plain(row) for row in made])
    else:
        _print(norm, made)


def _forgotten(register: Any, identity: str, happened: str | None) -> EventRow:
    from dutybook.errors import NotFound
    from dutybook.pipeline.due_dates import normalise_event
    from dutybook.store.deadlines import events

    found = events.named(register, identity)
    if happened is not None:
        moment = normalise_event(happened)
        found = [row for row in found if row.happened == moment]
    if not found:
        raise NotFound(f"no stored event of {identity!r} happened {happened}. `dutybook due --list` shows them all.")
    if len(found) > 1:
        listed = ", ".join(f"{row.id} ({row.happened.replace('T', ' ')}, {row.quote})" for row in found[:10])
        raise NotFound(f"{len(found)} stored events belong to {identity!r}: {listed}. Give the id of one.")
    events.forget(register, found[0].id)
    return found[0]


def _plain(made: DueDate) -> dict[str, Any]:
    from dutybook.cli.show import plain

    whole = plain(made)
    deadline = {name: value for name, value in whole["deadline"].items() if name not in {"evidence", "page"}}
    return {**whole, "norm": made.norm.id, "place_in_act": made.norm.place, "deadline": deadline}


def _print(norm: NormRow, made: tuple[DueDate, ...]) -> None:
    from dutybook.cli.output import MODALITY_STYLE, console, text
    from dutybook.cli.search import describe_deadline
    from dutybook.cli.show import print_fields

    out = console()
    head = text((norm.place or "(no place)", "bold"), "  ", (norm.modality, MODALITY_STYLE.get(norm.modality, "")))
    head.append_text(text("  ", norm.bearer or "(no bearer named)", "  ", (norm.id[:12], "dim")))
    out.print(head)
    out.print(text("  ", norm.quote))
    if not made:
        out.print(text("\n", "It sets no deadline."))
    for row in made:
        out.print(
            text("\n", ("deadline ", "bold"), describe_deadline(row.deadline), "  ", (row.deadline.id[:12], "dim"))
        )
        fields: list[tuple[str, str | None]] = [("started by", _starter(row.deadline))]
        fields += [(f"step {number}", step) for number, step in enumerate(row.steps, 1)]
        fields += [("counted by", _counted(row))]
        fields += [("due", _format_moment(row.due) if row.due else f"no date: {row.reason}")]
        fields += [("then", ", ".join(_format_moment(d) for d in row.dates[1:4]) or None)]
        fields += [("stored", f"{row.stored.id[:12]}, {row.stored.said}" if row.stored else None)]
        kept = [e for e in row.deadline.events if not row.stored or e.id != row.stored.id]
        fields += [("also", f"{e.dates[0].replace('T', ' ')} {e.said}  {e.id[:12]}") for e in kept]
        print_fields(fields)


def _counted(made: DueDate) -> str | None:
    """The law and the place by which it was counted."""
    from dutybook.languages.period_laws import period_law

    if made.law is None:
        return None
    return period_law(made.law).name + (f", {made.place}" if made.place else "")


def _starter(deadline: DeadlineRow) -> str | None:
    """Who causes the event that starts a deadline."""
    if deadline.starter is None or deadline.starter_kind == "act":
        return deadline.starter
    kinds = {"bearer": "who must act", "party": "another party", "authority": "an authority"}
    return f"{deadline.starter} ({kinds.get(deadline.starter_kind or '', deadline.starter_kind)})"


def _format_moment(moment: Any) -> str:
    """A day or a time with the day of the week."""
    from datetime import datetime

    if not isinstance(moment, datetime):
        return f"{moment:%Y-%m-%d (%A)}"
    zone = f" {moment.tzname()}" if moment.tzinfo else ""
    return f"{moment:%Y-%m-%d %H:%M}{zone} ({moment:%A})"


def _list(found: list[EventRow], what: str) -> None:
    from dutybook.cli.output import console, count, print_table, shorten, text

    out = console()
    if found:
        print_table(
            ("due", "event", "deadline", "where", "note", "id"),
            (
                (
                    row.dates[0].replace("T", " "),
                    row.happened.replace("T", " "),
                    f"{row.quote} {row.anchor or ''}".strip() + (" (orphaned)" if row.orphan else ""),
                    f"{row.norm_place}, {shorten(row.title, 40)}",
                    row.note,
                    row.id[:8],
                )
                for row in found
            ),
        )
    orphans = sum(row.orphan for row in found)
    out.print(text((f"{count(len(found), 'event')} {what or 'stored'}", "dim")))
    if orphans:
        says = "is orphaned: its deadline is" if orphans == 1 else "are orphaned: their deadlines are"
        out.print(text((f"{orphans} {says} in the register no more, so its dates stand here only", "yellow")))


__all__ = ["NAME", "command"]
