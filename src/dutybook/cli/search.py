"""``dutybook search``: norms by words and filters."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from rich.text import Text

    from dutybook.cli.app import State
    from dutybook.searching import Counts, Filters, Hit
    from dutybook.store import DeadlineRow

NAME = "search"

#: The most dates of a deadline in a line.
_DATES = 3
#: The most values of a facet in its line.
_VALUES = 8
#: So many acts without a text of a day are named.
_NAMED = 5


@options.taking(options.FILTERS)
def command(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[WORDS]...",
            help='Words in any form, "exact words", begin*, one OR other, -without, bearer:…, a citation.',
        ),
    ] = None,
    limit: options.Limit = 20,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Leave out so many first.")] = 0,
    reader: Annotated[
        str | None, typer.Option("--reader", help="Show norms in this language where they have it.", metavar="CODE")
    ] = None,
    facets: Annotated[bool, typer.Option("--facets", help="Count the norms by bearer, act, topic, deadline …")] = False,
    semantic: Annotated[
        str,
        typer.Option(
            "--semantic",
            help="Search by meaning in addition to words, across languages: auto, off or only.",
            metavar="MODE",
        ),
    ] = "auto",
    save: Annotated[
        str | None, typer.Option("--save", help="Keep the search under this name, for alerts too.", metavar="NAME")
    ] = None,
    saved: Annotated[str | None, typer.Option("--saved", help="Ask a saved search again.", metavar="NAME")] = None,
    as_json: options.Json = False,
    *,
    filters: dict[str, Any],
) -> None:
    """Find norms by words and filters, the best match first. A norm in several languages is one result.

    Most filters may be given several times: --topic risk --topic records finds both.
    With the vectors of `dutybook index`, plain words also find what means the same in other words and languages.

    Words that begin with a dash stand behind two: dutybook search -- incident -recital

    Of each act the newest version answers. --as-of takes the version that stood on a day, and of it the norms that applied, or of
    which no day is known; --applies-on stays with the newest text and takes only norms that are known to apply on a day.

    \b
    Example: dutybook search "serious incident" --bearer provider --language en
    As the law stood: dutybook search --work 32019R2088 --as-of 2021-06-30
    """
    from dutybook.cli.output import console, count, print_json, shorten, text
    from dutybook.searching import FACETS, Filters, page, without_text
    from dutybook.store import open_register
    from dutybook.store.search.filters import as_date

    state: State = context.obj
    chosen = Filters(words=" ".join(words or []), **filters)
    if save or saved:
        chosen, reader = _kept(state, chosen, reader, save, saved)
    with open_register(state.database, read_only=True, create=False) as register:
        found = page(
            register,
            chosen,
            limit=limit,
            offset=offset,
            reader=reader,
            facets=tuple(FACETS) if facets else (),
            semantic=semantic,
        )
        day = as_date(chosen.as_of, "as_of")
        missing = without_text(register, chosen)
    hits, total = found.hits, found.total
    if as_json:
        made: dict[str, Any] = {"total": total, "more": found.more, "hits": [to_dict(hit) for hit in hits]}
        if facets:
            made["facets"] = {name: [_counted(*c) for c in counts] for name, counts in found.facets.items()}
        if day:
            made["without_text"] = [dict(zip(("work", "title", "from"), row, strict=True)) for row in missing]
        print_json(made)
        return
    out = console()
    for hit in hits:
        out.print(card(hit))
        out.print()
    for name, counts in found.facets.items():
        if not counts:
            continue
        out.print(_line(FACETS[name].title, counts, more=found.more))
    range_text = f"{offset + 1}–{offset + len(hits)} of " if len(hits) < total and hits else ""
    # Of very many hits only the first are looked at: say so instead of a wrong number.
    number = f"more than {total:,} norms" if found.more else count(total, "norm")
    out.print(text((f"{range_text}{number}", "dim")))
    if missing:
        names = "; ".join(
            f"{shorten(title, 60)} (from {since or 'a day unknown'})" for _, title, since in missing[:_NAMED]
        )
        names += f"; and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
        says = f"no text that stood on {day} is in the register of {count(len(missing), 'act')}: {names}"
        console(stderr=True).print(text((says, "yellow")))


def _kept(
    state: State, chosen: Filters, reader: str | None, save: str | None, saved: str | None
) -> tuple[Filters, str | None]:
    """The filters of a saved search, or of the search that is to be saved under a name."""
    from datetime import UTC, datetime

    from dutybook.cli.output import console, text
    from dutybook.errors import BadFilter
    from dutybook.store import open_register
    from dutybook.store.alerts import alerts

    if saved:
        if chosen.narrows:
            raise BadFilter("either a saved search (--saved) or words and filters: give one of them")
        with open_register(state.database, create=False, read_only=True) as register:
            found = alerts.saved_search(register, saved)
        chosen, reader = found.filters, reader or found.reader or None
    if save:
        with open_register(state.database, create=False) as register:
            register.check_filters(chosen)
            made = alerts.SavedSearch(save, chosen, reader or "")
            alerts.save_search(register, made, now=datetime.now(UTC), anew=True)
        console(stderr=False).print(text((f"saved as {save}", "dim")))
    return chosen, reader


def _counted(value: str, label: str, number: int) -> dict[str, Any]:
    return {"value": value, "label": label, "norms": number}


def _line(title: str, counts: Counts, *, more: bool) -> Text:
    """A facet in one line: its most frequent values with their numbers."""
    from dutybook.cli.output import shorten, text

    parts: list[str | tuple[str, str]] = [(f"{title}: ", "yellow")]
    for value, label, number in counts[:_VALUES]:
        name = value if label == value else f"{value} ({shorten(label)})"
        parts += [("" if len(parts) == 1 else ", "), name, (f" {number:,}{'+' if more else ''}", "dim")]
    if len(counts) > _VALUES:
        parts.append(f" and {len(counts) - _VALUES} more")
    return text(*parts)


def card(hit: Hit) -> Text:
    """A result in a few lines."""
    from dutybook.cli.output import MODALITY_STYLE, shorten, text

    head: list[str | tuple[str, str]] = [
        (hit.place or "(no place)", "bold"),
        "  ",
        (hit.modality, MODALITY_STYLE.get(hit.modality, "")),
    ]
    if hit.strength == "should":
        head.append(" (should)")
    made = text(
        *head, "  ", (hit.bearer or "(no bearer named)", "cyan" if hit.bearer else "dim"), "  ", (hit.id[:12], "dim")
    )
    made.append("\n    ")
    made.append_text(_marked(hit))
    if applies := describe_times(hit):
        made.append_text(text("\n    ", ("applies: ", "yellow"), applies))
    for deadline in hit.deadlines:
        made.append_text(text("\n    ", ("deadline: ", "yellow"), describe_deadline(deadline)))
    languages = ", ".join(hit.languages) or hit.language
    where = shorten(hit.work_title or hit.document_title or hit.source)
    page = f", page {hit.page}" if hit.page else ""
    near = f" · found by meaning ({hit.similarity:.2f})" if hit.similarity is not None else ""
    made.append_text(text("\n    ", (f"{where}{page} · {languages} · {hit.source.rpartition('/')[2]}{near}", "dim")))
    return made


def describe_deadline(deadline: DeadlineRow) -> str:
    """A deadline in one line: its words, their meaning, its dates, and for dates from stored events the event."""
    # The words of the event say before or after themselves.
    meaning = " ".join(str(part) for part in (deadline.value, deadline.anchor or deadline.direction) if part)
    dated = [row for row in deadline.dated() if row.moment]
    due = "".join(f" → {str(row.moment).replace('T', ' ')}{_from_event(row)}" for row in dated[:_DATES])
    due += " …" if len(dated) > _DATES else ""
    return f"{deadline.quote} ({deadline.kind}{': ' + meaning if meaning else ''}){due}"


def _from_event(dated: DeadlineRow) -> str:
    return f" {dated.events[0].said}" if dated.events else ""


def describe_times(norm: Any) -> str | None:
    """The period in which a norm applies; None if neither end is known."""
    begins = f"from {norm.applies_from}" if norm.applies_from else ""
    ends = f"until {norm.applies_until}" if norm.applies_until else ""
    return " ".join(part for part in (begins, ends) if part) or None


def _marked(hit: Hit) -> Text:
    from rich.text import Text

    from dutybook.cli.output import printable

    made = Text(printable(hit.quote))
    for start, end in hit.marks:
        made.stylize("bold underline", start, end)
    return made


def to_dict(hit: Hit) -> dict[str, Any]:
    """A result as JSON values."""
    from dutybook.export.tables import event_to_dict, starter_to_dict

    made = asdict(hit)
    made["due"] = hit.due.isoformat() if hit.due else None
    for name in ("applies_from", "applies_until"):
        made[name] = made[name].isoformat() if made[name] else None
    made["deadlines"] = [
        {
            "id": d.id,
            "quote": d.quote,
            "kind": d.kind,
            "value": d.value,
            "direction": d.direction,
            "anchor": d.anchor,
            "due": d.due.isoformat() if d.due else None,
            "starter": starter_to_dict(d),
            "events": [event_to_dict(e) for e in d.events],
        }
        for d in hit.deadlines
    ]
    return made
