"""HTML tables: the places of cells that span rows and columns, and which rows are the head."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dutybook.languages.bullets import BULLETS, DASHES
from dutybook.layout.drafts import LONE_MARKER, OPENING, Draft, DraftCell, DraftTable, squeeze
from dutybook.layout.trees import BLOCKS, SILENT, Node, children, classes, holders
from dutybook.records import BlockRole

MAX_SPAN = 1000
_CELLS = ("td", "th")
"""So many rows or columns a cell spans at most, as HTML itself says."""


def rows_of(table: Node) -> list[list[Node]]:
    """The cells of a table row by row, not those of tables inside its cells. Cells that stand in no row make one, as in a browser."""
    found: list[list[Node]] = []
    loose: list[Node] | None = None
    for child in children(table):
        if child.tag in _CELLS:
            if loose is None:
                found.append(loose := [])
            loose.append(child)
            continue
        loose = None
        if child.tag == "tr":
            found.append([cell for cell in children(child) if cell.tag in _CELLS])
        elif child.tag in ("tbody", "thead", "tfoot"):
            found.extend(rows_of(child))
    return found


def is_filled(cell: Node) -> bool:
    """Whether a cell holds any text."""
    return bool(squeeze("".join(cell.itertext())))


def placed(rows: list[list[Node]]) -> list[list[DraftCell]]:
    """An empty cell for each element, with its column, its spans and whether it belongs to the head."""
    made: list[list[DraftCell]] = []
    taken: dict[int, int] = {}  # column to the number of rows it is still covered from above
    for number, row in enumerate(rows):
        cells: list[DraftCell] = []
        head = is_head(row)
        column = 0
        covered = {at for at, left in taken.items() if left > 0}
        taken = {at: left - 1 for at, left in taken.items() if left > 1}
        for element in row:
            while column in covered:
                column += 1
            wide = _span(element.get("colspan"))
            high = min(_span(element.get("rowspan"), len(rows) - number), len(rows) - number)
            cells.append(DraftCell(column=column, row_span=high, column_span=wide, head=head))
            if high > 1:
                taken.update((at, high - 1) for at in range(column, column + wide))
            column += wide
        made.append(cells)
    return made


def without_empty_rows(rows: list[list[DraftCell]]) -> list[list[DraftCell]]:
    """The rows that hold any text; what spans the others is that much shorter."""
    kept = [number for number, row in enumerate(rows) if any(row)]
    for number in kept:
        for cell in rows[number]:
            cell.row_span = sum(number <= other < number + cell.row_span for other in kept)
    return [rows[number] for number in kept]


def is_head(row: list[Node]) -> bool:
    """Whether a row calls itself a head: it stands in ``thead``, or its cells are ``th`` or of the head's class."""
    filled = [cell for cell in row if is_filled(cell)]
    if not filled:
        return False
    if next((True for a in row[0].iterancestors("thead", "table") if a.tag == "thead"), False):
        return True
    if all(cell.tag == "th" for cell in filled) and len(row) > 1:
        return True
    return all(any("tbl-hdr" in classes(p) for p in cell.iter("p")) for cell in filled)


def _span(value: str | None, rest: int = 1) -> int:
    """The number of a span; 0 means all the rest."""
    number = int(value) if value and value.isdecimal() and len(value) < 6 else 1
    return max(min(number, MAX_SPAN), 1) if number else max(rest, 1)


# Stand-ins for footnote references while a paragraph's text is put together (noncharacters: no text has them).
_OPEN, _CLOSE, LINE_BREAK = "\ufdd0", "\ufdd1", "\ufdd2"
_REFERENCE = re.compile(
    rf"\s*(?:\(\s*{_OPEN}(?P<a>\d+){_CLOSE}\s*\)|\[\s*{_OPEN}(?P<b>\d+){_CLOSE}\s*\]|{_OPEN}(?P<c>\d+){_CLOSE})"
)
_PUNCTUATION = re.compile(r"[^\w\s]{1,6}$")
_ENDS = '.;:!?»”“"’)'
_BULLET = re.compile(f"[{BULLETS}{DASHES}]$")
_STARTS = re.compile(rf"(?:\(?\w{{1,4}}[.)°]|[§+*{BULLETS}{DASHES}])\s?")
_ORDINAL = re.compile(r"[^\W\d_]{1,3}$")
_MARK = re.compile(r"\(?\[?\s*(\*{0,2}\d{1,4}|\*{1,4}|†|‡|[^\W\d_])\s*\]?\)?$")
_LEVELS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
# Points of indent a level of nesting counts for, in a format without pages.
_NESTED = 20.0


