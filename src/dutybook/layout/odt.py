"""OpenDocument texts (ODT, ISO/IEC 26300): text as it is displayed, with the numbers that the program counts itself.

Hints and ``meta`` are as for Word documents (:mod:`dutybook.layout.docx`). Tracked deletions lie outside the text and are
not read, insertions are. Nothing outside the file is loaded. Lists and headings are counted as ODF 1.3 part 3, 16 says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dutybook.errors import EncryptedDocument
from dutybook.layout.docx.styles import written
from dutybook.layout.drafts import Draft, DraftCell, build, names, squeeze
from dutybook.layout.html_walk import LINE_BREAK, divided
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
from dutybook.records import BlockRole, FurnitureKind, Layout

_BASE = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{_BASE}office:1.0}}"
TEXT = f"{_BASE}text:1.0}}"
TABLE = f"{_BASE}table:1.0}}"
STYLE = f"{_BASE}style:1.0}}"
DRAW = f"{_BASE}drawing:1.0}}"
META = f"{_BASE}meta:1.0}}"
FO = f"{_BASE}xsl-fo-compatible:1.0}}"
DC = "{http://purl.org/dc/elements/1.1/}"
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def integer(text: str | None, otherwise: int) -> int:
    """A number as it is written in attributes, or ``otherwise``."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else otherwise


_MAX_CHAIN = 20
_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none"}


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list counts. ``bullet`` stands instead of a number; ``numbers_printed`` levels are in the number."""

    form: str = "none"
    before: str = ""
    after: str = ""
    start: int = 1
    numbers_printed: int = 1
    bullet: str = ""

    def of(self, count: int) -> str:
        return written(count, self.form)


class Styles:
    """The styles of both parts, automatic ones and those with names."""

    def __init__(self, *roots: Element | None) -> None:
        self._styles: dict[tuple[str, str], Element] = {}
        self._lists: dict[str, dict[int, Level]] = {}
        self._looks: dict[tuple[str, str], Look] = {}
        self.outline: dict[int, Level] = {}
        for root in roots:
            for style in () if root is None else root.iter(f"{STYLE}style"):
                key = (style.get(f"{STYLE}family") or "", style.get(f"{STYLE}name") or "")
                self._styles.setdefault(key, style)
            for made in () if root is None else root.iter(f"{TEXT}list-style"):
                self._lists.setdefault(made.get(f"{STYLE}name") or "", dict(_levels(made)))
            for made in () if root is None else root.iter(f"{TEXT}outline-style"):
                self.outline = self.outline or dict(_levels(made))

    def level(self, name: str, at: int) -> Level:
        """Level ``at`` (from 1) of a list style; without a number if there is none."""
        return self._lists.get(name, {}).get(at, Level())

    def look(self, name: str | None, family: str = "paragraph") -> Look:
        """The look of a style of a family (``paragraph``, ``text``)."""
        key = (family, name or "")
        if key not in self._looks:
            self._looks[key] = self._resolved(key)
        return self._looks[key]

    def _resolved(self, key: tuple[str, str]) -> Look:
        family, name = key
        stated: dict[str, str] = {}
        for _ in range(_MAX_CHAIN):
            style = self._styles.get((family, name))
            if style is None:
                break
            for attribute in (f"{STYLE}default-outline-level", f"{STYLE}list-style-name", f"{STYLE}display-name"):
                if style.get(attribute) is not None:
                    stated.setdefault(attribute, style.get(attribute))
            for properties in style.iterchildren(f"{STYLE}text-properties", f"{STYLE}paragraph-properties"):
                for attribute, value in properties.attrib.items():
                    stated.setdefault(attribute, value)
            parent = style.get(f"{STYLE}parent-style-name")
            if not parent:
                stated.setdefault("name", name)
                break
            # Automatic styles are called P1, P2 …; what they change is a style with a name.
            if style.getparent() is not None and not style.getparent().tag.endswith("automatic-styles"):
                stated.setdefault("name", name)
            name = parent
        else:
            stated.setdefault("name", name)
        return Look(
            name=stated.get("name", name).replace("_20_", " ").lower(),
            outline=integer(stated.get(f"{STYLE}default-outline-level"), 0),
            number=stated.get(f"{STYLE}list-style-name"),
            bold=stated.get(f"{FO}font-weight") in ("bold", "600", "700", "800", "900"),
            italic=stated.get(f"{FO}font-style") in ("italic", "oblique"),
            centred=stated.get(f"{FO}text-align") == "center",
            hidden=stated.get(f"{TEXT}display") == "none",
        )


def _levels(made: Element) -> Iterator[tuple[int, Level]]:
    for level in made:
        if not isinstance(level.tag, str):
            continue
        bullet = level.tag == f"{TEXT}list-level-style-bullet"
        character = (level.get(f"{TEXT}bullet-char") or "•")[:1]
        yield (
            integer(level.get(f"{TEXT}level"), 1),
            Level(
                form=_FORMS.get(level.get(f"{STYLE}num-format") or "", "decimal"),
                before=(level.get(f"{STYLE}num-prefix") or "")[:50],
                after=(level.get(f"{STYLE}num-suffix") or "")[:50],
                start=integer(level.get(f"{TEXT}start-value"), 1),
                numbers_printed=max(1, min(integer(level.get(f"{TEXT}display-levels"), 1), 10)),
                bullet=("•" if "\ue000" <= character <= "\uf8ff" else character) if bullet else "",
            ),
        )


class Counter:
    """Counts the items of one list, or the headings of a document, over its levels (from 1)."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}

    def label(self, levels: dict[int, Level], at: int, start: int | None = None) -> str:
        """The next number on a level as it is printed: ``1.2``, ``(a)``, ``–``; empty where the level has none."""
        level = levels.get(at, Level())
        if level.bullet:
            return level.bullet
        self._counts[at] = start if start is not None else self._counts.get(at, level.start - 1) + 1
        for deeper in [d for d in self._counts if d > at]:
            del self._counts[deeper]
        if level.form == "none":
            return ""
        pieces = [
            levels[n].of(self._counts.get(n, levels[n].start))
            for n in range(at - level.numbers_printed + 1, at + 1)
            if n in levels and not levels[n].bullet
        ]
        return f"{level.before}{'.'.join(piece for piece in pieces if piece)}{level.after}".strip()


