"""Cells that are not for people and were edited all the same: what they say is not taken, and somebody should know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dutybook.export.checking import normal
from dutybook.export.columns import OBLIGATIONS
from dutybook.export.rows import ObligationRow
from dutybook.export.text import clean, fit
from dutybook.review.fields import fields, title
from dutybook.review.report import Remark
from dutybook.review.sheets import Cell, Sheet, SheetRow
from dutybook.store import Register
from dutybook.store.review_state import Record

#: So many rows are looked at closely; of more it is only said that they were edited.
_CLOSELY = 200
#: Columns whose cells can be compared with the register without all that an export gathers.
_NAMED = ("stem", "quote", "deadlines", "due", "place", "page", "title", "source", "language", "notes", "links")
_EMPTY = Cell(None)


def remarks(
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
        if column.name in _NAMED and column.name in sheet.letters:
            value = column.value(now)
            text = fit(clean(value)) if isinstance(value, str) else value
            if normal(text) != normal(row.cells.get(column.name, _EMPTY).value):
                names.append(column.name)
    return names
