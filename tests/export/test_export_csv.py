"""The table as text: what spreadsheets expect, and nothing that they would compute."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
from export_fakes import hostile, mixed
from hypothesis import given
from hypothesis import strategies as st

from dutybook.export import export
from dutybook.export.csv import guard, unguard


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
