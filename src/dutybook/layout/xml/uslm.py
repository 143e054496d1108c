"""Laws of the United States, in the United States Legislative Markup (USLM)."""

from __future__ import annotations

import re

from dutybook.layout.drafts import names
from dutybook.layout.trees import Node, attribute, child, find, local, plain
from dutybook.layout.xml.base import Walker, bare_number, division_number, language_code
from dutybook.records import BlockRole, ProvisionKind

_K = ProvisionKind
_NUMBER = re.compile(r"[\w.:–—-]+")


class UslmReader(Walker):
    """United States Legislative Markup: public laws, the Statutes at Large, the United States Code, bills.

    Sections are the articles; their levels go subsection, paragraph, subparagraph, clause, subclause, each cited in
    brackets after the section (``§ 5(a)(1)(A)(i)``). Page numbers and side notes of the printed volumes do not stand in
    the text: side notes come as notes at the end. What an act quotes to put it into another one is marked as quoted.
    """

    divisions = {  # noqa: RUF012
        "title": _K.TITLE,
        "subtitle": _K.SUBSECTION,
        **dict.fromkeys(("part", "division"), _K.PART),
        **dict.fromkeys(("subpart", "subdivision", "subchapter"), _K.SECTION),
        "chapter": _K.CHAPTER,
        **dict.fromkeys(("appendix", "schedule"), _K.ANNEX),
    }
    handlers = {  # noqa: RUF012
        "division": " ".join(divisions),
        "section": "section courtRule reorganizationPlan article",
        "level": "subsection paragraph subparagraph clause subclause item subitem subsubitem level",
        "block": "chapeau content continuation p text action crossheading block",
        "body": "main",
        "front": "preface",
        "name": "officialTitle docTitle",
        "label": "num",
        "stray_heading": "heading subheading",
        "quotation": "quotedContent",
        "note": "sidenote footnote ear",
        "reference": "ref",
        "remark": "note notes sourceCredit legislativeHistory",
        "preamble": "enactingFormula preamble",
        "contents": "toc",
        "signature": "signatures signature",
        "table": "table layout",
    }
    # Of the file, and page numbers and running heads of the printed volume.
    silent = names("meta page centerRunningHead endMarker")
    _rows = names("tr row header")
    _cells = names("td th column")
    # Entries of a table of contents.
    _entry_names = names("tocItem referenceItem headingItem header row")

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
        if not any(len(each) for each in inner) or local(node) in self._entry_names:
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

    def division(self, node: Node) -> None:
        """A title, part, chapter; its number and name are lines of their own."""
        words = plain(child(node, "num"))
        number = attribute(node, "value") or _value(node) or division_number(words, "en")
        with self.out.element(self.divisions[local(node)], number):
            self._depth += 1
            self.headed(node, self._depth + 1, "chapter")
            self._depth -= 1

    def section(self, node: Node) -> None:
        """A section of the act; of the sections of an act that it quotes, too."""
        with self.out.element(_K.ARTICLE, _number(node), sign=True):
            self.headed(node, self._depth + 1, "article")

    def level(self, node: Node) -> None:
        """A level below a section; its number stands before its text."""
        opened, number = self.out.kinds, _number(node)
        paragraph = local(node) == "subsection" or (local(node) == "paragraph" and _K.PARAGRAPH not in opened)
        if number:
            with self.out.element(_K.PARAGRAPH if paragraph and _K.POINT not in opened else _K.POINT, number):
                self.labelled(node)
        else:
            self.block(node)

    def note(self, node: Node) -> None:
        """A note of the margin or of the foot: it stands at the end."""
        self._notes += 1
        key = attribute(node, "id") or f"note-{self._notes}"
        sign = plain(child(node, "num")) if local(node) in ("footnote", "ear") else ""
        paragraphs = self.captured(node, *(["num"] if sign else []))
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
        paragraphs = self.captured(node)
        if paragraphs:
            self._notes += 1
            self.out.note(f"remark-{self._notes}", "", paragraphs)

    def meta(self, root: Node) -> dict[str, str]:
        metadata = find(root, "meta")

        def of(*names: str) -> str:
            return next(filter(None, (plain(find(metadata, name)) for name in names)), "")

        return {
            "title": of("title") or plain(find(root, "officialTitle")) or plain(find(root, "docTitle")),
            "short_title": plain(find(root, "shortTitle")),
            "number": of("citableAs") or attribute(root, "identifier") or of("docNumber"),
            "enacted": of("approvedDate", "date")[:10],
            "language": language_code(of("language") or attribute(root, "lang")) or "en",
            "jurisdiction": "US",
        }


def _value(node: Node) -> str:
    value = attribute(child(node, "num"), "value")
    return value if _NUMBER.fullmatch(value) else ""


def _number(node: Node) -> str:
    """The number as the file says it, else as it is printed."""
    return _value(node) or bare_number(plain(child(node, "num")))


_ROOTS = names("pLaw uscDoc bill resolution statutesAtLarge lawDoc document amendment statuteCompilation")

FORMATS = (UslmReader.format("USLM", lambda root: local(root) in _ROOTS and "uslm" in root.tag.lower()),)
