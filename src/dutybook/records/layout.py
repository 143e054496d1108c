"""What a reader hands on: the text in reading order, its blocks, pages and word boxes."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from dutybook.reasons import Reason
from dutybook.records.provisions import ProvisionKind
from dutybook.records.spans import Box, Span


class BlockRole(StrEnum):
    """What a block is on the page, before anything is known about the act's structure."""

    BODY = "body"
    HEADING = "heading"
    TABLE = "table"
    FOOTNOTE = "footnote"
    CONTENTS = "contents"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading, list item, table row or footnote: a contiguous span of the text.

    ``level`` is a heading's level from 1, else 0. ``size`` (points), ``bold``, ``italic`` and ``indent``
    (x of its first word, points) are of the first line; 0 and False where the format has no fonts. In a
    page of HTML ``indent`` is 20 for each list item or cell that the block stands in.
    ``hint`` is what the format itself says of the block (a style class, a tag), empty where it says nothing.
    """

    span: Span
    role: BlockRole = BlockRole.BODY
    level: int = 0
    page: int | None = None
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    indent: float = 0.0
    centred: bool = False
    hint: str = ""


class FurnitureKind(StrEnum):
    """Where furniture stands. ``boilerplate``: on a page around or in an article, and no part of it (menus, teasers, advertisements)."""

    HEADER = "header"
    FOOTER = "footer"
    MARGIN = "margin"
    WATERMARK = "watermark"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Furniture:
    """Words that stand on a page and not in the text: running headers, page numbers, margin text."""

    kind: FurnitureKind
    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class Page:
    """One page. ``source``: ``text`` (a text layer), ``ocr``, ``image`` (no text found), ``unread``.

    ``confidence`` (0 to 1) is how sure text recognition is of the page's words; None where none was needed.
    """

    number: int
    width: float
    height: float
    source: str = "text"
    note: Reason | Literal[""] = ""
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: its text's span (empty where it has none) and, on a page, its box.

    ``column`` is the first column it stands in, from 0; None: the one after the cell before. A cell over several rows or
    columns is listed once, in its first row. A cell that a page break parts has the box of its first part.
    """

    span: Span
    box: Box | None = None
    column: int | None = None
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table as rows of cells, in reading order. The cells' text stands in the document's text.

    The first ``headers`` rows are its head; a head that is repeated on later pages is listed once. ``box`` is of its
    first page, ``more`` of the pages it goes on over.
    """

    rows: tuple[tuple[Cell, ...], ...]
    span: Span
    box: Box | None = None
    headers: int = 0
    more: tuple[Box, ...] = ()

    def columns(self, row: int) -> list[int]:
        """The first column of each cell of a row, from 0."""
        found: list[int] = []
        following = 0
        for cell in self.rows[row]:
            column = following if cell.column is None else cell.column
            found.append(column)
            following = column + cell.column_span
        return found

    def find(self, offset: int) -> tuple[int, int] | None:
        """Row and index in it of the cell whose text holds ``offset``; None outside of all cells."""
        if not self.span.start <= offset < self.span.end:
            return None
        for number, row in enumerate(self.rows):
            for index, cell in enumerate(row):
                if cell.span.start <= offset < cell.span.end:
                    return number, index
        return None


@dataclass(frozen=True, slots=True)
class FootnoteMark:
    """Where the text refers to a footnote: ``at`` is the offset of the word it follows, ``note`` its text."""

    mark: str
    at: int
    note: Span | None


@dataclass(frozen=True, slots=True)
class HyphenDecision:
    """What became of a hyphen at a line's end: ``kept`` or joined, and on which ground."""

    at: int
    word: str
    kept: bool
    reason: str