@dataclass(frozen=True, slots=True)
class Style:
    """What a page's own classes say of an element's paragraphs. ``drop`` leaves the element out."""

    role: BlockRole = BlockRole.BODY
    level: int = 0
    hint: str = ""
    drop: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A link to or from a footnote: its mark, the fragment it leads to, its own name."""

    mark: str
    target: str
    name: str


PLAIN = Style()
DROP = Style(drop=True)


class Walker:
    """Writes :attr:`drafts` and :attr:`tables`; a kind of page says by overriding what its classes mean."""

    def __init__(self, root: Node) -> None:
        self.drafts: list[Draft] = []
        self.tables: list[DraftTable] = []
        self._holders = holders(root)
        self._pending: list[str] = []
        self._cell: list[Draft] | None = None
        self._joinable = False

    # What a kind of page overrides -----------------------------------------------------------------------------

    def style(self, element: Node, inherited: Style) -> Style:
        """The style of an element, given that of the element around it."""
        level = _LEVELS.get(element.tag)
        if level:
            return Style(BlockRole.HEADING, level, element.tag)
        return inherited

    def is_data_table(self, element: Node) -> bool:
        """Whether a ``<table>`` holds data, and is not only there to arrange paragraphs."""
        rows = rows_of(element)
        filled = [sum(map(is_filled, row)) for row in rows]
        several = sum(n > 1 for n in filled)
        # One row of cells only puts things side by side.
        if several < 2 or several * 2 < sum(n > 0 for n in filled) or self.is_point_table(element):
            return False
        return not any(
            next(cell.iter("table"), None) is not None or sum(1 for _ in cell.iter("p", "div", "h1", "h2", "h3")) > 12
            for row in rows
            for cell in row
        )

    def is_reference(self, element: Node) -> bool:
        """Whether an ``<a>`` or ``<sup>`` is a reference to a footnote."""
        if element.tag == "a":
            target = element.get("href") or ""
            if not target.startswith("#") or len(target) < 2:
                return False
            text = squeeze("".join(element.itertext()))
            return bool(_MARK.match(text)) and _raised(element)
        return False

    def clean(self, text: str) -> str:
        """A paragraph's text without what the page adds to it."""
        return text

    def lines(self, raw: str) -> list[str]:
        """The paragraphs of a run of text: an empty line divides; a single break only where it looks like an end."""
        return divided(raw)

    # The walk --------------------------------------------------------------------------------------------------

    def walk(self, element: Node, style: Style = PLAIN) -> None:
        """Write the drafts of ``element`` and all in it."""
        if element.tag in SILENT or hidden(element):
            return
        style = self.style(element, style)
        if style.drop:
            return
        if element.tag == "table" and element in self._holders:
            self._table(element, style)
        elif element in self._holders:
            self._container(element, style)
        else:
            self._run([element], None, style, whole=element)

    def _container(self, element: Node, style: Style) -> None:
        """Loose text between paragraphs is a paragraph of its own, or goes with the marker or the text next to it."""
        self._joinable = False
        run: list[Node | str] = [element.text or ""]
        for child in children(element):
            if child.tag in BLOCKS or child in self._holders:
                self._run(run, element, style)
                self.walk(child, style)
                run = []
            elif child.tag == "hr":
                self._run(run, element, style)
                run = []
            else:
                run.append(child)
            run.append(child.tail or "")
        self._run(run, element, style)
        self._joinable = False

    def _run(self, run: list[Node | str], parent: Node | None, style: Style, whole: Node | None = None) -> None:
        parts: list[str] = []
        references: list[Reference] = []
        for piece in run:
            if isinstance(piece, str):
                parts.append(piece)
            else:
                # A whole paragraph's own style is known; only what stands in it is asked for.
                self._inline(piece, parts, references, own=piece is whole)
        raw = "".join(parts)
        if not raw.strip():
            return
        for line in self.lines(raw):
            self._paragraph(line, references, style, whole if whole is not None else parent)

    def _inline(self, element: Node, parts: list[str], references: list[Reference], own: bool = False) -> None:
        stack: list[tuple[Node, bool]] = [(element, False)]
        while stack:
            node, after = stack.pop()
            if after:
                parts.append(node.tail or "")
            elif self._enter(node, element, parts, references, known=own and node is element):
                for child in reversed(node):
                    stack.extend(((child, True), (child, False)))

    def _enter(self, node: Node, around: Node, parts: list[str], references: list[Reference], *, known: bool) -> bool:
        """Write the beginning of an element; returns whether its content is text, too. ``known``: its style was looked up before."""
        if not isinstance(node.tag, str) or node.tag in SILENT or hidden(node):
            return False
        if node.tag == "br":
            parts.append(LINE_BREAK)
            return False
        if not known and self.is_reference(node):
            self._refer(node, parts, references)
            return False
        if not known and self.style(node, PLAIN).drop:
            return False
        if parts and _raised_letters(node) and _number_sign(parts[-1]):
            parts[-1] = parts[-1].rstrip()
        elif parts and abut(node, around):
            parts.append(" ")
        parts.append(node.text or "")
        return True

    @staticmethod
    def _refer(node: Node, parts: list[str], references: list[Reference]) -> None:
        """Write a stand-in for a reference to a footnote."""
        mark = _MARK.match(squeeze("".join(node.itertext())))
        parts.append(f"{_OPEN}{len(references)}{_CLOSE}")
        target = (node.get("href") or "").rpartition("#")[2]
        references.append(Reference(mark.group(1) if mark else "", target, node.get("id") or node.get("name") or ""))

    def _paragraph(self, raw: str, references: list[Reference], style: Style, element: Node | None) -> None:
        text, marks = _take_references(self.clean(raw), references, style.role)
        if not text:
            self._late_marks(marks)
            return
        if _PUNCTUATION.match(text) and not _BULLET.match(text) and not self._pending:
            if text in OPENING:
                self._pending.append(text)
                return
            if self.drafts and (self._joinable or self.drafts[-1].role is BlockRole.BODY):
                self.drafts[-1].extend(text, marks, joiner="")
                return
        if len(self._pending) < 4 and _is_lone_marker(text, style.role):
            self._pending.append(text)
            return
        draft = Draft(text, style.role, style.level, style.hint, marks=marks)
        if element is not None:
            _look(draft, element)
        self._add(draft)

    def _late_marks(self, marks: list[tuple[int, str, str]]) -> None:
        """A reference that stands alone belongs to the paragraph before it."""
        if self.drafts:
            self.drafts[-1].marks.extend((len(self.drafts[-1].text), mark, key) for _, mark, key in marks)

    def _add(self, draft: Draft) -> None:
        if self._pending:
            if draft.role is BlockRole.BODY or draft.role is BlockRole.TABLE:
                for marker in reversed(self._pending):
                    draft.prefix(marker)
            else:
                self.drafts.append(Draft(" ".join(self._pending)))
            self._pending = []
        if self._cell is not None and draft.role is not BlockRole.FOOTNOTE:
            if draft.role is not BlockRole.CONTENTS:
                draft.role = BlockRole.TABLE
                draft.hint = "table-cell"
            self._cell.append(draft)
        self.drafts.append(draft)
        self._joinable = True

    def flush(self) -> None:
        """A marker at the end of a cell or of the page has no paragraph to wait for."""
        if self._pending:
            waiting, self._pending = self._pending, []
            draft = Draft(" ".join(waiting))
            self._add(draft)

    # Tables ----------------------------------------------------------------------------------------------------

    def is_point_table(self, element: Node) -> bool:
        """A table whose every row is a lone marker and one text."""
        rows = list(rows_of(element))
        if (
            not rows
            or any(c in classes(element) for c in ("table", "bordered"))
            or (element.get("border") or "0") != "0"
        ):
            return False
        for row in rows:
            filled = [cell for cell in row if squeeze("".join(cell.itertext()))]
            if len(filled) == 2 and LONE_MARKER.match(squeeze("".join(filled[0].itertext()))):
                continue
            if len(filled) > 1:
                return False
        return True

    def _table(self, element: Node, style: Style) -> None:
        # A table inside a cell only arranges the cell's text.
        if self._cell is not None or not self.is_data_table(element):
            for row in rows_of(element):
                for cell in row:
                    self._container_or_run(cell, style)
            for caption in element.iterchildren("caption"):
                self.walk(caption, style)
            self._joinable = False
            return
        self.flush()
        for caption in element.iterchildren("caption"):
            self.walk(caption, Style(BlockRole.HEADING, 0, "table-title"))
        rows = rows_of(element)
        places = placed(rows)
        for row, cells in zip(rows, places, strict=True):
            for cell, place in zip(row, cells, strict=True):
                self._cell = place
                self._container_or_run(cell, PLAIN)
                self.flush()
        self._cell = None
        self._joinable = False
        made: DraftTable = [list(row) for row in without_empty_rows(places)]
        if made:
            self.tables.append(made)

    def _container_or_run(self, cell: Node, style: Style) -> None:
        if cell in self._holders:
            self._container(cell, self.style(cell, style))
        else:
            self._run([cell], None, style, whole=cell)
            self._joinable = False


