"""United States Legislative Markup: public laws, the Statutes at Large, the United States Code, bills.

Sections are the articles; their levels go subsection, paragraph, subparagraph, clause, subclause, each cited in brackets
after the section (``§ 5(a)(1)(A)(i)``). Page numbers and side notes of the printed volumes do not stand in the text:
side notes come as notes at the end. What an act quotes to put it into another one is marked as quoted.
"""

from __future__ import annotations

import re

from dutybook.layout.drafts import squeeze
from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import ActWalker, XmlFormat, language_code
from dutybook.layout.xml.numbers import bare_number, division_number
from dutybook.layout.xml.tree import Node, attribute, child, find, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason
from dutybook.records import BlockRole, Layout, ProvisionKind

_K = ProvisionKind
# Of the file, and page numbers and running heads of the printed volume.
_SILENT = frozenset({"meta", "page", "centerRunningHead", "endMarker"})
_DIVISIONS = {
    "title": _K.TITLE,
    "subtitle": _K.SUBSECTION,
    "part": _K.PART,
    "subpart": _K.SECTION,
    "division": _K.PART,
    "subdivision": _K.SECTION,
    "chapter": _K.CHAPTER,
    "subchapter": _K.SECTION,
    "appendix": _K.ANNEX,
    "schedule": _K.ANNEX,
}
_ARTICLES = frozenset({"section", "courtRule", "reorganizationPlan", "article"})
_LEVELS = {
    "subsection": _K.PARAGRAPH,
    "paragraph": _K.POINT,
    "subparagraph": _K.POINT,
    "clause": _K.POINT,
    "subclause": _K.POINT,
    "item": _K.POINT,
    "subitem": _K.POINT,
    "subsubitem": _K.POINT,
    "level": _K.POINT,
}
# Entries of a table of contents.
_ENTRIES = frozenset({"tocItem", "referenceItem", "headingItem", "header", "row"})
_NUMBER = re.compile(r"[\w.:–—-]+")


