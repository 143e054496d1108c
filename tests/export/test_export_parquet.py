"""The typed table: what columns are, what analysts' programs make of it, what it says of itself."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from export_fakes import hostile, mixed
from test_export_json_schemas import lines, reviewed

from dutybook.errors import MissingExtra
from dutybook.export import export, tables
from dutybook.store import Register


def table(register: Register, tmp_path: Path, filters: dict[str, object] | None = None) -> pa.Table:
    count = export(register, tmp_path / "a.parquet", filters)
    made = pq.read_table(tmp_path / "a.parquet")
    assert made.num_rows == count
    return made


def test_columns_have_types(tmp_path: Path) -> None:
    schema = table(mixed(), tmp_path).schema
    assert schema.field("due").type == schema.field("applies_from").type == pa.date32()
    assert schema.field("page").type == pa.int32()
    assert schema.field("confidence").type == pa.float64()
    assert pa.types.is_dictionary(schema.field("modality").type)
    deadline = schema.field("deadlines").type.value_type
    assert deadline.field("due").type == pa.date32()
    assert pa.types.is_list(deadline.field("steps").type)
    assert schema.field("changed").type == pa.timestamp("ms", tz="UTC"), "Parquet has no coarser moment"


def test_what_is_said_arrives_whole(tmp_path: Path) -> None:
    register = reviewed()
    (row,) = table(register, tmp_path).to_pylist()
    (line,) = lines(register, tmp_path)
    same = ("id", "place", "heading", "quote", "modality", "bearer", "condition", "exception", "stem", "language", "page", "penalty", "cell", "applies_why")  # fmt: skip
    assert {name: row[name] for name in same} == {name: line[name] for name in same}
    (deadline,) = row["deadlines"]
    assert deadline["events"] == line["deadlines"][0]["events"]
    assert row["due"] == date(2031, 3, 4), "the earliest day, of an event too"
    assert deadline["starter_kind"] == "bearer"
    assert row["applies_from"] == date(2030, 5, 1)
    assert (row["status"], row["owner"], row["own_due"]) == ("applicable", "anna", None)
    (note,) = row["notes"]
    assert note == {"text": "asked", "by": "anna", "at": datetime(2026, 3, 2, 14, 0, tzinfo=UTC)}
    assert row["corrections"][0]["field"] == "bearer_class"
    assert row["doubtful"] == line["evidence"]["doubtful"] == [], "somebody judged it"
    assert row["document"] == line["document"]["id"]


def test_it_says_who_wrote_it_and_what_was_asked_for(tmp_path: Path) -> None:
    metadata = table(mixed(), tmp_path, {"modality": "prohibition"}).schema.metadata
    assert json.loads(metadata[b"dutybook.filters"]) == {"modality": "prohibition"}
    assert metadata[b"dutybook.version"]
    assert metadata[b"dutybook.fields"] == b"urn:dutybook:schema:register-line:1"


def test_rows_are_written_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "GROUP", 4)
    register = hostile()
    export(register, tmp_path / "a.parquet")
    file = pq.ParquetFile(tmp_path / "a.parquet")
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [4, 4, 3]
    # A label that first comes in a later group is read all the same.
    assert file.read()["title"].to_pylist() == ["Fährverordnung A"] * 11


def test_pandas_counts_with_it(tmp_path: Path) -> None:
    export(mixed(), tmp_path / "a.parquet")
    frame = pd.read_parquet(tmp_path / "a.parquet")
    assert isinstance(frame["modality"].dtype, pd.CategoricalDtype)
    assert frame["modality"].value_counts().to_dict() == {
        "obligation": 2, "permission": 1, "exemption": 1, "prohibition": 1
    }  # fmt: skip
    assert frame["due"].dropna().tolist() == [date(2027, 5, 1)] * 2


def test_a_reader_filters_before_it_reads(tmp_path: Path) -> None:
    export(mixed(), tmp_path / "a.parquet")
    found = pq.read_table(tmp_path / "a.parquet", filters=pc.field("due") >= pa.scalar(date(2027, 1, 1)))
    assert found["place"].to_pylist() == ["Art 3", "§ 1"]


def test_a_lone_surrogate_is_replaced(tmp_path: Path) -> None:
    members = {"a": pa.string(), "b": pa.list_(pa.struct({"c": pa.string()})), "n": pa.int32()}
    row: dict[str, Any] = {"a": "x\ud800y", "b": [{"c": "\udfff"}], "n": 1}
    assert tables._typed(pa.struct(members))(row) == {"a": "x?y", "b": [{"c": "?"}], "n": 1}


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(MissingExtra, match=r"pip install .*pyarrow"):
        export(mixed(), tmp_path / "a.parquet")
    assert not list(tmp_path.iterdir())
