"""The blocks of a document as columns while it is written: objects come last, into the room that the lines leave."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, zip_longest
from operator import add, sub
from typing import NamedTuple

import numpy as np

from dutybook.layout.pdf.broken_words import HYPHENS, Lexicon, decide_hyphen, ends_broken, is_broken
from dutybook.layout.pdf.footnotes import Note
from dutybook.layout.pdf.grids import Grid, GridCell, renumber, set_cell_edges
from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.paragraphs import (
    Measures,
    Paragraph,
    holds_leader,
    is_number_line,
    is_typed_bullet,
    is_word_number,
    note_mark,
    note_paragraphs,
    paragraphs_of,
)
from dutybook.layout.pdf.words import BASE, Word
from dutybook.records import (
    Block,
    BlockRole,
    Box,
    Cell,
    FootnoteMark,
    HyphenDecision,
    LayoutBuilder,
    Span,
    Table,
    WordMap,
)

_DEEPEST = 9


class Look(NamedTuple):
    """What a block is and how its first line is set; see :class:`Block`."""

    role: BlockRole
    size: float
    bold: bool
    italic: bool
    indent: float
    centred: bool
    hint: str


class Blocks:
    """Blocks in the order of the text: where each stands, and which of the document's few looks it has."""

    def __init__(self) -> None:
        self._starts, self._ends = array("I"), array("I")
        self._pages, self._kinds = array("H"), array("I")
        self._looks: dict[Look, int] = {}

    def add(self, span: Span, page: int, look: Look) -> None:
        self._starts.append(span.start)
        self._ends.append(span.end)
        self._pages.append(page)
        self._kinds.append(self._looks.setdefault(look, len(self._looks)))

    def made(self) -> Iterator[Block]:
        """The blocks, headings with levels from 1 by how they are set: larger before smaller, bold before plain."""
        looks = list(self._looks)
        sorts = {_weight(look) for look in looks if look.role is BlockRole.HEADING}
        rank = {weight: min(number, _DEEPEST) for number, weight in enumerate(sorted(sorts), 1)}
        levels = [rank[_weight(look)] if look.role is BlockRole.HEADING else 0 for look in looks]
        for start, end, page, kind in zip(self._starts, self._ends, self._pages, self._kinds, strict=True):
            role, size, bold, italic, indent, centred, hint = looks[kind]
            yield Block(Span(start, end), role, levels[kind], page, size, bold, italic, indent, centred, hint)


def _weight(look: Look) -> tuple[float, bool, bool]:
    return -look.size, not look.bold, look.italic


def place_lines(words: WordMap, lines: Sequence[Line], starts: list[int], ends: list[int]) -> None:
    """Add the words of lines, with an offset each, to ``words``."""
    words.starts.fromlist(starts)
    words.ends.fromlist(ends)
    for line in lines:
        words.pages.extend(array("H", (line.page,)) * line.count)
        words.coords.frombytes(line.numbers[:, :BASE].astype(np.float32, copy=False).tobytes())


_LETTERS = re.compile(r"(?<![^\W_])[^\W\d_]+$")
_MAX_HEADING = 400


@dataclass(slots=True)
class _Token:
    """A word on its way into the text; ``page`` for its box."""

    word: Word
    page: int
    raised: bool
    line_end: bool


