"""Norms inside tables: which cell, which headers, from HTML to the register."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dutybook
from dutybook.extract.norms.pipeline import MAX_HEADER, place_in_tables
from dutybook.pipeline.as_json import analysis_to_dict
from dutybook.records import (
    BearerClass,
    Cell,
    CellPlace,
    Evidence,
    LayoutBuilder,
    Modality,
    Norm,
    RawDocument,
    Span,
    Strength,
    Table,
)

PAGE = """<!DOCTYPE html><html lang="en"><head><title>Port Order</title></head><body><main>
<h1>Port Order of Northport</h1>
<h2>Article 1</h2><p>The harbour master shall keep the log of the port in the custom house at all times of the year.</p>
<h2>Article 2</h2><p>The duties of the port are those set out in the following table, by office and by hour.</p>
<table>
<thead><tr><th rowspan="2">Office</th><th colspan="2">Duties</th></tr><tr><th>By day</th><th>By night</th></tr></thead>
<tr><td rowspan="2">Pilot</td><td>The pilot shall report every grounding to the harbour master. He shall not leave
the vessel before it is moored.</td><td>The pilot shall carry a lamp.</td></tr>
<tr><td colspan="2">The pilot shall keep a record of each passage</td></tr>
<tr><td>Harbour master</td><td>None</td><td>The harbour master shall ring the bell at dusk.</td></tr>
</table>
<p>The port council shall publish this table on the door of the custom house before the year begins.</p>
</main></body></html>"""


def norm(at: int) -> Norm:
    evidence = Evidence("rules", "test", None, 1.0)
    return Norm(
        id=str(at),
        provision="p",
        place="Art 1",
        span=Span(at, at + 1),
        modality=Modality.OBLIGATION,
        strength=Strength.MUST,
        bearer=None,
        bearer_class=BearerClass.ANY,
        action=None,
        recipient=None,
        condition=None,
        exception=None,
        evidence=evidence,
        language="en",
    )


def table(rows: list[list[str]], headers: int = 0) -> tuple[str, Table]:
    builder = LayoutBuilder()
    made = [tuple(Cell(builder.block(text).span) for text in row) for row in rows]
    return builder.text(), Table(tuple(made), Span(0, builder.length - 1), headers=headers)


@pytest.fixture(scope="module")
def analysis() -> dutybook.Analysis:
    return dutybook.analyse(RawDocument("port.html", PAGE.encode()))


def test_each_norm_of_a_table_has_its_cell_and_headers(analysis: dutybook.Analysis) -> None:
    found = {analysis.quote(n.span)[:36]: n.cell for n in analysis.norms}
    assert found["The pilot shall report every groundi"] == CellPlace(1, 3, 2, "Duties / By day", "Pilot")
    assert found["He shall not leave the vessel before"] == CellPlace(1, 3, 2, "Duties / By day", "Pilot")
    assert found["The pilot shall carry a lamp."[:36]] == CellPlace(1, 3, 3, "Duties / By night", "Pilot")
    assert found["The harbour master shall ring the be"] == CellPlace(1, 5, 3, "Duties / By night", "Harbour master")


def test_a_cell_over_columns_is_headed_by_all_of_them(analysis: dutybook.Analysis) -> None:
    cell = next(n.cell for n in analysis.norms if "record of each passage" in analysis.quote(n.span))
    assert cell == CellPlace(1, 4, 2, "Duties / By day / By night", "Pilot")


def test_no_sentence_runs_from_one_cell_into_the_next(analysis: dutybook.Analysis) -> None:
    """The record of each passage ends without a full stop; the next cell is no part of it."""
    quote = next(q for q in map(analysis.quote, (n.span for n in analysis.norms)) if "record of each passage" in q)
    assert quote == "The pilot shall keep a record of each passage"


def test_norms_outside_of_tables_have_none(analysis: dutybook.Analysis) -> None:
    outside = [n for n in analysis.norms if "custom house" in analysis.quote(n.span)]
    assert len(outside) == 2
    assert all(n.cell is None for n in outside)


def test_json_says_the_cell_and_only_where_there_is_one(analysis: dutybook.Analysis) -> None:
    norms = analysis_to_dict(analysis)["norms"]
    lamp = next(n for n in norms if "carry a lamp" in n["quote"])
    assert lamp["cell"] == {
        "table": 1,
        "row": 3,
        "column": 3,
        "column_header": "Duties / By night",
        "row_header": "Pilot",
    }
    assert [("cell" in n) for n in norms if "custom house" in n["quote"]] == [False, False]


def test_the_register_and_its_exports_keep_the_cell(analysis: dutybook.Analysis, tmp_path: Path) -> None:
    from dutybook.export.columns import cell_words
    from dutybook.store import open_register

    with open_register(tmp_path / "port.db") as register:
        register.add(analysis)
        rows = {row.quote: row for row in register.norms()}
        stored = register._connection.execute("SELECT cell FROM norms WHERE quote LIKE '%carry a lamp%'").fetchone()[0]
    row = rows["The pilot shall carry a lamp."]
    assert row.cell == json.loads(stored)
    assert row.cell is not None
    assert row.cell["column_header"] == "Duties / By night"
    assert cell_words(row.cell) == "table 1, row 3, column 3 (Duties / By night; Pilot)"
    assert [r.cell for q, r in rows.items() if "custom house" in q] == [None, None]
    assert cell_words(None) is None


def test_a_first_row_of_short_words_heads_longer_text_though_nothing_marks_it() -> None:
    text, made = table([["Office", "Duty"], ["Pilot", "The pilot shall report every grounding. " * 3]])
    placed = place_in_tables([norm(made.rows[1][1].span.start)], [made], text)
    assert placed[0].cell == CellPlace(1, 2, 2, "Duty", "Pilot")


def test_a_first_row_of_text_is_no_head() -> None:
    text, made = table([["1", "The pilot shall report."], ["2", "The keeper shall light the lamp. " * 3]])
    placed = place_in_tables([norm(made.rows[1][1].span.start)], [made], text)
    assert placed[0].cell == CellPlace(1, 2, 2, "", "2")


def test_headers_are_kept_short() -> None:
    text, made = table([["A " * 400, "B"], ["x " * 400, "The pilot shall report."]], headers=1)
    cell = place_in_tables([norm(made.rows[1][1].span.start)], [made], text)[0].cell
    assert cell is not None
    assert len(cell.row_header) <= MAX_HEADER


@given(
    st.lists(
        st.lists(st.text("ab c", min_size=1, max_size=6).filter(str.strip), min_size=1, max_size=4),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 200),
)
def test_a_place_is_the_cell_that_holds_the_offset(rows: list[list[str]], at: int) -> None:
    text, made = table(rows)
    cell = place_in_tables([norm(at)], [made], text)[0].cell
    if cell is None:
        assert not any(c.span.start <= at < c.span.end for row in made.rows for c in row)
    else:
        span = made.rows[cell.row - 1][cell.column - 1].span
        assert span.start <= at < span.end
