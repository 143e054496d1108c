"""PDF bytes to a layout: pages are read one by one, then the document is put together as a whole."""

from __future__ import annotations

import time
from array import array
from collections import Counter, deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from dutybook.errors import NoText, TooLarge
from dutybook.layout.limits import Deadline, Limits
from dutybook.layout.ocr.engine import Recognition
from dutybook.layout.pdf.assembler import Assembler, role_of
from dutybook.layout.pdf.broken_words import Lexicon, join_spaced_letters
from dutybook.layout.pdf.columns import in_order
from dutybook.layout.pdf.document import open_pdf, read_properties, read_running_headers
from dutybook.layout.pdf.footnotes import Note, take_notes
from dutybook.layout.pdf.furniture import (
    PageRuns,
    put_margin_numbers,
    take_furniture,
    take_margin_numbers,
    take_revision_marks,
    take_watermarks,
)
from dutybook.layout.pdf.grids import Grid, join_tables
from dutybook.layout.pdf.lines import Line
from dutybook.layout.pdf.pages import (
    ROOMY,
    TIME_LIMIT,
    Back,
    Reading,
    is_too_long,
    is_worth_it,
    read_range,
    read_ranges,
)
from dutybook.layout.pdf.paragraphs import Measures, find_contents_entries, paragraphs_of, set_edges
from dutybook.layout.pdf.recognition import pages_drawn, recognise_scans
from dutybook.layout.pdf.rulings import finder_of
from dutybook.layout.pdf.tables import ruled_runs, take_tables
from dutybook.layout.pdf.text_quality import BLANK
from dutybook.layout.pdf.words import share
from dutybook.memory import give_back, no_collection
from dutybook.reasons import Why, because
from dutybook.records import BlockRole, Box, Furniture, FurnitureKind, Layout, Page, Table

_REOPENED = 100
"""A document is opened again after so many pages, unless that takes longer than so many seconds."""
_SLOW = 0.2
_RELAXED = 250_000
"""Freed memory is given back each time so many characters are written."""


def read_pdf(
    data: bytes, *, password: str | None = None, limits: Limits | None = None, recognition: Recognition | None = None
) -> Layout:
    """Text, blocks, word boxes, tables and footnotes of a PDF.

    Pages without a text layer, or with a garbled one, are recognised as ``recognition`` says (source ``ocr``); without
    it, or where that fails, they are listed in ``problems`` and have the source ``image`` or ``unread``.

    ``Block.hint`` may hold the words ``raised-number`` (the paragraph's number is set as a superscript),
    ``continued`` (the block goes over a page break), ``set-apart`` (a wide gap parts an ``o`` or a star from the words),
    ``margin-number`` (the paragraph's number stands in the page's margin; in the text it comes first).

    Raises:
        EmptyDocument, EncryptedDocument, BrokenDocument: the file cannot be opened.
        NoText: no page has readable text.
        TooLarge: a limit was met before anything could be read.
    """
    limits = limits or Limits()
    started = time.monotonic()
    with no_collection():
        with open_pdf(data, password, limits) as document:
            reading = _read_pages(document, data, password, limits, started)
            properties = read_properties(document)
            left = limits.max_seconds - (time.monotonic() - started)
            recognise_scans(pages_drawn(document), reading, recognition, left, properties.get("language"))
        # Who handed the bytes over may keep them no longer than this.
        del data, document
        is_long = len(reading.pages) > _REOPENED
        if is_long:
            give_back()
        if not any(page.source in ("text", "ocr") and page.note != BLANK for page in reading.pages):
            _refuse(reading)
        layout = put_together(reading, properties, limits.tables)
        del reading
    if is_long:
        give_back()
    if len(layout.text) > limits.max_text_chars:
        text = "the PDF holds {characters:,} characters, more than the {limit:,} allowed: split it, or raise the limit"
        raise TooLarge(because(Why.TOO_MUCH_TEXT, text, characters=len(layout.text), limit=limits.max_text_chars))
    return layout


def _refuse(reading: Reading) -> None:
    kinds = Counter(page.source for page in reading.pages)
    notes = Counter(page.note for page in reading.pages if page.note and page.source != "text")
    note = notes.most_common(1)[0][0] if notes else ""
    why = reading.unrecognised
    advice = f"{'{why}; or ' if why else ''}run OCR over it (for example ocrmypdf) and try again"
    if kinds["unread"] > kinds["image"]:
        text = f"no page has readable text: {{note}}. Get the original file, or: {advice}"
        raise NoText(because(Why.GARBLED, text, note=note or "cannot be read", why=why))
    if not kinds["image"]:
        text = "all {pages} page(s) of the PDF are blank: get the file again from where it came from"
        raise NoText(because(Why.BLANK, text, pages=len(reading.pages)))
    also = ", and {note}" if note else ""
    text = f"the PDF has no text layer ({{pages}} page(s) of images or drawings){also}: {advice}"
    raise NoText(because(Why.PICTURES_ONLY, text, pages=len(reading.pages), note=note, why=why))