def _take_references(text: str, references: list[Reference], role: BlockRole) -> tuple[str, list[tuple[int, str, str]]]:
    """The text without the stand-ins of references, and these: where each stood, its mark, and the note's key."""
    marks: list[tuple[int, str, str]] = []
    while found := _REFERENCE.search(text):
        link = references[int(found.group("a") or found.group("b") or found.group("c"))]
        # In the note itself the link leads back: there its own name is what the text refers to.
        marks.append((found.start(), link.mark, link.name if role is BlockRole.FOOTNOTE else link.target))
        # A space on either side of the reference: one of them is enough, at the start none.
        after = text[found.end() :]
        text = text[: found.start()] + (after if found.start() else after.lstrip())
    return text.rstrip(), marks


def _is_lone_marker(text: str, role: BlockRole) -> bool:
    """Whether a paragraph is a marker that waits for its text.

    In a heading only what cannot be its number: "1)" waits for its text, "4." is the heading.
    """
    if role is BlockRole.FOOTNOTE or not LONE_MARKER.match(text):
        return False
    return role is BlockRole.BODY or not text[:1].isalnum() or text.endswith(")")


def divided(raw: str) -> list[str]:
    """Paragraphs of a text with marked line breaks: two divide, one only where the line before looks like an end."""
    made: list[str] = []
    for part in re.split(rf"{LINE_BREAK}\s*{LINE_BREAK}[\s{LINE_BREAK}]*", raw):
        pieces = [p for p in (squeeze(piece) for piece in part.split(LINE_BREAK)) if p]
        whole = pieces[:1]
        for piece in pieces[1:]:
            short = len(whole[-1]) < 40 > len(piece) and not piece[0].islower()
            if whole[-1][-1] in _ENDS or _STARTS.match(piece) or short:
                whole.append(piece)
            else:
                whole[-1] += " " + piece
        made.extend(whole)
    return made