def _furniture(named: Element | None) -> Iterator[tuple[FurnitureKind, str]]:
    for name, kind in (("header", FurnitureKind.HEADER), ("footer", FurnitureKind.FOOTER)):
        tags = f"{STYLE}{name}", f"{STYLE}{name}-left", f"{STYLE}{name}-first"
        for part in () if named is None else named.iter(*tags):
            for paragraph in part.iter(f"{TEXT}p"):
                yield kind, "".join(paragraph.itertext())


_STATED = {
    "title": f".//{DC}title",
    "author": f".//{META}initial-creator",
    "created": f".//{META}creation-date",
    "language": f".//{DC}language",
}
_ROW_GROUPS = frozenset({f"{TABLE}table-rows", f"{TABLE}table-row-group"})
_HEADER_ROWS = f"{TABLE}table-header-rows"
_MAX_WIDTH = 64


def rows_of(table: Element, head: bool = False) -> list[Row]:
    """The cells of a table that hold text of their own, row by row, each with an empty one that knows its place."""
    found: list[Row] = []
    for element in table:
        if element.tag == f"{TABLE}table-row":
            found.append(_cells(element, head))
        elif element.tag in _ROW_GROUPS or element.tag == _HEADER_ROWS:
            found.extend(rows_of(element, head or element.tag == _HEADER_ROWS))
    return found


def _cells(row: Element, head: bool) -> Row:
    found: Row = []
    column = 0
    for cell in row.iterchildren(f"{TABLE}table-cell", f"{TABLE}covered-table-cell"):
        # Sheets repeat empty cells without end.
        repeated = min(integer(cell.get(f"{TABLE}number-columns-repeated"), 1), _MAX_WIDTH)
        if cell.tag == f"{TABLE}table-cell":
            wide = min(integer(cell.get(f"{TABLE}number-columns-spanned"), 1), _MAX_WIDTH)
            high = min(integer(cell.get(f"{TABLE}number-rows-spanned"), 1), 1000)
            place = DraftCell(column=column, row_span=max(high, 1), column_span=max(wide, 1), head=head)
            text = squeeze("".join(cell.itertext()))
            found.append(TableCell(cell, place, text, bool(text)))
        column += repeated
        if column > 4 * _MAX_WIDTH:
            break
    return found


_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_REFERENCE = re.compile(rf"\s*{_OPEN}(\d+){_CLOSE}")
_UNMEANT = dict.fromkeys([*range(0x20), *range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF, 0x7F], " ")
_SPACE = re.compile(r"\s+")
_GROUPS = frozenset({f"{TEXT}section", f"{TEXT}index-body", f"{TEXT}index-title", f"{DRAW}text-box", f"{DRAW}frame"})
_INDEXES = frozenset(
    f"{TEXT}{name}"
    for name in names("table-of-content illustration-index table-index object-index user-index alphabetical-index")
)
_UNREAD = frozenset(
    f"{TEXT}{name}" for name in names("tracked-changes page-number page-count hidden-text ruby-text")
) | {f"{OFFICE}annotation", f"{OFFICE}annotation-end"}


