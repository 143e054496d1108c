"""``dutybook due`` and ``timeline``: dates of deadlines and of acts."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import completion, options
from dutybook.cli.options import one, open_database
from dutybook.cli.output import (
    MODALITY_STYLE,
    count,
    print_fields,
    print_json,
    print_table,
    print_text,
    row_to_dict,
    shorten,
)
from dutybook.cli.search import describe_deadline
from dutybook.errors import BadFilter, NotFound

if TYPE_CHECKING:
    from dutybook.export.timeline import Timeline
    from dutybook.pipeline.due_dates import DueDate
    from dutybook.store import DeadlineRow, EventRow, NormRow


@options.taking(
    counting={
        "place": one("place", "Whose public holidays and clocks count: DE, DE-BY, FR …", "PLACE"),
        "law": one(
            "law", "How periods are counted: reg1182, bgb …; if not given, as the act wants.", "LAW", completion.laws
        ),
    }
)
def due(
    context: typer.Context,
    *,
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
    counting: dict[str, Any],
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
    from dutybook.pipeline import due_dates
    from dutybook.store.deadlines import events
    from dutybook.store.search.filters import as_date

    if listed == (identity is not None) or (listed and (forget or store or event)) or (forget and store):
        raise BadFilter("name a norm or a deadline by its id, or list the stored events: dutybook due --list")
    if store and event is None:
        raise BadFilter('say when it happened: --event 2026-03-02, or --event "2026-03-02 14:00" where hours count')
    with open_database(context, writes=store or forget) as register:
        if identity is None or forget:
            found = events.stored(register) if identity is None else [_forgotten(register, identity, event)]
            print_json(found) if as_json else _print_events(found, "forgotten" if forget else "")
            return
        since = as_date(today, "today") or date.today()
        details = due_dates.EventDetails(note) if store else None
        made = due_dates.due(register, identity, event, **counting, since=since, store=details)
        norm, _ = events.deadlines_named(register, identity)
    if as_json:
        print_json([_due_to_dict(row) for row in made])
    else:
        _print_due(norm, made)


def _forgotten(register: Any, identity: str, happened: str | None) -> EventRow:
    from dutybook.pipeline.due_dates import normalise_event
    from dutybook.store.deadlines import events

    found = events.named(register, identity)
    if happened is not None:
        moment = normalise_event(happened)
        found = [row for row in found if row.occurred_at == moment]
    if not found:
        raise NotFound(f"no stored event of {identity!r} happened {happened}. `dutybook due --list` shows them all.")
    if len(found) > 1:
        listed = ", ".join(f"{row.id} ({row.occurred_at.replace('T', ' ')}, {row.quote})" for row in found[:10])
        raise NotFound(f"{len(found)} stored events belong to {identity!r}: {listed}. Give the id of one.")
    events.forget(register, found[0].id)
    return found[0]


def _due_to_dict(made: DueDate) -> dict[str, Any]:
    deadline = {k: value for k, value in row_to_dict(made.deadline).items() if k not in {"evidence", "page"}}
    return {**row_to_dict(made), "norm": made.norm.id, "place_in_act": made.norm.place, "deadline": deadline}


def _print_due(norm: NormRow, made: tuple[DueDate, ...]) -> None:

    kind = (norm.modality, MODALITY_STYLE.get(norm.modality, ""))
    bearer = norm.bearer or "(no bearer named)"
    print_text((norm.place or "(no place)", "bold"), "  ", kind, "  ", bearer, "  ", (norm.id[:12], "dim"))
    print_text("  ", norm.quote)
    if not made:
        print_text("\n", "It sets no deadline.")
    for row in made:
        print_text("\n", ("deadline ", "bold"), describe_deadline(row.deadline), "  ", (row.deadline.id[:12], "dim"))
        others = [e for e in row.deadline.events if not row.stored or e.id != row.stored.id]
        print_fields(
            [
                ("started by", _starter(row.deadline)),
                *((f"step {number}", step) for number, step in enumerate(row.steps, 1)),
                ("counted by", _counted(row)),
                ("due", _format_moment(row.due) if row.due else f"no date: {row.reason}"),
                ("then", ", ".join(_format_moment(d) for d in row.dates[1:4])),
                ("stored", f"{row.stored.id[:12]}, {row.stored.origin}" if row.stored else None),
                *(("also", f"{e.dates[0].replace('T', ' ')} {e.origin}  {e.id[:12]}") for e in others),
            ]
        )


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


def _format_moment(moment: date) -> str:
    """A day or a time with the day of the week."""

    if not isinstance(moment, datetime):
        return f"{moment:%Y-%m-%d (%A)}"
    zone = f" {moment.tzname()}" if moment.tzinfo else ""
    return f"{moment:%Y-%m-%d %H:%M}{zone} ({moment:%A})"


def _print_events(found: list[EventRow], what: str) -> None:

    if found:
        print_table(
            ("due", "event", "deadline", "where", "note", "id"),
            (
                (
                    row.dates[0].replace("T", " "),
                    row.occurred_at.replace("T", " "),
                    f"{row.quote} {row.anchor or ''}".strip() + (" (orphaned)" if row.orphan else ""),
                    f"{row.norm_place}, {shorten(row.title, 40)}",
                    row.note,
                    row.id[:8],
                )
                for row in found
            ),
        )
    orphans = sum(row.orphan for row in found)
    print_text((f"{count(len(found), 'event')} {what or 'stored'}", "dim"))
    if orphans:
        says = "is orphaned: its deadline is" if orphans == 1 else "are orphaned: their deadlines are"
        print_text((f"{orphans} {says} in the register no more, so its dates stand here only", "yellow"))


def show_timeline(
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
    from dutybook.export.exporting import replacing
    from dutybook.export.timeline import timeline_of
    from dutybook.store.search.filters import as_date

    day = as_date(today, "today") or date.today()
    if svg is not None and svg.suffix.lower() != ".svg":
        raise BadFilter(f"the picture is an SVG file: name one that ends in .svg, not {svg.name}")
    filters = {"work": _one("--work", work), "document": document, "language": _one("--language", language)}
    with open_database(context) as register:
        timeline = timeline_of(register, {name: value for name, value in filters.items() if value})
    if svg is not None:
        from dutybook.export.timeline_svg import svg_of

        with replacing(svg) as part:
            part.write_text(svg_of(timeline, day), encoding="utf-8", newline="\n")
        print_text(f"{svg}: {count(len(timeline.items), 'date')}")
    elif as_json:
        print_json(timeline)
    else:
        _print_timeline(timeline, day)


def _print_timeline(timeline: Timeline, today: date) -> None:

    number = f" ({timeline.number})" if timeline.number else ""
    print_text((timeline.title, "bold"), f"{number}, {timeline.language}: {count(len(timeline.items), 'date')}")
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
    print_text((f"{coming:,} from {today} on{undated}", "dim"))


def _one(option: str, values: list[str] | None) -> str | None:

    if values and len(values) > 1:
        raise BadFilter(f"a timeline shows one act in one language: give {option} once")
    return values[0] if values else None
