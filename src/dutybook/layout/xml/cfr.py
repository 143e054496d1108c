"""Nesting of paragraphs in the Code of Federal Regulations, which its XML leaves to the reader.

The Document Drafting Handbook (section 3.6) fixes the order: (a), (1), (i), (A), (1) in italics, (i) in italics. Only
italics tell the last two from the second and third, and only what stands around tells (i) after (h) from the first numeral.

Sections are cited with their sign and number alone (§ 164.404); their paragraphs are nested by their markers, see
:mod:`dutybook.layout.xml.cfr`. What a rule says before its regulatory text is prose under headings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import Walker, XmlFormat
from dutybook.layout.xml.tree import Node, attribute, child, children, find, findall, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason, Why, because
from dutybook.records import BlockRole, Layout, ProvisionKind

_ROMAN = re.compile(r"m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})$")
_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}

LETTER, ARABIC, ROMAN, UPPER, ITALIC_ARABIC, ITALIC_ROMAN = range(6)


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker as printed, without brackets."""

    number: str
    italic: bool = False


def _roman(number: str) -> int:
    if not number or not _ROMAN.match(number):
        return 0
    values = [_VALUES[c] for c in number]
    return sum(-v if v < after else v for v, after in zip(values, [*values[1:], 0], strict=True))


def _letters(number: str) -> int:
    """a → 1, z → 26, aa → 27, bb → 28; 0 for what is no such letter."""
    if not number.isalpha() or len(set(number)) != 1:
        return 0
    return ord(number[0]) - ord("a") + 1 + 26 * (len(number) - 1)


def readings(mark: Mark) -> dict[int, int]:
    """The levels that a marker can be of, each with its ordinal there."""
    number = mark.number
    if number.isdigit():
        return {
            ITALIC_ARABIC if mark.italic else ARABIC: int(number),
            **({} if mark.italic else {ITALIC_ARABIC: int(number)}),
        }
    if number.isupper():
        return {UPPER: _letters(number.lower())} if _letters(number.lower()) else {}
    found: dict[int, int] = {}
    if _roman(number):
        found[ROMAN] = found[ITALIC_ROMAN] = _roman(number)
    if _letters(number) and not mark.italic:
        found[LETTER] = _letters(number)
    return found


class Levels:
    """The open paragraphs of a section: ``path`` are levels from the outside in, ``last`` the ordinal at each."""

    def __init__(self) -> None:
        self.path: list[int] = []
        self.last: dict[int, int] = {}

    def place(self, mark: Mark, following: Sequence[Mark] = ()) -> int | None:
        """At which depth (from 0) a marker stands; None where it is no paragraph's marker here.

        ``following`` are the markers after it: (i) is the letter after (h) where no (ii) follows.
        """
        options = [
            (level, ordinal)
            for level, ordinal in readings(mark).items()
            if self._goes_on(level, ordinal) or self._opens(level, ordinal)
        ]
        if not options:
            return None
        level, ordinal = options[0] if len(options) == 1 else self._likelier(options, following)
        return self._open(level, ordinal)

    def _goes_on(self, level: int, ordinal: int) -> bool:
        return level in self.path and ordinal == self.last[level] + 1

    def _opens(self, level: int, ordinal: int) -> bool:
        """A first number opens the next level in; a section may begin at any level but those in italics."""
        if ordinal != 1 or level in self.path:
            return False
        inner = self.path[-1] if self.path else -1
        return level == inner + 1 or (not self.path and level < ITALIC_ARABIC) or (level > inner and level <= UPPER)

    def _likelier(self, options: Sequence[tuple[int, int]], following: Sequence[Mark]) -> tuple[int, int]:
        for after in following[:12]:
            known = readings(after)
            for level, ordinal in options:
                if known.get(level) == ordinal + 1 and sum(known.get(o) == n + 1 for o, n in options) == 1:
                    return level, ordinal
        # What goes on inside comes before what opens or goes on outside.
        return max(options, key=lambda option: (self._goes_on(*option), option[0]))

    def _open(self, level: int, ordinal: int) -> int:
        while self.path and self.path[-1] >= level:
            self.last.pop(self.path.pop())
        self.path.append(level)
        self.last[level] = ordinal
        return len(self.path) - 1


