"""Acts of Denmark, in the XML of retsinformation.dk (LexDania)."""

from __future__ import annotations

from dutybook.layout.drafts import names
from dutybook.layout.trees import Node, attribute, child, children, find, local, plain
from dutybook.layout.xml.base import Walker, bare_number, division_kind, division_number
from dutybook.records import ProvisionKind

_K = ProvisionKind


class LexDaniaReader(Walker):
    """LexDania, the XML of retsinformation.dk: Danish laws, orders, circulars, and acts that amend others.

    ``Explicatus`` is a provision's number as printed, ``Exitus`` its text in lines (``Linea``) of characters
    (``Char``); a paragraph (``Stk``) without a number is the first. New text in an amending act
    (``AendringNyTekst``) is marked as quoted.
    """

    divisions = {  # noqa: RUF012
        "Bog": _K.PART,
        "Del": _K.PART,
        "Afsnit": _K.TITLE,
        "Kapitel": _K.CHAPTER,
        "Afdeling": _K.SECTION,
        "Underafdeling": _K.SUBSECTION,
    }
    handlers = {  # noqa: RUF012
        "division": " ".join(divisions),
        "article": "Paragraf CentreretParagraf AendringCentreretParagraf IkraftCentreretParagraf Artikel",
        "name": "Titel UnderTitel",
        "flow": "TitelGruppe Index",
        "body": "DokumentIndhold",
        "preamble": "Hymne Indledning Praeambel",
        "contents": "IndholdFortegnelse Indholdsfortegnelse",
        "closed": "ParagrafGruppe",
        "paragraph": "Stk",
        "listed": "Indentatio AendringsNummer Nummer",
        "quotation": "AendringNyTekst",
        "block": "Exitus Aendring Rykningsklausul Segl Underskriver UnderskriftStedDato",
        "label": "Explicatus",
        "stray_heading": "Rubrica Overskrift",
        "annex": "Bilag",
        "note": "Fodnote Note Nota",
        "signature": "UnderskriftGruppe",
        "table": "Tabel Table table",
    }
    silent = names("Meta")
    breaks = names("br Break Linea")
    _number = "Explicatus"
    _titles = names("Rubrica Overskrift Titel")
    _rows = names("tr Tr Raekke row")
    _cells = names("td th Td Th Celle entry")

    def division(self, node: Node) -> None:
        """A chapter or a part."""
        words = plain(child(node, "Explicatus"))
        kind = division_kind(words, "da") or self.divisions[local(node)]
        with self.out.element(kind, division_number(words, "da")):
            self._depth += 1
            self._headed(node, "chapter")
            self._depth -= 1

    def annex(self, node: Node) -> None:
        """An annex."""
        with self.out.element(_K.ANNEX, bare_number(plain(child(node, "Explicatus")))):
            self._headed(node, "annex")

    def article(self, node: Node) -> None:
        """A section."""
        number = bare_number(plain(child(node, "Explicatus"))) or attribute(node, "localId")
        with self.out.element(_K.ARTICLE, number, sign=local(node) != "Artikel"):
            self._headed(node, "article")

    def _headed(self, node: Node, hint: str) -> None:
        """Number and heading as lines of their own; the first of a row of paragraphs counts, numbered or not."""
        paragraphs = list(children(node, "Stk"))

        def paragraph(each: Node) -> None:
            if each is paragraphs[0] and len(paragraphs) > 1 and not plain(child(each, "Explicatus")):
                with self.out.element(_K.PARAGRAPH, "1"):
                    self.flow(each)
            else:
                self.visit(each)

        self.headed(node, self._depth + 1, hint, {"Stk": paragraph})

    def paragraph(self, node: Node) -> None:
        """A paragraph with its number; one without is the whole text of its section."""
        words = plain(child(node, "Explicatus"))
        if words:
            with self.out.element(_K.PARAGRAPH, bare_number(words)):
                self.flow(node, {"Explicatus": self.label})
        else:
            self.closed(node)

    def listed(self, node: Node) -> None:
        """An item of a list, a numbered change."""
        with self.item(plain(child(node, "Explicatus")), self._positions.of(node)):
            self.flow(node, {"Explicatus": self.label})

    def note(self, node: Node) -> None:
        """A note where it is referred to."""
        self._notes += 1
        mark = plain(child(node, "Explicatus")).strip("()") or str(self._notes)
        key = attribute(node, "id") or f"note-{self._notes}"
        paragraphs = self.captured(node, "Explicatus")
        self.out.mark(mark, key)
        self.out.note(key, mark, paragraphs)

    def meta(self, root: Node) -> dict[str, str]:
        metadata = child(root, "Meta")

        def of(name: str) -> str:
            return plain(child(metadata, name))

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


FORMATS = (
    LexDaniaReader.format(
        "LexDania XML",
        lambda root: (
            local(root) == "Dokument"
            and (child(root, "DokumentIndhold") is not None or find(root, "Exitus") is not None)
        ),
    ),
)
