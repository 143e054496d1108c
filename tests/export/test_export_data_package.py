"""The Data Package: it keeps to the rules by which frictionless checks one, and describes its tables as they are."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from export_fakes import hostile, mixed
from jsonschema import Draft202012Validator

from dutybook.export import export
from dutybook.store import Register, open_register

TEXT = {"type": "string", "minLength": 1}
FIELD = {
    "type": "object",
    "required": ["name", "type"],
    "properties": {
        "name": TEXT,
        "title": TEXT,
        "description": TEXT,
        "type": {"enum": ["string", "number", "integer", "boolean", "date", "datetime", "array", "object"]},
        "constraints": {"type": "object", "propertyNames": {"enum": ["required", "unique", "enum"]}},
    },
}
RESOURCE = {
    "type": "object",
    "required": ["name", "path", "type", "format", "mediatype", "bytes", "hash", "schema"],
    "properties": {
        "name": {"type": "string", "pattern": "^[a-z0-9._-]+$"},
        # A path is relative and stays in the package.
        "path": {"type": "string", "pattern": r"^(?!.*\.\.)(?!/)[a-z.]+$"},
        "type": {"const": "table"},
        "hash": {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"},
        "schema": {
            "type": "object",
            "required": ["fields"],
            "properties": {
                "fields": {"type": "array", "minItems": 1, "items": FIELD},
                "missingValues": {"const": [""]},
            },
        },
    },
}
PACKAGE = {
    "type": "object",
    "required": ["$schema", "name", "resources"],
    "properties": {
        "$schema": {"const": "https://datapackage.org/profiles/2.0/datapackage.json"},
        "name": {"type": "string", "pattern": "^[a-z0-9._-]+$"},
        "resources": {"type": "array", "minItems": 1, "items": RESOURCE},
        "sources": {"type": "array", "items": {"type": "object", "required": ["title"]}},
        "created": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$"},
    },
}
PARSED: dict[str, Callable[[str, dict[str, Any]], object]] = {
    "string": lambda cell, _: cell,
    "number": lambda cell, _: float(cell),
    "integer": lambda cell, _: int(cell),
    "boolean": lambda cell, field: {**dict.fromkeys(field["trueValues"], 1), **dict.fromkeys(field["falseValues"], 0)}[
        cell
    ],
    "date": lambda cell, _: date.fromisoformat(cell),
}


def package(register: Register, tmp_path: Path, **options: Any) -> dict[str, Any]:
    """The description of a package, after all that a validator checks: its form, bytes, headers, types and constraints."""
    count = export(register, tmp_path / "a.zip", options=options)
    with zipfile.ZipFile(tmp_path / "a.zip") as file:
        assert file.testzip() is None
        made: dict[str, Any] = json.loads(file.read("datapackage.json"))
        contents = {resource["path"]: file.read(resource["path"]) for resource in made["resources"]}
    Draft202012Validator(PACKAGE).validate(made)
    for resource in made["resources"]:
        data = contents[resource["path"]]
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        names = [field["name"] for field in resource["schema"]["fields"]]
        assert len(names) == len(set(names))
        assert set(resource["schema"]["primaryKey"]) <= set(names)
    check_lines(made["resources"][0], contents["norms.csv"], count)
    if "norms.parquet" in contents:
        import pyarrow.parquet as pq

        table = pq.read_table(BytesIO(contents["norms.parquet"]))
        assert table.column_names == [field["name"] for field in made["resources"][1]["schema"]["fields"]]
        assert table.num_rows == count
    return made


def check_lines(resource: dict[str, Any], data: bytes, count: int) -> None:
    assert not data.startswith(b"\xef\xbb\xbf")
    lines = csv.reader(
        data.decode(resource["encoding"]).splitlines(keepends=True), delimiter=resource["dialect"]["delimiter"]
    )
    fields = resource["schema"]["fields"]
    assert next(lines) == [field["name"] for field in fields]
    keys = []
    for cells in lines:
        assert len(cells) == len(fields)
        for cell, field in zip(cells, fields, strict=True):
            constraints = field.get("constraints", {})
            if cell:
                PARSED[field["type"]](cell, field)
                assert cell in constraints.get("enum", [cell])
            else:
                assert not constraints.get("required")
        keys.append(cells[[field["name"] for field in fields].index("id")])
    assert len(keys) == len(set(keys)) == count


@pytest.mark.parametrize("made", [mixed, hostile, open_register])
def test_it_is_what_it_says(tmp_path: Path, made: Callable[[], Register]) -> None:
    package(made(), tmp_path)


def test_fields_are_described_where_they_are_declared(tmp_path: Path) -> None:
    made = package(mixed(), tmp_path, now=datetime(2032, 1, 2, 3, 4, 5, tzinfo=UTC))
    assert made["created"] == "2032-01-02T03:04:05+00:00"
    fields = {field["name"]: field for field in made["resources"][0]["schema"]["fields"]}
    assert fields["modality"]["constraints"]["enum"] == ["obligation", "prohibition", "permission", "exemption"]
    assert fields["bearer"]["description"].startswith("Who must act")
    assert (fields["due"]["type"], fields["page"]["type"], fields["quoted"]["type"]) == ("date", "integer", "boolean")
    nested = {field["name"]: field["type"] for field in made["resources"][1]["schema"]["fields"]}
    assert (nested["deadlines"], nested["cell"], nested["changed"]) == ("array", "object", "datetime")
    assert re.fullmatch("[a-z]+", made["resources"][1]["format"])


def test_without_pyarrow_it_has_no_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert [resource["path"] for resource in package(mixed(), tmp_path)["resources"]] == ["norms.csv"]