_ROOTS = frozenset({"CFRGRANULE", "CFRDOC", "ECFR", "DLPSTEXTCLASS", "RULE", "PRORULE", "NOTICE", "PRESDOCU", "FEDREG"})
# Data of the file, running heads, places in the printed page, pictures.
_SILENT = frozenset(
    [
        "FDSYS",
        "EAR",
        "PRTPAGE",
        "FTREF",
        "GPH",
        "GID",
        "MATH",
        "MID",
        "HEADER",
        "AMDDATE",
        "EFFDNOTP",
        "BILCOD",
        "FRDOC",
        "LRH",
        "RRH",
    ]
)
_SILENT |= {"IDNO"}
_DIVISIONS = {
    "TITLE": ProvisionKind.TITLE,
    "SUBTITLE": ProvisionKind.TITLE,
    "CHAPTER": ProvisionKind.CHAPTER,
    "SUBCHAP": ProvisionKind.CHAPTER,
    "PART": ProvisionKind.PART,
    "SUBPART": ProvisionKind.SUBSECTION,
    "SUBJGRP": ProvisionKind.HEADING,
    "SECTION": ProvisionKind.ARTICLE,
    "APPENDIX": ProvisionKind.ANNEX,
}
_BLOCK_NAMES = (
    "AGENCY CFR DEPDOC RIN SUBJECT AUTH SOURCE CITA SECAUTH SIG NAME DATED RESERVED APPRO AMDPAR FP LI FP1 FP-1 FP-2 "
    "FP1-2 FP-DASH PSPACE EXTRACT P-1 P-2 P-3 NOTE CROSSREF CAPTION HEADNOTE LHD1 ADD STARS"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_DIV = re.compile(r"DIV\d$")
_MARK = re.compile(r"\s*\(\s*([A-Za-z]{1,5}|\d{1,3})\s*\)\s*")
_SECTION = re.compile(r"§{1,2}\s*(?P<number>[\dA-Za-z]+(?:[.-][\dA-Za-z]+)*)\.?\s*(?P<title>.*)$", re.DOTALL)
_NAMED = re.compile(
    r"(?:(?:PART|Part|SUBPART|Subpart|CHAPTER|Chapter|TITLE|Title|APPENDIX|Appendix)\s+)(?P<number>[\w.]+)"
)
_ITALIC = frozenset({"I", "EM"})
# "[FR Doc. 2031-06431 Filed 3-27-31; 8:45 am]", at times with a long dash.
_FILED = re.compile(r"(FR Doc\. [A-Z]?\d{1,4}[-–—]\d{3,6})\b")


class CfrReader(Walker):
    handlers = {  # noqa: RUF012 - as in the base
        **{f"DIV{n}": "division" for n in range(1, 10)},
        **dict.fromkeys(
            ("TITLE", "SUBTITLE", "CHAPTER", "SUBCHAP", "PART", "SUBPART", "SUBJGRP", "APPENDIX"), "division"
        ),
        "SECTION": "section",
        "CONTENTS": "contents",
        "TOC": "contents",
        "LSTSUB": "block",
        "HD": "crossheading",
        "HEAD": "crossheading",
        **dict.fromkeys(("HD1", "HD2", "HD3", "HED", "HED1"), "crossheading"),
        **dict.fromkeys(
            _BLOCKS,
            "block",
        ),
        "P": "paragraph",
        "FTNT": "footnote",
        "SU": "reference",
        "GPOTABLE": "gpotable",
        "TABLE": "table",
        "table": "table",
    }
    silent = _SILENT

    def __init__(self, writer: OutlineWriter) -> None:
        super().__init__(writer)
        # A document's title is an element of the same name as a title of the code.
        self._notes = 0
        self._open: ExitStack | None = None
        self._depth: list[ExitStack] = []
        self._levels: Levels | None = None
        self._marks: list[Mark] = []
        self._in_footnote = False

    # -- divisions ----------------------------------------------------------------------------------------------

    def division(self, node: Node) -> None:
        """A part, subpart, appendix …: DIV elements say what they are, others by their names."""
        named = attribute(node, "TYPE").upper() if _DIV.match(local(node)) else local(node)
        kind = _DIVISIONS.get(named)
        if kind is None or (local(node) == "TITLE" and not len(node)):
            self.block(node)
            return
        if kind is ProvisionKind.ARTICLE:
            self.section(node)
            return
        head = child(node, "HEAD", "HD", "HED")
        words = plain(head)
        found = _NAMED.match(words)
        number = found["number"].rstrip(".") if found else attribute(node, "N")
        with self.out.element(kind, number if kind is not ProvisionKind.HEADING else ""):
            if head is not None:
                self.heading(head, 1, "chapter-title")
            self._body([each for each in node if each is not head], node.text)

    def _body(self, nodes: list[Node], text: str | None = None) -> None:
        self.out.text(text)
        for each in nodes:
            self.visit(each)
            self.out.text(each.tail)

    def section(self, node: Node) -> None:
        """A section, with its paragraphs nested by their markers."""
        label, title, head = child(node, "SECTNO"), child(node, "SUBJECT"), child(node, "HEAD")
        numbered = _SECTION.search(plain(label) if label is not None else plain(head))
        number = numbered["number"].rstrip(".") if numbered else attribute(node, "N").strip("§ ")
        with self.out.element(ProvisionKind.ARTICLE, number, sign=True):
            if label is not None:
                self.number(label, 2, "article-number")
            if title is not None:
                self.heading(title, 2, "article-title")
            if head is not None:
                self._sectionhead(head, numbered)
            outer = self._levels, self._depth, self._marks
            self._levels, self._depth = Levels(), []
            paragraphs = [p for p in children(node) if local(p) in ("P", "FP")]
            self._marks = [mark for p in paragraphs for mark in marks_of(p)]
            self._body([each for each in node if each not in (label, title, head)], node.text)
            self._close(0)
            self._levels, self._depth, self._marks = outer

    def _sectionhead(self, head: Node, numbered: re.Match[str] | None) -> None:
        """eCFR has number and title in one line."""
        if numbered is not None and numbered["title"] and not len(head):
            words = plain(head)
            at = words.index(numbered["title"])
            self.out.text(words[:at])
            self.out.number(2, "article-number")
            self.out.text(words[at:])
            self.out.heading(2, "article-title")
        else:
            self.heading(head, 2, "article-title")

    # -- paragraphs ---------------------------------------------------------------------------------------------

    def paragraph(self, node: Node) -> None:
        """A paragraph of a section opens one provision a marker; elsewhere it is just text."""
        if self._levels is None or self._in_footnote or local(node.getparent()) in ("FTNT", "EXTRACT", "NOTE"):
            self.block(node)
            return
        self.out.paragraph(ahead=True)
        lead = _Lead(node)
        for mark, printed, heading in lead.found:
            own = self._marks[1:] if self._marks and self._marks[0] == mark else self._marks
            depth = self._levels.place(mark, own)
            if depth is None:
                break
            self._marks = own
            self._close(depth)
            holder = ExitStack()
            holder.enter_context(
                self.out.element(ProvisionKind.POINT if depth else ProvisionKind.PARAGRAPH, mark.number)
            )
            self._depth.append(holder)
            self.out.label(f"{printed} {heading}" if heading else printed)
            lead.taken += 1
        lead.write(self)
        self.out.paragraph()

    def _close(self, depth: int) -> None:
        while len(self._depth) > depth:
            self._depth.pop().close()

    # -- the rest -----------------------------------------------------------------------------------------------

    def crossheading(self, node: Node) -> None:
        """A heading: of what it stands in where nothing has headed that yet, else between paragraphs."""
        if plain(node):
            self.out.paragraph(ahead=True)
            self.flow(node)
            level = {"HED": 1, "HD1": 2, "HD2": 3, "HD3": 4, "HD4": 5}.get(attribute(node, "SOURCE"), 2)
            self.out.heading(level, "crossheading", names=False)

    def contents(self, node: Node) -> None:
        """The list of a part's sections."""
        self.out.paragraph(ahead=True)
        for each in node.iter():
            if local(each) in ("SECTNO", "SUBJECT", "HD", "RESERVED", "SECHD", "APP"):
                self.flow(each)
                self.out.space()
                if local(each) != "SECTNO":
                    self.out.paragraph(BlockRole.CONTENTS, "contents")

    def footnote(self, node: Node) -> None:
        """A footnote: its mark stands in the text before it."""
        sign = find(node, "SU")
        self._in_footnote = True
        with self.out.capture() as paragraphs:
            self.flow(node)
        self._in_footnote = False
        self.out.note(f"note-{plain(sign)}-{self._notes}", plain(sign), paragraphs)
        self._notes += 1

    def reference(self, node: Node) -> None:
        """A raised number: a note's mark where a reference follows, else it is text."""
        after = node.getnext()
        if after is not None and local(after) == "FTREF":
            self.out.mark(plain(node), f"note-{plain(node)}-{self._notes}")
            # The mark is printed above the line, and often no space stands in the file after it.
            self.out.text("\n")
        else:
            self.flow(node)
            self.out.space()

    def gpotable(self, node: Node) -> None:
        """A table of the printing office."""
        for title in children(node, "TTITLE"):
            self.styled(title, hint="table-title")
        self.rows(node, ("ROW", "BOXHD"), ("ENT", "CHED"))

    def table(self, node: Node) -> None:
        """An HTML table."""
        self.rows(node, ("TR", "tr"), ("TD", "TH", "td", "th"))


class _Lead:
    """The markers that begin a paragraph, with their run-in headings, and the writing of what follows them.

    ``(b) Electronic transfer—(1) Definition. The term …`` has two, each with a heading in italics.
    """

    def __init__(self, node: Node) -> None:
        self.node = node
        self.found: list[tuple[Mark, str, str]] = []
        self.taken = 0
        # Where the text goes on after each marker: index of the child whose tail it is (-1: the own text), and offset.
        self._ends: list[tuple[int, int]] = []
        self._scan()

    def _scan(self) -> None:
        kids = list(self.node)
        index, text, at = -1, self.node.text or "", 0
        while True:
            following = _italic_at(kids, index + 1)
            match = _MARK.match(text, at)
            if match:
                mark, printed, at = Mark(match[1]), match.group().strip(), match.end()
            elif following is not None and _open_bracket(text, at) and _is_closed_marker(following):
                # "(<I>1</I>)": a marker in italics
                inner = plain(following)
                mark, printed, index, text, at = Mark(inner, True), f"({inner})", index + 1, following.tail or "", 1
                following = _italic_at(kids, index + 1)
            else:
                return
            heading = ""
            if following is not None and not text[at:].strip() and (run_in := _run_in_heading(following)):
                heading, at = run_in
                index, text = index + 1, following.tail or ""
            self.found.append((mark, printed, heading))
            self._ends.append((index, at))

    def write(self, reader: CfrReader) -> None:
        """What stands behind the markers that were taken."""
        index, at = self._ends[self.taken - 1] if self.taken else (-1, 0)
        kids = list(self.node)
        reader.out.text(((self.node.text if index < 0 else kids[index].tail) or "")[at:])
        for each in kids[index + 1 :]:
            reader.visit(each)
            reader.out.text(each.tail)


def _italic_at(nodes: list[Node], index: int) -> Node | None:
    return nodes[index] if index < len(nodes) and _is_italic(nodes[index]) else None


def _is_closed_marker(node: Node) -> bool:
    """Whether an element holds a marker, and a closing bracket follows it."""
    return re.fullmatch(r"[A-Za-z]{1,5}|\d{1,3}", plain(node)) is not None and (node.tail or "").startswith(")")


def _run_in_heading(node: Node) -> tuple[str, int] | None:
    """The heading in an element in italics, with the dash behind it, and where the tail goes on; None if it is no heading."""
    inner = plain(node)
    dash = re.match(r"\s*[—–]\s*", node.tail or "")
    if dash:
        return inner + dash.group().strip(), dash.end()
    return (inner, 0) if inner.endswith((".", "—", "–")) else None


def _open_bracket(text: str, at: int) -> bool:
    return text[at:].strip() == "("


def _is_italic(node: Node) -> bool:
    return local(node) in _ITALIC or (local(node) == "E" and attribute(node, "T") in ("03", "7462", "52"))


def marks_of(node: Node) -> list[Mark]:
    """The markers that begin a paragraph."""
    return [mark for mark, _, _ in _Lead(node).found]


def _meta(root: Node) -> dict[str, str]:
    system = child(root, "FDSYS")
    found = {"language": "en", "jurisdiction": "US"}
    if system is not None:
        part = plain(child(system, "HEADING")).title()
        title = plain(child(system, "TITLE"))
        found["title"] = f"{plain(child(system, 'CFRTITLE'))} CFR {part} — {title}".strip(" —")
        found["version_date"] = plain(child(system, "DATE"))[:10]
        return found
    subject = next(findall(root, "SUBJECT"), None)
    head = next(findall(root, "HEAD", "HED"), None)
    rule = local(root) in ("RULE", "PRORULE", "NOTICE")
    found["title"] = plain(subject if rule else head)
    if local(root) in ("RULE", "PRORULE", "NOTICE", "PRESDOCU"):
        filed = _FILED.search(plain(next(findall(root, "FRDOC"), None)))
        found["number"] = filed[1] if filed else ""
    return found


def _read(root: Node, limits: Limits, problems: tuple[Reason, ...]) -> Layout:
    writer = OutlineWriter(limits=limits, what="file")
    writer.loose = True
    CfrReader(writer).flow(root)
    pictures = sum(1 for _ in findall(root, "GPH", "MATH"))
    if pictures:
        unread = because(Why.PART_PICTURES, "{count} picture(s) or formulas in the text were not read", count=pictures)
        problems = (*problems, unread)
    return writer.finish(_meta(root), problems)


def _matches(root: Node) -> bool:
    return local(root) in _ROOTS or (_DIV.match(local(root)) is not None and bool(attribute(root, "TYPE")))


FORMAT = XmlFormat("CFR and Federal Register XML", _matches, _read, _SILENT)
