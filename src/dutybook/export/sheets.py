"""Declares the columns of the other sheets of a workbook: deadlines, changes, documents, rejected candidates, defined
terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from dutybook.export.columns import Column, Kind, Value, parse_day_or_text
from dutybook.export.content import ObligationRow, act_of
from dutybook.languages.reader import describe_chain
from dutybook.store import DeadlineRow, DocumentRow, FactRow, RejectedRow
from dutybook.store.exports import Act, ChangeLine, Term

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Dated:
    """A row of the deadlines sheet: a deadline of an obligation, or a date of the act itself."""

    document: DocumentRow
    row: ObligationRow | None = None
    deadline: DeadlineRow | None = None
    fact: FactRow | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """A document with the number of its act and what is known of it."""

    document: DocumentRow
    number: str | None
    act: Act


@dataclass(frozen=True, slots=True)
class InDocument(Generic[T]):
    """A rejected candidate, a change or a defined term (``of``) with the document that has its text."""

    of: T
    document: DocumentRow


def _due(dated: Dated) -> Value:
    return dated.deadline.due if dated.deadline else dated.fact.due if dated.fact else None


def _type(dated: Dated) -> Value:
    return dated.deadline.kind if dated.deadline else dated.fact.type if dated.fact else None


def _quote(dated: Dated) -> Value:
    return dated.row.norm.quote if dated.row else _concerned(dated.fact)


def _value(dated: Dated) -> str | None:
    """The day or period as read; none where a later act changes it in a way that yields no day."""
    found = dated.deadline or dated.fact
    return None if found is None or (dated.fact and dated.fact.status == "changed") else found.value


def _concerned(fact: FactRow | None) -> str | None:
    """The provisions that a date is about, the excluded ones, and the words that limit it."""
    if fact is None:
        return None
    words = [", ".join(fact.scope), *(f"not {place}" for place in fact.outside), fact.about]
    return "\n".join(w for w in words if w) or None


def _place(dated: Dated) -> Value:
    return dated.row.norm.place if dated.row else dated.fact.place if dated.fact else None


def _anchor(dated: Dated) -> Value:
    if dated.deadline is None:
        return None
    parts = (dated.deadline.anchor, *(event.origin for event in dated.deadline.events))
    return "\n".join(part for part in parts if part) or None


def _how(dated: Dated) -> Value:
    if dated.deadline is None:
        return "\n".join(dated.fact.steps) if dated.fact else None
    return "\n".join(dated.deadline.steps) if dated.deadline.due else dated.deadline.reason


def page_of(dated: Dated) -> int | None:
    """The page on which its words stand."""
    if dated.fact:
        return dated.fact.page
    return (dated.deadline and dated.deadline.page) or (dated.row and dated.row.norm.page) or None


def _review_value(dated: Dated, name: str) -> Value:
    review = dated.row.review if dated.row else None
    return getattr(review, name) or None if review else None


def _ours(dated: Dated) -> str | None:
    """Whether somebody here took it on, or entered the event that started it."""
    review = dated.row.review if dated.row else None
    entered = dated.deadline is not None and bool(dated.deadline.events) and (review is None or not review.is_done)
    return "yes" if entered or (review and review.is_taken_on) else None


DEADLINES: tuple[Column[Dated], ...] = (
    Column("due", 12, Kind.DATE, _due, printed=True),
    Column("days_left", 10, Kind.DAYS, lambda _: None, printed=True),
    Column("type", 17, Kind.TEXT, _type, choices="deadline fact", printed=True),
    Column("bearer", 24, Kind.TEXT, lambda d: d.row.norm.bearer if d.row else None, printed=True),
    Column("deadline", 26, Kind.TEXT, lambda d: (d.deadline or d.fact).quote, printed=True),  # type: ignore[union-attr]
    Column("anchor", 28, Kind.TEXT, _anchor, printed=True),
    Column("quote", 60, Kind.TEXT, _quote, printed=True),
    Column("place", 17, Kind.TEXT, _place, printed=True),
    Column("act", 32, Kind.TEXT, lambda d: act_of(d.document), printed=True, lines=4),
    Column("page", 7, Kind.NUMBER, page_of, printed=True),
    Column("link", 10, Kind.LINK, lambda _: None),
    Column("value", 14, Kind.TEXT, _value),
    Column("how", 48, Kind.TEXT, _how),
    Column("starter", 24, Kind.TEXT, lambda d: d.deadline.starter if d.deadline else None),
    Column("status", 16, Kind.LABEL, lambda d: _review_value(d, "status"), choices="status"),
    Column("owner", 16, Kind.TEXT, lambda d: _review_value(d, "owner")),
    Column("ours", 8, Kind.TEXT, _ours, choices="applicability", printed=True),
    Column("source", 40, Kind.TEXT, lambda d: d.document.source),
    Column("norm", 18, Kind.TEXT, lambda d: d.row.norm.id if d.row else None, hidden=True),
    Column("id", 18, Kind.TEXT, lambda d: (d.deadline or d.fact).id, hidden=True),  # type: ignore[union-attr]
)

DOCUMENTS: tuple[Column[Read], ...] = (
    Column("document_title", 50, Kind.TEXT, lambda r: r.document.title, printed=True),
    Column("document_status", 13, Kind.LABEL, lambda r: r.document.status, choices="document", printed=True),
    Column("document_reason", 36, Kind.TEXT, lambda r: r.document.reason, printed=True),
    Column("language", 10, Kind.TEXT, lambda r: r.document.language, printed=True),
    Column("genre", 13, Kind.TEXT, lambda r: r.document.genre, choices="genre", printed=True),
    Column("work", 18, Kind.TEXT, lambda r: r.number, printed=True),
    Column("version", 13, Kind.DATE, lambda r: parse_day_or_text(r.document.version_date), printed=True),
    Column("published", 13, Kind.DATE, lambda r: parse_day_or_text(r.document.published), printed=True),
    Column("publisher", 26, Kind.TEXT, lambda r: r.document.publisher, printed=True),
    Column("author", 24, Kind.TEXT, lambda r: r.document.author),
    Column("dateline", 16, Kind.TEXT, lambda r: r.document.place),
    Column("pages", 8, Kind.NUMBER, lambda r: r.document.pages or None, printed=True),
    Column("norms", 8, Kind.NUMBER, lambda r: r.document.norms, printed=True),
    Column("link", 10, Kind.LINK, lambda _: None),
    Column("source", 46, Kind.TEXT, lambda r: r.document.source, printed=True),
    Column("citation", 24, Kind.TEXT, lambda r: r.act.citation or r.document.work),
    Column("jurisdiction", 12, Kind.TEXT, lambda r: r.act.jurisdiction),
    Column("issuer", 26, Kind.TEXT, lambda r: r.act.issuer),
    Column("version_kind", 14, Kind.TEXT, lambda r: r.act.version_kind, choices="version"),
    Column("genre_probability", 12, Kind.NUMBER, lambda r: r.document.genre_probability or None),
    Column("valid_from", 13, Kind.DATE, lambda r: r.act.valid_from),
    Column("valid_until", 13, Kind.DATE, lambda r: r.act.valid_until),
    Column("entry_into_force", 13, Kind.DATE, lambda r: r.act.entry_into_force),
    Column("application", 13, Kind.DATE, lambda r: r.act.application),
    Column("expiry", 13, Kind.DATE, lambda r: r.act.expiry),
    Column("analyser", 16, Kind.TEXT, lambda r: r.document.analyser),
    Column("sha256", 66, Kind.TEXT, lambda r: r.document.sha256),
    Column("id", 18, Kind.TEXT, lambda r: r.document.id, hidden=True),
)

REJECTED: tuple[Column[InDocument[RejectedRow]], ...] = (
    Column("rejected_because", 40, Kind.TEXT, lambda r: r.of.reason, printed=True, says=describe_chain),
    Column("quote", 80, Kind.TEXT, lambda r: r.of.quote, printed=True),
    Column("place", 18, Kind.TEXT, lambda r: r.of.place, printed=True),
    Column("act", 34, Kind.TEXT, lambda r: act_of(r.document), printed=True, lines=4),
    Column("page", 7, Kind.NUMBER, lambda r: r.of.page, printed=True),
    Column("link", 10, Kind.LINK, lambda _: None),
    Column("decided_by", 26, Kind.TEXT, lambda r: r.of.evidence.name if r.of.evidence else None, printed=True),
    Column("id", 18, Kind.TEXT, lambda r: r.of.id, hidden=True),
)


# Kinds of which what it was and is says more than the words before and after.
_VALUES = ("deadline moved", "bearer changed", "renumbered", "corrected")


def _side(changed: InDocument[ChangeLine], side: str) -> str | None:
    """The words that changed, as they were (``old``) or are now (``new``)."""
    line = changed.of
    value = line.detail.get(side) if line.kind in _VALUES else None
    if isinstance(value, list):
        return "\n".join(part["quote"] for part in value if part) or None
    if isinstance(value, str):
        return value
    return line.old_quote if side == "old" else line.new_quote


def _differs(changed: InDocument[ChangeLine]) -> str:
    """The words that differ: ``[-old-] {+new+}``, without those between them."""
    found = []
    for old, new in changed.of.detail.get("words", ()):
        if old != new:
            found.append(" ".join(part for part in (old and f"[-{old}-]", new and f"{{+{new}+}}") if part))
    return " … ".join(found)


def changes_words(changed: InDocument[ChangeLine]) -> bool:
    """Whether a reader sees what changed: the two sides differ, or the words between them do."""
    was, is_now = (" ".join((_side(changed, side) or "").split()) for side in ("old", "new"))
    return was != is_now or bool(_differs(changed))


CHANGES: tuple[Column[InDocument[ChangeLine]], ...] = (
    Column("since", 12, Kind.DATE, lambda c: parse_day_or_text(c.of.since), printed=True),
    Column("change", 18, Kind.LABEL, lambda c: c.of.kind, choices="change", printed=True),
    Column("act", 32, Kind.TEXT, lambda c: act_of(c.document), printed=True, lines=4),
    Column("place", 16, Kind.TEXT, lambda c: c.of.new_place or c.of.old_place, printed=True),
    Column("bearer", 20, Kind.TEXT, lambda c: c.of.bearer, printed=True),
    Column("was", 52, Kind.TEXT, lambda c: _side(c, "old"), printed=True),
    Column("is_now", 52, Kind.TEXT, lambda c: _side(c, "new"), printed=True),
    Column("page", 7, Kind.NUMBER, lambda c: c.of.page, printed=True),
    Column("link", 10, Kind.LINK, lambda _: None),
    Column("why", 36, Kind.TEXT, lambda c: "\n".join(c.of.detail.get("why", ()))),
    Column("differs", 50, Kind.TEXT, _differs),
    Column("old_since", 13, Kind.DATE, lambda c: parse_day_or_text(c.of.old_since)),
    Column("old_place", 16, Kind.TEXT, lambda c: c.of.old_place),
    Column("language", 10, Kind.TEXT, lambda c: c.of.language),
    Column("source", 40, Kind.TEXT, lambda c: c.document.source),
    Column("norm", 18, Kind.TEXT, lambda c: c.of.new_norm or c.of.old_norm, hidden=True),
    Column("identity", 18, Kind.TEXT, lambda c: c.of.identity, hidden=True),
    Column("id", 18, Kind.TEXT, lambda c: c.of.id, hidden=True),
)

GLOSSARY: tuple[Column[InDocument[Term]], ...] = (
    Column("term", 30, Kind.LABEL, lambda d: d.of.term, printed=True),
    Column("definition", 84, Kind.TEXT, lambda d: d.of.quote, printed=True),
    Column("role", 24, Kind.TEXT, lambda d: d.of.role, printed=True),
    Column("actor", 14, Kind.TEXT, lambda d: d.of.actor, choices="bearer_class", printed=True),
    Column("uses", 9, Kind.NUMBER, lambda d: d.of.uses or None, printed=True),
    Column("act", 32, Kind.TEXT, lambda d: act_of(d.document), printed=True, lines=4),
    Column("place", 16, Kind.TEXT, lambda d: d.of.place, printed=True),
    Column("page", 7, Kind.NUMBER, lambda d: d.of.page, printed=True),
    Column("link", 10, Kind.LINK, lambda _: None),
    Column("language", 10, Kind.TEXT, lambda d: d.of.language),
    Column("source", 40, Kind.TEXT, lambda d: d.document.source),
    Column("id", 18, Kind.TEXT, lambda d: d.of.id, hidden=True),
)
