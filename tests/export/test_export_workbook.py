"""The workbook as a team's tool: what people may change, what is locked, lists, links, the sheet for programs, languages."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from export_fakes import document, hostile, mixed
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

from dutybook.export import export
from dutybook.export.columns import CHECK, OBLIGATIONS, checked_columns, is_checked, row_check
from dutybook.export.xlsx import BOOK
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.records import Modality
from dutybook.store import Register, open_register
from dutybook.store.judgements.record import Change
from dutybook.store.judgements.reviews import change

NOW = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
NAMES = [column.name for column in (*OBLIGATIONS, CHECK)]


def made(tmp_path: Path, register: Register, **more: Any) -> Any:
    export(register, tmp_path / "a.xlsx", **more)
    return openpyxl.load_workbook(tmp_path / "a.xlsx")


def letter(name: str) -> str:
    return get_column_letter(NAMES.index(name) + 1)


def test_only_the_cells_of_people_can_be_changed(tmp_path: Path) -> None:
    workbook = made(tmp_path, mixed())
    for worksheet in workbook.worksheets:
        assert worksheet.protection.sheet
        assert worksheet.protection.password is None
    worksheet = workbook["Obligations"]
    assert not worksheet.protection.autoFilter, "which means that filters may be used"
    assert not worksheet.protection.sort
    assert not worksheet.protection.formatColumns
    for number, column in enumerate(OBLIGATIONS, start=1):
        cell = worksheet.cell(2, number)
        locked = cell.protection.locked
        if cell.value is None:  # such a cell is not in the file: it is as its column
            style = worksheet.column_dimensions[_group(worksheet, number)]
            locked = style.protection.locked
        assert locked is (column.editable is None), column.name


def _group(worksheet: Any, number: int) -> str:
    """openpyxl keeps neighbours with equal settings as one group under the first letter."""
    return next(
        name
        for name, column in worksheet.column_dimensions.items()
        if column.min <= number <= (column.max or column.min)
    )


def test_what_people_may_change_is_not_checked() -> None:
    names = [column.name for column in OBLIGATIONS]
    assert len(names) == len(set(names))
    assert not [c.name for c in OBLIGATIONS if c.editable and is_checked(c)]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_lists_are_offered_in_the_words_of_the_reader(language: str, tmp_path: Path) -> None:
    worksheet = made(tmp_path, mixed(), reader=language).worksheets[0]
    offered = {
        str(v.sqref).partition(":")[0].rstrip("0123456789"): v for v in worksheet.data_validations.dataValidation
    }
    words = reader_words("values", language)
    for name, count in {
        "status": 6,
        "applicability": 4,
        "modality": 4,
        "strength": 2,
        "bearer_class": 4,
        "finding": 2,
    }.items():
        rule = offered[letter(name)]
        assert rule.type == "list"
        given = rule.formula1.strip('"').split(",")
        assert len(given) == count
        known = {words(key) for key in words if key.startswith(f"{name}.")}
        assert set(given) <= known
        assert str(rule.sqref) == f"{letter(name)}2:{letter(name)}6", "the rows of the table and no others"
    assert offered[letter("own_due")].type == "date"
    assert offered[letter("review_date")].type == "date"


@pytest.mark.parametrize("language", ["en", "de", "fr", "pl"])
def test_headings_are_in_the_language_of_the_reader(language: str, tmp_path: Path) -> None:
    workbook = made(tmp_path, mixed(), reader=language)
    words = reader_words("register", language)
    assert workbook.sheetnames[0] == words("sheet.obligations")
    heads = [cell.value for cell in workbook.worksheets[0][1]]
    assert heads == [words(f"column.{name}") for name in NAMES]
    status = workbook.worksheets[0].cell(2, NAMES.index("status") + 1).value
    assert status == reader_words("values", language)("status.unassessed")
    if language == "pl":
        assert heads[0] == "Modality"


@pytest.mark.parametrize("language", ["de", "fr"])
def test_no_text_for_readers_is_missing_in_a_language(language: str) -> None:
    english, other = reader_words("register", "en"), reader_words("register", language)
    assert set(english) == other.own
    for key in english:
        assert re.findall(r"\{\w*", english(key)) == re.findall(r"\{\w*", other(key)), key
    assert language in reader_languages("register")


def test_headings_of_a_sheet_are_told_apart() -> None:
    """An import finds columns by their headings where somebody has moved them."""
    for language in reader_languages("register"):
        words = reader_words("register", language)
        heads = [words(f"column.{name}") for name in NAMES]
        assert len(heads) == len(set(heads)), language


def book_of(path: Path) -> dict[str, str]:
    return {
        str(key): str(value) for key, value, *_ in CalamineWorkbook.from_path(path).get_sheet_by_name(BOOK).to_python()
    }


def test_a_hidden_sheet_says_what_the_file_is(tmp_path: Path) -> None:
    register = mixed()
    filters = {"language": "de"}
    workbook = made(tmp_path, register, filters=filters, reader="fr", options={"now": NOW})
    assert workbook[BOOK].sheet_state == "veryHidden"
    book = book_of(tmp_path / "a.xlsx")
    assert {book[key] for key in ("format", "history", "language")} == {"1", "0", "fr"}
    assert book["exported"] == "2026-11-27T04:00:00+00:00"
    assert json.loads(book["filters"]) == filters
    assert json.loads(book["sheet:Obligations"]) == NAMES
    assert workbook.sheetnames[0] == book["title:Obligations"]
    stored = register._connection.execute("SELECT value FROM meta WHERE key = 'register_id'").fetchone()[0]
    assert book["register"] == stored
    assert re.fullmatch("[0-9a-f]{16}", stored)
    titles = [book[key] for key in book if key.startswith("title:")]
    assert titles == workbook.sheetnames[:-2]


def test_registers_have_ids_of_their_own(tmp_path: Path) -> None:
    def identity(register: Register) -> str:
        return str(register._connection.execute("SELECT value FROM meta WHERE key = 'register_id'").fetchone()[0])

    with open_register(tmp_path / "a.db") as one, open_register(tmp_path / "b.db") as other:
        first = identity(one)
        assert first != identity(other)
    with open_register(tmp_path / "a.db", read_only=True) as again:
        assert identity(again) == first


def test_the_check_fits_the_cells_that_are_read_back(tmp_path: Path) -> None:
    register = hostile(long="Wort " * 9_000, spaces="  zwei  Zeichen \x85 davor")
    export(register, tmp_path / "a.xlsx", reader="de")
    assert_checks(tmp_path / "a.xlsx", "Pflichten", 13)


def assert_checks(path: Path, sheet: str, rows: int) -> None:
    _, *found = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()
    assert len(found) == rows
    for row in found:
        values = dict(zip(NAMES, row, strict=True))
        parts = [row_check({name: values[name] for name in part}) for part in checked_columns()]
        assert "-".join(parts) == values["check"]


def test_the_check_does_not_depend_on_what_people_say(tmp_path: Path) -> None:
    register = mixed()

    def found() -> list[str]:
        worksheet = made(tmp_path, register)["Obligations"]
        return [cell.value for cell in worksheet[letter("check")][1:]]

    before = found()
    norm = next(iter(register.norms())).id
    wanted = Change(owner="anna", due="2027-01-01", correct={"bearer": "Reeder"}, reason="falsche Zeile")
    change(register, [norm], wanted, by="anna", now=NOW)
    after = found()
    changed = [a != b for a, b in zip(before, after, strict=True)]
    # The row's own story (who changed it, what was corrected) is the register's, so its check changes; no other row's does.
    assert sum(changed) == 1


def test_what_people_said_stands_in_their_columns(tmp_path: Path) -> None:
    register = mixed()
    norm = next(n for n in register.norms() if n.language == "de")
    wanted = Change(
        status="compliant",
        owner="=ben()",
        due="2027-01-31",
        applicability="partly",
        reason="only on Sundays",
        note="asked",
        correct={"modality": "permission"},
    )
    change(register, [norm.id], wanted, by="anna", now=NOW)
    worksheet = made(tmp_path, register, reader="de").worksheets[0]
    rows = [dict(zip(NAMES, (c.value for c in row), strict=True)) for row in worksheet.iter_rows(min_row=2)]
    (row,) = [r for r in rows if r["id"] == norm.id]
    assert (row["status"], row["applicability"], row["finding"]) == ("erfüllt", "teilweise", "berichtigt")
    assert (row["owner"], row["own_due"], row["new_note"]) == ("=ben()", datetime(2027, 1, 31), None)
    assert (row["modality"], row["notes"]) == ("Erlaubnis", "2026-11-27 anna: asked")
    assert row["corrections"].startswith("modality: ")
    assert (row["applicability_by"], row["applicability_on"]) == ("anna", datetime(2026, 11, 27))
    assert worksheet.cell(2, NAMES.index("owner") + 1).data_type != "f"


def test_links_are_formulas_of_ours_to_the_page(tmp_path: Path) -> None:
    register = open_register()
    register.add(document("A", {"§ 1": (Modality.OBLIGATION, "Der Betreiber führt ein Logbuch.")}))
    for source in (
        '/akten/Über "uns" & Co, Teil 1.pdf',
        "https://example.org/act.pdf?a=1&b=2",
        "akten/x.pdf",
        "javascript:alert(1)",
    ):
        register._connection.execute("UPDATE documents SET source = ?", (source,))
        register._connection.execute("UPDATE norms SET page = 7")
        cell = made(tmp_path, register)["Obligations"][f"{letter('link')}2"]
        if not source.startswith(("/", "https:")):
            assert cell.value is None
            continue
        assert cell.data_type == "f"
        address = re.fullmatch(r'=HYPERLINK\("([^"]+)","page 7"\)', cell.value).group(1)
        if source.startswith("/"):
            assert address == "file:///akten/%C3%9Cber%20%22uns%22%20%26%20Co%2C%20Teil%201.pdf#page=7"
        else:
            assert address == source


def test_a_long_address_is_in_pieces_and_too_long_a_one_is_no_link(tmp_path: Path) -> None:
    register = open_register()
    register.add(document("A", {"§ 1": (Modality.OBLIGATION, "Der Betreiber führt ein Logbuch.")}))
    for length, is_link in ((600, True), (3_000, False)):
        address = "https://example.org/" + "a" * length
        register._connection.execute("UPDATE documents SET source = ?", (address,))
        cell = made(tmp_path, register)["Obligations"][f"{letter('link')}2"]
        assert (cell.data_type == "f") is is_link
        if is_link:
            literals = re.findall(r'"([^"]*)"', cell.value)
            assert max(map(len, literals)) <= 255
            assert "".join(literals[:-1]) == address


def test_relative_sources_are_sought_where_they_were_read(tmp_path: Path) -> None:
    register = open_register()
    register.add(document("A", {"§ 1": (Modality.OBLIGATION, "Der Betreiber führt ein Logbuch.")}))
    register._connection.execute("UPDATE documents SET source = 'in/a.txt'")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("x")
    cell = made(tmp_path, register, options={"base": tmp_path})["Obligations"][f"{letter('link')}2"]
    assert cell.value == f'=HYPERLINK("{(tmp_path / "in" / "a.txt").as_uri()}","open")'


@pytest.mark.parametrize(
    "words",
    [
        "<r><t>rich</t></r>",
        '<r></is></c><c r="Z9"><f>1+1</f></c><c t="inlineStr"><is></r>',
        "_x003C_r_x003E_",
        "]]>&#61;1+1",
    ],
)
def test_markup_in_a_text_is_text(words: str, tmp_path: Path) -> None:
    """xlsxwriter takes a text between <r> and </r> for its own markup; ours never gets there."""
    export(hostile(markup2=words), tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as packed:
        for name in packed.namelist():
            formulas = re.findall(r"<f>(.*?)</f>", packed.read(name).decode())
            assert all(f.startswith(("IF(ISNUMBER(", "HYPERLINK(")) for f in formulas)
    rows = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("Obligations").to_python()
    assert words in [row[NAMES.index("quote")] for row in rows]


def test_groups_fold_to_the_column_before_them(tmp_path: Path) -> None:
    worksheet = made(tmp_path, mixed())["Obligations"]
    assert not worksheet.sheet_properties.outlinePr.summaryRight
    levels = {c.min: c.outlineLevel for c in worksheet.column_dimensions.values()}
    assert set(levels.values()) == {0, 1}
    assert not OBLIGATIONS[0].folds
    first_of_groups = [b.name for a, b in pairwise(OBLIGATIONS) if a.folds and not b.folds]
    assert first_of_groups == ["action", "applies_from", "work", "finding", "document"]