class Assembler:
    """Writes blocks into a :class:`LayoutBuilder` and collects what was decided on the way."""

    def __init__(self, measures: Measures, lexicon: Lexicon, marks: set[tuple[str, int]]) -> None:
        """``marks`` are those of the notes, with their pages."""
        self.builder = LayoutBuilder()
        self.blocks = Blocks()
        self.measures = measures
        self.lexicon = lexicon
        self.known_marks: dict[str, int] = {}
        for mark, page in marks:
            self.known_marks[mark] = max(page, self.known_marks.get(mark, 0))
        self.pending: list[tuple[str, int, int]] = []
        self.hyphens: list[HyphenDecision] = []
        self.tables: list[Table] = []
        self.notes: dict[tuple[str, int], Span] = {}
        # The block being written: its pieces, and the text's length with them.
        self.parts: list[str] = []
        self.length = 0

    def add_paragraph(self, paragraph: Paragraph, role: BlockRole) -> None:
        """One paragraph as one block."""
        first = paragraph.lines[0]
        raised = 0 in first.raised and first.count > 1 and first.text[0].isdigit()
        hints = {
            "raised-number": raised,
            "margin-number": first.numbered,
            "continued": paragraph.continued,
            "set-apart": is_typed_bullet(first),
        }
        span = self._write(paragraph.lines, marks=role is not BlockRole.FOOTNOTE)
        if len(span):
            self._close(span, role, first, paragraph.centred, " ".join(hint for hint, given in hints.items() if given))

    def add_table(self, grid: Grid) -> None:
        """A table: row by row, cell by cell, a block a paragraph of a cell; rows without any text are left out."""
        begin = self.builder.length
        headers = sum(any(cell.lines for cell in row) for row in grid.rows[: grid.headers])
        measures = _measured(grid)
        kept = renumber([row if any(cell.lines for cell in row) else [] for row in grid.rows])
        rows = [tuple(self._cell(cell, measures) for cell in row) for row in kept]
        if rows and self.builder.length > begin:
            span = Span(begin, self.builder.length - 1)
            more = tuple(Box(page, *box) for page, box in grid.more)
            self.tables.append(Table(tuple(rows), span, Box(grid.page, *grid.box), headers, more))

    def _cell(self, cell: GridCell, measures: Measures) -> Cell:
        start = end = self.builder.length
        for paragraph in paragraphs_of(cell.lines, measures):
            span = self._write(paragraph.lines, marks=True)
            if len(span):
                self._close(span, BlockRole.TABLE, paragraph.lines[0], False, "table-cell")
                end = span.end
        return Cell(Span(start, end), Box(cell.page, *cell.box), cell.column, cell.row_span, cell.column_span)

    def add_note(self, note: Note) -> None:
        """A footnote, as a block of the end of the text."""
        start = self.builder.length
        for paragraph in note_paragraphs(note.lines, self.measures):
            self.add_paragraph(paragraph, BlockRole.FOOTNOTE)
        if self.builder.length > start and note.mark:
            self.notes.setdefault((note.mark, note.page), Span(start, self.builder.length - 1))

    def marks(self) -> tuple[FootnoteMark, ...]:
        """The marks met in the text, with their notes: of the same page, else the page before or after, else the only one
        with that mark, where it comes later (notes at the end of a document)."""
        made = []
        pages: dict[str, list[int]] = {}
        for mark, page in self.notes:
            pages.setdefault(mark, []).append(page)
        for mark, at, page in self.pending:
            note = next(
                (self.notes[mark, near] for near in (page, page + 1, page - 1) if (mark, near) in self.notes), None
            )
            if note is None and len(pages.get(mark, ())) == 1 and pages[mark][0] > page:
                note = self.notes[mark, pages[mark][0]]
            made.append(FootnoteMark(mark, at, note))
        return tuple(made)

    def _close(self, span: Span, role: BlockRole, first: Line, centred: bool, hint: str) -> None:
        self.builder.append("\n")
        bold, italic = first.share("bold") > 0.6, first.share("italic") > 0.6
        look = Look(role, round(first.size, 1), bold, italic, round(first.x0, 1), centred, hint)
        self.blocks.add(span, first.page, look)

    def _write(self, lines: Sequence[Line], marks: bool) -> Span:
        """The lines as running text; those without raised pieces, nearly all, are written a line at a time."""
        if any(line.raised for line in lines):
            return self._write_raised(lines, marks)
        start = self.builder.length
        words = [text for line in lines for text in line.texts]
        close, decided = self._mend_words(lines, words)
        # How many characters stand before each word.
        spaces = [1] * len(words)
        for at in close:
            spaces[at] = 0
        sizes = list(map(len, words))
        ends = list(accumulate(map(add, sizes, spaces), initial=start))[1:]
        self.hyphens += [HyphenDecision(ends[at] - kept, word, kept, reason) for at, word, kept, reason in decided]
        place_lines(self.builder.words, lines, list(map(sub, ends, sizes)), ends)
        if len(close) > 1:
            words[1:] = [" " + word if space else word for space, word in zip(spaces[1:], words[1:], strict=True)]
        self.builder.append(("" if len(close) > 1 else " ").join(words))
        return Span(start, ends[-1])

    def _mend_words(self, lines: Sequence[Line], words: list[str]) -> tuple[set[int], list[tuple[int, str, bool, str]]]:
        """Set the words at the lines' ends in ``words`` as the text has them.

        Returns:
            The indexes of the words that no space stands before, and of each broken word: the index of its first part,
            its text, whether its hyphen is kept, and why.
        """
        close = {0}
        decided: list[tuple[int, str, bool, str]] = []
        end = 0
        for line, following in zip_longest(lines, lines[1:]):
            if line.columns.flags:
                close.update(end + index for index, flags in line.flags.items() if flags[1])
            end += line.count
            if following is not None and is_broken(line):
                last = line.word(-1)
                joiner, kept, reason = decide_hyphen(last, following.word(0), self.lexicon)
                head = last.text if last.soft else last.text.rstrip(HYPHENS)
                words[end - 1] = head + "-" if kept else head
                decided.append((end - 1, head + joiner + following.first_text, kept, reason))
                if not joiner.endswith(" "):
                    close.add(end)
            elif line.ends_soft:
                words[end - 1] += "-"
        return close, decided

    def _write_raised(self, lines: Sequence[Line], marks: bool) -> Span:
        """Lines with marks of notes or exponents among their words."""
        tokens = [
            _Token(word, line.page, index in line.raised, index == line.count - 1)
            for line in lines
            for index, word in enumerate(line.words)
        ]
        start = self.length = self.builder.length
        index = 0
        space = ""
        while index < len(tokens):
            taken, rest = self._mark_at(tokens, index, start) if marks and len(tokens) > 1 else (0, "")
            if taken:
                index += taken
                space = self._pass_mark(tokens, index, rest, start)
            else:
                space = self._write_token(tokens, index, _space_before(tokens, index, space))
                index += 1
        self.builder.append("".join(self.parts))
        self.parts.clear()
        return Span(start, self.length)

    def _pass_mark(self, tokens: list[_Token], index: int, rest: str, start: int) -> str:
        """Write the ``rest`` of the word in which a mark ended; returns the space before the token at ``index``.

        What stood around the mark stays: its opening in the word before is gone already.
        """
        before = tokens[index - 1]
        self._put(rest, before, "")
        if self.length == start or index == len(tokens):
            return ""
        # A comma or full stop, with what is glued to it, stands right behind a mark.
        word = tokens[index].word
        return "" if word.text[0] in ",.;:)" and word.x0 - before.word.x1 < 0.1 * word.style.size else " "

    def _write_token(self, tokens: list[_Token], index: int, space: str) -> str:
        """Write a token after a space, or none; returns the space before the next one."""
        token, following = tokens[index], tokens[index + 1] if index + 1 < len(tokens) else None
        text = token.word.text
        if following is None or not token.line_end or not ends_broken(token.word):
            self._put(text + ("-" if token.word.soft and token.line_end else ""), token, space)
            return " " if following is not None else ""
        joiner, kept, reason = decide_hyphen(token.word, following.word, self.lexicon)
        head = text if token.word.soft else text.rstrip(HYPHENS)
        at = self._put(head + ("-" if kept else ""), token, space) - kept
        self.hyphens.append(HyphenDecision(at, head + joiner + following.word.text, kept, reason))
        return " " if joiner.endswith(" ") else ""

    def _put(self, text: str, token: _Token, space: str) -> int:
        """Add a word with its box; returns the offset of its end."""
        if not text:
            return self.length
        if space:
            self.parts.append(space)
            self.length += 1
        start = self.length
        self.parts.append(text)
        self.length = end = start + len(text)
        self.builder.words.add(start, end, token.word.box(token.page))
        return end

    def _mark_at(self, tokens: list[_Token], index: int, start: int) -> tuple[int, str]:
        """How many tokens from ``index`` are a footnote mark (0: none), and the text after it in the last of them."""
        rest = self._take_enclosed_mark(tokens, index, start)
        if rest is not None:
            return 3, rest
        token = tokens[index]
        text = token.word.text
        if not token.raised or index == 0 or (index == 1 and tokens[0].word.text == "("):
            return 0, ""  # a paragraph that begins with a mark is the note itself
        mark = note_mark(text.rstrip(",;"))
        if mark is None:
            return 0, ""
        # A note of pages ago is of another mark.
        known = mark in self.known_marks and self.known_marks[mark] >= token.page - 1
        if text.startswith("(") or known or not self._is_exponent(tokens, index, mark):
            self.pending.append((mark, self.length, token.page))
            return 1, ""
        return 0, ""

    def _take_enclosed_mark(self, tokens: list[_Token], index: int, start: int) -> str | None:
        """Record a raised mark between parentheses of the line's size, ``word(`` ``1`` ``)``; returns the text after it.

        None where the three tokens from ``index`` on are no such mark.
        """
        token = tokens[index]
        text = token.word.text
        if not text.endswith("(") or index + 2 >= len(tokens) or not tokens[index + 1].raised:
            return None
        closing = tokens[index + 2].word.text
        mark = note_mark(tokens[index + 1].word.text)
        if mark is None or not closing.startswith(")") or (index == 0 and len(text) == 1):
            return None
        if len(text) > 1:
            self._put(text[:-1], token, " " if self.length > start and not token.word.glued else "")
        self.pending.append((mark, self.length, token.page))
        return closing[1:].removeprefix("*")

    def _is_exponent(self, tokens: list[_Token], index: int, mark: str) -> bool:
        """Whether a raised piece belongs to a number, a unit or a formula: m², 10⁶, 1er, N-O¹."""
        before = tokens[index - 1].word.text if index else ""
        last = _LETTERS.search(before)
        short = last is not None and len(last.group()) <= 2
        return before[-1:].isdigit() or short or mark.isalpha() or mark == "§"


