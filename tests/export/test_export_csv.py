"""The table as text: what spreadsheets expect, and nothing that they would compute."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from export_fakes import hostile, mixed
from hypothesis import given
from hypothesis import strategies as st

from dutybook.errors import BadFilter
from dutybook.export import export
from dutybook.export.tables import guard, unguard


def test_bytes_are_what_spreadsheets_expect(tmp_path: Path) -> None:
    export(mixed(), tmp_path / "a.csv")
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfmodality;bearer;stem;quote;deadlines;due;place;act;page;")
    assert data.endswith(b"\r\n")
    assert "Gäste nicht zurücklassen" in data.decode("utf-8-sig")


def test_no_cell_begins_like_a_formula(tmp_path: Path) -> None:
    export(hostile(tab="=\t1", wide="＝1+1"), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file, delimiter=";") for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]
    assert "'+1 Stunde Frist" in cells


def test_pandas_reads_it_back(tmp_path: Path) -> None:
    export(mixed(), tmp_path / "a.csv")
    frame = pd.read_csv(tmp_path / "a.csv", sep=";", dtype=str, keep_default_na=False)
    assert list(frame["modality"]) == ["permission", "exemption", "obligation", "obligation", "prohibition"]
    assert list(frame["due"]) == ["", "", "2027-05-01", "2027-05-01", ""]
    assert list(frame["work"])[-1] == "007/2026"


@given(st.text(st.sampled_from("'=+-@\t\ra")) | st.text())
def test_a_guard_can_be_taken_off(text: str) -> None:
    assert unguard(guard(text)) == text
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))


@pytest.mark.parametrize("text", ["'tis", "Art 5", "5 days", "", "§ 3"])
def test_plain_text_is_left_alone(text: str) -> None:
    assert guard(text) == text


@pytest.mark.parametrize(("asked", "sign"), [(";", ";"), (",", ","), ("tab", "\t")])
def test_another_sign_between_cells(asked: str, sign: str, tmp_path: Path) -> None:
    register = hostile(tabs="a\tb, c; d", quoted='"x", "y"\ty;z')
    expected = [norm.quote for norm in register.norms()]
    export(register, tmp_path / "a.csv", options={"delimiter": asked})
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *found = csv.reader(file, delimiter=sign)
    assert {len(row) for row in found} == {len(header)}
    assert [unguard(row[header.index("quote")]) for row in found] == expected


def test_a_sign_that_no_spreadsheet_expects_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFilter, match=r"'x' cannot stand between cells\. There are: ; , tab"):
        export(mixed(), tmp_path / "a.csv", options={"delimiter": "x"})
    assert not list(tmp_path.iterdir())


def test_an_option_of_another_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFilter, match=r"only \.csv has an option 'delimiter': leave it out for a\.jsonl"):
        export(mixed(), tmp_path / "a.jsonl", options={"delimiter": ","})
    with pytest.raises(BadFilter, match="no format has an option 'colour'"):
        export(mixed(), tmp_path / "a.csv", options={"colour": "red"})
    assert not list(tmp_path.iterdir())
