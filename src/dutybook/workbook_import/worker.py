"""The child process that checks and reads one workbook, so that a hostile one can do no harm. It answers in lines of JSON on its
output.

The first line has the metadata of the workbook and its tables, each following line a row of one, and the last
``{"end": rows}``, or ``{"unfit": why}``.

Formulas are never computed: their last result counts. calamine does not tell formulas from values, or errors from
empty cells, so both are looked up in the XML of the sheet. Nothing in a workbook is trusted; :class:`Limits` bounds
its cost.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import signal
import sys
import threading
import traceback
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from dutybook.export.columns import row_check
from dutybook.memory import limit_memory
from dutybook.workbook_import.records import (
    CHECK,
    ID,
    NOTE,
    Cell,
    Layout,
    TableLayout,
    cell_to_plain,
    column_of,
    heading,
    letters,
)

if TYPE_CHECKING:
    from lxml.etree import _Element
    from python_calamine import CalamineSheet, CalamineWorkbook


@dataclass(frozen=True, slots=True)
class Limits:
    """The most bytes of the file and of its unpacked content, rows, seconds (wall clock), and bytes of memory of the
    reading process.

    ``line`` is the most bytes of that process's answer about one row.
    """

    max_bytes: int = 200_000_000
    unpacked: int = 4_000_000_000
    rows: int = 1_000_000
    seconds: float = 600.0
    memory: int = 4 << 30
    line: int = 16_000_000


_CHUNK = 1 << 20
_OLD = b"\xd0\xcf\x11\xe0"
_POSITION = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["']""")
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_ROOT = re.compile(rb"<([\w.-]+:)?worksheet")
_BREAKS = frozenset(bytes([byte]) for byte in b" \t\r\n/>")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


class Unfit(Exception):
    """The file cannot be read as a workbook; the message says why and what to do."""


def check_size(path: Path, most: int) -> None:
    """Check that a file has at most so many bytes.

    Raises:
        Unfit: it has more.
    """
    size = path.stat().st_size
    if size > most:
        raise Unfit(f"it has {size / 1e6:,.0f} MB, and {most / 1e6:,.0f} MB is the limit")


def check_file(path: Path, limits: Limits) -> str:
    """The format of the workbook, ``xlsx`` or ``ods``, by the content of the file.

    Raises:
        Unfit: it is neither, is damaged, has a password, or is too large.
    """
    check_size(path, limits.max_bytes)
    with path.open("rb") as file:
        if file.read(4) == _OLD:
            raise Unfit("it has a password or is in an old format. Open it and save it as .xlsx, without a password")
    try:
        with ZipFile(path) as packed:
            infos = packed.infolist()
    except (BadZipFile, OSError, NotImplementedError, ValueError):
        raise Unfit("it is no workbook, or damaged. Open it in a spreadsheet program and save it as .xlsx") from None
    unpacked = sum(info.file_size for info in infos)
    if unpacked > limits.unpacked:
        raise Unfit(
            f"it unpacks to {unpacked / 1e6:,.0f} MB, and {limits.unpacked / 1e6:,.0f} MB is the limit: export less (filters)"
        )
    names = {info.filename for info in infos}
    if any(info.flag_bits & 1 for info in infos):
        raise Unfit("it has a password. Open it and save it without one")
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "content.xml" in names:
        return "ods"
    raise Unfit("it is no .xlsx or .ods file. Open it in a spreadsheet program and save it as .xlsx")


def special_cells(path: Path, sheet: str, columns: Collection[int]) -> dict[tuple[int, int], str]:
    """The formulas and errors of an .xlsx file: ``formula``, ``error`` or ``formula error`` by row and column, both
    counted from 0.
    """
    found: dict[tuple[int, int], str] = {}
    with ZipFile(path) as packed:
        part = _part(packed, sheet)
        for attributes, formula in _special_tags(packed, part) if part else ():
            at = _POSITION.search(attributes)
            if at is None or (column := column_of(at[1].decode())) not in columns:
                continue
            error = _ERROR.search(attributes) is not None
            key = int(at[2]) - 1, column
            if formula or error:
                words = ("formula" if formula or "formula" in found.get(key, "") else "", "error" if error else "")
                found[key] = " ".join(word for word in words if word)
    return found