def read_odt(data: bytes) -> Layout:
    """Read an OpenDocument text.

    Raises:
        EncryptedDocument: it has a password.
        BrokenDocument: the archive or its XML is damaged, or defines entities.
        TooLarge: it unpacks beyond the bounds.
        NoText: there is no text in it.
    """
    package = Package(data, "OpenDocument text")
    manifest = package.xml("META-INF/manifest.xml")
    if manifest is not None and any(str(e.tag).endswith("}encryption-data") for e in manifest.iter()):
        text = "the OpenDocument text is encrypted: open it with its password and save it without one"
        raise EncryptedDocument(because(Why.OFFICE_PASSWORD, text))
    content = package.xml("content.xml")
    if content is None:
        raise package.broken("its text is missing")
    named = package.xml("styles.xml")
    reader = _Reader(Styles(content, named))
    body = content.find(f"{OFFICE}body/{OFFICE}text")
    reader.blocks(content if body is None else body)
    reader.drafts.extend(reader.notes)
    demote_clauses(reader.titles.values())
    about = package.xml("meta.xml")
    stated = {} if about is None else {key: about.findtext(path) for key, path in _STATED.items()}
    return build(
        reader.drafts,
        tables=reader.tables,
        furniture=furniture(_furniture(named)),
        meta=file_properties(stated, reader.title, reader.drafts),
        problems=reader.problems(),
        what="OpenDocument text",
    )


def _shared_style(looks: Sequence[Look]) -> tuple[bool, bool]:
    """Whether all of a text is set in bold, and whether all of it is in italics."""
    return {look.bold for look in looks} == {True}, {look.italic for look in looks} == {True}


