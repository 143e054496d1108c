"""What all readers of XML share: the walk through mixed content, tables, and the parts that nearly every act has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from dutybook.layout.limits import Limits
from dutybook.layout.xml.tree import Node, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason, Why, because
from dutybook.records import BlockRole, Layout, ProvisionKind, Span

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
    """Walks an act's elements and writes what they hold.

    An element's handler is the method that :attr:`handlers` names for its local name. Elements without one are inline:
    their text runs on. So an element that a reader does not know loses no text.
    """

    handlers: ClassVar[Mapping[str, str]] = {}
    silent: frozenset[str] = frozenset()
    # Empty elements that part words.
    breaks: frozenset[str] = frozenset({"br", "eol", "eop"})

    def __init__(self, writer: OutlineWriter) -> None:
        self.out = writer
        self._handlers: dict[str, Callable[[Node], None]] = {
            name: getattr(self, method) for name, method in self.handlers.items()
        }

    def flow(self, node: Node) -> None:
        """Everything in an element: text runs on, other elements as they are handled."""
        self.out.text(node.text)
        for child in node:
            self.visit(child)
            self.out.text(child.tail)

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

    def rest(self, node: Node, *names: str) -> None:
        """Everything in an element but the child elements of these names, which were read before."""
        self.out.text(node.text)
        for child in node:
            if local(child) not in names:
                self.visit(child)
            self.out.text(child.tail)

    def block(self, node: Node) -> None:
        """A paragraph: what stands before it ends, and so does it."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.paragraph()

    def styled(self, node: Node, role: BlockRole = BlockRole.BODY, hint: str = "") -> None:
        """A paragraph with a role or a hint."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.paragraph(role, hint)

    def heading(self, node: Node, level: int = 1, hint: str = "") -> None:
        """The heading of the open element."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.heading(level, hint)

    def number(self, node: Node, level: int = 1, hint: str = "") -> str:
        """The number of the open element, on a line of its own; returns its words."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        words = self.out.running
        self.out.number(level, hint)
        return words

    def label(self, node: Node) -> str:
        """The number of the open element, before its text; returns its words."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        words = self.out.running
        self.out.label()
        return words

    def skip(self, node: Node) -> None:
        """An element whose text stands elsewhere or is about the file."""

    def rows(self, node: Node, row_names: Sequence[str], cell_names: Sequence[str]) -> None:
        """A table: rows and cells by their local names, at any depth below ``node``, not those of tables in cells."""
        rows: list[list[list[Span]]] = []
        self.out.paragraph(ahead=True)
        self._rows(node, rows, frozenset(row_names), frozenset(cell_names))
        self.out.paragraph()
        self.out.table(rows)

    def _rows(
        self, node: Node, rows: list[list[list[Span]]], row_names: frozenset[str], cell_names: frozenset[str]
    ) -> None:
        for child in node:
            name = local(child)
            if name in cell_names:
                if not rows:
                    rows.append([])
                with self.out.cell() as spans:
                    self.flow(child)
                rows[-1].append(spans)
            elif name in row_names:
                rows.append([])
                self._rows(child, rows, row_names, cell_names)
            elif next(child.iter(*(f"{{*}}{each}" for each in cell_names)), None) is not None:
                self._rows(child, rows, row_names, cell_names)
            elif name not in self.silent and plain(child):
                self.visit(child)
                self.out.paragraph()


# ISO 639-2 codes of the languages that legislation portals name, to ISO 639-1.
_LANGUAGES = dict(
    pair.split(":")
    for pair in [
        "bul:bg",
        "cat:ca",
        "ces:cs",
        "cze:cs",
        "dan:da",
        "deu:de",
        "ell:el",
        "eng:en",
        "est:et",
        "eus:eu",
        "fin:fi",
        "fra:fr",
        "fre:fr",
        "ger:de",
        "gle:ga",
        "glg:gl",
        "gre:el",
        "hrv:hr",
        "hun:hu",
        "isl:is",
        "ice:is",
        "ita:it",
        "lav:lv",
        "lit:lt",
        "ltz:lb",
        "mlt:mt",
        "nld:nl",
        "dut:nl",
        "nob:no",
        "nno:no",
        "nor:no",
        "pol:pl",
        "por:pt",
        "roh:rm",
        "ron:ro",
        "rum:ro",
        "slk:sk",
        "slo:sk",
        "slv:sl",
        "spa:es",
        "srp:sr",
        "swe:sv",
        "cym:cy",
        "wel:cy",
        "sme:se",
        "ukr:uk",
        "rus:ru",
        "tur:tr",
    ]
)


def language_code(stated: str) -> str:
    """ISO 639-1 of a language as a file says it (``deu``, ``DE``, ``de-CH``, an address that ends so); else empty."""
    code = stated.strip().rstrip("/").rpartition("/")[2].lower().replace("_", "-").partition("-")[0]
    code = _LANGUAGES.get(code, code)
    return code if len(code) == 2 and code.isalpha() and code.isascii() else ""


class ActWalker(Walker):
    """A walker with the parts that nearly every format of acts has.

    ``_depth`` counts the open divisions, for the levels of headings. ``_number`` and ``_titles`` are the local names of
    a provision's number and headings where both stand before its text.
    """

    _number = "num"
    _titles: frozenset[str] = frozenset({"heading", "subheading"})

    def __init__(self, writer: OutlineWriter) -> None:
        super().__init__(writer)
        self._depth = 0
        self._pictures = 0

    def name(self, node: Node) -> None:
        """The act's title, long or short."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.heading(1, "doc-title", names=False)

    def preamble(self, node: Node) -> None:
        """Who acts, and on what ground."""
        self.out.paragraph()
        loose, self.out.loose = self.out.loose, False
        self.flow(node)
        self.out.paragraph(hint="preamble")
        self.out.loose = loose

    def body(self, node: Node) -> None:
        """The act's own terms; paragraphs outside of provisions count, too."""
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

    def table(self, node: Node) -> None:
        """A table of HTML."""
        self.rows(node, ("tr",), ("td", "th"))

    def picture(self, node: Node) -> None:
        """A picture; nothing of it but what it is called is read."""
        self._pictures += 1
        self.flow(node)

    def finish(self) -> None:
        """Say what the file holds and what was not read."""
        if self._pictures:
            self.out.problems.append(
                because(Why.PART_PICTURES, "{count} pictures in the text were not read", count=self._pictures)
            )

    def stray_number(self, node: Node) -> None:
        """A number of what is no provision."""
        self.label(node)

    def stray_heading(self, node: Node) -> None:
        """A heading between provisions, or of a note."""
        self.out.paragraph(ahead=True)
        self.flow(node)
        self.out.heading(self._depth + 1, "group-title", names=False)

    def _labelled(self, node: Node) -> None:
        """A provision whose number stands before its text."""
        self.out.text(node.text)
        for each in node:
            name = local(each)
            if name == self._number:
                self.label(each)
            elif name in self._titles:
                self.heading(each, self._depth + 2, "group-title")
            else:
                self.visit(each)
            self.out.text(each.tail)
