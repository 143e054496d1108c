"""XML of a kind that has no reader of its own: its text in order, paragraphs by how elements hold text.

Which elements are paragraphs is not known, so it is made out of the file itself: an element that mostly stands between
words is part of a sentence, all others hold paragraphs. Names that many formats share (``title``, ``num``, ``table``)
count as what they say. Text that is escaped HTML is read as HTML.
"""

from __future__ import annotations

import re
from collections import Counter

from dutybook.layout.drafts import LONE_MARKER, Draft, DraftTable, build, squeeze
from dutybook.layout.html import is_markup, read_fragment
from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import XmlFormat, language_code
from dutybook.layout.xml.tree import Node, attribute, children, local, plain
from dutybook.reasons import Reason, Why, because
from dutybook.records import BlockRole, Layout

_BLOCKS = frozenset(
    [
        "p",
        "para",
        "paragraph",
        "al",
        "absatz",
        "alinea",
        "li",
        "item",
        "listitem",
        "list",
        "div",
        "section",
        "article",
        "chapter",
        "title",
        "heading",
        "head",
        "subtitle",
        "table",
        "row",
        "tr",
        "cell",
        "td",
        "th",
        "entry",
        "note",
        "footnote",
        "annex",
        "body",
        "text",
        "content",
        "quote",
        "blockquote",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
    ]
)
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bold",
        "del",
        "em",
        "emphasis",
        "font",
        "hi",
        "i",
        "inline",
        "ins",
        "italic",
        "link",
        "q",
        "ref",
        "small",
        "span",
        "strong",
        "sub",
        "sup",
        "superscript",
        "subscript",
        "tt",
        "u",
        "underline",
        "xref",
    ]
)
_BREAKS = frozenset({"br", "lb", "linebreak", "eol", "tab"})
_HEADING = re.compile(
    r"(?:sub|short|long|doc|section|chapter)?_?(?:title|titel|titre|titolo|t[ií]tulo|heading|headline|head|subject|"
    r"rubrik|ueberschrift|überschrift|nadpis|otsikko|pealkiri|virsraksts|antraste|naslov|epigrafe|rubrica|h[1-6])",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:num|nr|no|number|nummer|numero|número|enum|marker|symbol|label)(?:[._-]?\w{1,12})?", re.IGNORECASE
)
_ABOUT = re.compile(r"meta[\w.-]*|script|style|teiheader", re.IGNORECASE)
_ROWS, _CELLS = frozenset({"tr", "row"}), frozenset({"td", "th", "cell", "entry"})
_NOTES = frozenset({"footnote", "fn", "fussnote", "voetnoot", "notaalpie"})
_LONGEST_HEADING = 300
_LONGEST_NUMBER = 12
# No word is that long: files are packed into text so.
_LONGEST_WORD = 2000
_DATA = re.compile(rf"\S{{{_LONGEST_WORD},}}")


class _Reader:
    def __init__(self, root: Node, *, all_of_it: bool = False) -> None:
        self.drafts: list[Draft] = []
        self.tables: list[DraftTable] = []
        self.dropped = 0
        self._all = all_of_it
        self._run: list[str] = []
        self._number = ""
        self._cell: list[Draft] | None = None
        self._inline, self._holders = _phrases(root)
        self.walk(root, 0)
        self._close()
        self._settle_number()

    # -- walking ------------------------------------------------------------------------------------------------

    def walk(self, node: Node, level: int) -> None:
        """The paragraphs in an element; ``level`` is how many titled elements it stands in."""
        if any(_is_heading(each) for each in children(node)):
            level += 1
        self._run.append(node.text or "")
        for each in node:
            name = local(each).lower()
            if name in _BREAKS:
                self._run.append(" ")
            elif name and (self._all or not _ABOUT.fullmatch(name)):
                if self._is_inline(each, name):
                    self._run.append("".join(each.itertext()))
                else:
                    self._close()
                    self._block(each, name, level)
                    self._close()
            self._run.append(each.tail or "")

    def _is_inline(self, node: Node, name: str) -> bool:
        return name in self._inline and node not in self._holders

    def _block(self, node: Node, name: str, level: int) -> None:
        if name == "table" and self._cell is None and any(local(e).lower() in _ROWS for e in node.iter()):
            self._table(node)
            return
        if node in self._holders or any(not self._is_inline(e, local(e).lower()) for e in children(node)):
            self.walk(node, level)
            return
        words = squeeze("".join(node.itertext()))
        if self._cell is None and _NUMBER.fullmatch(name) and 0 < len(words) <= _LONGEST_NUMBER:
            self._settle_number()
            self._number = words
        elif _is_heading(node) and len(words) <= _LONGEST_HEADING:
            self._add(words, BlockRole.HEADING, max(1, min(level, 6)), name)
        elif name in _NOTES:
            self._add(words, BlockRole.FOOTNOTE, 0, "footnote")
        else:
            self.walk(node, level)

    def _table(self, table: Node) -> None:
        rows: DraftTable = []
        self._rows(table, rows)
        self.tables.append([row for row in rows if any(row)])

    def _rows(self, node: Node, rows: DraftTable) -> None:
        """Rows and cells at any depth; other text of the table stands where it is."""
        self._run.append(node.text or "")
        for each in node:
            name = local(each).lower()
            if name in _CELLS:
                self._close()
                if not rows:
                    rows.append([])
                self._settle_number()
                self._cell = []
                self.walk(each, 0)
                self._close()
                rows[-1].append(self._cell)
                self._cell = None
            elif name:
                self._close()
                if name in _ROWS:
                    rows.append([])
                self._rows(each, rows)
                self._close()
            self._run.append(each.tail or "")

    # -- drafts -------------------------------------------------------------------------------------------------

    def _close(self) -> None:
        """What ran on until here is a paragraph."""
        raw, self._run = "".join(self._run), []
        if is_markup(raw):
            found = read_fragment(raw)
            if self._cell is None:
                self._settle_number()
                self.drafts += found.drafts
                self.tables += found.tables
                return
            raw = " ".join(draft.text for draft in found.drafts)
        text = squeeze(raw)
        if _DATA.search(text):
            self.dropped += 1
            text = squeeze(_DATA.sub(" ", text))
        if not text:
            return
        if LONE_MARKER.fullmatch(text) and self._cell is None:
            self._settle_number()
            self._number = text
        else:
            self._add(text, BlockRole.BODY if self._cell is None else BlockRole.TABLE, 0, "")

    def _add(self, text: str, role: BlockRole, level: int, hint: str) -> None:
        if not text:
            return
        draft = Draft(text, role, level=level, hint=hint)
        if self._number:
            draft.prefix(self._number)
            self._number = ""
        self.drafts.append(draft)
        if self._cell is not None:
            draft.role, draft.level, draft.hint = BlockRole.TABLE, 0, "table-cell"
            self._cell.append(draft)

    def _settle_number(self) -> None:
        if self._number:
            self.drafts.append(Draft(self._number))
            self._number = ""