class _Reader(Flow):
    _table_tag = f"{TABLE}table"
    _paragraph_tag = f"{TEXT}p"

    def __init__(self, styles: Styles) -> None:
        super().__init__()
        self.styles = styles
        self.notes: list[Draft] = []
        self._headings = Counter()
        self._lists: dict[str, Counter] = {}
        self._contents = False
        self._references: list[tuple[str, str]] = []

    # Blocks

    def blocks(self, container: Element, label: str = "") -> None:
        """All paragraphs, lists and tables in an element; the first paragraph gets the label."""
        for element in container:
            tag = element.tag
            if tag in (f"{TEXT}p", f"{TEXT}h"):
                self._paragraph(element, label)
                label = ""
            elif tag == f"{TEXT}list":
                self._list(element, 1, element.get(f"{TEXT}style-name") or "", None)
            elif tag == f"{TABLE}table":
                self._table(rows_of(element))
            elif tag in _INDEXES:
                before, self._contents = self._contents, True
                self.blocks(element)
                self._contents = before
            elif tag == f"{TEXT}tracked-changes":
                self.counts["changes"] += sum(1 for _ in element.iterchildren(f"{TEXT}changed-region"))
            elif tag in _GROUPS:
                if element.get(f"{TEXT}display") == "none":
                    self.counts["hidden"] += 1
                else:
                    self.blocks(element)
        if label and self._cell is not None:
            self._add(Draft(label))

    def _list(self, made: Element, at: int, style: str, around: Counter | None) -> None:
        """A list, or one within an item: that counts on with the levels around it."""
        style = made.get(f"{TEXT}style-name") or style
        counter = around
        if counter is None:
            # A list goes on where another one stopped, by its name or as the last of its style.
            other = made.get(f"{TEXT}continue-list")
            goes_on = made.get(f"{TEXT}continue-numbering") == "true"
            key = f"id {other}" if other else f"style {style}" if goes_on else ""
            counter = self._lists.get(key) or Counter()
            self._lists[f"style {style}"] = counter
            if identity := made.get(XML_ID):
                self._lists[f"id {identity}"] = counter
        levels = {n: self.styles.level(style, n) for n in range(1, at + 1)}
        for item in made.iterchildren(f"{TEXT}list-item", f"{TEXT}list-header"):
            first = next((c for c in item if isinstance(c.tag, str)), None)
            label = ""
            # An item that begins with a list has no number of its own.
            if item.tag == f"{TEXT}list-item" and first is not None and first.tag != f"{TEXT}list":
                start = item.get(f"{TEXT}start-value")
                label = counter.label(levels, at, integer(start, 1) if start else None)
            self._item(item, label, at, style, counter)

    def _item(self, item: Element, label: str, at: int, style: str, counter: Counter) -> None:
        for element in item:
            if element.tag == f"{TEXT}list":
                self._list(element, at + 1, style, counter)
            elif element.tag in (f"{TEXT}p", f"{TEXT}h"):
                self._paragraph(element, label, item=True)
                label = ""

    # Paragraphs

    def _paragraph(self, paragraph: Element, label: str = "", item: bool = False) -> None:
        look = self.styles.look(paragraph.get(f"{TEXT}style-name"))
        parts: list[str] = []
        boxes: list[Element] = []
        looks: list[Look] = []
        self._inline(paragraph, parts, boxes, look, looks)
        level = integer(paragraph.get(f"{TEXT}outline-level"), look.outline) if paragraph.tag == f"{TEXT}h" else 0
        if level and not item and look.number != "":
            label = label or self._heading_label(paragraph, level)
        bold, italic = _shared_style(looks)
        set_so = replace(look, outline=level, bold=bold, italic=italic)
        self._write("".join(parts), set_so, label, contents=self._contents)
        for box in boxes:
            self.blocks(box)

    def _heading_label(self, heading: Element, level: int) -> str:
        """The number that the outline gives a heading; empty where the heading stands in a list of its own."""
        if heading.get(f"{TEXT}is-list-header") == "true":
            return ""
        start = heading.get(f"{TEXT}start-value") if heading.get(f"{TEXT}restart-numbering") == "true" else None
        return self._headings.label(self.styles.outline, level, integer(start, 1) if start else None)

    def _inline(self, parent: Element, parts: list[str], boxes: list[Element], look: Look, looks: list[Look]) -> None:
        def add(text: str | None) -> None:
            if not text:
                return
            if look.hidden:
                self.counts["hidden"] += bool(text.strip())
                return
            # White space is one space, however much there is (ODF 1.3 part 3, 6.1.2).
            parts.append(_SPACE.sub(" ", text.translate(_UNMEANT)))
            if text.strip():
                looks.append(look)

        add(parent.text)
        for element in parent:
            tag = element.tag
            if tag == f"{TEXT}s" or tag == f"{TEXT}tab":
                parts.append(" ")
            elif tag == f"{TEXT}line-break":
                parts.append(LINE_BREAK)
            elif tag == f"{TEXT}note":
                self._footnote(element, parts)
            elif tag in (f"{DRAW}frame", f"{DRAW}custom-shape", f"{DRAW}rect"):
                boxes.extend(element.iterchildren(f"{DRAW}text-box"))
                boxes.extend([element] if tag != f"{DRAW}frame" else [])
            elif isinstance(tag, str) and tag not in _UNREAD:
                self._inline(element, parts, boxes, self._look_inside(element, look), looks)
            add(element.tail)

    def _look_inside(self, element: Element, around: Look) -> Look:
        """How the text in an element looks that stands in text of the look ``around``."""
        span = element.tag == f"{TEXT}span"
        own = self.styles.look(element.get(f"{TEXT}style-name"), "text") if span else Look()
        bold, italic, hidden = around.bold or own.bold, around.italic or own.italic, around.hidden or own.hidden
        return Look(around.name, bold=bold, italic=italic, hidden=hidden)

    def _footnote(self, note: Element, parts: list[str]) -> None:
        mark = squeeze("".join(e for c in note.iterchildren(f"{TEXT}note-citation") for e in c.itertext())) or "*"
        key = note.get(f"{TEXT}id") or f"note {len(self._references)}"
        parts.append(f"{_OPEN}{len(self._references)}{_CLOSE}")
        self._references.append((mark, key))
        made = Draft(f"({mark})", BlockRole.FOOTNOTE, hint="footnote", note=key)
        self.notes.append(made)
        for body in note.iterchildren(f"{TEXT}note-body"):
            for paragraph in body.iter(f"{TEXT}p", f"{TEXT}h"):
                inside: list[str] = []
                self._inline(paragraph, inside, [], Look(), [])
                for line in divided("".join(inside)):
                    draft = self._draft(line)
                    if draft.text:
                        made.extend(draft.text, draft.marks)

    def _draft(self, line: str) -> Draft:
        return marked_draft(line, _REFERENCE, self._references.__getitem__)

    def problems(self) -> list[Reason]:
        found = []
        if self.counts["changes"]:
            text = "there are {count} tracked changes: insertions were read as accepted, deletions left out"
            found.append(because(Why.PART_TRACKED, text, count=self.counts["changes"]))
        if self.counts["hidden"]:
            found.append(
                because(Why.PART_HIDDEN, "{count} pieces of hidden text were left out", count=self.counts["hidden"])
            )
        return found
