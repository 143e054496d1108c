"""The statement of applicability says of each norm whether it applies, why, what is done, and who said so when."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from builders import N, make_analysis
from dutybook.errors import BadRequest
from dutybook.export import export, sheet
from dutybook.store import Register, open_register
from dutybook.store.controls import controls
from dutybook.store.controls.controls import ControlChange
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


@pytest.fixture
def register() -> Register:
    made = open_register()
    made.add(
        make_analysis(
            [
                N("Pilots must keep a log of each passage.", place="Art 6", bearer="Pilots"),
                N("Agents shall warn the harbour office.", place="Art 8", bearer="Agents"),
                N("A port may be closed.", place="Art 9", modality="permission"),
            ]
        )
    )
    log, warn, _ = made.norms()
    reviews.change(made, [log.id], Change(applicability="yes", reason="we employ pilots"), by="anna", now=NOW)
    reviews.change(made, [warn.id], Change(applicability="no", reason="=no agents here"), by="ben", now=NOW)
    book = controls.add_control(made, ControlChange(title="Log of passages", reference="AC-1"), by="anna", now=NOW)
    controls.link_norms(made, book.id, [log.id], by="anna", now=NOW)
    reviews.change(made, [log.id], Change(links=(("Log", "https://x.example/log"),)), by="anna", now=NOW)
    return made


def cells(path: Path) -> list[dict[str, str]]:
    sheet = openpyxl.load_workbook(path).active
    rows = [[cell or "" for cell in row] for row in sheet.iter_rows(min_row=4, values_only=True)]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def test_a_workbook_has_justification_controls_evidence_and_history(register: Register, tmp_path: Path) -> None:
    assert export(register, tmp_path / "x.soa.xlsx", options={"now": NOW}) == 3
    log, warn, close = cells(tmp_path / "x.soa.xlsx")
    assert (log["Place"], log["Applicable"], log["Justification"]) == ("Art 6", "yes", "we employ pilots")
    assert (log["Controls"], log["Evidence"]) == ("AC-1 Log of passages", "Log: https://x.example/log")
    assert log["History"].splitlines() == [
        "2026-03-02 anna: applicable: unassessed → yes (we employ pilots)",
        "2026-03-02 anna: justification: – → we employ pilots",
        "2026-03-02 anna: control: – → AC-1 Log of passages",
        "2026-03-02 anna: evidence: – → Log https://x.example/log",
    ]
    assert warn["Justification"] == "=no agents here"
    assert (close["Applicable"], close["History"]) == ("unassessed", "")


def test_filters_and_the_readers_language(register: Register, tmp_path: Path) -> None:
    assert export(register, tmp_path / "x.soa.xlsx", {"applicability": "no"}, reader="de") == 1
    (row,) = cells(tmp_path / "x.soa.xlsx")
    assert row["Begründung"] == "=no agents here"


def test_a_sheet_that_is_full_is_an_error(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_ROWS", 6)
    with pytest.raises(BadRequest, match="cannot hold more than 6 rows"):
        export(register, tmp_path / "x.soa.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_a_pdf_is_set_as_text(register: Register, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    from pypdfium2 import PdfDocument

    (norm,) = (n for n in register.norms() if n.place == "Art 9")
    reviews.change(register, [norm.id], Change(applicability="partly", reason="#eval(1) *x* $y$"), by="anna", now=NOW)
    assert export(register, tmp_path / "x.soa.pdf", options={"now": NOW}) == 3
    with PdfDocument(tmp_path / "x.soa.pdf") as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    for words in ("Statement of applicability", "we employ pilots", "AC-1 Log of passages", "#eval(1) *x* $y$"):
        assert words in text.replace("\r\n", " ")
