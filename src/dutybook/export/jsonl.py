"""The published JSON Schemas of what Dutybook writes as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from importlib import resources
from pathlib import Path
from typing import Any

from dutybook.errors import BadRequest
from dutybook.export.content import Content, ObligationRow
from dutybook.records.norm_fields import NORM_FIELDS, FieldGroup, FieldKind, fields_to_dict
from dutybook.store import DeadlineRow, DocumentRow, EventRow
from dutybook.store.judgements.record import Record

#: What a schema is of, by the name that it is asked for: a line of ``export FILE.jsonl``, a line of ``extract``.
SCHEMAS = {"export": "register-line", "extract": "extract-line"}


def schema_of(kind: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of one line of a kind of :data:`SCHEMAS`.

    The schema files contain everything except the fields of a norm, which are described where they are declared.

    Raises:
        BadRequest: there is no such kind.
    """
    if kind not in SCHEMAS:
        raise BadRequest(f"there is no JSON Schema of {kind!r}. There are: {', '.join(SCHEMAS)}")
    file = resources.files("dutybook.export") / "schema" / f"{SCHEMAS[kind]}.schema.json"
    made: dict[str, Any] = json.loads(file.read_text("utf-8"))
    norm = made if kind == "export" else made["$defs"]["norm"]
    # A line of `extract` leaves empty lists out.
    always = [f.name for f in NORM_FIELDS if kind == "export" or f.kind is not FieldKind.TEXTS]
    norm["required"] = _after_quote(norm["required"], always)
    described = {field.name: field.json_schema for field in NORM_FIELDS}
    norm["properties"] = {
        name: described.get(name) or norm["properties"][name] for name in _after_quote(norm["properties"], described)
    }
    return made


def _after_quote(names: Iterable[str], added: Iterable[str]) -> list[str]:
    known = list(names)
    at = known.index("quote") + 1
    return [*known[:at], *added, *known[at:]]


_BOOKKEEPING = frozenset({"ties", "seen", "stands"})

# Line breaks to Unicode and to many readers, but not to JSON: escaped, so that a line stays a line.
_BREAKS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"})


def write(content: Content, path: Path) -> int:
    """Write one line a norm; returns the number of norms."""
    count = 0
    # A lone surrogate cannot be UTF-8; written as its escape it still is the JSON it was.
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        for row in content.rows():
            line = json.dumps(as_object(row), ensure_ascii=False, separators=(",", ":"))
            file.write(line.translate(_BREAKS) + "\n")
            count += 1
    return count


def as_object(row: ObligationRow) -> dict[str, object]:
    """A norm as plain values. Boxes are in points, dates are ISO 8601, and unknown values are ``None``."""
    norm = row.norm
    return {
        "id": norm.id,
        "place": norm.place,
        "heading": row.heading,
        "quote": norm.quote,
        **fields_to_dict(norm, FieldGroup.DUTY, FieldGroup.PARTS, FieldGroup.WORDING),
        "deadlines": [_deadline(deadline) for deadline in norm.deadlines],
        **fields_to_dict(norm, FieldGroup.TIMES),
        "page": norm.page,
        "boxes": list(norm.boxes),
        "penalty": norm.penalty,
        "cell": norm.cell,
        "evidence": _evidence(row),
        "review": review_to_dict(row.review),
        "document": _document(row.document, row.work_number),
    }


def review_to_dict(record: Record | None) -> dict[str, object] | None:
    """The review record of a norm, without bookkeeping; None where people recorded nothing."""
    if record is None:
        return None
    kept = {name: value for name, value in asdict(record).items() if name not in _BOOKKEEPING}
    return kept | {"corrections": [asdict(c) for c in record.corrections]}


def _deadline(row: DeadlineRow) -> dict[str, object]:
    return {
        "id": row.id,
        "quote": row.quote,
        "kind": row.kind,
        "value": row.value,
        "direction": row.direction,
        "anchor": row.anchor,
        "due": row.due.isoformat() if row.due else None,
        "steps": list(row.steps),
        "reason": row.reason,
        "starter": starter_to_dict(row),
        "events": [event_to_dict(event) for event in row.events],
    }


def starter_to_dict(row: DeadlineRow) -> dict[str, object] | None:
    """Who starts a deadline; None where the text does not say."""
    return {"kind": row.starter_kind, "words": row.starter} if row.starter_kind else None


def event_to_dict(event: EventRow) -> dict[str, object]:
    """An event that somebody entered, with the dates that follow from it (ISO 8601)."""
    return {
        "id": event.id,
        "happened": event.happened,
        "place": event.place,
        "law": event.law,
        "dates": list(event.dates),
        "steps": list(event.steps),
        "note": event.note,
    }


def _document(row: DocumentRow, number: str | None) -> dict[str, object]:
    return {
        "id": row.id,
        "title": row.title,
        "work": row.work,
        "work_title": row.work_title,
        "work_number": number,
        "source": row.source,
        "sha256": row.sha256,
        "language": row.language,
        "version_date": row.version_date,
        "published": row.published,
    }


def _evidence(whole: ObligationRow) -> dict[str, object] | None:
    row = whole.evidence
    if row is None:
        return None
    return {
        "name": row.name,
        "version": row.version,
        "cue": row.cue,
        "confidence": row.confidence,
        "doubtful": [doubt.field for doubt in whole.doubts],
        "why": row.why,
    }
