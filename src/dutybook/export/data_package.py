"""Writes a Data Package: norms as CSV and, where pyarrow is installed, Parquet, in a ZIP file with ``datapackage.json``.

The description says of each file which columns it has, of which type, and what they mean, so that a program reads it
without guessing (Data Package 2.0, Table Schema). A table of norms is the same as :mod:`dutybook.export.tables` writes,
with commas between cells.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from dutybook.errors import MissingExtra
from dutybook.export import tables
from dutybook.export.columns import TABLE, YES_OR_NO, Column, Kind
from dutybook.export.content import VERSION, Content, ObligationRow, filters_in_words
from dutybook.languages.reader import reader_words
from dutybook.records.norm_fields import NORM_FIELDS

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
#: Columns of days that may be written less exactly, as ``2026-08``.
_PERHAPS_DAYS = frozenset({"published", "version", "own_due", "review_date"})
#: Lists whose values documents and people can extend.
_OPEN_LISTS = frozenset({"deadline"})
_WHOLE = frozenset({"page"})
_FIELDS = {field.name: field for field in NORM_FIELDS}
#: The time of files in a ZIP whose writer knows none.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def write(content: Content, path: Path, *, now: datetime | None = None) -> int:
    """Write the package. Returns the number of norms.

    Args:
        content: the norms.
        path: the file.
        now: the time of writing, which the package states.
    """
    with TemporaryDirectory(prefix="dutybook-") as folder:
        place = Path(folder)
        count = tables.write_csv(content, place / "norms.csv", delimiter=",")
        _without_mark(place / "norms.csv")
        described = [_csv(place / "norms.csv", content.reader)]
        try:
            tables.write_parquet(content, place / "norms.parquet")
        except MissingExtra:
            (place / "norms.parquet").unlink(missing_ok=True)
        else:
            described.append(_parquet(place / "norms.parquet"))
        about = json.dumps(_package(content, described, now), ensure_ascii=False, indent=2, default=str)
        (place / "datapackage.json").write_text(about + "\n", encoding="utf-8", errors="replace")
        moment = now.timetuple()[:6] if now else _NO_TIME
        with ZipFile(path, "w") as package:
            for name in ("datapackage.json", *(resource["path"] for resource in described)):
                entry = ZipInfo(name, moment)
                # Parquet is compressed already.
                entry.compress_type = ZIP_STORED if name.endswith(".parquet") else ZIP_DEFLATED
                entry.external_attr = 0o644 << 16
                with (place / name).open("rb") as source, package.open(entry, "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target, 1 << 20)
    return count


def _without_mark(file: Path) -> None:
    """Remove the byte order mark, which only spreadsheets need."""
    plain = file.with_suffix(".plain")
    with file.open("rb") as source, plain.open("wb") as target:
        source.seek(len(codecs.BOM_UTF8))
        shutil.copyfileobj(source, target, 1 << 20)
    plain.replace(file)


def _package(content: Content, resources: list[dict[str, Any]], now: datetime | None) -> dict[str, Any]:
    words = reader_words("report", content.reader)
    made: dict[str, Any] = {
        "$schema": PROFILE,
        "name": "dutybook-norms",
        "title": words("title.register"),
        "description": f"{words('filters')}: {filters_in_words(content.filters, content.reader)}\n{words('copyright')}",
        "homepage": "https://pypi.org/project/dutybook/",
        "contributors": [{"title": f"Dutybook {VERSION}", "roles": ["wrangler"]}],
    }
    if now:
        made["created"] = now.isoformat(timespec="seconds")
    if sources := list(_sources(content)):
        made["sources"] = sources
    return {**made, "resources": resources}


def _sources(content: Content) -> Iterator[dict[str, str]]:
    """The documents that the norms are from, with the address of those on the web."""
    seen = {row.document.id: row.document for row in content.rows()}
    for document in seen.values():
        title = document.title or Path(document.source).name
        at = {"path": document.source} if document.source.startswith(("https://", "http://")) else {}
        yield {"title": " ".join(title.split()) or document.id, **at, "version": document.version_date or document.id}


def _resource(file: Path, title: str, mediatype: str, schema: dict[str, Any]) -> dict[str, Any]:
    with file.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256")
    name, _, form = file.name.partition(".")
    return {
        "name": f"{name}-{form}",
        "type": "table",
        "title": title,
        "path": file.name,
        "format": form,
        "mediatype": mediatype,
        "bytes": file.stat().st_size,
        "hash": f"sha256:{digest.hexdigest()}",
        "schema": {**schema, "primaryKey": ["id"], "missingValues": [""]},
    }


def _csv(file: Path, reader: str) -> dict[str, Any]:
    fields = [_column(column, reader) for column in TABLE]
    made = _resource(file, "Norms, one a row", "text/csv", {"fields": fields})
    dialect = {"delimiter": ",", "header": True, "lineTerminator": "\r\n", "quoteChar": '"', "doubleQuote": True}
    return {**made, "encoding": "utf-8", "dialect": dialect}


def _column(column: Column[ObligationRow], reader: str) -> dict[str, Any]:
    field = _FIELDS.get(column.name)
    heading = reader_words("register", reader).get(f"column.{column.name}", column.name)
    made: dict[str, Any] = {"name": column.name, "title": heading}
    if field and field.about.text:
        made["description"] = field.about.text
    if column.kind is Kind.DATE and column.name not in _PERHAPS_DAYS:
        return {**made, "type": "date", "format": "default"}
    if column.kind is Kind.NUMBER:
        return {**made, "type": "integer" if column.name in _WHOLE else "number"}
    choices = field.choices if field else ()
    if column.choices == YES_OR_NO and column.name != YES_OR_NO:
        return {**made, "type": "boolean", "trueValues": ["yes"], "falseValues": ["no"]}
    constraints: dict[str, Any] = {"enum": list(choices)} if choices and column.choices not in _OPEN_LISTS else {}
    if column.name == "id":
        constraints = {"required": True, "unique": True}
    return {**made, "type": "string", **({"constraints": constraints} if constraints else {})}


def _parquet(file: Path) -> dict[str, Any]:
    import pyarrow.parquet as pq

    described = {name: about.get("description") for name, about in tables.schema_of("export")["properties"].items()}
    fields = []
    for column in pq.read_schema(file):
        made = {"name": column.name, "type": _type(column.type)}
        fields.append({**made, "description": described[column.name]} if described.get(column.name) else made)
    mediatype = "application/vnd.apache.parquet"
    return _resource(file, "Norms with deadlines and reviews as nested columns", mediatype, {"fields": fields})


def _type(kind: Any) -> str:
    """The type of Table Schema for one of Arrow."""
    from pyarrow import types

    for is_so, name in (
        (types.is_date, "date"),
        (types.is_timestamp, "datetime"),
        (types.is_list, "array"),
        (types.is_struct, "object"),
        (types.is_boolean, "boolean"),
        (types.is_integer, "integer"),
        (types.is_floating, "number"),
    ):
        if is_so(kind):
            return name
    return "string"
