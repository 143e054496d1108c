"""``dutybook search``: norms by words and filters."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dutybook.cli import options

if TYPE_CHECKING:
    from rich.text import Text

    from dutybook.cli.app import State
    from dutybook.searching import Hit
    from dutybook.store import DeadlineRow

NAME = "search"

#: So many dates of one deadline are shown in a line.
_DATES = 3


@options.taking(options.FILTERS)
def command(
    context: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="[WORDS]...", help='Words, "words in a row", begin*, one OR other, -without.'),
    ] = None,
    limit: options.Limit = 20,
    offset: Annotated[int, typer.Option("--offset", min=0, help="Leave out so many first.")] = 0,
    semantic: Annotated[
        str,
        typer.Option("--semantic", help="Meaning beside words, across languages: auto, off or only.", metavar="MODE"),
    ] = "auto",
    as_json: options.Json = False,
    *,
    filters: dict[str, Any],
) -> None:
    """Find norms by words and filters, the best match first.

    With the vectors of `dutybook index`, plain words also find what means the same in other words and languages.

    Words that begin with a dash stand behind two: dutybook search -- incident -recital

    \b
    Example: dutybook search "serious incident" --bearer provider --language en
    """
    from dutybook.cli.output import console, count, print_json, text
    from dutybook.searching import Filters, find
    from dutybook.searching import count as count_all
    from dutybook.store import open_register

    state: State = context.obj
    chosen = Filters(words=" ".join(words or []), **filters)
    with open_register(state.database, read_only=True, create=False) as register:
        hits = find(register, chosen, limit=limit, offset=offset, semantic=semantic)
        total = count_all(register, chosen, semantic)
    if as_json:
        print_json({"total": total, "hits": [to_dict(hit) for hit in hits]})
        return
    out = console()
    for hit in hits:
        out.print(card(hit))
        out.print()
    shown = f"{offset + 1}–{offset + len(hits)} of " if len(hits) < total and hits else ""
    out.print(text((f"{shown}{count(total, 'norm')}", "dim")))


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
    where = shorten(hit.work_title or hit.document_title or hit.source)
    page = f", page {hit.page}" if hit.page else ""
    near = f" · found by meaning ({hit.similarity:.2f})" if hit.similarity is not None else ""
    made.append_text(text("\n    ", (f"{where}{page} · {hit.language} · {hit.source.rpartition('/')[2]}{near}", "dim")))
    return made


def describe_deadline(deadline: DeadlineRow) -> str:
    """A deadline in a line: its words, their meaning, its dates, those from stored events with the event."""
    # The words of the event say before or after themselves.
    meaning = " ".join(str(part) for part in (deadline.value, deadline.anchor or deadline.direction) if part)
    dated = [row for row in deadline.dated() if row.moment]
    due = "".join(f" → {str(row.moment).replace('T', ' ')}{_from_event(row)}" for row in dated[:_DATES])
    due += " …" if len(dated) > _DATES else ""
    return f"{deadline.quote} ({deadline.kind}{': ' + meaning if meaning else ''}){due}"


def _from_event(dated: DeadlineRow) -> str:
    return f" {dated.events[0].said}" if dated.events else ""


def describe_times(norm: Any) -> str | None:
    """From when and until when a norm applies; None where neither is known."""
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
    from dutybook.export.jsonl import event_to_dict, starter_to_dict

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
