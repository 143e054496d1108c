"""The XML of gesetze-im-internet.de: one ``norm`` a section sign, article, annex or division of a German act.

Absätze are paragraphs that begin with their number in brackets; lists are definition lists (``DL``), whose terms are the
numbers. Editorial notes of the documentation service come at the end, as notes without a mark.
"""

from __future__ import annotations

import re
from contextlib import ExitStack

from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import Walker, XmlFormat
from dutybook.layout.xml.numbers import bare_number, division_kind, division_number
from dutybook.layout.xml.tree import Node, attribute, child, children, find, findall, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason
from dutybook.records import BlockRole, Layout, ProvisionKind

# What says something of the file or of the act as a whole; the act's names are written as its title.
_SILENT = frozenset(
    [
        "jurabk",
        "amtabk",
        "kurzue",
        "langue",
        "ausfertigung-datum",
        "fundstelle",
        "standangabe",
        "gliederungskennzahl",
        "noindex",
    ]
)
_PARAGRAPH = re.compile(r"\s*\((\d+\s?[a-z]{0,2})\)(?=\s|$)")
_DASHES = frozenset("—–-−•·*")
_LEVELS = (ProvisionKind.CHAPTER, ProvisionKind.SECTION, ProvisionKind.SUBSECTION)
# Divisions are numbered by three digits a level ("010020" is the second of the first).
_DIGITS = 3


