"""Writes the register as one typed table for analysts: Parquet, one row per norm, with deadlines and reviews as
nested columns.

Names are those of the JSON Lines. Labels are dictionaries (categories in pandas), days are ``date32``, times are
timestamps in UTC, boxes are in points. The metadata of the file says who wrote it, with which filters, and where its
fields are described. Rows are written in groups as they come, so memory does not grow with their number.
"""

from __future__ import annotations

import json
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dutybook.errors import MissingExtra
from dutybook.export.content import VERSION, Content, ObligationRow
from dutybook.export.tables import schema_of
from dutybook.records.dates import parse_day
from dutybook.records.norm_fields import NORM_FIELDS, FieldGroup, FieldKind, NormField, fields_in
from dutybook.store import DeadlineRow
from dutybook.store.judgements.record import Record

if TYPE_CHECKING:
    import pyarrow as pa

GROUP = 10_000
"""Rows of a row group, which is the unit that a reader skips or reads, and that is kept in memory."""


def write(content: Content, path: Path) -> int:
    """Write one row a norm; returns the number of norms.

    Raises:
        MissingExtra: pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise MissingExtra("a Parquet file", "parquet") from error
    schema = _schema(pa).with_metadata(
        {
            "dutybook.version": VERSION,
            "dutybook.filters": json.dumps(dict(content.filters), ensure_ascii=False, default=str),
            "dutybook.fields": schema_of("export")["$id"],
        }
    )
    count = 0
    rows = content.rows()
    # A Python file object, so that errors are reported as for every other format.
    with path.open("wb") as file, pq.ParquetWriter(file, schema, compression="zstd") as table:
        while group := [_values(row) for row in islice(rows, GROUP)]:
            table.write_table(pa.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


def _schema(pa: Any) -> pa.Schema:
    text, label, day, number = pa.string(), pa.dictionary(pa.int32(), pa.string()), pa.date32(), pa.int32()
    moment = pa.timestamp("s", tz="UTC")
    texts = pa.list_(text)

    kinds = {FieldKind.DAY: day, FieldKind.TEXTS: texts, FieldKind.NUMBER: pa.int64(), FieldKind.FLAG: pa.bool_()}

    def struct(**members: Any) -> Any:
        return pa.struct(list(members.items()))

    def fields(*groups: FieldGroup) -> dict[str, Any]:
        return {f.name: kinds.get(f.kind, text if _is_distinct(f) else label) for f in fields_in(*groups)}

    events = struct(id=text, happened=text, place=text, law=text, dates=texts, steps=texts, note=text)
    deadline = struct(
        **dict.fromkeys(("id", "quote", "kind", "value", "direction", "anchor"), text),
        due=day,
        steps=texts,
        reason=text,
        starter_kind=text,
        starter=text,
        events=pa.list_(events),
    )
    box = struct(page=number, **dict.fromkeys(("x0", "top", "x1", "bottom"), pa.float32()))
    comment = struct(text=text, by=text, at=moment)
    link = struct(label=text, target=text, by=text, at=moment)
    corrected = struct(norm=text, field=text, extracted=text, value=text, why=text, by=text, at=moment)
    return pa.schema(
        {
            **dict.fromkeys(("id", "place", "heading", "quote"), text),
            **fields(FieldGroup.DUTY, FieldGroup.PARTS, FieldGroup.WORDING),
            "due": day,
            "deadlines": pa.list_(deadline),
            **fields(FieldGroup.TIMES),
            "page": number,
            "boxes": pa.list_(box),
            "penalty": text,
            "cell": struct(table=number, row=number, column=number, column_header=text, row_header=text),
            "confidence": pa.float64(),
            "doubtful": texts,
            **dict.fromkeys(("rule", "rule_version"), label),
            **dict.fromkeys(("cue", "why"), text),
            **dict.fromkeys(("status", "owner", "reviewer"), label),
            **dict.fromkeys(("own_due", "review_date"), day),
            **dict.fromkeys(("applicability",), label),
            **dict.fromkeys(("applicability_reason", "control", "finding", "finding_reason", "requires_review"), text),
            "notes": pa.list_(comment),
            "links": pa.list_(link),
            "corrections": pa.list_(corrected),
            "changed": moment,
            "changed_by": label,
            **dict.fromkeys(("work", "work_number", "work_title", "document", "title", "document_language"), label),
            **dict.fromkeys(("version_date", "published", "source", "sha256"), label),
        }
    )


def _is_distinct(field: NormField) -> bool:
    """Whether few norms share a value of the field, so that a dictionary of values would save nothing."""
    return field.kind is FieldKind.RANGE or (field.kind is FieldKind.PART and field.about.group is FieldGroup.PARTS)


def _values(row: ObligationRow) -> dict[str, Any]:
    norm, document, evidence = row.norm, row.document, row.evidence
    made: dict[str, Any] = {
        name: getattr(norm, name)
        for name in (
            *(field.name for field in NORM_FIELDS),
            *("id", "place", "quote", "due", "page", "boxes", "penalty", "cell", "confidence"),
        )
    }
    made |= {
        "heading": row.heading,
        "deadlines": [_deadline(deadline) for deadline in norm.deadlines],
        "doubtful": [doubt.field for doubt in row.doubts],
        "rule": evidence.name if evidence else None,
        "rule_version": evidence.version if evidence else None,
        "cue": evidence.cue if evidence else None,
        "why": evidence.why if evidence else None,
        **_review_values(row.review),
        "work": document.work,
        "work_number": row.work_number,
        "work_title": document.work_title,
        "document": document.id,
        "title": document.title,
        "document_language": document.language,
        "version_date": document.version_date,
        "published": document.published,
        "source": document.source,
        "sha256": document.sha256,
    }
    return {name: _encodable(value) for name, value in made.items()}


def _deadline(row: DeadlineRow) -> dict[str, Any]:
    names = ("id", "quote", "kind", "value", "direction", "anchor", "due", "steps", "reason", "starter_kind", "starter")
    events = [
        {name: getattr(event, name) for name in ("id", "happened", "place", "law", "dates", "steps", "note")}
        for event in row.events
    ]
    return {**{name: getattr(row, name) for name in names}, "events": events}


def _review_values(record: Record | None) -> dict[str, Any]:
    """The values of a review record, with null for empty fields; none without a record."""
    if record is None:
        return {}
    names = (
        *("status", "owner", "reviewer", "applicability", "applicability_reason", "control", "finding"),
        *("finding_reason", "changed_by"),
    )

    def listed(items: tuple[Any, ...], *fields: str) -> list[dict[str, Any]]:
        return [{**{f: getattr(item, f) for f in fields}, "at": _moment(item.at)} for item in items]

    return {
        **{name: getattr(record, name) or None for name in names},
        "own_due": parse_day(record.due),
        "review_date": parse_day(record.review_date),
        "requires_review": record.why or None,
        "changed": _moment(record.changed),
        "notes": listed(record.notes, "text", "by"),
        "links": listed(record.links, "label", "target", "by"),
        "corrections": listed(record.corrections, "norm", "field", "extracted", "value", "why", "by"),
    }


def _moment(written: str) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _encodable(value: Any) -> Any:
    """A value whose texts UTF-8 can encode: lone surrogates become question marks."""
    match value:
        case str():
            # Looking is cheaper than encoding, and nearly all text passes.
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        case dict():
            return {name: _encodable(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_encodable(inner) for inner in value]
    return value
