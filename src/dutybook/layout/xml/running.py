"""The running text of a paragraph in the making: white space as it is printed, and where notes are referred to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dutybook.layout.drafts import squeeze

_NO_SPACE_BEFORE = ",.;:)]"
_NO_SPACE_AFTER = "(["

# An offset in the text, and the key of the note that is referred to there.
Marks = list[tuple[int, str]]


class RunningText:
    """Takes pieces of text as they stand in the source; the space between two of them is single.

    A line break between pieces is one of the file's layout: no space comes of it where none can stand in print.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._space = ""
        self._glued = False
        self.marks: Marks = []
        # Text is set in capitals.
        self.capitals = False

    def add(self, raw: str | None) -> None:
        """Add a piece."""
        if not raw:
            return
        body = squeeze(raw.upper() if self.capitals else raw)
        lead = raw[: len(raw) - len(raw.lstrip())]
        if lead and not self._glued:
            self._space = self._space or ("\n" if "\n" in lead else " ")
        if not body:
            return
        if self._space and self._pieces:
            last = self._pieces[-1][-1]
            layout = self._space == "\n" and (body[0] in _NO_SPACE_BEFORE or last in _NO_SPACE_AFTER)
            body = body if layout else f" {body}"
        self._glued = False
        self._pieces.append(body)
        self._length += len(body)
        tail = raw[len(raw.rstrip()) :]
        self._space = "" if not tail else "\n" if "\n" in tail else " "

    def glue(self) -> None:
        """No space stands here, whatever the source has."""
        self._space, self._glued = "", True

    def part(self) -> None:
        """What follows is another word (a line break, an empty element)."""
        self._space = "" if self._glued else " "

    def mark(self, key: str) -> None:
        """A note is referred to behind the last word."""
        self.marks.append((self._length, key))

    def __bool__(self) -> bool:
        return bool(self._pieces)

    def __str__(self) -> str:
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    def take(self) -> tuple[str, Marks]:
        """The text and its marks, taken away."""
        taken = str(self), self.marks
        self._reset()
        return taken

    def _reset(self) -> None:
        self._pieces, self._length, self._space, self._glued, self.marks = [], 0, "", False, []

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Begin anew inside, and go on afterwards where it was left."""
        kept = self._pieces, self._length, self._space, self._glued, self.marks
        self._reset()
        yield
        self._pieces, self._length, self._space, self._glued, self.marks = kept
