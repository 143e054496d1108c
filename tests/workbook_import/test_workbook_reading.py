"""A hostile workbook harms nothing: it gets a message that says what to do."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from workbooks import bring, exported, filled

from dutybook.errors import BadRequest
from dutybook.workbook_import.columns import layout
from dutybook.workbook_import.reader import read_workbook
from dutybook.workbook_import.records import Cell, cell_from_plain, cell_to_plain, column_of, letters
from dutybook.workbook_import.worker import Limits, Unfit, check_file, special_cells

SMALL = Limits(max_bytes=1_000_000, unpacked=5_000_000, rows=100, seconds=60, memory=1 << 30)


def rewritten(path: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """The same workbook with one member that says something else."""
    other = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            data = old.read(item)
            new.writestr(item, change(data) if item == name else data)
    return other


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it is no workbook, or damaged"),
        (b"a;b;c\n", "it is no workbook, or damaged"),
        (b"PK\x03\x04 not really", "it is no workbook, or damaged"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "it has a password or is in an old format"),
        (b"x" * 1_000_001, "1 MB is the limit"),
    ],
)
def test_what_is_no_workbook(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(BadRequest, match=rf"a\.xlsx cannot be imported: .*{message}"):
        read_workbook(tmp_path / "a.xlsx", layout(), SMALL)


def test_archives_that_are_none_or_unpack_to_too_much(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("readme.txt", "x")
    with pytest.raises(Unfit, match=r"no \.xlsx or \.ods file"):
        check_file(path, SMALL)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as made:
        made.writestr("xl/workbook.xml", b" " * 6_000_000)
    with pytest.raises(Unfit, match="it unpacks to 6 MB, and 5 MB is the limit"):
        check_file(path, SMALL)


def test_a_workbook_cut_off(tmp_path: Path, own_process: None) -> None:
    path = exported(filled(), tmp_path).path
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BadRequest, match="it is no workbook, or damaged"):
        read_workbook(path, layout(), SMALL)


def test_two_cells_as_far_apart_as_can_be(tmp_path: Path, own_process: None) -> None:
    book = exported(filled(), tmp_path)
    book.sheet["XFD1048576"] = "x"
    with pytest.raises(BadRequest, match=r"more than 100 rows|more than 1 GiB of memory"):
        read_workbook(book.save(), layout(), SMALL)


def test_a_text_that_many_cells_share(tmp_path: Path, own_process: None) -> None:
    """Thirty kilobytes that become gigabytes once each cell has its own copy."""
    bomb = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(bomb) as book:
        sheet = book.add_worksheet("Obligations")
        sheet.write_row(0, 0, ["id", "check"])
        for row in range(1, 25_000):
            sheet.write_string(row, 0, "x" * 30_000)
        book.add_worksheet("_dutybook").write_row(0, 0, ["format", "1"])
    assert bomb.stat().st_size < 2_000_000
    limits = Limits(unpacked=50_000_000, memory=800 << 20, seconds=60)
    with pytest.raises(BadRequest, match=r"more than 0.78 GiB of memory"):
        read_workbook(bomb, layout(), limits)


def test_no_more_time_than_allowed(tmp_path: Path, own_process: None) -> None:
    with pytest.raises(BadRequest, match="takes longer than 0 seconds"):
        read_workbook(exported(filled(), tmp_path).path, layout(), Limits(seconds=0.05))


ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c SYSTEM "file:///etc/hostname">]>'
)


@pytest.mark.parametrize("member", ["xl/worksheets/sheet2.xml", "xl/workbook.xml"])
def test_entities_are_not_followed(tmp_path: Path, member: str) -> None:
    register = filled()
    path = exported(register, tmp_path).write("Art 5", owner="OWNER").save()

    def change(data: bytes) -> bytes:
        assert b"OWNER" in data or member == "xl/workbook.xml"
        return ENTITIES + data.split(b"?>", 1)[-1].replace(b"OWNER", b"&b;&c;")

    changed = rewritten(path, member, change)
    new = []
    with suppress(BadRequest):
        new = [edit.new for edit in bring(register, changed).edits]
    assert new in ([], ["OWNER"]), "nothing of what the entities stand for"


def test_formulas_and_errors_are_found_wherever_a_piece_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in range(1, 40):
        sheet.cell(row, 1).value = "=1+1" if row % 3 == 0 else row
        sheet.cell(row, 2).value = "#N/A" if row % 5 == 0 else "text"
        sheet.cell(row, 3).value = "=A1"
    book.save(tmp_path / "a.xlsx")
    wanted = {(n - 1, 0): "formula" for n in range(3, 40, 3)} | {(n - 1, 1): "error" for n in range(5, 40, 5)}
    for chunk in (1, 7, 64, 1000, 1 << 20):
        monkeypatch.setattr("dutybook.workbook_import.worker._CHUNK", chunk)
        assert special_cells(tmp_path / "a.xlsx", "Sheet", {0, 1}) == wanted
    assert special_cells(tmp_path / "a.xlsx", "None such", {0, 1}) == {}
    monkeypatch.undo()
    other = rewritten(tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", lambda d: re.sub(rb"<(/?)(?=\w)", rb"<\1x:", d))
    assert special_cells(other, "Sheet", {0, 1}) == wanted, "names may have a prefix"


def test_a_formula_s_last_result_counts(tmp_path: Path) -> None:
    register = filled()
    book = exported(register, tmp_path)
    path = book.write("Art 5", owner="=SHOWN").save()
    changed = rewritten(
        path,
        "xl/worksheets/sheet2.xml",
        lambda d: re.sub(rb"(<c [^>]*)(><f>)SHOWN</f><v\s*/?>(</v>)?", rb'\1 t="str"\2"an"&amp;"na"</f><v>anna</v>', d),
    )
    report = bring(register, changed)
    assert [edit.new for edit in report.edits] == ["anna"]
    assert report.remarks[0].message == "Owner is a formula; its last result was taken: anna"


@pytest.mark.parametrize("value", [None, "", "a\nb", 1, 2.5, True, date(2026, 8, 2), datetime(2026, 8, 2, 13, 5)])
def test_cells_go_through_json(value: object) -> None:
    for cell in (Cell(value), Cell(value, True), Cell(value, False, "why")):  # type: ignore[arg-type]
        assert cell_from_plain(cell_to_plain(cell)) == cell


def test_columns_have_letters() -> None:
    assert [letters(n) for n in (0, 25, 26, 51, 701, 702, 16383)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"]
    assert all(column_of(letters(n)) == n for n in range(17_000))


def test_no_process_is_left(tmp_path: Path, own_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    path = exported(filled(), tmp_path).path
    monkeypatch.setattr("dutybook.workbook_import.worker.COMMAND", "print('[]')")
    monkeypatch.setattr("dutybook.workbook_import.reader.COMMAND", "print('[]')")
    with pytest.raises(BadRequest, match=r"answered nonsense|was not read to its end"):
        read_workbook(path, layout(), SMALL)
    monkeypatch.setattr("dutybook.workbook_import.reader.COMMAND", "import os; os.abort()")
    with pytest.raises(BadRequest, match="the process that read it ended"):
        read_workbook(path, layout(), SMALL)
