"""Formex 4, the XML of the Official Journal: acts of the Union as published and consolidated.

Notes get the number that the Official Journal prints, counted through the file. Text that Formex sets in capitals is
in capitals. The quotation marks are those that the markup names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from functools import partial

from dutybook.layout.drafts import iso_date, names, squeeze
from dutybook.layout.trees import Node, attribute, child, children, find, findall, local, namespace, plain
from dutybook.layout.xml.base import Walker, bare_number, division_kind, division_number, language_code, pack_of
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Why, because
from dutybook.records import BlockRole, ProvisionKind

_K = ProvisionKind
_ROOTS = names(
    "ACT CONS.ACT ANNEX CONS.ANNEX GENERAL CORR AGR LETTER REPORT COMPETITION DECISION PROTOCOL ACT.ADOPT CJT JUDGMENT ORDER "
    "OPINION CONCLUSION ECR.GENERAL FMX.COLLECTION COMBINED.FMX CONS.DOC CONS.OTH CONS.LIST OTH.ACT FINAL.ACT"
)
# What stands outside of these files' enacting terms is no provision.
_ENACTING = names("ACT CONS.ACT CONS.DOC FMX.COLLECTION COMBINED.FMX")
_HEADED = names("ACT CONS.DOC CONS.ACT GENERAL AGR LETTER CORR CJT REPORT DECISION")
_DASHES = frozenset("—–-−•·*▪●◦‒―○■□➤►")
# How lists mark their items where the items do not say it themselves.
_MARKERS = {"DASH": "—", "NDASH": "–", "BULLET": "•"}
_LONG_NUMBER = re.compile(r"([1-9]\d{3,14})((?:[.,]\d+)?)")
_DEEPER = (_K.CHAPTER, _K.SECTION, _K.SUBSECTION)


class FormexReader(Walker):
    what = "Formex file"
    _apart = False
    handlers = {  # noqa: RUF012
        "title": "TITLE",
        "article": "ARTICLE",
        "division": "DIVISION",
        "annex": "ANNEX CONS.ANNEX",
        "group": "GR.SEQ SUBDIV",
        "recital": "CONSID",
        "parag": "PARAG",
        "alinea": "ALINEA",
        "np": "NP NP.ECR",
        "listed": "ITEM",
        "quotation": "QUOT.S",
        "quote": "QUOT.START QUOT.END",
        "note": "NOTE",
        "notes": "GR.NOTES",
        "table": "TBL",
        "typography": "HT",
        "formatted": "FT",
        "signature": "FINAL",
        "body": "ENACTING.TERMS CONTENTS",
        "contents": "TOC INDEX",
        "included": "INCL.ELEMENT",
        "block": (
            "P TXT LIST DLIST DLIST.ITEM STI TI TI.CJT BLK TI.BLK ADDR.S ADDR FORMULA.S INTRO GR.ANNOTATION ANNOTATION LV "
            "PL.DATE SIGNATORY PARTIES KEYWORD PROLOG"
        ),
        "preamble": "PREAMBLE.INIT PREAMBLE.FINAL VISA GR.CONSID.INIT PREAMBLE.GEN GR.VISA.INIT",
    }
    # About the file, not in the act.
    silent = names(
        "BIB.INSTANCE BIB.DATA BIB.JUDGMENT BIB.ORDER BIB.OPINION BIB.CONCLUSION BIB.ECR BIB.VOLUME INFO.CONSLEG INFO.PROD "
        "FAM.COMP CURR.TITLE INCLUSIONS PDF.SOURCE COMMENT"
    )
    breaks = names("IE TERM DEFINITION DIVIDEND DIVISOR ITEM.CONT ITEM.REF")
    _rows = names("ROW")
    _cells = names("CELL")

    def __init__(self, writer: OutlineWriter, root: Node) -> None:
        super().__init__(writer, root)
        stated = (plain(each) for each in findall(root, "LG.DOC", "LG.OJ", "LG.PROC"))
        # The act's language says what its divisions are called.
        self.language = language_code(next((code for code in stated if len(code) == 2), ""))
        self._indents: Counter[Node] = Counter()

    def act(self, root: Node) -> None:
        """Write the act."""
        self.out.loose = local(root) not in _ENACTING
        self.visit(root)

    # -- titles -------------------------------------------------------------------------------------------------

    def title(self, node: Node) -> None:
        """A title: the act's, or that of what stands around it."""
        above = local(node.getparent())
        if above in _HEADED:
            self._lines(node, partial(self.out.heading, 1, "doc-title", names=False))
        elif above == "TBL":
            self._lines(node, partial(self.out.heading, 0, "table-title", names=False))
        else:
            self._lines(node, partial(self.out.heading, 1, "group-title"))

    def _lines(self, node: Node, close: Callable[[], object]) -> None:
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

    def _first_line(self, node: Node) -> tuple[str, bool]:
        """The first line of an element's title, and whether there are more."""
        title = child(node, "TITLE")
        if title is None:
            return "", False
        lines = [plain(each) for each in findall(title, "P", "NP") if plain(each)]
        lines = lines or [plain(each) for each in findall(title, "TI", "STI") if plain(each)]
        return (lines[0], len(lines) > 1) if lines else (plain(title), False)

    def _headed(self, node: Node, level: int, hint: str) -> None:
        """Write an element's title: a first line with more behind it, or with a number of its own, is its label."""
        first, more = self._first_line(node)
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

        self._lines(title, close)

    # -- preamble -------------------------------------------------------------------------------------

    def preamble(self, node: Node) -> None:
        """Who acts, on which ground; no provision."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.paragraph(hint="preamble")

    def recital(self, node: Node) -> None:
        """A reason, numbered or not."""
        with self.out.element(_K.RECITAL, bare_number(plain(child(child(node, "NP"), "NO.P")))):
            self.flow(node)
            self.out.paragraph(hint="recital")

    # -- enacting terms -----------------------------------------------------------------------------------------

    def division(self, node: Node) -> None:
        """A part, title, chapter or section, as its own first line calls it."""
        first, _ = self._first_line(node)
        fallback = _DEEPER[min(self._depth, len(_DEEPER) - 1)]
        kind = division_kind(first, self.language) or fallback
        with self.out.element(kind, division_number(first, self.language)):
            self._depth += 1
            self._headed(node, self._depth, "chapter")
            self.rest(node, "TITLE")
            self._depth -= 1

    def article(self, node: Node) -> None:
        """An article; its number is the one its heading says, else the one of its identifier."""
        label = plain(child(node, "TI.ART"))
        number = bare_number(label) or attribute(node, "IDENTIFIER").lstrip("0").lower()
        with self.out.element(_K.ARTICLE, number, sign=label.startswith("§")):
            level = self._depth + 1
            for each in children(node, "TI.ART"):
                self._lines(each, partial(self.out.number, level, "article-number"))
            for each in children(node, "STI.ART"):
                self._lines(each, partial(self.out.heading, level, "article-title"))
            self.rest(node, "TI.ART", "STI.ART")

    def parag(self, node: Node) -> None:
        """A numbered paragraph; without a number it is the article's own text."""
        label = plain(child(node, "NO.PARAG"))
        if label:
            with self.out.element(_K.PARAGRAPH, bare_number(label)):
                self.numbered(node, "NO.PARAG")
        else:
            self.flow(node)

    def alinea(self, node: Node) -> None:
        """A subparagraph: the first is the paragraph itself, further ones are cited by counting."""
        index = self._positions.of(node)
        if index == 1 or local(node.getparent()) not in ("PARAG", "ARTICLE"):
            self.block(node)
            return
        with self.out.element(_K.SUBPARAGRAPH, str(index)):
            self.block(node)

    def np(self, node: Node) -> None:
        """A numbered paragraph of a list or an annex, or the number of a recital."""
        mark = plain(child(node, "NO.P"))
        if local(node.getparent()) == "CONSID":
            self.numbered(node, "NO.P")
        elif not mark:
            self.flow(node)
        else:
            dash = mark in _DASHES
            number = self._indent(node) if dash else bare_number(mark)
            with self.out.element(_K.INDENT if dash else _K.POINT, number):
                self.numbered(node, "NO.P")

    def listed(self, node: Node) -> None:
        """A list's item: numbered ones hold an NP, others are indents."""
        if child(node, "NP") is not None:
            self.flow(node)
            return
        marker = _MARKERS.get(attribute(node.getparent(), "TYPE").upper(), "")
        with self.out.element(_K.INDENT, self._indent(node)):
            if marker and plain(node)[:1] not in _DASHES:
                self.out.label(marker)
            self.flow(node)

    def _indent(self, node: Node) -> str:
        """The how manieth of its list: indents are cited by counting."""
        holder = next(node.iterancestors("LIST"), node.getparent())
        self._indents[holder] += 1
        return str(self._indents[holder])

    # -- annexes ------------------------------------------------------------------------------------------------

    def annex(self, node: Node) -> None:
        """An annex: the first line of its title numbers it."""
        first, _ = self._first_line(node)
        with self.out.element(_K.ANNEX, bare_number(first) if len(first) < 60 else ""):
            self._headed(node, 1, "annex")
            self.rest(node, "TITLE")

    def group(self, node: Node) -> None:
        """A group of paragraphs with a heading: a part of an annex, a numbered point, or just a heading."""
        first, _ = self._first_line(node)
        numbered = plain(find(child(node, "TITLE"), "NO.P"))
        kind = division_kind(first, self.language) if len(first) < 80 else None
        number = bare_number(numbered) if numbered else division_number(first, self.language) if kind else ""
        if numbered and kind is None:
            kind = _K.POINT
        if not first:
            self.flow(node)
            return
        with self.out.element(kind or _K.HEADING, number):
            self._headed(node, 2, "group")
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
        mark = "*" if attribute(node, "NUMBERING").upper() == "STAR" else str(self._notes)
        key = attribute(node, "NOTE.ID") or f"note-{self._notes}"
        self.out.note(key, mark, self.captured(node))
        return key, mark

    def contents(self, node: Node) -> None:
        """A table of contents."""
        if find(node, "TOC.ITEM", "TOC.HD.REF") is None:
            super().contents(node)
            return
        self.out.paragraph(ahead=True)
        self.out.text(node.text)
        self.flow(node)
        self.out.paragraph(BlockRole.CONTENTS, "contents")

    def included(self, node: Node) -> None:
        """A picture, or a document in another file."""
        if attribute(node, "TYPE").upper().startswith("FORMEX"):
            text = "a part of the act stands in another file ({name}), which is read by itself"
            self.out.problems.append(because(Why.PART_OTHER_FILE, text, name=attribute(node, "FILEREF")[:80]))
        else:
            self._pictures += 1

    def meta(self, root: Node) -> dict[str, str]:
        meta = {"title": _title_of(root)}
        info = find(root, "INFO.CONSLEG")
        original = child(find(root, "FAM.COMP"), "BIB.DATA")
        if info is not None:
            version = meta["version_date"] = _iso(attribute(info, "START.DATE"))
            reference = plain(find(original, "NO.CELEX")) or f"3{attribute(info, 'CONSLEG.REF')}"
            if version and re.fullmatch(r"3\d{4}[A-Z]{1,2}\d{4}", reference):
                meta["celex"] = f"0{reference[1:]}-{version.replace('-', '')}"
            instance = find(original, "BIB.INSTANCE.CONS")
        else:
            instance = find(root, "BIB.INSTANCE")
            meta["celex"] = plain(find(instance, "NO.CELEX")) or _celex(instance, meta["title"], self.language)
        if instance is not None:
            meta["published"] = _published(instance, child(root, "TITLE"))
            meta["journal"] = _journal(instance)
        return {**meta, "language": self.language}


