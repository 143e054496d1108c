"""Writes norms one after the other: semicolon-separated text for spreadsheets, JSON Lines, and Parquet for analysts; and
has the published JSON Schemas of lines of JSON.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import date, datetime
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dutybook.errors import BadFilter, BadRequest, MissingExtra
from dutybook.export.columns import TABLE, Value
from dutybook.export.content import VERSION, Content, ObligationRow, clean, shorten
from dutybook.records.dates import parse_day
from dutybook.records.norm_fields import (
    NORM_FIELDS,
    FieldGroup,
    FieldKind,
    NormField,
    fields_in,
    fields_to_dict,
    plain_value,
)
from dutybook.store import DeadlineRow, EventRow
from dutybook.store.judgements.record import Record

if TYPE_CHECKING:
    import pyarrow as pa

DELIMITERS = {";": ";", ",": ",", "tab": "\t"}
"""What may stand between cells, by the name that it is asked for."""

# Apostrophes before the sign count too, so that an added apostrophe can be distinguished from an original one.
_RISKY = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")


def write_csv(content: Content, path: Path, *, delimiter: str = ";") -> int:
    """Write a line of column names and one line for each norm, in which no text can act as a formula. Returns the
    number of norms.

    UTF-8 with a byte order mark (without it Excel guesses the code page and breaks umlauts), ``;`` between cells (what
    Excel expects wherever the comma is the decimal sign) unless another delimiter is asked for, RFC 4180 quoting, CRLF
    line ends. A text that is longer than the cell of a spreadsheet would spill into the next row, so it is shortened
    with a note.

    Raises:
        BadFilter: ``delimiter`` is none of :data:`DELIMITERS`.
    """
    if delimiter not in DELIMITERS:
        raise BadFilter(f"{delimiter!r} cannot stand between cells. There are: {' '.join(DELIMITERS)}")
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file, delimiter=DELIMITERS[delimiter], lineterminator="\r\n")
        lines.writerow(column.name for column in TABLE)
        for row in content.rows():
            lines.writerow(_cell(column.value(row)) for column in TABLE)
            count += 1
    return count


def guard(text: str) -> str:
    """``text`` changed so that a spreadsheet shows it and never computes it: what begins with ``=``, ``+``, ``-``, ``@``,
    tab, carriage return or one of the full-width forms gets an apostrophe in front (OWASP, CSV injection).

    >>> guard("=1+1"), guard("5 days")
    ("'=1+1", '5 days')
    """
    return "'" + text if _RISKY.match(text) else text


def unguard(cell: str) -> str:
    """The text that was given to :func:`guard`."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return shorten(guard(clean(value)))
    return value.isoformat() if isinstance(value, date) else str(value)


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
    # A line of `extract` leaves out empty lists, of an act's own terms that they are no new text, and of what is no news its status.
    left_out = {f.name for f in fields_in(FieldGroup.NEW_TEXT, FieldGroup.NEWS)} | {
        f.name for f in NORM_FIELDS if f.kind in {FieldKind.TEXTS, FieldKind.POINTS}
    }
    always = [f.name for f in NORM_FIELDS if kind == "export" or f.name not in left_out]
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


# The fields of a norm between its quote and its deadlines.
_WRITTEN = (FieldGroup.DUTY, FieldGroup.PARTS, FieldGroup.WORDING, FieldGroup.NEW_TEXT, FieldGroup.NEWS)
_BOOKKEEPING = frozenset({"ties", "seen", "stands", "declined", "control_words"})
# Line breaks to Unicode and to many readers, but not to JSON: escaped, so that a line stays a line.
_BREAKS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029", "\x85": "\\u0085"})


def write_jsonl(content: Content, path: Path) -> int:
    """Write one line a norm; returns the number of norms."""
    count = 0
    # A lone surrogate cannot be UTF-8; written as its escape it still is the JSON it was.
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        for row in content.rows():
            line = json.dumps(as_object(row), ensure_ascii=False, separators=(",", ":"))
            file.write(line.translate(_BREAKS) + "\n")
            count += 1
    return count


