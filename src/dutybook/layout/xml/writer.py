"""What readers of XML write: running text becomes paragraphs, headings and numbers of the provisions that are open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from dutybook.errors import NoText, TooLarge
from dutybook.layout.drafts import squeeze
from dutybook.layout.limits import Limits
from dutybook.reasons import Reason, Why, because
from dutybook.records import Block, BlockRole, Cell, Element, FootnoteMark, Layout, ProvisionKind, Span, Table

# As much of a heading as is kept; a file may have any number of them in one provision.
_LONGEST_HEADING = 2000
_NO_SPACE_BEFORE = ",.;:)]"
_NO_SPACE_AFTER = "(["
_OPENING = re.compile(r"[„“«»‚‘‹›\"'”’]{1,3}")
_CLOSING = re.compile(r"(?:[”“\"'’‘»«›‹;,:)\]]|\.(?!\.)){1,5}")
# A quotation that goes on behind its first heading.
_UNCLOSED = re.compile(r"[„“«‚‘‹][^”“»’›]*")
_GLUES_NEXT = "„“«‚‘‹("

# An offset in the text, and the key of the note that is referred to there.
Marks = list[tuple[int, str]]


class RunningText:
    """Takes pieces of text as they stand in the source; the space between two of them is single.

    A line break between pieces is one of the file's layout: no space comes of it where none can stand in print.
    """

    def __init__(self) -> None:
        self._reset()
        # Text is set in capitals.
        self.capitals = False

    def _reset(self) -> None:
        self._pieces: list[str] = []
        self._run_length = 0
        self._space = ""
        self._glued = False
        self._marks: Marks = []

    def text(self, raw: str | None) -> None:
        """Add running text; white space between pieces counts as in the source."""
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
        self._run_length += len(body)
        tail = raw[len(raw.rstrip()) :]
        self._space = "" if not tail else "\n" if "\n" in tail else " "

    def glue(self) -> None:
        """No space stands here, whatever the source has."""
        self._space, self._glued = "", True

    def space(self) -> None:
        """What follows is another word (a line break, an empty element)."""
        self._space = "" if self._glued else " "

    @property
    def running(self) -> str:
        """The running text that is not closed yet."""
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    def _take(self) -> tuple[str, Marks]:
        """The text and its marks, taken away."""
        taken = self.running, self._marks
        self._reset()
        return taken

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """Begin anew inside, and go on afterwards where it was left."""
        kept = self._pieces, self._run_length, self._space, self._glued, self._marks
        self._reset()
        yield
        self._pieces, self._run_length, self._space, self._glued, self._marks = kept


@dataclass(slots=True)
class _Open:
    """A provision whose end is not known yet; ``parent`` is an index, ``start`` is −1 as long as it has no text."""

    kind: ProvisionKind
    number: str
    parent: int | None
    sign: bool = False
    quoted: bool = False
    cited: str = ""
    start: int = -1
    end: int = -1
    heading: str = ""
    labels: list[Span] = field(default_factory=list)


class _Elements:
    """All provisions in document order, and which of them are open: a stack of indices."""

    def __init__(self) -> None:
        self.all: list[_Open] = []
        self.stack: list[int] = []
        # The last in the list that has text.
        self._latest: int | None = None

    @property
    def top(self) -> _Open | None:
        """The provision that was opened last and is open still."""
        return self.all[self.stack[-1]] if self.stack else None

    def push(
        self, kind: ProvisionKind, number: str = "", sign: bool = False, quoted: bool = False, cited: str = ""
    ) -> int:
        """Open a provision in the innermost one; returns its index."""
        self.all.append(_Open(kind, number, self.stack[-1] if self.stack else None, sign, quoted, cited))
        self.stack.append(len(self.all) - 1)
        return self.stack[-1]

    def begin(self, index: int | None, start: int) -> None:
        """A provision, if any, begins with its first text, and so do those around it that had none yet."""
        while index is not None and self.all[index].start < 0:
            self.all[index].start = start
            self._latest = index if self._latest is None else max(self._latest, index)
            index = self.all[index].parent

    def extend(self, end: int) -> None:
        """Text of the open provisions ends here."""
        for index in self.stack:
            self.all[index].end = end

    def stretch(self, before: int, end: int) -> None:
        """The text that ended at ``before`` ends at ``end``: so do the provisions that ended with it, closed or not."""
        # That text is the provision's that began last, or of one around it.
        here = self._latest
        while here is not None:
            element = self.all[here]
            element.end = end if element.end == before else element.end
            here = element.parent
        self.extend(end)

    def outline(self) -> tuple[Element, ...]:
        """The provisions that have text, with parents renumbered."""
        kept: dict[int | None, int | None] = {None: None}
        made: list[Element] = []
        for index, each in enumerate(self.all):
            if each.start < 0:
                continue
            kept[index] = len(made)
            span, labels, parent = Span(each.start, each.end), tuple(each.labels), kept[each.parent]
            made.append(
                Element(each.kind, each.number, span, parent, each.heading, labels, each.sign, each.quoted, each.cited)
            )
        return tuple(made)


@dataclass(slots=True)
class _Note:
    mark: str
    text: list[str]
    at: list[int] = field(default_factory=list)


class OutlineWriter(RunningText):
    """Collects running text (:meth:`text`) and closes it as a paragraph, label or heading of the open element.

    White space is single; labels stand before the next paragraph, in its block; quotation marks that stand alone go
    with the block they belong to; notes are kept until :meth:`finish` and stand at the end.
    """

    def __init__(self, *, limits: Limits | None = None, what: str = "file") -> None:
        super().__init__()
        self._limits = limits or Limits()
        self._what = what
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._elements = _Elements()
        # Numbers that wait for their text: the element they are of, their words, the notes they refer to.
        self._labels: list[tuple[int | None, str, Marks]] = []
        self._notes: dict[str, _Note] = {}
        self._tables: list[Table] = []
        self._quotations = 0
        # Blocks up to here are another cell's: nothing is put behind them.
        self._floor = 0
        self._captured: list[str] | None = None
        # Paragraphs in no provision are the document's own text, each a provision; else they belong to none.
        self.loose = False
        self.problems: list[Reason] = []

    # -- notes --------------------------------------------------------------------------------------------------

    def mark(self, mark: str, note: str) -> None:
        """Here, behind the last word, the running text refers to the note of this key (see :meth:`note`)."""
        self._marks.append((self._run_length, note))
        self._notes.setdefault(note, _Note(mark, []))

    def note(self, key: str, mark: str, paragraphs: Sequence[str]) -> None:
        """Keep a note's text for the end. Several marks may refer to one note."""
        found = self._notes.setdefault(key, _Note(mark, []))
        found.mark = found.mark or mark
        if not found.text:
            found.text = [clean for p in paragraphs if (clean := squeeze(p))]

    @contextmanager
    def capture(self) -> Iterator[list[str]]:
        """What is written inside does not stand in the text: its paragraphs are in the list that this yields."""
        labels, captured = self._labels, self._captured
        paragraphs: list[str] = []
        with self._aside():
            self._labels, self._captured = [], paragraphs
            yield paragraphs
            self._block(BlockRole.BODY, "")
        self._labels, self._captured = labels, captured

    # -- blocks -------------------------------------------------------------------------------------------------

    def paragraph(self, role: BlockRole = BlockRole.BODY, hint: str = "", *, ahead: bool = False) -> None:
        """Close the running text, if any, as a paragraph of the open element.

        ``ahead``: a further block is about to begin, so that a lone quotation mark opens it and closes nothing.
        """
        text = self.running
        if not text:
            self._stray_marks()
        elif ahead and _OPENING.fullmatch(text):
            return
        elif not self._labels and len(self._blocks) > self._floor and _CLOSING.fullmatch(text):
            self._onto_last(text)
        else:
            self._block(role, hint)

    def heading(self, level: int = 1, hint: str = "", *, names: bool = True) -> None:
        """Close the running text as a heading of the open element; ``names``: it is the element's title."""
        text = self.running
        if not text:
            self._stray_marks()
            return
        span = self._block(BlockRole.HEADING, hint, level)
        element = self._elements.top
        if span is not None and element is not None and names:
            words = text[1:] if _UNCLOSED.fullmatch(text) else text
            if len(element.heading) < _LONGEST_HEADING:
                element.heading = f"{element.heading} {words}" if element.heading else words
            element.labels.append(span)

    def number(self, level: int = 1, hint: str = "") -> None:
        """Close the running text as a line of its own that only numbers the open element ("Article 5")."""
        span = self._block(BlockRole.HEADING, hint, level) if self.running else None
        if span is not None and self._elements.top is not None:
            self._elements.top.labels.append(span)

    def label(self, raw: str = "") -> None:
        """Words that number the open element and stand before its text, in one block: the running text, or ``raw``."""
        words, marks = self._take()
        text = squeeze(raw)
        if words:
            text = f"{words}{'' if words[-1] in _GLUES_NEXT or not text else ' '}{text}"
        if text:
            self._labels.append((self._innermost, text, marks))

    @property
    def _innermost(self) -> int | None:
        return self._elements.stack[-1] if self._elements.stack else None

    def _stray_marks(self) -> None:
        """Marks without any words refer from behind what stands before them."""
        self._place(self._take()[1], self._length)

    def _place(self, marks: Marks, at: int) -> None:
        for offset, key in marks:
            self._notes[key].at.append(at + offset)

    def _append(self, text: str) -> Span:
        if self._length + len(text) > self._limits.max_text_chars:
            raise TooLarge(because(Why.TOO_MUCH_TEXT, "the file holds more text than is read; split it"))
        span = Span(self._length, self._length + len(text))
        self._parts.append(text)
        self._length = span.end
        return span

    def _block(self, role: BlockRole, hint: str, level: int = 0) -> Span | None:
        text, marks = self._take()
        labels, self._labels = self._labels, []
        if not text and not labels:
            return None
        if self._captured is not None:
            self._captured.append(" ".join(filter(None, (*(label for _, label, _ in labels), text))))
            return None
        wrapped = role not in (BlockRole.FOOTNOTE, BlockRole.CONTENTS) and self._is_loose(role)
        if wrapped:
            self._elements.push(ProvisionKind.TEXT, quoted=self.quoting)
        if self._blocks:
            self._append("\n")
        start = self._length
        self._write_labels(labels, text)
        at = self._length
        self._append(text)
        span = Span(start, self._length)
        self._place(marks, at)
        hint = hint or ("quotation" if self._quotations else "")
        self._blocks.append(Block(span, role, level=level, hint=hint))
        # Labels of the elements around it are not the innermost one's.
        self._elements.begin(self._innermost, at if text else start)
        self._elements.extend(span.end)
        if wrapped:
            self._elements.stack.pop()
        return Span(at, span.end) if text else span

    def _write_labels(self, labels: list[tuple[int | None, str, Marks]], text: str) -> None:
        """Write the labels of provisions, and the space before the ``text`` that follows them."""
        for number, (owner, label, marks) in enumerate(labels):
            if number:
                self._append(" ")
            span = self._append(label)
            self._place(marks, span.start)
            if owner is not None:
                self._elements.all[owner].labels.append(span)
                self._elements.begin(owner, span.start)
        if labels and text:
            self._append("" if labels[-1][1][-1:] in _GLUES_NEXT else " ")

    def _is_loose(self, role: BlockRole) -> bool:
        """Whether a paragraph needs a provision of its own."""
        around = self._elements.top
        if self.quoting:
            return around is None or not around.quoted
        return self.loose and around is None and role is not BlockRole.HEADING

    def _onto_last(self, text: str) -> None:
        """Closing quotation marks and punctuation belong to what stands before them."""
        if self._captured is not None:
            self._block(BlockRole.BODY, "")
            return
        _, marks = self._take()
        last = self._blocks[-1]
        before = self._length
        self._append(text)
        self._place(marks, before)
        span = Span(last.span.start, self._length)
        self._blocks[-1] = Block(span, last.role, level=last.level, hint=last.hint)
        self._elements.stretch(before, self._length)

    # -- elements -----------------------------------------------------------------------------------------------

    @contextmanager
    def element(self, kind: ProvisionKind, number: str = "", *, sign: bool = False, cited: str = "") -> Iterator[None]:
        """Open a provision; what is written inside belongs to it. Without any text it leaves no trace."""
        self.paragraph(ahead=True)
        index = self._elements.push(kind, number, sign, self.quoting, cited)
        yield
        self.paragraph()
        if any(owner is not None and owner >= index for owner, _, _ in self._labels):
            self._block(BlockRole.BODY, "")
        self._elements.stack.pop()

    @property
    def kinds(self) -> tuple[ProvisionKind, ...]:
        """The kinds of the open elements, from the outermost; within a quotation only those that are quoted."""
        opened = (self._elements.all[index] for index in self._elements.stack)
        return tuple(element.kind for element in opened if element.quoted or not self.quoting)

    @contextmanager
    def quotation(self) -> Iterator[None]:
        """What is written inside is new text for another act: elements and blocks are marked as quoted."""
        self.paragraph(ahead=True)
        self._quotations += 1
        yield
        self.paragraph()
        self._quotations -= 1

    @property
    def quoting(self) -> bool:
        """Whether a quotation is open."""
        return self._quotations > 0

    # -- tables -------------------------------------------------------------------------------------------------

    @contextmanager
    def cell(self) -> Iterator[list[Span]]:
        """Paragraphs written inside are those of one table cell; yields the spans of its blocks."""
        self.paragraph(BlockRole.TABLE, "table-cell")
        before = self._floor = len(self._blocks)
        spans: list[Span] = []
        yield spans
        self.paragraph(BlockRole.TABLE, "table-cell")
        self._floor = len(self._blocks)
        for index, block in enumerate(self._blocks[before:], start=before):
            if block.role is BlockRole.BODY:
                self._blocks[index] = Block(block.span, BlockRole.TABLE, hint="table-cell")
            spans.append(block.span)

    def table(self, rows: Sequence[Sequence[Sequence[Span]]]) -> None:
        """Record a table whose cells were written with :meth:`cell`; an empty cell is where it would stand."""
        inside = [span for row in rows for cell in row for span in cell]
        if not inside:
            return
        at = inside[0].start
        made: list[tuple[Cell, ...]] = []
        for row in rows:
            cells: list[Cell] = []
            for cell in row:
                span = Span(cell[0].start, cell[-1].end) if cell else Span(at, at)
                at = span.end
                cells.append(Cell(span))
            made.append(tuple(cells))
        self._tables.append(Table(tuple(made), Span(inside[0].start, inside[-1].end)))

    # -- the end ------------------------------------------------------------------------------------------------

    def finish(self, meta: dict[str, str], problems: Sequence[Reason] = ()) -> Layout:
        """The layout: body, then notes.

        Raises:
            NoText: no letter and no digit was written.
        """
        self.paragraph()
        self._block(BlockRole.BODY, "")
        if not any(c.isalnum() for part in self._parts for c in part):
            raise NoText(
                because(Why.NO_TEXT, "the {what} holds no text; open it to see whether it is complete", what=self._what)
            )
        marks = self._write_notes()
        if self._blocks:
            self._append("\n")
        return Layout(
            text="".join(self._parts),
            blocks=tuple(self._blocks),
            tables=tuple(self._tables),
            marks=tuple(sorted(marks, key=lambda m: m.at)),
            outline=self._elements.outline(),
            meta={key: value for key, value in meta.items() if value},
            problems=(*problems, *self.problems),
        )

    def _write_notes(self) -> list[FootnoteMark]:
        marks: list[FootnoteMark] = []
        for note in list(self._notes.values()):
            span: Span | None = None
            for number, paragraph in enumerate(note.text):
                mark = f"({note.mark})" if note.mark and not number else ""
                if mark and not paragraph.startswith((mark, note.mark + " ")):
                    paragraph = f"{mark} {paragraph}"
                self.text(paragraph)
                block = self._block(BlockRole.FOOTNOTE, "footnote")
                if block is not None:
                    span = Span(span.start, block.end) if span is not None else block
            marks.extend(FootnoteMark(note.mark, at, span) for at in note.at)
        return marks


class OpenLevels(ExitStack):
    """Holds elements open until one of their depth, or of a lesser one, comes."""

    def __init__(self) -> None:
        super().__init__()
        self._levels: list[tuple[int, ExitStack]] = []

    def open(self, depth: int) -> ExitStack:
        """Close what is open at this depth or deeper; returns what will hold elements at this depth."""
        while self._levels and self._levels[-1][0] >= depth:
            self._levels.pop()[1].close()
        holder = self.enter_context(ExitStack())
        self._levels.append((depth, holder))
        return holder
