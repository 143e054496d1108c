"""The child process that reads one workbook, so that a hostile one can do no harm. It answers in lines of JSON on its
output.

The first line has the metadata of the workbook and its columns, each following line a row, and the last
``{"end": rows}``, or ``{"unfit": why}``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dutybook.export.columns import row_check
from dutybook.workbook_import.file_checks import Limits, Unfit, check_file, special_cells
from dutybook.workbook_import.sheet import CHECK, ID, NOTE, Cell, Layout, cell_to_plain, heading, letters

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

#: What a fresh interpreter runs; the import path of the parent takes the place of ``{path}``.
COMMAND = "import sys; sys.path[:] = {path!r}; from dutybook.workbook_import.worker import main; main()"

#: Headings stand in one of the first so many rows.
_HEAD_ROWS = 20
_NOTE_ROWS = 1000
_FAULTS = {
    "error": "it shows an error",
    "uncalculated": "its formula has no result in the file: open and save it in a spreadsheet program, or write the value",
    "merged": "it is merged with others: undo that and write the value into each",
}


@dataclass(frozen=True, slots=True)
class _Table:
    """The place of the table: ``head`` is the row of headings, ``columns`` the indexes of columns by name, from the
    first one that is not empty; both count from 0.
    """

    sheet: CalamineSheet
    head: int
    columns: Mapping[str, int]
    unknown: tuple[str, ...]

    @property
    def left(self) -> int:
        """The number of empty columns before the first one that is not."""
        return self.sheet.start[1] if self.sheet.start else 0


def main() -> None:
    """Read the workbook that the line on the input names, and answer."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="surrogatepass")
    os.dup2(2, 1)
    job = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_watch, daemon=True).start()
    limits = Limits(**job["limits"])
    _limit_memory(limits.memory)
    try:
        for line in answers(Path(job["path"]), Layout.of(job["layout"]), limits):
            output.write(json.dumps(line, separators=(",", ":")) + "\n")
    except Unfit as error:
        output.write(json.dumps({"unfit": str(error)}) + "\n")
    except MemoryError:
        gibibytes = f"{limits.memory / 2**30:.2g} GiB"
        output.write(json.dumps({"unfit": f"reading it takes more than {gibibytes} of memory"}) + "\n")
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    output.flush()
    os._exit(0)


