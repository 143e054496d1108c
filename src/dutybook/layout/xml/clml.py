"""What a file of legislation.gov.uk says of its act: title, address, dates.

Provisions have the numbers that the site prints: ``(1)``, ``(a)``, with the brackets that the markup leaves out.
Annotations (``Commentary``) and footnotes are notes; words that amendments put in are ordinary text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import ClassVar

from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import ActWalker, XmlFormat, language_code
from dutybook.layout.xml.numbers import Positions, bare_number, counted, division_number, whole_number
from dutybook.layout.xml.tree import Node, attribute, child, children, find, findall, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason
from dutybook.records import BlockRole, Layout, ProvisionKind


def _date(node: Node | None, name: str = "Date") -> str:
    stated = attribute(node, name) if node is not None else ""
    return stated if re.fullmatch(r"\d{4}-\d\d-\d\d", stated) else ""


def meta_of(root: Node, language: str) -> dict[str, str]:
    """``title``, ``eli`` (the act's own address), ``language``, ``enacted`` (Royal Assent, or made), ``version_date`` of a revised text."""
    metadata = child(root, "Metadata")
    prelims = find(root, "PrimaryPrelims", "SecondaryPrelims", "EUPrelims")
    title = plain(find(prelims, "Title")) if prelims is not None else ""
    if not title and prelims is not None:
        title = plain(find(prelims, "MultilineTitle"))
    if metadata is None:
        return {"title": title, "language": language}
    stated = next((plain(e) for e in children(metadata, "title")), "")
    address = re.sub(r"/(?:enacted|made|adopted|\d{4}-\d\d-\d\d|data\.xml).*$", "", attribute(root, "DocumentURI"))
    status = find(metadata, "DocumentStatus")
    revised = status is not None and attribute(status, "Value") == "revised"
    valid = next((plain(e) for e in children(metadata, "valid")), "")
    made = _date(find(metadata, "EnactmentDate")) or _date(find(metadata, "Made"))
    return {
        "title": title or stated,
        "eli": address,
        "language": language,
        "enacted": made,
        "version_date": valid if revised and re.fullmatch(r"\d{4}-\d\d-\d\d", valid) else "",
    }


_K = ProvisionKind
_NOTE_MARKS = {"F": "F", "C": "C", "I": "I", "X": "X", "E": "E", "M": "M", "P": "P"}
_SHAPES = {"alpha": "a", "alphaupper": "A", "roman": "i", "romanupper": "I", "arabic": "1"}
_BRACKETS = {"parens": "({})", "parenRight": "{})", "period": "{}.", "colon": "{}:", "brackets": "[{}]"}


class AnnotatedReader(ActWalker):
    """Writes lists and annotations."""

    def __init__(self, writer: OutlineWriter, root: Node) -> None:
        super().__init__(writer)
        self._notes = {
            attribute(n, "id"): n for n in findall(root, "Commentary", "Footnote", "MarginNote") if attribute(n, "id")
        }
        self._positions = Positions()
        self._marks: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    # -- lists --------------------------------------------------------------------------------------------------

    def plain_list(self, node: Node) -> None:
        """A list; its items say their numbers."""
        self.out.paragraph(ahead=True)
        self.flow(node)

    def item(self, node: Node) -> None:
        """A list's item, numbered where the list is."""
        holder = node.getparent()
        label = ""
        if holder is not None and local(holder) == "OrderedList":
            label = self._item_number(holder, node)
        with self.out.element(
            _K.POINT if label else _K.INDENT, bare_number(label) if label else str(self._positions.of(node))
        ):
            self.out.label(label)
            self.flow(node)

    def _item_number(self, holder: Node, node: Node) -> str:

        number = attribute(node, "NumberOverride")
        if not number:
            start = whole_number(attribute(holder, "Start"))
            value = self._positions.of(node) - 1 + (1 if start is None else start)
            number = counted(value, _SHAPES.get(attribute(holder, "Type"), "1"))
        return _BRACKETS.get(attribute(holder, "Decoration"), "{}").format(number) if number.isalnum() else number

    # -- annotations ---------------------------------------------------------------------------------------------

    def reference(self, node: Node) -> None:
        """Where an annotation or a footnote is referred to."""
        self._refer(attribute(node, "Ref"))

    def change(self, node: Node) -> None:
        """Words that an amendment put in, or their place; the annotation says which amendment."""
        self._refer(attribute(node, "CommentaryRef"))
        self.flow(node)

    def _refer(self, key: str) -> None:
        target = self._notes.get(key)
        if target is None:
            return
        if key not in self._marks:
            kind = attribute(target, "Type")
            self._counts[kind] = self._counts.get(kind, 0) + 1
            self._marks[key] = f"{_NOTE_MARKS.get(kind, '')}{self._counts[kind]}"
            with self.out.capture() as paragraphs:
                for each in target:
                    if local(each) != "Number":
                        self.visit(each)
            self.out.note(key, self._marks[key], paragraphs)
        self.out.mark(self._marks[key], key)


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
        """What a numbered provision is, by its level, its address and what stands around it, and how it is cited."""
        name = local(node)
        if name == "P1":
            return self._kind_of_section(node)
        if name == "Division":
            return (_K.RECITAL if self._hint else _K.POINT), ""
        kinds = self.out.kinds
        inside = kinds[max((i for i, k in enumerate(kinds) if k in (_K.ARTICLE, _K.ANNEX)), default=0) :]
        return (_K.POINT if _K.PARAGRAPH in inside or name != "P2" else _K.PARAGRAPH), ""

    def _kind_of_section(self, node: Node) -> tuple[ProvisionKind, str]:
        """A provision of the first level: a paragraph in schedules, else an article, cited by its act's kind."""
        address = attribute(node, "IdURI") or attribute(node, "DocumentURI")
        cited = next((_CITED[part] for part in reversed(address.split("/")) if part in _CITED), "")
        if self._schedule and not self.out.quoting and not cited:
            return _K.PARAGRAPH, ""
        amended = next((a for a in node.iterancestors() if local(a) == "BlockAmendment"), None)
        if amended is None:
            return _K.ARTICLE, cited
        if attribute(amended, "Context") == "schedule":
            return _K.PARAGRAPH, ""
        return _K.ARTICLE, cited or ("s" if attribute(amended, "TargetClass") == "primary" else "")

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
    stated = next((plain(e) for e in children(metadata, "language")), "") if metadata is not None else ""
    language = language_code(stated) or language_code(attribute(root, "lang")) or "en"
    reader = ClmlReader(writer, root, language)
    reader.flow(root)
    reader.finish()
    return writer.finish(meta_of(root, language), problems)


def _matches(root: Node) -> bool:
    return local(root) == "Legislation" or (local(root) == "Fragment" and "legislation.gov.uk" in root.tag)


FORMAT = XmlFormat("CLML (legislation.gov.uk)", _matches, _read, _SILENT)