def _special_tags(packed: ZipFile, part: str) -> Iterator[tuple[bytes, bool]]:
    """The attributes of cells that may be special, and whether a formula follows. A cell that is both comes twice."""
    prefix = b""
    left = b""
    with packed.open(part) as stream:
        while True:
            chunk = stream.read(_CHUNK)
            if not left and (root := _ROOT.search(chunk)):
                prefix = root[1] or b""
            text = left + chunk
            # What begins behind the last cell's beginning may end in the next piece: that cell is looked at again with it.
            cut = text.rfind(b"<" + prefix + b"c") if chunk else len(text)
            cut = cut if cut >= 0 else max(0, len(text) - 64)
            yield from _tags_in(text, prefix, cut)
            if not chunk:
                return
            left = text[cut:]


def _tags_in(text: bytes, prefix: bytes, end: int) -> Iterator[tuple[bytes, bool]]:
    """Find cells by an attribute that few cells have, which is many times faster than parsing each."""
    cell = b"<" + prefix + b"c"
    formula = b"<" + prefix + b"f"
    at = text.find(formula, 0, end)
    while at >= 0:
        if text[at + len(formula) : at + len(formula) + 1] in _BREAKS:
            start = text.rfind(cell, 0, at)
            tag, closed, between = text[start + len(cell) : at].partition(b">")
            if start >= 0 and closed and not between.strip():
                yield tag, True
        at = text.find(formula, at + 1, end)
    for error in (b'"e"', b"'e'"):
        at = text.find(error, 0, end)
        while at >= 0:
            start = text.rfind(b"<", 0, at)
            stop = text.find(b">", at)
            if text.startswith(cell, start) and stop >= 0:
                yield text[start + len(cell) : stop], False
            at = text.find(error, at + 1, end)


def _part(packed: ZipFile, sheet: str) -> str | None:
    """The member of the archive that has a sheet."""
    relation = next(
        (e.get(_RELATION) for e in _elements(packed, "xl/workbook.xml", "sheet") if e.get("name") == sheet), None
    )
    for element in _elements(packed, "xl/_rels/workbook.xml.rels", "Relationship"):
        if relation is not None and element.get("Id") == relation:
            target = str(element.get("Target"))
            name = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            return name if name in packed.namelist() else None
    return None


def _elements(packed: ZipFile, name: str, wanted: str) -> Iterator[_Element]:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(packed.read(name), parser)
    except (KeyError, etree.XMLSyntaxError, zipfile.BadZipFile):
        return
    for element in root.iter():
        if isinstance(element.tag, str) and etree.QName(element).localname == wanted:
            yield element


#: What a fresh interpreter runs; the import path of the parent takes the place of ``{path}``.
COMMAND = "import sys; sys.path[:] = {path!r}; from dutybook.workbook_import.worker import main; main()"

#: Headings stand in one of the first so many rows.
_HEAD_ROWS = 20
_NOTE_ROWS = 1000


@dataclass(frozen=True, slots=True)
class _Table:
    """The place of a table (``key``): ``head`` is the row of headings, ``columns`` the indexes of columns by name, from the
    first one that is not empty; both count from 0.
    """

    key: str
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
    limit_memory(limits.memory)
    try:
        for line in answers(Path(job["path"]), _layout_from(job["layout"]), limits):
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


def _layout_from(plain: Mapping[str, Any]) -> Layout:
    return {key: TableLayout.of(table) for key, table in plain.items()}


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
        tables = _tables(book, note, layout)
        if any(table.sheet.total_height - table.head - 1 > limits.rows for table in tables):
            raise Unfit(f"it has more than {limits.rows:,} rows. Export less (filters)")
        yield {"note": note, "tables": {table.key: _head(note, table) for table in tables}}
        count = 0
        for table in tables:
            for row in _rows(path if kind == "xlsx" else None, table, layout[table.key], _exported(note, table.key)):
                count += 1
                yield [table.key, *row]
        yield {"end": count}
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
    return {str(row[0]): plain_text(row[1]) for row in rows if len(row) > 1 and row[0] != ""}


