"""The names of Formex 4: roots, what is about the file, paragraphs, and how they are handled.

Notes get the number that the Official Journal prints, counted through the file. Text that Formex sets in capitals is
in capitals. The quotation marks are those that the markup names.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import Walker, XmlFormat, language_code
from dutybook.layout.xml.formex_meta import meta_of
from dutybook.layout.xml.numbers import Positions, bare_number, division_kind, division_number
from dutybook.layout.xml.tree import Node, attribute, child, children, findall, local, namespace, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason, Why, because
from dutybook.records import BlockRole, Layout, ProvisionKind

ROOTS = frozenset(
    {
        *("ACT", "CONS.ACT", "ANNEX", "CONS.ANNEX", "GENERAL", "CORR", "AGR", "LETTER", "REPORT"),
        *("COMPETITION", "DECISION", "PROTOCOL", "ACT.ADOPT", "CJT", "JUDGMENT", "ORDER", "OPINION"),
        *("CONCLUSION", "ECR.GENERAL", "FMX.COLLECTION", "COMBINED.FMX", "CONS.DOC", "CONS.OTH"),
        *("CONS.LIST", "OTH.ACT", "FINAL.ACT"),
    }
)
# About the file, not in the act.
SILENT = frozenset(
    {
        *("BIB.INSTANCE", "BIB.DATA", "BIB.JUDGMENT", "BIB.ORDER", "BIB.OPINION", "BIB.CONCLUSION"),
        *("BIB.ECR", "BIB.VOLUME", "INFO.CONSLEG", "INFO.PROD", "FAM.COMP", "CURR.TITLE", "INCLUSIONS"),
        *("PDF.SOURCE", "COMMENT"),
    }
)
# Elements that are paragraphs and nothing else.
_PARAGRAPHS = (
    *("P", "TXT", "LIST", "DLIST", "DLIST.ITEM", "STI", "TI", "BLK", "TI.BLK", "ADDR.S", "ADDR"),
    *("FORMULA.S", "INTRO", "GR.ANNOTATION", "ANNOTATION", "LV", "PL.DATE", "SIGNATORY", "PARTIES"),
    *("KEYWORD", "PROLOG"),
)
_PREAMBLE = ("PREAMBLE.INIT", "PREAMBLE.FINAL", "VISA", "GR.CONSID.INIT", "PREAMBLE.GEN", "GR.VISA.INIT")
# An element to the method of the reader that handles it.
HANDLERS = {
    "TITLE": "title",
    "TI.CJT": "styled",
    "ARTICLE": "article",
    "DIVISION": "division",
    "ANNEX": "annex",
    "CONS.ANNEX": "annex",
    "GR.SEQ": "group",
    "SUBDIV": "group",
    "CONSID": "recital",
    "PARAG": "parag",
    "ALINEA": "alinea",
    "NP": "np",
    "NP.ECR": "np",
    "ITEM": "item",
    "QUOT.S": "quotation",
    "QUOT.START": "quote",
    "QUOT.END": "quote",
    "NOTE": "note",
    "GR.NOTES": "notes",
    "TBL": "tbl",
    "HT": "typography",
    "FT": "formatted",
    "FINAL": "final",
    "ENACTING.TERMS": "enacting",
    "CONTENTS": "enacting",
    "TOC": "contents",
    "INDEX": "contents",
    "INCL.ELEMENT": "included",
    **dict.fromkeys(_PARAGRAPHS, "block"),
    **dict.fromkeys(_PREAMBLE, "preamble"),
}


_HEADED = frozenset({"ACT", "CONS.DOC", "CONS.ACT", "GENERAL", "AGR", "LETTER", "CORR", "CJT", "REPORT", "DECISION"})


class TitledReader(Walker):
    """Writes the titles; ``language`` is the act's, which says what its divisions are called."""

    language = ""

    def title(self, node: Node) -> None:
        """A title: the act's, or that of what stands around it."""
        parent = node.getparent()
        above = local(parent) if parent is not None else ""
        if above in _HEADED:
            self.lines(node, lambda: self.out.heading(1, "doc-title", names=False))
        elif above == "TBL":
            self.lines(node, lambda: self.out.heading(0, "table-title", names=False))
        else:
            self.lines(node, lambda: self.out.heading(1, "group-title"))

    def lines(self, node: Node, close: Callable[[], object]) -> None:
        """Each paragraph of a title, closed by ``close``."""
        self.out.paragraph(ahead=True)
        self._title_line(node, close)
        close()

    def _title_line(self, node: Node, close: Callable[[], object]) -> None:
        self.out.text(node.text)
        for each in children(node):
            if local(each) in ("TI", "STI", "P", "TITLE", "NP", "BLK", "LIST", "ITEM"):
                close()
                self._title_line(each, close)
                close()
            elif local(each) in ("NO.P", "TXT"):
                self.out.space()
                self._title_line(each, lambda: None)
            else:
                self.visit(each)
            self.out.text(each.tail)

    def first_line(self, node: Node) -> tuple[str, bool]:
        """The first line of an element's title, and whether there are more."""
        title = child(node, "TITLE")
        if title is None:
            return "", False
        lines = [plain(each) for each in findall(title, "P", "NP") if plain(each)]
        lines = lines or [plain(each) for each in findall(title, "TI", "STI") if plain(each)]
        return (lines[0], len(lines) > 1) if lines else (plain(title), False)

    def headed(self, node: Node, level: int, hint: str) -> None:
        """Write an element's title: a first line with more behind it, or with a number of its own, is its label."""
        first, more = self.first_line(node)
        title = child(node, "TITLE")
        if title is None:
            return
        count = 0
        numbered = hint != "group" or division_kind(first, self.language) is not None
        labelled = numbered and bool(division_number(first, self.language)) and (more or len(first) < 30)
        labelled = labelled or hint == "annex"

        def close() -> None:
            nonlocal count
            if not self.out.running:
                return
            if labelled and count == 0:
                self.out.number(level, f"{hint}-number")
            else:
                self.out.heading(level, f"{hint}-title")
            count += 1

        self.lines(title, close)


