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
from dutybook.export.columns import (
    CHECK,
    DETAILS,
    OBLIGATIONS,
    REGISTER,
    TABLES,
    checked_columns,
    is_checked,
    row_check,
)
from dutybook.export.xlsx import BOOK
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.records import Modality
from dutybook.store import Register, open_register
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.reviews import change

NOW = datetime(2026, 11, 27, 4, 0, tzinfo=UTC)
NAMES = [column.name for column in (*DETAILS, CHECK)]
WORK = [column.name for column in (*REGISTER, CHECK)]


def made(tmp_path: Path, register: Register, **more: Any) -> Any:
    export(register, tmp_path / "a.xlsx", **more)
    return openpyxl.load_workbook(tmp_path / "a.xlsx")


def letter(name: str) -> str:
    return get_column_letter((NAMES if name in NAMES else WORK).index(name) + 1)


def test_rows_can_be_sorted_and_cells_of_documents_refuse_what_is_typed(tmp_path: Path) -> None:
    workbook = made(tmp_path, mixed())
    assert [worksheet.title for worksheet in workbook if worksheet.protection.sheet] == [BOOK]
    for key, columns in TABLES.items():
        worksheet = workbook["Register" if key == "register" else "Details"]
        refusing = {
            cells.min_col
            for rule in worksheet.data_validations.dataValidation
            for cells in rule.sqref
            if (rule.type, rule.formula1) == ("custom", "FALSE")
        }
        assert refusing == {at for at, column in enumerate((*columns, CHECK), 1) if column.editable is None}


def test_each_field_of_people_stands_in_one_table() -> None:
    editable = [column.editable for columns in TABLES.values() for column in columns if column.editable]
    assert sorted(editable) == sorted({c.editable for c in OBLIGATIONS if c.editable})


def test_the_register_is_what_practitioners_work_with(tmp_path: Path) -> None:
    workbook = made(tmp_path, mixed(), options={"address": "https://dutybook.example"})
    assert workbook.active.title == "Register"
    worksheet = workbook["Register"]
    heads = [cell.value for cell in worksheet[1]]
    shown = [h for h, c in zip(heads, (*REGISTER, CHECK), strict=True) if not c.hidden]
    assert shown == [
        *("Act", "Place", "Duty", "Who", "Kind", "Applies from", "Deadline", "Frequency", "Applies to us", "Owner"),
        *("Status", "Control", "Evidence", "Next review", "Priority"),
    ]
    norms = list(mixed().norms())
    links = [worksheet.cell(n, 2).value for n in range(2, 7)]
    assert links == [f'=HYPERLINK("https://dutybook.example/norms/{n.id}","{n.place}")' for n in norms]


def test_what_people_may_change_is_not_checked() -> None:
    names = [column.name for column in OBLIGATIONS]
    assert len(names) == len(set(names))
    assert not [c.name for c in OBLIGATIONS if c.editable and is_checked(c)]


@pytest.mark.parametrize("language", ["en", "de", "fr"])
def test_lists_are_offered_in_the_words_of_the_reader(language: str, tmp_path: Path) -> None:
    workbook = made(tmp_path, mixed(), reader=language)
    titles = reader_words("register", language)
    offered = {
        (sheet, str(v.sqref).partition(":")[0].rstrip("0123456789")): v
        for sheet in ("register", "obligations")
        for v in workbook[titles(f"sheet.{sheet}")].data_validations.dataValidation
    }
    at = lambda name: ("obligations" if name in NAMES else "register", letter(name))  # noqa: E731
    words = reader_words("values", language)
    for name, count in {
        "status": 6,
        "applicability": 4,
        "priority": 3,
        "modality": 4,
        "strength": 2,
        "bearer_class": 4,
        "finding": 2,
    }.items():
        rule = offered[at(name)]
        assert rule.type == "list"
        given = rule.formula1.strip('"').split(",")
        assert len(given) == count
        known = {words(key) for key in words if key.startswith(f"{name}.")}
        assert set(given) <= known
        assert str(rule.sqref) == f"{letter(name)}2:{letter(name)}6", "the rows of the table and no others"
    assert offered[at("own_due")].type == "date"
    assert offered[at("review_date")].type == "date"


