"""What readers of office documents share: the ZIP package with its parts, the flow of drafts, and headings that are none."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from typing import Any

from lxml import etree

from dutybook.errors import BadDocument, BrokenDocument, TooLarge
from dutybook.layout.drafts import LONE_MARKER, Draft, DraftCell, DraftTable, squeeze
from dutybook.layout.html_walk import divided, without_empty_rows
from dutybook.layout.trees import refuse_crowded, xml_parser
from dutybook.reasons import Why, because
from dutybook.records import BlockRole, FurnitureKind

MAX_PARTS = 20_000
MAX_PART_BYTES = 128 * 1024 * 1024
MAX_TOTAL_BYTES = 256 * 1024 * 1024
# Real markup shrinks to a thirtieth, a bomb to a thousandth.
MAX_RATIO = 200
RATIO_FROM = 16 * 1024 * 1024
MAX_ELEMENTS = 4_000_000
# Of a cell that holds data.
_MAX_PARAGRAPHS = 12

# ISO 29500 "strict" files have names of their own for the same things.
_STRICT = tuple(
    (
        f"http://purl.oclc.org/ooxml/{kind}/{part}".encode(),
        f"http://schemas.openxmlformats.org/{kind}/2006/{part}".encode(),
    )
    for kind, part in (("wordprocessingml", "main"), ("officeDocument", "relationships"), ("officeDocument", "math"))
)
# lxml has no type stubs that mypy could use here.
Element = Any


class Package:
    """The parts of a file, by name. Only what is asked for is unpacked; nothing outside the file is ever loaded."""

    def __init__(self, data: bytes, what: str) -> None:
        """``what`` is the file in words, for messages: ``Word document``.

        Raises:
            BrokenDocument: it is no readable archive.
            TooLarge: it has more parts than documents have.
        """
        self.what = what
        if data.count(b"PK\x01\x02") > MAX_PARTS:
            text = "the {what} has more than {limit:,} parts, as no document does"
            raise TooLarge(because(Why.TOO_MANY_PARTS, text, what=what, limit=MAX_PARTS))
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
            infos = self._archive.infolist()
        except Exception as error:  # zipfile lets through much of what hostile headers cause
            raise self.broken("its archive cannot be opened") from error
        self._infos = {info.filename.replace("\\", "/").lstrip("/").lower(): info for info in infos}
        self._left = MAX_TOTAL_BYTES

    def broken(self, why: str) -> BadDocument:
        text = "the {what} is damaged ({why}): get it again, or open it and save it anew"
        return BrokenDocument(because(Why.OFFICE_DAMAGED, text, what=self.what, why=why))

    def has(self, name: str) -> bool:
        return name.lower() in self._infos

    def read(self, name: str) -> bytes | None:
        """The bytes of a part; None where there is none of this name.

        Raises:
            BrokenDocument: the part is damaged.
            TooLarge: it unpacks beyond the bounds.
        """
        info = self._infos.get(name.lower())
        if info is None:
            return None
        size = info.file_size
        if size > RATIO_FROM and size > MAX_RATIO * max(info.compress_size, 1):
            text = "the {what} expands more than {times} times, as no document does: it is not read"
            raise TooLarge(because(Why.SWELLS, text, what=self.what, times=MAX_RATIO))
        if size > min(MAX_PART_BYTES, self._left):
            text = "the {what} unpacks to more than {limit} MB: split it"
            raise TooLarge(because(Why.PART_UNPACKS, text, what=self.what, limit=MAX_PART_BYTES >> 20))
        self._left -= size
        if info.flag_bits & 1:
            raise self.broken("its parts are encrypted")
        try:
            with self._archive.open(info) as file:
                return file.read(MAX_PART_BYTES + 1)
        except Exception as error:  # zipfile lets through what its decompressors raise
            raise self.broken(f"{info.filename} cannot be unpacked") from error

    def xml(self, name: str) -> Element | None:
        """The root element of a part; None where there is none of this name.

        Raises:
            BrokenDocument: no XML, or XML whose document type defines entities.
            TooLarge: deeper or larger than documents are.
        """
        data = self.read(name)
        if data is None:
            return None
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
        try:
            root = etree.fromstring(data, xml_parser())
        except etree.XMLSyntaxError as error:
            if "depth" in str(error).lower():
                raise TooLarge(
                    because(Why.NESTED, "the {what} nests its parts too deeply to be read", what=self.what)
                ) from error
            raise self.broken(f"{name} is no XML") from error
        except ValueError as error:
            raise self.broken(f"{name} is no XML") from error
        # A document type alone is harmless (OpenOffice wrote one); what it defines could swell.
        if root.getroottree().docinfo.doctype and b"<!ENTITY" in data.replace(b"\0", b""):
            raise self.broken(f"{name} defines entities")
        if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
            text = "the {what} has more than {limit:,} elements: split it"
            raise TooLarge(because(Why.TOO_MANY_PARTS, text, what=self.what, limit=MAX_ELEMENTS))
        refuse_crowded(root, self.what)
        return root


@dataclass(frozen=True, slots=True)
class Look:
    """A style with all that it inherits. ``outline`` is the level in the document's outline from 1, 0 for body text.

    ``number`` is the list that counts its paragraphs, ``level`` their level in it, where the style says so.
    """

    name: str = ""
    outline: int = 0
    number: str | None = None
    level: int | None = None
    bold: bool = False
    italic: bool = False
    centred: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table with its text; one that is ``covered`` is merged with another, which has its text.

    ``place`` is an empty cell that knows its column and spans; None for a part of the cell above or before it.
    """

    element: Element
    place: DraftCell | None
    text: str
    filled: bool
    covered: bool = False