def plain_text(value: object) -> str:
    """A cell as text; a whole number without decimals, as people see it."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _tables(book: CalamineWorkbook, note: Mapping[str, str], layout: Layout) -> list[_Table]:
    """The sheets with columns for id and checksum, whatever their titles are now; at most one for each table."""
    found: dict[str, list[_Table]] = {key: [] for key in layout}
    titles = {note.get(f"title:{key.capitalize()}", ""): key for key in layout}
    for name in book.sheet_names:
        if name == NOTE:
            continue
        table = _headed(book.get_sheet_by_name(name), layout, titles.get(name))
        if table is not None:
            found[table.key].append(table)
    chosen: list[_Table] = []
    for tables in found.values():
        # A copy of a sheet has the same columns: that with the title of the export counts.
        named = [table for table in tables if titles.get(table.sheet.name) == table.key] or tables
        if len(named) > 1:
            sheets = ", ".join(repr(table.sheet.name) for table in named)
            raise Unfit(f"several sheets of it have rows of the register ({sheets}). Leave the one that counts")
        chosen += named
    if not chosen:
        raise Unfit(
            "no sheet of it has the hidden columns with the id and check of each row. Copy your changes into a fresh export,"
            " and leave these columns in it"
        )
    return chosen


def _headed(sheet: CalamineSheet, layout: Layout, key: str | None) -> _Table | None:
    """The table of a sheet, if it has one: that of a key, else the one that most of its headings belong to."""
    if sheet.start is None:
        return None
    first_row, first_column = sheet.start
    for number, row in enumerate(sheet.to_python(nrows=_HEAD_ROWS)):
        present = {heading(value) for value in row if value != ""}
        by_key = {one: _headings(present, table) for one, table in layout.items()}
        most = key or max(by_key, key=lambda one: len(present & by_key[one].keys()))
        headings = by_key[most]
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
            return _Table(most, sheet, first_row + number, columns, tuple(unknown))
    return None


def _headings(present: Set[str], layout: TableLayout) -> dict[str, str]:
    """The names of columns by heading. One heading may mean different columns in different languages: the language
    with most headings wins.
    """
    found: dict[str, str] = {}
    for names in sorted(layout.headings.values(), key=lambda names: -len(present & names.keys())):
        found = {**names, **found}
    return found


def _exported(note: Mapping[str, str], key: str) -> list[str]:
    """The columns of a table that were exported."""
    try:
        listed = json.loads(note.get(f"sheet:{key.capitalize()}", "[]"))
    except ValueError:
        return []
    return [str(name) for name in listed] if isinstance(listed, list) else []


def _head(note: Mapping[str, str], table: _Table) -> dict[str, Any]:
    exported = _exported(note, table.key)
    return {
        "name": table.sheet.name,
        "letters": {name: letters(at + table.left) for name, at in table.columns.items()},
        "exported": exported,
        "missing": [name for name in exported if name not in table.columns],
        "unknown": table.unknown,
    }


def _checks(exported: Sequence[str], table: _Table, layout: TableLayout) -> list[Sequence[str] | None]:
    """The columns of each part of a checksum; None for a part that misses columns, about which nothing can be known.

    Another version of Dutybook may have exported other columns, which may belong to any part.
    """
    if not exported or not set(exported) <= set(layout.headings[""].values()):
        return [None, None, None]
    parts = [[n for n in part if n in exported] for part in (layout.checked, layout.record, layout.corrections)]
    return [part if all(name in table.columns for name in part) else None for part in parts]


def _rows(path: Path | None, table: _Table, layout: TableLayout, exported: Sequence[str]) -> Iterator[Any]:
    columns = table.columns
    reader = _RowReader.of(path, table, layout, exported)
    expected = [name for name in (*layout.checked, *reader.editable) if name in columns]
    for number, row in enumerate(table.sheet.iter_rows()):
        if number <= table.head or not any(value != "" for value in row):
            continue
        values = {name: row[at] for name, at in columns.items()}
        if not plain_text(values[ID]).strip() and not any(values[name] != "" for name in expected):
            continue  # cells outside the table
        yield reader.read(number, values)


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
    def of(cls, path: Path | None, table: _Table, layout: TableLayout, exported: Sequence[str]) -> _RowReader:
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
        identity, marks = plain_text(values[ID]).strip(), plain_text(values[CHECK]).strip().split("-")
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
            made[name] = cell_to_plain(Cell(_plain(value), formula, fault))
    return made


def _plain(value: Any) -> Any:
    """Durations and times of day as text: no column of ours has them."""
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
