"""Changes between versions, terms, many rows and links, and that LibreOffice reads what we write."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from export_fakes import HOSTILE, hostile
from openpyxl.utils.escape import unescape
from test_export_workbook import NAMES, assert_checks, book_of

from dutybook.export import export
from dutybook.export.columns import REGISTER, Kind
from dutybook.export.fast_workbook import Book, RowSheet, date_tail, link_tail, literal, number_tail, text_tail
from dutybook.export.sheet import Link, Sheet, Spec, Styles
from dutybook.store import Register, open_register
from quay import flats


@pytest.fixture(scope="module")
def quay() -> Register:
    """Three versions of an act in English, one in German, and a corrigendum."""
    register = open_register()
    for flat in flats():
        register.write(flat)
    return register


def table(path: Path, sheet: str) -> list[dict[str, Any]]:
    header, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


def changes(register: Register, tmp_path: Path, **filters: object) -> list[dict[str, Any]]:
    export(register, tmp_path / "a.xlsx", filters)
    return table(tmp_path / "a.xlsx", "Changes")


def test_changes_are_told_the_newest_first(quay: Register, tmp_path: Path) -> None:
    found = changes(quay, tmp_path, language="en")
    assert [row["Since"] for row in found] == sorted((row["Since"] for row in found), reverse=True)
    (moved,) = [row for row in found if row["Change"] == "deadline moved"]
    assert (moved["Before"], moved["After"]) == ("within five days", "within two days")
    assert (moved["Since"], moved["Old version from"]) == (datetime(2032, 3, 1), datetime(2031, 2, 1))
    assert (moved["Place"], moved["Who"], moved["Act or document"]) == ("Art 1(3)", "Operators", "Quay Safety Act")
    assert "[-five-] {+two+}" in moved["What differs"]
    (added,) = [row for row in found if row["Change"] == "new"]
    assert added["Before"] is None
    assert added["After"].startswith("Operators shall lock the gate")
    (other,) = [row for row in found if row["Change"] == "other bearer"]
    assert other["Before"] != other["After"]


def test_changes_are_those_of_the_norms_that_pass(quay: Register, tmp_path: Path) -> None:
    everything = changes(quay, tmp_path)
    gate = changes(quay, tmp_path, words="gate")
    assert 0 < len(gate) < len(everything)
    assert all("gate" in (row["After"] or "") + (row["Before"] or "") for row in gate)
    assert changes(quay, tmp_path, words="unicorn") == []
    assert changes(quay, tmp_path, language="en", as_of="2031-12-31") == []
    until = changes(quay, tmp_path, language="en", as_of="2032-12-31")
    assert until
    assert all(row["Since"] <= datetime(2032, 12, 31) for row in until)


def test_what_was_repealed_is_told_though_no_row_has_it(quay: Register, tmp_path: Path) -> None:
    ids = {row["Id"] for row in _obligations(quay, tmp_path)}
    olds = [row for row in changes(quay, tmp_path) if row["Norm id"] not in ids]
    found = quay._connection.execute("SELECT count(*) FROM changes WHERE new_norm IS NULL").fetchone()[0]
    assert len(olds) >= found


def _obligations(register: Register, tmp_path: Path) -> list[dict[str, Any]]:
    export(register, tmp_path / "o.xlsx")
    return table(tmp_path / "o.xlsx", "Details")


def test_terms_are_those_of_the_acts_that_are_listed(tmp_path: Path) -> None:
    from dutybook.pipeline.analyse import analyse
    from dutybook.records import RawDocument

    text = (
        "Regulation on ferries\n\nArticle 1\nDefinitions\n\nFor the purposes of this Regulation:\n\n"
        "(1) ‘operator’ means any person who runs a ferry;\n\n(2) ‘=beacon()’ means a light on a pier.\n\n"
        "Article 2\n\nThe operator shall keep a log.\n"
    )
    register = open_register()
    register.add(analyse(RawDocument("/akten/ferries.txt", text.encode(), "text/plain")))
    export(register, tmp_path / "a.xlsx")
    found = table(tmp_path / "a.xlsx", "Glossary")
    assert [row["Term"] for row in found if "perator" in row["Term"]] == ["operator"]
    (operator,) = [row for row in found if row["Term"] == "operator"]
    assert operator["Definition"].startswith("‘operator’ means any person")
    assert operator["Place"].startswith("Art 1")
    export(register, tmp_path / "a.xlsx", {"words": "unicorn"})
    assert table(tmp_path / "a.xlsx", "Glossary") == []


def test_more_links_than_a_sheet_may_have_as_such(tmp_path: Path) -> None:
    with Book(str(tmp_path / "a.xlsx"), {"constant_memory": True}) as book:
        sheet = Sheet(
            Styles(book), "Links", [Spec("No", 8, Kind.NUMBER, printed=True), Spec("Source", 10, Kind.LINK)], "#000000"
        )
        for number in range(66_000):
            sheet.add([number, Link(f"https://example.org/{number}", "open")])
        sheet.finish()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as packed:
        xml = packed.read("xl/worksheets/sheet1.xml").decode()
    assert xml.count("<f>HYPERLINK(") == 66_000
    assert "<hyperlink" not in xml


def test_cells_are_read_as_they_were_written(tmp_path: Path) -> None:
    far = "https://example.org/" + "a" * 2_000
    tails = {
        " Ropes & <r>nets</r>, at _x0041_": text_tail(0, " Ropes & <r>nets</r>, at _x0041_"),
        0.1: number_tail(0, 0.1),
        # As text: programs count days before it in two ways.
        "1900-02-28": date_tail(0, date(1900, 2, 28)),
        44_000: date_tail(0, date(2020, 6, 18)),
        '=HYPERLINK("https://example.org/1","a ""dry"" dock")': link_tail(0, "https://example.org/1", 'a "dry" dock'),
        "too far": link_tail(0, far, "too far"),
    }
    with Book(str(tmp_path / "a.xlsx"), {"constant_memory": True}) as book:
        cells = "".join(f'<c r="{letter}1{tail}' for letter, tail in zip("ABCDEF", tails.values(), strict=True))
        book.add_worksheet("Quay", worksheet_class=RowSheet).write_row_xml(0, cells, len(tails))
    (row,) = openpyxl.load_workbook(tmp_path / "a.xlsx")["Quay"].iter_rows(values_only=True)
    # The library leaves such escapes to its callers.
    assert (unescape(row[0]), *row[1:]) == tuple(tails)


def test_a_long_text_in_a_formula_is_in_several_pieces() -> None:
    assert literal("a" * 256) == f'"{"a" * 255}"&"a"'
    assert literal("") == '""'


def test_a_cell_says_in_the_reader_s_language_that_its_text_was_cut(tmp_path: Path) -> None:
    export(hostile(long="𝄞" * 40_000), tmp_path / "a.xlsx", reader="de")
    (quote,) = [
        row["Wortlaut"] for row in table(tmp_path / "a.xlsx", "Einzelheiten") if row["Wortlaut"].startswith("𝄞𝄞")
    ]
    assert quote.endswith("… [hier gekürzt: der Text hat 40,000 Zeichen]")
    assert len(quote.encode("utf-16-le")) // 2 <= 32_767


def through_libreoffice(path: Path, folder: Path, to: str = "xlsx:Calc MS Excel 2007 XML") -> Path:
    home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", to, "--outdir", str(folder / "out"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    return folder / "out" / path.with_suffix("." + to.partition(":")[0]).name


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_reads_all_of_it_and_gives_it_back(tmp_path: Path) -> None:
    """A file that needs repair is not converted without a window: it opens, computes, and saves what we wrote."""
    pages = {"address": "https://dutybook.example"}
    export(hostile(spaces="  zwei  Zeichen davor"), tmp_path / "a.xlsx", reader="fr", options=pages)
    saved = through_libreoffice(tmp_path / "a.xlsx", tmp_path)
    workbook = openpyxl.load_workbook(saved)
    assert workbook.sheetnames == openpyxl.load_workbook(tmp_path / "a.xlsx").sheetnames
    worksheet = workbook["Détails"]
    rows = [dict(zip(NAMES, (c.value for c in row), strict=False)) for row in worksheet.iter_rows(min_row=2)]
    assert [r["quote"] for r in rows][: len(HOSTILE)] == list(HOSTILE.values())
    assert_checks(saved, "Détails", len(HOSTILE) + 1)
    assert_checks(saved, "Registre", len(HOSTILE) + 1, REGISTER)
    assert book_of(saved) == book_of(tmp_path / "a.xlsx")
    # What the other program computed of our formulas stands in the file.
    shown = openpyxl.load_workbook(saved, data_only=True)["Détails"]
    assert isinstance(shown.cell(2, NAMES.index("days_left") + 1).value, int)
    assert shown.cell(2, NAMES.index("link") + 1).value == "ouvrir"
    assert not worksheet.protection.sheet
    formulas = {c.value for row in worksheet.iter_rows() for c in row if c.data_type == "f"}
    assert all(
        re.match(r'=(IF\(ISNUMBER\(|HYPERLINK\("https://dutybook\.example/documents/)', value) for value in formulas
    )
    assert len(worksheet.data_validations.dataValidation) == 6