Row = list[TableCell]


class Flow:
    """Collects drafts. ``_cell`` is the open table cell; ``_marker`` waits for the paragraph that it numbers.

    A format's reader writes the paragraphs of an element (:meth:`blocks`), and makes a line a draft (:meth:`_draft`).
    """

    # The tags of tables and paragraphs.
    _table_tag: str
    _paragraph_tag: str

    def __init__(self) -> None:
        self.drafts: list[Draft] = []
        self.tables: list[DraftTable] = []
        self.title = ""
        # Headings by the name of their style and their level.
        self.titles: dict[tuple[str, int], list[Draft]] = {}
        self.counts: Counter[str] = Counter()
        self._cell: list[Draft] | None = None
        self._note: Draft | None = None
        self._marker = ""

    def blocks(self, container: Element) -> None:
        """All paragraphs and tables in an element."""
        raise NotImplementedError

    def close(self) -> None:
        """The end of a part: what was to be joined with a next paragraph has none."""

    def _draft(self, line: str) -> Draft:
        """A line of text with its references to notes."""
        raise NotImplementedError

    def _write(self, raw: str, look: Look, label: str, *, contents: bool) -> None:
        """Write the lines of a paragraph, the first of them behind its number."""
        lines = divided(raw)
        if not lines and label and self._cell is not None:
            # A column of numbers alone; elsewhere a number without text is a slip.
            self._add(Draft(label))
        for place, line in enumerate(lines):
            draft = self._draft(line)
            if not draft.text:
                continue
            draft.bold, draft.italic, draft.centred = look.bold, look.italic, look.centred
            if label and place == 0:
                draft.prefix(label)
                draft.hint = "li"
            if contents:
                draft.role, draft.hint = BlockRole.CONTENTS, "contents"
            elif self._cell is None and self._note is None and (look.outline or look.name in ("title", "subtitle")):
                self._head(draft, min(look.outline or 1, 9), look.name)
            self._add(draft)

    def _add(self, draft: Draft) -> None:
        if self._note is not None:
            self._note.extend(draft.text, draft.marks)
            return
        if self._marker:
            draft.prefix(self._marker)
            self._marker = ""
        if self._cell is not None:
            if draft.role is not BlockRole.CONTENTS:
                draft.role, draft.hint = BlockRole.TABLE, "table-cell"
            self._cell.append(draft)
        self.drafts.append(draft)

    def _head(self, draft: Draft, level: int, style: str) -> None:
        """Make a draft a heading of a level from 1; the style called ``title`` is the document's title."""
        draft.role, draft.level, draft.hint = BlockRole.HEADING, level, f"h{level}"
        if style == "title":
            self.title = f"{self.title} {draft.text}".strip()
        else:
            self.titles.setdefault((style, level), []).append(draft)

    def _table(self, rows: list[Row]) -> None:
        # A table inside a cell only arranges the cell's text.
        if self._cell is not None or self._arranges(rows):
            for row in rows:
                self._arranged(row)
            return
        for cell in chain.from_iterable(rows):
            if cell.place is not None:
                self._cell = cell.place
                self.blocks(cell.element)
                self.close()
        self._cell = None
        places = [[cell.place for cell in row if cell.place is not None] for row in rows]
        made: DraftTable = [list(row) for row in without_empty_rows(places)]
        if made:
            self.tables.append(made)

    def _arranges(self, rows: list[Row]) -> bool:
        """Whether a table holds no data, but sets paragraphs side by side: letter heads, points behind their markers."""
        filled = [sum(cell.filled for cell in row) for row in rows]
        several = sum(n > 1 for n in filled)
        if several < 2 or several * 2 < sum(n > 0 for n in filled):
            return True
        if all(n < 2 or _point_marker(row) for row, n in zip(rows, filled, strict=True)):
            return True
        # No cell of data holds a table or many paragraphs.
        return any(
            next(cell.element.iterdescendants(self._table_tag), None) is not None
            or sum(1 for _ in cell.element.iter(self._paragraph_tag)) > _MAX_PARAGRAPHS
            for row in rows
            for cell in row
        )

    def _arranged(self, row: Row) -> None:
        marker = _point_marker(row)
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