def number_of_group(node: Node) -> str:
    """The number of a group whose title is a numbered paragraph."""
    title = child(node, "TITLE")
    number = next(findall(title, "NO.P"), None) if title is not None else None
    return plain(number)


_DASHES = frozenset("—–-−•·*▪●◦‒―○■□➤►")
# How lists mark their items where the items do not say it themselves.
_MARKERS = {"DASH": "—", "NDASH": "–", "BULLET": "•"}
_LONG_NUMBER = re.compile(r"([1-9]\d{3,14})((?:[.,]\d+)?)")
_DEEPER = (ProvisionKind.CHAPTER, ProvisionKind.SECTION, ProvisionKind.SUBSECTION)


class FormexReader(TitledReader):
    handlers = HANDLERS
    silent = SILENT
    breaks = frozenset({"IE", "TERM", "DEFINITION", "DIVIDEND", "DIVISOR", "ITEM.CONT", "ITEM.REF"})

    def __init__(self, writer: OutlineWriter, language: str) -> None:
        super().__init__(writer)
        self.language = language
        self._notes = 0
        self._positions = Positions()
        self._divisions = 0
        self._pictures = 0
        self._indents: dict[Node, int] = {}

    # -- preamble -------------------------------------------------------------------------------------

    def preamble(self, node: Node) -> None:
        """Who acts, on which ground; no provision."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.paragraph(hint="preamble")

    def recital(self, node: Node) -> None:
        """A reason, numbered or not."""
        numbered = child(node, "NP")
        number = child(numbered, "NO.P") if numbered is not None else None
        with self.out.element(ProvisionKind.RECITAL, bare_number(plain(number)) if number is not None else ""):
            self.flow(node)
            self.out.paragraph(hint="recital")

    # -- enacting terms -----------------------------------------------------------------------------------------

    def enacting(self, node: Node) -> None:
        """The act's own terms: paragraphs outside of articles count, too."""
        before, self.out.loose = self.out.loose, True
        self.flow(node)
        self.out.paragraph()
        self.out.loose = before

    def division(self, node: Node) -> None:
        """A part, title, chapter or section, as its own first line calls it."""
        first, _ = self.first_line(node)
        fallback = _DEEPER[min(self._divisions, len(_DEEPER) - 1)]
        kind = division_kind(first, self.language) or fallback
        with self.out.element(kind, division_number(first, self.language)):
            self._divisions += 1
            self.headed(node, self._divisions, "chapter")
            self.rest(node, "TITLE")
            self._divisions -= 1

    def article(self, node: Node) -> None:
        """An article; its number is the one its heading says, else the one of its identifier."""
        label = child(node, "TI.ART")
        number = bare_number(plain(label)) or attribute(node, "IDENTIFIER").lstrip("0").lower()
        with self.out.element(ProvisionKind.ARTICLE, number, sign=plain(label).startswith("§")):
            level = self._divisions + 1
            for each in children(node, "TI.ART"):
                self.lines(each, lambda: self.out.number(level, "article-number"))
            for each in children(node, "STI.ART"):
                self.lines(each, lambda: self.out.heading(level, "article-title"))
            self.rest(node, "TI.ART", "STI.ART")

    def parag(self, node: Node) -> None:
        """A numbered paragraph; without a number it is the article's own text."""
        label = child(node, "NO.PARAG")
        if label is None or not plain(label):
            self.flow(node)
            return
        with self.out.element(ProvisionKind.PARAGRAPH, bare_number(plain(label))):
            self.label(label)
            self.rest(node, "NO.PARAG")

    def alinea(self, node: Node) -> None:
        """A subparagraph: the first is the paragraph itself, further ones are cited by counting."""
        parent = node.getparent()
        index = self._positions.of(node)
        if index == 1 or parent is None or local(parent) not in ("PARAG", "ARTICLE"):
            self.block(node)
            return
        with self.out.element(ProvisionKind.SUBPARAGRAPH, str(index)):
            self.block(node)

    def np(self, node: Node) -> None:
        """A numbered paragraph of a list or an annex, or the number of a recital."""
        label = child(node, "NO.P")
        parent = node.getparent()
        if parent is not None and local(parent) == "CONSID":
            if label is not None:
                self.label(label)
            self.rest(node, "NO.P")
            return
        mark = plain(label)
        if label is None or not mark:
            self.flow(node)
        elif mark in _DASHES:
            with self.out.element(ProvisionKind.INDENT, self._indent(node)):
                self.label(label)
                self.rest(node, "NO.P")
        else:
            with self.out.element(ProvisionKind.POINT, bare_number(mark)):
                self.label(label)
                self.rest(node, "NO.P")

    def item(self, node: Node) -> None:
        """A list's item: numbered ones hold an NP, others are indents."""
        if next(children(node, "NP"), None) is not None:
            self.flow(node)
            return
        parent = node.getparent()
        marker = _MARKERS.get(attribute(parent, "TYPE").upper(), "") if parent is not None else ""
        with self.out.element(ProvisionKind.INDENT, self._indent(node)):
            if marker and plain(node)[:1] not in _DASHES:
                self.out.label(marker)
            self.flow(node)

    def _indent(self, node: Node) -> str:
        """The how manieth of its list: indents are cited by counting."""
        holder = next(node.iterancestors("LIST"), node.getparent())
        self._indents[holder] = self._indents.get(holder, 0) + 1
        return str(self._indents[holder])

    def quotation(self, node: Node) -> None:
        """New text for another act; a lone title in it is no title of this one."""
        with self.out.quotation():
            self.flow(node)

    def final(self, node: Node) -> None:
        """What closes an act: its effect, place, date and names."""
        with self.out.element(ProvisionKind.SIGNATURE):
            self.flow(node)

    # -- annexes ------------------------------------------------------------------------------------------------

    def annex(self, node: Node) -> None:
        """An annex: the first line of its title numbers it."""
        first, _ = self.first_line(node)
        with self.out.element(ProvisionKind.ANNEX, bare_number(first) if len(first) < 60 else ""):
            self.headed(node, 1, "annex")
            self.rest(node, "TITLE")

    def group(self, node: Node) -> None:
        """A group of paragraphs with a heading: a part of an annex, a numbered point, or just a heading."""
        first, _ = self.first_line(node)
        numbered = number_of_group(node)
        kind = division_kind(first, self.language) if len(first) < 80 else None
        number = bare_number(numbered) if numbered else division_number(first, self.language) if kind else ""
        if numbered and kind is None:
            kind = ProvisionKind.POINT
        if not first:
            self.flow(node)
            return
        with self.out.element(kind or ProvisionKind.HEADING, number):
            self.headed(node, 2, "group")
            self.rest(node, "TITLE")

    # -- the rest -----------------------------------------------------------------------------------------------

    def quote(self, node: Node) -> None:
        """A quotation mark, by its code point."""
        code = attribute(node, "CODE")
        try:
            mark = chr(int(code, 16)) if code else '"'
        except (ValueError, OverflowError):
            mark = '"'
        opens = local(node) == "QUOT.START"
        if not opens:
            self.out.glue()
        self.out.text(mark if mark.isprintable() and not mark.isalnum() else '"')
        if opens:
            self.out.glue()
        self.flow(node)

    def typography(self, node: Node) -> None:
        """Type: only capitals change the text."""
        before = self.out.capitals
        self.out.capitals = before or attribute(node, "TYPE").upper() in ("UC", "STC")
        self.flow(node)
        self.out.capitals = before

    def formatted(self, node: Node) -> None:
        """A number that the Official Journal prints in groups of three digits (Interinstitutional Style Guide, 6.3)."""
        number = _LONG_NUMBER.fullmatch(node.text or "") if not len(node) else None
        if number and attribute(node, "TYPE").upper() == "NUMBER":
            self.out.text(f"{int(number.group(1)):,}".replace(",", " ") + number.group(2))
        else:
            self.flow(node)

    def note(self, node: Node) -> None:
        """A note, where its mark stands."""
        reference = attribute(node, "NOTE.REF")
        if reference and not plain(node):
            self.out.mark("", reference)
            return
        key, mark = self._keep(node)
        self.out.mark(mark, key)

    def notes(self, node: Node) -> None:
        """The notes of a table: their marks stand in its cells."""
        for each in children(node):
            if local(each) == "NOTE":
                self._keep(each)
            else:
                self.visit(each)

    def _keep(self, node: Node) -> tuple[str, str]:
        self._notes += 1
        mark = str(self._notes) if attribute(node, "NUMBERING").upper() in ("", "ARAB") else ""
        stars = attribute(node, "NUMBERING").upper() == "STAR"
        mark = "*" if stars else mark or str(self._notes)
        key = attribute(node, "NOTE.ID") or f"note-{self._notes}"
        with self.out.capture() as paragraphs:
            self.flow(node)
        self.out.note(key, mark, paragraphs)
        return key, mark

    def tbl(self, node: Node) -> None:
        """A table: its title, then rows of cells, then its notes."""
        self.rows(node, ("ROW",), ("CELL",))

    def contents(self, node: Node) -> None:
        """A table of contents."""
        self.out.paragraph(ahead=True)
        items = list(findall(node, "TOC.ITEM", "TOC.HD.REF")) or [node]
        if items == [node]:
            self.styled(node, BlockRole.CONTENTS, "contents")
            return
        self.out.text(node.text)
        self.flow(node)
        self.out.paragraph(BlockRole.CONTENTS, "contents")

    def included(self, node: Node) -> None:
        """A picture, or a document in another file."""
        self._pictures += 1
        if attribute(node, "TYPE").upper().startswith("FORMEX"):
            name = attribute(node, "FILEREF")[:80]
            self.out.problems.append(
                because(
                    Why.PART_OTHER_FILE,
                    "a part of the act stands in another file ({name}), which is read by itself",
                    name=name,
                )
            )

    def finish_pictures(self) -> None:
        """Say how much of the act is not text."""
        missing = sum(problem.code == Why.PART_OTHER_FILE for problem in self.out.problems)
        if self._pictures > missing:
            self.out.problems.append(
                because(Why.PART_PICTURES, "{count} pictures in the text were not read", count=self._pictures - missing)
            )


def _read(root: Node, limits: Limits, problems: tuple[Reason, ...]) -> Layout:
    writer = OutlineWriter(limits=limits, what="Formex file")
    stated = next((plain(n) for n in findall(root, "LG.DOC", "LG.OJ", "LG.PROC") if len(plain(n)) == 2), "")
    language = language_code(stated)
    reader = FormexReader(writer, language)
    writer.loose = local(root) not in ("ACT", "CONS.ACT", "CONS.DOC", "FMX.COLLECTION", "COMBINED.FMX")
    reader.visit(root)
    reader.finish_pictures()
    return writer.finish({**meta_of(root, language), "language": language}, problems)


def _matches(root: Node) -> bool:
    return not namespace(root) and local(root) in ROOTS


FORMAT = XmlFormat("Formex 4", _matches, _read, SILENT)