class GiiReader(Walker):
    handlers = {  # noqa: RUF012 - as in the base
        "norm": "skip",
        "P": "paragraph",
        "DL": "items",
        "table": "table",
        "Title": "heading",
        "Subtitle": "heading",
        "FnR": "reference",
        "Footnotes": "footnotes",
        "pre": "block",
        "kommentar": "block",
        "Revision": "block",
        "TOC": "contents",
        "Ident": "block",
    }
    breaks = frozenset({"BR", "LA", "Split"})
    silent = _SILENT

    def __init__(self, writer: OutlineWriter) -> None:
        super().__init__(writer)
        self._notes = 0

    # -- the act as a row of norms ------------------------------------------------------------------------------

    def act(self, root: Node) -> None:
        """All norms; divisions stay open until one of their own depth, or of a lesser one, comes."""
        with ExitStack() as everything:
            divisions: list[tuple[int, ExitStack]] = []
            for norm in children(root, "norm"):
                metadata = child(norm, "metadaten")
                division = find(metadata, "gliederungseinheit") if metadata is not None else None
                if division is not None:
                    depth = max(1, len(plain(child(division, "gliederungskennzahl"))) // _DIGITS)
                    while divisions and divisions[-1][0] >= depth:
                        divisions.pop()[1].close()
                    holder = everything.enter_context(ExitStack())
                    divisions.append((depth, holder))
                    self._division(division, depth, holder)
                self._norm(norm, metadata, division is not None)

    def _division(self, division: Node, depth: int, holder: ExitStack) -> None:
        name, title = child(division, "gliederungsbez"), child(division, "gliederungstitel")
        label = plain(name)
        kind = division_kind(label, "de") or _LEVELS[min(depth, len(_LEVELS)) - 1]
        if "anlage" in label.casefold() or "anhang" in label.casefold():
            kind = ProvisionKind.ANNEX
        holder.enter_context(self.out.element(kind, division_number(label, "de")))
        if name is not None:
            self.number(name, depth, "chapter-number")
        if title is not None:
            self.heading(title, depth, "chapter-title")

    def _norm(self, norm: Node, metadata: Node | None, heads: bool) -> None:
        label, title = (child(metadata, "enbez"), child(metadata, "titel")) if metadata is not None else (None, None)
        name = plain(label)
        content = find(norm, "textdaten")
        with ExitStack() as holder:
            kind = _kind_of(name)
            if kind is not None:
                number = "" if kind in (ProvisionKind.PREAMBLE, ProvisionKind.SIGNATURE) else bare_number(name)
                holder.enter_context(self.out.element(kind, number, sign=name.startswith("§")))
            if kind is ProvisionKind.CONTENTS:
                self._contents(norm)
                return
            if label is not None and name:
                self.number(label, 1, "article-number")
            if title is not None and plain(title):
                self.heading(title, 1, "article-title")
            if not heads and kind is None and metadata is not None and title is None and label is None:
                self._names(metadata)
            if content is not None:
                self._content(content)

    def _names(self, metadata: Node) -> None:
        """The first norm is of the act as a whole: its long name is the title."""
        for name in ("langue", "kurzue", "jurabk"):
            node = child(metadata, name)
            if node is not None and plain(node):
                self.flow(node)
                self.out.heading(1, "doc-title", names=False)
                return

    def _content(self, content: Node) -> None:
        for part in children(content):
            if local(part) == "fussnoten":
                self._remark(part)
            else:
                self.flow(part)
                self.out.paragraph()

    def _remark(self, node: Node) -> None:
        """What the documentation service notes of a norm: when its text took effect, what changed it."""
        with self.out.capture() as paragraphs:
            self.flow(node)
        if paragraphs:
            self._notes += 1
            key = f"remark-{self._notes}"
            self.out.mark("", key)
            self.out.note(key, "", paragraphs)

    def _contents(self, norm: Node) -> None:
        for entry in children(norm):
            for row in findall(entry, "row", "enbez", "P", "entry") if find(entry, "row") is not None else [entry]:
                if local(row) not in ("row", "textdaten", "enbez", "metadaten"):
                    continue
                for cell in list(findall(row, "entry")) or [row]:
                    self.flow(cell)
                    self.out.space()
                self.out.paragraph(BlockRole.CONTENTS, "contents")

    # -- text ---------------------------------------------------------------------------------------------------

    def paragraph(self, node: Node) -> None:
        """A paragraph: an Absatz where it begins with its number in brackets."""
        start = _PARAGRAPH.match(node.text or "")
        if start is None or ProvisionKind.POINT in self.out.kinds or ProvisionKind.ARTICLE not in self.out.kinds:
            self.block(node)
            return
        self.out.paragraph(ahead=True)
        with self.out.element(ProvisionKind.PARAGRAPH, start.group(1).replace(" ", "")):
            self.out.label(start.group().strip())
            self.out.text((node.text or "")[start.end() :])
            for each in node:
                self.visit(each)
                self.out.text(each.tail)

    def items(self, node: Node) -> None:
        """A list: a term is the number of the item that follows."""
        self.out.paragraph()
        term: Node | None = None
        dashes = 0
        for each in children(node):
            if local(each) == "DT":
                term = each
                continue
            mark = plain(term)
            if not mark or mark in _DASHES:
                dashes += 1
            kind = ProvisionKind.INDENT if not mark or mark in _DASHES else ProvisionKind.POINT
            number = str(dashes) if kind is ProvisionKind.INDENT else bare_number(mark) or mark.strip("().")
            with self.out.element(kind, number):
                if term is not None:
                    self.label(term)
                self.flow(each)
                self.out.paragraph()
            term = None

    def table(self, node: Node) -> None:
        """A CALS table, with its title before it."""
        self.rows(node, ("row",), ("entry",))

    def contents(self, node: Node) -> None:
        """A table of contents in the running text of an annex."""
        self.styled(node, BlockRole.CONTENTS, "contents")

    def reference(self, node: Node) -> None:
        """The mark of a footnote."""
        self.out.mark("", attribute(node, "ID"))

    def footnotes(self, node: Node) -> None:
        """The footnotes of a norm, each with its sign."""
        for each in children(node):
            if local(each) != "Footnote":
                self.visit(each)
                continue
            sign = child(each, "FnZ")
            with self.out.capture() as paragraphs:
                self.rest(each, "FnZ")
            self.out.note(attribute(each, "ID"), plain(sign), paragraphs)


def _kind_of(name: str) -> ProvisionKind | None:
    """What a norm is by its name ("§ 5", "Art 3", "Anlage 2", "Inhaltsübersicht", "Eingangsformel")."""
    folded = name.casefold()
    if folded.startswith("inhalts"):
        return ProvisionKind.CONTENTS
    if folded.startswith(("eingangs", "präambel", "vorspruch")):
        return ProvisionKind.PREAMBLE
    if folded.startswith(("schluß", "schluss")):
        return ProvisionKind.SIGNATURE
    if folded.startswith(("anlage", "anhang")):
        return ProvisionKind.ANNEX
    return ProvisionKind.ARTICLE if name else None


def _meta(root: Node) -> dict[str, str]:
    metadata = find(root, "metadaten")
    if metadata is None:
        return {}
    title = plain(child(metadata, "langue")) or plain(child(metadata, "kurzue")) or plain(child(metadata, "jurabk"))
    return {
        "title": title,
        "short_title": plain(child(metadata, "kurzue")),
        "abbreviation": plain(child(metadata, "amtabk")) or plain(child(metadata, "jurabk")),
        "enacted": plain(child(metadata, "ausfertigung-datum"))[:10],
        "language": "de",
        "jurisdiction": "DE",
    }


def _read(root: Node, limits: Limits, problems: tuple[Reason, ...]) -> Layout:
    writer = OutlineWriter(limits=limits, what="file")
    GiiReader(writer).act(root)
    return writer.finish(_meta(root), problems)


def _matches(root: Node) -> bool:
    return local(root) == "dokumente" and child(root, "norm") is not None


FORMAT = XmlFormat("gesetze-im-internet XML", _matches, _read, _SILENT)
