"""What all readers of XML share: the walk through mixed content, tables, the parts that nearly every act has, numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, partial
from typing import ClassVar

from dutybook.languages import LanguagePack, available, load
from dutybook.layout.drafts import names, repeated_letter, roman_number, squeeze
from dutybook.layout.limits import Limits
from dutybook.layout.trees import Node, attribute, child, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason, Why, because
from dutybook.records import BlockRole, Layout, ProvisionKind, Span

#: Makes figures raised ones: those of ``§ 3¹`` and of notes' marks are kept apart from the figures before them.
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

Handlers = Mapping[str, Callable[[Node], object]]
# A reader takes the root, the limits and what was wrong with the markup.
Read = Callable[[Node, Limits, tuple[Reason, ...]], Layout]


@dataclass(frozen=True, slots=True)
class XmlFormat:
    """One kind of XML: its name for people, which root elements are of it, its reader.

    ``silent`` are the local names of elements whose text is about the file and does not stand in the act; all other
    text of a file has to come out once. Where that depends on the place, ``silent`` holds ``parent/child``.
    """

    name: str
    matches: Callable[[Node], bool]
    read: Read
    silent: frozenset[str] = frozenset()


class Walker:
    """Walks an act's elements and writes what they hold; the parts that nearly every format of acts has.

    :attr:`handlers` holds, by the method that handles them, the local names of elements. Elements without a handler are
    inline: their text runs on. So an element that a reader does not know loses no text.

    ``_depth`` counts the open divisions, for the levels of headings. ``_number`` and ``_titles`` are the local names of
    a provision's number and headings, ``_rows`` and ``_cells`` those of a table's parts.
    """

    what = "file"
    handlers: ClassVar[Mapping[str, str]] = {}
    silent: frozenset[str] = frozenset()
    # Empty elements that part words.
    breaks: frozenset[str] = names("br eol eop")
    # Text that runs up to the act's own terms is no part of them.
    _apart = True
    _number = "num"
    _titles = names("heading subheading")
    _rows = names("tr")
    _cells = names("td th")

    def __init__(self, writer: OutlineWriter, root: Node) -> None:
        self.out = writer
        self.root = root
        self._depth = 0
        self._notes = 0
        self._pictures = 0
        self._positions = Positions()
        self._handlers: dict[str, Callable[[Node], None]] = {
            name: getattr(self, method) for method, elements in self.handlers.items() for name in elements.split()
        }

    # -- the act as a whole -------------------------------------------------------------------------------------

    @classmethod
    def format(cls, name: str, matches: Callable[[Node], bool], silent: str = "") -> XmlFormat:
        """The format that this walker reads; the text of the elements ``silent`` stands elsewhere in the act."""

        def read(root: Node, limits: Limits, problems: tuple[Reason, ...]) -> Layout:
            writer = OutlineWriter(limits=limits, what=cls.what)
            walker = cls(writer, root)
            walker.act(root)
            walker.finish()
            return writer.finish(walker.meta(root), problems)

        return XmlFormat(name, matches, read, cls.silent | names(silent))

    def act(self, root: Node) -> None:
        """Write the act."""
        self.flow(root)

    def meta(self, root: Node) -> dict[str, str]:  # noqa: ARG002 - what a kind of file says of its act
        """What the file says of its act: the title, dates, numbers; what it does not say is empty."""
        return {}

    def finish(self) -> None:
        """Report what was not read."""
        if self._pictures:
            self.out.problems.append(
                because(Why.PART_PICTURES, "{count} pictures in the text were not read", count=self._pictures)
            )

    # -- elements -----------------------------------------------------------------------------------------------

    def flow(self, node: Node, handled: Handlers | None = None) -> None:
        """Everything in an element: text runs on, other elements as they are handled, here perhaps otherwise."""
        self.out.text(node.text)
        for each in node:
            handler = handled.get(local(each)) if handled else None
            (handler or self.visit)(each)
            self.out.text(each.tail)

    def visit(self, node: Node) -> None:
        """One element, without the text behind it."""
        name = local(node)
        handler = self._handlers.get(name)
        if handler is not None:
            handler(node)
        elif name in self.breaks:
            self.out.space()
            self.flow(node)
        elif name and name not in self.silent:
            self.flow(node)

    def rest(self, node: Node, *read: str) -> None:
        """Everything in an element but the child elements of these names, which were read before."""
        self.flow(node, dict.fromkeys(read, self.skip))

    def skip(self, node: Node) -> None:
        """An element whose text stands elsewhere or is about the file."""

    def raised(self, node: Node) -> None:
        """Raised figures, written as raised characters."""
        self.out.text("".join(node.itertext()).translate(RAISED))

    def block(self, node: Node) -> None:
        """A paragraph: what stands before it ends, and so does it."""
        self.styled(node)

    def styled(self, node: Node, role: BlockRole = BlockRole.BODY, hint: str = "") -> None:
        """A paragraph with a role or a hint."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.paragraph(role, hint)

    def closed(self, node: Node) -> None:
        """An element that holds paragraphs, or ends one."""
        self.flow(node)
        self.out.paragraph()

    def contents(self, node: Node) -> None:
        """A table of contents, or an entry of one."""
        self.styled(node, BlockRole.CONTENTS, "contents")

    def heading(self, node: Node, level: int = 1, hint: str = "", *, names: bool = True) -> None:
        """The heading of the open element, or one that does not name it."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.heading(level, hint, names=names)

    def number(self, node: Node, level: int = 1, hint: str = "") -> None:
        """The number of the open element, on a line of its own."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.number(level, hint)

    def label(self, node: Node) -> None:
        """The number of the open element, before its text; of what is no provision, too."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.label()

    def numbered(self, node: Node, name: str) -> None:
        """A provision whose number, the child element of this name, comes before all else in it."""
        label = child(node, name)
        if label is not None:
            self.label(label)
        self.rest(node, name)

    def headed(self, node: Node, level: int, hint: str, handled: Handlers | None = None) -> None:
        """A provision whose number and headings are lines of their own."""
        title = partial(self.heading, level=level, hint=f"{hint}-title")
        number = partial(self.number, level=level, hint=f"{hint}-number")
        self.flow(node, {**dict.fromkeys(self._titles, title), self._number: number, **(handled or {})})

    def labelled(self, node: Node) -> None:
        """A provision whose number stands before its text."""
        title = partial(self.heading, level=self._depth + 2, hint="group-title")
        self.flow(node, {**dict.fromkeys(self._titles, title), self._number: self.label})

    def item(self, mark: str, count: int) -> AbstractContextManager[None]:
        """An item of a list, to be written inside: a point by its number ``mark``, else an indent by its ``count``."""
        bare = bare_number(mark)
        return self.out.element(ProvisionKind.POINT if bare else ProvisionKind.INDENT, bare or str(count))

    def name(self, node: Node) -> None:
        """The act's title, long or short."""
        self.heading(node, 1, "doc-title", names=False)

    def stray_heading(self, node: Node) -> None:
        """A heading between provisions, or of a note."""
        self.heading(node, self._depth + 1, "group-title", names=False)

    def preamble(self, node: Node) -> None:
        """Who acts, and on what ground."""
        self.out.paragraph()
        loose, self.out.loose = self.out.loose, False
        self.flow(node)
        self.out.paragraph(hint="preamble")
        self.out.loose = loose

    def body(self, node: Node) -> None:
        """The act's own terms; paragraphs outside of provisions count, too."""
        if self._apart:
            self.out.paragraph()
        loose, self.out.loose = self.out.loose, True
        self.flow(node)
        self.out.paragraph()
        self.out.loose = loose

    def signature(self, node: Node) -> None:
        """The closing words, and who signed."""
        with self.out.element(ProvisionKind.SIGNATURE):
            self.flow(node)

    def quotation(self, node: Node) -> None:
        """New text for another act."""
        with self.out.quotation():
            self.flow(node)

    def picture(self, node: Node) -> None:
        """A picture; nothing of it but what it is called is read."""
        self._pictures += 1
        self.flow(node)

    # -- notes and tables ---------------------------------------------------------------------------------------

    def captured(self, node: Node, *skipped: str) -> list[str]:
        """The paragraphs of an element, without child elements of some names, which do not stand in the text here."""
        with self.out.capture() as paragraphs:
            self.rest(node, *skipped)
        return paragraphs

    def remark(self, node: Node) -> None:
        """What was noted of a provision by others (what changed it, and when): a note at the end, without a mark."""
        paragraphs = self.captured(node)
        if paragraphs:
            self._notes += 1
            self.out.mark("", f"remark-{self._notes}")
            self.out.note(f"remark-{self._notes}", "", paragraphs)

    def table(self, node: Node) -> None:
        """A table: rows and cells by their local names, at any depth below ``node``, not those of tables in cells."""
        rows: list[list[list[Span]]] = []
        self.out.paragraph(ahead=True)
        self._write_rows(node, rows)
        self.out.paragraph()
        self.out.table(rows)

    def _write_rows(self, node: Node, rows: list[list[list[Span]]]) -> None:
        for each in node:
            name = local(each)
            if name in self._cells:
                if not rows:
                    rows.append([])
                with self.out.cell() as spans:
                    self.flow(each)
                rows[-1].append(spans)
            elif name in self._rows:
                rows.append([])
                self._write_rows(each, rows)
            elif next(each.iter(*(f"{{*}}{cell}" for cell in self._cells)), None) is not None:
                self._write_rows(each, rows)
            elif name not in self.silent and plain(each):
                self.visit(each)
                self.out.paragraph()


