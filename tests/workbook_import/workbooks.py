"""A small register, its export, and hands that edit the workbook as people do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from builders import N, make_analysis
from dutybook.export import export
from dutybook.export.columns import REGISTER
from dutybook.languages.reader import reader_words
from dutybook.languages.reader.places import write_place
from dutybook.store import Filters, Register, open_register
from dutybook.store.judgements import reviews
from dutybook.store.judgements.change import Change
from dutybook.store.judgements.record import Record
from dutybook.workbook_import import reader, worker
from dutybook.workbook_import.importer import Wanted, import_workbook
from dutybook.workbook_import.records import Layout, Report, TableLayout
from dutybook.workbook_import.worker import Limits, Unfit

NOW = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 9, 9, 30, tzinfo=UTC)
NORMS = (
    N("Each harbour operator shall report an incident within 72 hours after noticing it.", place="Art 5", bearer="harbour operator", action="report an incident", deadline="within 72 hours"),
    N("Pilots must keep a log.", place="Art 6", bearer="Pilots", action="keep a log"),
    N("A permit must follow by 2 August 2031.", place="Art 7", deadline="by 2 August 2031", kind="fixed", value="2031-08-02", direction=None, due=date(2031, 8, 2)),
    N("A keeper may sell data.", place="Art 8", modality="permission", bearer="keeper"),
)  # fmt: skip


def filled(path: Path | str = ":memory:", norms: tuple[N, ...] = NORMS) -> Register:
    register = open_register(path)
    register.add(make_analysis(norms), "1")
    return register


def norm(register: Register, place: str) -> str:
    return next(n.id for n in register.norms(Filters(review_state="all")) if n.place == place)


def say(register: Register, place: str, *, by: str = "ben", at: datetime = LATER, **wanted: Any) -> None:
    reviews.change(register, [norm(register, place)], Change(**wanted), by=by, now=at)


def record(register: Register, place: str) -> Record:
    return reviews.record(register, norm(register, place)) or Record("")


class Book:
    """An exported workbook in the hands of somebody; cells by the place of their norm and the name of their column."""

    def __init__(self, path: Path, language: str = "en") -> None:
        self.path = path
        self.language = language
        self.file = openpyxl.load_workbook(path)
        self.words = reader_words("register", language)
        self.register = self.file[self.words("sheet.register")]
        self.sheet = self.file[self.words("sheet.obligations")]

    def sheet_of(self, name: str) -> Any:
        """The sheet that has a column: the register, else the details."""
        return self.register if any(column.name == name for column in REGISTER) else self.sheet

    def column(self, name: str) -> int:
        title = self.words(f"column.{name}")
        return int(next(cell.column for cell in self.sheet_of(name)[1] if cell.value == title))

    def row(self, place: str, sheet: Any = None) -> int:
        """The row of a norm by its place, which the register writes in the reader's form and may make a link."""
        sheet = self.sheet if sheet is None else sheet
        heads = {cell.value: cell.column for cell in sheet[1]}
        at = heads[self.words("column.place" if sheet is self.sheet else "column.place_link")]
        place_text = place if sheet is self.sheet else write_place(place, self.language)
        values = ((n, sheet.cell(n, at).value) for n in range(2, sheet.max_row + 1))
        return next(n for n, value in values if value == place_text or str(value).endswith(f'"{place_text}")'))

    def cell(self, place: str, name: str) -> Any:
        sheet = self.sheet_of(name)
        return sheet.cell(self.row(place, sheet), self.column(name))

    def where(self, place: str, name: str) -> str:
        """The cell as reports name it: the title of its sheet, its column and row."""
        return f"{self.sheet_of(name).title}!{self.cell(place, name).coordinate}"

    def write(self, place: str, **values: Any) -> Book:
        for name, value in values.items():
            self.cell(place, name).value = value
        return self

    def save(self) -> Path:
        self.file.save(self.path)
        return self.path


def exported(register: Register, folder: Path, language: str = "en", **filters: Any) -> Book:
    path = folder / "register.xlsx"
    export(register, path, filters, reader=language, options={"now": NOW})
    return Book(path, language)


def bring(register: Register, path: Path, by: str = "anna", **wanted: Any) -> Report:
    return import_workbook(register, path, Wanted(**wanted), by=by, now=LATER)


def cells(report: Report) -> dict[tuple[str, str], tuple[str, str]]:
    """What was or would be changed: by place and field, from and to."""
    return {(edit.place, edit.field): (edit.old, edit.new) for edit in report.edits}


@contextmanager
def read_here() -> Iterator[None]:
    """Reads workbooks in this process, for tests that read many; the answers still go through JSON."""

    def lines(path: Path, layout: Layout, limits: Limits) -> Iterator[Any]:
        given = {key: TableLayout.of(json.loads(json.dumps(asdict(table)))) for key, table in layout.items()}
        try:
            for line in worker.answers(path, given, limits):
                yield json.loads(json.dumps(line))
        except Unfit as error:
            yield {"unfit": str(error)}

    kept = reader._lines
    reader._lines = lines
    try:
        yield
    finally:
        reader._lines = kept