def as_object(row: ObligationRow) -> dict[str, Any]:
    """A norm as plain values. Boxes are in points, dates are ISO 8601, and unknown values are ``None``."""
    norm = row.norm
    return {
        "id": norm.id,
        "place": norm.place,
        "heading": row.heading,
        "quote": norm.quote,
        **fields_to_dict(norm, *_WRITTEN),
        "deadlines": [_deadline(deadline) for deadline in norm.deadlines],
        **fields_to_dict(norm, FieldGroup.TIMES),
        "page": norm.page,
        "boxes": list(norm.boxes),
        "penalty": norm.penalty,
        "cell": norm.cell,
        "evidence": _evidence(row),
        "review": _review(row.review),
        "document": {
            **_values(row.document, "id", "title", "work", "work_title"),
            "work_number": row.work_number,
            **_values(row.document, "source", "sha256", "language", "version_date", "published"),
            **_values(row.document, "publisher", "author"),
        },
    }


def _values(item: object, *names: str) -> dict[str, Any]:
    return {name: plain_value(getattr(item, name), str) for name in names}


def _review(record: Record | None) -> dict[str, Any] | None:
    if record is None:
        return None
    return {n: v for n, v in asdict(record).items() if n not in _BOOKKEEPING} | {"control": record.control}


def _evidence(row: ObligationRow) -> dict[str, Any] | None:
    if row.evidence is None:
        return None
    return {
        **_values(row.evidence, "name", "version", "cue", "confidence"),
        "doubtful": [doubt.field for doubt in row.doubts],
        "why": row.evidence.why,
    }


def _deadline(row: DeadlineRow) -> dict[str, Any]:
    return {
        **_values(row, "id", "quote", "kind", "value", "direction", "anchor", "due", "steps", "reason"),
        "starter": starter_to_dict(row),
        "events": [event_to_dict(event) for event in row.events],
    }


def starter_to_dict(row: DeadlineRow) -> dict[str, object] | None:
    """Who starts a deadline; None where the text does not say."""
    return {"kind": row.starter_kind, "words": row.starter} if row.starter_kind else None


def event_to_dict(event: EventRow) -> dict[str, object]:
    """An event that somebody entered, with the dates that follow from it (ISO 8601)."""
    return _values(event, "id", "occurred_at", "place", "law", "dates", "steps", "note")


GROUP = 10_000
"""Rows of a Parquet row group, which is the unit that a reader skips or reads, and that is kept in memory."""


