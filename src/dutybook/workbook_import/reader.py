"""Reads a workbook in a child process with limits, so that a hostile file costs only a little time."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from dutybook.errors import BadRequest, NotFound
from dutybook.workbook_import.records import Contents, Layout, SheetRow, Table, cell_from_plain
from dutybook.workbook_import.worker import COMMAND, Limits


def read_workbook(path: Path, layout: Layout, limits: Limits | None = None) -> Contents:
    """The tables of norms of a workbook that an export wrote and people edited (.xlsx or .ods).

    Raises:
        NotFound: there is no such file.
        BadRequest: it is no such workbook, damaged or over a limit; the message says what to do.
    """
    if not path.is_file():
        raise NotFound(f"there is no file {path}. Name a workbook that `dutybook export` wrote.")
    try:
        path.open("rb").close()
    except OSError as error:
        raise BadRequest(f"{path} cannot be opened: {error.strerror}. Check its permissions.") from None
    lines = _lines(path, layout, limits or Limits())
    try:
        head = next(lines)
        rows: list[SheetRow] = []
        last = head if "unfit" in head else {}
        for line in () if last else lines:
            if isinstance(line, dict):
                last = line
                break
            rows.append(_row(line))
        if "unfit" in last:
            raise BadRequest(f"{path.name} cannot be imported: {last['unfit']}.")
        if last.get("end") != len(rows):
            raise BadRequest(
                f"{path.name} was not read to its end. Save it again in a spreadsheet program, or export anew."
            )
        tables = {key: _table(head["tables"][key]) for key in layout if key in head["tables"]}
        if any(row.table not in tables for row in rows):
            raise KeyError("table")
        return Contents({str(k): str(v) for k, v in head["note"].items()}, tables, tuple(rows))
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, StopIteration):
        # It is we who wrote these lines, unless the file took over the process that did.
        raise BadRequest(f"{path.name} cannot be read: the process that read it answered nonsense.") from None


def _table(plain: Any) -> Table:
    return Table(
        str(plain["name"]),
        {str(k): str(v) for k, v in plain["letters"].items()},
        *(_names(plain["exported"]), _names(plain["missing"]), _names(plain["unknown"])),
    )


def _names(names: Any) -> tuple[str, ...]:
    return tuple(str(name) for name in names)


def _row(line: Any) -> SheetRow:
    table, *line = line
    if len(line) == 2:
        return SheetRow(str(table), int(line[0]), str(line[1]), untouched=True, edited=False, marks=())
    number, identity, edited, marks, whole, cells = line
    return SheetRow(
        *(str(table), int(number), str(identity), False, bool(edited), tuple(str(mark) for mark in marks)),
        whole=tuple(flag is True for flag in whole),
        cells={str(name): cell_from_plain(cell) for name, cell in cells.items()},
    )


def _lines(path: Path, layout: Layout, limits: Limits) -> Iterator[Any]:
    """The answer of the child process, line by line."""
    job = {
        "path": str(path.absolute()),
        "layout": {key: asdict(table) for key, table in layout.items()},
        "limits": asdict(limits),
    }
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", COMMAND.format(path=list(sys.path))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, "PYTHONUTF8": "1"},
            start_new_session=True,
        )
        out_of_time = threading.Event()

        def end() -> None:
            out_of_time.set()
            process.kill()

        timer = threading.Timer(limits.seconds, end)
        timer.daemon = True
        timer.start()
        try:
            assert process.stdin
            assert process.stdout
            with contextlib.suppress(BrokenPipeError):
                process.stdin.write(json.dumps(job).encode() + b"\n")
                process.stdin.flush()
            while line := process.stdout.readline(limits.line):
                if not line.endswith(b"\n"):
                    raise BadRequest(f"a row of {path.name} is too long to be read. Shorten its texts.")
                yield json.loads(line)
            code = process.wait()
            if out_of_time.is_set():
                raise BadRequest(
                    f"{path.name} cannot be imported: reading it takes longer than {limits.seconds:.0f} seconds. Export less (filters)."
                )
            if code:
                raise BadRequest(f"{path.name} cannot be imported: {_cause(code, errors, limits)}.")
        finally:
            timer.cancel()
            process.kill()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(BrokenPipeError):
                    stream.close()  # type: ignore[union-attr]
            process.wait()


def _cause(code: int, errors: IO[bytes], limits: Limits) -> str:
    errors.seek(0, os.SEEK_END)
    errors.seek(max(0, errors.tell() - 4000))
    words = errors.read().decode("utf-8", "replace").strip().splitlines()
    # Libraries in other languages end the process when memory is refused to them.
    if any("memory" in word.lower() for word in words):
        return f"reading it takes more than {limits.memory / 2**30:.2g} GiB of memory"
    return f"the process that read it ended ({words[-1] if words else f'exit code {code}'})"