def _is_heading(node: Node) -> bool:
    return _HEADING.fullmatch(local(node)) is not None


def _is_mixed(node: Node) -> bool:
    return bool((node.text or "").strip()) or any((each.tail or "").strip() for each in node)


def _phrases(root: Node) -> tuple[frozenset[str], set[Node]]:
    """Names of elements that are part of a sentence, and the elements that hold others than these."""
    everywhere: Counter[str] = Counter()
    between: Counter[str] = Counter()
    holding: Counter[str] = Counter()
    for node in root.iter():
        mixed, inside = _is_mixed(node), 0
        for each in children(node):
            name = local(each).lower()
            everywhere[name] += 1
            between[name] += mixed
            inside += 1
        holding[local(node).lower()] += inside > 1 and not mixed
    inline = {
        name
        for name, count in everywhere.items()
        if 2 * between[name] > count and not holding[name] and name not in _BLOCKS
    }
    inline |= _INLINE | _BREAKS | {""}
    holders: set[Node] = set()
    for node in root.iter():
        if local(node).lower() not in inline:
            above = node.getparent()
            while above is not None and above not in holders:
                holders.add(above)
                above = above.getparent()
    return frozenset(inline), holders


def _meta(root: Node, drafts: list[Draft]) -> dict[str, str]:
    title = next((words for node in root.iter() if _is_title(node) and (words := plain(node))), "")
    title = title or next((d.text for d in drafts if d.role is BlockRole.HEADING), "")
    meta = {"title": title[:500], "language": language_code(_language(root)[:20])}
    return {key: value for key, value in meta.items() if value}


def _language(root: Node) -> str:
    """The language as an attribute or an element of the file gives it."""
    code = attribute(root, "lang") or next(filter(None, (attribute(node, "lang") for node in children(root))), "")
    named = (n for n in root.iter() if local(n).lower() in ("language", "lang", "sprache", "langue", "idioma"))
    return code or next(filter(None, map(plain, named)), "")


def _is_title(node: Node) -> bool:
    return (
        re.fullmatch(r"(?:doc|document)?_?(?:title|titel|titre|titolo|t[ií]tulo)", local(node), re.IGNORECASE)
        is not None
    )


def _read(root: Node, _: Limits, problems: tuple[Reason, ...]) -> Layout:
    reader = _Reader(root)
    if not any(c.isalnum() for draft in reader.drafts for c in draft.text):
        reader = _Reader(root, all_of_it=True)
    problems = (
        *problems,
        because(
            Why.PART_XML_GUESSED,
            "this kind of XML (its first element is <{element}>) has no reader of its own: its text was read in "
            "order, and what are paragraphs and headings was guessed",
            element=local(root)[:60],
        ),
    )
    if reader.dropped:
        packed = because(Why.PART_PACKED_DATA, "text that is packed data (a picture, a file) was left out")
        problems = (*problems, packed)
    meta = _meta(root, reader.drafts)
    return build(reader.drafts, tables=reader.tables, meta=meta, problems=problems, what="XML file")


FORMAT = XmlFormat("other XML", lambda _: True, _read)