def _space_before(tokens: list[_Token], index: int, space: str) -> str:
    """The space before a token, where it would be ``space`` for a plain word."""
    if index == 0:
        return ""
    token, after_raised = tokens[index], tokens[index - 1].raised
    if index == 1 and after_raised and token.word.glued:
        return " "
    if token.word.glued or token.raised or (after_raised and token.word.text.startswith(")")):
        return ""
    return space


def _measured(grid: Grid) -> Measures:
    """What is usual in a table, each of its cells taken as a column of its own."""
    set_cell_edges(grid)
    return Measures([line for cell in grid.cells() for line in cell.lines])


def role_of(paragraph: Paragraph, text: str, measures: Measures, bold_body: bool) -> BlockRole:
    """What a paragraph is, from how it is set; ``bold_body`` says that the document's running text is set in bold."""
    if paragraph.contents or holds_leader(text):
        return BlockRole.CONTENTS
    long = len(paragraph.lines) > 6 or len(text) > _MAX_HEADING
    if long or text.endswith((";", ",")) or not any(map(str.isalpha, text)):
        return BlockRole.BODY
    return BlockRole.HEADING if _is_heading(paragraph, text, measures, bold_body) else BlockRole.BODY


def _is_heading(paragraph: Paragraph, text: str, measures: Measures, bold_body: bool) -> bool:
    """Whether a paragraph that is short enough for a heading is numbered or set as one."""
    lines = paragraph.lines
    if is_number_line(text) or lines[0].size > 1.12 * measures.body_size:
        return True
    if not bold_body and len(lines) < 4 and _is_set_in(lines, "bold"):
        return True
    short = len(text) < 160 and not text.endswith((".", ":"))
    if paragraph.centred and len(text) < 300 and (short or _is_set_in(lines[:1], "italic")):
        return True
    section = text.startswith("§") and is_word_number("a " + text.lstrip("§ "))
    return short and (text.isupper() or (len(lines) < 3 and (_is_set_in(lines, "italic") or section)))


def _is_set_in(lines: Sequence[Line], style: str) -> bool:
    return all(line.share(style) > 0.85 for line in lines)