def write_parquet(content: Content, path: Path) -> int:
    """Write one row a norm, with deadlines and reviews as nested columns; returns the number of norms.

    Names are those of the JSON Lines. Labels are dictionaries (categories in pandas), days are ``date32``, times are
    timestamps in UTC, boxes are in points. The metadata of the file says who wrote it, with which filters, and where
    its fields are described.

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
    typed = [(field.name, _typed(field.type)) for field in schema]
    count = 0
    rows = map(_flat, content.rows())
    # A Python file object, so that errors are reported as for every other format.
    with path.open("wb") as file, pq.ParquetWriter(file, schema, compression="zstd") as table:
        while group := [{name: make(row.get(name)) for name, make in typed} for row in islice(rows, GROUP)]:
            table.write_table(pa.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


def _schema(pa: Any) -> pa.Schema:
    text, label, day, number = pa.string(), pa.dictionary(pa.int32(), pa.string()), pa.date32(), pa.int32()
    moment, texts = pa.timestamp("s", tz="UTC"), pa.list_(text)
    kinds = {FieldKind.DAY: day, FieldKind.TEXTS: texts, FieldKind.NUMBER: pa.int64(), FieldKind.FLAG: pa.bool_()}

    points = pa.struct([("place", text), ("quote", text), ("start", pa.int64()), ("end", pa.int64())])
    kinds[FieldKind.POINTS] = pa.list_(points)

    def each(names: str, kind: Any) -> dict[str, Any]:
        return dict.fromkeys(names.split(), kind)

    def structs(**members: Any) -> Any:
        return pa.list_(pa.struct(list(members.items())))

    def fields(*groups: FieldGroup) -> dict[str, Any]:
        return {f.name: kinds.get(f.kind, text if _is_distinct(f) else label) for f in fields_in(*groups)}

    events = structs(**each("id occurred_at place law", text), dates=texts, steps=texts, note=text)
    authorship = {"by": text, "at": moment}
    return pa.schema(
        {
            **each("id place heading quote", text),
            **fields(*_WRITTEN),
            "due": day,
            "deadlines": structs(
                **each("id quote kind value direction anchor", text),
                **{"due": day, "steps": texts, **each("reason starter_kind starter", text), "events": events},
            ),
            **fields(FieldGroup.TIMES),
            "page": number,
            "boxes": structs(page=number, **each("x0 top x1 bottom", pa.float32())),
            "penalty": text,
            "cell": structs(**each("table row column", number), **each("column_header row_header", text)).value_type,
            "confidence": pa.float64(),
            "doubtful": texts,
            **each("rule rule_version", label),
            **each("cue why", text),
            **each("status owner reviewer", label),
            **each("own_due review_date", day),
            "priority": label,
            "applicability": label,
            **each("applicability_reason control finding finding_reason requires_review", text),
            "notes": structs(text=text, **authorship),
            "links": structs(label=text, target=text, **authorship, item=text),
            "controls": structs(control=text, **authorship, label=text),
            "corrections": structs(**each("norm field extracted value why", text), **authorship),
            "proposals": structs(**each("id norm change reason", text), **authorship),
            "changed": moment,
            **each("changed_by work work_number work_title document title document_language", label),
            **each("version_date published publisher author source sha256", label),
        }
    )


def _is_distinct(field: NormField) -> bool:
    """Whether few norms share a value of the field, so that a dictionary of values would save nothing."""
    return field.kind is FieldKind.RANGE or (field.kind is FieldKind.PART and field.about.group is FieldGroup.PARTS)


def _flat(row: ObligationRow) -> dict[str, Any]:
    """A line of JSON without its levels: what the review record has empty is null."""
    line = as_object(row)
    document, evidence = line.pop("document"), line.pop("evidence") or {}
    review = {name: None if value == "" else value for name, value in (line.pop("review") or {}).items()}
    for deadline in line["deadlines"]:
        starter = deadline["starter"] or {}
        deadline |= {"starter_kind": starter.get("kind"), "starter": starter.get("words")}
    return {
        **review,
        "own_due": review.get("due"),
        "requires_review": review.get("why"),
        "rule": evidence.get("name"),
        "rule_version": evidence.get("version"),
        "cue": evidence.get("cue"),
        "why": evidence.get("why"),
        "doubtful": evidence.get("doubtful", []),
        **document,
        "document": document["id"],
        "document_language": document["language"],
        **line,
        "due": row.norm.due,
        "confidence": row.norm.confidence,
    }


def _typed(kind: Any) -> Callable[[Any], Any]:
    """A function that makes a value of an Arrow type from a JSON value; lone surrogates, which UTF-8 cannot encode,
    become question marks.
    """
    from pyarrow import types

    if types.is_date32(kind):
        return lambda value: parse_day(str(value)) if value else None
    if types.is_timestamp(kind):
        return lambda value: datetime.fromisoformat(value) if value else None
    if types.is_list(kind):
        make = _typed(kind.value_type)
        return lambda value: None if value is None else [make(each) for each in value]
    if types.is_struct(kind):
        members = [(member.name, _typed(member.type)) for member in kind]
        return lambda value: None if value is None else {name: make(value.get(name)) for name, make in members}
    return _encodable


def _encodable(value: Any) -> Any:
    # Looking is cheaper than encoding, and nearly all text passes.
    return value if not isinstance(value, str) or value.isascii() else value.encode("utf-8", "replace").decode()
