"""Blocks in the making: readers write drafts in reading order, and :func:`build` fixes text and offsets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from dutybook.errors import NoText
from dutybook.languages.bullets import BULLETS, DASHES
from dutybook.reasons import Reason, Why, because
from dutybook.records import (
    Block,
    BlockRole,
    Box,
    Cell,
    FootnoteMark,
    Furniture,
    FurnitureKind,
    HyphenDecision,
    Layout,
    LayoutBuilder,
    Span,
    Table,
)

# A number, letter or dash that stands alone, perhaps behind an opening quotation mark (an amended text); "1 bis" was inserted later.
LONE_MARKER = re.compile(
    r"""["'‘’“”„«»‚]{0,2}\s?(?:
        \(\s?(?:[^\W\d_]{1,3}|[ivxlc]{1,7}|[IVXLC]{1,7}|\d{1,4}[^\W\d_]{0,2}|\*\d{1,3})(?:\^\d{1,2})?(?:\s(?:bis|ter|quater|quinquies|sexies|septies|octies|nonies|decies))?\s?\)
      | (?:[^\W\d_]{1,3}|[ivxlc]{1,7}|\d{1,4}[^\W\d_]{0,2})(?:\^\d{1,2})?(?:\s(?:bis|ter|quater|quinquies|sexies|septies|octies|nonies|decies))?\s?\)
      | (?:\d{1,4}[^\W\d_]{0,2}|[IVXLC]{1,6}|[^\W\d_])(?:\^\d{1,2})?(?:\s(?:bis|ter|quater|quinquies|sexies|septies|octies|nonies|decies))?\s?\.\)?
      | (?:\d{1,3}\.){1,4}\d{1,3}[a-z]?\.?
      | \d{1,2}\s?°\)?
      | """
    rf"[{BULLETS}{DASHES}])$",
    re.VERBOSE,
)
_SPACES = re.compile(r"\s+")


def names(text: str) -> frozenset[str]:
    """A set of names that stand in a text, parted by spaces."""
    return frozenset(text.split())


_HYPHENS = str.maketrans({"\u2010": "-", "\u2011": "-", "\u00ad": None, "\u200b": None, "\u2060": None})


def squeeze(text: str) -> str:
    """White space of any kind (no-break spaces too) made single, none at the ends; typographic hyphens made plain."""
    return _SPACES.sub(" ", text.translate(_HYPHENS)).strip()


def iso_date(year: str | int, month: str | int, day: str | int) -> str:
    """A day as ISO 8601 writes it; empty where there is no such day."""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""


_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def roman_number(count: int) -> str:
    """A count in small Roman numerals."""
    made = ""
    for worth, letters in _ROMAN:
        times, count = divmod(count, worth)
        made += letters * times
    return made


def repeated_letter(letters: str, count: int) -> str:
    """a, b, … z, aa, bb: lists say the letter again, they do not count on in two places."""
    return letters[(count - 1) % len(letters)] * ((count - 1) // len(letters) + 1)


# Quotation marks that only open.
OPENING = "„«‚‹"


@dataclass(slots=True)
class Draft:
    """A block to be. ``marks`` are (offset in ``text``, mark, key of its note); ``note`` is this note's own key."""

    text: str
    role: BlockRole = BlockRole.BODY
    level: int = 0
    hint: str = ""
    bold: bool = False
    italic: bool = False
    centred: bool = False
    indent: float = 0.0
    marks: list[tuple[int, str, str]] = field(default_factory=list)
    note: str = ""

    def extend(self, text: str, marks: Sequence[tuple[int, str, str]] = (), joiner: str = " ") -> None:
        """Add ``text`` behind what is there."""
        shift = len(self.text) + len(joiner) if self.text else 0
        self.text = f"{self.text}{joiner}{text}" if self.text else text
        self.marks.extend((at + shift, mark, key) for at, mark, key in marks)

    def prefix(self, text: str) -> None:
        """Put a marker before what is there."""
        joiner = "" if text[-1:] in OPENING else " "
        shift = len(text) + len(joiner)
        self.text = f"{text}{joiner}{self.text}"
        self.marks = [(at + shift, mark, key) for at, mark, key in self.marks]


def plain_drafts(text: str) -> list[Draft]:
    """A draft for each paragraph of a plain text; blank lines part paragraphs."""
    return [Draft(clean) for part in re.split(r"\n\s*\n", text) if (clean := squeeze(part))]


