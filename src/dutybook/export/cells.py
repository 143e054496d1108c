"""Makes the cells of an obligation's row: one small function for each column that is not a plain field."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from operator import attrgetter
from typing import Any, cast

from dutybook.export.content import ObligationRow, act_of
from dutybook.records.norm_fields import FieldGroup, FieldKind, NormField, fields_in
from dutybook.store import NormRow

Value = str | int | float | date | None


def field_of(field: NormField) -> Callable[[ObligationRow], Value]:
    """A function that makes the cell of a norm's field: one item of a list per line, and yes or no for true or false."""
    read = attrgetter(field.name)
    match field.kind:
        case FieldKind.TEXTS:
            return lambda row: "\n".join(read(row.norm))
        case FieldKind.FLAG:
            return lambda row: {True: "yes", False: "no"}.get(read(row.norm))
    return lambda row: cast(Value, read(row.norm))


#: The section of ``values`` in which a reader sees yes and no.
YES_OR_NO = "applicability"


def lines(norm: NormRow, label: Callable[[str, str], str]) -> Iterator[tuple[str, str]]:
    """The parts of a norm that have a value, as pairs of the field's name and its text.

    Args:
        label: returns the words for a value of a section of ``values``.
    """
    for field in fields_in(FieldGroup.PARTS):
        match value := getattr(norm, field.name):
            case None | () | "":
                continue
            case bool():
                words = label(YES_OR_NO, "yes" if value else "no")
            case tuple():
                words = "; ".join(value)
            case _:
                words = label(field.name, value) if field.choices else str(value)
        yield field.name, words


def act(row: ObligationRow) -> str:
    """The name of the act for readers."""
    return act_of(row.document)


def deadlines(row: ObligationRow) -> str:
    """The quotes of the deadlines, one per line."""
    return "\n".join(d.quote for d in row.norm.deadlines)


def deadline_values(row: ObligationRow) -> str:
    """The values of the deadlines, one per line; the kind of those without a value."""
    return "\n".join(d.value or d.kind for d in row.norm.deadlines)


def deadline_kinds(row: ObligationRow) -> str:
    """The kinds of the deadlines, one per line."""
    return "\n".join(d.kind for d in row.norm.deadlines)


def triggers(row: ObligationRow) -> str:
    """What starts the deadlines, in the words of the text, one per line."""
    return "\n".join(dict.fromkeys(d.anchor for d in row.norm.deadlines if d.anchor))


def computed(row: ObligationRow) -> str:
    """The steps by which due dates were computed, one deadline per line."""
    return "\n".join(dict.fromkeys("; ".join(d.steps) for d in row.norm.deadlines if d.due and d.steps))


def undated(row: ObligationRow) -> str:
    """The reasons why deadlines have no date."""
    return "\n".join(dict.fromkeys(d.reason for d in row.norm.deadlines if d.first_due is None and d.reason))


def events(row: ObligationRow) -> str:
    """The events that people entered and the dates that follow from them, one per line."""
    return "\n".join(f"{e.dates[0].replace('T', ' ')} {e.said}" for d in row.norm.deadlines for e in d.events)


def cell_words(cell: dict[str, Any] | None) -> str | None:
    """The place in a table: ``table 2, row 4, column 3 (Deadline; Initial report)``, with the headings of column and
    row in brackets.
    """
    if cell is None:
        return None
    heads = "; ".join(cell[name] for name in ("column_header", "row_header") if cell.get(name))
    return f"table {cell['table']}, row {cell['row']}, column {cell['column']}" + (f" ({heads})" if heads else "")


def citation(row: ObligationRow) -> str | None:
    """A citation that is the same in every language: the act's identifier and the place in it."""
    found = (row.act.citation if row.act else "") or row.document.work
    return ", ".join(part for part in (found, row.norm.place) if part) if found else None


def cites(row: ObligationRow) -> str:
    """The norm's references as they are written, one per line."""
    return "\n".join(c.as_written for c in row.cites)


def cites_acts(row: ObligationRow) -> str:
    """The norm's references as identifiers of acts and places, where they are known, one per line."""
    return "\n".join(
        dict.fromkeys(", ".join(part for part in (c.work, c.place) if part) for c in row.cites if c.work or c.place)
    )


def topics(row: ObligationRow) -> str:
    """The names of the topics, separated by commas."""
    return ", ".join(row.topics)


def doubtful(row: ObligationRow) -> str:
    """The names of fields that may be wrong, one per line."""
    return "\n".join(doubt.field for doubt in row.doubts)


def review_getter(name: str) -> Callable[[ObligationRow], Value]:
    """A function that returns a field of the review record; None where people recorded nothing."""
    return lambda row: (getattr(row.review, name) or None) if row.review else None


def review_day_getter(name: str) -> Callable[[ObligationRow], Value]:
    """A function that returns the day of a time in the review record, without the time of day."""

    def found(row: ObligationRow) -> Value:
        value: str = getattr(row.review, name) if row.review else ""
        return parse_day_or_text(value[:10])

    return found


def parse_day_or_text(value: str | None) -> date | str | None:
    """A whole ISO date as a date. Other text, such as ``2026-08`` or ``2026``, is returned as it is."""
    try:
        return date.fromisoformat(value) if value and len(value) == 10 else value or None
    except ValueError:
        return value


def notes(row: ObligationRow) -> str | None:
    """The notes, one a line: ``2026-03-02 anna: asked the supplier``."""
    return "\n".join(f"{n.at[:10]} {n.by}: {n.text}" for n in row.review.notes) if row.review else None


def links(row: ObligationRow) -> str | None:
    """The links of the review record, one per line; None without a record."""
    return (
        "\n".join(f"{k.label}: {k.target}" if k.label else k.target for k in row.review.links) if row.review else None
    )


def corrections(row: ObligationRow) -> str | None:
    """The corrections that people made, one per line: ``bearer: Owner → Operator (2026-03-02 anna: wrong line)``."""
    if row.review is None:
        return None
    lines = []
    for c in row.review.corrections:
        if c.norm == row.norm.id:
            reason = f": {c.why}" if c.why else ""
            lines.append(f"{c.field}: {c.extracted or '—'} → {c.value or '—'} ({c.at[:10]} {c.by}{reason})")
    return "\n".join(lines)