class UslmReader(ActWalker):
    handlers = {  # noqa: RUF012 - as in the base
        **dict.fromkeys(_DIVISIONS, "division"),
        **dict.fromkeys(_ARTICLES, "section"),
        **dict.fromkeys(_LEVELS, "level"),
        **dict.fromkeys(
            ("chapeau", "content", "continuation", "p", "text", "action", "crossheading", "block"), "block"
        ),
        "main": "body",
        "preface": "front",
        "officialTitle": "name",
        "docTitle": "name",
        "num": "stray_number",
        "heading": "stray_heading",
        "subheading": "stray_heading",
        "quotedContent": "quotation",
        "sidenote": "note",
        "footnote": "note",
        "ear": "note",
        "ref": "reference",
        "note": "remark",
        "notes": "remarks",
        "sourceCredit": "remark",
        "legislativeHistory": "remarks",
        "enactingFormula": "preamble",
        "preamble": "preamble",
        "toc": "contents",
        "signatures": "signature",
        "signature": "signature",
        "table": "table",
        "layout": "layout_table",
    }
    silent = _SILENT

    def __init__(self, writer: OutlineWriter) -> None:
        super().__init__(writer)
        self._notes = 0
        self._section = False

    # -- front and end ------------------------------------------------------------------------------------------

    def front(self, node: Node) -> None:
        """What stands above the act: its kind, number and session."""
        for each in node:
            self.visit(each)
            self.out.paragraph(hint="preface")

    def signature(self, node: Node) -> None:
        """Names and dates at the end."""
        with self.out.element(_K.SIGNATURE):
            for each in node:
                self.visit(each)
                self.out.paragraph()

    def contents(self, node: Node) -> None:
        """A table of contents, an item a paragraph."""
        self.out.paragraph(ahead=True)
        self._entries(node)

    def _entries(self, node: Node) -> None:
        inner = [each for each in node if local(each) and local(each) not in self.silent]
        if not any(len(each) for each in inner) or local(node) in _ENTRIES:
            self.out.text(node.text)
            for each in node:
                self.out.space()
                self.rest(each)
                self.out.text(each.tail)
            self.out.paragraph(BlockRole.CONTENTS, "contents")
            return
        self.out.text(node.text)
        for each in node:
            self._entries(each)
            self.out.text(each.tail)

    # -- provisions ---------------------------------------------------------------------------------------------

    def division(self, node: Node) -> None:
        """A title, part, chapter; its number and name are lines of their own."""
        words = plain(child(node, "num"))
        number = attribute(node, "value") or _value(node) or division_number(words, "en")
        with self.out.element(_DIVISIONS[local(node)], number):
            self._depth += 1
            self._headed(node, "chapter")
            self._depth -= 1

    def section(self, node: Node) -> None:
        """A section of the act; of the sections of an act that it quotes, too."""
        with self.out.element(_K.ARTICLE, _number(node), sign=True):
            self._headed(node, "article")

    def level(self, node: Node) -> None:
        """A level below a section; its number stands before its text."""
        name = local(node)
        kind = _LEVELS[name]
        opened = self.out.kinds
        if kind is _K.POINT and name == "paragraph" and _K.PARAGRAPH not in opened and _K.POINT not in opened:
            kind = _K.PARAGRAPH
        if _K.POINT in opened:
            kind = _K.POINT
        number = _number(node)
        if not number:
            self.block(node)
            return
        with self.out.element(kind, number):
            self._labelled(node)

    def _headed(self, node: Node, hint: str) -> None:
        self.out.text(node.text)
        for each in node:
            name = local(each)
            if name == "num":
                self.number(each, self._depth + 1, f"{hint}-number")
            elif name in ("heading", "subheading"):
                self.heading(each, self._depth + 1, f"{hint}-title")
            else:
                self.visit(each)
            self.out.text(each.tail)

    # -- quotations and notes -----------------------------------------------------------------------------------

    def note(self, node: Node) -> None:
        """A note of the margin or of the foot: it stands at the end."""
        self._notes += 1
        key = attribute(node, "id") or f"note-{self._notes}"
        sign = plain(child(node, "num")) if local(node) in ("footnote", "ear") else ""
        with self.out.capture() as paragraphs:
            self.rest(node, *(["num"] if sign else []))
        if paragraphs:
            self.out.mark(sign, key)
            self.out.note(key, sign, paragraphs)

    def reference(self, node: Node) -> None:
        """A link; that of a footnote is its mark."""
        key = attribute(node, "idref")
        if attribute(node, "class") == "footnoteRef" and key:
            self.out.mark(plain(node), key)
        else:
            self.flow(node)

    def remark(self, node: Node) -> None:
        """What the editors or the record say of a provision: no term of the act."""
        if self.out.quoting:
            self.block(node)
            return
        with self.out.capture() as paragraphs:
            self.flow(node)
        if paragraphs:
            self._notes += 1
            self.out.note(f"remark-{self._notes}", "", paragraphs)

    def remarks(self, node: Node) -> None:
        """A group of remarks."""
        self.remark(node)

    # -- tables -------------------------------------------------------------------------------------------------

    def table(self, node: Node) -> None:
        """A table of HTML."""
        self.rows(node, ("tr",), ("td", "th"))

    def layout_table(self, node: Node) -> None:
        """A table of the law's own layout."""
        self.rows(node, ("row", "header"), ("column",))


def _value(node: Node) -> str:
    number = child(node, "num")
    value = attribute(number, "value") if number is not None else ""
    return value if _NUMBER.fullmatch(value) else ""


def _number(node: Node) -> str:
    """The number as the file says it, else as it is printed."""
    words = plain(child(node, "num"))
    return _value(node) or bare_number(words)


def _meta(root: Node) -> dict[str, str]:
    metadata = find(root, "meta")

    def of(*names: str) -> str:
        return next((words for name in names if metadata is not None and (words := plain(find(metadata, name)))), "")

    return {
        "title": of("title") or plain(find(root, "officialTitle")) or plain(find(root, "docTitle")),
        "short_title": squeeze(plain(find(root, "shortTitle"))),
        "number": of("citableAs") or attribute(root, "identifier") or of("docNumber"),
        "enacted": of("approvedDate", "date")[:10],
        "language": language_code(of("language") or attribute(root, "lang")) or "en",
        "jurisdiction": "US",
    }


def _read(root: Node, limits: Limits, problems: tuple[Reason, ...]) -> Layout:
    writer = OutlineWriter(limits=limits, what="file")
    UslmReader(writer).flow(root)
    return writer.finish(_meta(root), problems)


_ROOTS = frozenset(
    {"pLaw", "uscDoc", "bill", "resolution", "statutesAtLarge", "lawDoc", "document", "amendment", "statuteCompilation"}
)


def _matches(root: Node) -> bool:
    return local(root) in _ROOTS and (
        "uslm" in root.tag.lower() or root.tag.startswith("{http://xml.house.gov/schemas/uslm")
    )


FORMAT = XmlFormat("USLM", _matches, _read, _SILENT)
