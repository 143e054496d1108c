"""Reads lists of controls: tables (CSV, .xlsx, .ods) and libraries of CISO Assistant (YAML, JSON), in a child process with limits.

Nothing in a file is trusted: aliases of YAML are refused, only plain texts are taken, and :class:`ListLimits` bounds the cost.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dutybook.errors import BadRequest, NotFound
from dutybook.languages.reader import reader_languages, reader_words
from dutybook.memory import limit_memory
from dutybook.store.controls.list_import import ControlLine
from dutybook.workbook_import.records import heading
from dutybook.workbook_import.worker import Limits, Unfit, check_file, check_size, plain_text


@dataclass(frozen=True, slots=True)
class ListLimits:
    """The most bytes of the file and of its unpacked content, controls, seconds, and bytes of memory of the reading process."""

    max_bytes: int = 20_000_000
    unpacked: int = 400_000_000
    rows: int = 20_000
    seconds: float = 120.0
    memory: int = 2 << 30


_COMMAND = "import sys; sys.path[:] = {path!r}; from dutybook.workbook_import.control_files import answer; answer()"
_TEXT_SUFFIXES = (".yaml", ".yml", ".json")


def read_control_file(path: Path, limits: ListLimits | None = None) -> list[ControlLine]:
    """The controls of a file, in its order.

    Raises:
        NotFound: there is no such file.
        BadRequest: it is no list of controls, damaged or over a limit; the message says what to do.
    """
    limits = limits or ListLimits()
    if not path.is_file():
        raise NotFound(f"there is no file {path}. Name a .csv, .xlsx, .ods, .yaml or .json file.")
    job = {"path": str(path.absolute()), "limits": asdict(limits)}
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", _COMMAND.format(path=list(sys.path))],
            input=json.dumps(job).encode(),
            capture_output=True,
            timeout=limits.seconds,
            env={**os.environ, "PYTHONUTF8": "1"},
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BadRequest(
            f"{path.name} cannot be imported: reading it takes longer than {limits.seconds:.0f} seconds."
        ) from None
    try:
        read = json.loads(done.stdout)
        if "unfit" in read:
            raise BadRequest(f"{path.name} cannot be imported: {read['unfit']}.")
        return [ControlLine(int(n), {str(k): str(v) for k, v in values.items()}) for n, values in read["rows"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BadRequest(
            f"{path.name} cannot be imported: reading it takes too much memory, or it is damaged."
        ) from None


def answer() -> None:
    """Read the file that a line on standard input names and write its controls as JSON: what the child process does."""
    job = json.loads(sys.stdin.buffer.read())
    limits = ListLimits(**job["limits"])
    limit_memory(limits.memory)
    try:
        read: dict[str, Any] = {"rows": list(parse_control_file(Path(job["path"]), limits))}
    except Unfit as error:
        read = {"unfit": str(error)}
    except (OSError, RecursionError, ValueError) as error:
        read = {"unfit": f"it cannot be read ({type(error).__name__}: {str(error)[:200]})"}
    sys.stdout.buffer.write(json.dumps(read).encode())


def parse_control_file(path: Path, limits: ListLimits) -> Iterator[tuple[int, dict[str, str]]]:
    """The number and the fields of each control of a file, in this process.

    Raises:
        Unfit: it is no list of controls, or over a limit.
        OSError, ValueError, RecursionError: it is damaged.
    """
    check_size(path, limits.max_bytes)
    with path.open("rb") as file:
        packed = file.read(4) in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
    suffix = path.suffix.lower()
    rows = _library(path) if suffix in _TEXT_SUFFIXES and not packed else _table(_cells(path, limits, packed=packed))
    for number, row in enumerate(rows):
        if number >= limits.rows:
            raise Unfit(f"it has more than {limits.rows:,} controls")
        yield row


def _cells(path: Path, limits: ListLimits, *, packed: bool) -> Iterator[list[str]]:
    """The rows of a table as texts."""
    if packed:
        from python_calamine import CalamineWorkbook

        check_file(path, Limits(max_bytes=limits.max_bytes, unpacked=limits.unpacked))
        workbook = CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names[:20]:
            rows = workbook.get_sheet_by_name(name).to_python(nrows=limits.rows + 100)
            found = [[plain_text(value) for value in row] for row in rows]
            if _head_of(found) is not None:
                yield from found
                return
        return
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    try:
        dialect: Any = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    csv.field_size_limit(1_000_000)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), dialect)
    except csv.Error as error:
        raise Unfit(f"it is no table: {error}") from None


@cache
def _fields_by_heading() -> Mapping[str, str]:
    """The field that a heading of a table means, whatever language of readers it is in."""
    found: dict[str, str] = {}
    for language in reader_languages("control_list"):
        words = reader_words("control_list", language)
        found |= {heading(word): field for field in words for word in words(field).split(",")}
    return found


def _head_of(rows: list[list[str]]) -> int | None:
    """Which of the first rows has the headings: the first one with that of a title."""
    for number, row in enumerate(rows[:30]):
        if "title" in {_fields_by_heading().get(heading(cell)) for cell in row}:
            return number
    return None


def _table(cells: Iterator[list[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    rows = list(cells)
    head = _head_of(rows)
    if head is None:
        raise Unfit(
            'it has no column "title" or "name". Give the columns headings: reference, title, description, category, status, owner'
        )
    columns: dict[str, int] = {}
    for at, cell in enumerate(rows[head]):
        if (field := _fields_by_heading().get(heading(cell))) and field not in columns:
            columns[field] = at
    for number, row in enumerate(rows[head + 1 :], start=head + 2):
        values = {field: row[at].strip() for field, at in columns.items() if at < len(row) and row[at].strip()}
        if values:
            yield number, values


# CISO Assistant


def _library(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The reference controls of a library of CISO Assistant."""
    text = path.read_text("utf-8-sig", "strict")
    loaded = json.loads(text) if path.suffix.lower() == ".json" else _load_yaml(text)
    objects = loaded.get("objects", loaded) if isinstance(loaded, dict) else None
    listed = objects.get("reference_controls") if isinstance(objects, dict) else None
    if not isinstance(listed, list):
        raise Unfit("it is no library of CISO Assistant with reference_controls")
    library = _text(loaded, "ref_id") or _text(loaded, "name") or path.stem
    for number, one in enumerate(listed, start=1):
        if isinstance(one, dict):
            yield number, _reference_control(one, library)


def _reference_control(one: dict[Any, Any], library: str) -> dict[str, str]:
    reference = _text(one, "ref_id")
    values = {
        "reference": reference,
        "title": _text(one, "name") or reference,
        "description": "\n\n".join(filter(None, (_text(one, "description"), _text(one, "annotation")))),
        "category": _text(one, "category"),
        "source": f"{library} {_text(one, 'urn')}".strip()[:500],
    }
    return {name: value for name, value in values.items() if value}


def _text(one: dict[Any, Any], name: str) -> str:
    """A value that is plain text or a number; anything else counts as absent."""
    value = one.get(name)
    return str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _load_yaml(text: str) -> Any:
    import yaml

    class Loader(yaml.SafeLoader):
        """The safe loader without aliases, of which a small file could make an endless one."""

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise Unfit("it has aliases of YAML (*name), which no library needs")
            return super().compose_node(parent, index)

    try:
        return yaml.load(text, Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise Unfit(f"it is no YAML: {' '.join(str(error).split())[:200]}") from None
