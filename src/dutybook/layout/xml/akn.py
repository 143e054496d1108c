"""Akoma Ntoso and its national profiles: LegalDocML.de, Fedlex, Normattiva, Legilux, Finlex, legislation.gov.uk.

What an element is called says its kind; a few names mean another kind in another country (a Finnish ``section`` is an
article, a British ``paragraph`` in a ``subsection`` is a point), which the elements around it say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from dutybook.layout.limits import Limits
from dutybook.layout.xml.acts import ActWalker
from dutybook.layout.xml.akn_kinds import DASHES, DIVISIONS, KINDS, RELATIVE, SILENT, kind_of, rubric_of
from dutybook.layout.xml.akn_meta import language_of, meta_of
from dutybook.layout.xml.base import XmlFormat
from dutybook.layout.xml.counting import Positions, item_label
from dutybook.layout.xml.numbers import bare_number, division_number
from dutybook.layout.xml.tree import Node, attribute, child, children, findall, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason, Why, because
from dutybook.records import BlockRole, Layout, ProvisionKind

_K = ProvisionKind
_PARAGRAPHS = (
    *("p", "block", "longTitle", "formula", "content", "intro", "wrapUp", "listIntroduction", "listWrapUp", "list"),
    *("blockList", "container", "blockContainer", "tblock", "interstitial", "signature", "citation", "citations"),
    *(
        "mainBody",
        "preface",
        "coverPage",
        "introduction",
        "background",
        "decision",
        "arguments",
        "remedies",
        "motivation",
    ),
)


class AknReader(ActWalker):
    handlers: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(_PARAGRAPHS, "block"),
        **dict.fromkeys((*KINDS, *RELATIVE), "container"),
        "preface": "preface",
        "preamble": "preamble",
        "recital": "recital",
        "body": "body",
        "mainBody": "body",
        "conclusions": "conclusions",
        "num": "stray_number",
        "heading": "stray_heading",
        "subheading": "stray_heading",
        "crossHeading": "stray_heading",
        "toc": "contents",
        "quotedStructure": "quotation",
        "embeddedStructure": "quotation",
        "quotedText": "quoted_text",
        "embeddedText": "quoted_text",
        "authorialNote": "note",
        "noteRef": "note_reference",
        "table": "table",
        "ol": "html_list",
        "ul": "html_list",
        "li": "html_item",
        "img": "picture",
        "doc": "part_document",
    }
    silent = SILENT

    def __init__(self, writer: OutlineWriter, root: Node, language: str) -> None:
        super().__init__(writer)
        self.language = language
        self.title_lines: list[str] = []
        self._positions = Positions()
        self._notes = 0
        self._empty_quotations = 0
        self._in_title = False
        self._hint = ""
        self._articles = any(True for each in findall(root, "article") if not _within(each, "quotedStructure"))
        self._kept = {attribute(n, "eId") or attribute(n, "id"): n for n in findall(root, "note")}

    # -- parts of the document ----------------------------------------------------------------------------------

    def preface(self, node: Node) -> None:
        """Title, number and date of the act, line by line."""
        self._in_title = True
        self.out.paragraph(ahead=True)
        self.flow(node)
        self._title_line()
        self._in_title = False

    def _title_line(self) -> None:
        line = self.out.running
        if line:
            self.title_lines.append(line)
            self.out.heading(1, "doc-title", names=False)

    def block(self, node: Node) -> None:
        """A paragraph; in the preface a line of the title."""
        if not self._in_title:
            self.styled(node, hint=self._hint)
            return
        self._title_line()
        self.flow(node)
        self._title_line()

    def preamble(self, node: Node) -> None:
        """Who acts and why."""
        before, self.out.loose, self._hint = self.out.loose, False, "preamble"
        self.flow(node)
        self.out.paragraph(hint=self._hint)
        self.out.loose, self._hint = before, ""

    def recital(self, node: Node) -> None:
        """A reason."""
        with self.out.element(_K.RECITAL, bare_number(plain(child(node, "num")))):
            self._labelled(node)

    def body(self, node: Node) -> None:
        """The act's own terms: paragraphs outside of provisions count, too."""
        before, self.out.loose = self.out.loose, True
        self.flow(node)
        self.out.paragraph()
        self.out.loose = before

    def conclusions(self, node: Node) -> None:
        """Place, date and names."""
        with self.out.element(_K.SIGNATURE):
            self.flow(node)

    def part_document(self, node: Node) -> None:
        """A document in the act's attachments; the root of a file that is none."""
        self.flow(node)
        self.out.paragraph()

    def contents(self, node: Node) -> None:
        """A table of contents, an entry a paragraph."""
        self.out.paragraph(ahead=True)
        quoted = self.out.quoting
        role, hint = (BlockRole.BODY, "") if quoted else (BlockRole.CONTENTS, "contents")
        self.out.text(node.text)
        for each in children(node):
            for part in each:
                self.out.space()
                self.visit(part)
                self.out.text(part.tail)
            if not len(each):
                self.out.text(each.text)
            self.out.paragraph(role, hint)
            self.out.text(each.tail)

    # -- provisions ---------------------------------------------------------------------------------------------

    def container(self, node: Node) -> None:
        """A provision of any level."""
        number = child(node, "num")
        words = plain(number)
        kind = kind_of(node, words, self.out.kinds, self._positions, articles=self._articles, quoting=self.out.quoting)
        if kind is None:
            self._labelled(node) if words else self.flow(node)
            self.out.paragraph()
            return
        bare = division_number(words, self.language) if kind in DIVISIONS else bare_number(words)
        if kind is _K.INDENT or (kind is _K.PARAGRAPH and not bare) or kind is _K.SUBPARAGRAPH:
            bare = bare if bare and words not in DASHES else str(self._positions.of(node))
        sign = kind is _K.ARTICLE and "§" in words
        if kind is _K.ANNEX and not bare:
            bare = _annex_number(node)
        with self.out.element(kind, bare, sign=sign):
            before, self._depth = self._depth, self._depth + (kind in DIVISIONS)
            if kind in DIVISIONS or kind is _K.ARTICLE:
                self._headed(node, kind)
            else:
                self._labelled(node)
            self._depth = before

    def _headed(self, node: Node, kind: ProvisionKind) -> None:
        """A provision whose number and heading are lines of their own."""
        hint = "article" if kind is _K.ARTICLE else "annex" if kind is _K.ANNEX else "chapter"
        level = self._depth if kind in DIVISIONS else self._depth + 1
        rubric = rubric_of(node)
        self.out.text(node.text)
        for each in node:
            name = local(each)
            if each is rubric:
                self._rubric(each, level)
            elif name == "num":
                self.number(each, level, f"{hint}-number")
            elif name in ("heading", "subheading"):
                self.heading(each, level, f"{hint}-title")
            else:
                self.visit(each)
            self.out.text(each.tail)

    def _rubric(self, node: Node, level: int) -> None:
        """A title that is marked up as a paragraph."""
        self.out.paragraph(ahead=True)
        for part in node.iter():
            if isinstance(part.tag, str):
                self.out.text(part.text)
            if part is not node:
                self.out.text(part.tail)
        self.out.heading(level, "article-title")

    # -- lists of HTML ------------------------------------------------------------------------------------------

    def html_list(self, node: Node) -> None:
        """A list; its items count."""
        self.out.paragraph(ahead=True)
        self.flow(node)

    def html_item(self, node: Node) -> None:
        """An item: its number is the one that the list's attributes make."""
        label = item_label(node, self._positions)
        if self._in_title:
            self._title_line()
            self.out.text(f"{label} " if label else None)
            self.flow(node)
            self._title_line()
            return
        kind = _K.POINT if label else _K.INDENT
        with self.out.element(kind, bare_number(label) if label else str(self._positions.of(node))):
            self.out.label(label)
            self.flow(node)

    # -- quotations ---------------------------------------------------------------------------------------------

    def quotation(self, node: Node) -> None:
        """New text for another act."""
        if not plain(node):
            self._empty_quotations += 1
            return
        with self.out.quotation():
            self.out.text(attribute(node, "startQuote"))
            self.out.glue()
            self.flow(node)
            self.out.paragraph(ahead=True)
            self.out.glue()
            self.out.text(attribute(node, "endQuote"))

    def quoted_text(self, node: Node) -> None:
        """Words of another act, within a sentence."""
        self.out.text(attribute(node, "startQuote"))
        self.flow(node)
        self.out.text(attribute(node, "endQuote"))

    # -- notes, tables, pictures --------------------------------------------------------------------------------

    def note(self, node: Node) -> None:
        """A note where it is referred to."""
        self._notes += 1
        mark = attribute(node, "marker") or str(self._notes)
        key = attribute(node, "eId") or attribute(node, "id") or f"note-{self._notes}"
        self._keep(node, key, mark)
        self.out.mark(mark, key)

    def note_reference(self, node: Node) -> None:
        """A mark whose note stands among the metadata, or nowhere."""
        key = attribute(node, "href").removeprefix("#")
        # A note that refers to itself is read once: within it, it is not to be found.
        target = self._kept.pop(key, None)
        mark = attribute(node, "marker") or plain(node)
        if target is not None:
            self._keep(target, key, mark or attribute(target, "marker"))
            self._kept[key] = target
            self.out.mark(mark, key)
        else:
            self.flow(node)

    def _keep(self, node: Node, key: str, mark: str) -> None:
        with self.out.capture() as paragraphs:
            self.flow(node)
        self.out.note(key, mark, paragraphs)

    def finish(self) -> None:
        """Say what the file leaves out."""
        super().finish()
        if self._empty_quotations:
            self.out.problems.append(
                because(
                    Why.PART_QUOTATIONS,
                    "{count} passages that the act quotes are empty in the file; see the published text",
                    count=self._empty_quotations,
                )
            )


def _annex_number(node: Node) -> str:
    """The number in an annex's heading, else in the name of the document that it is."""
    heading = plain(child(node, "heading"))
    name = attribute(child(node, "doc"), "name") if child(node, "doc") is not None else ""
    return bare_number(heading) if heading and len(heading) < 30 else bare_number(name.partition("-")[0])


def _within(node: Node, name: str) -> bool:
    return any(local(above) == name for above in node.iterancestors())


def _read(root: Node, limits: Limits, problems: tuple[Reason, ...]) -> Layout:
    writer = OutlineWriter(limits=limits, what="Akoma Ntoso file")
    language = language_of(root)
    reader = AknReader(writer, root, language)
    reader.flow(root)
    reader.finish()
    return writer.finish(meta_of(root, reader.title_lines, language), problems)


def _matches(root: Node) -> bool:
    return local(root).lower() == "akomantoso"


FORMAT = XmlFormat("Akoma Ntoso", _matches, _read, SILENT)
