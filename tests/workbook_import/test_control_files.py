"""Lists of controls come in from tables and from CISO Assistant; hostile files cost little and say what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from builders import N, make_analysis
from dutybook.errors import BadRequest, NotFound
from dutybook.store import Register, open_register
from dutybook.store.controls import controls
from dutybook.store.controls.list_import import ControlLine, import_controls
from dutybook.workbook_import.control_files import ListLimits, parse_control_file, read_control_file
from dutybook.workbook_import.worker import Unfit

LIBRARY = """
urn: urn:example:risk:library:harbour
ref_id: harbour-controls
objects:
  reference_controls:
  - urn: urn:example:risk:function:harbour:hb-1
    ref_id: HB-1
    name: Check of moorings
    category: process
    description: Twice a day.
    annotation: More often in a storm.
  - ref_id: HB-2
    name: [not, a, text]
"""


@pytest.fixture
def register() -> Register:
    made = open_register()
    made.add(make_analysis([N("Pilots must keep a log of each passage.", place="Art 6", bearer="Pilots")]))
    return made


def lines_of(path: Path) -> list[ControlLine]:
    return [ControlLine(number, values) for number, values in parse_control_file(path, ListLimits())]


def test_a_hostile_file_is_refused_by_the_child(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[" * 100_000)
    with pytest.raises(BadRequest, match="cannot be read"):
        read_control_file(tmp_path / "a.json")


def test_a_table_with_headings_of_its_own(tmp_path: Path, register: Register) -> None:
    (norm,) = register.norms()
    path = tmp_path / "kontrollen.csv"
    path.write_text(
        f"Nr;Titel;Stand;Kategorie;Normen;Farbe\nK-1;Logbuch;aktiv;Verfahren;{norm.id};blau\n;Vier Augen;;;;\n;;;;;\n",
        "cp1252",
    )
    lines = read_control_file(path)
    assert [line.number for line in lines] == [2, 3]
    dry = import_controls(register, lines, by="anna", dry_run=True)
    assert (dry.added, dry.linked, dry.applied) == (["K-1 Logbuch", "Vier Augen"], 1, False)
    assert controls.list_controls(register) == []
    done = import_controls(register, lines, by="anna")
    assert done.applied
    row, _ = controls.list_controls(register)
    assert (row.control.status, row.control.category, row.norms) == ("active", "procedure", 1)
    again = import_controls(register, lines, by="anna")
    assert (again.added, again.edits, again.unchanged, again.linked) == ([], [], 2, 0)
    assert register.check() == []


def test_an_excel_sheet_changes_what_is_known(tmp_path: Path, register: Register) -> None:
    controls.add_control(register, controls.ControlChange(reference="7", title="Logbook", owner="ben"), by="ben")
    book = openpyxl.Workbook()
    book.active.append(["Our controls"])
    book.active.append(["Ref", "Name", "Owner", "Status"])
    book.active.append([7, "Log of passages", None, "In_progress"])
    book.active.append([8, "", "x", ""])
    book.active.append([9, "Drill", "x", "magic"])
    book.save(tmp_path / "a.xlsx")
    report = import_controls(register, lines_of(tmp_path / "a.xlsx"), by="anna")
    assert [(e.field, e.old, e.new) for e in report.edits] == [
        ("title", "Logbook", "Log of passages"),
        ("status", "planned", "in progress"),
    ]
    assert [number for number, _ in report.problems] == [4, 5]
    (row,) = controls.list_controls(register)
    assert row.control.owner == "ben"


@pytest.mark.parametrize("suffix", [".yaml", ".json"])
def test_a_library_of_ciso_assistant(tmp_path: Path, register: Register, suffix: str) -> None:
    import yaml

    path = tmp_path / f"library{suffix}"
    path.write_text(LIBRARY if suffix == ".yaml" else json.dumps(yaml.safe_load(LIBRARY)))
    report = import_controls(register, lines_of(path), by="anna")
    assert report.added == ["HB-1 Check of moorings", "HB-2 HB-2"]
    control = controls.find_control(register, "HB-1")
    assert control.description == "Twice a day.\n\nMore often in a storm."
    assert control.source == "harbour-controls urn:example:risk:function:harbour:hb-1"
    assert control.category == "process"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "colour;size\nblue;3\n", "no column"),
        ("a.csv", "", "no column"),
        ("a.xlsx", "PK\x03\x04 nothing", "no workbook"),
        ("a.yaml", "objects: [", "no YAML"),
        ("a.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "aliases"),
        ("a.yaml", "!!python/object/apply:os.system ['true']", "no YAML"),
        ("a.yaml", "just words", "reference_controls"),
        ("a.json", "[" * 100_000, "recursion"),
        ("a.json", "{", "Expecting"),
    ],
)
def test_what_is_no_list_is_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises((Unfit, ValueError, RecursionError), match=message):
        list(parse_control_file(tmp_path / name, ListLimits()))


def test_limits(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("title\n" + "x\n" * 50)
    with pytest.raises(Unfit, match="more than 10"):
        list(parse_control_file(path, ListLimits(rows=10)))
    with pytest.raises(Unfit, match="MB"):
        list(parse_control_file(path, ListLimits(max_bytes=10)))
    with pytest.raises(BadRequest, match="longer than"):
        read_control_file(path, ListLimits(seconds=0.001))
    with pytest.raises(NotFound):
        read_control_file(tmp_path / "none.csv")


def test_lines_that_contradict_each_other(register: Register) -> None:
    lines = [
        ControlLine(2, {"reference": "A", "title": "One"}),
        ControlLine(3, {"reference": "A", "title": "Two"}),
        ControlLine(4, {"title": "Three", "norms": "feedfeed"}),
    ]
    report = import_controls(register, lines, by="anna")
    assert report.added == ["A One"]
    assert [number for number, _ in report.problems] == [3, 4]
