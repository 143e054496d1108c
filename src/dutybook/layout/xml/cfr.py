"""The Code of Federal Regulations and the Federal Register of the United States, in the printing office's XML (CFR)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dutybook.languages.letters import roman_value
from dutybook.layout.drafts import names
from dutybook.layout.trees import Node, attribute, child, children, find, findall, local, plain
from dutybook.layout.xml.base import Walker
from dutybook.layout.xml.writer import OpenLevels, OutlineWriter
from dutybook.reasons import Why, because
from dutybook.records import BlockRole, ProvisionKind

_K = ProvisionKind

LETTER, ARABIC, ROMAN, UPPER, ITALIC_ARABIC, ITALIC_ROMAN = range(6)


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker as printed, without brackets."""

    number: str
    italic: bool = False


def _letters(number: str) -> int:
    """a → 1, z → 26, aa → 27, bb → 28; 0 for what is no such letter."""
    if not number.isalpha() or len(set(number)) != 1:
        return 0
    return ord(number[0]) - ord("a") + 1 + 26 * (len(number) - 1)


def readings(mark: Mark) -> dict[int, int]:
    """The levels that a marker can be of, each with its ordinal there."""
    number = mark.number
    if number.isdigit():
        return dict.fromkeys((ITALIC_ARABIC,) if mark.italic else (ARABIC, ITALIC_ARABIC), int(number))
    if number.isupper():
        position = _letters(number.lower())
        return {UPPER: position} if position else {}
    found: dict[int, int] = {}
    if value := roman_value(number):
        found[ROMAN] = found[ITALIC_ROMAN] = value
    if not mark.italic and (position := _letters(number)):
        found[LETTER] = position
    return found


class Levels:
    """The open paragraphs of a section: ``path`` are levels from the outside in, ``last`` the ordinal at each.

    The Code's XML leaves their nesting to the reader. The Document Drafting Handbook (section 3.6) fixes the order: (a),
    (1), (i), (A), (1) in italics, (i) in italics. Only italics tell the last two from the second and third, and only
    what stands around tells (i) after (h) from the first numeral.
    """

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


_DIVISIONS = {
    **dict.fromkeys(("TITLE", "SUBTITLE"), _K.TITLE),
    **dict.fromkeys(("CHAPTER", "SUBCHAP"), _K.CHAPTER),
    "PART": _K.PART,
    "SUBPART": _K.SUBSECTION,
    "SUBJGRP": _K.HEADING,
    "SECTION": _K.ARTICLE,
    "APPENDIX": _K.ANNEX,
}
_DIV = re.compile(r"DIV\d$")
_MARK = re.compile(r"\s*\(\s*([A-Za-z]{1,5}|\d{1,3})\s*\)\s*")
_SECTION = re.compile(r"§{1,2}\s*(?P<number>[\dA-Za-z]+(?:[.-][\dA-Za-z]+)*)\.?\s*(?P<title>.*)$", re.DOTALL)
_NAMED = re.compile(
    r"(?:(?:PART|Part|SUBPART|Subpart|CHAPTER|Chapter|TITLE|Title|APPENDIX|Appendix)\s+)(?P<number>[\w.]+)"
)
_ITALIC = names("I EM")
# "[FR Doc. 2031-06431 Filed 3-27-31; 8:45 am]", at times with a long dash.
_FILED = re.compile(r"(FR Doc\. [A-Z]?\d{1,4}[-–—]\d{3,6})\b")