# ISO 639-2 codes of the languages that legislation portals name, to ISO 639-1.
_LANGUAGES = dict(
    pair.split(":")
    for pair in names(
        "bul:bg cat:ca ces:cs cze:cs dan:da deu:de ell:el eng:en est:et eus:eu fin:fi fra:fr fre:fr ger:de gle:ga glg:gl gre:el "
        "hrv:hr hun:hu isl:is ice:is ita:it lav:lv lit:lt ltz:lb mlt:mt nld:nl dut:nl nob:no nno:no nor:no pol:pl por:pt roh:rm "
        "ron:ro rum:ro slk:sk slo:sk slv:sl spa:es srp:sr swe:sv cym:cy wel:cy sme:se ukr:uk rus:ru tur:tr"
    )
)


def language_code(stated: str) -> str:
    """ISO 639-1 of a language as a file says it (``deu``, ``DE``, ``de-CH``, an address that ends so); else empty."""
    code = stated.strip().rstrip("/").rpartition("/")[2].lower().replace("_", "-").partition("-")[0]
    code = _LANGUAGES.get(code, code)
    return code if len(code) == 2 and code.isalpha() and code.isascii() else ""


# -- numbers --------------------------------------------------------------------------------------------------------

# Articles put in later: 5a, 5 a, 2-bis, 3 ter, 7 quater decies; the Latin numerals end in -ies from five on.
_LATIN = r"(?:[-\s]?(?:bis|ter|quater|[a-z]{2,8}ies)(?:[-\s]?(?:decies|vicies))?\b)"
_ARABIC = re.compile(
    rf"(?:\b[A-Z]\*{{0,2}}\.?\s?)?\d+(?:[.:/–-]\d+)*(?:[a-z]{{1,2}}\b|\s[a-z]\b(?<![eoiuy])|[A-Z]{{1,3}}\b)?{_LATIN}?",
    re.IGNORECASE,
)
# Repealed articles share a heading: "Articles 3 à 5".
_RANGE = re.compile(
    r"(?<![\w.])(?P<first>\d+[a-z]?)(?:\s(?:to|à|bis|al|až|do|til|till|tot|t/m)\s|\s?[–—]\s?)(?P<last>\d+[a-z]?)(?![\w.])"
)
_ROMAN = re.compile(r"\b(?=[IVXLCDM])M{0,3}(?:C[MD]|D?C{0,3})(?:X[CL]|L?X{0,3})(?:I[XV]|V?I{0,3})(?:[a-z]|[A-Z])?\b")
_LONE = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,3}(?![^\W\d_])")
# No label is longer.
_LONGEST = 200
# What stands in the brackets of a point: a few letters, a Roman numeral.
_ITEM = re.compile(r"[^\W\d_]{1,3}|[ivxlcdm]+|[IVXLCDM]+")
_EDGES = " \u00a0()[]{}.,;:§\"'“”„«»‘’‚–—-°º*"
_FIRST = re.compile(r"\b(?:premier|première|primo|prima|primero|primera|first|erster?|erstes|eerste)\b", re.IGNORECASE)