class WordMap:
    """Offsets to boxes: one entry a word, in arrays, sorted by start offset.

    Made once while reading; :meth:`boxes` answers by bisection, so no text is ever searched again.
    """

    __slots__ = ("coords", "ends", "pages", "starts")

    def __init__(self) -> None:
        # Four bytes an offset: of a long document, this map is most of what is kept.
        self.starts = array("I")
        self.ends = array("I")
        self.pages = array("H")
        self.coords = array("f")

    def add(self, start: int, end: int, box: Box) -> None:
        """Append a word; offsets must not go backwards."""
        if self.starts and start < self.starts[-1]:
            raise ValueError("words must be added in text order")
        self.starts.append(start)
        self.ends.append(end)
        self.pages.append(box.page)
        self.coords.extend((box.x0, box.top, box.x1, box.bottom))

    def __len__(self) -> int:
        return len(self.starts)

    def word_box(self, index: int) -> Box:
        x0, top, x1, bottom = self.coords[4 * index : 4 * index + 4]
        return Box(self.pages[index], x0, top, x1, bottom)

    def page_at(self, offset: int) -> int | None:
        """The page of the word at or before ``offset``."""
        index = bisect_right(self.starts, offset) - 1
        return self.pages[max(index, 0)] if len(self.starts) else None

    def boxes(self, span: Span) -> tuple[Box, ...]:
        """The boxes of the words that ``span`` touches, one box a line."""
        index = max(bisect_right(self.starts, span.start) - 1, 0)
        lines: list[Box] = []
        while index < len(self.starts) and self.starts[index] < span.end:
            if self.ends[index] > span.start:
                box = self.word_box(index)
                last = lines[-1] if lines else None
                if last and last.page == box.page and _same_line(last, box):
                    lines[-1] = last.union(box)
                else:
                    lines.append(box)
            index += 1
        return tuple(lines)


def _same_line(a: Box, b: Box) -> bool:
    overlap = min(a.bottom, b.bottom) - max(a.top, b.top)
    return overlap > 0.5 * min(a.bottom - a.top, b.bottom - b.top) and b.x0 >= a.x0


@dataclass(frozen=True, slots=True)
class Element:
    """A provision as the format itself marks it up (Formex, Akoma Ntoso, CLML, …): nothing has to be guessed.

    ``span`` covers heading, text and children; ``parent`` is the index of the enclosing element in
    :attr:`Layout.outline`, None at the top. ``number`` is the bare number (``5``, ``a``, ``2a``, ``III``; ``164.404``),
    without ``Article``, ``§``, brackets or full stops. ``labels`` are the spans of the words that only number
    or title the element ("Article 5", "(a)", its heading): they belong to no sentence. ``sign``: the article is cited with ``§``.
    ``quoted``: it is new text for another act, quoted in an amending one; its children are quoted, too. ``cited`` is
    the word before its number where it is cited by another than its kind's own (``s`` of a British act, ``reg``).
    """

    kind: ProvisionKind
    number: str
    span: Span
    parent: int | None = None
    heading: str = ""
    labels: tuple[Span, ...] = ()
    sign: bool = False
    quoted: bool = False
    cited: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything later stages see of a file.

    ``text`` is fixed here: body in reading order, paragraphs whole across pages, footnotes at the end.
    ``blocks`` are in text order and do not overlap. ``outline``, where a format states its structure, holds the
    provisions in document order, parents before children; else it is empty. ``meta`` is what the file says of itself
    (``title``, ``published``, ``celex``, ``language``, …), all of it unchecked.
    """

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...] = ()
    words: WordMap = field(default_factory=WordMap)
    furniture: tuple[Furniture, ...] = ()
    tables: tuple[Table, ...] = ()
    marks: tuple[FootnoteMark, ...] = ()
    hyphens: tuple[HyphenDecision, ...] = ()
    outline: tuple[Element, ...] = ()
    meta: dict[str, str] = field(default_factory=dict)
    problems: tuple[Reason, ...] = ()

    def boxes_for(self, span: Span) -> tuple[Box, ...]:
        """Where ``span`` stands on the pages, a box a line; empty for formats without pages."""
        return self.words.boxes(span)

    def page_of(self, offset: int) -> int | None:
        """The page (from 1) of the word at ``offset``; None for formats without pages."""
        return self.words.page_at(offset)


class LayoutBuilder:
    """Puts a :class:`Layout`'s text together block by block, so that offsets are right by construction."""

    _AT_ONCE = 1000
    """So many pieces are made one: each of them takes 50 bytes beside its characters."""

    def __init__(self) -> None:
        self._written: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self.blocks: list[Block] = []
        self.words = WordMap()

    @property
    def length(self) -> int:
        return self._length

    def append(self, text: str) -> Span:
        """Add raw text, no block; returns its span."""
        span = Span(self._length, self._length + len(text))
        self._parts.append(text)
        if len(self._parts) > self._AT_ONCE:
            self._written.append("".join(self._parts))
            self._parts.clear()
        self._length = span.end
        return span

    def block(self, text: str, role: BlockRole = BlockRole.BODY, **style: object) -> Block:
        """Add a paragraph and the line break after it."""
        span = self.append(text)
        self.append("\n")
        made = Block(span, role, **style)  # type: ignore[arg-type]
        self.blocks.append(made)
        return made

    def text(self) -> str:
        return "".join([*self._written, *self._parts])