def _watch() -> None:
    """End when the input is closed: the parent keeps it open as long as it lives."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))


def answers(path: Path, layout: Layout, limits: Limits) -> Iterator[Any]:
    """The answers of :func:`main`, before they become JSON.

    Raises:
        Unfit: Dutybook did not write the file, or it is over a limit.
    """
    kind = check_file(path, limits)
    from python_calamine import CalamineError, load_workbook

    try:
        book = load_workbook(str(path))
        note = _note(book)
        table = _table(book, note, layout)
        if table.sheet.total_height - table.head - 1 > limits.rows:
            raise Unfit(f"it has more than {limits.rows:,} rows. Export less (filters)")
        yield _head(note, table)
        yield from _rows(path if kind == "xlsx" else None, table, layout, _exported(note))
    except (CalamineError, OSError, ValueError) as error:
        detail = " ".join(str(error).split())[:200]
        raise Unfit(f"it cannot be read ({detail}). Open it in a spreadsheet program and save it again") from None


def _note(book: CalamineWorkbook) -> dict[str, str]:
    if NOTE not in book.sheet_names:
        raise Unfit(
            f"it has no sheet {NOTE!r}, by which Dutybook knows what it exported when. Copy your changes into a fresh export"
            " (dutybook export FILE.xlsx), and leave its hidden sheet and columns in it"
        )
    rows = book.get_sheet_by_name(NOTE).to_python(nrows=_NOTE_ROWS)
    return {str(row[0]): _text(row[1]) for row in rows if len(row) > 1 and row[0] != ""}


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _table(book: CalamineWorkbook, note: Mapping[str, str], layout: Layout) -> _Table:
    """The sheet with the columns for id and checksum, whatever its title is now."""
    called = note.get("title:Obligations", "")
    names = sorted((n for n in book.sheet_names if n != NOTE), key=lambda name: name != called)
    found: list[_Table] = []
    for name in names:
        table = _headed(book.get_sheet_by_name(name), layout)
        if table is not None and name == called:
            return table
        found += [table] if table is not None else []
    if not found:
        raise Unfit(
            "no sheet of it has the hidden columns with the id and check of each row. Copy your changes into a fresh export,"
            " and leave these columns in it"
        )
    if len(found) > 1:
        sheets = ", ".join(repr(table.sheet.name) for table in found)
        raise Unfit(f"several sheets of it have rows of the register ({sheets}). Leave the one that counts")
    return found[0]


def _headed(sheet: CalamineSheet, layout: Layout) -> _Table | None:
    if sheet.start is None:
        return None
    first_row, first_column = sheet.start
    for number, row in enumerate(sheet.to_python(nrows=_HEAD_ROWS)):
        headings = _headings({heading(value) for value in row if value != ""}, layout)
        columns: dict[str, int] = {}
        twice: list[str] = []
        unknown: list[str] = []
        for at, value in enumerate(row):
            name = headings.get(heading(value)) if value != "" else None
            if name in columns:
                twice.append(f"{letters(columns[name] + first_column)} and {letters(at + first_column)}")
            elif name is not None:
                columns[name] = at
            elif value != "":
                unknown.append(f"{letters(at + first_column)} ({str(value)[:60]})")
        if ID in columns and CHECK in columns:
            if twice:
                raise Unfit(
                    f"two columns of {sheet.name!r} have the same heading ({'; '.join(twice)}). Delete one of them"
                )
            return _Table(sheet, first_row + number, columns, tuple(unknown))
    return None


def _headings(present: Set[str], layout: Layout) -> dict[str, str]:
    """The names of columns by heading. One heading may mean different columns in different languages: the language
    with most headings wins.
    """
    found: dict[str, str] = {}
    for names in sorted(layout.headings.values(), key=lambda names: -len(present & names.keys())):
        found = {**names, **found}
    return found


def _exported(note: Mapping[str, str]) -> list[str]:
    """The columns that were exported."""
    try:
        listed = json.loads(note.get("sheet:Obligations", "[]"))
    except ValueError:
        return []
    return [str(name) for name in listed] if isinstance(listed, list) else []


def _head(note: Mapping[str, str], table: _Table) -> dict[str, Any]:
    exported = _exported(note)
    return {
        "name": table.sheet.name,
        "note": note,
        "letters": {name: letters(at + table.left) for name, at in table.columns.items()},
        "exported": exported,
        "missing": [name for name in exported if name not in table.columns],
        "unknown": table.unknown,
    }


def _checks(exported: Sequence[str], table: _Table, layout: Layout) -> list[Sequence[str] | None]:
    """The columns of each part of a checksum; None for a part that misses columns, about which nothing can be known.

    Another version of Dutybook may have exported other columns, which may belong to any part.
    """
    if not exported or not set(exported) <= set(layout.headings[""].values()):
        return [None, None, None]
    parts = [[n for n in part if n in exported] for part in (layout.checked, layout.record, layout.corrections)]
    return [part if all(name in table.columns for name in part) else None for part in parts]


def _rows(path: Path | None, table: _Table, layout: Layout, exported: Sequence[str]) -> Iterator[Any]:
    columns = table.columns
    reader = _RowReader.of(path, table, layout, exported)
    expected = [name for name in (*layout.checked, *reader.editable) if name in columns]
    count = 0
    for number, row in enumerate(table.sheet.iter_rows()):
        if number <= table.head or not any(value != "" for value in row):
            continue
        values = {name: row[at] for name, at in columns.items()}
        if not _text(values[ID]).strip() and not any(values[name] != "" for name in expected):
            continue  # cells outside the table
        count += 1
        yield reader.read(number, values)
    yield {"end": count}


@dataclass(frozen=True, slots=True)
class _RowReader:
    """Reads the rows of a table: which parts of a row are as they were exported, and what its editable cells say now.

    ``editable`` has the index of each editable column in the sheet. ``context`` are columns that are answered with an
    edited row only. ``checks`` are the columns of each part of a checksum. ``faults`` has what is wrong with cells, by
    row and column of the sheet. All indexes count from 0.
    """

    editable: Mapping[str, int]
    context: Sequence[str]
    checks: Sequence[Sequence[str] | None]
    faults: Mapping[tuple[int, int], str]

    @classmethod
    def of(cls, path: Path | None, table: _Table, layout: Layout, exported: Sequence[str]) -> _RowReader:
        """A reader for a table with the columns of a layout; ``path`` is that of an .xlsx file, None for other formats."""
        columns = table.columns
        left = table.left
        editable = {name: columns[name] + left for name in (*layout.record, *layout.corrections) if name in columns}
        special = special_cells(path, table.sheet.name, set(editable.values())) if path else {}
        return cls(
            editable,
            context=[name for name in layout.context if name in columns],
            checks=_checks(exported, table, layout),
            faults=_merged(table.sheet) | special,
        )

    def read(self, number: int, values: Mapping[str, Any]) -> list[Any]:
        """The answer for a row: its number from 1 and its id only, if nothing in it was edited."""
        identity, marks = _text(values[ID]).strip(), _text(values[CHECK]).strip().split("-")
        faults = {
            name: self.faults[at] for name, column in self.editable.items() if (at := (number, column)) in self.faults
        }
        whole = [
            None if part is None else row_check({n: values[n] for n in part}) == mark and faults.keys().isdisjoint(part)
            for part, mark in zip(self.checks, marks, strict=False)
        ]
        edited = bool(whole) and whole[0] is False
        if identity and len(whole) == len(self.checks) and not edited and all(whole[1:]):
            return [number + 1, identity]
        cells = _cells(values, [*self.editable, *self.context] if edited else self.editable, faults)
        return [number + 1, identity, edited, marks if any(self.checks) else [], whole[1:], cells]


def _cells(values: Mapping[str, Any], names: Iterable[str], faults: Mapping[str, str]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name in names:
        value = None if values[name] == "" else values[name]
        kind = faults.get(name, "")
        if kind or value is not None:
            formula = kind.startswith("formula")
            fault = "error" if kind.endswith("error") else "merged" if kind == "merged" else ""
            if formula and not fault and value is None:
                fault = "uncalculated"
            made[name] = cell_to_plain(Cell(_plain(value), formula, _FAULTS.get(fault, "")))
    return made


def _plain(value: Any) -> Any:
    """Durations and times of day as text: no column of ours has them."""
    from datetime import date

    return value if value is None or isinstance(value, str | int | float | bool | date) else str(value)


def _merged(sheet: CalamineSheet) -> dict[tuple[int, int], str]:
    """The cells that merged cells cover. The first cell of a merged range has the value."""
    found: dict[tuple[int, int], str] = {}
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        if (bottom - top + 1) * (last - first + 1) > 1_000_000:
            raise Unfit("a million cells of it are merged. Undo that")
        found |= {
            (row, column): "merged"
            for row in range(top, bottom + 1)
            for column in range(first, last + 1)
            if (row, column) != (top, first)
        }
    return found


def _limit_memory(limit: int) -> None:
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