def _point_marker(row: Row) -> str:
    """The marker of a row that is a lone marker and one text, else nothing."""
    texts = [cell.text for cell in row if cell.text]
    return texts[0] if len(texts) == 2 and LONE_MARKER.match(texts[0]) else ""


def marked_draft(line: str, reference: re.Pattern[str], note_of: Callable[[int], tuple[str, str]]) -> Draft:
    """A line of text as a draft; stand-ins for references, numbered, become marks: ``note_of`` gives mark and key."""
    marks: list[tuple[int, str, str]] = []
    while found := reference.search(line):
        mark, key = note_of(int(next(filter(None, found.groups()))))
        marks.append((found.start(), mark, key))
        line = line[: found.start()] + line[found.end() :]
    text = squeeze(line)
    return Draft(text, hint="p", marks=[(min(at, len(text)), mark, key) for at, mark, key in marks])


_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?!\d)")


def file_properties(stated: Mapping[str, str | None], title: str, drafts: Sequence[Draft]) -> dict[str, str]:
    """``meta`` of what a file's properties say of ``title``, ``author``, ``created``, ``language``.

    ``title`` is that of the text. Properties often keep the title of the file that this one was made from: theirs counts if
    it stands in the text, too.
    """
    found = {key: squeeze(text or "")[:500] for key, text in stated.items()}
    named = found.get("title", "").casefold()
    title = title or next((d.text for d in drafts[:30] if named and d.text.casefold() == named), "")
    day = _DAY.match(found.get("created", ""))
    code = re.split(r"[-_]", found.get("language", ""))[0].lower()
    meta = {
        "title": title[:500],
        "author": found.get("author", ""),
        "created": day[1] if day else "",
        "language": code if re.fullmatch(r"[a-z]{2}", code) else "",
    }
    return {key: value for key, value in meta.items() if value}


_MAX_FURNITURE = 500


def furniture(pieces: Iterable[tuple[FurnitureKind, str]]) -> list[tuple[FurnitureKind, str]]:
    """Headers, footers and watermarks, each once, without those that hold no text."""
    found = dict.fromkeys((kind, text[:1000]) for kind, raw in pieces if (text := squeeze(raw)))
    return list(found)[:_MAX_FURNITURE]


#: Longer than any title.
_LONGEST = 250
# "Duties of keepers." is a title with a full stop; a sentence has more words.
_SENTENCE_WORDS = 7
_SHORT = 40
_INNER = re.compile(r"[;:]\s|[.?!]\s+\S+\s+\S+\s+\S+\s+\S")
_LABEL = re.compile(r"^\S{0,12}\d\S{0,6}\s+|^\(?\w{1,3}[.)]\s+")


def is_clause(text: str) -> bool:
    """Whether a text is a sentence or a part of one, and no title."""
    if len(text) > _LONGEST:
        return True
    if len(text) > _SHORT and text[-1] in ";:,":
        return True
    return text[-1] == "." and len(_LABEL.sub("", text).split()) >= _SENTENCE_WORDS


def demote_clauses(groups: Iterable[list[Draft]]) -> None:
    """Make body text of clauses among headings; ``groups`` are the headings of one style and level each.

    Where more than half of a group are clauses, or look like pieces of one, all of it is.
    """
    for group in groups:
        all_clauses = sum(_weight(d.text) for d in group) > len(group) / 2
        for draft in group:
            if all_clauses or is_clause(draft.text):
                draft.role, draft.level = BlockRole.BODY, 0
                draft.hint = "p"


def _weight(text: str) -> float:
    """How sure it is that a text is a clause or a piece of one; a few words and a full stop may be either."""
    bare = _LABEL.sub("", text)
    if is_clause(text) or text[-1] in ";," or _INNER.search(bare):
        return 1.0
    return 0.5 if text[-1] in ".:" and len(bare.split()) >= 3 else 0.0
