"""The schema is described whole, its page is current, its examples run, and Datasette shows the descriptions."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builders import N, make_analysis
from dutybook.cli import run
from dutybook.records.norm_fields import NORM_FIELDS, FieldKind, NormField
from dutybook.store import Register, open_register, schema, schema_guide
from dutybook.store.documents.columns import COLUMNS
from dutybook.store.maintenance import health


@pytest.fixture
def register(tmp_path: Path) -> Register:
    made = open_register(tmp_path / "some register.db")
    norms = [
        N(
            "An operator shall report every incident within 72 hours.",
            place="Art 1",
            bearer="operator",
            deadline="within 72 hours",
        ),
        N("Agents must not outsource audits.", place="Art 2", bearer="Agents", modality="prohibition"),
    ]
    made.add(make_analysis(norms))
    return made


def test_every_table_view_and_column_is_described() -> None:
    tables = schema_guide.tables()
    assert [table.name for table in tables if not table.says] == []
    assert [f"{table.name}.{column.name}" for table in tables for column in table.columns if not column.says] == []


def test_nothing_else_is_described() -> None:
    descriptions = schema_guide.read_descriptions()
    there = {table.name: table for table in schema_guide.tables()}
    for section, is_view in (("tables", False), ("views", True)):
        for name, entry in descriptions[section].items():
            assert name in there
            assert (there[name].holds == "view") == is_view
            assert set(entry.get("columns", {})) <= {column.name for column in there[name].columns}


def _column_type(field: NormField) -> str:
    kind = "INTEGER" if field.kind in (FieldKind.NUMBER, FieldKind.FLAG) else "TEXT"
    return kind if field.optional else f"{kind} NOT NULL"


def test_each_field_of_a_norm_has_the_column_that_it_declares(register: Register) -> None:
    with register:
        found = register._connection.execute(
            "SELECT name, type, \"notnull\" FROM pragma_table_info('norms')"
        ).fetchall()
        columns = {name: f"{kind} NOT NULL" if required else kind for name, kind, required in found}
        assert {f.name: columns.get(f.name) for f in NORM_FIELDS} == {f.name: _column_type(f) for f in NORM_FIELDS}
        viewed = {name for (name,) in register._connection.execute("SELECT name FROM pragma_table_info('register')")}
        assert {f.name for f in NORM_FIELDS if f.about.correctable} <= viewed


def test_every_table_is_of_one_kind() -> None:
    kinds = (*schema.CONTENT_TABLES, *schema.DERIVED_TABLES, *schema.PEOPLE_TABLES)
    assert len(kinds) == len(set(kinds))
    assert set(kinds) <= {table.name for table in schema_guide.tables()}
    known = {table.name for table in schema_guide.tables() if table.holds == "register"}
    assert known >= {"runs", "meta", "norms_fts"}


def test_a_document_s_rows_fill_every_column_of_what_was_found() -> None:
    there = {table.name: {column.name for column in table.columns} for table in schema_guide.tables()}
    given = {"norms": {"row"}}
    assert {*COLUMNS, "checksums"} == set(schema.CONTENT_TABLES)
    assert {table: {*columns} | given.get(table, set()) for table, columns in COLUMNS.items()} == {
        table: there[table] for table in COLUMNS
    }


def test_the_page_is_current(root: Path) -> None:
    page = (root / "src" / "dutybook" / "store" / "SCHEMA.md").read_text("utf-8")
    assert page == schema_guide.markdown() + "\n", "make schema"


@pytest.mark.parametrize("query", schema_guide.queries(), ids=lambda query: query.name)
def test_the_examples_run(register: Register, query: schema_guide.Query) -> None:
    with register:
        cursor = register._connection.execute(query.sql)
        assert cursor.description
        if query.name not in {"binds_on", "due_within", "rejected_why"}:
            assert cursor.fetchall()


@pytest.mark.parametrize("view", [table.name for table in schema_guide.tables() if table.holds == "view"])
def test_the_views_can_be_read(register: Register, view: str) -> None:
    with register:
        rows = register._connection.execute(f"SELECT * FROM {view}").fetchall()
        if view in {"register", "obligations", "works_overview"}:
            assert rows


def test_works_overview_counts(register: Register) -> None:
    with register:
        register.add(make_analysis([N("Betreiber müssen warten.")], language="de", salt="de", source="de.txt"))
        found = register._connection.execute("SELECT documents, norms, languages FROM works_overview").fetchall()
        ((documents, norms, languages),) = found
        assert (documents, norms, set(languages.split(","))) == (2, 3, {"de", "en"})


def test_open_reviews_are_what_is_left_to_do(register: Register) -> None:
    with register:
        norm = next(register.norms())
        columns = [row[1] for row in register._connection.execute("PRAGMA table_info(reviews)")]
        sql = f"INSERT INTO reviews ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
        for name, status, due in (
            ("a", "unassessed", ""),
            ("b", "requires review", "2033-01-01"),
            ("c", "compliant", "2032-01-01"),
        ):
            given = {"id": name, "norm": norm.id, "status": status, "due": due, "revision": 1}
            register._connection.execute(sql, [given.get(column, "") for column in columns])
        found = register._connection.execute("SELECT review, due, quote FROM open_reviews").fetchall()
        assert found == [("b", "2033-01-01", norm.quote), ("a", None, norm.quote)]


def test_the_command(capsys: pytest.CaptureFixture[str], root: Path) -> None:
    assert run(["schema"]) == 0
    out = capsys.readouterr().out
    for table in schema_guide.tables():
        assert table.name in out
    assert run(["schema", "obligations"]) == 0
    assert "Who must act" in capsys.readouterr().out
    assert run(["schema", "nothing"]) == 2
    assert "lists them all" in capsys.readouterr().err
    assert run(["schema", "--json"]) == 0
    assert {table["name"] for table in json.loads(capsys.readouterr().out)} == {t.name for t in schema_guide.tables()}
    assert run(["schema", "--markdown"]) == 0
    assert capsys.readouterr().out == (root / "src" / "dutybook" / "store" / "SCHEMA.md").read_text("utf-8")


def test_what_refers_to_a_row_is_found_without_reading_a_table(register: Register) -> None:
    with register:
        lacking = []
        for (table,) in register._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            heads = {
                tuple(c[2] for c in register._connection.execute(f"PRAGMA index_info({name})"))[:1]
                for _, name, *_, partial in register._connection.execute(f"PRAGMA index_list({table})").fetchall()
                if not partial
            }
            heads |= {(c[1],) for c in register._connection.execute(f"PRAGMA table_info({table})") if c[5] == 1}
            for _, nth, _, column, *_ in register._connection.execute(f"PRAGMA foreign_key_list({table})").fetchall():
                if nth == 0 and (column,) not in heads:
                    lacking.append((table, column))
        # Without one, removing a document would read these whole tables for each of its rows.
        assert lacking == []


@pytest.mark.parametrize(
    ("table", "column", "other"), health.WITHIN, ids=lambda value: value if isinstance(value, str) else None
)
def test_a_reference_that_leads_nowhere_is_told(register: Register, table: str, column: str, other: str) -> None:
    with register:
        assert register.check() == []
        connection = register._connection
        document = connection.execute("SELECT document FROM norms").fetchone()[0]
        given = {"norms": ("norms", "provision"), "provisions": ("provisions", "parent")}.get(table)
        if given:
            connection.execute(f"UPDATE {table} SET {column} = 'gone' WHERE document = ?", (document,))
        elif table == "norm_terms":
            connection.execute("PRAGMA foreign_keys = OFF")
            connection.execute("INSERT INTO norm_terms VALUES ('gone', 'definition', ?, 0)", (document,))
        elif table == "citations":
            connection.execute(
                "INSERT INTO citations (id, document, norm, position, as_written, resolved, span_start, span_end)"
                " VALUES ('c', ?, 'gone', 0, '', 0, 0, 1)",
                (document,),
            )
        else:
            connection.execute(
                "INSERT INTO rejected (id, document, position, place, quote, reason, provision, boxes, span_start, span_end)"
                " VALUES ('r', ?, 0, '', '', '', 'gone', '[]', 0, 1)",
                (document,),
            )
        assert f"reference: a row of {table} points at a missing row of {other}" in register.check()
