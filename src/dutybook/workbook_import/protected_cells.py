"""Cells that are not for people and were edited all the same: what they say is not taken, and somebody should know.

Where they say that a row's id came to stand beside another norm's text, as it does when only some columns are sorted, nothing of
the row may be taken.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dutybook.export.checking import normal
from dutybook.export.columns import OBLIGATIONS
from dutybook.export.rows import ObligationRow
from dutybook.export.text import clean, fit
from dutybook.store import Register
from dutybook.store.judgements import import_baseline
from dutybook.store.judgements.record import Record
from dutybook.workbook_import.columns import TOLD, fields, title
from dutybook.workbook_import.report import Remark
from dutybook.workbook_import.sheet import Cell, Sheet, SheetRow

#: So many rows are looked at closely; of more it is only said that they were edited.
_CLOSELY = 200
_EMPTY = Cell(None)


def describe_protected_edits(
    register: Register, sheet: Sheet, rows: Sequence[SheetRow], before: Mapping[str, Record | None], language: str
) -> list[Remark]:
    """One for each row whose cells that are not for editing differ from what was exported.

    ``before`` are the records as they were then, by norm (full id).
    """
    made = []
    closely = rows[:_CLOSELY]
    norms = {norm.id: norm for norm in register.norms_by_id([row.id for row in closely])}
    documents = {row.id: row for row in register.documents()} if norms else {}
    for row in rows:
        names: list[str] = []
        if row.id in norms:
            norm = norms[row.id]
            names = _differ(sheet, row, ObligationRow(norm, documents[norm.document], review=before.get(norm.id)))
        shown = " and ".join(repr(title(name, language)) for name in names) or "a cell"
        hint, verb = "", "are" if len(names) > 1 else "is"
        if "notes" in names:
            hint = f" Notes are written into {title(fields()['note'].column, language)!r}."
        made.append(Remark(row.number, f"{shown} {verb} not for editing; what was changed there was not taken.{hint}"))
    return made


def _differ(sheet: Sheet, row: SheetRow, now: ObligationRow) -> list[str]:
    names = []
    for column in OBLIGATIONS:
        if column.name in TOLD and column.name in sheet.letters:
            value = column.value(now)
            text = fit(clean(value)) if isinstance(value, str) else value
            if normal(text) != normal(row.cells.get(column.name, _EMPTY).value):
                names.append(column.name)
    return names


def find_mismatched_rows(register: Register, rows: Sequence[SheetRow]) -> set[int]:
    """Numbers of rows whose text is not that of the norm with their id."""
    edited = [row for row in rows if row.edited]
    known = import_baseline.texts(register, [row.id for row in edited])
    quotes = {_begins(quote) for quote, *_ in known.values()}
    found = set()
    for row in edited:
        if row.id in known and "quote" in row.cells:
            says = [normal(row.cells.get(name, _EMPTY).value) for name in ("place", "page")]
            said = _begins(row.cells["quote"].value)
            quote, *others = known[row.id]
            differ = said != _begins(quote)
            if differ and (said in quotes or says != [normal(one) for one in others]):
                found.add(row.number)
    return found


def _begins(text: object) -> str:
    """Enough of a quote to know it by, also where an export shortened it."""
    return normal(clean(str(text)))[:500]
