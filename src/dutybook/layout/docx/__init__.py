"""Word documents (DOCX, ECMA-376): text as Word shows it, with the numbers that it counts itself.

``Block.hint`` is ``h1`` to ``h9``, ``li`` (a numbered or bulleted paragraph), ``p``, ``table-cell``, ``contents`` or
``footnote``. ``meta``: ``title``, ``author``, ``created``, ``language``. Nothing outside the file is loaded, no macro is run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from dutybook.layout.docx.inline import CLOSE, OPEN, Content, Inline, alternative
from dutybook.layout.docx.styles import (
    MC,
    VAL,
    Look,
    Numbering,
    Parts,
    Styles,
    W,
    child,
    integer,
    switch,
    value,
    written,
)
from dutybook.layout.drafts import LONE_MARKER, Draft, DraftCell, DraftTable, build, squeeze
from dutybook.layout.html_walk import divided, without_empty_rows
from dutybook.layout.office import Element, Flow, Package, demote_clauses
from dutybook.reasons import Reason, Why, because
from dutybook.records import BlockRole, FurnitureKind, Layout

# Word's own limit on columns.
_MAX_WIDTH = 63
_MAX_PARAGRAPHS = 12
_AROUND_CELLS = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell, how many columns wide; ``above``, ``left``: it is merged with the one there, which has its text.

    ``skipped`` columns lie between it and the cell before; ``head``: its row is repeated on each page.
    """

    element: Element
    width: int = 1
    above: bool = False
    left: bool = False
    skipped: int = 0
    head: bool = False

    @property
    def covered(self) -> bool:
        return self.above or self.left

    @property
    def text(self) -> str:
        return "" if self.covered else squeeze("".join(t.text or "" for t in self.element.iter(f"{W}t")))


Row = list[Cell]


def rows_of(table: Element) -> tuple[list[Row], int]:
    """The rows of a table, not those of tables in its cells, and how many were deleted by a tracked change."""
    rows: list[Row] = []
    deleted = 0
    for row in _within(table, f"{W}tr"):
        properties = child(row, "trPr")
        if child(properties, "del") is not None:
            deleted += 1
            continue
        before = integer(value(properties, "gridBefore")) or 0
        head = bool(switch(properties, "tblHeader"))
        cells = [_cell(cell, head) for cell in _within(row, f"{W}tc")]
        if cells and before:
            cells[0] = replace(cells[0], skipped=min(max(before, 0), _MAX_WIDTH))
        rows.append(cells)
    return rows, deleted


def placed(rows: list[Row]) -> list[list[tuple[Cell, DraftCell]]]:
    """The cells that are not covered by others, each with an empty one that knows its column and its spans."""
    made: list[list[tuple[Cell, DraftCell]]] = []
    above: dict[int, DraftCell] = {}
    for row in rows:
        cells: list[tuple[Cell, DraftCell]] = []
        column = 0
        for cell in row:
            column += cell.skipped
            if cell.above and column in above:
                above[column].row_span += 1
            elif cell.left and cells:
                cells[-1][1].column_span += cell.width
            else:
                place = DraftCell(column=column, column_span=cell.width, head=cell.head)
                above[column] = place
                cells.append((cell, place))
            column += cell.width
        made.append(cells)
    return made


def _within(parent: Element, tag: str) -> Iterator[Element]:
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in _AROUND_CELLS:
            yield from _within(element, tag)


def _cell(cell: Element, head: bool) -> Cell:
    properties = child(cell, "tcPr")
    width = integer(value(properties, "gridSpan")) or 1
    vertical, flat = child(properties, "vMerge"), child(properties, "hMerge")
    above, left = (m is not None and m.get(f"{W}val") != "restart" for m in (vertical, flat))
    return Cell(cell, min(max(width, 1), _MAX_WIDTH), above, left, head=head)


def arranges(rows: list[Row]) -> bool:
    """Whether a table holds no data, but sets paragraphs side by side: letter heads, points behind their markers."""
    filled = [sum(1 for cell in row if cell.text or _numbered(cell)) for row in rows]
    several = sum(n > 1 for n in filled)
    if several < 2 or several * 2 < sum(n > 0 for n in filled):
        return True
    if all(is_point_row(row) or n < 2 for row, n in zip(rows, filled, strict=True)):
        return True
    return any(_holds_more_than_data(cell.element) for row in rows for cell in row)