def _title_of(root: Node) -> str:
    """The act's own title, without what stands in brackets under it ("Text with EEA relevance")."""
    title = next((t for t in findall(root, "TITLE") if _is_act_title(t)), None)
    if title is None:
        return ""
    lines = [squeeze(_printed(p)) for p in findall(title, "P") if plain(p)] or [squeeze(_printed(title))]
    while len(lines) > 1 and lines[-1].startswith("(") and lines[-1].endswith(")"):
        lines.pop()
    return " ".join(lines)


def _is_act_title(title: Node) -> bool:
    return not any(local(a) in ("FAM.COMP", "BIB.DATA", "TBL", "GR.SEQ", "DIVISION") for a in title.iterancestors())


def _printed(node: Node) -> str:
    """The text with its capitals and quotation marks, without notes."""
    name = local(node)
    if name == "NOTE":
        return ""
    code = attribute(node, "CODE") if name.startswith("QUOT.") else ""
    mark = chr(int(code, 16)) if re.fullmatch(r"[0-9A-Fa-f]{2,4}", code) else ""
    inner = (node.text or "") + "".join(_printed(each) + (each.tail or "") for each in children(node))
    return mark + (inner.upper() if name == "HT" and attribute(node, "TYPE").upper() == "UC" else inner)


def _iso(digits: str) -> str:
    """``20160427`` as an ISO date; empty where it is none."""
    return iso_date(digits[:4], digits[4:6], digits[6:]) if re.fullmatch(r"(?:19|20)\d{6}", digits) else ""


