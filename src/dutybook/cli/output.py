"""Prints with colours and tables on a terminal, and plain lines into a pipe; no text of a document can send control
codes.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

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
    from rich.console import Console

    class Plain(Console):
        def on_broken_pipe(self) -> None:
            # The command line ends quietly on this one; Rich would call it a failure.
            raise BrokenPipeError

    stream = sys.stderr if stderr else sys.stdout
    plain = not stream.isatty()
    return Plain(file=stream, highlight=False, markup=False, emoji=False, soft_wrap=plain, width=160 if plain else None)


def text(*pieces: str | tuple[str, str]) -> Text:
    """Styled words, made safe to print."""
    from rich.text import Text

    made = Text()
    for piece in pieces:
        words, style = (piece, "") if isinstance(piece, str) else piece
        made.append(printable(words), style)
    return made


def print_json(value: Any) -> None:
    """Print JSON on standard output, indented, with all letters as they are."""
    print(json.dumps(value, ensure_ascii=False, indent=1).encode("utf-8", "replace").decode())


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
