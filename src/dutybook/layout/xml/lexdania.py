"""LexDania, the XML of retsinformation.dk: Danish laws, orders, circulars, and acts that amend others.

``Explicatus`` is a provision's number as printed, ``Exitus`` its text in lines (``Linea``) of characters (``Char``); a paragraph
(``Stk``) without a number is the first. New text in an amending act (``AendringNyTekst``) is marked as quoted.
"""

from __future__ import annotations

from dutybook.layout.limits import Limits
from dutybook.layout.xml.base import ActWalker, XmlFormat
from dutybook.layout.xml.numbers import Positions, bare_number, division_kind, division_number
from dutybook.layout.xml.tree import Node, attribute, child, children, find, local, plain
from dutybook.layout.xml.writer import OutlineWriter
from dutybook.reasons import Reason
from dutybook.records import BlockRole, Layout, ProvisionKind

_K = ProvisionKind
_SILENT = frozenset({"Meta"})
_DIVISIONS = {
    "Bog": _K.PART,
    "Del": _K.PART,
    "Afsnit": _K.TITLE,
    "Kapitel": _K.CHAPTER,
    "Afdeling": _K.SECTION,
    "Underafdeling": _K.SUBSECTION,
}
_ARTICLES = frozenset(
    ["Paragraf", "CentreretParagraf", "AendringCentreretParagraf", "IkraftCentreretParagraf", "Artikel"]
)
_DASHES = frozenset("—–-−•·*◦▪")


class LexDaniaReader(ActWalker):
    handlers = {  # noqa: RUF012 - as in the base
        **dict.fromkeys(_DIVISIONS, "division"),
        **dict.fromkeys(_ARTICLES, "article"),
        "Titel": "name",
        "UnderTitel": "name",
        "TitelGruppe": "flow",
        "DokumentIndhold": "body",
        "Hymne": "preamble",
        "Indledning": "preamble",
        "Praeambel": "preamble",
        "IndholdFortegnelse": "contents",
        "Indholdsfortegnelse": "contents",
        "ParagrafGruppe": "group",
        "Stk": "paragraph",
        "Index": "flow",
        "Indentatio": "item",
        "AendringsNummer": "item",
        "Nummer": "item",
        "AendringNyTekst": "quotation",
        "Exitus": "block",
        "Aendring": "block",
        "Rykningsklausul": "block",
        "Explicatus": "stray_number",
        "Rubrica": "stray_heading",
        "Overskrift": "stray_heading",
        "Bilag": "annex",
        "Fodnote": "note",
        "Note": "note",
        "Nota": "note",
        "UnderskriftGruppe": "signature",
        "Segl": "block",
        "Underskriver": "block",
        "UnderskriftStedDato": "block",
        "Tabel": "table",
        "Table": "table",
        "table": "table",
    }
    silent = _SILENT
    breaks = frozenset({"br", "Break", "Linea"})
    _number = "Explicatus"
    _titles = frozenset()

    def __init__(self, writer: OutlineWriter) -> None:
        super().__init__(writer)
        self._notes = 0
        self._positions = Positions()

    # -- front and end ------------------------------------------------------------------------------------------

    def contents(self, node: Node) -> None:
        """A table of contents."""
        self.styled(node, BlockRole.CONTENTS, "contents")

    # -- provisions ---------------------------------------------------------------------------------------------

    def division(self, node: Node) -> None:
        """A chapter or a part."""
        words = plain(child(node, "Explicatus"))
        kind = division_kind(words, "da") or _DIVISIONS[local(node)]
        with self.out.element(kind, division_number(words, "da")):
            self._depth += 1
            self._headed(node, "chapter")
            self._depth -= 1

    def annex(self, node: Node) -> None:
        """An annex."""
        words = plain(child(node, "Explicatus"))
        with self.out.element(_K.ANNEX, bare_number(words)):
            self._headed(node, "annex")

    def group(self, node: Node) -> None:
        """Sections under a common heading."""
        self.flow(node)
        self.out.paragraph()

    def article(self, node: Node) -> None:
        """A section."""
        words = plain(child(node, "Explicatus"))
        number = bare_number(words) or attribute(node, "localId")
        with self.out.element(_K.ARTICLE, number, sign=local(node) != "Artikel"):
            self._headed(node, "article")

    def _headed(self, node: Node, hint: str) -> None:
        """Number and heading as lines of their own; the first of a row of paragraphs counts, numbered or not."""
        self.out.text(node.text)
        several = sum(1 for _ in children(node, "Stk")) > 1
        first = True
        for each in node:
            name = local(each)
            if name == "Explicatus":
                self.number(each, self._depth + 1, f"{hint}-number")
            elif name in ("Rubrica", "Overskrift", "Titel"):
                self.heading(each, self._depth + 1, f"{hint}-title")
            elif name == "Stk" and first:
                first = False
                if several and not plain(child(each, "Explicatus")):
                    with self.out.element(_K.PARAGRAPH, "1"):
                        self.flow(each)
                else:
                    self.visit(each)
            else:
                self.visit(each)
            self.out.text(each.tail)

    def paragraph(self, node: Node) -> None:
        """A paragraph with its number; one without is the whole text of its section."""
        label = child(node, "Explicatus")
        if not plain(label):
            self.flow(node)
            self.out.paragraph()
            return
        with self.out.element(_K.PARAGRAPH, bare_number(plain(label))):
            self._labelled(node)

    def item(self, node: Node) -> None:
        """An item of a list, a numbered change."""
        mark = plain(child(node, "Explicatus"))
        bare = bare_number(mark) if mark not in _DASHES else ""
        with self.out.element(_K.POINT if bare else _K.INDENT, bare or str(self._positions.of(node))):
            self._labelled(node)

    # -- quotations, notes, tables ------------------------------------------------------------------------------

    def note(self, node: Node) -> None:
        """A note where it is referred to."""
        self._notes += 1
        mark = plain(child(node, "Explicatus")).strip("()") or str(self._notes)
        key = attribute(node, "id") or f"note-{self._notes}"
        with self.out.capture() as paragraphs:
            self.rest(node, "Explicatus")
        self.out.mark(mark, key)
        self.out.note(key, mark, paragraphs)

    def table(self, node: Node) -> None:
        """A table."""
        self.rows(node, ("tr", "Tr", "Raekke", "row"), ("td", "th", "Td", "Th", "Celle", "entry"))


def _meta(root: Node) -> dict[str, str]:
    metadata = child(root, "Meta")

    def of(name: str) -> str:
        return plain(child(metadata, name)) if metadata is not None else ""

    year, number = of("Year"), of("Number")
    return {
        "title": of("DocumentTitle") or plain(find(root, "Titel")),
        "number": f"{number}/{year}" if number and year else number,
        "published": of("DiesEdicti")[:10],
        "enacted": of("DiesSigni")[:10],
        "version_date": of("StartDate")[:10],
        "language": "da",
        "jurisdiction": "DK",
    }


def _read(root: Node, limits: Limits, problems: tuple[Reason, ...]) -> Layout:
    writer = OutlineWriter(limits=limits, what="file")
    LexDaniaReader(writer).flow(root)
    return writer.finish(_meta(root), problems)


def _matches(root: Node) -> bool:
    return local(root) == "Dokument" and (
        child(root, "DokumentIndhold") is not None or find(root, "Exitus") is not None
    )


FORMAT = XmlFormat("LexDania XML", _matches, _read, _SILENT)