def _read_pages(document: Any, data: bytes, password: str | None, limits: Limits, started: float) -> Reading:
    total = len(document)
    count = min(total, limits.max_pages)
    reading = None
    if is_worth_it(limits, count):
        # Without room for a copy of the file, or for another process, this one reads it all.
        with suppress(OSError):
            reading = read_ranges(data, password, limits, count, started)
    if reading is None:
        reading = _read_one_by_one(document, data, password, limits, count, limits.deadline(started))
    if is_too_long(reading, limits):
        text = "the PDF holds more than {limit:,} characters: split it, or raise the limit"
        raise TooLarge(because(Why.TOO_MUCH_TEXT, text, limit=limits.max_text_chars))
    read = len(reading.pages)
    if read < count:
        text = "pages {first} to {last} were not read: time limit of {seconds} s"
        problem = because(Why.PART_TIME, text, first=read + 1, last=total, seconds=round(limits.seconds))
        reading.problems.append(problem)
        reading.pages.extend(Page(rest, 0.0, 0.0, "unread", TIME_LIMIT) for rest in range(read + 1, total + 1))
    if any(page.note == TIME_LIMIT for page in reading.pages) and not any(
        page.source == "text" and page.note != BLANK for page in reading.pages
    ):
        text = "reading the PDF took longer than {seconds} s: split it, or raise the limit"
        raise TooLarge(because(Why.SLOW, text, seconds=round(limits.seconds)))
    if total > limits.max_pages:
        text = "only the first {first} of {all} pages were read (limit on pages)"
        reading.problems.insert(0, because(Why.PART_FIRST_PAGES, text, first=limits.max_pages, all=total))
    return reading


def _read_one_by_one(
    document: Any, data: bytes, password: str | None, limits: Limits, count: int, deadline: Deadline
) -> Reading:
    """The first pages of an open PDF, up to the first that there is no time or no room for.

    pdfium keeps what it saw of each page's objects until the document is closed: a long one is opened again now and then.
    """
    reading = read_range(document, range(min(count, _REOPENED)), limits, deadline)
    step = _REOPENED
    while len(reading.pages) < count and len(reading.pages) % step == 0:
        start, begun = len(reading.pages), time.monotonic()
        with open_pdf(data, password, limits) as again:
            if time.monotonic() - begun > _SLOW:
                step = count  # a damaged file, whose pages must be searched for
            read_range(again, range(start, min(start + step, count)), limits, deadline, reading)
        give_back()
        if len(reading.pages) == start:
            break
    return reading


def put_together(reading: Reading, properties: dict[str, str], tables: str = "fast") -> Layout:
    """The layout of all pages; ``properties`` are the document's own, ``tables`` names the reader of ruled tables."""
    marked = [*take_revision_marks(reading.runs), *take_watermarks(reading.runs)]
    # The head of a table returns on each of its pages, too, and belongs to the table.
    fixed = {id(run) for page in reading.runs for run in ruled_runs(page.runs, reading.rulings.get(page.number, []))}
    furniture = sorted(
        [*reading.furniture, *marked, *take_furniture(reading.runs, fixed)],
        key=lambda piece: (piece.box.page, piece.box.top),
    )
    del fixed
    bands = _bands(furniture)
    flow: list[Line | Grid] = []
    notes: list[Note] = []
    body_size = _body_size(reading.runs)
    numbers = take_margin_numbers(reading.runs)
    finder = finder_of(tables)
    column = 0
    for page in reading.runs:
        top, bottom = bands.get(page.number, (0.0, page.height))
        for columns in {id(run.columns): run.columns for run in page.runs}.values():
            columns.take_out()
        grids, runs = take_tables(page.number, page.runs, reading.rulings.pop(page.number, []), top, bottom, finder)
        # What was read goes as soon as it is used: of a long document it is most of the memory.
        page.runs = []
        lines = in_order(runs)
        put_margin_numbers(lines, numbers.get(page.number, []))
        for line in lines:
            line.column += column
        column = max((line.column for line in lines), default=column) + 1
        kept = take_notes(lines, body_size, notes)
        flow.extend(_placed(kept, grids))
        rows = [*lines, *_lines_in_cells(grids)]
        share(rows)
        if len(reading.pages) > ROOMY and rows:
            rows[0].columns.settle()
    flow = join_tables(flow)
    if len(reading.pages) > _REOPENED:
        give_back()
    return _written(flow, notes, reading, furniture, {**properties, **read_running_headers(furniture)})


def _lines_in_cells(flow: Iterable[Line | Grid]) -> list[Line]:
    return [line for item in flow if isinstance(item, Grid) for cell in item.cells() for line in cell.lines]


def _bands(furniture: list[Furniture]) -> dict[int, tuple[float, float]]:
    """For each page the y below its header and the y above its footer."""
    made: dict[int, tuple[float, float]] = {}
    for piece in furniture:
        top, bottom = made.get(piece.box.page, (0.0, 1e9))
        if piece.kind is FurnitureKind.HEADER:
            made[piece.box.page] = (max(top, piece.box.bottom + 6), bottom)
        elif piece.kind is FurnitureKind.FOOTER:
            made[piece.box.page] = (top, min(bottom, piece.box.top - 6))
    return made