def _holds_more_than_data(cell: Element) -> bool:
    """Whether a table or many paragraphs stand in a cell."""
    return cell.find(f".//{W}tbl") is not None or sum(1 for _ in cell.iter(f"{W}p")) > _MAX_PARAGRAPHS


def _numbered(cell: Cell) -> bool:
    return not cell.covered and next(cell.element.iter(f"{W}numPr"), None) is not None


def is_point_row(row: Row) -> str:
    """The marker of a row that is a lone marker and one text, else nothing."""
    texts = [cell.text for cell in row if cell.text]
    return texts[0] if len(texts) == 2 and LONE_MARKER.match(texts[0]) else ""


# Lines that separate notes from the text are kept among the notes.
_NO_NOTES = frozenset({"separator", "continuationSeparator", "continuationNotice"})


class Notes:
    """The notes of a document, and what they are marked with, in the order in which the text refers to them."""

    def __init__(self, parts: Parts) -> None:
        settings = parts.part("settings")
        self._notes: dict[tuple[str, str], Element] = {}
        self._forms: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._marks: dict[tuple[str, str], str] = {}
        for kind, usual in (("footnote", "decimal"), ("endnote", "lowerRoman")):
            root = parts.part(f"{kind}s")
            for note in () if root is None else root.iterfind(W + kind):
                if note.get(f"{W}type") not in _NO_NOTES:
                    self._notes[kind, note.get(f"{W}id") or ""] = note
            properties = next(parts.document.iter(f"{W}{kind}Pr"), None)
            if properties is None and settings is not None:
                properties = settings.find(f"{W}{kind}Pr")
            self._forms[kind] = value(properties, "numFmt") or usual
            self._counts[kind] = (integer(value(properties, "numStart")) or 1) - 1

    def mark(self, kind: str, identity: str, own: str) -> str:
        """The mark of the next reference to a note; ``own`` is one that the author wrote instead."""
        if own:
            self._marks.setdefault((kind, identity), own)
            return own
        self._counts[kind] += 1
        mark = written(self._counts[kind], self._forms[kind]) or "*"
        self._marks.setdefault((kind, identity), mark)
        return mark

    def marked(self) -> list[tuple[str, str, Element]]:
        """The notes that the text refers to, footnotes first, as (key, mark, note)."""
        ordered = sorted(self._marks.items(), key=lambda item: item[0][0] == "endnote")
        return [(f"{key[0]} {key[1]}", mark, self._notes[key]) for key, mark in ordered if key in self._notes]


_REFERENCE = re.compile(rf"(?<!\s)\s*(?:\(\s*{OPEN}(?P<a>\d+){CLOSE}\s*\)|{OPEN}(?P<b>\d+){CLOSE})")
_CONTENTS_STYLE = re.compile(r"toc \d|table of figures|toa heading")
_TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"
_INSIDE = frozenset(W + name for name in ("customXml", "ins", "moveTo", "sdtContent"))
_MAX_FURNITURE = 500


def read_docx(data: bytes) -> Layout:
    """Read a Word document: what a reader of it sees, with every tracked change accepted and without comments.

    Raises:
        BrokenDocument: the archive or its XML is damaged, or defines entities.
        TooLarge: it unpacks beyond the bounds.
        NoText: there is no text in it.
    """
    parts = Parts(Package(data, "Word document"))
    reader = _Reader(parts)
    body = child(parts.document, "body")
    reader.blocks(parts.document if body is None else body)
    reader.close()
    reader.write_notes()
    demote_clauses(reader.titles.values())
    return build(
        reader.drafts,
        tables=reader.tables,
        furniture=_furniture(parts),
        meta=_meta(parts, reader.drafts, reader.title),
        problems=reader.problems(),
        what="Word document",
    )


