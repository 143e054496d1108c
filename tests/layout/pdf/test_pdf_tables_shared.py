"""Tables of real documents: how many there are, how large, over which pages; and acts that have none."""

from __future__ import annotations

from pathlib import Path

import pytest

from dutybook.records import Layout
from real_layouts import layout_of

# file, number of tables; then of one of them: first page, further pages, rows, columns, rows of its head
TABLES = [
    ("eu/DGA_32022R0868_EN_OJ.pdf", 1, 0, 43, 0, 9, 3, None),
    ("eu/ESRS_C2023-5303_annex1_ESRS1_EN.pdf", 4, 2, 30, 2, 22, 4, 1),
    ("eu/ESRS_C2023-5303_annex1_G1_EN.pdf", 2, 0, 8, 0, None, 5, 1),
    ("national/uk/defra_pops_list_2015.pdf", 1, 0, 1, 38, None, 3, 1),
    ("national/uk/fca_ps21-3_operational_resilience.pdf", 5, 3, 72, 1, 3, 6, 1),
    ("national/uk/fca_fg22-5_consumer_duty.pdf", 5, 0, 54, 1, 7, 2, 1),
    ("national/uk/pra_ps16-24_ctp.pdf", 1, 0, 63, 0, 5, 3, None),
    ("national/us/hipaa_combined_2013.pdf", 1, 0, 69, 1, 46, 3, None),
    ("national/de/bsi_standard_200-1.pdf", 1, 0, 5, 0, 3, 3, 1),
    ("national/de/zaganzv_formular_beteiligung_2021.pdf", 19, 3, 3, 0, 18, 3, None),
]
NONE = [
    "eu/GDPR_32016R0679_ES_OJ.pdf",
    "eu/CHARTER_12016P_DE_OJ.pdf",
    "national/ch/lb_952.0_fr.pdf",
    "national/es/boe_2002-13758_lssi.pdf",
    "national/es/boe_2015-10565_lpac.pdf",
    "national/fr/jorf_2022-04-14_ordonnance_2022-544.pdf",
    "national/gr/fek_A102_2008.pdf",
    "national/de/bgbl_2024_I_107.pdf",
    "national/de/bgbl_2024_I_203_anlage-1.pdf",
    "national/uk/fsa_tcf_mi_2006_slides.pdf",
    "national/us/dmca_summary_1998.pdf",
]
NONE_HTML = ["GDPR_32016R0679", "DORA_32022R2554", "ACT_32024R1774", "ACT_32025R0301", "CSDDD_32024L1760"]


def read(shared: Path, name: str) -> Layout:
    file = shared / "docs" / name
    if not file.is_file():
        pytest.skip(f"{name} is not here")
    return layout_of(file)


@pytest.mark.parametrize(("name", "count", "index", "page", "more", "rows", "columns", "headers"), TABLES)
def test_tables_of_real_documents(
    shared: Path,
    name: str,
    count: int,
    index: int,
    page: int,
    more: int,
    rows: int | None,
    columns: int,
    headers: int | None,
) -> None:
    layout = read(shared, name)
    assert len(layout.tables) == count
    table = layout.tables[index]
    assert table.box is not None
    assert (table.box.page, len(table.more)) == (page, more)
    assert rows is None or len(table.rows) == rows
    assert max(table.columns(n)[-1] + row[-1].column_span for n, row in enumerate(table.rows)) == columns
    assert headers is None or table.headers == headers


@pytest.mark.parametrize("name", NONE)
def test_documents_without_tables_have_none(shared: Path, name: str) -> None:
    assert read(shared, name).tables == ()


@pytest.mark.parametrize("act", NONE_HTML)
def test_lists_set_as_tables_are_none(shared: Path, act: str) -> None:
    files = sorted((shared / "docs" / "eu").glob(f"{act}*.xhtml"))
    if not files:
        pytest.skip(f"{act} is not here")
    for file in files:
        assert layout_of(file).tables == ()


def test_a_row_over_a_page_break_is_one(shared: Path) -> None:
    layout = read(shared, "national/uk/fca_ps21-3_operational_resilience.pdf")
    cell = layout.tables[3].rows[2][3]
    assert {box.page for box in layout.boxes_for(cell.span)} == {72, 73}
    assert "\n" not in cell.span.of(layout.text)