class CfrReader(Walker):
    """The Code of Federal Regulations and the Federal Register.

    Sections are cited with their sign and number alone (§ 164.404); their paragraphs are nested by their markers, see
    :class:`Levels`. What a rule says before its regulatory text is prose under headings.
    """

    handlers = {  # noqa: RUF012
        "division": "DIV1 DIV2 DIV3 DIV4 DIV5 DIV6 DIV7 DIV8 DIV9 TITLE SUBTITLE CHAPTER SUBCHAP PART SUBPART SUBJGRP APPENDIX",
        "section": "SECTION",
        "contents": "CONTENTS TOC",
        "crossheading": "HD HEAD HD1 HD2 HD3 HED HED1",
        "block": (
            "LSTSUB AGENCY CFR DEPDOC RIN SUBJECT AUTH SOURCE CITA SECAUTH SIG NAME DATED RESERVED APPRO AMDPAR FP LI FP1 FP-1 "
            "FP-2 FP1-2 FP-DASH PSPACE EXTRACT P-1 P-2 P-3 NOTE CROSSREF CAPTION HEADNOTE LHD1 ADD STARS"
        ),
        "paragraph": "P",
        "footnote": "FTNT",
        "reference": "SU",
        "gpotable": "GPOTABLE",
        "table": "TABLE table",
    }
    # Data of the file, running heads, places in the printed page, pictures.
    silent = names("FDSYS EAR PRTPAGE FTREF GPH GID MATH MID HEADER AMDDATE EFFDNOTP BILCOD FRDOC LRH RRH IDNO")
    _rows = names("TR tr ROW BOXHD")
    _cells = names("TD TH td th ENT CHED")

    def __init__(self, writer: OutlineWriter, root: Node) -> None:
        super().__init__(writer, root)
        self._open = OpenLevels()
        self._levels: Levels | None = None
        self._marks: list[Mark] = []
        self._in_footnote = False

    def act(self, root: Node) -> None:
        """Write the act; paragraphs outside of sections count, too."""
        self.out.loose = True
        self.flow(root)
        pictures = sum(1 for _ in findall(root, "GPH", "MATH"))
        if pictures:
            text = "{count} picture(s) or formulas in the text were not read"
            self.out.problems.append(because(Why.PART_PICTURES, text, count=pictures))

    def division(self, node: Node) -> None:
        """A part, subpart, appendix …: DIV elements say what they are, others by their names."""
        named = attribute(node, "TYPE").upper() if _DIV.match(local(node)) else local(node)
        kind = _DIVISIONS.get(named)
        if kind is None or (local(node) == "TITLE" and not len(node)):
            self.block(node)
            return
        if kind is _K.ARTICLE:
            self.section(node)
            return
        head = child(node, "HEAD", "HD", "HED")
        words = plain(head)
        found = _NAMED.match(words)
        number = found["number"].rstrip(".") if found else attribute(node, "N")
        with self.out.element(kind, number if kind is not _K.HEADING else ""):
            if head is not None:
                self.heading(head, 1, "chapter-title")
            self._body(node, head)

    def _body(self, node: Node, *heads: Node | None) -> None:
        self.out.text(node.text)
        for each in node:
            if each not in heads:
                self.visit(each)
                self.out.text(each.tail)

    def section(self, node: Node) -> None:
        """A section, with its paragraphs nested by their markers."""
        label, title, head = child(node, "SECTNO"), child(node, "SUBJECT"), child(node, "HEAD")
        numbered = _SECTION.search(plain(label) if label is not None else plain(head))
        number = numbered["number"].rstrip(".") if numbered else attribute(node, "N").strip("§ ")
        with self.out.element(_K.ARTICLE, number, sign=True):
            if label is not None:
                self.number(label, 2, "article-number")
            if title is not None:
                self.heading(title, 2, "article-title")
            if head is not None:
                self._sectionhead(head, numbered)
            outer = self._levels, self._open, self._marks
            with OpenLevels() as self._open:
                self._levels = Levels()
                self._marks = [mark for each in children(node, "P", "FP") for mark, _, _ in _Lead(each).found]
                self._body(node, label, title, head)
            self._levels, self._open, self._marks = outer

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
            element = self.out.element(_K.POINT if depth else _K.PARAGRAPH, mark.number)
            self._open.open(depth).enter_context(element)
            self.out.label(f"{printed} {heading}" if heading else printed)
            lead.taken += 1
        lead.write(self)
        self.out.paragraph()

    # -- the rest -----------------------------------------------------------------------------------------------

    def crossheading(self, node: Node) -> None:
        """A heading: of what it stands in where nothing has headed that yet, else between paragraphs."""
        if plain(node):
            level = {"HED": 1, "HD1": 2, "HD2": 3, "HD3": 4, "HD4": 5}.get(attribute(node, "SOURCE"), 2)
            self.heading(node, level, "crossheading", names=False)

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
        sign = plain(find(node, "SU"))
        self._in_footnote = True
        paragraphs = self.captured(node)
        self._in_footnote = False
        self.out.note(f"note-{sign}-{self._notes}", sign, paragraphs)
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
        self.table(node)

    def meta(self, root: Node) -> dict[str, str]:
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


_ROOTS = names("CFRGRANULE CFRDOC ECFR DLPSTEXTCLASS RULE PRORULE NOTICE PRESDOCU FEDREG")

FORMATS = (
    CfrReader.format(
        "CFR and Federal Register XML",
        lambda root: local(root) in _ROOTS or bool(_DIV.match(local(root)) and attribute(root, "TYPE")),
    ),
)