def _body_size(pages: list[PageRuns]) -> float:
    sizes: Counter[float] = Counter()
    for run in chain.from_iterable(page.runs for page in pages):
        sizes[round(run.size, 1)] += run.count
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _placed(lines: list[Line], grids: list[Grid]) -> list[Line | Grid]:
    """The lines of a page with its tables between them."""
    flow: list[Line | Grid] = list(lines)
    for grid in grids:
        x0, top, x1, _ = grid.box
        at = len(flow)
        for index, item in enumerate(flow):
            if isinstance(item, Line) and item.base > top and item.right > x0 and item.left < x1:
                at = index
                break
        flow.insert(at, grid)
    return flow


@dataclass(slots=True)
class _BlockWriter:
    """Writes lines and tables in reading order, and keeps none that is written: the layout grows meanwhile."""

    assembler: Assembler
    pages: int
    bold_body: bool
    pending: list[Line] = field(default_factory=list)
    relaxed: int = 0

    def write(self, flow: deque[Line | Grid]) -> None:
        """Write what is in ``flow``, and empty it."""
        while flow:
            item = flow.popleft()
            if isinstance(item, Line):
                self.pending.append(item)
            else:
                self._flush()
                self.assembler.add_table(item)
                self._relax()
            del item
        self._flush()

    def _flush(self) -> None:
        """Write the pending lines as paragraphs."""
        measures = self.assembler.measures
        found = paragraphs_of(self.pending, measures)
        self.pending.clear()
        roles = [role_of(each, " ".join(line.text for line in each.lines), measures, self.bold_body) for each in found]
        for index in find_contents_entries(found, self.pages):
            roles[index] = BlockRole.CONTENTS
        waiting = deque(found)
        found.clear()
        for index, role in enumerate(roles):
            # A line of a table of contents that is too long for dots stands between others that have them.
            around = roles[max(index - 1, 0) : index] + roles[index + 1 : index + 2]
            inside = len(around) == 2 and around.count(BlockRole.CONTENTS) == 2
            self.assembler.add_paragraph(waiting.popleft(), BlockRole.CONTENTS if inside else role)
            self._relax()

    def _relax(self) -> None:
        """Give back, now and then, the memory that the written lines of a long document took."""
        length = self.assembler.builder.length
        if self.pages > _REOPENED and length > self.relaxed + _RELAXED:
            self.relaxed = length
            give_back()


def _written(
    flow: list[Line | Grid], notes: list[Note], reading: Reading, furniture: list[Furniture], meta: dict[str, str]
) -> Layout:
    assembler, bold_body = _prepare(flow, notes)
    rest = deque(flow)
    flow.clear()
    _BlockWriter(assembler, len(reading.pages), bold_body).write(rest)
    for note in notes:
        assembler.add_note(note)
    layout = Layout(
        text=assembler.builder.text(),
        blocks=tuple(assembler.blocks.made()),
        pages=tuple(reading.pages),
        words=assembler.builder.words,
        furniture=tuple(furniture),
        tables=tuple(assembler.tables),
        marks=assembler.marks(),
        hyphens=tuple(assembler.hyphens),
        meta=meta,
        problems=tuple(reading.problems),
    )
    return _turned_back(layout, reading.turned) if reading.turned else layout


def _turned_back(layout: Layout, turned: dict[int, Back]) -> Layout:
    """The layout with the boxes on turned pages as the pages are displayed."""

    def back(box: Box) -> Box:
        return turned[box.page](box) if box.page in turned else box

    def turn(table: Table) -> Table:
        rows = (tuple(replace(cell, box=cell.box and back(cell.box)) for cell in row) for row in table.rows)
        return replace(table, box=table.box and back(table.box), more=tuple(map(back, table.more)), rows=tuple(rows))

    words = layout.words
    for index, page in enumerate(words.pages):
        if page in turned:
            box = back(words.word_box(index))
            words.coords[4 * index : 4 * index + 4] = array("f", (box.x0, box.top, box.x1, box.bottom))
    furniture = tuple(replace(piece, box=back(piece.box)) for piece in layout.furniture)
    return replace(layout, furniture=furniture, tables=tuple(map(turn, layout.tables)))


def _prepare(flow: list[Line | Grid], notes: list[Note]) -> tuple[Assembler, bool]:
    """Measure the document and mend its spaced letters; returns its assembler, and whether its body is set in bold."""
    lines = [item for item in flow if isinstance(item, Line)]
    in_cells = _lines_in_cells(flow)
    in_notes = [line for note in notes for line in note.lines]
    set_edges(lines)
    set_edges(in_notes)
    measures = Measures(lines or in_cells or in_notes)
    lexicon = Lexicon.of(chain(lines, in_cells, in_notes))
    for group in (lines, in_cells, in_notes):
        lexicon.survey(group)
    for line in lines:
        join_spaced_letters(line, lexicon)
    bold_body = sum(line.share("bold") > 0.9 for line in lines) > 0.5 * len(lines)
    return Assembler(measures, lexicon, {(note.mark, note.page) for note in notes if note.mark}), bold_body
