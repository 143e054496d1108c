"""The columns of the obligations table, once for every tabular format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from dutybook.export.rows import ObligationRow, act_of

Value = str | int | float | date | None


class Kind(StrEnum):
    """How a column is shown. ``DAYS`` has no value of its own: it is computed from the due date where it is shown."""

    TEXT = "text"
    LABEL = "label"
    NUMBER = "number"
    DATE = "date"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Column:
    """``name`` is for programs, ``title`` for readers; ``width`` in characters; ``printed``: is it on paper too."""

    name: str
    title: str
    width: int
    kind: Kind
    value: Callable[[ObligationRow], Value]
    printed: bool = False
    hidden: bool = False


def _deadlines(row: ObligationRow) -> str:
    return "\n".join(d.quote for d in row.norm.deadlines)


def _deadline_values(row: ObligationRow) -> str:
    return "\n".join(d.value or d.kind for d in row.norm.deadlines)


def cell_words(cell: dict[str, Any] | None) -> str | None:
    """Where in a table: ``table 2, row 4, column 3 (Deadline; Initial report)``, what heads its column and row in brackets."""
    if cell is None:
        return None
    heads = "; ".join(cell[name] for name in ("column_header", "row_header") if cell.get(name))
    return f"table {cell['table']}, row {cell['row']}, column {cell['column']}" + (f" ({heads})" if heads else "")


def _undated(row: ObligationRow) -> str:
    """Why deadlines have no date: absent is said, never guessed."""
    return "\n".join(dict.fromkeys(d.reason for d in row.norm.deadlines if d.first_due is None and d.reason))


def _events(row: ObligationRow) -> str:
    """What people entered that dates come from, one a line."""
    return "\n".join(f"{e.dates[0].replace('T', ' ')} {e.said}" for d in row.norm.deadlines for e in d.events)


def _said(name: str) -> Callable[[ObligationRow], Value]:
    """What people said, None where nobody did."""
    return lambda row: (getattr(row.review, name) or None) if row.review else None


def _own_due(row: ObligationRow) -> date | None:
    return date.fromisoformat(row.review.due) if row.review and row.review.due else None


def _notes(row: ObligationRow) -> str | None:
    """The notes, one a line: ``2026-03-02 anna: asked the supplier``."""
    return "\n".join(f"{n.at[:10]} {n.by}: {n.text}" for n in row.review.notes) if row.review else None


def _links(row: ObligationRow) -> str | None:
    return (
        "\n".join(f"{k.label}: {k.target}" if k.label else k.target for k in row.review.links) if row.review else None
    )


OBLIGATIONS: tuple[Column, ...] = (
    Column("modality", "Modality", 13, Kind.LABEL, lambda r: r.norm.modality, printed=True),
    Column("bearer", "Who", 21, Kind.TEXT, lambda r: r.norm.bearer, printed=True),
    # An item of a list says little without the words before it, so they stand beside it, on paper too.
    Column("stem", "Leads in (lists)", 30, Kind.TEXT, lambda r: r.norm.stem, printed=True),
    Column("quote", "What the text says", 66, Kind.TEXT, lambda r: r.norm.quote, printed=True),
    Column("deadlines", "Deadline", 20, Kind.TEXT, _deadlines, printed=True),
    Column("due", "Due", 13, Kind.DATE, lambda r: r.norm.due, printed=True),
    Column("days_left", "Days left", 11, Kind.DAYS, lambda _: None, printed=True),
    Column("place", "Place", 17, Kind.TEXT, lambda r: r.norm.place, printed=True),
    Column("act", "Act or document", 25, Kind.TEXT, lambda r: act_of(r.document), printed=True),
    Column("page", "Page", 8, Kind.NUMBER, lambda r: r.norm.page, printed=True),
    Column("applies_from", "Applies from", 13, Kind.DATE, lambda r: r.norm.applies_from),
    Column("applies_until", "Applies until", 13, Kind.DATE, lambda r: r.norm.applies_until),
    Column("applies_why", "Why then", 34, Kind.TEXT, lambda r: "\n".join(r.norm.applies_why)),
    Column("status", "Status", 15, Kind.TEXT, _said("status")),
    Column("owner", "Owner", 16, Kind.TEXT, _said("owner")),
    Column("own_due", "Own date", 13, Kind.DATE, _own_due),
    Column("applicability", "Applies to us", 12, Kind.TEXT, _said("applicability")),
    Column("applicability_reason", "Why (not)", 30, Kind.TEXT, _said("applicability_reason")),
    Column("requires_review", "To be reviewed because", 34, Kind.TEXT, _said("why")),
    Column("finding", "Finding", 11, Kind.TEXT, _said("finding")),
    Column("reviewer", "Reviewer", 16, Kind.TEXT, _said("reviewer")),
    Column("control", "Control", 30, Kind.TEXT, _said("control")),
    Column("notes", "Notes", 40, Kind.TEXT, _notes),
    Column("links", "Evidence of ours", 40, Kind.TEXT, _links),
    Column("action", "Action", 44, Kind.TEXT, lambda r: r.norm.action),
    Column("recipient", "To whom", 22, Kind.TEXT, lambda r: r.norm.recipient),
    Column("condition", "Condition", 36, Kind.TEXT, lambda r: r.norm.condition),
    Column("exception", "Exception", 36, Kind.TEXT, lambda r: r.norm.exception),
    Column("bearer_class", "Class", 11, Kind.TEXT, lambda r: r.norm.bearer_class),
    Column("role", "Role", 20, Kind.TEXT, lambda r: r.norm.role),
    Column("penalty", "Penalty", 40, Kind.TEXT, lambda r: r.norm.penalty),
    Column("strength", "Strength", 10, Kind.TEXT, lambda r: r.norm.strength),
    Column("deadline_values", "Deadline value", 16, Kind.TEXT, _deadline_values),
    Column("events", "From an event", 34, Kind.TEXT, _events),
    Column("undated", "Why no date", 34, Kind.TEXT, _undated),
    Column("cell", "In a table", 34, Kind.TEXT, lambda r: cell_words(r.norm.cell)),
    Column("heading", "Heading", 30, Kind.TEXT, lambda r: r.heading),
    Column("work", "Act number", 16, Kind.TEXT, lambda r: r.work_number),
    Column("title", "Document title", 40, Kind.TEXT, lambda r: r.document.title),
    Column("language", "Language", 10, Kind.TEXT, lambda r: r.norm.language),
    Column("source", "Source", 40, Kind.TEXT, lambda r: r.document.source),
    Column("confidence", "Confidence", 11, Kind.NUMBER, lambda r: round(r.norm.confidence, 2)),
    Column("rule", "Found by", 24, Kind.TEXT, lambda r: r.evidence.name if r.evidence else None),
    Column("document", "Document id", 18, Kind.TEXT, lambda r: r.document.id, hidden=True),
    Column("id", "Id", 18, Kind.TEXT, lambda r: r.norm.id, hidden=True),
)
