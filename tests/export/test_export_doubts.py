"""Exports name the doubtful fields; a workbook does it in its reader's language and tells reasons in words, tables keep what is stored."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest

from dutybook.export import export
from dutybook.languages.reader import reader_words
from quay_doubts import REPORT, doubtful


@pytest.mark.parametrize(
    ("language", "names", "why", "gone"),
    [
        ("en", "bearer\nclass of bearer", "the network reads an obligation (0.97)", "the network finds no norm here (0.83)"),
        ("de", "Adressat\nArt des Adressaten", "das Netz erkennt eine Pflicht (0,97)", "das Netz findet hier keine Norm (0,83)"),
        ("fr", "destinataire\ncatégorie de destinataire", "le réseau reconnaît une obligation (0,97)", "le réseau ne trouve pas de norme ici (0,83)"),
    ],
)  # fmt: skip
def test_a_workbook_says_it_in_its_language(language: str, names: str, why: str, gone: str, tmp_path: Path) -> None:
    export(doubtful(), tmp_path / "a.xlsx", reader=language)
    words = reader_words("register", language)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    header, first, second, *_ = book[words("sheet.obligations")].iter_rows(values_only=True)
    row = dict(zip(header, first, strict=True))
    assert row[words("column.doubtful")] == names
    assert row[words("column.rule_why")].startswith(f"{why}; ")
    assert dict(zip(header, second, strict=True))[words("column.doubtful")] is None
    header, refused = book[words("sheet.rejected")].iter_rows(values_only=True)
    assert dict(zip(header, refused, strict=True))[words("column.rejected_because")].startswith(gone)


def test_tables_for_programs_keep_what_is_stored(tmp_path: Path) -> None:
    export(doubtful(), tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    assert [row["doubtful"].split("\n") for row in rows] == [
        *(["bearer", "class"], [""], ["class", "norm", "quote", "modality", "strength", "bearer"], [""])
    ]
    assert rows[0]["rule_why"] == REPORT.why
    export(doubtful(), tmp_path / "a.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text("utf-8").splitlines()]
    assert [len(line["evidence"]["doubtful"]) for line in lines] == [2, 0, 6, 0]
    assert lines[0]["evidence"]["why"] == REPORT.why
