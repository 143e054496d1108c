"""Crown Legislation Markup Language, the XML of legislation.gov.uk: acts, instruments and retained Union acts.

Provisions have the numbers that the site prints: ``(1)``, ``(a)``, with the brackets that the markup leaves out.
Annotations (``Commentary``) and footnotes are notes; words that amendments put in are ordinary text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import XmlFormat, language_code
from dutybook.layout.xml.clml_meta import meta_of
from dutybook.layout.xml.clml_notes import AnnotatedReader
from dutybook.layout.xml.numbers import bare_number, division_number
from dutybook.layout.xml.tree import Node, attribute, child, children, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason
from dutybook.records import BlockRole, Layout, ProvisionKind

_K = ProvisionKind
# ``Versions`` holds the wording for other parts of the country or other times, ``Resources`` addresses of pictures.
_SILENT = frozenset(
    {"Metadata", "Resources", "Versions", "Commentaries", "Footnotes", "MarginNotes", "IncludedDocument"}
)
_DIVISIONS = {
    "Group": _K.PART,
    "Part": _K.PART,
    "Chapter": _K.CHAPTER,
    "EUPart": _K.PART,
    "EUTitle": _K.TITLE,
    "EUChapter": _K.CHAPTER,
    "EUSection": _K.SECTION,
    "EUSubsection": _K.SUBSECTION,
    "Schedule": _K.ANNEX,
    "Appendix": _K.ANNEX,
    "Pblock": _K.HEADING,
    "PsubBlock": _K.HEADING,
}
# The provision's name in its address, and the word that it is cited by.
_CITED = {"section": "s", "regulation": "reg", "rule": "r", "article": "art"}
_TITLES = frozenset({"Number", "Title", "Subtitle", "TitleBlock", "Reference"})
_QUOTES = {"single": ("‘", "’"), "none": ("", "")}


class ClmlReader(AnnotatedReader):
    handlers: ClassVar[Mapping[str, str]] = {
        **dict.fromkeys(_DIVISIONS, "division"),
        **dict.fromkeys(
            ("P", "Para", "Text", "P1para", "P2para", "P3para", "BlockText", "LongTitle", "DateText"), "block"
        ),
        **dict.fromkeys(
            ("P4para", "P5para", "P6para", "P7para", "AddressLine", "PersonName", "JobTitle", "Where"), "block"
        ),
        **dict.fromkeys(("EnactingText", "IntroductoryText", "Resolution", "Approved", "SignedSection"), "block"),
        "PrimaryPrelims": "prelims",
        "SecondaryPrelims": "prelims",
        "EUPrelims": "prelims",
        "PrimaryPreamble": "preamble",
        "SecondaryPreamble": "preamble",
        "EUPreamble": "preamble",
        "Contents": "contents",
        "Body": "body",
        "EUBody": "body",
        "P1group": "group",
        "P2group": "group",
        "P3group": "group",
        "P1": "section",
        **dict.fromkeys(("P2", "P3", "P4", "P5", "P6", "P7", "Division"), "numbered"),
        "Pnumber": "pnumber",
        "Number": "stray_heading",
        "Title": "stray_heading",
        "Subtitle": "stray_heading",
        "ListItem": "item",
        "OrderedList": "plain_list",
        "UnorderedList": "plain_list",
        "KeyList": "plain_list",
        "KeyListItem": "block",
        "BlockAmendment": "quotation",
        "BlockExtract": "quotation",
        "AppendText": "append",
        "CommentaryRef": "reference",
        "FootnoteRef": "reference",
        "MarginNoteRef": "reference",
        **dict.fromkeys(("Addition", "Substitution", "Repeal"), "change"),
        "Tabular": "tabular",
        "table": "table",
        "Signatory": "signatory",
        "SignedSection": "signatory",
        "ExplanatoryNotes": "explanatory",
        "EarlierOrders": "explanatory",
        "Image": "picture",
        "Formula": "block",
    }
    silent = _SILENT
    breaks = frozenset({"Character"})

    def __init__(self, writer: OutlineWriter, root: Node, language: str) -> None:
        super().__init__(writer, root)
        self.language = language
        self._in_title = False
        self._schedule = False
        self._hint = ""

    # -- parts of the document ----------------------------------------------------------------------------------

    def prelims(self, node: Node) -> None:
        """Title, number, long title and dates; what follows (the enacting words) is preamble."""
        self._in_title = True
        self.flow(node)
        self.out.paragraph(hint="preamble")
        self._in_title = False

    def preamble(self, node: Node) -> None:
        """The enacting words; in a retained Union act its citations and recitals."""
        before, self._in_title, self._hint = self._in_title, False, "preamble"
        self.flow(node)
        self.out.paragraph(hint="preamble")
        self._in_title, self._hint = before, ""

    def block(self, node: Node) -> None:
        """A paragraph."""
        if self._in_title and local(node) == "LongTitle":
            self.out.paragraph(ahead=True)
            self.flow(node)
            self.out.heading(1, "doc-title", names=False)
        else:
            self.styled(node, hint="preamble" if self._in_title else self._hint)

    def contents(self, node: Node) -> None:
        """The table of contents, a line an entry."""
        self.out.paragraph(ahead=True)
        for each in node.iter():
            name = local(each)
            if name in ("ContentsTitle", "ContentsNumber"):
                self.flow(each)
                self.out.space()
            if name == "ContentsTitle":
                self.out.paragraph(BlockRole.CONTENTS, "contents")
        self.out.paragraph(BlockRole.CONTENTS, "contents")

    def body(self, node: Node) -> None:
        """The act's own terms."""
        before, self.out.loose = self.out.loose, True
        self.flow(node)
        self.out.paragraph()
        self.out.loose = before

    def explanatory(self, node: Node) -> None:
        """What is printed behind the act and is no part of it."""
        with self.out.element(_K.HEADING, ""):
            self.flow(node)

    def signatory(self, node: Node) -> None:
        """Who signed, where and when."""
        if _K.SIGNATURE in self.out.kinds:
            self.flow(node)
            return
        with self.out.element(_K.SIGNATURE):
            self.flow(node)

    # -- provisions ---------------------------------------------------------------------------------------------

    def division(self, node: Node) -> None:
        """A part, chapter, schedule or group under a heading."""
        kind = _DIVISIONS[local(node)]
        words = plain(child(node, "Number"))
        number = division_number(words, self.language) or bare_number(words)
        before = self._schedule
        self._schedule = before or kind is _K.ANNEX
        with self.out.element(kind, number):
            self._depth += 1
            hint = "annex" if kind is _K.ANNEX else "chapter"
            for each in node:
                self._titled(each, hint) if local(each) in _TITLES else self.visit(each)
                self.out.text(each.tail)
            self._depth -= 1
        self._schedule = before

    def _titled(self, node: Node, hint: str) -> None:
        name = local(node)
        if name == "TitleBlock":
            for each in children(node):
                self._titled(each, hint)
        elif name == "Number":
            self.number(node, self._depth, f"{hint}-number")
        elif name == "Reference":
            self.number(node, self._depth, f"{hint}-reference")
        else:
            self.heading(node, self._depth, f"{hint}-title")

    def group(self, node: Node) -> None:
        """Provisions under one heading: it is the first one's, which it is printed with."""
        title = child(node, "Title")
        numbered = [each for each in children(node) if local(each) in ("P1", "P2", "P3", "P")]
        first = next((each for each in numbered if child(each, "Pnumber") is not None), None)
        if title is None or first is None:
            self.flow(node)
            return
        for each in node:
            if each is title:
                continue
            if each is first:
                self._provision(each, title)
            else:
                self.visit(each)
            self.out.text(each.tail)

    def section(self, node: Node) -> None:
        """A section, regulation, article or rule; in a schedule, a paragraph."""
        self._provision(node, None)

    numbered = section

    def _provision(self, node: Node, title: Node | None) -> None:
        label = child(node, "Pnumber")
        words = plain(label)
        if label is None or not words:
            if title is not None:
                self.stray_heading(title)
            self.flow(node)
            return
        kind, cited = self._kind(node)
        with self.out.element(kind, bare_number(words), cited=cited):
            if title is not None:
                self.heading(title, self._depth + 1, "article-title")
            for each in node:
                self.visit(each)
                self.out.text(each.tail)

    def _kind(self, node: Node) -> tuple[ProvisionKind, str]:
        """What a numbered provision is, by its level, its address and what stands around it."""
        name = local(node)
        if name == "P1":
            address = attribute(node, "IdURI") or attribute(node, "DocumentURI")
            cited = next((_CITED[part] for part in reversed(address.split("/")) if part in _CITED), "")
            if self._schedule and not self.out.quoting and not cited:
                return _K.PARAGRAPH, ""
            amended = next((a for a in node.iterancestors() if local(a) == "BlockAmendment"), None)
            if amended is not None and attribute(amended, "Context") == "schedule":
                return _K.PARAGRAPH, ""
            return _K.ARTICLE, cited or (
                "s" if amended is not None and attribute(amended, "TargetClass") == "primary" else ""
            )
        if name == "Division":
            return (_K.RECITAL if self._hint else _K.POINT), ""
        kinds = self.out.kinds
        inside = kinds[max((i for i, k in enumerate(kinds) if k in (_K.ARTICLE, _K.ANNEX)), default=0) :]
        return (_K.POINT if _K.PARAGRAPH in inside or name not in ("P2",) else _K.PARAGRAPH), ""

    def pnumber(self, node: Node) -> None:
        """A provision's number, in the brackets that the site prints."""
        parent = node.getparent()
        level = local(parent) if parent is not None else ""
        before, after = node.get("PuncBefore"), node.get("PuncAfter")
        if before is None and after is None and level not in ("P1", "Division"):
            before, after = "(", ")"
        bracketed = re.match(r"[(\[]", plain(node)) is not None
        self.out.paragraph(ahead=True)
        self.out.text("" if bracketed else before)
        self.flow(node)
        self.out.glue()
        self.out.text("" if bracketed else after)
        self.out.label()

    def stray_heading(self, node: Node) -> None:
        """A heading outside of provisions; in the prelims the act's title."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        if self._in_title:
            self.out.heading(1, "doc-title", names=False)
        else:
            self.out.heading(self._depth + 1, "group-title", names=not self.out.quoting)

    # -- quotations ---------------------------------------------------------------------------------------------

    def quotation(self, node: Node) -> None:
        """New text for another act; the site prints it in quotation marks where the markup says so."""
        opening, closing = _QUOTES.get(attribute(node, "Format"), ("“", "”"))
        with self.out.quotation():
            self.out.text(opening)
            self.out.glue()
            self.flow(node)
            self.out.paragraph(ahead=True)
            self.out.text(closing)

    def append(self, node: Node) -> None:
        """What closes the sentence that a quotation stands in."""
        self.out.paragraph(ahead=False)
        self.flow(node)
        self.out.paragraph(hint=self._hint)

    # -- notes, tables, pictures --------------------------------------------------------------------------------

    def tabular(self, node: Node) -> None:
        """A table with its number and title."""
        self.flow(node)
        self.out.paragraph()


def _read(root: Node, limits: Limits, problems: tuple[Reason, ...]) -> Layout:
    writer = OutlineWriter(limits=limits, what="legislation file")
    metadata = child(root, "Metadata")
    said = next((plain(e) for e in children(metadata, "language")), "") if metadata is not None else ""
    language = language_code(said) or language_code(attribute(root, "lang")) or "en"
    reader = ClmlReader(writer, root, language)
    reader.flow(root)
    reader.finish()
    return writer.finish(meta_of(root, language), problems)


def _matches(root: Node) -> bool:
    return local(root) == "Legislation" or (local(root) == "Fragment" and "legislation.gov.uk" in root.tag)


FORMAT = XmlFormat("CLML (legislation.gov.uk)", _matches, _read, _SILENT)