@pytest.mark.parametrize("language", ["en", "de", "fr", "pl"])
def test_headings_are_in_the_language_of_the_reader(language: str, tmp_path: Path) -> None:
    workbook = made(tmp_path, mixed(), reader=language)
    words = reader_words("register", language)
    assert workbook.sheetnames[:3] == [words(f"sheet.{name}") for name in ("cover", "register", "obligations")]
    for sheet, names in ((1, WORK), (2, NAMES)):
        heads = [cell.value for cell in workbook.worksheets[sheet][1]]
        assert heads == [words(f"column.{name}") for name in names]
    status = workbook.worksheets[1].cell(2, WORK.index("status") + 1).value
    assert status == reader_words("values", language)("status.unassessed")
    if language == "pl":
        assert heads[0] == "Kind"


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
        for names in (NAMES, WORK):
            heads = [words(f"column.{name}") for name in names]
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
    assert {book[key] for key in ("format", "history", "language")} == {"2", "0", "fr"}
    assert book["exported"] == "2026-11-27T04:00:00+00:00"
    assert json.loads(book["filters"]) == filters
    assert json.loads(book["sheet:Obligations"]) == NAMES
    assert json.loads(book["sheet:Register"]) == WORK
    assert workbook.sheetnames[1] == book["title:Register"]
    stored = register._connection.execute("SELECT value FROM meta WHERE key = 'register_id'").fetchone()[0]
    assert book["register"] == stored
    assert re.fullmatch("[0-9a-f]{16}", stored)
    titles = [book[key] for key in book if key.startswith("title:")]
    assert titles == workbook.sheetnames[1:-2]


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
    assert_checks(tmp_path / "a.xlsx", "Einzelheiten", 13)
    assert_checks(tmp_path / "a.xlsx", "Register", 13, REGISTER)


def assert_checks(path: Path, sheet: str, rows: int, columns: Any = DETAILS) -> None:
    _, *found = CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python()
    assert len(found) == rows
    for row in found:
        values = dict(zip([c.name for c in (*columns, CHECK)], row, strict=True))
        parts = [row_check({name: values[name] for name in part}) for part in checked_columns(columns)]
        assert "-".join(parts) == values["check"]


def test_the_check_does_not_depend_on_what_people_say(tmp_path: Path) -> None:
    register = mixed()

    def found() -> list[str]:
        worksheet = made(tmp_path, register)["Details"]
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
    workbook = made(tmp_path, register, reader="de")
    row: dict[str, Any] = {}
    for sheet, names in ((1, WORK), (2, NAMES)):
        rows = [
            dict(zip(names, (c.value for c in r), strict=True)) for r in workbook.worksheets[sheet].iter_rows(min_row=2)
        ]
        row |= next(r for r in rows if r["id"] == norm.id)
    worksheet = workbook.worksheets[1]
    assert (row["status"], row["applicability"], row["finding"]) == ("erfüllt", "teilweise", "berichtigt")
    assert (row["owner"], row["own_due"], row["new_note"]) == ("=ben()", datetime(2027, 1, 31), None)
    assert (row["modality"], row["notes"]) == ("Erlaubnis", "2026-11-27 anna: asked")
    assert row["corrections"].startswith("modality: ")
    assert (row["applicability_by"], row["applicability_on"]) == ("anna", datetime(2026, 11, 27))
    assert worksheet.cell(2, WORK.index("owner") + 1).data_type != "f"


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
        on_the_web = source.startswith("https:")
        cell = made(tmp_path, register)["Details"][f"{letter('link')}2"]
        assert on_the_web or cell.value is None
        cell = made(tmp_path, register, options={"address": "https://duties.example.org"})["Details"][
            f"{letter('link')}2"
        ]
        address = re.fullmatch(r'=HYPERLINK\("([^"]+)","page 7"\)', cell.value).group(1)
        assert (
            address == source
            if on_the_web
            else re.fullmatch(r"https://duties.example.org/documents/\w+\?page=7", address)
        )


def test_a_long_address_is_in_pieces_and_too_long_a_one_is_no_link(tmp_path: Path) -> None:
    register = open_register()
    register.add(document("A", {"§ 1": (Modality.OBLIGATION, "Der Betreiber führt ein Logbuch.")}))
    for length, is_link in ((600, True), (3_000, False)):
        address = "https://example.org/" + "a" * length
        register._connection.execute("UPDATE documents SET source = ?", (address,))
        cell = made(tmp_path, register)["Details"][f"{letter('link')}2"]
        assert (cell.data_type == "f") is is_link
        if is_link:
            literals = re.findall(r'"([^"]*)"', cell.value)
            assert max(map(len, literals)) <= 255
            assert "".join(literals[:-1]) == address


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
            assert all(f.startswith(("IF(ISNUMBER(", "HYPERLINK(", "COUNTIF(")) for f in formulas)
    rows = CalamineWorkbook.from_path(tmp_path / "a.xlsx").get_sheet_by_name("Details").to_python()
    assert words in [row[NAMES.index("quote")] for row in rows]


def test_groups_fold_to_the_column_before_them(tmp_path: Path) -> None:
    worksheet = made(tmp_path, mixed())["Details"]
    assert not worksheet.sheet_properties.outlinePr.summaryRight
    levels = {c.min: c.outlineLevel for c in worksheet.column_dimensions.values()}
    assert set(levels.values()) == {0, 1}
    assert not DETAILS[0].folds
    first_of_groups = [b.name for a, b in pairwise(DETAILS) if a.folds and not b.folds]
    assert first_of_groups == ["action", "applies_from", "work", "finding", "document"]