_DIVISIONS = {
    "part": ProvisionKind.PART,
    "book": ProvisionKind.PART,
    "title": ProvisionKind.TITLE,
    "chapter": ProvisionKind.CHAPTER,
    "section": ProvisionKind.SECTION,
    "subsection": ProvisionKind.SUBSECTION,
    "subsubsection": ProvisionKind.SUBSECTION,
}
_WORD = re.compile(r"[^\W_]+")


def bare_number(label: str) -> str:
    """``5``, ``a``, ``2a``, ``III``, ``2-bis``, ``164.404`` of a label; empty where it has none.

    >>> bare_number("Article 5a"), bare_number("(aa)"), bare_number("KAPITEL IV"), bare_number("3 §")
    ('5a', 'aa', 'IV', '3')
    """
    text = squeeze(label[:_LONGEST])
    core = text.strip(_EDGES)
    if not core:
        return ""
    if _ITEM.fullmatch(core):
        return core
    several = _RANGE.search(core)
    if several:
        return f"{several['first']}–{several['last']}"
    arabic = _ARABIC.search(core)
    if arabic:
        found = arabic.group().strip(_EDGES)
        # "5 a §" and "5a" are one number; "1er" is the first.
        found = re.sub(r"(?<=\d)\s(?=[a-z]$)", "", found)
        return re.sub(r"(?<=\b1)(?:er|re)$", "", found)
    roman = [m.group() for m in _ROMAN.finditer(core) if m.group()]
    if roman:
        return roman[-1]
    if _FIRST.search(core):
        return "1"
    lone = _LONE.findall(core)
    return str(lone[-1]) if lone and " " in core else ""