# Furniture of a format without pages stands on no page.
NO_BOX = Box(0, 0.0, 0.0, 0.0, 0.0)


class DraftCell(list[Draft]):
    """The drafts of a cell's paragraphs, with its first column (None: after the cell before), its spans, ``head``."""

    def __init__(
        self,
        drafts: Iterable[Draft] = (),
        *,
        column: int | None = None,
        row_span: int = 1,
        column_span: int = 1,
        head: bool = False,
    ) -> None:
        super().__init__(drafts)
        self.column = column
        self.row_span = row_span
        self.column_span = column_span
        self.head = head


# A table in the making: for each row, for each cell, the drafts of its paragraphs (a DraftCell where more is known).
DraftTable = list[list[list[Draft]]]


def build(
    drafts: Sequence[Draft],
    *,
    tables: Sequence[DraftTable] = (),
    furniture: Sequence[tuple[FurnitureKind, str]] = (),
    meta: dict[str, str] | None = None,
    problems: Sequence[Reason] = (),
    hyphens: Sequence[tuple[Draft, int, str, bool, str]] = (),
    what: str = "file",
) -> Layout:
    """The layout of ``drafts``: body in order, footnotes at the end, one line break after each block.

    Raises:
        NoText: there is no letter and no digit in any of the drafts.
    """
    wanted = [d for d in drafts if d.text]
    if not any(any(map(str.isalnum, d.text)) for d in wanted):
        text = "the {what} holds no text; open it to see whether its content is in pictures or loaded later"
        raise NoText(because(Why.NO_TEXT, text, what=what))
    ordered = sorted(wanted, key=lambda d: d.role is BlockRole.FOOTNOTE)
    builder = LayoutBuilder()
    spans: dict[int, Span] = {}
    notes: dict[str, Span] = {}
    for draft in ordered:
        block: Block = builder.block(
            draft.text,
            draft.role,
            level=draft.level,
            hint=draft.hint,
            bold=draft.bold,
            italic=draft.italic,
            centred=draft.centred,
            indent=draft.indent,
        )
        spans[id(draft)] = block.span
        if draft.note:
            notes.setdefault(draft.note, block.span)
    marks = [
        FootnoteMark(mark, spans[id(draft)].start + at, notes.get(key))
        for draft in ordered
        for at, mark, key in draft.marks
    ]
    return Layout(
        text=builder.text(),
        blocks=tuple(builder.blocks),
        tables=tuple(filter(None, (_table(rows, spans) for rows in tables))),
        furniture=tuple(Furniture(kind, text, NO_BOX) for kind, text in furniture),
        marks=tuple(marks),
        hyphens=tuple(
            HyphenDecision(spans[id(draft)].start + at, word, kept, reason)
            for draft, at, word, kept, reason in hyphens
            if id(draft) in spans
        ),
        meta=meta or {},
        problems=tuple(problems),
    )


def _table(rows: DraftTable, spans: dict[int, Span]) -> Table | None:
    """Cells get the span of their paragraphs; an empty cell an empty span where it would stand."""
    inside = [spans[id(d)] for row in rows for cell in row for d in cell if id(d) in spans]
    if not inside:
        return None
    at = inside[0].start
    made = []
    for row in rows:
        cells = []
        for cell in row:
            own = [spans[id(d)] for d in cell if id(d) in spans]
            span = Span(own[0].start, own[-1].end) if own else Span(at, at)
            at = span.end
            if isinstance(cell, DraftCell):
                cells.append(Cell(span, None, cell.column, cell.row_span, cell.column_span))
            else:
                cells.append(Cell(span))
        made.append(tuple(cells))
    return Table(tuple(made), Span(inside[0].start, inside[-1].end), headers=_headers(rows))


def _headers(rows: DraftTable) -> int:
    """How many rows at the top say that they are the head, or are set in bold above rows that are not."""
    count = next((n for n, row in enumerate(rows) if not all(isinstance(c, DraftCell) and c.head for c in row)), 0)
    if count or len(rows) < 2:
        return count
    plain_below = any(not draft.bold for row in rows[1:] for cell in row for draft in cell)
    return 1 if _is_bold(rows[0]) and not _is_bold(rows[1]) and plain_below else 0


def _is_bold(row: list[list[Draft]]) -> bool:
    """Whether all of a row of several filled cells is set in bold."""
    return sum(map(bool, row)) > 1 and all(draft.bold for cell in row for draft in cell)
