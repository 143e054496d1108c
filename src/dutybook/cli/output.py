"""Prints with colours and tables on a terminal, and plain lines into a pipe; no text of a document can send control
codes.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date
from functools import lru_cache
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

# Control characters would let a document's text drive the terminal; the marks that turn the writing direction
# would let it show other words than it has.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

MODALITY_STYLE = {
    "obligation": "bold blue",
    "prohibition": "bold red",
    "permission": "bold green",
    "exemption": "bold magenta",
}


def printable(text: str) -> str:
    """``text`` without characters that control a terminal."""
    return _UNPRINTABLE.sub("\ufffd", text)


def console(*, stderr: bool = False) -> Console:
    """The console to print on; wide and without wrapping if it is no terminal."""
    return _console(sys.stderr if stderr else sys.stdout)


@lru_cache(maxsize=2)
def _console(stream: IO[str]) -> Console:
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            # The command line ends quietly on this one; Rich would call it a failure.
            raise BrokenPipeError

    plain = not stream.isatty()
    return Plain(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=plain, width=160 if plain else None)


def text(*pieces: str | tuple[str, str] | Text) -> Text:
    """Styled words, made safe to print; what this function made may be among them."""
    from rich.text import Text

    made = Text()
    for piece in pieces:
        if isinstance(piece, Text):
            made.append_text(piece)
        else:
            words, style = (piece, "") if isinstance(piece, str) else piece
            made.append(printable(words), style)
    return made


def print_text(*pieces: str | tuple[str, str] | Text, stderr: bool = False) -> None:
    """Print a line of styled words."""
    console(stderr=stderr).print(text(*pieces))


def print_line(*pieces: str | tuple[str, str] | Text) -> None:
    """Print styled words as one line, which a terminal cuts with an ellipsis and a file gets whole."""
    out = console()
    out.print(text(*pieces), no_wrap=True, overflow="ellipsis" if out.is_terminal else "ignore")


def print_fields(fields: Iterable[tuple[str, str | None]]) -> None:
    """Print names and values below each other, without unknown values."""
    for name, value in fields:
        if value:
            print_text((f"{name:>11}  ", "dim"), value)


def print_json(value: Any) -> None:
    """Print JSON on standard output, indented, with all letters as they are. Records become objects, days ISO 8601."""
    print(json.dumps(value, ensure_ascii=False, indent=1, default=_to_json).encode("utf-8", "replace").decode())


def row_to_dict(row: Any) -> dict[str, Any]:
    """The fields of a record by name, for JSON with more in it; :func:`print_json` turns what is in them."""
    return {field.name: getattr(row, field.name) for field in fields(row)}


def _to_json(value: object) -> Any:
    if is_dataclass(value):
        return row_to_dict(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON")


def print_table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = ()) -> None:
    """A table; columns whose numbers are in ``right`` are aligned right."""
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, header in enumerate(headers):
        table.add_column(header, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(text("" if cell is None else str(cell)) for cell in row))
    console().print(table)


def shorten(words: str, width: int = 70) -> str:
    """``words`` up to about so many characters, cut between two words."""
    if len(words) <= width:
        return words
    return (
        words[: width + 1].rpartition(" ")[0][:width].rstrip(" ,;:–-") + " …"
        if " " in words[:width]
        else words[:width] + "…"
    )


def count(number: int, one: str, many: str | None = None) -> str:
    """``1 norm``, ``1,234 norms``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


@contextmanager
def progress_bar(doing: str) -> Iterator[Callable[..., None]]:
    """A progress bar on a terminal. It yields a function of the number done, the total, and optionally what is being done."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    errors = console(stderr=True)
    more = TextColumn("{task.fields[name]}")
    columns = (TextColumn(doing), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), more)
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        task = progress.add_task(doing, total=None, name="")

        def show(done: int, total: int, name: str = "") -> None:
            progress.update(task, completed=done, total=total, name=printable(name)[:40])

        yield show


class _LogPrinter(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        print(f"dutybook: {printable(record.getMessage())}", file=sys.stderr)


def print_log() -> None:
    """Print the store's log on standard error from now on, for example that rows are made anew while somebody waits."""
    logger = logging.getLogger("dutybook.store")
    logger.setLevel(logging.INFO)
    if not any(isinstance(handler, _LogPrinter) for handler in logger.handlers):
        logger.addHandler(_LogPrinter())
