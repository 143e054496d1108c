"""Pages whose text lies on its side: read as if the page were turned, boxes turned back afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from dutybook.layout.pdf.words import Frame, Word, Words
from dutybook.records import Box, Cell, Furniture, Table, WordMap

LEAST = 30
"""So many words must lie on their side (and three in five of the page's) before the page is turned."""

Back = Callable[[Box], Box]


def is_sideways(words: Words) -> bool:
    """Whether most of a page's words are not upright."""
    turned = 0 if words.upright else sum(not style.upright for style in words.columns.styles)
    return turned >= LEAST and turned > 0.6 * len(words)


def turns_of(frame: Frame) -> list[Frame]:
    """The page's frame in its three other positions."""
    return [replace(frame, turns=(frame.turns + turn) % 4) for turn in (1, 3, 2)]


def reglued(words: Iterable[Word]) -> list[Word]:
    """Words whose letters pdfium took apart, as it does with text on its side."""
    made: list[Word] = []
    for word in words:
        last = made[-1] if made else None
        if (
            last is not None
            and word.style.upright
            and abs(last.base - word.base) < 0.1 * word.style.size
            and -0.1 * word.style.size < word.x0 - last.x1 < 0.12 * word.style.size
        ):
            last.text, last.x1, last.soft = last.text + word.text, word.x1, word.soft
            last.top, last.bottom = min(last.top, word.top), max(last.bottom, word.bottom)
        else:
            made.append(word)
    return made


@dataclass(frozen=True, slots=True)
class _Turn:
    """Turns boxes of a page as it is read into boxes of the page as displayed.

    An object and not a function, since it is passed between processes.
    """

    displayed: Frame
    read: Frame

    def __call__(self, box: Box) -> Box:
        xa, ya = self.displayed.place(*self.read.found(box.x0, box.top))
        xb, yb = self.displayed.place(*self.read.found(box.x1, box.bottom))
        return Box(box.page, min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))


def back(displayed: Frame, read: Frame) -> Back:
    """How a box of the page as it is read is turned into one of the page as displayed."""
    return _Turn(displayed, read)


def turn_words(words: WordMap, turned: dict[int, Back]) -> None:
    """Turn the boxes of the words on turned pages back, in place."""
    if not turned:
        return
    for index, page in enumerate(words.pages):
        if page in turned:
            box = turned[page](words.word_box(index))
            for place, value in enumerate((box.x0, box.top, box.x1, box.bottom)):
                words.coords[4 * index + place] = value


def turn_furniture(furniture: Sequence[Furniture], turned: dict[int, Back]) -> list[Furniture]:
    """Furniture with its boxes on turned pages turned back."""
    return [
        replace(piece, box=turned[piece.box.page](piece.box)) if piece.box.page in turned else piece
        for piece in furniture
    ]


def turn_tables(tables: Sequence[Table], turned: dict[int, Back]) -> list[Table]:
    """Tables with their boxes on turned pages turned back."""

    def box(each: Box | None) -> Box | None:
        return turned[each.page](each) if each is not None and each.page in turned else each

    def more(table: Table) -> tuple[Box, ...]:
        return tuple(turned[each.page](each) if each.page in turned else each for each in table.more)

    def cells(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
        return tuple(replace(cell, box=box(cell.box)) for cell in row)

    return [
        replace(table, box=box(table.box), more=more(table), rows=tuple(map(cells, table.rows)))
        if table.box and any(page in turned for page in (table.box.page, *(each.page for each in table.more)))
        else table
        for table in tables
    ]
