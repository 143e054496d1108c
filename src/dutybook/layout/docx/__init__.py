"""Word documents (DOCX, ECMA-376): text as Word shows it, with the numbers that it counts itself.

``Block.hint`` is ``h1`` to ``h9``, ``li`` (a numbered or bulleted paragraph), ``p``, ``table-cell``, ``contents`` or
``footnote``. ``meta``: ``title``, ``author``, ``created``, ``language``. Nothing outside the file is loaded, no macro is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from dutybook.errors import BadDocument
from dutybook.layout.docx.inline import CLOSE, OPEN, Content, Inline, alternative
from dutybook.layout.docx.styles import MC, VAL, Numbering, Parts, R, Styles, W, child, integer, switch, value, written
from dutybook.layout.drafts import Draft, DraftCell, build, squeeze
from dutybook.layout.office import (
    Element,
    Flow,
    Look,
    Package,
    Row,
    TableCell,
    demote_clauses,
    file_properties,
    furniture,
    marked_draft,
)
from dutybook.reasons import Reason, Why, because
from dutybook.records import BlockRole, FurnitureKind, Layout, RawDocument

# Word's own limit on columns.
_MAX_WIDTH = 63
#: So many documents within a document are read, of these formats and of Word's own.
_MAX_CHUNKS = 50
_CHUNKS = frozenset({"html", "text", "rtf", "markdown", "eml"})
_AROUND_CELLS = frozenset(W + name for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))


def rows_of(table: Element) -> tuple[list[Row], int]:
    """The rows of a table, not those of tables in its cells, and how many were deleted by a tracked change."""
    rows: list[Row] = []
    deleted = 0
    above: dict[int, DraftCell] = {}
    for row in _within(table, f"{W}tr"):
        properties = child(row, "trPr")
        if child(properties, "del") is not None:
            deleted += 1
            continue
        column = min(max(integer(value(properties, "gridBefore")) or 0, 0), _MAX_WIDTH)
        head = bool(switch(properties, "tblHeader"))
        before: DraftCell | None = None
        cells: Row = []
        for cell in _within(row, f"{W}tc"):
            width, below, behind = _merged(child(cell, "tcPr"))
            place: DraftCell | None = None
            if below and column in above:
                above[column].row_span += 1
            elif behind and before is not None:
                before.column_span += width
            else:
                place = before = above[column] = DraftCell(column=column, column_span=width, head=head)
            covered = below or behind
            text = "" if covered else squeeze("".join(t.text or "" for t in cell.iter(f"{W}t")))
            filled = bool(text) or (not covered and next(cell.iter(f"{W}numPr"), None) is not None)
            cells.append(TableCell(cell, place, text, filled, covered))
            column += width
        rows.append(cells)
    return rows, deleted


def _within(parent: Element, tag: str) -> Iterator[Element]:
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in _AROUND_CELLS:
            yield from _within(element, tag)


def _merged(properties: Element | None) -> tuple[int, bool, bool]:
    """How many columns wide a cell is, and whether it goes on with the one above it, and with the one before it."""
    width = integer(value(properties, "gridSpan")) or 1
    merges = child(properties, "vMerge"), child(properties, "hMerge")
    below, behind = (merge is not None and merge.get(VAL) != "restart" for merge in merges)
    return min(max(width, 1), _MAX_WIDTH), below, behind


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


_REFERENCE = re.compile(rf"(?<!\s)\s*(?:\(\s*{OPEN}(\d+){CLOSE}\s*\)|{OPEN}(\d+){CLOSE})")
_CONTENTS_STYLE = re.compile(r"toc \d|table of figures|toa heading")
_TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"
_INSIDE = frozenset(W + name for name in ("customXml", "ins", "moveTo", "sdtContent"))


def read_docx(data: bytes, *, within: bool = False) -> Layout:
    """Read a Word document: what a reader of it sees, with every tracked change accepted and without comments.

    Documents that others programs put in as they were (``altChunk``) are read in their place. ``within``: this is such a
    document itself, and those in it are not read.

    Raises:
        BrokenDocument: the archive or its XML is damaged, or defines entities.
        TooLarge: it unpacks beyond the bounds.
        NoText: there is no text in it.
    """
    parts = Parts(Package(data, "Word document"))
    reader = _Reader(parts, 0 if within else _MAX_CHUNKS)
    body = child(parts.document, "body")
    reader.blocks(parts.document if body is None else body)
    reader.close()
    reader.write_notes()
    demote_clauses(reader.titles.values())
    return build(
        reader.drafts,
        tables=reader.tables,
        furniture=furniture(_furniture(parts)),
        meta=file_properties(parts.properties(), reader.title, reader.drafts),
        problems=reader.problems(),
        what="Word document",
    )


class _Reader(Flow):
    """Writes drafts in the order of the document."""

    _table_tag = f"{W}tbl"
    _paragraph_tag = f"{W}p"

    def __init__(self, parts: Parts, chunks: int) -> None:
        super().__init__()
        self._parts = parts
        self._chunks_left = chunks
        self._chunk_problems: list[Reason] = []
        self.styles = Styles(parts.part("styles"))
        self.numbering = Numbering(parts.part("numbering"), self.styles)
        self.notes = Notes(parts)
        self.inline = Inline(self.styles)
        self._contents = 0
        self._carried: list[str] = []

    # Blocks

    def blocks(self, container: Element) -> None:
        """All paragraphs and tables in an element."""
        for element in container:
            tag = element.tag
            if tag == f"{W}p":
                self._paragraph(element)
            elif tag == f"{W}tbl":
                rows, deleted = rows_of(element)
                self.inline.counts["deleted"] += deleted
                self._table(rows)
            elif tag in _INSIDE:
                self.inline.counts["inserted"] += tag in (f"{W}ins", f"{W}moveTo")
                self.blocks(element)
            elif tag == f"{W}sdt":
                self._control(element)
            elif tag in (f"{W}del", f"{W}moveFrom"):
                self.inline.counts["deleted"] += 1
            elif tag == f"{W}altChunk":
                self._chunk(element.get(f"{R}id") or "")
            elif tag == f"{W}subDoc":
                self.counts["elsewhere"] += 1
            elif tag == f"{MC}AlternateContent":
                chosen = alternative(element)
                if chosen is not None:
                    self.blocks(chosen)

    def _chunk(self, identity: str) -> None:
        """Write the blocks of a document that another program put in as it was; Word shows it as its own text."""
        from dutybook.layout.formats import read_layout, sniff

        data = self._parts.embedded(identity) if self._chunks_left > 0 else None
        self._chunks_left -= 1
        kind = sniff(data) if data else ""
        try:
            if kind == "docx":
                layout = read_docx(data or b"", within=True)
            elif kind in _CHUNKS:
                layout = read_layout(RawDocument("", data or b""))
            else:
                self.counts["elsewhere"] += 1
                return
        except BadDocument as error:
            self._chunk_problems.append(because(Why.INSIDE, "{source}: {why}", source="altChunk", why=error.reason))
            return
        self._chunk_problems.extend(layout.problems)
        for block in layout.blocks:
            text = squeeze(layout.text[block.span.start : block.span.end])
            self._add(Draft(text, block.role, level=block.level, hint=block.hint, bold=block.bold, italic=block.italic))

    def close(self) -> None:
        """The end of a part: what was to be joined with a next paragraph has none."""
        self.inline.close()
        if self._carried:
            carried, self._carried = self._carried, []
            self._write("".join(carried), Look(bold=True, italic=True), "", contents=self._contents > 0)

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
            contents = content.contents or self._contents > 0 or bool(_CONTENTS_STYLE.match(look.name))
            label = self._label(properties, style, look)
            self._write(raw, self._direct(properties, look, content), label, contents=contents)
        for box in content.boxes:
            self.blocks(box)

    def _direct(self, properties: Element | None, look: Look, content: Content) -> Look:
        """The style's look with what the paragraph itself says, and its text."""
        outline = integer(value(properties, "outlineLvl"))
        alignment = value(properties, "jc")
        return replace(
            look,
            outline=look.outline if outline is None else outline + 1 if 0 <= outline <= 8 else 0,
            centred=look.centred if alignment is None else alignment == "center",
            bold=content.bold,
            italic=content.italic,
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

    def _draft(self, line: str) -> Draft:
        draft = marked_draft(line, _REFERENCE, self._note_of)
        if not draft.text and self.drafts:
            before = self.drafts[-1]
            before.marks.extend((len(before.text), mark, key) for _, mark, key in draft.marks)
        return draft

    def _note_of(self, number: int) -> tuple[str, str]:
        reference = self.inline.references[number]
        mark = self.notes.mark(reference.kind, reference.identity, reference.mark)
        return mark, f"{reference.kind} {reference.identity}"

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
        return [*found, *self._chunk_problems]


def _furniture(parts: Parts) -> Iterator[tuple[FurnitureKind, str]]:
    for name, root in parts.headers():
        kind = FurnitureKind.HEADER if name == "header" else FurnitureKind.FOOTER
        for paragraph in root.iter(f"{W}p"):
            yield kind, "".join(t.text or "" for t in paragraph.iter(f"{W}t"))
        for path in root.iter(_TEXT_PATH):
            yield FurnitureKind.WATERMARK, squeeze(path.get("string") or "")[:200]
