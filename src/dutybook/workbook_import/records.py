"""The records of an import: what is read of an exported workbook, and the report of what was found and changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

#: The sheet that says where a workbook came from.
NOTE = "_dutybook"
#: The format of it that is understood.
FORMAT = "2"
ID, CHECK = "id", "check"

Plain = str | int | float | bool | date | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as the spreadsheet shows it. ``fault`` says why it cannot be taken: error, uncalculated, merged.

    ``formula``: it is the result of one.
    """

    value: Plain
    formula: bool = False
    fault: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a ``table`` (its key), by its number in the sheet. ``untouched``: no cell differs from the export, so
    ``cells`` is empty.

    ``cells`` are the editable cells by the names of their columns; if other cells were ``edited``, some of those,
    too. ``whole``: for each group of editable cells (record, corrections) whether it is as exported; empty if that is
    not known. ``marks`` are the exported checksums.
    """

    table: str
    number: int
    id: str
    untouched: bool
    edited: bool
    marks: tuple[str, ...]
    whole: tuple[bool, ...] = ()
    cells: Mapping[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NormRows:
    """The rows of one norm, one for each table that has it (``parts``, by key, not empty). No two tables have the same
    editable column.
    """

    parts: Mapping[str, SheetRow]

    @property
    def first(self) -> SheetRow:
        """The row in the first of the tables."""
        return next(iter(self.parts.values()))

    @property
    def id(self) -> str:
        return self.first.id

    @property
    def number(self) -> int:
        return self.first.number

    @property
    def untouched(self) -> bool:
        return all(part.untouched for part in self.parts.values())

    def is_whole(self, group: int) -> bool:
        """Whether a group of editable cells (0: record, 1: corrections) is known to be as exported in all tables."""
        return all(p.untouched or (len(p.whole) > group and p.whole[group]) for p in self.parts.values())

    @property
    def cells(self) -> dict[str, Cell]:
        """The cells of all tables by the names of their columns."""
        return {name: cell for part in self.parts.values() for name, cell in part.cells.items()}


@dataclass(frozen=True, slots=True)
class Table:
    """A table of norms in a sheet, whose title is ``name``.

    ``letters`` has the letters (``AB``) of each column by its name; ``exported`` names the exported columns,
    ``missing`` those that are gone, and ``unknown`` are headings of other columns.
    """

    name: str
    letters: Mapping[str, str]
    exported: tuple[str, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What is read of a workbook: its metadata (``note``), its tables by key, and their rows."""

    note: Mapping[str, str]
    tables: Mapping[str, Table]
    rows: tuple[SheetRow, ...]

    def table_of(self, column: str) -> str | None:
        """The key of the table that has an editable column; None if none has it."""
        return next((key for key, table in self.tables.items() if column in table.letters), None)


@dataclass(frozen=True, slots=True)
class TableLayout:
    """What the reading process has to know of a table: the names of columns by heading, for each language (see
    :func:`heading`).

    ``checked`` are the columns that nobody may change, ``record`` and ``corrections`` those that people may.
    ``context`` are the checked columns whose cells are needed if one of them was edited.
    """

    headings: Mapping[str, Mapping[str, str]]
    checked: tuple[str, ...]
    record: tuple[str, ...]
    corrections: tuple[str, ...]
    context: tuple[str, ...]

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> TableLayout:
        """From JSON, in which tuples are lists."""
        return cls(plain["headings"], *(tuple(plain[name]) for name in ("checked", "record", "corrections", "context")))


#: The tables of norms that an export writes, by key.
Layout = Mapping[str, TableLayout]


def heading(value: object) -> str:
    """A heading in the form in which headings are compared: without case and extra white space."""
    return " ".join(str(value).split()).casefold()


def letters(column: int) -> str:
    """The letters of a column counted from 0: ``A``, ``Z``, ``AA``.

    >>> letters(0), letters(25), letters(701), letters(702)
    ('A', 'Z', 'ZZ', 'AAA')
    """
    made = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        made = chr(65 + rest) + made
    return made


def column_of(text: str) -> int:
    """The index of a column, counted from 0, from its letters."""
    made = 0
    for letter in text:
        made = made * 26 + ord(letter) - 64
    return made - 1


def cell_to_plain(cell: Cell) -> Any:
    """A cell as JSON."""
    value: Any = cell.value
    if isinstance(value, date):
        value = {"at": value.isoformat()}
    if not (cell.formula or cell.fault):
        return value
    return {"value": value, "formula": cell.formula, "fault": cell.fault}


def cell_from_plain(plain: Any) -> Cell:
    """The cell from the JSON that :func:`cell_to_plain` made.

    Raises:
        ValueError, KeyError, TypeError: it is other JSON.
    """
    if isinstance(plain, dict) and "fault" in plain:
        return Cell(cell_from_plain(plain["value"]).value, bool(plain["formula"]), str(plain["fault"]))
    if isinstance(plain, dict):
        text = str(plain["at"])
        return Cell(datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text))
    if plain is None or isinstance(plain, str | int | float | bool):
        return Cell(plain)
    raise TypeError(f"no cell: {type(plain).__name__}")


def day_of(value: date) -> date:
    """The day, for a time at midnight; other values are returned as they are."""
    return value.date() if isinstance(value, datetime) and value.time() == time() else value


class Take(StrEnum):
    """Which value wins if both a cell and the register were changed."""

    MINE = "mine"
    THEIRS = "theirs"


@dataclass(frozen=True, slots=True)
class EditedCell:
    """A cell about a norm (full id). ``field`` is what it changes, ``column`` its heading."""

    row: int
    cell: str
    column: str
    field: str
    norm: str
    place: str
    title: str


@dataclass(frozen=True, slots=True)
class Edit(EditedCell):
    """A cell with a new value.

    ``old`` is the present value of the register; values are as stored. ``over``: who changed it since the export and
    when, if the sheet wins over that change.
    """

    old: str
    new: str
    over: str = ""


@dataclass(frozen=True, slots=True)
class Conflict(EditedCell):
    """A cell that was edited although the register was changed, too: ``base`` at the export (None: not known),
    ``now``, ``sheet``.

    ``by`` and ``at``: who changed the register last and when (UTC); empty if a new analysis of the document did.
    """

    base: str | None
    now: str
    sheet: str
    by: str
    at: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What cannot be imported, and what to do about it. ``cell`` and ``column`` are empty if it concerns a whole row."""

    row: int
    cell: str
    column: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Remark:
    """A note about a row (0: about the whole sheet) that leaves nothing undone."""

    row: int
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """The report of an import.

    ``rows`` and ``untouched`` count rows of the sheet, ``deleted`` the exported rows that are gone (None: not known).
    ``left`` counts differences in which the register won (``--take theirs``). ``applied``: the edits are in the
    register.
    """

    file: str
    sheet: str
    exported: str
    rows: int
    untouched: int
    deleted: int | None
    edits: tuple[Edit, ...]
    conflicts: tuple[Conflict, ...]
    problems: tuple[Problem, ...]
    remarks: tuple[Remark, ...]
    left: int
    applied: bool

    @property
    def whole(self) -> bool:
        """Whether nothing was left undone."""
        return not self.conflicts and not self.problems

    @property
    def norms(self) -> int:
        """The number of norms with edits."""
        return len({edit.norm for edit in self.edits})