def hidden(element: Node) -> bool:
    """Whether an element is marked as invisible."""
    if element.get("hidden") is not None:
        return True
    style = (element.get("style") or "").replace(" ", "").lower()
    return "display:none" in style or "visibility:hidden" in style


def _raised(element: Node) -> bool:
    """Whether a link is set as a raised figure: in or around a ``<sup>`` or a span of such a class."""
    around = element.getparent()
    for node in [*element.iter(), *([around] if around is not None else [])]:
        if node.tag == "sup":
            return True
        if isinstance(node.tag, str) and {"super", "superscript", "note-tag", "footnoteref"} & set(classes(node)):
            return True
    return False


def _raised_letters(element: Node) -> bool:
    """Whether an element is the raised end of an abbreviation (n with a small o): letters, and few of them."""
    if element.tag != "sup" and not {"super", "superscript"} & set(classes(element)):
        return False
    return bool(_ORDINAL.match((element.text or "").strip()))


def _number_sign(text: str) -> bool:
    return text[-1:].isspace() and text.split()[-1:] in (["N"], ["n"])


def abut(element: Node, around: Node) -> bool:
    """Two spans of a heading without a space between them are two lines of it: no word goes on across them."""
    before = element.getprevious()
    return (
        around.tag in _LEVELS
        and element.tag == "span"
        and before is not None
        and before.tag == "span"
        and not before.tail
        and len(element.text or "") > 3
    )


def paragraph_hint(element: Node) -> str:
    """What an element makes of its text: its own name, ``p`` for a cell, ``li`` for an item's first paragraph; empty for what holds others."""
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag not in ("li", "p", "dd", "dt", "blockquote", "pre", "td", "th"):
        return ""
    item = element.getparent() if tag == "p" else None
    if (
        item is not None
        and item.tag == "li"
        and not (item.text or "").strip()
        and next(children(item), None) is element
    ):
        return "li"
    return "p" if tag in ("td", "th") else tag


def _nests(element: Node) -> bool:
    return element.tag != "div" or "grid-list-column-2" in (element.get("class") or "")


def _is_centred(element: Node) -> bool:
    if (element.get("align") or "").lower() == "center":
        return True
    return "text-align:center" in (element.get("style") or "").replace(" ", "")


def _look(draft: Draft, element: Node) -> None:
    """Bold, italic and centred, where all of the paragraph is; indented by the lists and cells it stands in."""
    draft.indent = _NESTED * sum(1 for a in element.iterancestors("td", "li", "dd", "div") if _nests(a))
    draft.centred = _is_centred(element)
    node = element
    while True:
        names = set(classes(node))
        draft.bold = draft.bold or node.tag in ("b", "strong") or bool(names & {"bold", "boldface"})
        draft.italic = draft.italic or node.tag in ("i", "em") or bool(names & {"italic", "italics"})
        inner = list(children(node))
        if len(inner) != 1 or (node.text or "").strip() or (inner[0].tail or "").strip():
            return
        node = inner[0]
