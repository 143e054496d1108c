"""The columns of a document's rows, table by table: in this order they are made, stored, read back and summed up."""

from __future__ import annotations

from dutybook.records.norm_fields import NORM_FIELDS
from dutybook.store.sql import Sql, compose

#: Column names in the order in which each table's rows are made (:func:`dutybook.store.documents.flatten.flatten`); ``norms.row`` is the writer's.
COLUMNS: dict[str, tuple[str, ...]] = {
    "works": ("id", "kind", "jurisdiction", "number", "short_title", "issuer"),
    "documents": (
        *("id", "work", "title", "language", "genre", "genre_probability", "family", "status", "reason"),
        *("version_date", "published", "pages", "characters", "norms", "problems", "source", "sha256", "analyser"),
        *("published_by", "in_force_from", "in_force_until", "version_kind", "format", "reasons", "author", "place"),
        *("publisher", "operative", "searched", "gaps", "digest"),
    ),
    "work_names": ("document", "work", "kind", "jurisdiction", "number", "short_title", "issuer", "language"),
    "texts": ("document", "text", "boilerplate"),
    "pages": ("document", "number", "width", "height", "source", "note", "confidence", "reasons"),
    "provisions": (
        *("id", "document", "parent", "position", "kind", "number", "heading", "place", "zone", "page"),
        *("span_start", "span_end"),
    ),
    "norms": (
        *("id", "document", "place", "quote"),
        *(field.name for field in NORM_FIELDS),
        *("page", "confidence", "provision", "position", "span_start", "span_end", "parts", "boxes", "terms"),
        *("headings", "leading", "cell", "bearer_definition", "applies_from_by", "applies_until_by", "topics"),
    ),
    "deadlines": (
        *("id", "norm", "document", "position", "quote", "kind", "value", "direction", "anchor", "due", "reason"),
        *("steps", "page", "span_start", "span_end", "basis", "starter", "starter_kind"),
    ),
    "facts": (
        *("id", "document", "position", "type", "quote", "value", "due", "steps", "page", "span_start", "span_end"),
        *("place", "scope", "outside", "reach", "about", "basis", "status"),
    ),
    "penalties": ("id", "document", "position", "quote", "imposed", "page", "span_start", "span_end"),
    "amounts": ("penalty", "position", "amount", "currency", "percent", "of"),
    "citations": (
        *("id", "document", "norm", "position", "as_written", "work", "place", "resolved", "page"),
        *("span_start", "span_end"),
    ),
    "procedure_steps": (
        *("id", "document", "position", "step", "value", "reached", "words", "quote", "page"),
        *("span_start", "span_end"),
    ),
    "named_acts": (
        *("id", "document", "position", "act", "name", "language", "draft", "quote", "page"),
        *("span_start", "span_end"),
    ),
    "rejected": (
        *("id", "document", "position", "place", "quote", "reason", "provision", "page", "boxes"),
        *("span_start", "span_end"),
    ),
    "gaps": ("document", "position", "kind", "place", "quote", "page", "span_start", "span_end"),
    "definitions": (
        *("id", "document", "position", "work", "number", "place", "term", "role", "actor", "quote", "language"),
        *("page", "span_start", "span_end"),
    ),
    "norm_terms": ("norm", "definition", "document", "position"),
    "sanctions": ("norm", "penalty", "document", "position"),
    "amendments": (
        *("id", "document", "position", "kind", "act", "work", "target", "place", "quote", "page"),
        *("span_start", "span_end"),
    ),
    "norm_periods": ("norm", "position", "document", "applies_from", "applies_until", "about", "fact"),
    "date_changes": (
        *("id", "document", "position", "work", "target", "old", "new", "place", "quote", "page"),
        *("span_start", "span_end"),
    ),
    "work_numbers": ("document", "work", "scheme", "number"),
    "work_relations": (
        *("id", "document", "position", "work", "related", "kind", "place", "quote", "page"),
        *("span_start", "span_end"),
    ),
    "evidence": (
        *("kind", "finding", "document", "name", "version", "cue", "cue_start", "cue_end", "confidence", "why"),
        *("page", "boxes", "fields"),
    ),
}

#: Columns of norms that are made anew in place when the rules for them change: what norms are found by, which is no content.
REMADE = ("terms", "headings", "leading")


def rows_of(table: str) -> Sql:
    """The condition for the rows of a table that belong to a document, whose id is the one parameter."""
    match table:
        case "works":
            return compose("id = (SELECT work FROM documents WHERE id = ?)")
        case "documents":
            return compose("id = ?")
        case "amounts":
            return compose("penalty IN (SELECT id FROM penalties WHERE document = ?)")
    return compose("document = ?")