def _published(instance: Node, title: Node | None) -> str:
    """The Official Journal's date: one that is not the act's own."""
    stated, dated = _iso(attribute(child(instance, "DATE"), "ISO")), find(title, "DATE")
    return "" if dated is not None and _iso(attribute(dated, "ISO")) == stated else stated


def _journal(instance: Node) -> str:
    """``L 119/1``: series and number, page."""
    series, number = plain(find(instance, "COLL")), plain(find(instance, "NO.OJ"))
    page = plain(find(instance, "PAGE.FIRST"))
    return f"{series} {number}/{page}" if series and number and page else ""


def _celex(instance: Node | None, title: str, language: str) -> str:
    """The CELEX number from year, number and the kind of act that its title names first."""
    numbers = find(instance, "NO.DOC")
    pack = pack_of(language)
    if numbers is None or pack is None:
        return ""
    year, current = plain(find(numbers, "YEAR")), plain(find(numbers, "NO.CURRENT"))
    if not re.fullmatch(r"(?:19|20)\d\d", year) or not re.fullmatch(r"\d{1,4}", current):
        return ""
    head = title[:200].casefold()
    found = [
        (head.find(word), letter)
        for letter, words in pack.structure.act_kinds.items()
        for word in words
        if word in head and letter in "RLD"
    ]
    return f"3{year}{min(found)[1]}{int(current):04d}" if found else ""


FORMATS = (FormexReader.format("Formex 4", lambda root: not namespace(root) and local(root) in _ROOTS),)