@cache
def pack_of(language: str) -> LanguagePack | None:
    """The words of a language (ISO 639-1), None where there is no pack."""
    return load(language) if language in available() else None


def division_kind(label: str, language: str) -> ProvisionKind | None:
    """What a division is called ("CHAPTER II", "2. Abschnitt"); None where no word of the language says it."""
    pack = pack_of(language)
    if pack is None:
        return None
    words = {word.casefold() for word in _WORD.findall(label[:_LONGEST])}
    found = [
        (len(head), _DIVISIONS[name])
        for name, heads in pack.structure.divisions.items()
        for head in heads
        if name in _DIVISIONS and {word.casefold() for word in _WORD.findall(head)} <= words
    ]
    return max(found, key=lambda each: each[0])[1] if found else None


def division_number(label: str, language: str) -> str:
    """The number of a division, also where it is written out ("ERSTER TEIL", "PART TWO")."""
    number = bare_number(label)
    pack = pack_of(language)
    if number or pack is None:
        return number
    words = {word.casefold() for word in _WORD.findall(label[:_LONGEST])}
    ordinals = enumerate(pack.structure.division_ordinals, start=1)
    return next((str(n) for n, forms in ordinals if words & set(forms.casefold().split("|"))), "")


_SYMBOL = re.compile(r"(?P<before>[^\w]*)(?P<counter>\d+|[a-zA-Z]+)(?P<after>[^\w]*)")


def item_label(item: Node, positions: Positions) -> str:
    """The number of a list's item as it is printed; empty for a list without numbers.

    A ``symbol`` (Legilux) shows the first number of the list with its brackets: ``1°``, ``a)``, ``i.``.
    """
    holder = item.getparent()
    if holder is None or local(holder) != "ol":
        return ""
    start, value = whole_number(attribute(holder, "start")), attribute(item, "value")
    own = whole_number(value)
    number = own if own is not None else positions.of(item) - 1 + (1 if start is None else start)
    if value and own is None:
        return value
    shape = _SYMBOL.fullmatch(attribute(holder, "symbol"))
    if shape is None:
        kind = attribute(holder, "type")
        return f"{counted(number, kind if kind in ('a', 'A', 'i', 'I') else '1')}."
    return f"{shape['before']}{counted(number, shape['counter'])}{shape['after']}"


def counted(number: int, like: str) -> str:
    """A number in the manner of ``1``, ``a``, ``A``, ``i`` or ``I``."""
    if not 0 < number < 4000 or like.isdigit():
        return str(number)
    roman = like in ("i", "I")
    word = roman_number(number) if roman else repeated_letter("abcdefghijklmnopqrstuvwxyz", number)
    return word.upper() if like.isupper() else word


class Positions:
    """The how manieth of its name an element is among its siblings; each family is counted once."""

    def __init__(self) -> None:
        self._families: dict[tuple[Node, str], dict[Node, int]] = {}

    def of(self, node: Node) -> int:
        """From 1."""
        return self._family(node)[node]

    def count(self, node: Node) -> int:
        """How many siblings have its name, itself counted."""
        return len(self._family(node))

    def _family(self, node: Node) -> dict[Node, int]:
        parent = node.getparent()
        if parent is None:
            return {node: 1}
        key = (parent, node.tag)
        if key not in self._families:
            alike = (each for each in parent if each.tag == node.tag)
            self._families[key] = {each: number for number, each in enumerate(alike, start=1)}
        return self._families[key]


def whole_number(text: str) -> int | None:
    """A number that a list may start with; None for anything else."""
    return int(text) if text.isdecimal() and len(text) <= 6 else None