class _Reader(Flow):
    """Writes drafts in the order of the document."""

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.styles = Styles(parts.part("styles"))
        self.numbering = Numbering(parts.part("numbering"), self.styles)
        self.notes = Notes(parts)
        self.inline = Inline(self.styles)
        self.counts: Counter[str] = Counter()
        self._contents = 0
        self._carried: list[str] = []
        self._note: Draft | None = None

    # Blocks

    def blocks(self, container: Element) -> None:
        """All paragraphs and tables in an element."""
        for element in container:
            tag = element.tag
            if tag == f"{W}p":
                self._paragraph(element)
            elif tag == f"{W}tbl":
                self._table(element)
            elif tag in _INSIDE:
                self.inline.counts["inserted"] += tag in (f"{W}ins", f"{W}moveTo")
                self.blocks(element)
            elif tag == f"{W}sdt":
                self._control(element)
            elif tag in (f"{W}del", f"{W}moveFrom"):
                self.inline.counts["deleted"] += 1
            elif tag in (f"{W}altChunk", f"{W}subDoc"):
                self.counts["elsewhere"] += 1
            elif tag == f"{MC}AlternateContent":
                chosen = alternative(element)
                if chosen is not None:
                    self.blocks(chosen)

    def close(self) -> None:
        """The end of a part: what was to be joined with a next paragraph has none."""
        self.inline.close()
        if self._carried:
            carried, self._carried = self._carried, []
            self._write("".join(carried), Content(), Look(), "")

    def _control(self, control: Element) -> None:
        properties = child(control, "sdtPr")
        if switch(properties, "showingPlcHdr"):
            return
        gallery = "" if properties is None else next((g.get(VAL) for g in properties.iter(f"{W}docPartGallery")), "")
        contents = "table of contents" in (gallery or "").lower()
        self._contents += contents
        self.blocks(control)
        self._contents -= contents

    # Paragraphs

    def _paragraph(self, paragraph: Element) -> None:
        properties = child(paragraph, "pPr")
        style = value(properties, "pStyle")
        look = self.styles.look(style, paragraph=True)
        content = self.inline.read(paragraph, look)
        mark = child(properties, "rPr")
        if child(mark, "del") is not None or child(mark, "moveFrom") is not None:
            # Without its end, the paragraph is the beginning of the next one, which says how both look.
            self._carried.append(content.raw)
        elif switch(mark, "vanish") or switch(mark, "specVanish"):
            if content.raw.strip():
                label = self._label(properties, style, look)
                self._carried.append(f"{label} {content.raw} ")
        else:
            raw = "".join([*self._carried, content.raw])
            self._carried = []
            self._write(raw, content, self._direct(properties, look), self._label(properties, style, look))
        for box in content.boxes:
            self.blocks(box)

    def _direct(self, properties: Element | None, look: Look) -> Look:
        """The style's look with what the paragraph itself says."""
        outline = integer(value(properties, "outlineLvl"))
        alignment = value(properties, "jc")
        return Look(
            name=look.name,
            outline=look.outline if outline is None else outline if 0 <= outline <= 8 else None,
            centred=look.centred if alignment is None else alignment == "center",
        )

    def _label(self, properties: Element | None, style: str | None, look: Look) -> str:
        """The number that Word shows before a paragraph; asking counts it."""
        own = child(properties, "numPr")
        number = value(own, "numId") or look.number
        if not number or number == "0":
            return ""
        level = integer(value(own, "ilvl"))
        if level is None and value(own, "numId") is None:
            level = next(
                (
                    at
                    for one in self.styles.ids(style or "")
                    if (at := self.numbering.level_of_style(number, one)) is not None
                ),
                look.level,
            )
        return self.numbering.label(number, level if level is not None else look.level or 0)

    def _write(self, raw: str, content: Content, look: Look, label: str) -> None:
        lines = divided(raw)
        if not lines and label and self._cell is not None:
            # A column of numbers alone; elsewhere a number without text is a slip.
            self._add(Draft(label))
            return
        contents = content.contents or self._contents > 0 or bool(_CONTENTS_STYLE.match(look.name))
        for place, line in enumerate(lines):
            draft = self._draft(line)
            if not draft.text:
                continue
            draft.bold, draft.italic, draft.centred = content.bold, content.italic, look.centred
            if label and place == 0:
                draft.prefix(label)
                draft.hint = "li"
            if contents:
                draft.role, draft.hint = BlockRole.CONTENTS, "contents"
            elif self._cell is None and self._note is None:
                self._as_heading(draft, look)
            self._add(draft)

    def _draft(self, line: str) -> Draft:
        """A line of text with its references to notes."""
        marks: list[tuple[int, str, str]] = []
        while found := _REFERENCE.search(line):
            reference = self.inline.references[int(found.group("a") or found.group("b"))]
            mark = self.notes.mark(reference.kind, reference.identity, reference.mark)
            marks.append((found.start(), mark, f"{reference.kind} {reference.identity}"))
            line = line[: found.start()] + line[found.end() :]
        kept = squeeze(line)
        if not kept and self.drafts:
            self.drafts[-1].marks.extend((len(self.drafts[-1].text), mark, key) for _, mark, key in marks)
        return Draft(kept, hint="p", marks=[(min(at, len(kept)), mark, key) for at, mark, key in marks])

    def _as_heading(self, draft: Draft, look: Look) -> None:
        title = look.name in ("title", "subtitle")
        if look.outline is None and not title:
            return
        self._head(draft, 1 if look.outline is None else look.outline + 1, look.name)

    def _add(self, draft: Draft) -> None:
        if self._note is not None:
            self._note.extend(draft.text, draft.marks)
        else:
            super()._add(draft)

    # Tables

    def _table(self, table: Element) -> None:
        rows, deleted = rows_of(table)
        self.inline.counts["deleted"] += deleted
        # A table inside a cell only arranges the cell's text.
        if self._cell is not None or arranges(rows):
            for row in rows:
                self._arranged(row)
            return
        places = placed(rows)
        for placed_row in places:
            for cell, place in placed_row:
                self._cell = place
                self.blocks(cell.element)
                self.close()
        self._cell = None
        made: DraftTable = [list(row) for row in without_empty_rows([[place for _, place in row] for row in places])]
        if made:
            self.tables.append(made)

    def _arranged(self, row: Row) -> None:
        marker = is_point_row(row)
        for cell in row:
            if cell.covered:
                continue
            if marker and self._cell is None and cell.text == marker:
                self._marker, marker = marker, ""
                continue
            self.blocks(cell.element)
            self.close()
        if self._marker:
            marker, self._marker = self._marker, ""
            self._add(Draft(marker))

    # Notes

    def write_notes(self) -> None:
        """The text of the notes that were referred to, behind everything else."""
        done = 0
        # A note may refer to further notes.
        while done < len(marked := self.notes.marked()):
            for key, mark, note in marked[done:]:
                draft = Draft(f"({mark})", BlockRole.FOOTNOTE, hint="footnote", note=key)
                self._note = draft
                self.blocks(note)
                self.close()
                self._note = None
                self.drafts.append(draft)
            done = len(marked)

    def problems(self) -> list[Reason]:
        """What a reader should know that text alone does not show."""
        counts = self.inline.counts + self.counts
        found = []
        if counts["inserted"] or counts["deleted"]:
            text = (
                "there are tracked changes: {inserted} insertions were read as accepted, {deleted} deletions left out"
            )
            found.append(because(Why.PART_TRACKED, text, inserted=counts["inserted"], deleted=counts["deleted"]))
        if counts["hidden"]:
            found.append(
                because(Why.PART_HIDDEN, "{count} pieces of hidden text were left out", count=counts["hidden"])
            )
        if counts["struck"]:
            text = "{count} pieces of text are struck through; they were read as if they were not"
            found.append(because(Why.PART_STRUCK, text, count=counts["struck"]))
        if counts["counted"]:
            text = "{count} automatic numbers (AUTONUM, LISTNUM fields) do not stand in the file"
            found.append(because(Why.PART_NUMBERS, text, count=counts["counted"]))
        if counts["elsewhere"]:
            text = "{count} parts are documents of another format inside this one and were not read"
            found.append(because(Why.PART_ELSEWHERE, text, count=counts["elsewhere"]))
        return found


def _furniture(parts: Parts) -> list[tuple[FurnitureKind, str]]:
    found: dict[tuple[FurnitureKind, str], None] = {}
    for name, root in parts.headers():
        kind = FurnitureKind.HEADER if name == "header" else FurnitureKind.FOOTER
        for paragraph in root.iter(f"{W}p"):
            text = squeeze("".join(t.text or "" for t in paragraph.iter(f"{W}t")))
            if text:
                found[kind, text[:1000]] = None
        for path in root.iter(_TEXT_PATH):
            if path.get("string"):
                found[FurnitureKind.WATERMARK, squeeze(path.get("string"))[:200]] = None
    return list(found)[:_MAX_FURNITURE]


def _meta(parts: Parts, drafts: list[Draft], title: str) -> dict[str, str]:
    meta = parts.properties()
    named = meta.pop("title", "").casefold()
    if title:
        meta["title"] = title[:500]
    else:
        # Properties often keep the title of the file that this one was made from; what stands in the text is its own.
        own = next((d.text for d in drafts[:30] if named and d.text.casefold() == named), "")
        if own:
            meta["title"] = own[:500]
    return meta
